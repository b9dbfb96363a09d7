/** Everything by which an answer may change with the clock, each alone: where `validUntil` says that it changes. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import type { AccessRequest, Facts } from '../../src/engine/request.js';
import { nextInstant } from '../../src/engine/valid-until.js';
import { compilePolicy, type TimeZoneSource } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const NOON = Date.parse(MONDAY_NOON);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const text = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z');
const windows = [{ days: ['mo'], from: '09:00', until: '18:00' }];
const ALWAYS = [
  { days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], from: '00:00', until: '24:00' },
];
/** The first has no end, so that whoever takes one schedule for another does not see the evening. */
const schedules = [
  { id: 'always', windows: ALWAYS },
  { id: 'hours', windows },
];
const EVENING = '2026-03-02T18:00:00Z';
const ada = [right('ada', 'ada')];
const users = ['tom', 'ada', 'bob'].map((id) => ({ id }));

function until(
  parts: object,
  facts: Partial<Facts> = {},
  request: AccessRequest = unlock('ada', 'front', facts),
  options: { timeZones?: TimeZoneSource } = {},
): string | null {
  const policy = site({ users, schedules, assignments: ada, ...parts });
  return compilePolicy<unknown>(policy, options).validUntil(request);
}

/** Beside the right that counts one that opens nothing. */
const idle = (validity: object) => ({
  assignments: [
    ...ada,
    right('idle', 'ada', {
      role: 'observer',
      scope: { type: 'organization', id: 'org' },
      validity,
    }),
  ],
});

describe('an answer holds until', () => {
  const drill = (scope: object, span: object) => ({ lockdowns: [{ id: 'drill', scope, ...span }] });
  const scopes = [
    { type: 'door', id: 'front' },
    { type: 'place', id: 'hq' },
    { type: 'organization', id: 'org' },
  ];
  test.each(scopes)('a lockdown of %j begins, or ends', (scope) => {
    expect(until(drill(scope, { since: EVENING }))).toBe(EVENING);
    expect(until(drill(scope, { until: EVENING }))).toBe(EVENING);
    expect(until(drill({ type: 'place', id: 'hq' }, {}))).toBeNull();
  });

  const closing = { restrictions: { schedule: 'hours' } };
  const front = { id: 'front', place: 'hq' };
  test.each<[string, object]>([
    ['of the door', { doors: [{ ...front, ...closing }] }],
    ['of the place', { places: [{ id: 'hq', ...closing }] }],
    ['of the group', { groups: [{ id: 'staff', doors: ['front'], ...closing }] }],
    ['of the right', { assignments: [right('ada', 'ada', { validity: { schedule: 'hours' } })] }],
    [
      'of the right itself',
      { assignments: [right('ada', 'ada', { validity: { schedule: { windows } } })] },
    ],
    ['of an unlock', { doors: [{ ...front, unlock: [{ schedule: 'hours' }] }], assignments: [] }],
  ])('the hours %s end', (_, parts) => {
    expect(until(parts)).toBe(EVENING);
  });

  test('a right begins, or ends', () => {
    const valid = (validity: object) => ({ assignments: [right('ada', 'ada', { validity })] });
    expect(until(valid({ from: EVENING }))).toBe(EVENING);
    expect(until(valid({ until: EVENING }))).toBe(EVENING);
    expect(until(valid({ until: MONDAY_NOON }))).toBeNull();
  });

  test('the hours end by the clock of the door, not of the organisation', () => {
    const parts = {
      places: [{ id: 'hq' }, { id: 'lab', timeZone: 'Asia/Tokyo' }],
      doors: [{ id: 'front', place: 'lab' }],
      assignments: [right('ada', 'ada', { validity: { schedule: 'hours' } })],
    };
    // Noon in UTC is nine in the evening in Tokyo.
    expect(until(parts)).toBe('2026-03-09T00:00:00Z');
  });

  test('the hours of a right to administer end', () => {
    const parts = {
      assignments: [
        right('ada', 'ada', {
          role: 'place_administrator',
          scope: { type: 'place', id: 'hq' },
          validity: { schedule: 'hours' },
        }),
      ],
    };
    const request = { ...unlock('ada', 'front'), action: { name: 'update' } };
    expect(until(parts, {}, request)).toBe(EVENING);
  });
});

