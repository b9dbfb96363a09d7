/** Rows of locks: what each change does to them, and what a lock that joins the updates then refuses. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signNow } from '../../../protocol/crypto/steps.js';
import { type IssuerLock, newIssuerLock } from '../../../protocol/issuer/issuer-lock.js';
import {
  block,
  changeConfig,
  type LockChange,
  raiseFloor,
  resetClock,
  revoke,
} from '../../../protocol/issuer/policy-change.js';
import {
  sealAdminUpdates,
  sealDelta,
  sealPolicy,
  sealSnapshot,
} from '../../../protocol/issuer/policy-seals.js';
import { settleReceipt } from '../../../protocol/issuer/receipts.js';
import { applyUpdate, judgeUpdate } from '../../../protocol/lock/policy-store.js';
import { adminUpdateClaims } from '../../../protocol/objects/admin-update.js';
import { parseEnvelope } from '../../../protocol/objects/envelope.js';
import { policyDigest } from '../../../protocol/objects/policy-digest.js';
import {
  type Floor,
  type Mark,
  type PolicyUpdate,
  policyUpdateClaims,
} from '../../../protocol/objects/policy-update.js';
import { encodePhoneMessage } from '../../../protocol/session/messages.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { crypto, filled, lockRow, NOW, signerOf, siteSigners } from '../../helpers/issuing.js';
import { runs } from '../../helpers/runs.js';

const policy = signerOf(12);
const tag = (n: number) => Uint8Array.of(0, 0, 0, 0, 0, 0, n >> 8, n & 255);
const DAY = 86_400;

function opened(sealed: Uint8Array): PolicyUpdate {
  const envelope = parseEnvelope(sealed, 'policy-update');
  if (!envelope.ok) throw new Error(envelope.code);
  const claims = policyUpdateClaims.parse(envelope.value.payload!);
  if (!claims.ok) throw new Error(claims.code);
  return claims.value;
}
const snapshotOf = (lock: IssuerLock) => opened(signNow(sealSnapshot(lock, policy, crypto)));
const deltaOf = (lock: IssuerLock, base: number) =>
  opened(signNow(sealDelta(lock, base, policy, crypto)));

/** What a receipt of the newest state proves. */
function proved(lock: IssuerLock, edits: Partial<NonNullable<IssuerLock['proved']>> = {}) {
  const { policyVersion, trustEpoch } = lock;
  const state = { receiptSequence: 1, trustEpoch, policyVersion, committedLo: 0, ...edits };
  return { ...lock, proved: state };
}

describe('a revocation', () => {
  test('marks the tag with the stamp, the new version and the end of what it kills', () => {
    const before = lockRow();
    const { lock, reissue } = revoke(before, [{ tag: tag(7), until: NOW + DAY }], NOW, crypto);
    expect(reissue).toBe(false);
    expect(lock.policyVersion).toBe(before.policyVersion + 1);
    expect(lock.marks).toEqual([
      { tag: toHex(tag(7)), issuedUntil: NOW - 5, version: 2, until: NOW + DAY },
    ]);
    expect(before.marks).toEqual([]);
  });

  test('of the same tag again keeps one mark with the latest of each', () => {
    const once = revoke(lockRow(), [{ tag: tag(7), until: NOW + DAY }], NOW, crypto).lock;
    const twice = revoke(once, [{ tag: tag(7), until: NOW + 60 }], NOW + 10, crypto).lock;
    expect(twice.marks).toEqual([
      { tag: toHex(tag(7)), issuedUntil: NOW + 5, version: 3, until: NOW + DAY },
    ]);
  });

  test.each([0, NOW - DAY, NOW])(
    'whose end is said to have passed (%d) lives as long as any grant',
    (until) => {
      const { lock } = revoke(lockRow(), [{ tag: tag(7), until }], NOW, crypto);
      expect(lock.marks[0]?.until).toBe(NOW + 30 * DAY);
      const late = revoke(
        { ...lockRow(), stamp: NOW + 595 },
        [{ tag: tag(7), until }],
        NOW,
        crypto,
      );
      expect(late.lock.marks[0]?.until).toBe(NOW + 600 + 30 * DAY);
    },
  );

  test('never stamps earlier than before, even when the clock went back', () => {
    const first = revoke(lockRow(), [{ tag: tag(1), until: NOW + DAY }], NOW, crypto).lock;
    const second = revoke(first, [{ tag: tag(2), until: NOW + DAY }], NOW - 50_000, crypto).lock;
    expect(second.stamp).toBe(NOW - 5);
    expect(second.marks[1]?.issuedUntil).toBe(NOW - 5);
  });

  test('of nobody changes nothing', () => {
    const lock = lockRow();
    expect(revoke(lock, [], NOW, crypto)).toEqual({ lock, reissue: false });
  });

  test('forgets a mark only when the lock proved that it passed its end', () => {
    const first = revoke(lockRow(), [{ tag: tag(1), until: NOW + 100 }], NOW, crypto).lock;
    const again = (lock: IssuerLock) =>
      revoke(lock, [{ tag: tag(2), until: NOW + DAY }], NOW + DAY, crypto).lock.marks.length;
    expect(again(first)).toBe(2);
    expect(again(proved(first, { committedLo: NOW + 99 }))).toBe(2);
    expect(again(proved(first, { committedLo: NOW + 100 }))).toBe(1);
  });
});

