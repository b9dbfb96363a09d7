/** Kisi's API objects as a policy: what is carried over, what is narrowed and noted, what is refused. */
import { describe, expect, test } from 'vitest';
import { lintPolicy } from '../../src/analysis/lint/lint-policy.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import type { Imported } from '../../src/interchange/imported.js';
import { fromKisi } from '../../src/interchange/kisi/from-kisi.js';
import type { KisiOptions } from '../../src/interchange/kisi/source.js';

const OPEN = {
  geofence_restriction_enabled: false,
  geofence_restriction_radius: null,
  reader_restriction_enabled: false,
  time_restriction_enabled: false,
  time_restriction_time_zone: 'Europe/Berlin',
};
const GROUP = { ...OPEN, login_enabled: true, primary_device_restriction_enabled: false };

/** An account with one of everything that is read. */
const ACCOUNT = {
  organization: { id: 3289, name: 'Acme', domain: 'acme' },
  places: [
    {
      id: 11,
      name: 'HQ',
      tz_time_zone: 'Europe/Berlin',
      time_zone: 'Berlin',
      latitude: 52.52,
      longitude: 13.4,
      locked_down: false,
      locks_count: 2,
    },
    {
      id: 12,
      name: 'Barn',
      tz_time_zone: 'Europe/Berlin',
      latitude: null,
      longitude: null,
      locked_down: false,
    },
  ],
  floors: [{ id: 21, place_id: 11, name: 'Ground', number: 0 }],
  locks: [
    { id: 16721, name: 'Front', place_id: 11, floor_id: 21, locked_down: false, ...OPEN },
    {
      id: 16722,
      name: 'Lab',
      place_id: 11,
      locked_down: false,
      ...OPEN,
      reader_restriction_enabled: true,
    },
    { id: 16723, name: 'Barn', place_id: 12, locked_down: false, ...OPEN },
  ],
  elevators: [{ id: 31, place_id: 11, name: 'Lift' }],
  elevator_stops: [{ id: 429, elevator_id: 31, floor_id: 21, time_restriction_enabled: false }],
  groups: [
    { id: 45274, name: 'Everybody', place_id: null, ...GROUP },
    {
      id: 45275,
      name: 'Night',
      place_id: 11,
      ...GROUP,
      time_restriction_enabled: true,
      primary_device_restriction_enabled: true,
    },
  ],
  group_locks: [
    { id: 1, group_id: 45274, lock_id: 16721 },
    { id: 2, group_id: 45274, lock_id: 16722 },
    { id: 3, group_id: 45275, lock_id: 16721 },
  ],
  group_elevator_stops: [{ id: 1, group_id: 45274, elevator_stop_id: 429 }],
  users: [
    { id: 501, name: 'Ada', email: 'ada@example.com', access_enabled: true },
    { id: 502, name: 'Bob', email: 'bob@example.com', access_enabled: false },
  ],
  logins: [{ id: 900, user_id: 501, primary: true, name: 'phone' }],
  role_assignments: [
    {
      id: 701,
      user_id: 501,
      role_id: 'group_basic',
      group_id: 45274,
      type: 'group',
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2027-01-01T00:00:00Z',
    },
    { id: 702, user_id: 502, role_id: 'group_manager', group_id: 45274 },
    { id: 703, user_id: 501, role_id: 'group_basic', group_id: 45275 },
  ],
  group_links: [
    {
      id: 801,
      group_id: 45274,
      name: 'Plumber',
      enabled: true,
      valid_until: '2026-12-01T00:00:00Z',
    },
  ],
};
const NIGHT: KisiOptions = {
  hours: { groups: { 45275: { windows: [{ days: ['mo'], from: '20:00', until: '23:00' }] } } },
  readers: { 16722: ['lab-in'] },
};
const MONDAY_NOON = '2026-11-23T12:00:00+01:00';

