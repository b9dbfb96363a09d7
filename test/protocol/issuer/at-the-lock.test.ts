/** The issuer against the real lock: whatever it seals the lock takes, and whatever the lock signs it settles. */
import { beforeEach, describe, expect, test } from 'vitest';
import { checkNow, type InstantSigner, signNow } from '../../../protocol/crypto/steps.js';
import type { SiteSigners } from '../../../protocol/issuer/certificates.js';
import { openLockIdentity } from '../../../protocol/issuer/commissioning.js';
import { type IssuedGrant, sealGrants } from '../../../protocol/issuer/grants.js';
import { type IssuerLock, newIssuerLock } from '../../../protocol/issuer/issuer-lock.js';
import {
  block,
  changeConfig,
  type LockChange,
  raiseFloor,
  resetClock,
  revoke,
} from '../../../protocol/issuer/policy-change.js';
import { sealPolicy } from '../../../protocol/issuer/policy-seals.js';
import { openReceipt, settleReceipt } from '../../../protocol/issuer/receipts.js';
import { commissionAgain, recoverFrom } from '../../../protocol/issuer/recovery.js';
import { enterEpoch, firstTrust, rotateTrust } from '../../../protocol/issuer/rotation.js';
import { lowerFrom } from '../../../protocol/issuer/stamp.js';
import { sealTimeToken } from '../../../protocol/issuer/time-tokens.js';
import { keyId } from '../../../protocol/objects/cose-key.js';
import {
  certified,
  crypto,
  deviceRow,
  filled,
  lowered,
  NOW,
  nextRoot,
  root,
  signerOf,
  siteSigners,
  TAG_SECRET,
} from '../../helpers/issuing.js';
import { LOCK_ID } from '../../helpers/lock-objects.js';
import {
  type Answer,
  handshake,
  ownedLock,
  type PhoneSession,
  tryCommission,
} from '../../helpers/lock-phone.js';

/** A site with one lock, its phone and its server, at one time. */
class Scene {
  owned = ownedLock();
  signers: SiteSigners<InstantSigner> = siteSigners();
  row: IssuerLock = newIssuerLock(LOCK_ID, 1, crypto);
  now = NOW;

  /** Changes the row, as `revoke` and the others do. */
  change(make: (row: IssuerLock) => LockChange): boolean {
    const { lock, reissue } = make(this.row);
    this.row = lock;
    return reissue;
  }

  grant(edits = {}, random = filled(9)): IssuedGrant {
    const order = {
      lock: this.row,
      device: deviceRow(1),
      grants: [
        lowered({ requirements: 0, nbf: lowerFrom(this.now), exp: this.now + 86_400, ...edits }),
      ],
      now: this.now,
      random,
      tagSecret: TAG_SECRET,
    };
    const issued = signNow(sealGrants(order, this.signers.grant, crypto));
    if (!issued.ok) throw new Error(issued.code);
    return issued.value[0]!;
  }

  /** Brings everything there is, in the order of a phone; the statuses by kind. */
  carry(session: PhoneSession, trust: Uint8Array[] = []): Record<string, string[]> {
    const said: Record<string, string[]> = {};
    const say = (kind: Parameters<PhoneSession['carry']>[0], bytes: Uint8Array) => {
      said[kind] = [...(said[kind] ?? []), session.carry(kind, bytes)];
    };
    for (const update of trust) say('trust-update', update);
    const { grant, policy, time, admin } = this.signers;
    for (const { certificate } of [grant, policy, time, admin]) say('certificate', certificate);
    const sealed = signNow(sealPolicy(this.row, this.signers, crypto));
    const newest = sealed.delta ?? sealed.snapshot;
    if (newest !== null) say('policy-update', newest);
    for (const update of sealed.admin) say('admin-update', update);
    const { nonce } = session.hello;
    const order = { now: this.now, errorSeconds: 1, nonce };
    say('time-token', signNow(sealTimeToken(order, time.signer, crypto)));
    return said;
  }

