/** A server that came back from a backup: issuer and sync score together, against the rules of the lock. */
import { beforeEach, describe, expect, test } from 'vitest';
import { signNow } from '../../../protocol/crypto/steps.js';
import { sealGrants } from '../../../protocol/issuer/grants.js';
import { type IssuerLock, lockIdOf } from '../../../protocol/issuer/issuer-lock.js';
import { revoke } from '../../../protocol/issuer/policy-change.js';
import { updateClaims } from '../../../protocol/issuer/policy-content.js';
import { sealDelta, sealPolicy, sealSnapshot } from '../../../protocol/issuer/policy-seals.js';
import { settleReceipt } from '../../../protocol/issuer/receipts.js';
import { commissionAgain, recoverFrom } from '../../../protocol/issuer/recovery.js';
import { enterEpoch } from '../../../protocol/issuer/rotation.js';
import {
  applyUpdate,
  judgeMarks,
  judgeUpdate,
  type LockPolicy,
} from '../../../protocol/lock/policy-store.js';
import type { PolicyUpdate } from '../../../protocol/objects/policy-update.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { nextPolicyVersion } from '../../../src/sync/apply-event.js';
import type { ReceiptFacts, SyncEvent } from '../../../src/sync/event.js';
import { scoreDoor } from '../../../src/sync/overview.js';
import { emptyState, type SyncState } from '../../../src/sync/state.js';
import {
  certified,
  crypto,
  deviceRow,
  filled,
  lockRow,
  lowered,
  NOW,
  signerOf,
  TAG_SECRET,
} from '../../helpers/issuing.js';
import { grantOf } from '../../helpers/lock-objects.js';
import { having } from '../../sync/building.js';

const DAY = 86_400;
const ERROR_SECONDS = 2;

/** A lock's memory, which takes whatever its rules let in. */
class Memory {
  policy: LockPolicy = {
    policyVersion: 0,
    post: filled(0, 16),
    floor: { issuedUntil: 0, version: 0 },
    marks: [],
    blocked: [],
  };
  trustEpoch = 1;
  private receipts = 0;

  take(update: PolicyUpdate): string {
    const refused = judgeUpdate(this.policy, update, update.lockId);
    if (refused === undefined) this.policy = applyUpdate(this.policy, update, 0) as LockPolicy;
    return refused ?? 'applied';
  }

  receipt(lockId: string): ReceiptFacts {
    this.receipts += 1;
    const { policyVersion, post } = this.policy;
    return {
      lockId,
      seq: this.receipts,
      trustEpoch: this.trustEpoch,
      pv: policyVersion,
      post: toHex(post),
      committedLo: NOW - 700 + this.receipts,
      hi: null,
      ctr: `00000001${String(this.receipts).padStart(8, '0')}`,
      status: 'denied',
      grantHash: null,
      sha256: String(this.receipts).padStart(64, '0'),
    };
  }
}

/** What a server tells the score of the newest version of a row. */
function told(row: IssuerLock, changes: 'flat'[] = []): SyncEvent {
  return {
    kind: 'issued',
    lock: row.lockId,
    version: {
      trustEpoch: row.trustEpoch,
      pv: row.policyVersion,
      post: row.issued.at(-1)?.post as string,
    },
    snapshot: true,
    floor: row.floor.issuedUntil,
    changes: changes.map((permission) => ({ kind: 'revoke', permission })),
  };
}

/** A server with one lock at version 1, which the lock proved. */
interface Server {
  readonly row: IssuerLock;
  readonly sync: SyncState;
}

function begin(memory: Memory): Server {
  const row = lockRow();
  const sync = having(
    emptyState(ERROR_SECONDS),
    {
      kind: 'lock_installed',
      door: 'door',
      lock: row.lockId,
      driftPpm: 100,
      lowerBoundGrants: false,
    },
    { kind: 'commissioned', lock: row.lockId },
    { kind: 'permission_given', permission: 'flat', holder: 'ana', doors: ['door'] },
    told(row),
  );
  memory.take(updateClaims(row));
  return hear({ row, sync }, memory, NOW - 600);
}

/** A receipt arrives that both halves must take. */
function hear({ row, sync }: Server, memory: Memory, at: number): Server {
  const receipt = memory.receipt(row.lockId);
  const settled = settleReceipt(row, receipt);
  if (!settled.ok) throw new Error(settled.code);
  return { row: settled.value, sync: having(sync, { kind: 'receipt', receipt, at }) };
}

/** A revocation since the backup. */
function revoked({ row, sync }: Server, n: number): Server {
  const { lock } = revoke(row, [{ tag: filled(n, 8), until: NOW + DAY }], NOW - 300, crypto);
  return { row: lock, sync: having(sync, told(lock, ['flat'])) };
}

const score = ({ sync }: Server) => scoreDoor(sync, 'door', NOW + 100).score;

