/**
 * Wrong answers that well-known policy engines gave, one class of bug a test: SpiceDB, OpenFGA, Cerbos
 * and Cedar as their advisories and changelogs tell. Two rows of that list cannot be put to an engine in a
 * process: a discovery document built from the `Host` header (there is no HTTP here), and a token
 * whose verification was remembered by its signature alone (the engine reads no tokens; what it could
 * remember wrongly, a credential's state, is tested instead).
 */
import { describe, expect, test } from 'vitest';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const SUNDAY = '2026-03-01T12:00:00Z';
const HOURS = { id: 'hours', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }] };
const context = { time: MONDAY_NOON };

describe('lists and checks', () => {
  test('a list names what a check permits and nothing else (OpenFGA CVE-2024-31452, CVE-2024-42473)', () => {
    const doors = ['a', 'b', 'c'].map((id) => ({
      id,
      place: 'hq',
      restrictions: id === 'b' ? { secondFactor: true } : {},
    }));
    const engine = compilePolicy(
      site({
        doors,
        groups: [
          { id: 'staff', doors: ['a', 'b'] },
          { id: 'off', doors: ['c'], enabled: false },
        ],
        assignments: [
          right('r', 'ada'),
          right('s', 'ada', { scope: { type: 'group', id: 'off' } }),
        ],
      }),
    );
    const ask = {
      subject: { type: 'user', id: 'ada' },
      action: { name: 'unlock' },
      resource: { type: 'door' },
      context,
    };
    const permitted = doors
      .filter(({ id }) => engine.check(unlock('ada', id)))
      .map(({ id }) => ({ type: 'door', id }));
    expect(engine.searchResources(ask).results).toEqual(permitted);
    expect(permitted).toEqual([{ type: 'door', id: 'a' }]);
  });

  test('a list obeys lockdown, tenancy and the restrictions of the place (Cerbos 0.50 to 0.53)', () => {
    const engine = compilePolicy(
      site({
        places: [{ id: 'hq' }, { id: 'lab', restrictions: { schedule: 'never' } }],
        doors: [
          { id: 'locked', place: 'hq' },
          { id: 'flat', place: 'hq', tenant: { user: 'bob', since: SUNDAY } },
          { id: 'lab-door', place: 'lab' },
          { id: 'open', place: 'hq' },
        ],
        groups: [{ id: 'staff', doors: ['locked', 'flat', 'lab-door', 'open'] }],
        users: [{ id: 'ada' }, { id: 'bob' }],
        assignments: [right('r', 'ada')],
        schedules: [
          { id: 'never', events: [{ from: '2020-01-01T00:00', until: '2020-01-02T00:00' }] },
        ],
        lockdowns: [{ id: 'l', scope: { type: 'door', id: 'locked' } }],
      }),
    );
    const ask = {
      subject: { type: 'user', id: 'ada' },
      action: { name: 'unlock' },
      resource: { type: 'door' },
      context,
    };
    expect(engine.searchResources(ask).results).toEqual([{ type: 'door', id: 'open' }]);
    const who = {
      subject: { type: 'user' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: 'flat' },
      context,
    };
    expect(engine.searchSubjects(who).results).toEqual([]);
  });
});

