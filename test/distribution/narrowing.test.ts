/** What counts as narrower, member by member. */
import { describe, expect, test } from 'vitest';
import {
  demandsMore,
  doorNarrows,
  elevatorNarrows,
  narrowedDays,
  placeNarrows,
  scheduleNarrows,
  validityNarrows,
} from '../../src/distribution/narrowing.js';
import type { Restrictions, ScheduleBody, Validity } from '../../src/policy/document.js';

const narrow: [string, Restrictions | undefined, Restrictions | undefined][] = [
  ['a geofence', undefined, { geofence: {} }],
  ['another geofence', { geofence: { radius: 50 } }, { geofence: { radius: 300 } }],
  ['a reader', { reader: false }, { reader: true }],
  ['a schedule', {}, { schedule: 's' }],
  ['another schedule', { schedule: 's' }, { schedule: 't' }],
  ['the primary device', {}, { primaryDevice: true }],
  ['a second factor', { reader: true }, { reader: true, secondFactor: true }],
  ['no app', { appAccess: true }, { appAccess: false }],
  ['a limit', {}, { occupancyLimit: 9 }],
  ['a lower limit', { occupancyLimit: 9 }, { occupancyLimit: 8 }],
  ['a limit by capacity', { occupancyLimit: 9 }, { occupancyLimit: true }],
  ['a limit by number', { occupancyLimit: true }, { occupancyLimit: 9 }],
  ['anti-passback', {}, { antiPassback: { mode: 'hard' } }],
  ['harder anti-passback', { antiPassback: { mode: 'soft' } }, { antiPassback: { mode: 'hard' } }],
  ['two persons', { twoPerson: false }, { twoPerson: true }],
];
const notNarrower: [string, Restrictions | undefined, Restrictions | undefined][] = [
  ['nothing at all', { reader: true, schedule: 's' }, undefined],
  ['less', { reader: true, secondFactor: true }, { reader: true }],
  [
    'the same',
    { geofence: { radius: 5 }, schedule: 's' },
    { schedule: 's', geofence: { radius: 5 } },
  ],
  ['what is said to be no demand', undefined, { reader: false, twoPerson: false, appAccess: true }],
  ['soft anti-passback', {}, { antiPassback: { mode: 'soft', resetMinutes: 5 } }],
  ['a higher limit', { occupancyLimit: 8 }, { occupancyLimit: 9 }],
  ['the capacity as before', { occupancyLimit: true }, { occupancyLimit: true }],
];

describe('restrictions', () => {
  test.each(narrow)('%s more is narrower', (_, before, after) => {
    expect(demandsMore(before, after)).toBe(true);
  });
  test.each(notNarrower)('%s is not narrower', (_, before, after) => {
    expect(demandsMore(before, after)).toBe(false);
  });
});

describe('a door', () => {
  const door = { id: 'd', place: 'p', unlock: [{ schedule: 's' }], strictExit: false } as const;
  test.each([
    [{ place: 'q' }],
    [{ location: { latitude: 1, longitude: 1 } }],
    [{ readers: [{ id: 'r' }] }],
    [{ lock: 'offline' }],
    [{ strictExit: true }],
    [{ tenant: { user: 'u', since: '2026-01-01T00:00:00Z' } }],
    [{ restrictions: { reader: true } }],
    [{ unlock: [] }],
    [{ unlock: [{ schedule: 's', firstToArrive: 't' }] }],
  ] as const)('with %j is narrower', (parts) => {
    expect(doorNarrows(door, { ...door, ...parts })).toBe(true);
  });
  test.each([
    [{ name: 'n' }],
    [{ floor: 'f' }],
    [{ lock: 'online' }],
    [{ restrictions: {} }],
    [{ unlock: [{ schedule: 't' }, { schedule: 's' }] }],
  ] as const)('with %j is not', (parts) => {
    expect(doorNarrows(door, { ...door, ...parts })).toBe(false);
  });
});

test('an elevator is narrower without a stop, with a narrower stop, other readers or elsewhere', () => {
  const stop = { id: 's', floor: 'f' };
  const lift = { id: 'l', place: 'p', stops: [stop] };
  const narrower = [
    { stops: [] },
    { stops: [{ ...stop, restrictions: { appAccess: false } }] },
    { readers: [{ id: 'r' }] },
    { place: 'q' },
  ];
  for (const parts of narrower) expect(elevatorNarrows(lift, { ...lift, ...parts })).toBe(true);
  const more = {
    name: 'n',
    stops: [
      { ...stop, floor: 'g', unlock: [{ schedule: 'x' }] },
      { id: 't', floor: 'f' },
    ],
  };
  expect(elevatorNarrows(lift, { ...lift, ...more })).toBe(false);
});