describe('when marks run out', () => {
  const many = (lock: IssuerLock, count: number): LockChange => {
    const revocations = Array.from({ length: count }, (_, n) => ({
      tag: tag(n),
      until: NOW + DAY,
    }));
    return revoke(lock, revocations, NOW, crypto);
  };

  test('the floor rises over everything issued, and all of it is to be issued anew', () => {
    const { lock, reissue } = many(lockRow(), 113);
    expect(reissue).toBe(true);
    expect(lock.marks).toEqual([]);
    expect(lock.floor).toEqual({ issuedUntil: NOW - 5, version: lock.policyVersion });
    expect(lock.deltasFrom).toBe(lock.policyVersion);
  });

  test('every snapshot and delta fits the one message that carries it, at the largest numbers too', () => {
    let longest = 0;
    let marks = 0;
    for (const version of [1, 0xffff, 0xffff_fff0]) {
      for (let count = 60; count <= 90; count++) {
        const lock = { ...lockRow(), policyVersion: version };
        const known = proved(lock);
        const changed = many(known, count).lock;
        const delta = version >= changed.deltasFrom;
        const bytes = signNow(
          delta
            ? sealDelta(changed, version, policy, crypto)
            : sealSnapshot(changed, policy, crypto),
        );
        const carried = encodePhoneMessage({ kind: 'carry', object: 'policy-update', bytes });
        longest = Math.max(longest, carried.length + 16);
        marks = Math.max(marks, changed.marks.length);
      }
    }
    expect(longest).toBeLessThanOrEqual(2048);
    expect(longest).toBeGreaterThan(2048 - 30);
    expect(marks).toBeGreaterThan(70);
  }, 20_000);
});

describe('blocking keys', () => {
  test('above eight is refused: then the root must be rotated', () => {
    const keys = Array.from({ length: 9 }, (_, n) => filled(n + 1, 8));
    expect(block(lockRow(), keys, NOW, crypto)).toMatchObject({ code: 'blocked_full' });
    expect(block(lockRow(), keys.slice(1), NOW, crypto)).toMatchObject({ ok: true });
  });

  test('is said in every later update, snapshot and delta', () => {
    const blocked = block(lockRow(), [filled(3, 8)], NOW, crypto);
    if (!blocked.ok) throw new Error(blocked.code);
    const later = revoke(blocked.value.lock, [{ tag: tag(1), until: NOW }], NOW, crypto).lock;
    expect(snapshotOf(later).blocked).toEqual([filled(3, 8)]);
    expect(deltaOf(later, 2).blocked).toEqual([filled(3, 8)]);
  });

  test('a key is forgotten only when the lock proved that it left its epoch', () => {
    const first = block(lockRow(), [filled(3, 8)], NOW, crypto);
    if (!first.ok) throw new Error(first.code);
    const row = { ...first.value.lock, trustEpoch: 2 };
    const count = (lock: IssuerLock) => {
      const next = block(lock, [filled(4, 8)], NOW, crypto);
      return next.ok ? next.value.lock.blocked.length : -1;
    };
    expect(count(row)).toBe(2);
    expect(count(proved(row, { trustEpoch: 1 }))).toBe(2);
    expect(count(proved(row, { trustEpoch: 2 }))).toBe(1);
  });
});