describe('Kisi objects', () => {
  test('become a policy that opens what they open', () => {
    const { policy, notes } = made(ACCOUNT, NIGHT);
    expect(notes).toEqual([]);
    expect(parsePolicy(policy).ok).toBe(true);
    expect(lintPolicy(policy).filter(({ severity }) => severity === 'error')).toEqual([]);
    const engine = compilePolicy(policy);
    const can = (who: string, door: string, facts: object = {}) =>
      engine.can(who, 'unlock', door, { time: MONDAY_NOON, ...facts });
    expect(can('501', '16721')).toBe(true);
    expect(can('501', '16722')).toBe(false);
    expect(can('501', '16722', { method: 'tap', reader: 'lab-in' })).toBe(true);
    expect(can('501', '16723')).toBe(false);
    expect(can('502', '16721')).toBe(false);
    expect(can('801', '16721')).toBe(true);
    expect(can('801', '16721', { time: '2026-12-01T00:00:00Z' })).toBe(false);
    expect(can('501', '16721', { time: '2027-01-01T00:00:00Z' })).toBe(false);
    const stop = { type: 'elevator_stop', id: '429' };
    const asked = {
      subject: { type: 'user', id: '501' },
      action: { name: 'get_access' },
      resource: stop,
      context: { time: MONDAY_NOON },
    };
    expect(engine.check(asked)).toBe(true);
  });

  test('carry the restrictions of a group to that group alone', () => {
    const { policy } = made({ ...ACCOUNT, role_assignments: [ACCOUNT.role_assignments[2]] }, NIGHT);
    const engine = compilePolicy(policy);
    const at = (time: string, device?: string) =>
      engine.can('501', 'unlock', '16721', { time, device });
    expect(at('2026-11-23T21:00:00+01:00', 'login-900')).toBe(true);
    expect(at('2026-11-23T21:00:00+01:00', 'login-901')).toBe(false);
    expect(at(MONDAY_NOON, 'login-900')).toBe(false);
  });

  test('without the hours of a schedule open nothing by it, and say so', () => {
    const { policy, notes } = made(ACCOUNT, { readers: {} });
    expect(notes).toMatchObject([
      { pointer: '/groups/1/time_restriction_enabled', code: 'narrowed' },
    ]);
    const night = policy.groups?.find(({ id }) => id === '45275');
    const engine = compilePolicy({ ...policy, assignments: [policy.assignments![2]!] });
    expect(night?.restrictions?.schedule).toBe('unknown-hours');
    for (const time of [MONDAY_NOON, '2026-11-23T21:00:00+01:00', '2020-02-29T00:00:00Z']) {
      expect(engine.can('501', 'unlock', '16721', { time, device: 'login-900' })).toBe(false);
    }
  });

  test('lock down what is locked down', () => {
    const places = [{ ...ACCOUNT.places[0], locked_down: true }, ACCOUNT.places[1]];
    const { policy } = made({ ...ACCOUNT, places }, NIGHT);
    expect(policy.lockdowns).toEqual([{ id: 'place-11', scope: { type: 'place', id: '11' } }]);
    const locks = [{ ...ACCOUNT.locks[0], locked_down: true }, ...ACCOUNT.locks.slice(1)];
    expect(made({ ...ACCOUNT, locks }, NIGHT).policy.lockdowns).toMatchObject([
      { id: 'door-16721' },
    ]);
  });

  test.each<[name: string, change: object, at: object]>([
    [
      'a geofence',
      { geofence_restriction_enabled: true, geofence_restriction_radius: 120 },
      { geofence: { radius: 120 } },
    ],
    [
      'a geofence of no said radius',
      { geofence_restriction_enabled: true },
      { geofence: { radius: 300 } },
    ],
    [
      'a wider geofence than a policy has',
      { geofence_restriction_enabled: true, geofence_restriction_radius: 20_000 },
      { geofence: { radius: 10_000 } },
    ],
    ['a reader', { reader_restriction_enabled: true }, { reader: true }],
    ['the primary device', { primary_device_restriction_enabled: true }, { primaryDevice: true }],
    ['no app', { login_enabled: false }, { appAccess: false }],
    ['taps alone', { tap_to_access_restriction_enabled: true }, { appAccess: false }],
  ])('restrict a group by %s', (_, change, restrictions) => {
    const groups = [{ ...ACCOUNT.groups[0], ...change }, ACCOUNT.groups[1]];
    expect(made({ ...ACCOUNT, groups }, NIGHT).policy.groups?.[0]?.restrictions).toEqual(
      restrictions,
    );
  });

  test('put a reader for a geofence that has no position to lie round', () => {
    const locks = [
      ...ACCOUNT.locks.slice(0, 2),
      { ...ACCOUNT.locks[2], geofence_restriction_enabled: true },
    ];
    const { policy, notes } = made({ ...ACCOUNT, locks }, NIGHT);
    expect(policy.doors?.[2]?.restrictions).toEqual({ reader: true });
    expect(notes).toMatchObject([
      { pointer: '/locks/2/geofence_restriction_enabled', code: 'narrowed' },
    ]);
  });

  test.each<[name: string, change: object, pointer: string, code: string]>([
    [
      'a role nobody named',
      { role_assignments: [{ id: 1, user_id: 501, role_id: 'place_owner', place_id: 11 }] },
      '/role_assignments/0/role_id',
      'left_out',
    ],
    [
      'a second right at one scope',
      {
        role_assignments: [ACCOUNT.role_assignments[0], { ...ACCOUNT.role_assignments[0], id: 9 }],
      },
      '/role_assignments/1',
      'left_out',
    ],
    [
      'a user of whom nothing says that he is active',
      { users: [{ id: 501 }, ACCOUNT.users[1]] },
      '/users/0/access_enabled',
      'narrowed',
    ],
    [
      'a user SCIM has switched off',
      { users: [{ id: 501, access_enabled: true, scim_access_enabled: false }, ACCOUNT.users[1]] },
      '/users/0/scim_access_enabled',
      'narrowed',
    ],
    [
      'managed devices',
      {
        groups: [
          { ...ACCOUNT.groups[0], managed_device_restriction_enabled: true },
          ACCOUNT.groups[1],
        ],
      },
      '/groups/0/managed_device_restriction_enabled',
      'narrowed',
    ],
    [
      'a restriction of the future',
      { groups: [{ ...ACCOUNT.groups[0], mood_restriction_enabled: true }, ACCOUNT.groups[1]] },
      '/groups/0/mood_restriction_enabled',
      'narrowed',
    ],
    [
      'a member that is not read',
      { users: [{ ...ACCOUNT.users[0], pin: 7 }, ACCOUNT.users[1]] },
      '/users/0/pin',
      'member',
    ],
    ['a collection that is not read', { cards: [] }, '/cards', 'unknown'],
    ['a collection that says nothing', { events: [] }, '/events', 'collection'],
  ])('note %s', (_, change, pointer, code) => {
    const { notes, policy } = made({ ...ACCOUNT, ...change }, NIGHT);
    expect(notes).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(parsePolicy(policy).ok).toBe(true);
    if (pointer.startsWith('/groups/0')) {
      const isOff = policy.groups?.[0]?.enabled === false;
      expect(isOff).toBe(true);
      expect(compilePolicy(policy).can('501', 'unlock', '16721', { time: MONDAY_NOON })).toBe(
        false,
      );
    }
    if (pointer.startsWith('/users/0/') && code === 'narrowed') {
      expect(policy.users?.[0]?.active).toBe(false);
    }
  });

  test.each<[name: string, input: unknown, pointer: string, code: string]>([
    ['no object', [], '', 'type'],
    ['no organisation', { ...ACCOUNT, organization: undefined }, '/organization/id', 'missing'],
    ['a collection that is no list', { ...ACCOUNT, locks: {} }, '/locks', 'type'],
    ['an object that is none', { ...ACCOUNT, users: [7] }, '/users/0', 'type'],
    ['an id that is none', { ...ACCOUNT, users: [{ id: 1.5 }] }, '/users/0/id', 'type'],
    [
      'an id twice',
      { ...ACCOUNT, users: [ACCOUNT.users[0], ACCOUNT.users[0]] },
      '/users/1/id',
      'duplicate',
    ],
    [
      // Of two memberships one may be switched off.
      'a second membership of somebody',
      {
        ...ACCOUNT,
        members: [
          { id: 1, user_id: 501, access_enabled: false },
          { id: 2, user_id: 501, access_enabled: true },
        ],
      },
      '/members/1/user_id',
      'duplicate',
    ],
    [
      'a switch of SCIM that is no switch',
      {
        ...ACCOUNT,
        users: [{ ...ACCOUNT.users[0], scim_access_enabled: 'false' }, ACCOUNT.users[1]],
      },
      '/users/0/scim_access_enabled',
      'type',
    ],
    [
      'a lock of no place',
      { ...ACCOUNT, locks: [{ ...ACCOUNT.locks[0], place_id: 99 }] },
      '/locks/0/place_id',
      'reference',
    ],
    [
      'a right of nobody',
      { ...ACCOUNT, role_assignments: [{ ...ACCOUNT.role_assignments[0], user_id: 99 }] },
      '/role_assignments/0/user_id',
      'reference',
    ],
    [
      'a right of another organisation',
      {
        ...ACCOUNT,
        role_assignments: [{ id: 1, user_id: 501, role_id: 'group_basic', organization_id: 1 }],
      },
      '/role_assignments/0/organization_id',
      'reference',
    ],
    [
      'a right whose scope contradicts itself',
      { ...ACCOUNT, role_assignments: [{ ...ACCOUNT.role_assignments[0], type: 'place' }] },
      '/role_assignments/0/type',
      'value',
    ],
    [
      'an instant that is none',
      { ...ACCOUNT, role_assignments: [{ ...ACCOUNT.role_assignments[0], valid_until: 'soon' }] },
      '/role_assignments/0/valid_until',
      'value',
    ],
    [
      'a switch that is not there',
      { ...ACCOUNT, locks: [{ ...ACCOUNT.locks[0], reader_restriction_enabled: null }] },
      '/locks/0/reader_restriction_enabled',
      'missing',
    ],
    [
      'a switch that is none',
      { ...ACCOUNT, groups: [{ ...ACCOUNT.groups[0], login_enabled: 'yes' }] },
      '/groups/0/login_enabled',
      'type',
    ],
    [
      'a restriction of a door that nobody knows',
      { ...ACCOUNT, locks: [{ ...ACCOUNT.locks[0], mood_restriction_enabled: true }] },
      '/locks/0/mood_restriction_enabled',
      'unsupported',
    ],
    [
      'a group of a place with a door elsewhere',
      { ...ACCOUNT, group_locks: [{ id: 1, group_id: 45275, lock_id: 16723 }] },
      '/groups/1',
      'policy',
    ],
    [
      'a zone that is none',
      { ...ACCOUNT, places: [{ id: 11, time_zone: 'Berlin' }, ACCOUNT.places[1]] },
      '/places/0',
      'policy',
    ],
    [
      'a second primary login',
      { ...ACCOUNT, logins: [...ACCOUNT.logins, { id: 901, user_id: 501, primary: true }] },
      '/logins/1/primary',
      'duplicate',
    ],
  ])('are refused for %s', (_, input, pointer, code) => {
    const imported = fromKisi(input, NIGHT);
    expect(!imported.ok && imported.issues).toContainEqual(
      expect.objectContaining({ pointer, code }),
    );
  });

  test('of a hundred thousand doors in one group are read in time', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => index);
    const locks = ids.map((id) => ({ id, place_id: 1, ...OPEN }));
    const group_locks = ids.map((id) => ({ id, group_id: 1, lock_id: id }));
    const groups = [{ id: 1, ...GROUP }];
    const started = performance.now();
    const { policy } = made(
      { organization: { id: 1 }, places: [{ id: 1 }], locks, groups, group_locks },
      {},
    );
    expect(policy.groups?.[0]?.doors).toHaveLength(100_000);
    // Copied for each door, the list takes three minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('name an object by prototype names and nothing happens', () => {
    const input = JSON.parse(
      '{"organization":{"id":1},"__proto__":{"locks":[{"id":7}]},"constructor":[]}',
    );
    const imported = fromKisi(input, JSON.parse('{"readers":{"__proto__":["r"]}}'));
    expect(imported).toMatchObject({ ok: true, notes: [{ code: 'unknown' }, { code: 'unknown' }] });
    expect(imported.ok && imported.policy.doors).toBe(undefined);
  });
});

test.each([
  [{ hours: { doors: {} } }, /^\/hours\/doors: /u],
  [{ hours: { locks: { 1: 'always' } } }, /^\/hours\/locks\/1: /u],
  [JSON.parse('{"hours":{"__proto__":{}}}'), /^\/hours\/__proto__: /u],
  [{ readers: { 1: 'r1' } }, /^\/readers\/1: /u],
  [{ readers: { 1: [2] } }, /^\/readers\/1\/0: /u],
  [{ roles: { owner: 3 } }, /^\/roles\/owner: /u],
  [{ role: {} }, /^\/role: /u],
  [[], /^\/: /u],
])('options that are none are the caller’s mistake: %j', (options, message) => {
  expect(() => fromKisi(ACCOUNT, options)).toThrow(TypeError);
  expect(() => fromKisi(ACCOUNT, options)).toThrow(message);
});

function made(input: unknown, options: KisiOptions): Extract<Imported, { ok: true }> {
  const imported = fromKisi(input, options);
  if (!imported.ok) throw new Error(JSON.stringify(imported.issues));
  return imported;
}