describe('what comes with a request', () => {
  test('relations that a request claims grant nothing (OpenFGA CVE-2024-56323: conditions in contextual tuples)', () => {
    const engine = compilePolicy(
      site({
        teams: [{ id: 'crew' }],
        assignments: [right('r', 'ada', { subject: { type: 'team', id: 'crew' } })],
      }),
    );
    const claims = {
      roles: ['organization_owner'],
      teams: ['crew'],
      assignments: [right('mine', 'ada')],
    };
    const request = unlock('ada', 'front', { ...claims, grants: ['r'], decision: true });
    const claiming: AccessRequest = {
      ...request,
      subject: { ...request.subject, properties: claims },
      resource: {
        ...request.resource,
        properties: { ...claims, scope: { type: 'group', id: 'staff' } },
      },
    };
    expect(engine.decide(claiming).context.reason).toBe('no_access_right');
  });

  test('a right of one type of subject is no right of another with the same id (OpenFGA CVE-2025-48371)', () => {
    const engine = compilePolicy(
      site({
        users: [{ id: 'x' }, { id: 'y' }],
        teams: [{ id: 'x', users: ['y'] }],
        links: [{ id: 'x' }],
        assignments: [right('of-team', 'x', { subject: { type: 'team', id: 'x' } })],
      }),
    );
    expect(engine.check(unlock('y', 'front'))).toBe(true);
    for (const type of ['user', 'link', 'team', 'credential']) {
      expect(engine.check({ ...unlock('x', 'front'), subject: { type, id: 'x' } })).toBe(false);
    }
  });

  test('a right without conditions elsewhere lends nothing to the one with conditions (OpenFGA CVE-2025-64751)', () => {
    const engine = compilePolicy(
      site({
        doors: [
          { id: 'front', place: 'hq' },
          { id: 'back', place: 'hq' },
        ],
        groups: [
          { id: 'staff', doors: ['front'] },
          { id: 'rear', doors: ['back'] },
        ],
        assignments: [
          right('timed', 'ada', { validity: { schedule: 'hours' } }),
          right('free', 'ada', { scope: { type: 'group', id: 'rear' } }),
        ],
        schedules: [HOURS],
      }),
    );
    expect(engine.decide(unlock('ada', 'front', { time: SUNDAY })).context.reason).toBe(
      'inactive_hours',
    );
    expect(engine.decide(unlock('ada', 'front')).context.grants).toEqual(['timed']);
    // "May at all" somewhere is not "may" here, and `*` is no door.
    expect(
      engine.check({
        ...unlock('ada', 'front'),
        resource: { type: 'door', id: '*', properties: { scope: { type: 'group', id: 'rear' } } },
      }),
    ).toBe(true);
    expect(engine.check({ ...unlock('ada', 'front'), resource: { type: 'door', id: '*' } })).toBe(
      false,
    );
  });

  test('a fact that cannot be evaluated refuses (Cerbos up to 0.54: a deny rule with a runtime error did not match)', () => {
    const restrictions = { geofence: { radius: 100 }, secondFactor: true, appAccess: false };
    const doors = [
      {
        id: 'front',
        place: 'hq',
        location: { latitude: 50, longitude: 10 },
        readers: [{ id: 'r' }],
        restrictions,
      },
    ];
    const engine = compilePolicy(site({ doors, assignments: [right('r', 'ada')] }));
    const good = { method: 'tap', reader: 'r', secondFactor: true };
    expect(engine.check(unlock('ada', 'front', good))).toBe(true);
    const hostile: unknown[] = [
      null,
      Number.NaN,
      Infinity,
      [],
      [[]],
      {},
      { toString: null },
      0n,
      Symbol('s'),
      () => true,
      new Map(),
      'NaN',
      '\u0000',
    ];
    for (const value of hostile) {
      for (const fact of ['method', 'reader', 'secondFactor']) {
        expect(engine.check(unlock('ada', 'front', { ...good, [fact]: value }))).toBe(false);
      }
      const away = {
        method: 'remote',
        secondFactor: true,
        location: { latitude: value, longitude: 10, accuracy: 5 },
      };
      expect(engine.decide(unlock('ada', 'front', away)).context.reasons[0]).toMatchObject({
        code: 'geofence',
        detail: 'missing',
      });
      expect(
        engine.check(unlock('ada', 'front', { ...away, location: value, arrivals: value })),
      ).toBe(false);
    }
  });
});

