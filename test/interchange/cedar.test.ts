/** The Cedar export by hand: the order of the clauses, names, hostile text, limits, and the example sites. */
import { describe, expect, test, vi } from 'vitest';
import { overlaidEngine } from '../../src/engine/compile.js';
import { type AccessRequest, compilePolicy, type Policy, RequestError } from '../../src/index.js';
import { toCedar } from '../../src/interchange/cedar/export.js';
import { quoted } from '../../src/interchange/cedar/literals.js';
import { readExamples } from '../helpers/examples.js';
import { askerOf } from './cedar-asker.js';

// Cedar checks a schema in a tenth of a second, and on a busy machine in many.
vi.setConfig({ testTimeout: 60_000 });

const NOON = '2026-11-23T12:00:00+01:00';
const EVENING = '2026-11-23T21:00:00+01:00';

const SITE = {
  version: 1,
  organization: { id: 'acme', name: 'Acme "Doors"', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq', name: 'HQ' }],
  doors: [
    {
      id: 'front',
      place: 'hq',
      unlock: [{ schedule: 'day' }],
      restrictions: { secondFactor: true },
    },
    {
      id: 'safe',
      place: 'hq',
      lock: 'offline',
      readers: [{ id: 'in' }, { id: 'out', direction: 'exit' }],
    },
  ],
  groups: [{ id: 'all', doors: ['front', 'safe'], restrictions: { schedule: 'day' } }],
  users: [{ id: 'ada', name: 'Ada' }, { id: 'bob', active: false }, { id: 'eve' }],
  teams: [{ id: 'staff', users: ['ada', 'bob'] }],
  credentials: [{ id: 'fob', kind: 'card', user: 'eve', state: 'lost' }],
  assignments: [
    {
      id: 'staff-all',
      subject: { type: 'team', id: 'staff' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
    },
    {
      id: 'eve-all',
      subject: { type: 'user', id: 'eve' },
      role: 'organization_owner',
      scope: { type: 'organization', id: 'acme' },
    },
  ],
  schedules: [{ id: 'day', windows: [{ days: ['mo'], from: '06:00', until: '20:00' }] }],
} as const satisfies Policy;

const unlock = (user: string, door: string, facts: object = {}): AccessRequest => ({
  subject: { type: 'user', id: user },
  action: { name: 'unlock' },
  resource: { type: 'door', id: door },
  context: { time: NOON, ...facts },
});

describe('in Cedar', () => {
  const ask = askerOf(toCedar(SITE, NOON), true, 'site');

  test.each<[name: string, request: AccessRequest, decision: boolean, ids: string[]]>([
    [
      'an open door lets anybody in, before anything is asked of him',
      unlock('nobody', 'front', { device: 7 }),
      true,
      ['standing open'],
    ],
    [
      'a closed one asks',
      unlock('nobody', 'front', { time: EVENING }),
      false,
      ['front second factor', 'subject_unknown'],
    ],
    [
      'somebody inactive is refused',
      unlock('bob', 'safe', { method: 'tap', reader: 'in' }),
      false,
      ['subject_inactive'],
    ],
    [
      'a team lets its members in',
      unlock('ada', 'safe', { method: 'tap', reader: 'in' }),
      true,
      ['staff-all'],
    ],
    ['an offline door is not opened from afar', unlock('ada', 'safe'), false, ['offline_door']],
    [
      'hours of a group end',
      unlock('ada', 'safe', { time: EVENING, method: 'tap', reader: 'in' }),
      false,
      [],
    ],
    [
      'but nobody is locked in by the clock',
      unlock('ada', 'safe', { time: EVENING, method: 'tap', reader: 'out' }),
      true,
      ['staff-all'],
    ],
    [
      'who holds the whole organisation needs no group',
      unlock('eve', 'safe', { time: EVENING, method: 'tap', reader: 'in' }),
      true,
      ['eve-all'],
    ],
    [
      'a lost card opens nothing',
      unlock('eve', 'safe', { method: 'card', reader: 'in', device: 'fob' }),
      false,
      ['credential_inactive'],
    ],
  ])('%s', (_, request, decision, ids) => {
    const told = ask(request);
    const short = told.ids.map((id) =>
      id
        .replace(/^(?:subject |right )|\/open$/gu, '')
        .replace('door front/second_factor', 'front second factor')
        .replace('offline door', 'offline_door'),
    );
    expect({ decision: told.decision, ids: short.sort() }).toEqual({ decision, ids });
    expect(compilePolicy(SITE).decide(request).decision).toBe(decision);
  });

  test('a fact that throws when it is read is not there', () => {
    const presence = {
      get state(): string {
        throw new Error('boo');
      },
    };
    const request = unlock('ada', 'safe', { method: 'tap', reader: 'in', presence });
    expect(toCedar(SITE, NOON).requestOf(request).context['presence']).toBe('missing');
    expect(ask(request).decision).toBe(true);
  });

  test('texts with half a character in them are like any that nobody knows', () => {
    const half = { reader: '\udfff', device: '\ud800' };
    expect(ask(unlock('ada\udbff', 'front', half)).ids).toEqual(['standing open']);
    // Held to the lock, but to no reader of its own: from afar.
    expect(ask(unlock('ada', 'safe', { method: 'tap', ...half })).ids).toEqual(['offline door']);
    expect(ask(unlock('ada', 'safe\ud800', half)).decision).toBe(false);
    const stranger = { ...unlock('', 'front', half), subject: { type: '\ud800', id: '\ud800' } };
    expect(ask(stranger).decision).toBe(true);
  });

  test('a lockdown comes before an open door, and not before an exit', () => {
    const lockdowns = [{ id: 'alarm', scope: { type: 'place', id: 'hq' } }] as const;
    const locked = askerOf(toCedar({ ...SITE, lockdowns }, NOON), true);
    expect(locked(unlock('nobody', 'front'))).toMatchObject({ decision: false });
    expect(locked(unlock('nobody', 'front')).ids).toContain('lockdown alarm');
    expect(locked(unlock('ada', 'safe', { method: 'tap', reader: 'out' })).decision).toBe(true);
  });

  test('a door whose model knows no unlocking stays shut though its schedule is open', () => {
    const roles = {
      id: 'own',
      roles: [{ id: 'r', levels: ['place'], rank: 1, permissions: { place: ['view'] } }],
    } as const;
    const policy = { ...SITE, organization: { ...SITE.organization, roles }, assignments: [] };
    const request = unlock('nobody', 'front');
    expect(compilePolicy(policy).decide(request).context.reason).toBe('action_unknown');
    expect(askerOf(toCedar(policy, NOON), true)(request).decision).toBe(false);
  });

  // An action that took the name of a role's group would be in it, and its holder might do anything.
  test.each([
    ['role organization_owner', ''],
    ['role a', 'b at doors'],
    ['opening', ''],
    ['permission', ''],
    ['door', 'unlock"]::x'],
    ['constructor', 'name'],
  ])('a request for the action `%s` `%s` is refused', (type, name) => {
    const request = { ...unlock('eve', 'front'), action: { name }, resource: { type, id: '*' } };
    expect(compilePolicy(SITE).decide(request).context.reason).toBe('action_unknown');
    expect(ask(request).decision).toBe(false);
  });

  test.each([
    ['a place that is not there', { type: 'place', id: 'nowhere' }],
    ['a scope that is none', { type: 'hq', id: 'place' }],
    ['a scope with a blank in it', { type: 'place', id: 'hq place hq' }],
    ['null', null],
    ['text', 'hq'],
  ])('a camera at %s is nowhere', (_, scope) => {
    const request = {
      ...unlock('eve', 'front'),
      action: { name: 'view' },
      resource: { type: 'camera', id: 'c', properties: { scope } },
    };
    expect(compilePolicy(SITE).decide(request).context.reason).toBe('resource_unknown');
    expect(ask(request).decision).toBe(false);
    const known = { ...request.resource, properties: { scope: { type: 'place', id: 'hq' } } };
    expect(ask({ ...request, resource: known }).decision).toBe(true);
  });
});

describe('an export', () => {
  test('is the same for every instant but for what the clock says', () => {
    const [noon, evening] = [toCedar(SITE, NOON), toCedar(SITE, EVENING)];
    expect(evening.policies).toBe(noon.policies);
    expect(evening.entities).toEqual(noon.entities);
    expect(noon.clock.open).toEqual(['schedule day in Europe/Berlin']);
    expect(evening.clock).toEqual({ now: Date.parse(EVENING), open: [] });
    expect(noon.requestOf(unlock('ada', 'front', { time: EVENING })).context).toMatchObject(
      evening.clock,
    );
  });

  test('of an engine is that of its policy', () => {
    const { requestOf: _, ...fromPolicy } = toCedar(SITE, NOON);
    const { requestOf: __, ...fromEngine } = toCedar(compilePolicy(SITE), NOON);
    expect(fromEngine).toEqual(fromPolicy);
  });

  test('has no names in it', () => {
    const text = JSON.stringify(toCedar(SITE, NOON));
    for (const name of ['Acme', 'HQ', 'Ada']) expect(text).not.toContain(name);
  });

  // Cedar evaluates by recursion and runs out of memory on a condition thousands deep.
  test('says in a shallow condition that thousands may pass a lockdown', () => {
    const users = Array.from({ length: 3000 }, (_, index) => ({ id: `u${index}` }));
    const assignments = users.map(({ id }) => ({
      id,
      subject: { type: 'user' as const, id },
      role: 'place_door_access',
      scope: { type: 'place' as const, id: 'hq' },
      validity: { until: NOON },
    }));
    const lockdowns = [
      { id: 'alarm', scope: { type: 'place' as const, id: 'hq' }, exempt: ['place_door_access'] },
    ];
    const { policies } = toCedar(
      { ...SITE, users, teams: [], credentials: [], assignments, lockdowns },
      NOON,
    );
    const alarm = policies.slice(0, policies.indexOf(';\n'));
    expect(alarm.match(/^unless/gmu)).toHaveLength(2);
    expect(alarm.match(/principal in /gu)).toHaveLength(3000);
    let [depth, deepest] = [0, 0];
    for (const character of alarm) {
      depth += character === '(' ? 1 : character === ')' ? -1 : 0;
      deepest = Math.max(deepest, depth);
    }
    expect(deepest).toBeLessThan(20);
  });

  test('refuses what it cannot answer: A3, no time, and an engine laid over another', () => {
    const exported = toCedar(SITE, NOON);
    const giving = {
      ...unlock('eve', 'front'),
      action: { name: 'create' },
      resource: { type: 'access_right', id: '*', properties: { role: 'door_access' } },
    };
    expect(() => exported.requestOf(giving)).toThrow(RangeError);
    expect(() => exported.requestOf({ ...giving, context: {} as never })).toThrow(RequestError);
    expect(() => toCedar(SITE, 'noon')).toThrow(RequestError);
    const overlaid = overlaidEngine(compilePolicy(SITE), {}, new Set(['user']));
    expect(() => toCedar(overlaid, NOON)).toThrow(TypeError);
  });

  test('names the limits that concern the policy, and no others', () => {
    const plain = { ...SITE, schedules: [], groups: [], assignments: [], doors: [SITE.doors[1]] };
    expect(toCedar(plain, NOON).limits).toHaveLength(3);
    const hard = {
      ...SITE,
      places: [
        {
          id: 'hq',
          location: { latitude: 52, longitude: 13 },
          restrictions: { geofence: {}, twoPerson: true },
        },
      ],
      doors: [
        {
          ...SITE.doors[0],
          unlock: [{ schedule: 'day', firstToArrive: 'day' }],
          tenant: { user: 'ada', since: NOON },
        },
      ],
      groups: [],
      assignments: [],
    };
    expect(toCedar(hard, NOON).limits).toHaveLength(8);
  });
});

test.each(readExamples())(
  'the example $name decides in Cedar as it does here',
  ({ policy, requests }) => {
    const engine = compilePolicy(policy as Policy);
    const ask = askerOf(toCedar(engine, NOON), true);
    const step = Math.max(1, Math.floor(requests.length / 40));
    for (const request of requests.filter((_, index) => index % step === 0)) {
      let expected: boolean;
      try {
        expected = engine.check(request);
      } catch {
        continue;
      }
      try {
        expect(ask(request).decision, JSON.stringify(request)).toBe(expected);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
  },
);

test.each([
  ['plain-id~:@+', '"plain-id~:@+"'],
  ['a"b\\c', '"a\\u{22}b\\u{5c}c"'],
  ['line\nend\u2028é😀', '"line\\u{a}end\\u{2028}\\u{e9}\\u{1f600}"'],
])('the text %j is quoted', (text, literal) => {
  expect(quoted(text)).toBe(literal);
});
