import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyUpdate,
  judgeMarks,
  judgeUpdate,
  type LockPolicy,
} from '../../../protocol/lock/policy-store.js';
import type { Mark, PolicyUpdate } from '../../../protocol/objects/policy-update.js';
import { DAY, filled, grantOf, LOCK_ID, markOf, policyOf, T0 } from '../../helpers/lock-objects.js';
import { runs } from '../../helpers/runs.js';

const HELD: LockPolicy = {
  policyVersion: 10,
  post: filled(10, 16),
  floor: { issuedUntil: T0 - 500, version: 3 },
  marks: [markOf({ version: 4 })],
  blocked: [filled(1, 8)],
};

const judge = (edits: Partial<PolicyUpdate> & { policyVersion: number }) =>
  judgeUpdate(HELD, policyOf(edits), LOCK_ID) ?? 'may be applied';

describe('which update may be applied', () => {
  it.each([
    ['F4 one for another lock', { policyVersion: 11, lockId: filled(9, 8) }, 'carry_wrong_lock'],
    ['F1 an older snapshot', { policyVersion: 9 }, 'already_known'],
    ['the same version again', { policyVersion: 10 }, 'already_known'],
    ['F3 the same version with another digest', { policyVersion: 10, post: filled(0, 16) }, 'fork'],
    ['F3 the same as a delta', { policyVersion: 10, base: 9, post: filled(0, 16) }, 'fork'],
    ['a snapshot one ahead', { policyVersion: 11 }, 'may be applied'],
    ['a snapshot 65 536 ahead', { policyVersion: 65_546 }, 'may be applied'],
    ['a snapshot further ahead', { policyVersion: 65_547 }, 'version_jump'],
    ['a delta on this version', { policyVersion: 11, base: 10 }, 'may be applied'],
    ['a delta on an older version', { policyVersion: 11, base: 0 }, 'may be applied'],
    ['F2 a delta on a version to come', { policyVersion: 12, base: 11 }, 'base_missing'],
    [
      'a floor at its stamp',
      { policyVersion: 11, floor: { issuedUntil: T0 - 5, version: 0 } },
      'may be applied',
    ],
    [
      'a floor after its stamp',
      { policyVersion: 11, floor: { issuedUntil: T0 - 4, version: 0 } },
      'stamp_invalid',
    ],
    [
      'a higher version stamped at the floor',
      { policyVersion: 11, iat: T0 - 500 },
      'may be applied',
    ],
    ['a higher version stamped before it', { policyVersion: 11, iat: T0 - 501 }, 'stamp_invalid'],
    ['a delta stamped before it', { policyVersion: 11, base: 10, iat: T0 - 501 }, 'stamp_invalid'],
    [
      'a mark after its stamp',
      { policyVersion: 11, marks: [markOf({ issuedUntil: T0 - 4 })] },
      'stamp_invalid',
    ],
  ])('%s: %s', (_, edits, expected) => {
    expect(judge(edits)).toBe(expected);
  });
});

describe('a floor after all bounds of true time', () => {
  const before = policyOf({ policyVersion: 11, iat: T0 - 501 });
  it.each([
    ['a floor to come refuses nothing', T0 - 501, undefined],
    ['a floor at the bound may be true, and refuses', T0 - 500, 'stamp_invalid'],
    ['a floor of the past refuses', T0, 'stamp_invalid'],
    ['without a bound every floor may be true', null, 'stamp_invalid'],
  ])('%s', (_, hi, expected) => {
    expect(judgeUpdate(HELD, before, LOCK_ID, hi)).toBe(expected);
  });

  it('lets no update pass that is wrong otherwise', () => {
    const far = { ...before, policyVersion: 65_547 };
    expect(judgeUpdate(HELD, far, LOCK_ID, T0 - 501)).toBe('version_jump');
  });
});

describe('a snapshot', () => {
  it('replaces everything', () => {
    expect(applyUpdate(HELD, policyOf({ policyVersion: 11 }), T0)).toEqual({
      policyVersion: 11,
      post: filled(11, 16),
      floor: { issuedUntil: 0, version: 0 },
      marks: [],
      blocked: [],
    });
  });

  it('always fits, with 112 marks and 8 blocked keys', () => {
    const marks = Array.from({ length: 112 }, (_, index) => markOf({ tag: filled(index, 8) }));
    const blocked = Array.from({ length: 8 }, (_, index) => filled(100 + index, 8));
    const next = applyUpdate(HELD, policyOf({ policyVersion: 11, marks, blocked }), T0);
    expect(next?.marks).toHaveLength(112);
    expect(next?.blocked).toHaveLength(8);
  });
});