describe('what an engine may remember', () => {
  test('a ring of grants refuses whoever asks first, and each time (OpenFGA CVE-2025-46331: the result of a cycle was cached)', () => {
    const granted = (id: string, user: string, grantedBy: string) =>
      right(id, user, { role: 'guest', scope: { type: 'door', id: 'front' }, grantedBy });
    const policy = site({
      organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' },
      users: ['a', 'b', 'c', 'd', 'tenant'].map((id) => ({ id })),
      doors: [{ id: 'front', place: 'hq', tenant: { user: 'tenant', since: SUNDAY } }],
      assignments: [
        granted('r1', 'a', 'b'),
        granted('r2', 'b', 'c'),
        granted('r3', 'c', 'a'),
        granted('r4', 'd', 'tenant'),
      ],
    });
    for (const order of [
      ['a', 'b', 'c', 'd'],
      ['d', 'c', 'b', 'a'],
      ['b', 'd', 'b', 'a', 'c', 'a'],
    ]) {
      const engine = compilePolicy(policy);
      expect(order.filter((user) => engine.check(unlock(user, 'front')))).toEqual(
        order.filter((user) => user === 'd'),
      );
    }
    expect(
      parsePolicy(
        site({
          teams: [
            { id: 's', teams: ['t'] },
            { id: 't', teams: ['s'] },
          ],
        }),
      ),
    ).toMatchObject({ ok: false, issues: [{ code: 'cycle' }, { code: 'cycle' }] });
  });

  test('the same question with other facts is another question (OpenFGA CVE-2026-33729)', () => {
    const engine = compilePolicy(
      site({
        assignments: [right('r', 'ada', { validity: { schedule: 'hours' } })],
        schedules: [HOURS],
      }),
    );
    const times = [MONDAY_NOON, SUNDAY, MONDAY_NOON, SUNDAY, SUNDAY, MONDAY_NOON];
    expect(times.map((time) => engine.check(unlock('ada', 'front', { time })))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(times.map((time) => engine.decide(unlock('ada', 'front', { time })).decision)).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  test('a batch answers each of several questions about the same door and person (OpenFGA CVE-2026-34972)', () => {
    const engine = compilePolicy(
      site({
        assignments: [right('r', 'ada', { validity: { schedule: 'hours' } })],
        schedules: [HOURS],
      }),
    );
    const requests = [SUNDAY, MONDAY_NOON, SUNDAY, MONDAY_NOON].map((time) =>
      unlock('ada', 'front', { time }),
    );
    expect(engine.decideAll(requests).map(({ decision }) => decision)).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  test('ids that would run together in a key stay apart (SpiceDB GHSA-4vrg-r928-h5vv: a cache key lacked a field)', () => {
    const ids = [
      'a',
      'a:b',
      'b:c',
      'c',
      'a~b',
      '1',
      '01',
      '__proto__',
      'constructor',
      'hasOwnProperty',
    ];
    const engine = compilePolicy(
      site({
        users: ids.map((id) => ({ id })),
        doors: ids.map((id) => ({ id, place: 'hq' })),
        groups: ids.map((id) => ({ id, doors: [id] })),
        assignments: ids.map((id) => right(`of-${id}`, id, { scope: { type: 'group', id } })),
      }),
    );
    for (const user of ids) {
      for (const door of ids)
        expect(engine.decide(unlock(user, door)).context.grants).toEqual(
          user === door ? [`of-${user}`] : [],
        );
    }
  });

  test('the order of a nested list is not part of what it means, its members are (SpiceDB 1.52: nested lists hashed alike)', () => {
    const nested = (inner: string[]) =>
      compilePolicy(
        site({
          users: [{ id: 'ada' }, { id: 'bob' }],
          teams: [
            { id: 'outer', teams: ['one', 'two'] },
            { id: 'one', users: inner },
            { id: 'two', users: [] },
          ],
          assignments: [right('r', 'ada', { subject: { type: 'team', id: 'outer' } })],
        }),
      );
    expect(nested(['ada']).check(unlock('ada', 'front'))).toBe(true);
    expect(nested(['bob']).check(unlock('ada', 'front'))).toBe(false);
    expect(nested(['bob', 'ada']).check(unlock('ada', 'front'))).toBe(
      nested(['ada', 'bob']).check(unlock('ada', 'front')),
    );
  });

  test('ids that differ in case are different ids (OpenFGA CVE-2026-55170, SpiceDB 1.54)', () => {
    const engine = compilePolicy(
      site({
        users: [{ id: 'ada' }, { id: 'Ada' }],
        doors: [
          { id: 'front', place: 'hq', readers: [{ id: 'r' }], restrictions: { reader: true } },
          { id: 'Front', place: 'hq' },
        ],
        assignments: [right('r', 'ada')],
      }),
    );
    const tap = { method: 'tap', reader: 'r' };
    expect(engine.check(unlock('ada', 'front', tap))).toBe(true);
    expect(engine.check(unlock('Ada', 'front', tap))).toBe(false);
    expect(engine.check(unlock('ada', 'Front', tap))).toBe(false);
    expect(engine.check(unlock('ada', 'front', { ...tap, reader: 'R' }))).toBe(false);
    expect(engine.check(unlock('ADA', 'front', tap))).toBe(false);
  });
});

describe('what a change must reach', () => {
  test('a change is visible at its own revision (SpiceDB: a committed write was not)', () => {
    const before = compilePolicy(site({ revision: 7 }));
    const after = before.apply({ put: { assignments: [right('r', 'ada') as never] } });
    expect(before.decide(unlock('ada', 'front'))).toMatchObject({
      decision: false,
      context: { revision: 7 },
    });
    expect(after.decide(unlock('ada', 'front'))).toMatchObject({
      decision: true,
      context: { revision: 8, grants: ['r'] },
    });
    expect(
      after.apply({ remove: { assignments: ['r'] } }).decide(unlock('ada', 'front')),
    ).toMatchObject({ decision: false, context: { revision: 9 } });
  });

  test('a role that was changed or taken away passes nothing on any more (Cerbos 0.52: a stale index)', () => {
    const model = (inherits: string[], actions: string[]) => ({
      id: 'org',
      timeZone: 'UTC',
      roles: {
        id: 'own',
        roles: [
          { id: 'junior', levels: ['group'], rank: 1, permissions: { door: actions } },
          { id: 'senior', levels: ['group'], rank: 2, inherits, permissions: { door: ['view'] } },
        ],
      },
    });
    const engine = compilePolicy(
      site({
        organization: model(['junior'], ['unlock']),
        assignments: [right('r', 'ada', { role: 'senior' })],
      }),
    );
    expect(engine.check(unlock('ada', 'front'))).toBe(true);
    const apart = engine.apply({ organization: model([], ['unlock']) as never });
    expect(apart.decide(unlock('ada', 'front')).context.reason).toBe('no_access_right');
    const stripped = engine.apply({ organization: model(['junior'], ['view']) as never });
    expect(stripped.decide(unlock('ada', 'front')).context.reason).toBe('action_unknown');
    expect(
      apart
        .apply({ organization: model(['junior'], ['unlock']) as never })
        .check(unlock('ada', 'front')),
    ).toBe(true);
  });

  test('leaving a nested team ends what came through it at once', () => {
    const teams = [
      { id: 'outer', teams: ['inner'] },
      { id: 'inner', users: ['ada'] },
    ];
    const engine = compilePolicy(
      site({ teams, assignments: [right('r', 'ada', { subject: { type: 'team', id: 'outer' } })] }),
    );
    expect(engine.check(unlock('ada', 'front'))).toBe(true);
    expect(
      engine.apply({ put: { teams: [{ id: 'inner', users: [] }] } }).check(unlock('ada', 'front')),
    ).toBe(false);
    expect(
      engine.apply({ put: { teams: [{ id: 'outer', teams: [] }] } }).check(unlock('ada', 'front')),
    ).toBe(false);
  });

  test('a credential reported stolen opens nothing from then on (Cerbos 0.53: a verification was remembered)', () => {
    const card = { id: 'card', kind: 'card', user: 'ada', state: 'active' } as const;
    const engine = compilePolicy(site({ credentials: [card], assignments: [right('r', 'ada')] }));
    const request = unlock('ada', 'front', { method: 'card', device: 'card' });
    expect(engine.check(request)).toBe(true);
    const stolen = engine.apply({ put: { credentials: [{ ...card, state: 'stolen' }] } });
    expect(stolen.decide(request).context.reasons).toEqual([
      { code: 'credential_inactive', at: { type: 'credential', id: 'card' }, detail: 'stolen' },
    ]);
    expect(engine.check(request)).toBe(true);
  });

  test('a user made again under an old id inherits nothing', () => {
    const engine = compilePolicy(
      site({
        users: [{ id: 'ada' }, { id: 'bob' }],
        assignments: [right('r', 'ada', { grantedBy: 'bob' })],
      }),
    );
    expect(() => engine.apply({ remove: { users: ['ada'] } })).toThrow(
      expect.objectContaining({ name: 'PolicyError' }),
    );
    expect(() => engine.apply({ remove: { users: ['bob'] } })).toThrow(
      expect.objectContaining({ name: 'PolicyError' }),
    );
    const gone = engine.apply({ remove: { users: ['ada'], assignments: ['r'] } });
    expect(gone.apply({ put: { users: [{ id: 'ada' }] } }).check(unlock('ada', 'front'))).toBe(
      false,
    );
  });
});
