/** What else of the clauses is settled when a grant is issued, and what bars a door or a phone from grants. */
import { describe, expect, test } from 'vitest';
import { compilePolicy, tableTimeZones } from '../../src/index.js';
import { lower, lowerDevice } from '../../src/lowering/lower.js';
import { DAY, door, HOUR, house, lowered, NOON, phone, right, times, weekly } from './flat.js';

const UNTIL = NOON + DAY;
const group = (id: string, restrictions: object = {}, parts: object = {}) => ({
  ...{ id, doors: ['flat'], restrictions, ...parts },
});
const inGroup = (id: string, name: string, parts: object = {}) =>
  right(id, { scope: { type: 'group', id: name }, ...parts });

describe('the second factor', () => {
  test('of a door or place is required by every grant', () => {
    const restrictions = { secondFactor: true };
    for (const parts of [
      { doors: [door({ restrictions })] },
      { places: [{ id: 'house', restrictions }] },
    ])
      expect(lowered(parts).grants.map(({ requirements }) => requirements)).toEqual([17]);
  });

  test('of a group is required where no other right opens without it', () => {
    const schedules = [{ id: 'day', ...weekly(['mo', 'tu'], ['08:00', '18:00']) }];
    const groups = [group('day', { schedule: 'day' }), group('always', { secondFactor: true })];
    const assignments = [inGroup('a', 'day'), inGroup('b', 'always')];
    const { grants } = lowered({ schedules, groups, assignments }, { until: UNTIL });
    expect(grants.map((each) => [each.requirements, times(each), each.assignments])).toEqual([
      [1, ['03-02 12:00 to 03-02 18:00', '03-03 08:00 to 03-03 12:00'], ['a']],
      [17, ['03-02 12:00 to 03-03 12:00'], ['a', 'b']],
    ]);
    // The least demanding grant comes first, also where it opens last.
    const late = lowered(
      { schedules, groups, assignments },
      { from: NOON + 8 * HOUR, until: UNTIL },
    );
    expect(late.grants.map((each) => [each.requirements, each.nbf])).toEqual([
      [1, NOON + 20 * HOUR],
      [17, NOON + 8 * HOUR],
    ]);
  });

  test('changes nothing where another right is always open', () => {
    const groups = [group('strict', { secondFactor: true })];
    const { grants } = lowered({ groups, assignments: [right('a'), inGroup('b', 'strict')] });
    expect(grants.map(({ requirements }) => requirements)).toEqual([1]);
  });

  test('and the hours of one group are never mixed with those of another', () => {
    const schedules = [{ id: 'evening', ...weekly(['mo'], ['20:00', '22:00']) }];
    const groups = [
      group('g', { schedule: 'evening', secondFactor: true }),
      group('h', { primaryDevice: true }),
    ];
    const assignments = [inGroup('a', 'g'), inGroup('b', 'h')];
    const { grants } = lowered({ schedules, groups, assignments }, { until: UNTIL });
    expect(grants.map((each) => [each.requirements, times(each)])).toEqual([
      [17, ['03-02 20:00 to 03-02 22:00']],
    ]);
  });
});

describe('what a tap at the entry reader settles', () => {
  test('reader, geofence and no opening from the app are met', () => {
    const restrictions = { reader: true, geofence: { radius: 50 }, appAccess: false };
    const location = { latitude: 51, longitude: 12 };
    expect(lowered({ doors: [door({ restrictions, location })] }).grants).toHaveLength(1);
    const readers = [
      { id: 'out', direction: 'exit' },
      { id: 'in', direction: 'entry' },
    ];
    expect(lowered({ doors: [door({ restrictions, location, readers })] }).grants).toHaveLength(1);
  });

  test('without readers the lock knows no position, so a fence gives no grant', () => {
    const location = { latitude: 51, longitude: 12 };
    const at = (restrictions: object) =>
      lowered({ doors: [door({ readers: [], restrictions, location })] });
    expect(at({ geofence: {} })).toMatchObject({ grants: [], reason: 'geofence' });
    expect(at({ reader: true })).toMatchObject({ grants: [], reason: 'reader' });
    expect(at({ appAccess: false }).grants).toHaveLength(1);
  });

  test('a lockdown that spares the exit still binds, and so do hours', () => {
    const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];
    const lockdowns = [{ id: 'l', scope: { type: 'door', id: 'flat' }, blocksExit: false }];
    expect(lowered({ doors: [door({ readers })], lockdowns }).reason).toBe('lockdown');
    const assignments = [right('a', { validity: { until: '2026-03-01T00:00:00Z' } })];
    expect(lowered({ doors: [door({ readers })], assignments }).reason).toBe('expired');
  });

  test('the primary device is this phone or it is not', () => {
    const doors = [door({ restrictions: { primaryDevice: true } })];
    const withPrimary = (primaryDevice: string) =>
      lowered({ doors, users: [{ id: 'ada', primaryDevice }, { id: 'bob' }] });
    expect(withPrimary('ada-phone').grants).toHaveLength(1);
    expect(withPrimary('old-phone')).toMatchObject({ grants: [], reason: 'primary_device' });
  });
});