describe('configuration and clock', () => {
  test('a configuration has a version and an admin sequence of its own, and is part of the digest', () => {
    const before = lockRow();
    const { lock } = changeConfig(before, { openSeconds: 5, personalLog: false }, NOW, crypto);
    expect(lock.config).toEqual({
      sequence: 1,
      issuedAt: NOW - 5,
      config: { version: 1, openSeconds: 5, personalLog: false },
    });
    const other = { ...lock, config: null };
    expect(lock.policyVersion).toBe(before.policyVersion + 1);
    expect(raiseFloor(other, NOW, crypto).lock.issued.at(-1)).not.toEqual(
      raiseFloor(lock, NOW, crypto).lock.issued.at(-1),
    );
  });

  /** A row whose lock showed a clock 90 days ahead. */
  const ahead = (lock = lockRow()) => proved(lock, { committedLo: NOW + 90 * DAY });
  const adminOf = (lock: IssuerLock) => {
    const updates = signNow(sealAdminUpdates(lock, signerOf(15), crypto)).map((bytes) => {
      const envelope = parseEnvelope(bytes, 'admin-update');
      const claims = envelope.ok ? adminUpdateClaims.parse(envelope.value.payload!) : envelope;
      if (!claims.ok) throw new Error(claims.code);
      return claims.value;
    });
    expect(updates.length).toBeLessThanOrEqual(1);
    return updates[0];
  };

  test('a clock reset ends every grant by version and comes with a floor at or after its stamp', () => {
    const marks = [{ tag: tag(1), until: NOW }];
    const poisoned = ahead(revoke(lockRow(), marks, NOW + 90 * DAY, crypto).lock);
    const { lock, reissue } = resetClock(poisoned, NOW, crypto);
    expect(reissue).toBe(true);
    const claims = adminOf(lock)!;
    const snapshot = snapshotOf(lock);
    expect(claims.clock).toEqual({ lo: NOW - 5, from: NOW + 90 * DAY });
    expect(snapshot.floor.issuedUntil).toBeGreaterThanOrEqual(claims.iat);
    expect(snapshot.floor.version).toBe(snapshot.policyVersion);
    expect(snapshot.iat).toBe(NOW - 5);
  });

  test('a clock that no receipt showed to run ahead is never set back', () => {
    expect(() => resetClock(lockRow(), NOW, crypto)).toThrow(RangeError);
    const right = proved(lockRow(), { committedLo: NOW });
    expect(() => resetClock(right, NOW, crypto)).toThrow(RangeError);
    expect(resetClock(right, NOW - 1, crypto).lock.clockReset?.clock.from).toBe(NOW);
  });

  test('configuration and reset are one object, whichever came first: no carrier can drop one of them', () => {
    const settings = { openSeconds: 5, personalLog: true };
    const first = changeConfig(resetClock(ahead(), NOW, crypto).lock, settings, NOW + 60, crypto);
    const second = resetClock(changeConfig(ahead(), settings, NOW, crypto).lock, NOW + 60, crypto);
    for (const { lock } of [first, second]) {
      const update = adminOf(lock)!;
      expect(update).toMatchObject({ sequence: 2, config: { openSeconds: 5 } });
      expect(update.clock?.from).toBe(NOW + 90 * DAY);
      expect(snapshotOf(lock).floor.issuedUntil).toBeGreaterThanOrEqual(update.iat);
    }
    const again = changeConfig(first.lock, { ...settings, openSeconds: 6 }, NOW + 61, crypto);
    expect(adminOf(again.lock)).toMatchObject({ sequence: 3, config: { openSeconds: 6 } });
    expect(adminOf(lockRow())).toBe(undefined);
  });

  test('a reset is told no more once a receipt showed it, or once its time has come', () => {
    const settings = { openSeconds: 5, personalLog: true };
    const { lock } = changeConfig(resetClock(ahead(), NOW, crypto).lock, settings, NOW, crypto);
    const { trustEpoch, policyVersion: pv, post } = lock.issued.at(-1)!;
    const settled = (committedLo: number) => {
      const facts = { lockId: lock.lockId, seq: 2, trustEpoch, pv, post, committedLo, hi: null };
      const rest = { ctr: '', status: 'denied', grantHash: null, sha256: '' };
      const after = settleReceipt(lock, { ...facts, ...rest });
      if (!after.ok) throw new Error(after.code);
      return adminOf(after.value);
    };
    expect(settled(NOW + 90 * DAY)?.clock).toBeDefined();
    expect(settled(NOW + 90 * DAY - 1)).toMatchObject({ sequence: 2, config: { version: 2 } });
    expect(settled(NOW + 90 * DAY - 1)?.clock).toBe(undefined);
    const changed = (now: number) => adminOf(changeConfig(lock, settings, now, crypto).lock)?.clock;
    expect(changed(NOW + 90 * DAY)).toBeDefined();
    expect(changed(NOW + 90 * DAY + 5)).toBe(undefined);
  });

  test('while a reset is under way a revocation is a floor: by the wrong clock a mark may be over', () => {
    const { lock } = resetClock(ahead(), NOW, crypto);
    const change = revoke(lock, [{ tag: tag(1), until: NOW + DAY }], NOW + 60, crypto);
    expect(change).toMatchObject({ reissue: true, lock: { marks: [] } });
    expect(change.lock.floor).toEqual({ issuedUntil: NOW + 55, version: lock.policyVersion + 1 });
    expect(adminOf(change.lock)!.iat).toBeLessThanOrEqual(change.lock.floor.issuedUntil);
  });
});

