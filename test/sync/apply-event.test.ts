import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GRANT_LIFE_MAX } from '../../protocol/limits.js';
import { applyEvent, nextPolicyVersion } from '../../src/sync/apply-event.js';
import { nextBundleSequence } from '../../src/sync/bundles.js';
import type { SyncEvent } from '../../src/sync/event.js';
import {
  GRANT_LIFE_SECONDS_MAX,
  RECEIPTS_KEPT_MAX,
  RESTORE_SKIP_MIN,
  VISITS_KEPT_MAX,
} from '../../src/sync/limits.js';
import { scoreDoor } from '../../src/sync/overview.js';
import { parseSyncState } from '../../src/sync/parse-state.js';
import { scorePermission } from '../../src/sync/score.js';
import type { SyncState } from '../../src/sync/state.js';
import { tidy } from '../../src/sync/tidy.js';
import { runs } from '../helpers/runs.js';
import {
  acknowledged,
  building,
  bundle,
  grantHash,
  having,
  issued,
  LOCK,
  postOf,
  receipt,
  refusal,
  SKEW,
  T0,
} from './building.js';
import { World } from './world.js';
import { anySteps, take } from './world-steps.js';

const DAY = 86_400;
const revoked = issued(2, { changes: [{ kind: 'revoke', permission: 'flat' }] });

function lockOf(state: SyncState) {
  const lock = state.locks[LOCK];
  if (lock === undefined) throw new Error('no lock');
  return lock;
}

describe('an event that does not fit is refused, and says why:', () => {
  const grant = { hash: 'ab'.repeat(8), permissions: ['flat'], from: T0, exp: T0 + 60, tpol: 0 };
  const withGrant = (more: object): SyncEvent => ({
    kind: 'bundle_issued',
    device: 'a',
    seq: 1,
    at: T0,
    locks: [{ lock: LOCK, pv: 1, grants: [{ ...grant, ...more }] }],
  });
  const rows: readonly (readonly [code: string, event: SyncEvent])[] = [
    ['version_too_low', issued(1)],
    ['version_too_low', { ...issued(1), version: { trustEpoch: 1, pv: 1, post: postOf(9) } }],
    ['unknown_permission', issued(2, { changes: [{ kind: 'revoke', permission: 'x' }] })],
    ['unknown_lock', { ...issued(2), lock: '00'.repeat(8) }],
    ['unknown_lock', receipt(2, 1, { lockId: '00'.repeat(8) })],
    ['value', receipt(2, 1, { sha256: 'short' })],
    ['value', receipt(2, 1, { pv: 1.5 })],
    ['value', receipt(2, 1, { pv: Number.MAX_SAFE_INTEGER })],
    ['value', receipt(2, 1, { ctr: 'FF'.repeat(8) })],
    ['value', receipt(2, 1, { hi: 3 })],
    ['value', receipt(2, 1, {}, Number.NaN)],
    ['value', withGrant({ exp: T0 + GRANT_LIFE_SECONDS_MAX + 1 })],
    ['value', withGrant({ exp: Number.NaN })],
    ['value', withGrant({ exp: T0 })],
    ['value', withGrant({ tpol: 3 })],
    ['unknown_permission', withGrant({ permissions: ['constructor-x'] })],
    ['value', withGrant({ permissions: ['__proto__'] })],
    ['version_unknown', bundle('a', 1, 2)],
    ['bundle_too_low', bundle('a', 0, 1)],
    ['unknown_device', acknowledged('a', 1)],
    ['unknown_door', { kind: 'permission_given', permission: 'x', holder: 'x', doors: ['cellar'] }],
    ['permission_elsewhere', { kind: 'widened', door: 'cellar', permission: 'flat', devices: [] }],
    ['unknown_permission', { kind: 'widened', door: 'door', permission: 'x', devices: [] }],
    [
      'door_taken',
      {
        kind: 'lock_installed',
        door: 'door',
        lock: '00'.repeat(8),
        driftPpm: 1,
        lowerBoundGrants: false,
      },
    ],
    [
      'lock_taken',
      { kind: 'lock_installed', door: 'other', lock: LOCK, driftPpm: 1, lowerBoundGrants: false },
    ],
    ['unknown_permission', { kind: 'permission_ended', permission: 'toString' }],
  ];
  test.each(rows)('%s: %j', (code, event) => {
    expect(refusal(building(), event)).toBe(code);
  });

  test('a grant for what was revoked, on a lower bound where there is none, or under a hash used before', () => {
    const state = building();
    expect(refusal(having(state, revoked), bundle('a', 1, 2))).toBe('permission_revoked');
    const strict = { ...state, locks: { [LOCK]: { ...lockOf(state), lowerBoundGrants: false } } };
    expect(refusal(strict, bundle('a', 1, 1, { tpol: 1 }))).toBe('lower_bound');
    const used = having(state, withGrant({}));
    const again = { ...withGrant({ exp: T0 + 70 }), device: 'b' } as SyncEvent;
    expect(refusal(used, again)).toBe('grant_reused');
  });

  test('a bundle lowered before its permission was narrowed, ended, or revoked and given again', () => {
    const state = having(
      building(),
      issued(2, { changes: [{ kind: 'narrow', permission: 'flat' }] }),
    );
    expect(refusal(state, bundle('a', 1, 1))).toBe('bundle_stale');
    expect(refusal(state, bundle('a', 1, 2))).toBe('applied');
    expect(refusal(state, bundle('a', 1, 1, { permission: 'guest' }))).toBe('applied');
    const ended = having(building(), { kind: 'permission_ended', permission: 'flat' });
    expect(refusal(ended, bundle('a', 1, 1))).toBe('permission_revoked');
    const given: SyncEvent = { kind: 'widened', door: 'door', permission: 'flat', devices: [] };
    const back = having(building(), revoked, given);
    expect(refusal(back, bundle('a', 1, 1))).toBe('bundle_stale');
    expect(refusal(back, bundle('a', 1, 2))).toBe('applied');
  });

  test('a bundle lowered before a revocation that was tidied away since, and the permission given again', () => {
    const tidied = tidy(having(building(), revoked), T0);
    expect(lockOf(tidied).changes).toEqual({});
    const again = having(tidied, {
      kind: 'permission_given',
      permission: 'flat',
      holder: 'x',
      doors: ['door'],
    });
    expect(refusal(again, bundle('a', 1, 1))).toBe('bundle_stale');
    expect(refusal(again, bundle('a', 1, 2))).toBe('applied');
  });

  test('an acknowledgement of a bundle that was never issued', () => {
    expect(refusal(having(building(), bundle('a', 1, 1)), acknowledged('a', 2))).toBe(
      'unknown_bundle',
    );
  });
});