describe('who is inside and who comes along, which no lock knows', () => {
  const demands: [string, object][] = [
    ['occupancy_limit', { occupancyLimit: 100 }],
    ['anti_passback', { antiPassback: { mode: 'hard' } }],
    ['anti_passback', { antiPassback: { mode: 'hard', resetMinutes: 1 } }],
    ['two_person', { twoPerson: true }],
  ];

  test.each(demands)(
    'gives no grant and the reason %s, at a door or at its place: %j',
    (reason, restrictions) => {
      const none = { grants: [], reason };
      expect(lowered({ doors: [door({ restrictions })] })).toMatchObject(none);
      expect(lowered({ places: [{ id: 'house', restrictions }] })).toMatchObject(none);
      // An exit reader beside the entry changes nothing: only who leaves is spared.
      const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];
      expect(lowered({ doors: [door({ restrictions, readers })] })).toMatchObject(none);
    },
  );

  test('gives no grant by the capacity of the place', () => {
    const places = [{ id: 'house', capacity: 100 }];
    expect(lowered({ places }).grants).toHaveLength(1);
    const doors = [door({ restrictions: { occupancyLimit: true } })];
    expect(lowered({ places, doors })).toMatchObject({ grants: [], reason: 'occupancy_limit' });
  });

  test.each([{ occupancyLimit: 100 }, { twoPerson: true }])(
    'closes the way through a group that asks for it, and no other: %j',
    (restrictions) => {
      const groups = [group('asking', restrictions), group('plain')];
      const both = [inGroup('a', 'asking'), inGroup('b', 'plain')];
      const { grants } = lowered({ groups, assignments: both });
      expect(grants.map(({ assignments }) => assignments)).toEqual([['b']]);
      expect(lowered({ groups, assignments: both.slice(0, 1) }).grants).toEqual([]);
    },
  );

  test('changes nothing where it refuses nobody', () => {
    const restrictions = { antiPassback: { mode: 'soft', resetMinutes: 5 }, twoPerson: false };
    const plain = lowered();
    expect(plain.grants).toHaveLength(1);
    expect(lowered({ doors: [door({ restrictions })] })).toEqual(plain);
  });

  test('is told of each door of a device', () => {
    const other = {
      id: 'vault',
      place: 'house',
      lock: 'offline',
      restrictions: { twoPerson: true },
    };
    const assignments = [right('a'), right('v', { scope: { type: 'door', id: 'vault' } })];
    const engine = compilePolicy<unknown>(house({ doors: [door(), other], assignments }));
    const device = lowerDevice(engine, { user: 'ada', credential: 'ada-phone', from: NOON });
    expect(device.doors.map((each) => each.door)).toEqual(['flat']);
    expect(device.notLowered).toEqual([{ door: 'vault', reason: 'two_person' }]);
  });
});

