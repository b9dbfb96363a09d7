import { describe, expect, test } from 'vitest';
import type { SyncEvent } from '../../src/sync/event.js';
import { RESTORE_SKIP_MIN } from '../../src/sync/limits.js';
import { type PermissionScore, SCORES, scorePermission } from '../../src/sync/score.js';
import { emptyState, type SyncState } from '../../src/sync/state.js';
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
  SKEW,
  T0,
} from './building.js';

const DAY = 86_400;
const revoke: SyncEvent = issued(2, { changes: [{ kind: 'revoke', permission: 'flat' }] });
const narrow: SyncEvent = issued(2, { changes: [{ kind: 'narrow', permission: 'flat' }] });
const widen = (devices: readonly string[], until?: number): SyncEvent => ({
  kind: 'widened',
  door: 'door',
  permission: 'flat',
  devices,
  ...(until === undefined ? {} : { until }),
});
const carer = [bundle('carer', 1, 1, { permission: 'care', exp: T0 + 20 * DAY })] as const;
const carried = [
  bundle('carer', 2, 2, { permission: 'care', exp: T0 + 20 * DAY }),
  acknowledged('carer', 2),
] as const;

function flat(state: SyncState, now = T0 + 60): PermissionScore {
  return scorePermission(state, 'flat', 'door', now);
}