describe('what is seen twice, or late, changes nothing', () => {
  const history = [bundle('a', 1, 1), revoked, receipt(2, 1), receipt(3, 2), receipt(4, 2)];

  test('every receipt and acknowledgement again, in any order', () => {
    const state = having(building(), ...history, acknowledged('a', 1));
    const again = [acknowledged('a', 1), ...[4, 2, 3].map((seq) => receipt(seq, seq < 3 ? 1 : 2))];
    expect(having(state, ...again)).toEqual(state);
  });

  test('receipts in any order prove the same version', () => {
    const base = having(building(), bundle('a', 1, 1), revoked);
    const receipts = [receipt(2, 1), receipt(3, 2), receipt(4, 2)];
    fc.assert(
      fc.property(fc.shuffledSubarray(receipts, { minLength: 3 }), (order) => {
        const lock = lockOf(having(base, ...order));
        expect({ pv: lock.ack?.pv, alarms: lock.alarms }).toEqual({ pv: 2, alarms: [] });
      }),
      { seed: 20261122, numRuns: runs(20) },
    );
  });

  test('a late receipt proves nothing, though its version is ours', () => {
    const late = having(building(), revoked, receipt(5, 1), receipt(4, 1));
    expect(lockOf(late).ack?.pv).toBe(1);
    expect(refusal(late, receipt(3, 2))).toBe('applied');
    // A higher version under a lower number cannot be: the lock counts up in both.
    expect(lockOf(having(late, receipt(3, 2))).alarms[0]?.kind).toBe('rollback');
  });

  test('receipts are remembered to a bound, and an older one is then neither believed nor suspected', () => {
    const many = Array.from({ length: RECEIPTS_KEPT_MAX + 5 }, (_, index) =>
      receipt(index + 2, 1, { committedLo: T0 - 999 }),
    );
    const state = having(building(), ...many.map((event) => event));
    const lock = lockOf(state);
    expect(lock.receipts).toHaveLength(RECEIPTS_KEPT_MAX);
    expect(lock.alarms.map(({ kind }) => kind)).toEqual([]);
    expect(having(state, receipt(2, 1, { sha256: 'ee'.repeat(32) }))).toEqual(state);
  });
});