describe('at a door that somebody lives behind an answer holds until', () => {
  const let_ = (since: string, parts: object = {}) => ({
    doors: [{ id: 'front', place: 'hq', tenant: { user: 'tom', since } }],
    ...parts,
  });

  test('the door is handed over', () => {
    expect(until(let_(EVENING))).toBe(EVENING);
    expect(until(let_(MONDAY_NOON))).toBeNull();
  });

  test('the right of whoever gave the right ends', () => {
    const role = { id: 'visitor', levels: ['door'], rank: 1, permissions: { door: ['unlock'] } };
    const here = { role: 'visitor', scope: { type: 'door', id: 'front' } };
    const chain = {
      organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles: [role] } },
      assignments: [
        right('bob', 'bob', { ...here, grantedBy: 'tom', validity: { until: EVENING } }),
        right('ada', 'ada', { ...here, grantedBy: 'bob' }),
      ],
    };
    expect(until(let_(MONDAY_NOON, chain))).toBe(EVENING);
  });
});

describe('an unlock that waits for the first arrival holds until', () => {
  // The schedule of arrivals is the first of all.
  const waiting = {
    doors: [{ id: 'front', place: 'hq', unlock: [{ schedule: 'hours', firstToArrive: 'always' }] }],
    assignments: [],
  };
  const came = (...hours: number[]) => ({ arrivals: hours.map((hour) => NOON + hour * HOUR) });

  test('the evening, from the very instant of the arrival', () => {
    expect(until(waiting, came(0))).toBe(EVENING);
    expect(until(waiting, came(-1))).toBe(EVENING);
    expect(until(waiting, came(1))).toBe(text(NOON + HOUR));
    expect(until(waiting, came())).toBeNull();
  });

  test('the morning, when the last to arrive came early that day, whoever came before', () => {
    const early = { time: NOON - 4 * HOUR };
    const morning = text(NOON - 3 * HOUR);
    for (const hours of [[-5], [-5, -80], [-80, -5]]) {
      expect(until(waiting, { ...early, ...came(...hours) })).toBe(morning);
    }
    expect(until(waiting, { ...early, ...came(-80) })).toBeNull();
  });
});

describe('what changes nothing is looked past', () => {
  test('a thousand times, and then its instant is answered', () => {
    const hourly = Array.from({ length: 12 }, (_, index) => ({
      days: ALWAYS[0]?.days,
      from: `${String(2 * index).padStart(2, '0')}:00`,
      until: `${String(2 * index + 1).padStart(2, '0')}:00`,
    }));
    expect(until(idle({ schedule: { windows: hourly } }))).toBe(text(NOON + 1000 * HOUR));
  });

  test('for 28 years, and what comes later is answered', () => {
    const years = NOON + 28 * 366 * DAY;
    expect(until(idle({ from: text(years) }))).toBeNull();
    expect(until(idle({ from: text(years + 1000) }))).toBe(text(years + 1000));
  });

  test('for ever, where the door or the action is not there', () => {
    const weekly = { assignments: [right('ada', 'ada', { validity: { schedule: 'hours' } })] };
    expect(until(weekly, {}, unlock('ada', 'nowhere'))).toBeNull();
    const request = { ...unlock('ada', 'front'), action: { name: 'paint' } };
    expect(until(weekly, {}, request)).toBeNull();
  });
});