describe('updates', () => {
  test('there is none before the first version, and no delta from a swept or a present one', () => {
    const empty = newIssuerLock(filled(1, 8), 1, crypto);
    expect(() => snapshotOf(empty)).toThrow(RangeError);
    const row = raiseFloor(
      revoke(lockRow(), [{ tag: tag(1), until: NOW }], NOW, crypto).lock,
      NOW,
      crypto,
    ).lock;
    expect(() => deltaOf(row, 2)).toThrow(RangeError);
    expect(() => deltaOf(row, 3)).toThrow(RangeError);
    const next = revoke(row, [{ tag: tag(1), until: NOW }], NOW, crypto).lock;
    expect(deltaOf(next, 3).base).toBe(3);
  });

  test('the same row gives the same bytes', () => {
    const row = revoke(lockRow(), [{ tag: tag(1), until: NOW }], NOW, crypto).lock;
    const seal = () =>
      signNow(sealPolicy(proved(row, { policyVersion: 1 }), siteSigners(), crypto));
    expect(seal()).toEqual(seal());
    expect(seal().delta).not.toBeNull();
    expect(signNow(sealPolicy(row, siteSigners(), crypto)).delta).toBeNull();
    expect(signNow(sealPolicy(proved(row), siteSigners(), crypto)).delta).toBeNull();
  });

  test('a row survives JSON', () => {
    const row = revoke(lockRow(), [{ tag: tag(1), until: NOW }], NOW, crypto).lock;
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
  });

  test('a version further than 65 536 ahead of the proved one is never made', () => {
    const far = { ...lockRow(), policyVersion: 65_536 };
    expect(() => raiseFloor(far, NOW, crypto)).toThrow(RangeError);
    expect(raiseFloor(proved(far), NOW, crypto).lock.policyVersion).toBe(65_537);
  });
});

