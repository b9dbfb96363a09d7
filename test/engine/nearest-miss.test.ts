/** How far the nearest miss looks, and which of several changes it tells, by examples. */
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/engine/request.js';
import { compilePolicy, type TimeZoneSource } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const NOON = Date.parse(MONDAY_NOON);
const HOUR = 3_600_000;
const text = (hours: number) => new Date(NOON + hours * HOUR).toISOString().replace('.000Z', 'Z');
const from = (hours: number) => ({ validity: { from: text(hours) } });
const days = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
/** Something changes at every full hour. */
const hourly = Array.from({ length: 12 }, (_, index) => ({
  days,
  from: clock(2 * index),
  until: clock(2 * index + 1),
}));
/** What ada holds at the organisation opens nothing, and changes every hour. */
const idle = right('idle', 'ada', {
  role: 'observer',
  scope: { type: 'organization', id: 'org' },
  validity: { schedule: { windows: hourly } },
});

function miss(
  parts: object,
  facts: Partial<Facts> = {},
  action = 'unlock',
  options: { timeZones?: TimeZoneSource } = {},
): unknown {
  const engine = compilePolicy<unknown>(site(parts), options);
  const request = { ...unlock('ada', 'front', facts), action: { name: action } };
  return engine.explain(request).nearestMiss;
}

describe('another time is told', () => {
  test('when a right begins, also one to administer', () => {
    expect(miss({ assignments: [right('a', 'ada', from(6))] })).toEqual({
      change: { time: text(6) },
    });
    const scope = { type: 'place', id: 'hq' };
    const manager = right('a', 'ada', { role: 'place_administrator', scope, ...from(6) });
    expect(miss({ assignments: [manager] }, {}, 'update')).toEqual({ change: { time: text(6) } });
  });

  test('when the door is unlocked for everybody, also to who has no right and is unknown', () => {
    const doors = [{ id: 'front', place: 'hq', unlock: [{ schedule: 'late' }] }];
    const schedules = [{ id: 'late', windows: [{ days, from: '18:00', until: '20:00' }] }];
    const parts = { doors, schedules, assignments: [] };
    expect(miss(parts)).toEqual({ change: { time: text(6) } });
    expect(miss({ ...parts, users: [] })).toEqual({ change: { time: text(6) } });
  });

  test('never one that has passed', () => {
    const over = { validity: { until: text(-5) } };
    expect(miss({ assignments: [right('a', 'ada', over)] })).toBeNull();
  });

  test('of the next 500 at which anything changes, and none after them', () => {
    const later = (hours: number) => miss({ assignments: [idle, right('a', 'ada', from(hours))] });
    expect(later(500)).toEqual({ change: { time: text(500) } });
    expect(later(501)).toBeNull();
  });

  test('as long as the time zones are known', () => {
    const end = NOON + 10 * HOUR;
    const timeZones: TimeZoneSource = {
      span: { from: NOON - HOUR, until: end },
      has: (name) => name === 'UTC',
      offsets(_, start, stop) {
        if (start < NOON - HOUR || stop > end) throw new RangeError('outside');
        return [{ at: start, offsetSeconds: 0 }];
      },
    };
    const later = (hours: number) =>
      miss({ assignments: [idle, right('a', 'ada', from(hours))] }, {}, 'unlock', { timeZones });
    expect(later(9)).toEqual({ change: { time: text(9) } });
    expect(later(10)).toBeNull();
    expect(later(11)).toBeNull();
  });

  test('that asks for less, if it comes soon after the first', () => {
    const groups = [
      { id: 'staff', doors: ['front'] },
      { id: 'strict', doors: ['front'], restrictions: { secondFactor: true } },
    ];
    const strict = right('s', 'ada', { scope: { type: 'group', id: 'strict' }, ...from(2) });
    const later = (hours: number) =>
      miss({ groups, assignments: [idle, strict, right('a', 'ada', from(hours))] });
    expect(later(5)).toEqual({ change: { time: text(5) } });
    expect(later(22)).toEqual({ change: { time: text(22) } });
    expect(later(23)).toEqual({ change: { time: text(2), secondFactor: true } });
  });
});

