/** What comes back to the issuer: receipts, log segments, acknowledgements and lock identities. */
import { describe, expect, test } from 'vitest';
import { checkNow, type InstantSigner, signNow } from '../../../protocol/crypto/steps.js';
import { openLockIdentity } from '../../../protocol/issuer/commissioning.js';
import { openDeviceAck } from '../../../protocol/issuer/device-acks.js';
import { heldUntil } from '../../../protocol/issuer/issuer-device.js';
import { type IssuerLock, lockIdOf } from '../../../protocol/issuer/issuer-lock.js';
import { revoke } from '../../../protocol/issuer/policy-change.js';
import { openReceipt, settleReceipt } from '../../../protocol/issuer/receipts.js';
import { enterEpoch } from '../../../protocol/issuer/rotation.js';
import { followsOn, openSegment } from '../../../protocol/issuer/segments.js';
import { deviceAckClaims } from '../../../protocol/objects/acknowledgements.js';
import { sealEnvelope } from '../../../protocol/objects/envelope.js';
import { lockIdentityClaims } from '../../../protocol/objects/lock-identity.js';
import { FIRST_LINK, type LogRecord, linkAfter } from '../../../protocol/objects/log-record.js';
import { encodeSegment } from '../../../protocol/objects/log-segment.js';
import { type Receipt, receiptClaims } from '../../../protocol/objects/receipt.js';
import { rootHash } from '../../../protocol/objects/trust-update.js';
import { startNoise, writeNoise } from '../../../protocol/session/noise.js';
import { encodeCbor } from '../../../protocol/wire/cbor.js';
import { fromHex, toHex } from '../../../protocol/wire/hex.js';
import { crypto, deviceRow, filled, lockRow, NOW, root, signerOf } from '../../helpers/issuing.js';

const identity = signerOf(50);
const lockId = lockIdOf(lockRow());
const lock = { lockId, identityKey: identity.publicKey.x };
const tag = filled(5, 8);

function receiptOf(row: IssuerLock, edits: Partial<Receipt> = {}, by: InstantSigner = identity) {
  const state = row.issued.at(-1)!;
  const payload = receiptClaims.encode({
    version: 1,
    lockId,
    iat: NOW,
    sequence: 7,
    policyVersion: state.policyVersion,
    post: fromHex(state.post)!,
    trustEpoch: state.trustEpoch,
    committed: { lo: NOW, hi: NOW + 9 },
    counter: filled(2, 8),
    status: 0,
    grantHash: filled(3, 8),
    logHead: filled(4, 14),
    firmware: 'test',
    battery: 90,
    boots: 1,
    ...edits,
  });
  return signNow(sealEnvelope('receipt', by, payload, crypto));
}

const open = (bytes: Uint8Array, of = lock) => checkNow(openReceipt(bytes, of, crypto), crypto);

function factsOf(bytes: Uint8Array) {
  const opened = open(bytes);
  if (!opened.ok) throw new Error(opened.code);
  return opened.value.facts;
}