  /** A whole visit: everything is brought, one grant is tried, its receipt is settled. */
  visit(grant: IssuedGrant, trust: Uint8Array[] = []): { said: Record<string, string[]> } & Answer {
    const session = handshake(this.owned.host, this.owned.keys);
    const said = this.carry(session, trust);
    const answer = session.request(grant.bytes);
    session.say({ kind: 'close' });
    if (answer === undefined) throw new Error('no answer');
    if (answer.bytes !== null) this.settle(answer.bytes);
    return { said, ...answer };
  }

  /** The answer to one grant of now in a session. */
  request(session: PhoneSession): Answer {
    const answer = session.request(this.grant({}, filled(6)).bytes);
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  settle(receipt: Uint8Array): void {
    const { facts } = this.open(receipt);
    const settled = settleReceipt(this.row, facts);
    if (!settled.ok) throw new Error(settled.code);
    this.row = settled.value;
  }

  open(receipt: Uint8Array) {
    const { identityKey } = this.owned.keys;
    const opened = checkNow(openReceipt(receipt, { lockId: LOCK_ID, identityKey }, crypto), crypto);
    if (!opened.ok) throw new Error(opened.code);
    return opened.value;
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.change((row) => raiseFloor(row, NOW - 60, crypto));
});

const tagsOf = (grant: IssuedGrant) => grant.claims.tags;

describe('a visit', () => {
  test('brings the first policy and opens; the receipt proves it', () => {
    const { said, status } = scene.visit(scene.grant());
    expect(status).toBe('permitted');
    expect(said['policy-update']).toEqual(['applied']);
    expect(said['time-token']).toEqual(['applied']);
    expect(scene.row.proved).toMatchObject({ policyVersion: 1, trustEpoch: 1 });
    expect(scene.row.proved!.committedLo).toBeLessThanOrEqual(NOW);
  });

  test('after a revocation a delta arrives first: the old grant ends, a new one of the same second lives', () => {
    const old = scene.grant();
    scene.visit(old);
    const marks = [{ tag: tagsOf(old)[0]!, until: old.claims.exp }];
    expect(scene.change((row) => revoke(row, marks, NOW, crypto))).toBe(false);
    const renewed = scene.grant({}, filled(8));
    expect(signNow(sealPolicy(scene.row, scene.signers, crypto)).delta).not.toBeNull();
    const refused = scene.visit(old);
    expect(refused.said['policy-update']).toEqual(['applied']);
    expect(refused.status).toBe('revoked');
    expect(scene.row.proved?.policyVersion).toBe(2);
    expect(scene.visit(renewed).status).toBe('permitted');
  });

  test('with a new grant alone cannot withhold the news: the grant names its version', () => {
    scene.visit(scene.grant());
    scene.change((row) => revoke(row, [{ tag: filled(1, 8), until: NOW + 60 }], NOW, crypto));
    const session = handshake(scene.owned.host, scene.owned.keys);
    const token = { now: NOW, errorSeconds: 1, nonce: session.hello.nonce };
    session.carry('time-token', signNow(sealTimeToken(token, scene.signers.time.signer, crypto)));
    expect(session.request(scene.grant().bytes)?.status).toBe('policy_version_missing');
  });

  test('after marks ran out every grant from before is below the floor, and new ones live', () => {
    const old = scene.grant();
    scene.visit(old);
    const many = Array.from({ length: 113 }, (_, n) => ({ tag: filled(n, 8), until: NOW + 60 }));
    expect(scene.change((row) => revoke(row, many, NOW, crypto))).toBe(true);
    const renewed = scene.grant();
    expect(scene.visit(old).status).toBe('below_floor');
    expect(scene.visit(renewed).status).toBe('permitted');
  });

  test('with as many marks as fit one update is a visit like any other, delta or snapshot', () => {
    const fresh = scene.grant();
    for (const start of [0, 40]) {
      const more = Array.from({ length: 35 }, (_, n) => ({
        tag: filled(start + n, 8),
        until: NOW + 9999,
      }));
      expect(scene.change((row) => revoke(row, more, NOW, crypto))).toBe(false);
    }
    expect(scene.row.marks).toHaveLength(70);
    const { said } = scene.visit(fresh);
    expect(said['policy-update']).toEqual(['applied']);
    expect(scene.row.proved?.policyVersion).toBe(3);
  });

  test('brings a configuration, which the next receipt’s digest stands for', () => {
    scene.change((row) => changeConfig(row, { openSeconds: 9, personalLog: false }, NOW, crypto));
    const { said, status } = scene.visit(scene.grant());
    expect({ said: said['admin-update'], status }).toEqual({
      said: ['applied'],
      status: 'permitted',
    });
    expect(scene.owned.host.openSeconds).toBe(9);
    expect(scene.visit(scene.grant()).said['admin-update']).toEqual(['already_known']);
  });

  test('after a key was blocked neither its grants nor its updates count', () => {
    const old = scene.grant();
    scene.visit(old);
    scene.change((row) => {
      const keyId = scene.owned.host.state.keeping!.certificates.find(
        (known) => known.key.x.join() === scene.signers.grant.claims.key.x.join(),
      )!.keyId;
      const blocked = block(row, [keyId], NOW, crypto);
      if (!blocked.ok) throw new Error(blocked.code);
      return blocked.value;
    });
    expect(scene.visit(old).status).toBe('denied');
    scene.signers = { ...scene.signers, grant: certified(31, ['grant']) };
    expect(scene.visit(scene.grant()).status).toBe('permitted');
  });
});

test('E5b a clock that a wrong server set ahead is set back, and nothing from before lives again', () => {
  const old = scene.grant();
  scene.visit(old);
  const day = 86_400;
  scene.now = NOW + 20 * day;
  const wrong = scene.grant();
  expect(scene.visit(wrong).status).toBe('permitted');
  scene.now = NOW + 60;
  expect(scene.visit(scene.grant()).status).not.toBe('permitted');
  expect(scene.change((row) => resetClock(row, scene.now, crypto))).toBe(true);
  const renewed = scene.grant();
  const { said, status } = scene.visit(renewed);
  expect(said['admin-update']).toEqual(['applied']);
  expect(status).toBe('permitted');
  for (const before of [old, wrong]) expect(scene.visit(before).status).not.toBe('permitted');
});

/** The root is handed over, and every role has a key of the new epoch; the update for the lock. */
function rotate(): Uint8Array {
  const trust = firstTrust(root.publicKey, nextRoot.publicKey, crypto);
  const { update } = signNow(rotateTrust(trust, root, nextRoot, signerOf(3).publicKey, crypto));
  const renew = (number: number, role: 'grant' | 'policy' | 'time' | 'bundle' | 'admin') =>
    certified(number, [role], { trustEpoch: 2 }, nextRoot);
  scene.signers = {
    grant: renew(41, 'grant'),
    policy: renew(42, 'policy'),
    time: renew(43, 'time'),
    bundle: renew(44, 'bundle'),
    admin: renew(45, 'admin'),
  };
  scene.row = enterEpoch(scene.row, 2);
  return update;
}

test('what is withdrawn while a reset is under way stays withdrawn when the clock goes back', () => {
  const day = 86_400;
  scene.visit(scene.grant());
  scene.now = NOW + 20 * day;
  scene.visit(scene.grant());
  scene.now = NOW + 60;
  scene.change((row) => resetClock(row, scene.now, crypto));
  const taken = scene.grant();
  const marks = [{ tag: tagsOf(taken)[0]!, until: taken.claims.exp }];
  // To the lock, whose clock is days ahead, a mark would be over before it came.
  expect(scene.change((row) => revoke(row, marks, scene.now, crypto))).toBe(true);
  const { said, status } = scene.visit(taken);
  expect(said['admin-update']).toEqual(['applied']);
  expect(status).toBe('below_floor');
  expect(scene.row.clockReset).toBeNull();
  expect(scene.visit(scene.grant({}, filled(8))).status).toBe('permitted');
  expect(scene.change((row) => revoke(row, marks, scene.now, crypto))).toBe(false);
});

test('F15 after a rotation certificates, grants and updates of the new epoch count and no other', () => {
  const old = scene.grant();
  scene.visit(old);
  const update = rotate();
  expect(scene.visit(scene.grant(), [update]).status).toBe('permitted');
  expect(scene.row.proved?.trustEpoch).toBe(2);
  expect(scene.visit(old).status).toBe('denied');
});

test('F13 a server that came back from a backup goes on above the lock, and what it forgot stays withdrawn', () => {
  const old = scene.grant();
  scene.visit(old);
  const backup = scene.row;
  scene.change((row) =>
    revoke(row, [{ tag: tagsOf(old)[0]!, until: old.claims.exp }], NOW, crypto),
  );
  const stolen = { ...scene.signers };
  scene.change((row) => {
    const blocked = block(row, [keyId(crypto, stolen.grant.claims.key)], NOW, crypto);
    if (!blocked.ok) throw new Error(blocked.code);
    return blocked.value;
  });
  const session = handshake(scene.owned.host, scene.owned.keys);
  scene.carry(session);
  scene.signers = { ...stolen, grant: certified(31, ['grant']) };
  const { facts } = scene.open(scene.request(session).bytes!);
  session.say({ kind: 'close' });
  expect(settleReceipt(backup, facts)).toMatchObject({ code: 'receipt_unknown_state' });
  const order = { next: { pv: 0 }, trustEpoch: 1, now: NOW };
  const { lock, rotateTo } = recoverFrom(backup, facts, order, crypto);
  expect(rotateTo).toBe(2);
  scene.row = lock;
  expect(() => scene.grant()).toThrow('trust_not_rotated');
  const update = rotate();
  const renewed = scene.grant();
  expect(scene.visit(renewed, [update]).status).toBe('permitted');
  expect(scene.row.proved).toMatchObject({ trustEpoch: 2, policyVersion: lock.policyVersion });
  expect(scene.visit(old).status).toBe('denied');
  // The thief has the key that was blocked after the backup, and signs what would be good.
  const theft = { ...scene.signers, grant: stolen.grant };
  scene.signers = theft;
  scene.row = { ...scene.row, sealedFromEpoch: 1 };
  expect(scene.visit(scene.grant({}, filled(7))).status).toBe('denied');
});

test('a lock commissioned again takes no snapshot, grant or blocked key of its former life', () => {
  for (let n = 0; n < 3; n++) scene.change((row) => raiseFloor(row, NOW - 50 + n, crypto));
  scene.change((row) => changeConfig(row, { openSeconds: 9, personalLog: true }, NOW - 40, crypto));
  const stolen = scene.signers.grant;
  scene.visit(scene.grant());
  const old = scene.grant({ exp: NOW + 20 * 86_400 });
  const former = signNow(sealPolicy(scene.row, scene.signers, crypto)).snapshot!;
  const formerAdmin = signNow(sealPolicy(scene.row, scene.signers, crypto)).admin[0]!;
  scene.change((row) => {
    const blocked = block(row, [keyId(crypto, stolen.claims.key)], NOW, crypto);
    if (!blocked.ok) throw new Error(blocked.code);
    return blocked.value;
  });
  const { host } = scene.owned;
  host.step({ kind: 'reset' });
  const keys = tryCommission(host)!;
  scene.owned = { host, keys };
  scene.now = NOW + 60;
  const order = { next: { pv: 0 }, now: scene.now };
  scene.change((row) => commissionAgain(row, 1, order, crypto));
  scene.signers = { ...scene.signers, grant: certified(31, ['grant']) };
  const renewed = scene.grant();
  const visit = scene.visit(renewed);
  expect(visit.status).toBe('permitted');
  expect(visit.said['admin-update']).toEqual(['applied']);
  expect(host.openSeconds).toBe(9);
  const session = handshake(host, keys);
  expect(session.carry('policy-update', former)).not.toBe('applied');
  expect(session.carry('admin-update', formerAdmin)).toBe('already_known');
  session.carry('certificate', stolen.certificate);
  expect(session.request(old.bytes)?.status).not.toBe('permitted');
  session.say({ kind: 'close' });
  // The thief of the blocked key signs what would be good.
  scene.signers = { ...scene.signers, grant: stolen };
  expect(scene.visit(scene.grant({}, filled(7))).status).toBe('denied');
});

test('the identity of another session is not taken for this lock’s', () => {
  const session = { handshakeHash: filled(1), root: root.publicKey };
  const opened = checkNow(openLockIdentity(new Uint8Array(9), session, crypto), crypto);
  expect(opened.ok).toBe(false);
});