describe('whatever is changed, in whatever order the lock hears of it:', () => {
  /** The rule of offline.md §3.7, as a lock follows it, slowly and without memory limits. */
  interface ModelLock {
    readonly pv: number;
    readonly floor: Floor;
    readonly marks: readonly Mark[];
  }
  const join = (lock: ModelLock, update: PolicyUpdate): ModelLock => {
    const { base, policyVersion: pv, floor, marks } = update;
    if (pv <= lock.pv || (base !== undefined && base > lock.pv)) return lock;
    if (base === undefined) return { pv, floor, marks };
    const kept = new Map([...lock.marks, ...marks].map((mark) => [toHex(mark.tag), mark]));
    for (const mark of lock.marks) {
      const other = kept.get(toHex(mark.tag))!;
      kept.set(toHex(mark.tag), {
        tag: mark.tag,
        issuedUntil: Math.max(mark.issuedUntil, other.issuedUntil),
        version: Math.max(mark.version, other.version),
        until: Math.max(mark.until, other.until),
      });
    }
    const higher = {
      issuedUntil: Math.max(floor.issuedUntil, lock.floor.issuedUntil),
      version: Math.max(floor.version, lock.floor.version),
    };
    return { pv, floor: higher, marks: [...kept.values()] };
  };
  const change = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('revoke'),
        tags: fc.array(fc.nat(200), { minLength: 1, maxLength: 40 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('floor'), tags: fc.constant<number[]>([]) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('config'), tags: fc.constant<number[]>([]) }),
    },
  );

  test('a delta and a snapshot of one version leave the lock with the same content, and its digest', () => {
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.nat(),
        (changes, from, heard) => {
          const rows = [lockRow()];
          changes.forEach(({ kind, tags }, index) => {
            const row = rows.at(-1)!;
            const now = NOW + 7 * index;
            const revocations = tags.map((n) => ({ tag: tag(n), until: now + DAY }));
            const next =
              kind === 'revoke'
                ? revoke(row, revocations, now, crypto)
                : kind === 'floor'
                  ? raiseFloor(row, now, crypto)
                  : changeConfig(row, { openSeconds: 5, personalLog: true }, now, crypto);
            rows.push(next.lock);
          });
          const last = rows.at(-1)!;
          const noMarks = { floor: { issuedUntil: 0, version: 0 }, marks: [] };
          const empty: ModelLock = { pv: 0, ...noMarks };
          const start = rows[heard % rows.length]!;
          const before = join(empty, snapshotOf(start));
          const base = 1 + (from % last.policyVersion);
          const whole = join(before, snapshotOf(last));
          const isDelta = base < last.policyVersion && base >= last.deltasFrom;
          const after = isDelta && base <= before.pv ? join(before, deltaOf(last, base)) : whole;
          const sorted = (lock: ModelLock) =>
            lock.marks
              .map((mark) =>
                JSON.stringify([toHex(mark.tag), mark.issuedUntil, mark.version, mark.until]),
              )
              .sort();
          // The lock's own code comes to the same.
          const emptyLock = { policyVersion: 0, post: filled(0, 16), blocked: [], ...noMarks };
          const held = applyUpdate(emptyLock, snapshotOf(start), 0)!;
          const update = isDelta && base <= before.pv ? deltaOf(last, base) : snapshotOf(last);
          const status = judgeUpdate(held, update, update.lockId);
          const real = status === undefined ? applyUpdate(held, update, 0)! : held;
          expect(status).toBe(start === last ? 'already_known' : undefined);
          expect(real.floor).toEqual(after.floor);
          expect(sorted({ ...after, marks: real.marks })).toEqual(sorted(after));
          expect(toHex(real.post)).toBe(last.issued.at(-1)!.post);
          expect(after.pv).toBe(last.policyVersion);
          expect(after.floor).toEqual(whole.floor);
          expect(sorted(after)).toEqual(sorted(whole));
          const lockId = filled(0, 8);
          lockId.set(Uint8Array.of(0xa0), 0);
          lockId[7] = 1;
          const post = policyDigest(crypto, lockId, {
            policyVersion: after.pv,
            floor: after.floor,
            marks: after.marks,
            configVersion: last.config?.config.version ?? 0,
            blocked: [],
          });
          expect(toHex(post)).toBe(last.issued.at(-1)!.post);
        },
      ),
      { numRuns: runs(60), seed: 20261122 },
    );
  });
});