describe('a receipt', () => {
  test('becomes the plain facts that the sync score takes', () => {
    const bytes = receiptOf(lockRow());
    expect(factsOf(bytes)).toEqual({
      lockId: toHex(lockId),
      seq: 7,
      trustEpoch: 1,
      pv: 1,
      post: lockRow().issued.at(-1)!.post,
      committedLo: NOW,
      hi: NOW + 9,
      ctr: '0202020202020202',
      status: 'permitted',
      grantHash: '0303030303030303',
      sha256: toHex(crypto.sha256(bytes)),
    });
    const bare = { committed: { lo: NOW, hi: null }, status: 77 };
    expect(factsOf(receiptOf(lockRow(), bare))).toMatchObject({ hi: null, status: 'unknown' });
  });

  test('of another signer, another lock, another stamp or another kind is refused', () => {
    expect(open(receiptOf(lockRow(), {}, signerOf(51)))).toMatchObject({
      code: 'receipt_signature',
    });
    expect(open(receiptOf(lockRow(), { lockId: filled(9, 8) }))).toMatchObject({
      code: 'receipt_other_lock',
    });
    expect(open(receiptOf(lockRow(), { iat: NOW - 1 }))).toMatchObject({ code: 'receipt_stamp' });
    const payload = receiptClaims.encode({ ...receiptClaimsOf(receiptOf(lockRow())) });
    const asGrant = signNow(sealEnvelope('grant', identity, payload, crypto));
    expect(open(asGrant)).toMatchObject({ code: 'envelope_type' });
    expect(open(receiptOf(lockRow()).slice(0, -1))).toMatchObject({ code: 'cbor_truncated' });
  });

  test('proves a version that was issued, once, and never an older one', () => {
    const row = revoke(lockRow(), [{ tag, until: NOW + 60 }], NOW, crypto).lock;
    const settled = settleReceipt(row, factsOf(receiptOf(row)));
    if (!settled.ok) throw new Error(settled.code);
    expect(settled.value.proved).toEqual({
      receiptSequence: 7,
      trustEpoch: 1,
      policyVersion: 2,
      committedLo: NOW,
    });
    expect(settled.value.issued.map(({ policyVersion }) => policyVersion)).toEqual([2]);
    for (const sequence of [6, 7]) {
      const again = settleReceipt(settled.value, factsOf(receiptOf(row, { sequence })));
      expect(again).toMatchObject({ code: 'receipt_old' });
    }
    const back = receiptOf(row, { sequence: 8, policyVersion: 1 });
    expect(settleReceipt(settled.value, factsOf(back))).toMatchObject({
      code: 'receipt_unknown_state',
    });
  });

  test('before the first policy is of the state a commissioned lock begins with', () => {
    const fresh = { ...lockRow(), issued: lockRow().issued.slice(0, 1) };
    expect(settleReceipt(lockRow(), factsOf(receiptOf(fresh)))).toMatchObject({ ok: true });
  });

  test.each([
    ['another digest', { post: filled(1, 16) }],
    ['a version never made', { policyVersion: 99 }],
    ['another epoch', { trustEpoch: 2 }],
  ])('of %s is an unknown state', (_, edits) => {
    const facts = factsOf(receiptOf(lockRow(), edits));
    expect(settleReceipt(lockRow(), facts)).toMatchObject({ code: 'receipt_unknown_state' });
  });

  test('of another lock settles nothing here', () => {
    const facts = { ...factsOf(receiptOf(lockRow())), lockId: 'ffffffffffffffff' };
    expect(settleReceipt(lockRow(), facts)).toMatchObject({ code: 'receipt_other_lock' });
  });

  test('of either epoch counts while the lock may not have heard of the new one', () => {
    const row = enterEpoch(lockRow(), 2);
    const both = [1, 2].map((trustEpoch) => factsOf(receiptOf(lockRow(), { trustEpoch })));
    expect(both.map((facts) => settleReceipt(row, facts).ok)).toEqual([true, true]);
    const moved = settleReceipt(row, both[1]!);
    const older = { ...both[0]!, seq: 8 };
    expect(moved.ok && settleReceipt(moved.value, older)).toMatchObject({
      code: 'receipt_unknown_state',
    });
  });
});