describe('at the ends of time', () => {
  test('what never changes hides nothing that does, also before 1970', () => {
    const valid = (validity: object) => ({ assignments: [right('ada', 'ada', { validity })] });
    const before = { time: '1960-01-01T00:00:00Z' };
    const end = '1971-01-01T00:00:00Z';
    expect(until(valid({ schedule: 'always', until: end }), before)).toBe(end);
  });

  test('an instant after the year 9999 is none', () => {
    const hard = { antiPassback: { mode: 'hard', resetMinutes: 1 } };
    const doors = [{ id: 'front', place: 'hq', restrictions: hard }];
    const presence = { state: 'inside', since: '9999-12-31T23:59:00Z' };
    expect(until({ doors }, { presence })).toBeNull();
  });

  const utc: TimeZoneSource['offsets'] = (_, from) => [{ at: from, offsetSeconds: 0 }];
  const timed = { assignments: [right('ada', 'ada', { validity: { schedule: 'hours' } })] };

  test('an answer holds no longer than its time zones are known', () => {
    const [from, end] = [NOON - 400 * DAY, NOON + 2 * HOUR];
    const timeZones: TimeZoneSource = {
      span: { from, until: end },
      has: (name) => name === 'UTC',
      offsets(name, start, stop) {
        if (start < from || stop > end) throw new RangeError('outside');
        return utc(name, start, stop);
      },
    };
    const asked = (parts: object) => until(parts, {}, undefined, { timeZones });
    expect(asked(timed)).toBe(text(end));
    expect(asked({})).toBeNull();
    const valid = (instant: number) => ({
      assignments: [right('ada', 'ada', { validity: { until: text(instant) } })],
    });
    expect(asked(valid(end + HOUR))).toBe(text(end));
    expect(asked(valid(end))).toBe(text(end));
    expect(asked(valid(end - HOUR))).toBe(text(end - HOUR));
    expect(asked(idle({ until: text(end) }))).toBe(text(end));
  });

  test('a source that fails otherwise is not taken for one that ends', () => {
    const timeZones: TimeZoneSource = {
      has: (name) => name === 'UTC',
      offsets(name, start, stop) {
        if (stop > Date.parse('2050-01-01T00:00:00Z')) throw new TypeError('no table');
        return utc(name, start, stop);
      },
    };
    const late = [{ from: '2060-01-01T00:00', until: '2060-01-02T00:00' }];
    const parts = {
      assignments: [right('ada', 'ada', { validity: { schedule: { events: late } } })],
    };
    expect(() => until(parts, {}, undefined, { timeZones })).toThrow('no table');
  });
});

test('a companion whom nobody knows changes nothing', () => {
  const doors = [{ id: 'front', place: 'hq', restrictions: { twoPerson: true } }];
  expect(until({ doors }, { companions: ['nemo'] })).toBeNull();
});

describe('no instant is looked at for', () => {
  /** The next instant looked at, in hours from noon. */
  const next = (parts: object, facts: Partial<Facts> = {}, action = 'unlock') => {
    const policy = site({ users, schedules, assignments: ada, ...parts });
    const request = { ...unlock('ada', 'front', facts), action: { name: action } };
    const instant = nextInstant(snapshotOf(compilePolicy<unknown>(policy)), request, NOON);
    return instant === null ? null : (instant - NOON) / HOUR;
  };
  const bob = right('bob', 'bob', { validity: { until: EVENING } });
  const lab = { id: 'lab', place: 'hq' };

  test('what somebody else holds, or holds elsewhere', () => {
    const given = { assignments: [{ ...ada[0], grantedBy: 'bob' }, bob] };
    expect(next(given, { companions: ['bob'] })).toBeNull();
    const doors = [{ id: 'front', place: 'hq' }, lab];
    const groups = ['front', 'lab'].map((id) => ({ id, doors: [id] }));
    const at = (id: string) =>
      right(id, 'ada', { ...bob, id, subject: ada[0]?.subject, scope: { type: 'group', id } });
    expect(next({ doors, groups, assignments: [at('lab')] })).toBeNull();
    expect(next({ doors, groups, assignments: [at('front')] })).toBe(6);
  });

  test('a group by which nothing is held here', () => {
    const groups = [{ id: 'staff', doors: ['front'], restrictions: { schedule: 'hours' } }];
    const scope = { type: 'place', id: 'hq' };
    const manager = [right('ada', 'ada', { role: 'place_administrator', scope })];
    expect(next({ groups })).toBe(6);
    expect(next({ groups, assignments: manager })).toBeNull();
    // Nobody who administers stands at a door.
    expect(next({ groups }, {}, 'update')).toBeNull();
  });

  test('the hours of an unlock for which nobody arrived lately', () => {
    const unlocks = [{ schedule: 'late', firstToArrive: 'always' }];
    const parts = {
      doors: [{ id: 'front', place: 'hq', unlock: unlocks }],
      schedules: [
        ...schedules,
        { id: 'late', windows: [{ days: ['mo'], from: '13:00', until: '14:00' }] },
      ],
    };
    const arrived = (...hours: number[]) =>
      next(parts, { arrivals: hours.map((hour) => NOON + hour * HOUR) });
    expect(arrived(3)).toBe(3);
    expect(arrived(-1)).toBe(1);
    expect(arrived(-47)).toBe(1);
    expect(arrived(-48)).toBeNull();
  });
});
