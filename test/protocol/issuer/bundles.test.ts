/** Bundles and the trust they stand on: what a phone gets, what the issuer remembers, and who may certify. */
import { describe, expect, test } from 'vitest';
import { checkNow, signNow } from '../../../protocol/crypto/steps.js';
import { type BundleOrder, type DoorOrder, sealBundle } from '../../../protocol/issuer/bundles.js';
import { type IssuerLock, lockIdOf } from '../../../protocol/issuer/issuer-lock.js';
import { revoke } from '../../../protocol/issuer/policy-change.js';
import { sealPolicy } from '../../../protocol/issuer/policy-seals.js';
import { firstTrust, rotateTrust } from '../../../protocol/issuer/rotation.js';
import { sealLogAck, sealTimeToken } from '../../../protocol/issuer/time-tokens.js';
import { logAckClaims } from '../../../protocol/objects/acknowledgements.js';
import { BUNDLE_CAPS, type Bundle, bundleClaims } from '../../../protocol/objects/bundle.js';
import type { ClaimsShape } from '../../../protocol/objects/claims.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import {
  type ObjectKind,
  openEnvelope,
  parseEnvelope,
} from '../../../protocol/objects/envelope.js';
import { timeTokenClaims } from '../../../protocol/objects/time-token.js';
import { openTrustUpdate } from '../../../protocol/objects/trust-update.js';
import {
  certified,
  crypto,
  deviceRow,
  filled,
  lockRow,
  lowered,
  NOW,
  nextRoot,
  root,
  signerOf,
  siteSigners,
  TAG_SECRET,
} from '../../helpers/issuing.js';

const signers = siteSigners();
const DAY = 86_400;

function door(lock: IssuerLock, edits: Partial<DoorOrder> = {}): DoorOrder {
  return {
    lock,
    policy: signNow(sealPolicy(lock, signers, crypto)),
    staticKeys: [filled(80)],
    identityKey: filled(81),
    advertKey: filled(82),
    label: 'Front door',
    grants: [lowered()],
    ...edits,
  };
}

function order(edits: Partial<BundleOrder> = {}): BundleOrder {
  return {
    device: deviceRow(),
    doors: [door(lockRow(1)), door(lockRow(2), { grants: [lowered({ exp: NOW + 7200 })] })],
    trust: [],
    logAcks: [],
    now: NOW,
    errorSeconds: 2,
    random: filled(9),
    tagSecret: TAG_SECRET,
    ...edits,
  };
}

function issue(edits: Partial<BundleOrder> = {}) {
  const issued = signNow(sealBundle(order(edits), signers, crypto));
  if (!issued.ok) throw new Error(issued.code);
  return issued.value;
}

function read<T extends object>(
  bytes: Uint8Array,
  kind: ObjectKind,
  shape: ClaimsShape,
  by: { publicKey: Parameters<typeof keyId>[1] },
): T {
  const envelope = parseEnvelope(bytes, kind, BUNDLE_CAPS);
  if (!envelope.ok) throw new Error(envelope.code);
  const opened = checkNow(openEnvelope(envelope.value, [by.publicKey], crypto), crypto);
  expect(opened).toEqual(by.publicKey);
  const claims = shape.parse(envelope.value.payload!, BUNDLE_CAPS);
  if (!claims.ok) throw new Error(claims.code);
  return claims.value as T;
}

const opened = (bytes: Uint8Array) =>
  read<Bundle>(bytes, 'bundle', bundleClaims, signers.bundle.signer);

describe('a bundle', () => {
  test('holds doors with their keys, grants, newest snapshot, certificates and a time token', () => {
    const { bytes, doors } = issue();
    const bundle = opened(bytes);
    expect(bundle.deviceKeyId).toEqual(keyId(crypto, signerOf(101).publicKey));
    expect(bundle.sequence).toBe(1);
    expect(bundle.chain).toEqual(Object.values(signers).map(({ certificate }) => certificate));
    expect(bundle.doors).toHaveLength(2);
    expect(bundle.doors[0]).toMatchObject({
      lockId: lockIdOf(lockRow(1)),
      staticKeys: [filled(80)],
      identityKey: filled(81),
      advertKey: filled(82),
      label: 'Front door',
      grants: [doors[0]!.grants[0]!.bytes],
      snapshot: door(lockRow(1)).policy.snapshot,
      delta: null,
      admin: [],
    });
    const token = read<object>(bundle.time!, 'time-token', timeTokenClaims, signers.time.signer);
    expect(token).toEqual({ iat: NOW - 5, radius: 7 });
  });

  test('is to be renewed at half of its shortest life', () => {
    expect(opened(issue().bytes).refreshAfter).toBe(NOW + 3600);
    expect(opened(issue({ doors: [] }).bytes).refreshAfter).toBe(NOW + DAY / 2);
  });

  test('is remembered: its number, and how long its grants may live at each lock', () => {
    const first = issue().device;
    expect(first.sequence).toBe(1);
    expect(first.grants).toEqual([
      { lockId: lockRow(1).lockId, until: NOW + DAY },
      { lockId: lockRow(2).lockId, until: NOW + 7200 },
    ]);
    const shorter = [door(lockRow(1), { grants: [lowered({ exp: NOW + 60 })] })];
    const second = issue({ device: first, doors: shorter }).device;
    expect(second.sequence).toBe(2);
    expect(second.grants).toEqual(first.grants);
    expect(JSON.parse(JSON.stringify(second))).toEqual(second);
  });

  test('leaves out a lock that nothing can be issued for, and says why', () => {
    const doors = [door(lockRow(1), { grants: [lowered({ requirements: 4 })] }), door(lockRow(2))];
    const { bytes, notIssued } = issue({ doors });
    expect(notIssued).toEqual([{ lockId: lockRow(1).lockId, reason: 'hardware_key_missing' }]);
    expect(opened(bytes).doors).toHaveLength(1);
  });

  test('of the same order is the same bytes', () => {
    expect(issue().bytes).toEqual(issue().bytes);
  });

  test('is not made with a policy sealed from another version of the row', () => {
    const stale = door(lockRow(1));
    const { lock } = revoke(lockRow(1), [{ tag: filled(1, 8), until: NOW }], NOW, crypto);
    expect(() => issue({ doors: [{ ...stale, lock }] })).toThrow(TypeError);
  });

  test('above 1 MiB is not made', () => {
    const heavy = door(lockRow(1), { grants: Array.from({ length: 32 }, () => lowered()) });
    const doors = Array.from({ length: 200 }, (_, n) => ({
      ...heavy,
      lock: { ...heavy.lock, lockId: (n + 0x1000).toString(16).padStart(16, '0') },
    }));
    // Any 64 bytes will do for its size.
    const work = sealBundle(order({ doors }), signers, crypto);
    let step = work.next();
    while (step.done !== true) step = work.next(filled(0, 64));
    expect(step.value).toMatchObject({ ok: false, code: 'bundle_too_large' });
  });
});