describe('a log segment', () => {
  const logSecret = filled(60);
  const staticSecret = filled(61);
  const staticKeys = [crypto.x25519Public(staticSecret)];
  const records: LogRecord[] = [];
  for (const sequence of [1, 2, 3]) {
    const last = records.at(-1);
    const link = last === undefined ? FIRST_LINK : linkAfter(crypto, last);
    records.push({ sequence, lo: NOW, tag, operation: 1, result: 0, link });
  }

  function sealed(by = staticSecret, about = lockId, inside = lockId, list = records): Uint8Array {
    const state = startNoise(crypto, {
      pattern: 'X',
      initiator: true,
      prologue: encodeCbor(['DKP/1 log', about]),
      static: by,
      remoteStatic: crypto.x25519Public(logSecret),
    });
    const payload = encodeSegment({ lockId: inside, records: list });
    return writeNoise(crypto, state, filled(62), payload)!.message;
  }
  const opened = (bytes: Uint8Array) =>
    openSegment(bytes, { lockId, staticKeys }, logSecret, crypto);

  test('opens to its records with the log key', () => {
    expect(opened(sealed())).toEqual({ ok: true, value: { lockId, records } });
  });

  test('I3 that was changed, made by another key, or is of another lock is refused', () => {
    const bytes = sealed();
    bytes[80] = bytes[80]! ^ 1;
    expect(opened(bytes)).toMatchObject({ code: 'segment_seal' });
    expect(opened(sealed(filled(63)))).toMatchObject({ code: 'segment_sealer' });
    expect(opened(sealed(staticSecret, filled(1, 8)))).toMatchObject({ code: 'segment_seal' });
    expect(opened(sealed(staticSecret, lockId, filled(1, 8)))).toMatchObject({
      code: 'segment_other_lock',
    });
    const gap = sealed(staticSecret, lockId, lockId, [records[0]!, records[2]!]);
    expect(opened(gap)).toMatchObject({ code: 'segment_gap' });
    const wrong = { ...records[1]!, link: filled(9, 14) };
    const broken = sealed(staticSecret, lockId, lockId, [records[0]!, wrong]);
    expect(opened(broken)).toMatchObject({ code: 'segment_link' });
    expect(opened(new Uint8Array(10))).toMatchObject({ code: 'segment_seal' });
  });

  test('I3 a segment that was left out shows in the next one', () => {
    expect(followsOn(undefined, records[0]!, crypto).ok).toBe(true);
    expect(followsOn(records[0], records[1]!, crypto).ok).toBe(true);
    expect(followsOn(records[0], records[2]!, crypto)).toMatchObject({ code: 'segment_gap' });
    expect(followsOn(undefined, records[1]!, crypto)).toMatchObject({ code: 'segment_gap' });
    const other = { ...records[0]!, result: 1 };
    expect(followsOn(other, records[1]!, crypto)).toMatchObject({ code: 'segment_link' });
  });
});

describe('a device’s acknowledgement', () => {
  const device = { ...deviceRow(), sequence: 3, acknowledged: 1 };
  const ack = (sequence: number, by = signerOf(101)) => {
    const payload = deviceAckClaims.encode({ version: 1, iat: NOW, sequence });
    const bytes = signNow(sealEnvelope('device-ack', by, payload, crypto));
    return checkNow(openDeviceAck(bytes, device, crypto), crypto);
  };

  test('counts once, for a bundle that was made, signed by the device', () => {
    expect(ack(3)).toEqual({ ok: true, value: { ...device, acknowledged: 3 } });
    expect(ack(1)).toMatchObject({ code: 'ack_old' });
    expect(ack(4)).toMatchObject({ code: 'ack_unknown_bundle' });
    expect(ack(3, signerOf(102))).toMatchObject({ code: 'ack_signature' });
  });

  test('says nothing of grants: those it may hold stay what they were', () => {
    expect(heldUntil({ ...device, grants: [{ lockId: 'aa', until: 9 }] }, 'aa')).toBe(9);
    expect(heldUntil(device, 'aa')).toBe(0);
  });
});

describe('a lock’s identity', () => {
  const session = { handshakeHash: filled(70), root: root.publicKey };
  const claims = {
    version: 1,
    staticKey: filled(71),
    identityKey: identity.publicKey.x,
    counter: filled(1, 8),
    handshakeHash: filled(70),
    rootHash: rootHash(crypto, root.publicKey),
  };
  const answer = (edits: object, by = identity) => {
    const payload = lockIdentityClaims.encode({ ...claims, ...edits });
    const bytes = signNow(sealEnvelope('lock-identity', by, payload, crypto));
    return checkNow(openLockIdentity(bytes, session, crypto), crypto);
  };

  test('is believed when the key it names signed it, for this session and root', () => {
    expect(answer({})).toEqual({ ok: true, value: claims });
    expect(answer({}, signerOf(51))).toMatchObject({ code: 'identity_signature' });
    expect(answer({ handshakeHash: filled(0) })).toMatchObject({ code: 'identity_other_session' });
    expect(answer({ rootHash: filled(0) })).toMatchObject({ code: 'identity_other_root' });
    expect(answer({ identityKey: filled(0) })).toMatchObject({ code: 'identity_key' });
  });
});

function receiptClaimsOf(bytes: Uint8Array): Receipt {
  const opened = open(bytes);
  if (!opened.ok) throw new Error(opened.code);
  return opened.value.claims;
}