test('a place is narrower with less room, another zone or location, or a demand', () => {
  const place = { id: 'p', capacity: 2 };
  const narrower = [
    { capacity: 1 },
    { timeZone: 'UTC' },
    { location: { latitude: 1, longitude: 1 } },
    { restrictions: { reader: true } },
  ];
  for (const parts of narrower) expect(placeNarrows(place, { ...place, ...parts })).toBe(true);
  expect(placeNarrows(place, { id: 'p' })).toBe(true);
  expect(placeNarrows(place, { ...place, name: 'n', capacity: 3 })).toBe(false);
});

describe('a schedule', () => {
  const hours = (from: string) => ({ days: ['mo'] as const, from, until: '12:00' });
  const body: ScheduleBody = {
    windows: [hours('08:00')],
    except: [{ from: '2026-01-01', until: '2026-01-02' }],
  };
  test.each([
    [{ windows: [hours('09:00')] }],
    [{ windows: undefined }],
    [{ except: [...body.except!, { from: '2026-02-01', until: '2026-02-02' }] }],
    [{ enabled: false }],
    [{ calendar: 'c' }],
    [{ timeZone: 'UTC' }],
  ])('with %j may be narrower', (parts) => {
    expect(scheduleNarrows(body, { ...body, ...parts } as ScheduleBody)).toBe(true);
  });
  test('that was always open is narrower with any hours', () => {
    expect(scheduleNarrows({}, { windows: [hours('08:00')] })).toBe(true);
    expect(
      scheduleNarrows({}, { events: [{ from: '2026-01-01T00:00', until: '2026-01-02T00:00' }] }),
    ).toBe(true);
  });
  test('with more windows, more events and fewer exceptions is not', () => {
    const more = {
      windows: [hours('09:00'), hours('08:00')],
      events: [{ from: '2026-01-01T00:00', until: '2026-01-02T00:00' }],
    };
    expect(scheduleNarrows(body, more)).toBe(false);
    expect(scheduleNarrows(body, { ...body, enabled: true })).toBe(false);
  });
});

test('a validity is narrower when it begins later, ends sooner or has other hours', () => {
  const early = '2026-01-01T00:00:00Z';
  const late = '2026-01-01T00:00:01+00:00';
  const narrower: [Validity | undefined, Validity][] = [
    [undefined, { from: early }],
    [{ from: early }, { from: late }],
    [{ from: early }, { until: late }],
    [{ until: late }, { until: early }],
    [{ schedule: 's' }, { schedule: 't' }],
    [{ schedule: 's' }, { schedule: {} }],
    [undefined, { schedule: 's' }],
    [{ schedule: {} }, { schedule: { events: [] } }],
  ];
  for (const [before, after] of narrower) expect(validityNarrows(before, after)).toBe(true);
  const wider: [Validity | undefined, Validity | undefined][] = [
    [{ from: early, schedule: 's' }, undefined],
    [{ from: late }, { from: early }],
    [{ until: early }, { until: late }],
    [
      { until: early, schedule: 's' },
      { until: '2026-01-01T01:00:00+01:00', schedule: 's' },
    ],
    [{ schedule: { except: [{ from: '2026-01-01', until: '2026-01-02' }] } }, { schedule: {} }],
  ];
  for (const [before, after] of wider) expect(validityNarrows(before, after)).toBe(false);
});

test('days of a calendar are narrower when they were not closed and are otherwise now', () => {
  const windows = [{ from: '08:00', until: '12:00' }];
  const days = (...list: readonly object[]) => ({ id: 'c', days: list }) as never;
  const before = days(
    { date: '2026-01-01' },
    { date: '2026-01-02', windows },
    { date: '2026-01-03', windows },
    { date: '2026-01-04' },
  );
  const after = days(
    { date: '2026-01-01', windows },
    { date: '2026-01-02' },
    { date: '2026-01-05', windows },
    { date: '2026-01-06' },
  );
  expect(narrowedDays(before, after).sort()).toEqual([
    '2026-01-02',
    '2026-01-03',
    '2026-01-05',
    '2026-01-06',
  ]);
  expect(narrowedDays(before, before)).toEqual([]);
});