describe('a delta', () => {
  const delta = (edits: Partial<PolicyUpdate>) =>
    applyUpdate(HELD, policyOf({ policyVersion: 11, base: 5, ...edits }), T0 - 1000);

  it('keeps every mark, blocked key and the floor it does not name', () => {
    expect(delta({})).toEqual({ ...HELD, policyVersion: 11, post: filled(11, 16) });
  });

  it('joins by the later time, version and end of each tag, and of the floor', () => {
    const marks = [markOf({ issuedUntil: T0 - 70, version: 9, until: T0 + 2 * DAY })];
    const next = delta({ marks, floor: { issuedUntil: T0 - 600, version: 8 } });
    expect(next?.marks).toEqual([
      markOf({ issuedUntil: T0 - 60, version: 9, until: T0 + 2 * DAY }),
    ]);
    expect(next?.floor).toEqual({ issuedUntil: T0 - 500, version: 8 });
  });

  it('F6 that would need a 113th mark is not applied', () => {
    const marks = Array.from({ length: 112 }, (_, index) => markOf({ tag: filled(index, 8) }));
    expect(delta({ marks: marks.slice(0, 111) })?.marks).toHaveLength(112);
    expect(delta({ marks })).toBeUndefined();
  });

  it('that would need a ninth blocked key is not applied', () => {
    const blocked = Array.from({ length: 8 }, (_, index) => filled(100 + index, 8));
    expect(delta({ blocked: blocked.slice(0, 7) })?.blocked).toHaveLength(8);
    expect(delta({ blocked })).toBeUndefined();
  });
});

describe('F7 purging', () => {
  it.each([
    [T0 + DAY - 1, 1],
    [T0 + DAY, 0],
  ])('at a committed lo of %d', (committedLo, left) => {
    const update = policyOf({ policyVersion: 11, base: 5 });
    expect(applyUpdate(HELD, update, committedLo)?.marks).toHaveLength(left);
  });
});

describe('against a slow model', () => {
  const tag = fc.integer({ min: 0, max: 3 }).map((n) => filled(n, 8));
  const mark: fc.Arbitrary<Mark> = fc.record({
    tag,
    issuedUntil: fc.integer({ min: 0, max: 20 }),
    version: fc.integer({ min: 0, max: 6 }),
    until: fc.integer({ min: 0, max: 60 }),
  });
  const update = fc.record({
    step: fc.integer({ min: 0, max: 2 }),
    back: fc.option(fc.integer({ min: -1, max: 3 }), { nil: null }),
    marks: fc.array(mark, { maxLength: 4 }),
    floor: fc.record({
      issuedUntil: fc.integer({ min: 0, max: 12 }),
      version: fc.integer({ min: 0, max: 4 }),
    }),
    lo: fc.integer({ min: 0, max: 50 }),
  });

  it('a lock refuses exactly what some update it applied since the last snapshot tells it to', () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 8 }), (updates) => {
        let policy: LockPolicy = {
          policyVersion: 1,
          post: filled(1, 16),
          floor: { issuedUntil: 0, version: 0 },
          marks: [],
          blocked: [],
        };
        let applied: PolicyUpdate[] = [];
        let lo = 0;
        for (const { step, back, marks, floor, lo: later } of updates) {
          lo = Math.max(lo, later);
          const policyVersion = policy.policyVersion + step;
          const base = back === null ? {} : { base: Math.max(0, policy.policyVersion - back) };
          const claims = policyOf({ policyVersion, ...base, marks, floor, iat: 100 });
          const status = judgeUpdate(policy, claims, LOCK_ID);
          const isNew =
            step > 0 && (back === null || (claims.base as number) <= policy.policyVersion);
          expect(status === undefined).toBe(isNew);
          if (status !== undefined) continue;
          policy = applyUpdate(policy, claims, lo) as LockPolicy;
          applied = back === null ? [claims] : [...applied, claims];
          expect(policy.policyVersion).toBe(policyVersion);
          expect(policy.post).toEqual(claims.post);
          for (let iat = 0; iat <= 21; iat += 3) {
            for (let minpv = 0; minpv <= 6; minpv++) {
              const grant = grantOf({
                iat,
                exp: 1000,
                policyVersion: minpv,
                tags: [filled(0, 8), filled(1, 8)],
              });
              const kills = (m: { issuedUntil: number; version: number }) =>
                iat <= m.issuedUntil || minpv < m.version;
              const must = applied.some(
                (held) =>
                  kills(held.floor) ||
                  held.marks.some((m) => m.until > lo && (m.tag[0] as number) < 2 && kills(m)),
              );
              const might = applied.some(
                (held) =>
                  kills(held.floor) || held.marks.some((m) => (m.tag[0] as number) < 2 && kills(m)),
              );
              const refuses = judgeMarks(policy, grant) !== undefined;
              // A mark may outlive its end by joining a later one of its tag, never the other way round.
              if (must) expect(refuses).toBe(true);
              if (!might) expect(refuses).toBe(false);
            }
          }
        }
      }),
      { seed: 64, numRuns: runs(150) },
    );
  });
});