describe('after the server came back from a backup', () => {
  let memory: Memory;
  /** As it was read back, told of the backup and of what the lock says now. */
  let restored: Server;
  let receipt: ReceiptFacts;
  /** The newest snapshot of the server that is gone; phones carry it. */
  let forgotten: PolicyUpdate;

  beforeEach(() => {
    memory = new Memory();
    const backup = begin(memory);
    let lost = revoked(backup, 9);
    memory.take(updateClaims(lost.row));
    for (const n of [1, 2, 3]) lost = revoked(lost, n);
    forgotten = updateClaims(lost.row);
    const sync = having(backup.sync, { kind: 'server_restored', at: NOW });
    receipt = memory.receipt(backup.row.lockId);
    restored = {
      row: backup.row,
      sync: having(sync, { kind: 'receipt', receipt, at: NOW + 10 }),
    };
  });

  /** The recovery as the guide has it. */
  function recover(now = NOW + 60): Server {
    const { row, sync } = restored;
    const order = { next: nextPolicyVersion(sync, row.lockId), trustEpoch: 1, now };
    const { lock, reissue } = recoverFrom(row, receipt, order, crypto);
    expect(reissue).toBe(true);
    return { row: lock, sync: having(sync, told(lock)) };
  }

  test('F13 what the lock holds is unknown, and nothing is claimed of it', () => {
    expect(settleReceipt(restored.row, receipt)).toMatchObject({ code: 'receipt_unknown_state' });
    expect(score(restored)).toBeLessThan(3);
  });

  test('issuer and score go on at one version, above all that was forgotten, as one snapshot with a floor', () => {
    const { pv, floor } = nextPolicyVersion(restored.sync, restored.row.lockId);
    const { row } = recover();
    expect(row.policyVersion).toBeGreaterThanOrEqual(Math.max(pv, receipt.pv + 1024));
    expect(row.policyVersion - receipt.pv).toBeLessThanOrEqual(65_536);
    expect(row.floor.version).toBe(row.policyVersion);
    expect(row.floor.issuedUntil).toBeGreaterThanOrEqual(floor as number);
    expect(row.deltasFrom).toBe(row.policyVersion);
    expect(row.issued).toHaveLength(1);
  });

  test('the lock takes it, and then no snapshot of the server that is gone', () => {
    const { row } = recover();
    const tags = [filled(1, 8), filled(7, 8)];
    const { policyVersion } = forgotten;
    const guest = grantOf({ lockId: lockIdOf(row), iat: NOW - 200, policyVersion, tags });
    expect(memory.take(updateClaims(row))).toBe('applied');
    expect(judgeMarks(memory.policy, guest)).toBe('below_floor');
    expect(memory.take(forgotten)).toBe('already_known');
    expect(judgeMarks(memory.policy, guest)).toBe('below_floor');
  });

  test('the score is good again when the lock proved that version, and not before', () => {
    const recovered = recover();
    expect(score(recovered)).toBeLessThan(3);
    memory.take(updateClaims(recovered.row));
    const proved = hear(recovered, memory, NOW + 90);
    expect(score(proved)).toBe(5);
    expect(proved.row.proved?.policyVersion).toBe(recovered.row.policyVersion);
  });

  test('without the word of the score it skips 1024 versions by itself', () => {
    const order = { next: { pv: 0 }, trustEpoch: 1, now: NOW };
    const { lock } = recoverFrom(restored.row, receipt, order, crypto);
    expect(lock.policyVersion).toBe(receipt.pv + 1024);
  });

  test('the floor is never stamped ahead of the clock: it waits', () => {
    const { floor = 0 } = nextPolicyVersion(restored.sync, restored.row.lockId);
    expect(() => recover(floor + 4)).toThrow(RangeError);
    expect(recover(floor + 5).row.floor.issuedUntil).toBe(floor);
  });

  test('of a version that no lock would follow it makes none, and of another lock neither', () => {
    const { row } = restored;
    const order = { next: { pv: receipt.pv + 65_537 }, trustEpoch: 1, now: NOW };
    expect(() => recoverFrom(row, receipt, order, crypto)).toThrow(RangeError);
    const other = { ...receipt, lockId: 'ffffffffffffffff' };
    const near = { ...order, next: { pv: 0 } };
    expect(() => recoverFrom(row, other, near, crypto)).toThrow(TypeError);
  });

  describe('no key that was blocked since counts again:', () => {
    const device = deviceRow();
    const grantAt = (lock: IssuerLock, trustEpoch: number) => {
      const signer = certified(11, ['grant'], { trustEpoch });
      const random = filled(9);
      const grants = [lowered({ nbf: NOW, exp: NOW + DAY })];
      const order = { lock, device, grants, now: NOW + 60, random, tagSecret: TAG_SECRET };
      const made = signNow(sealGrants(order, signer, crypto));
      return made.ok ? 'issued' : made.code;
    };
    const policyAt = (lock: IssuerLock, trustEpoch: number) => {
      const edits = { trustEpoch };
      const policy = certified(12, ['policy'], edits);
      const admin = certified(15, ['admin'], edits);
      return signNow(sealPolicy(lock, { policy, admin }, crypto)).snapshot;
    };
    const recoverAt = (edits: Partial<ReceiptFacts>, trustEpoch = 1) => {
      const facts = { ...receipt, ...edits };
      return recoverFrom(restored.row, facts, { next: { pv: 0 }, trustEpoch, now: NOW }, crypto);
    };

    test('nothing is sealed for the lock before the root was rotated past the backup’s epoch', () => {
      const { lock, rotateTo } = recoverAt({});
      expect(rotateTo).toBe(2);
      expect(grantAt(lock, 1)).toBe('trust_not_rotated');
      expect(policyAt(lock, 1)).toBeNull();
      expect(() => signNow(sealSnapshot(lock, signerOf(12), crypto))).toThrow(RangeError);
      expect(() => signNow(sealDelta(lock, 1, signerOf(12), crypto))).toThrow(RangeError);
      const rotated = enterEpoch(lock, 2);
      expect(grantAt(rotated, 2)).toBe('issued');
      expect(policyAt(rotated, 2)).not.toBeNull();
    });

    test('nor with keys of the epoch before, once it was', () => {
      const rotated = enterEpoch(recoverAt({}).lock, 2);
      expect(grantAt(rotated, 1)).toBe('trust_not_rotated');
      expect(policyAt(rotated, 1)).toBeNull();
    });

    test('nor in an epoch that the lock or the root’s keeper knows of and the backup does not', () => {
      expect(recoverAt({ trustEpoch: 3 })).toMatchObject({ rotateTo: 4, lock: { trustEpoch: 3 } });
      const { lock, rotateTo } = recoverAt({}, 2);
      expect(rotateTo).toBe(3);
      const second = enterEpoch(lock, 2);
      expect(grantAt(second, 2)).toBe('trust_not_rotated');
      expect(grantAt(enterEpoch(second, 3), 3)).toBe('issued');
    });

    test('and revoking goes on meanwhile, also where marks run out', () => {
      const many = Array.from({ length: 70 }, (_, n) => ({ tag: filled(n, 8), until: NOW + DAY }));
      const { lock } = recoverAt({});
      expect(revoke(lock, many, NOW, crypto).lock.marks).toHaveLength(70);
    });

    test('the receipt of the rotated lock settles in both halves', () => {
      const recovered = recover();
      const row = enterEpoch(recovered.row, 2);
      memory.take(updateClaims(row));
      memory.trustEpoch = 2;
      const rotated = { row, sync: having(recovered.sync, told(row)) };
      expect(score(hear(rotated, memory, NOW + 90))).toBe(5);
    });
  });
});