/** Row of the table, events on top of a lock that proved version 1, seconds later, score and reasons. */
const ROWS: readonly (readonly [
  title: string,
  events: readonly SyncEvent[],
  later: number,
  score: number,
  reasons: readonly string[],
])[] = [
  ['5: nothing happened', [], 0, 5, ['unchanged']],
  ['5: withdrawn, but no grant was ever issued', [revoke], 0, 5, ['expired']],
  ['5: withdrawn and proved', [bundle('a', 1, 1), revoke, receipt(2, 2)], 0, 5, ['acknowledged']],
  [
    '5: proved by a later version',
    [bundle('a', 1, 1), revoke, issued(3), receipt(2, 3)],
    0,
    5,
    ['acknowledged'],
  ],
  [
    '5: a grant refused since an earlier version is not pending again with a later one',
    [
      bundle('a', 1, 1),
      narrow,
      receipt(2, 2),
      issued(3, { changes: [{ kind: 'narrow', permission: 'flat' }] }),
    ],
    0,
    5,
    ['expired'],
  ],
  [
    '5: expired, a second past the skew',
    [bundle('a', 1, 1), revoke],
    DAY + SKEW + 1,
    5,
    ['expired'],
  ],
  [
    '1: at the skew itself expiry is not certain',
    [bundle('a', 1, 1), revoke],
    DAY + SKEW,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '1: another grant of it still lives',
    [bundle('a', 1, 1), bundle('b', 1, 1, { exp: T0 + 2 * DAY }), revoke],
    DAY + SKEW + 1,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '4: widened, acknowledged, not used',
    [widen(['a']), bundle('a', 1, 1), acknowledged('a', 1)],
    0,
    4,
    ['widening_unused'],
  ],
  [
    '5: widened and used',
    [
      widen(['a']),
      bundle('a', 1, 1),
      receipt(2, 1, { status: 'permitted', grantHash: grantHash('a', 1) }),
    ],
    0,
    5,
    ['unchanged'],
  ],
  [
    '4: refused is not used',
    [
      widen(['a']),
      bundle('a', 1, 1),
      acknowledged('a', 1),
      receipt(2, 1, { status: 'pending', grantHash: grantHash('a', 1) }),
    ],
    0,
    4,
    ['widening_unused'],
  ],
  [
    '3: an opening with an older grant does not use the widening',
    [
      bundle('a', 1, 1),
      widen(['a']),
      receipt(2, 1, { status: 'permitted', grantHash: grantHash('a', 1) }),
    ],
    0,
    3,
    ['widening_unacknowledged'],
  ],
  [
    '3: an acknowledgement of a bundle before the widening is none',
    [bundle('a', 1, 1), widen(['a']), acknowledged('a', 1)],
    0,
    3,
    ['widening_unacknowledged'],
  ],
  ['3: a transponder has no device', [widen([])], 0, 3, ['widening_unacknowledged']],
  [
    '5: a transponder was used',
    [
      widen([]),
      receipt(2, 1, { status: 'permitted', grantHash: '00'.repeat(8), permission: 'flat' }),
    ],
    0,
    5,
    ['unchanged'],
  ],
  [
    '3: one of two devices has it',
    [widen(['a', 'b']), bundle('a', 1, 1), acknowledged('a', 1)],
    0,
    3,
    ['widening_unacknowledged'],
  ],
  ['5: nothing is left of the widening', [widen(['a'], T0 + DAY)], DAY, 5, ['unchanged']],
  [
    '2: pending, and a carrier holds it',
    [...carer, bundle('a', 1, 1, { exp: T0 + 29 * DAY }), revoke, ...carried],
    0,
    2,
    ['unsafe_pending', 'carried'],
  ],
  [
    '1: the carrier is overdue',
    [
      ...carer,
      bundle('a', 1, 1, { exp: T0 + 30 * DAY }),
      revoke,
      bundle('carer', 2, 2, { permission: 'care', exp: T0 + 30 * DAY }),
      acknowledged('carer', 2),
    ],
    28 * DAY,
    1,
    ['unsafe_pending', 'carrier_overdue'],
  ],
  [
    '1: the carrier holds the version before',
    [...carer, acknowledged('carer', 1), bundle('a', 1, 1), revoke],
    0,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '1: the carrier was only offered it',
    [bundle('a', 1, 1), revoke, bundle('carer', 1, 2, { permission: 'care' })],
    0,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '1: a carrier whose own grant was taken does not count',
    [bundle('a', 1, 1), narrow, bundle('a', 2, 2), acknowledged('a', 2)],
    0,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '1: a carrier whose grant has ended does not count',
    [
      bundle('a', 1, 1, { exp: T0 + 5 * DAY }),
      revoke,
      bundle('carer', 1, 2, { permission: 'care', exp: T0 + 100 }),
      acknowledged('carer', 1),
    ],
    100,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '1: unsafe comes before a widening',
    [bundle('a', 1, 1), narrow, widen(['a'])],
    0,
    1,
    ['unsafe_pending', 'no_carrier'],
  ],
  [
    '1: a grant on the lower bound does not end by the server clock',
    [bundle('a', 1, 1, { tpol: 1 }), revoke],
    400 * DAY,
    1,
    ['unsafe_pending', 'lower_bound_grant', 'no_carrier'],
  ],
  [
    '1: nor a second before its end on the lock’s own clock',
    [
      bundle('a', 1, 1, { tpol: 1 }),
      revoke,
      receipt(2, 1, { committedLo: T0 + DAY - 1, hi: null }, T0 + DAY),
    ],
    400 * DAY,
    1,
    ['unsafe_pending', 'lower_bound_grant', 'no_carrier'],
  ],
  [
    '5: but by the lower bound the lock committed',
    [
      bundle('a', 1, 1, { tpol: 1 }),
      revoke,
      receipt(2, 1, { committedLo: T0 + DAY, hi: null }, T0 + DAY),
    ],
    DAY,
    5,
    ['expired'],
  ],
  [
    '1: a version we never issued',
    [receipt(2, 7, { post: postOf(7) })],
    0,
    1,
    ['unknown_state', 'no_carrier'],
  ],
  [
    '5: then one we issued after it',
    [receipt(2, 7), issued(7 + RESTORE_SKIP_MIN), receipt(3, 7 + RESTORE_SKIP_MIN)],
    0,
    5,
    ['unchanged'],
  ],
  [
    '1: the database came back from a backup',
    [{ kind: 'server_restored', at: T0 }],
    0,
    1,
    ['server_restored', 'no_carrier'],
  ],
  [
    '5: a floor above all that was lost was proved',
    [{ kind: 'server_restored', at: T0 }, issued(2000, { floor: T0 + 60 }), receipt(2, 2000)],
    0,
    5,
    ['unchanged'],
  ],
  [
    '1: a floor below it ends nothing',
    [{ kind: 'server_restored', at: T0 }, issued(2000, { floor: T0 + 59 }), receipt(2, 2000)],
    0,
    1,
    ['server_restored', 'no_carrier'],
  ],
  [
    '0: two receipts with one number',
    [receipt(1, 1, { sha256: 'ff'.repeat(32) })],
    0,
    0,
    ['rollback_alarm'],
  ],
  ['0: the version went down', [issued(2), receipt(2, 2), receipt(3, 1)], 0, 0, ['rollback_alarm']],
  [
    '0: the counter of boots went down',
    [receipt(2, 1, { ctr: '00'.repeat(8) })],
    0,
    0,
    ['rollback_alarm'],
  ],
  ['0: the clock went down', [receipt(2, 1, { committedLo: 5 })], 0, 0, ['rollback_alarm']],
  ['0: our version, other content', [receipt(2, 1, { post: postOf(9) })], 0, 0, ['fork_alarm']],
  ['0: the lock saw a fork itself', [receipt(2, 1, { status: 'fork' })], 0, 0, ['fork_alarm']],
  [
    '0: the lock says its clock is wrong',
    [receipt(2, 1, { status: 'clock_alarm' })],
    0,
    0,
    ['clock_alarm'],
  ],
  [
    '0: its lower bound lies ahead of us',
    [receipt(2, 1, { committedLo: T0 + 31, hi: null })],
    0,
    0,
    ['clock_alarm'],
  ],
  [
    '5: within the error of our own clock it does not',
    [receipt(2, 1, { committedLo: T0 + 30, hi: null })],
    0,
    5,
    ['unchanged'],
  ],
  [
    '0: commissioned again, nothing proved yet',
    [{ kind: 'commissioned', lock: LOCK }],
    0,
    0,
    ['never_commissioned'],
  ],
];