describe('no grant', () => {
  const reasons = (...args: Parameters<typeof lowered>) => {
    const { grants, reason, from, until } = lowered(...args);
    expect([grants, from]).toEqual([[], NOON]);
    expect(until).toBeGreaterThanOrEqual(from);
    return reason;
  };

  test('for a phone that is lost, another’s, unknown, or no phone', () => {
    for (const state of ['lost', 'stolen', 'inactive'])
      expect(reasons({ credentials: [phone('ada-phone', 'ada', { state })] })).toBe(
        'credential_inactive',
      );
    expect(reasons({}, { credential: 'bob-phone' })).toBe('credential_foreign');
    expect(reasons({}, { credential: 'nobody’s' })).toBe('credential_unknown');
    for (const kind of ['card', 'pass', 'pin'])
      expect(reasons({ credentials: [phone('ada-phone', 'ada', { kind })] })).toBe(
        'credential_not_phone',
      );
  });

  test('for a person who is inactive, unknown, or has no right', () => {
    const users = [{ id: 'ada', active: false }, { id: 'bob' }];
    expect(reasons({ users })).toBe('subject_inactive');
    expect(reasons({}, { user: 'nobody' })).toBe('subject_unknown');
    expect(reasons({}, { user: 'bob', credential: 'bob-phone' })).toBe('no_access_right');
    expect(reasons({ assignments: [right('a', { enabled: false })] })).toBe('disabled');
    const groups = [group('g', {}, { enabled: false })];
    expect(reasons({ groups, assignments: [inGroup('a', 'g')] })).toBe('disabled');
  });

  test('for a door that is online, unknown, or has only an exit reader', () => {
    expect(reasons({ doors: [door({ lock: 'online' })] })).toBe('online_door');
    expect(reasons({}, { door: 'attic' })).toBe('resource_unknown');
    const readers = [{ id: 'out', direction: 'exit' }];
    expect(reasons({ doors: [door({ readers })] })).toBe('no_entry_reader');
  });

  test('of a role model in which nobody may unlock', () => {
    const role = { id: 'guest', levels: ['door'], rank: 1, permissions: { door: ['view'] } };
    const roles = { id: 'own', roles: [role] };
    const organization = { id: 'org', timeZone: 'Europe/Berlin', roles };
    expect(reasons({ organization })).toBe('action_unknown');
  });
});

test('a device is lowered at every offline door its holder has a right at, in the order of ids', () => {
  const doors = [
    ...['z', 'flat', 'a', 'other'].map((id) => ({ id, place: 'house', lock: 'offline' })),
    { id: 'shut', place: 'house', lock: 'offline', restrictions: { reader: true } },
    { id: 'front', place: 'house' },
    { id: 'far', place: 'away', lock: 'offline' },
  ];
  const groups = [{ id: 'g', doors: ['z', 'a', 'shut', 'front'] }];
  const teams = [{ id: 'crew', users: ['ada'] }];
  const assignments = [
    right('d'),
    inGroup('t', 'g', { subject: { type: 'team', id: 'crew' } }),
    right('b', { subject: { type: 'user', id: 'bob' }, scope: { type: 'place', id: 'house' } }),
  ];
  const places = [{ id: 'house' }, { id: 'away' }];
  const policy = house({ revision: 7, places, doors, groups, teams, assignments });
  const engine = compilePolicy<unknown>(policy);
  const question = { user: 'ada', credential: 'ada-phone', from: NOON };
  const device = lowerDevice(engine, question);
  expect(device.revision).toBe(7);
  expect(device.doors.map((each) => each.door)).toEqual(['a', 'flat', 'z']);
  expect(device.notLowered).toEqual([{ door: 'shut', reason: 'reader' }]);
  expect(lowerDevice(engine, { ...question, user: 'nobody' })).toMatchObject({
    doors: [],
    notLowered: [],
  });
  const lost = engine.apply({
    put: { credentials: [phone('ada-phone', 'ada', { state: 'lost' })] } as never,
  });
  expect(lowerDevice(lost, question)).toMatchObject({
    doors: [],
    notLowered: ['a', 'flat', 'shut', 'z'].map((id) => ({
      door: id,
      reason: 'credential_inactive',
    })),
  });
});

test('a life ends where the source of time zones knows no more, and none begins there', () => {
  const from = (NOON - DAY) * 1000;
  const until = (NOON + DAY) * 1000 + 500;
  const zones = { 'Europe/Berlin': [[from, 3600]] } as const;
  const timeZones = tableTimeZones({ version: 1, from, until, zones });
  const assignments = [
    right('a', { validity: { schedule: weekly(['mo', 'tu'], ['08:00', '18:00']) } }),
  ];
  const engine = compilePolicy<unknown>(house({ assignments }), { timeZones });
  const question = { user: 'ada', credential: 'ada-phone', door: 'flat', from: NOON };
  const { grants, until: end } = lower(engine, question);
  expect(end).toBe(NOON + DAY);
  expect(grants.map(times)).toEqual([['03-02 12:00 to 03-02 18:00', '03-03 08:00 to 03-03 12:00']]);
  for (const outside of [NOON - DAY - 1, NOON + DAY + 1])
    expect(() => lower(engine, { ...question, from: outside })).toThrow(RangeError);
});