describe('the next version', () => {
  const ABOVE_9 = 9 + RESTORE_SKIP_MIN;

  test('after the highest number there is stays one that JSON carries', () => {
    const pv = Number.MAX_SAFE_INTEGER - 1;
    const state = having(building(), receipt(2, pv));
    expect(parseSyncState(JSON.parse(JSON.stringify(state))).ok).toBe(true);
  });

  test('one above what was issued; a snapshot far above a version that is not ours', () => {
    const state = having(building(), issued(2));
    expect(nextPolicyVersion(state, LOCK)).toEqual({ pv: 3, snapshot: false });
    const foreign = having(state, receipt(2, 9));
    // Phones may still carry versions between that one and the last that was forgotten.
    expect(nextPolicyVersion(foreign, LOCK)).toEqual({ pv: ABOVE_9, snapshot: true });
    expect(refusal(foreign, issued(ABOVE_9 - 1))).toBe('version_too_low');
    expect(refusal(foreign, issued(ABOVE_9, { snapshot: false }))).toBe('snapshot_needed');
    expect(() => nextPolicyVersion(state, 'toString')).toThrow(RangeError);
  });

  test('a lock that waits for its snapshot does not move the goal by saying so again', () => {
    const waiting = having(
      building(),
      receipt(2, 9),
      issued(ABOVE_9),
      receipt(3, 9),
      receipt(4, 9),
    );
    expect(lockOf(waiting).alarms[0]).toMatchObject({ pv: 9, clearedFrom: ABOVE_9 });
    expect(nextPolicyVersion(waiting, LOCK)).toEqual({ pv: ABOVE_9 + 1, snapshot: false });
    expect(lockOf(having(waiting, receipt(5, ABOVE_9))).alarms).toEqual([]);
    expect(lockOf(having(waiting, receipt(5, 12))).alarms[0]).toMatchObject({
      clearedFrom: ABOVE_9 + 3,
    });
  });

  test('our version below an unknown one clears nothing: it may lie on top of what is not ours', () => {
    const state = having(building(), issued(2), issued(3), receipt(2, 2, { post: postOf(7) }));
    expect(lockOf(state).alarms[0]).toMatchObject({
      kind: 'fork',
      clearedFrom: 2 + RESTORE_SKIP_MIN,
    });
    const seen = having(state, { kind: 'inspected', lock: LOCK }, receipt(3, 3));
    expect(lockOf(seen).alarms[0]?.kind).toBe('unknown_state');
    expect(scorePermission(seen, 'flat', 'door', T0).score).toBe(1);
    const cleared = having(seen, issued(2 + RESTORE_SKIP_MIN), receipt(4, 2 + RESTORE_SKIP_MIN));
    expect(lockOf(cleared).alarms).toEqual([]);
    expect(scorePermission(cleared, 'flat', 'door', T0).score).toBe(5);
  });

  test('after a backup numbers are skipped, further the more was forgotten', () => {
    const state = having(building(), bundle('a', 1, 1));
    const soon = having(state, { kind: 'server_restored', at: T0 + 60 });
    const later = having(state, { kind: 'server_restored', at: T0 + 3600 });
    const next = { pv: 2 + RESTORE_SKIP_MIN + 1, snapshot: true, floor: T0 + 120 };
    expect(nextPolicyVersion(soon, LOCK)).toEqual(next);
    expect(nextPolicyVersion(later, LOCK).pv).toBe(2 + RESTORE_SKIP_MIN + 60);
    expect(nextBundleSequence(soon, 'a')).toBe(2 + RESTORE_SKIP_MIN + 1);
    expect(refusal(soon, acknowledged('a', 2))).toBe('unknown_bundle');
  });

  test('the same version under the next root is the same version', () => {
    const next = { trustEpoch: 2, pv: 1, post: postOf(1) };
    const state = having(building(), issued(1, { version: next }));
    expect(lockOf(having(state, receipt(2, 1, { trustEpoch: 2 }))).alarms).toEqual([]);
    expect(lockOf(having(building(), receipt(2, 1, { trustEpoch: 2 }))).alarms[0]?.kind).toBe(
      'unknown_state',
    );
  });
});