describe('a lock commissioned again under its id', () => {
  const former = enterEpoch(
    revoke(
      { ...lockRow(), policyVersion: 40 },
      [{ tag: filled(1, 8), until: NOW + DAY }],
      NOW,
      crypto,
    ).lock,
    2,
  );
  const again = (row = former, pv = 0, trustEpoch = 2) =>
    commissionAgain(row, trustEpoch, { next: { pv }, now: NOW }, crypto);

  test('begins above every version of its former life, with a floor of that version', () => {
    const { lock, reissue } = again();
    expect(reissue).toBe(true);
    expect(lock.policyVersion).toBe(41 + 1024);
    expect(lock.floor).toEqual({ issuedUntil: NOW - 5, version: 41 + 1024 });
    expect(again(former, 5000).lock.policyVersion).toBe(5000);
    expect(lock.proved).toBeNull();
    expect(lock.marks).toEqual([]);
  });

  test('even when a stamp of its former life lies in the future', () => {
    expect(again({ ...former, stamp: NOW + 90 * DAY }).lock.stamp).toBe(NOW - 5);
  });

  test('keeps keys blocked that the epoch still has, and waits for the rotation that was due', () => {
    const blocked = [1, 2].map((trustEpoch) => ({ keyId: `${trustEpoch}`.repeat(16), trustEpoch }));
    const { lock } = again({ ...former, blocked, sealedFromEpoch: 3 });
    expect(lock.blocked).toEqual(blocked.slice(1));
    expect(lock.sealedFromEpoch).toBe(3);
    expect(() => again(former, 0, 1)).toThrow(RangeError);
  });

  test('is refused where a lock that begins at 0 would not follow', () => {
    expect(again({ ...former, policyVersion: 65_536 - 1024 }).lock.policyVersion).toBe(65_536);
    expect(() => again({ ...former, policyVersion: 65_537 - 1024 })).toThrow(RangeError);
  });

  test('goes on with the score at one version, and its first receipt settles in both', () => {
    let server = begin(new Memory());
    server = {
      ...server,
      sync: having(server.sync, { kind: 'commissioned', lock: server.row.lockId }),
    };
    const next = nextPolicyVersion(server.sync, server.row.lockId);
    const { lock } = commissionAgain(server.row, 1, { next, now: NOW }, crypto);
    server = { row: lock, sync: having(server.sync, told(lock)) };
    expect(score(server)).toBe(0);
    const memory = new Memory();
    expect(memory.take(updateClaims(lock))).toBe('applied');
    expect(score(hear(server, memory, NOW + 90))).toBe(5);
  });
});