describe('the table, row by row', () => {
  test.each(ROWS)('%s', (_title, events, later, score, reasons) => {
    const answer = flat(having(building(), ...events), T0 + later);
    expect({ score: answer.score, reasons: answer.reasons }).toEqual({ score, reasons });
    expect({ colour: answer.colour, action: answer.action }).toEqual(SCORES[score]);
  });

  test('5: an online door, whatever happened elsewhere', () => {
    const state = having(building(), bundle('a', 1, 1), revoke);
    expect(scorePermission(state, 'flat', 'front', T0)).toMatchObject({
      score: 5,
      reasons: ['online'],
      exposedUntil: null,
    });
  });

  test('0: a lock that was never commissioned has no receipts and no score', () => {
    const state = having(
      emptyState(0),
      { kind: 'lock_installed', door: 'door', lock: LOCK, driftPpm: 0, lowerBoundGrants: false },
      { kind: 'permission_given', permission: 'flat', holder: 'ada', doors: ['door'] },
    );
    expect(flat(state)).toMatchObject({ score: 0, reasons: ['never_commissioned'] });
  });

  test('what is not known is not scored', () => {
    const state = building();
    expect(() => scorePermission(state, 'nobody', 'door', T0)).toThrow(RangeError);
    expect(() => scorePermission(state, 'toString', 'door', T0)).toThrow(RangeError);
    expect(() => scorePermission(state, 'flat', 'cellar', T0)).toThrow(RangeError);
    expect(() => scorePermission(state, 'flat', 'door', Number.NaN)).toThrow(RangeError);
  });
});

describe('how long the door stays exposed', () => {
  const exposed = (events: readonly SyncEvent[], now = T0 + 60) =>
    flat(having(building(), ...events), now).exposedUntil;

  test('until the last grant has certainly expired', () => {
    const long = bundle('b', 1, 1, { exp: T0 + 2 * DAY });
    expect(exposed([bundle('a', 1, 1), long, revoke])).toBe(T0 + 2 * DAY + SKEW);
  });

  test('not at all once the change is proved, or when nothing was taken', () => {
    expect(exposed([bundle('a', 1, 1), revoke, receipt(2, 2)])).toBe(null);
    expect(exposed([bundle('a', 1, 1)])).toBe(null);
  });

  test('without end on the lower bound of a clock', () => {
    expect(exposed([bundle('a', 1, 1, { tpol: 1 }), bundle('b', 1, 1), revoke])).toBe('unbounded');
  });

  test('only what is taken from the devices named', () => {
    const lost = issued(2, { changes: [{ kind: 'narrow', permission: 'flat', devices: ['a'] }] });
    const both = [bundle('a', 1, 1), bundle('b', 1, 1, { exp: T0 + 9 * DAY })];
    expect(exposed([...both, lost])).toBe(T0 + DAY + SKEW);
  });

  test('again, when the lock is commissioned anew and has forgotten the change', () => {
    const events = [bundle('a', 1, 1), revoke, receipt(2, 2)];
    const anew: SyncEvent = { kind: 'commissioned', lock: LOCK };
    expect(exposed([...events, anew])).toBe(T0 + DAY + SKEW);
  });

  test('again, when the lock claims a version that is not ours: that may have left the change out', () => {
    const events = [bundle('a', 1, 1), revoke, receipt(2, 2)];
    expect(exposed([...events, receipt(3, 9)])).toBe(T0 + DAY + SKEW);
  });

  test('thirty days after a backup came back, and until the clock errors of both are over', () => {
    const state = having(building(), { kind: 'server_restored', at: T0 });
    expect(flat(state).exposedUntil).toBe('unbounded');
    const lock = state.locks[LOCK];
    if (lock === undefined) throw new Error('no lock');
    const strict = { ...state, locks: { [LOCK]: { ...lock, lowerBoundGrants: false } } };
    expect(flat(strict).exposedUntil).toBe(T0 + 60 + 30 * DAY + SKEW);
    expect(flat(strict, T0 + 60 + 30 * DAY + SKEW).score).toBe(1);
    expect(flat(strict, T0 + 60 + 30 * DAY + SKEW + 1).score).toBe(5);
  });
});

describe('who brings the news', () => {
  test('holding and pending carriers, sorted, without those the change is about', () => {
    const state = having(
      building(),
      bundle('a', 1, 1, { exp: T0 + 9 * DAY }),
      bundle('z', 1, 1, { permission: 'care' }),
      ...carer,
      revoke,
      ...carried,
    );
    expect(flat(state)).toMatchObject({
      score: 2,
      action: 'wait_until',
      carriersHolding: ['carer'],
      carriersPending: ['z'],
      lastAck: { pv: 1, at: T0 },
      lastOpening: null,
    });
  });

  test('nobody is named where nothing is pending', () => {
    const state = having(building(), ...carer, acknowledged('carer', 1));
    expect(flat(state)).toMatchObject({
      carriersHolding: [],
      carriersPending: [],
      expectedBy: null,
    });
  });
});