describe('alarms end', () => {
  test('a rollback only by commissioning: its receipts cannot be told from old ones', () => {
    const rolled = having(building(), receipt(1, 1, { sha256: '11'.repeat(32) }));
    const inspected = having(rolled, { kind: 'inspected', lock: LOCK }, receipt(9, 1));
    expect(scoreDoor(inspected, 'door', T0).reasons).toEqual(['rollback_alarm']);
    const anew = having(rolled, { kind: 'commissioned', lock: LOCK }, issued(2), receipt(1, 2));
    expect(scoreDoor(anew, 'door', T0).score).toBe(5);
  });

  test('a clock by inspection; the lower bound from before is not believed any more', () => {
    const wrong = receipt(2, 1, { status: 'clock_alarm', committedLo: T0 });
    const state = having(building(), wrong, { kind: 'inspected', lock: LOCK });
    expect(lockOf(state)).toMatchObject({ alarms: [] });
    expect(lockOf(state).provenLo).toBe(undefined);
  });

  const kinds = (state: SyncState) => lockOf(state).alarms.map(({ kind }) => kind);
  const reset = issued(2, { clockReset: true });
  const lo = (seq: number, pv: number, committedLo: number) => receipt(seq, pv, { committedLo });

  test('a clock may go back once for each reset, from its version on, and not before', () => {
    const state = having(building(), reset, lo(2, 2, 7));
    expect(kinds(state)).toEqual([]);
    expect(kinds(having(state, lo(3, 2, 6)))).toEqual(['rollback']);
    expect(kinds(having(building(), reset, lo(2, 1, 7)))).toEqual(['rollback']);
    const twice = having(state, issued(3, { clockReset: true }), lo(3, 3, 6));
    expect(kinds(twice)).toEqual([]);
    expect(kinds(having(twice, lo(4, 3, 5)))).toEqual(['rollback']);
  });

  test('the step back of a reset that comes later than its version is no rollback', () => {
    const ahead = having(building(), reset, lo(2, 2, T0 - 10));
    expect(kinds(having(ahead, lo(3, 2, T0 - 500)))).toEqual([]);
  });

  test('two resets issued before the lock heard of either may both be applied', () => {
    const both = having(building(), reset, issued(3, { clockReset: true }));
    expect(kinds(having(both, lo(2, 2, 70), lo(3, 3, 60)))).toEqual([]);
    expect(kinds(having(both, lo(2, 2, 70), lo(3, 3, 60), lo(4, 3, 50)))).toEqual(['rollback']);
  });

  test('receipts around one step back arrive in any order without alarm, and a second step never does', () => {
    const start = having(building(), reset);
    const honest = [lo(2, 2, T0 - 90), lo(3, 2, T0 - 80), lo(4, 2, 50), lo(5, 2, 60), lo(6, 2, 70)];
    const forged = [...honest, lo(7, 2, 40)];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(honest, { minLength: 5 }),
        fc.shuffledSubarray(forged, { minLength: 6 }),
        (order, wrong) => {
          expect(kinds(having(start, ...order))).toEqual([]);
          expect(kinds(having(start, ...wrong))).toEqual(['rollback']);
        },
      ),
      { seed: 20261122, numRuns: runs(60) },
    );
  });

  test('with a reset under way no bound is proved, until the step back was seen', () => {
    const loose = bundle('a', 1, 1, { tpol: 1, exp: T0 + DAY });
    const late = T0 + 2 * DAY;
    const says = (seq: number, committedLo: number) =>
      receipt(seq, 2, { committedLo, hi: null }, late);
    const taken = issued(3, { changes: [{ kind: 'revoke', permission: 'flat' }] });
    const until = (...events: readonly SyncEvent[]) =>
      scorePermission(having(building(), loose, ...events), 'flat', 'door', late + 60).exposedUntil;
    // Without a reset the clock has proved that the grant is over.
    expect(until(issued(2), says(2, late - 60), taken)).toBe(null);
    expect(until(receipt(2, 1, { committedLo: late - 60, hi: null }, late), reset, taken)).toBe(
      'unbounded',
    );
    expect(until(reset, says(2, late - 60), taken)).toBe('unbounded');
    const applied = says(3, T0 + 60);
    expect(until(reset, says(2, late - 60), applied, taken)).toBe('unbounded');
    expect(until(reset, says(2, late - 60), applied, says(4, late - 30), taken)).toBe(null);
  });
});