describe('of changes of facts is told', () => {
  test('one alone before two together, whatever they are', () => {
    const restrictions = { antiPassback: { mode: 'hard' }, occupancyLimit: 3 };
    const presence = { state: 'inside', since: MONDAY_NOON };
    const facts = { presence: { state: 'lost' }, occupancy: 9 };
    const house = (readers: object[]) => ({
      doors: [{ id: 'front', place: 'hq', restrictions, readers }],
      assignments: [right('a', 'ada')],
    });
    const out = { id: 'out', direction: 'exit' };
    // Nothing of both binds who leaves.
    expect(miss(house([out]), facts)).toEqual({ change: { method: 'tap', reader: 'out' } });
    expect(miss(house([{ id: 'in' }]), facts)).toEqual({
      change: { presence: { state: 'outside' }, occupancy: 2 },
    });
    expect(miss(house([out]), { presence, occupancy: 1 })).toEqual({
      change: { presence: { state: 'outside' } },
    });
  });

  test('none where no role of the model may open, or the resource is not there', () => {
    const role = (id: string, actions: string[]) => ({
      ...{ id, levels: ['organization'], rank: 1 },
      permissions: { door: actions },
    });
    const held = { scope: { type: 'organization', id: 'org' }, role: 'viewer' };
    const parts = (...roles: object[]) => ({
      organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles } },
      users: ['ada', 'bob'].map((id) => ({ id })),
      schedules: [{ id: 'late', windows: [{ days, from: '18:00', until: '20:00' }] }],
      assignments: ['ada', 'bob'].map((id) => right(id, id, held)),
    });
    const restrictions = { twoPerson: true };
    const doors = [{ id: 'front', place: 'hq', restrictions, unlock: [{ schedule: 'late' }] }];
    expect(miss({ ...parts(role('viewer', ['view'])), doors })).toBeNull();
    const away = { ...unlock('ada', 'nowhere'), action: { name: 'view' } };
    const engine = compilePolicy<unknown>(site(parts(role('viewer', ['view']))));
    expect(engine.explain(away).nearestMiss).toBeNull();
  });

  test('none where the door is not there, or nothing is held at it', () => {
    expect(miss({ assignments: [], doors: [{ id: 'front', place: 'hq' }] })).toBeNull();
    expect(miss({ doors: [], groups: [], assignments: [] })).toBeNull();
    expect(
      miss({ users: [{ id: 'ada', active: false }], assignments: [right('a', 'ada')] }),
    ).toBeNull();
  });
});

describe('instants are not gone through one by one', () => {
  /** How often a fact was read while a refusal was explained. */
  function reads(parts: object, door = 'front'): number {
    let count = 0;
    const context = Object.defineProperty({ time: MONDAY_NOON }, 'reader', {
      enumerable: true,
      get() {
        count += 1;
        return undefined;
      },
    }) as Facts;
    const { decision } = compilePolicy<unknown>(site(parts)).explain({
      ...unlock('ada', door),
      context,
    });
    expect(decision.decision).toBe(false);
    return count;
  }
  const hours = { validity: { schedule: { windows: hourly } } };
  const FEW = 20;

  test('where nothing is held that could ever open the door', () => {
    expect(reads({ assignments: [idle] })).toBeLessThan(FEW);
    const inactive = { users: [{ id: 'ada', active: false }] };
    expect(reads({ ...inactive, assignments: [right('a', 'ada', hours)] })).toBeLessThan(FEW);
    expect(reads({ assignments: [right('a', 'ada', hours)] }, 'nowhere')).toBeLessThan(FEW);
    // As they are where something is held, at a lock that somebody would have to stand at.
    const doors = [{ id: 'front', place: 'hq', lock: 'offline', restrictions: { schedule: 'no' } }];
    const schedules = [
      { id: 'no', events: [{ from: '2020-01-01T00:00', until: '2020-01-02T00:00' }] },
    ];
    const never = { doors, schedules, assignments: [right('a', 'ada', hours)] };
    expect(reads(never)).toBeGreaterThan(500);
  });

  test('once one was found that needs nothing else', () => {
    expect(reads({ assignments: [idle, right('a', 'ada', from(2))] })).toBeLessThan(FEW);
  });
});

test('the polygon of the group through which somebody comes is tried, however many other groups have one', () => {
  const square = (west: number) => ({
    polygon: [
      [west, 52],
      [west + 0.1, 52],
      [west + 0.1, 52.1],
      [west, 52.1],
    ],
  });
  const groups = Array.from({ length: 20 }, (_, index) => ({
    id: `g${String(index).padStart(2, '0')}`,
    doors: ['front'],
    restrictions: { geofence: square(10 + index) },
  }));
  const scope = { type: 'group', id: 'g19' };
  const parts = { groups, assignments: [right('a', 'ada', { role: 'door_access', scope })] };
  const location = { latitude: 52, longitude: 29, accuracy: 0 };
  expect(miss(parts)).toEqual({ change: { location } });
});