describe('short notes to a lock', () => {
  const token = (edits: object) =>
    signNow(sealTimeToken({ now: NOW, errorSeconds: 2, ...edits }, signers.time.signer, crypto));

  test('a time token with its radius reaches past the true time on both sides', () => {
    const nonce = filled(3, 16);
    const claims = read<{ iat: number; radius: number }>(
      token({ nonce }),
      'time-token',
      timeTokenClaims,
      signers.time.signer,
    );
    expect(claims).toEqual({ iat: NOW - 5, radius: 7, nonce });
    expect(claims.iat + claims.radius).toBeGreaterThanOrEqual(NOW + 2);
    expect(claims.iat - claims.radius).toBeLessThanOrEqual(NOW - 2);
  });

  test.each([{ errorSeconds: 0 }, { errorSeconds: Number.NaN }, { errorSeconds: 86_396 }])(
    'no time token with %j',
    (edits) => expect(() => token(edits)).toThrow(RangeError),
  );

  test.each([{ now: 4 }, { now: 1.5 }, { now: Number.NaN }])(
    'nothing is stamped at %j',
    (edits) => {
      expect(() => token(edits)).toThrow(RangeError);
    },
  );

  test('a log acknowledgement names lock, record and time, and a POLICY key signs it', () => {
    const ack = { lockId: filled(1, 8), sequence: 9, now: NOW };
    const bytes = signNow(sealLogAck(ack, signers.policy.signer, crypto));
    expect(read<object>(bytes, 'log-ack', logAckClaims, signers.policy.signer)).toEqual({
      version: 1,
      lockId: filled(1, 8),
      sequence: 9,
      iat: NOW - 5,
    });
  });
});

describe('F15 the root', () => {
  const third = signerOf(3);
  const trust = firstTrust(root.publicKey, nextRoot.publicKey, crypto);
  const rotate = () => signNow(rotateTrust(trust, root, nextRoot, third.publicKey, crypto));
  const hear = (update: Uint8Array, pinned = trust) =>
    checkNow(openTrustUpdate(update, pinned, crypto), crypto);

  test('changes hands to the key it committed to, one epoch on', () => {
    const { trust: next, update } = rotate();
    expect(hear(update)).toEqual({ ok: true, value: next });
    expect(next.trustEpoch).toBe(2);
    expect(hear(update, next)).toMatchObject({ code: 'trust_epoch_known' });
    const skipped = { ...trust, trustEpoch: 0 };
    expect(hear(update, skipped)).toMatchObject({ code: 'trust_epoch_skipped' });
  });

  test('is never handed over to or by another key', () => {
    const to = () => signNow(rotateTrust(trust, root, third, third.publicKey, crypto));
    const by = () => signNow(rotateTrust(trust, third, nextRoot, third.publicKey, crypto));
    expect(to).toThrow(TypeError);
    expect(by).toThrow(TypeError);
    const uncommitted = { ...trust, nextRootHash: filled(0) };
    expect(hear(rotate().update, uncommitted)).toMatchObject({ code: 'trust_root_uncommitted' });
  });

  test('needs both signatures', () => {
    const { update } = rotate();
    const foreign = { ...trust, root: third.publicKey };
    expect(hear(update, foreign)).toMatchObject({ code: 'trust_signature' });
    const changed = update.slice();
    changed[changed.length - 1] = changed.at(-1)! ^ 1;
    expect(hear(changed)).toMatchObject({ code: 'trust_signature' });
  });
});

test('J6 no secret stands in what an issuer gives back, nor in what it throws', () => {
  const secrets = [...Array(5)].map((_, n) => filled(11 + n));
  const issued = issue();
  const thrown: string[] = [];
  for (const wrong of [{ tagSecret: filled(0x7a, 31) }, { now: -1 }, { errorSeconds: 0 }]) {
    try {
      issue(wrong);
    } catch (error) {
      thrown.push(String(error));
    }
  }
  expect(thrown).toHaveLength(3);
  const text = [JSON.stringify([issued, signers, certified(11, ['grant'])]), ...thrown].join();
  const shown = text.replace(/"\d+":(\d+)/gu, '$1');
  for (const secret of [...secrets, TAG_SECRET]) {
    expect(shown).not.toContain(secret.join());
    expect(text).not.toContain(Buffer.from(secret).toString('hex'));
  }
});