describe('visits', () => {
  test('openings in a quarter of an hour are one visit, and the oldest are dropped', () => {
    const carrier = having(
      building(),
      bundle('a', 1, 1, { exp: T0 + 30 * DAY }),
      acknowledged('a', 1),
    );
    const open = (seq: number, at: number): SyncEvent =>
      receipt(
        seq,
        1,
        { status: 'permitted', grantHash: grantHash('a', 1), committedLo: at, hi: at + 9 },
        at,
      );
    const twice = having(carrier, open(2, T0 + 100), open(3, T0 + 200), open(4, T0 + 2000));
    expect(lockOf(twice).carriers['a']?.visits).toEqual([T0 + 100, T0 + 2000]);
    expect(lockOf(twice).lastOpening).toBe(T0 + 2000);
    const many = Array.from({ length: VISITS_KEPT_MAX + 1 }, (_, day) =>
      open(day + 2, T0 + 1000 + day * DAY),
    );
    const full = lockOf(having(carrier, ...many)).carriers['a'];
    expect(full?.visits).toHaveLength(VISITS_KEPT_MAX);
    expect(full?.since).toBe(T0 + 1000);
  });
});

describe('tidy', () => {
  test('forgets grants a life after their end, and withdrawn permissions with them', () => {
    const state = having(building(), bundle('a', 1, 1), revoked, receipt(2, 2));
    const end = T0 + DAY + SKEW + GRANT_LIFE_SECONDS_MAX;
    expect(tidy(state, end)).toEqual(state);
    const tidied = tidy(state, end + 1);
    expect(lockOf(tidied).grants).toEqual({});
    expect(tidied.permissions['flat']?.doors).toEqual(['front']);
    expect(tidied.permissions['guest']).toEqual(state.permissions['guest']);
  });

  test('keeps what is pending, whatever the clock says', () => {
    const state = having(building(), bundle('a', 1, 1, { tpol: 1 }), revoked);
    expect(tidy(state, T0 + 4000 * DAY)).toEqual(state);
  });

  test('a permission that ended by itself goes from online doors at once', () => {
    const state = having(building(), { kind: 'permission_ended', permission: 'flat' });
    expect(state.permissions['flat']?.doors).toEqual(['door']);
    expect(tidy(state, T0).permissions['flat']).toBe(undefined);
  });
});

test('any history survives JSON, parses as a valid state, and tidying settles nothing', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const world = new World(0, 0);
      for (const step of steps) take(world, step);
      const { state } = world.server;
      expect(parseSyncState(JSON.parse(JSON.stringify(state)))).toEqual({ ok: true, value: state });
      const tidied = tidy(state, world.serverNow);
      for (const door of Object.keys(state.doors)) {
        const before = scoreDoor(state, door, world.serverNow).exposedUntil;
        expect(scoreDoor(tidied, door, world.serverNow).exposedUntil).toEqual(before);
      }
    }),
    { seed: 20261122, numRuns: runs(40) },
  );
});

test('events change nothing in place', () => {
  const frozen = parseSyncState(JSON.parse(JSON.stringify(building())));
  if (!frozen.ok) throw new Error('not valid');
  const events = [bundle('a', 1, 1), acknowledged('a', 1), revoked, receipt(2, 2)];
  expect(() => having(frozen.value, ...events)).not.toThrow();
  expect(applyEvent(frozen.value, receipt(1, 1)).ok).toBe(true);
});

test('grants live as long here as the protocol allows', () => {
  expect(GRANT_LIFE_SECONDS_MAX).toBe(GRANT_LIFE_MAX);
});
