import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessNews, noticesFor } from '../../../src/admin/notices/access-notices.js';
import { heldAccess } from '../../../src/admin/notices/held-access.js';
import {
  isTold,
  NOTICE_PREFERENCES,
  parsePreference,
} from '../../../src/admin/notices/preference.js';
import { compilePolicy } from '../../../src/index.js';
import type { Changes } from '../../../src/policy/changes.js';
import { runs } from '../../helpers/runs.js';

const TIME = Date.UTC(2026, 10, 22, 9);
const held = (id: string, subject: object, scope: object, more: object = {}) => ({
  id,
  subject,
  role: 'door_access',
  scope,
  ...more,
});
const user = (id: string) => ({ type: 'user', id });
const group = (id: string) => ({ type: 'group', id });

const HOUSE = {
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC', name: 'ACME' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'lab', place: 'hq' },
  ],
  groups: [
    { id: 'staff', name: 'Staff', doors: ['front'] },
    { id: 'labs', doors: ['lab'] },
  ],
  users: [
    { id: 'ann', email: 'ann@example.com', name: 'Ann' },
    { id: 'bob', segment: 'resident' },
    { id: 'cy' },
    { id: 'dee', active: false },
  ],
  teams: [
    { id: 'inner', users: ['cy'] },
    { id: 'outer', users: ['bob', 'dee'], teams: ['inner'] },
  ],
  assignments: [held('ann-staff', user('ann'), group('staff'))],
};

function told(changes: Changes, policy: object = HOUSE) {
  const before = compilePolicy(policy as never);
  const after = before.apply(changes);
  const change = { before, after, changes, time: TIME };
  return { change, news: accessNews(change) };
}

const short = ({ news }: ReturnType<typeof told>) =>
  news.map(({ user: id, kind, access }) => `${id} ${kind} ${access.map((each) => each.id).sort()}`);

describe('who got or lost access', () => {
  const ofTeam = held('outer-labs', { type: 'team', id: 'outer' }, group('labs'));

  test.each<[string, Changes, string[]]>([
    [
      'a new right of one person',
      { put: { assignments: [held('x', user('cy'), group('labs'))] } } as never,
      ['cy access_granted labs'],
    ],
    [
      'a right taken away',
      { remove: { assignments: ['ann-staff'] } },
      ['ann access_withdrawn staff'],
    ],
    [
      'a right of a team: everybody in it, nested, who is active',
      { put: { assignments: [ofTeam] } } as never,
      ['bob access_granted labs', 'cy access_granted labs'],
    ],
    [
      'a right in place of another for the same scope: nobody',
      {
        put: { assignments: [held('other', user('ann'), group('staff'))] },
        remove: { assignments: ['ann-staff'] },
      } as never,
      [],
    ],
    [
      'a right in place of another for another scope: both',
      {
        put: { assignments: [held('other', user('ann'), group('labs'))] },
        remove: { assignments: ['ann-staff'] },
      } as never,
      ['ann access_granted labs', 'ann access_withdrawn staff'],
    ],
    [
      'a right switched off',
      {
        put: { assignments: [held('ann-staff', user('ann'), group('staff'), { enabled: false })] },
      } as never,
      ['ann access_withdrawn staff'],
    ],
    [
      'a right that ends now',
      {
        put: {
          assignments: [
            held('ann-staff', user('ann'), group('staff'), {
              validity: { until: '2026-11-22T09:00:00Z' },
            }),
          ],
        },
      } as never,
      ['ann access_withdrawn staff'],
    ],
    [
      'a right that ends later: still there',
      {
        put: {
          assignments: [
            held('ann-staff', user('ann'), group('staff'), {
              validity: { until: '2026-11-22T09:00:01Z' },
            }),
          ],
        },
      } as never,
      [],
    ],
    [
      'a right that was over when it was given',
      {
        put: {
          assignments: [
            held('x', user('cy'), group('labs'), { validity: { until: '2026-01-01T00:00:00Z' } }),
          ],
        },
      } as never,
      [],
    ],
    [
      'a user switched off',
      { put: { users: [{ id: 'ann', active: false }] } },
      ['ann access_withdrawn staff'],
    ],
    [
      'a user deleted with his rights',
      { remove: { users: ['ann'], assignments: ['ann-staff'] } },
      ['ann access_withdrawn staff'],
    ],
    [
      'a group switched off',
      { put: { groups: [{ id: 'staff', doors: ['front'], enabled: false }] } },
      ['ann access_withdrawn staff'],
    ],
    [
      'another door in a group: nobody',
      { put: { groups: [{ id: 'staff', doors: ['front', 'lab'] }] } },
      [],
    ],
    ['a user renamed: nobody', { put: { users: [{ id: 'ann', name: 'Anna' }] } }, []],
    [
      'a door renamed: nobody',
      { put: { doors: [{ id: 'front', place: 'hq', name: 'Front' }] } },
      [],
    ],
  ])('%s', (_, changes, expected) => expect(short(told(changes))).toEqual(expected));

  test('a role that opens nothing: nobody', () => {
    const roles = {
      id: 'own',
      roles: [
        { id: 'owner', levels: ['organization'], rank: 9, unique: true, permissions: {} },
        { id: 'looker', levels: ['group'], rank: 1, permissions: { door: ['view'] } },
        { id: 'opener', levels: ['group'], rank: 2, permissions: { door: ['unlock'] } },
        { id: 'rider', levels: ['group'], rank: 3, permissions: { elevator_stop: ['get_access'] } },
      ],
    };
    const policy = { ...HOUSE, organization: { ...HOUSE.organization, roles }, assignments: [] };
    const got = (role: string) => {
      const right = { ...held('x', user('cy'), group('labs')), role };
      return short(told({ put: { assignments: [right] } } as never, policy));
    };
    expect(got('looker')).toEqual([]);
    expect(got('opener')).toEqual(['cy access_granted labs']);
    expect(got('rider')).toEqual(['cy access_granted labs']);
  });

  test('members who come and go with a team', () => {
    const policy = { ...HOUSE, assignments: [...HOUSE.assignments, ofTeam] };
    expect(short(told({ put: { teams: [{ id: 'inner', users: ['ann'] }] } }, policy))).toEqual([
      'ann access_granted labs',
      'cy access_withdrawn labs',
    ]);
    expect(short(told({ put: { teams: [{ id: 'outer', users: ['bob'] }] } }, policy))).toEqual([
      'cy access_withdrawn labs',
    ]);
    expect(short(told({ put: { users: [{ id: 'dee', active: true }] } }, policy))).toEqual([
      'dee access_granted labs',
    ]);
  });

  test('is what a comparison of everybody shows, for changes of rights and people', () => {
    const scope = fc.constantFrom(group('staff'), group('labs'));
    const subject = fc.constantFrom(
      ...['ann', 'bob', 'cy', 'dee'].map(user),
      ...['inner', 'outer'].map((id) => ({ type: 'team', id })),
    );
    const right = fc.record({
      id: fc.constantFrom('ann-staff', 'a', 'b'),
      subject,
      scope,
      role: fc.constantFrom('door_access'),
      enabled: fc.boolean(),
    });
    const person = fc.record({
      id: fc.constantFrom('ann', 'bob', 'cy', 'dee'),
      active: fc.boolean(),
    });
    const unique = { selector: ({ id }: { id: string }) => id, maxLength: 3 };
    fc.assert(
      fc.property(
        fc.uniqueArray(right, unique),
        fc.uniqueArray(person, unique),
        (assignments, users) => {
          // One role of a subject at a scope: the model refuses more.
          const keys = assignments.map((each) => JSON.stringify([each.subject, each.scope]));
          fc.pre(new Set(keys).size === keys.length);
          fc.pre(
            assignments.some(({ id }) => id === 'ann-staff') ||
              !keys.includes(JSON.stringify([user('ann'), group('staff')])),
          );
          const { change, news } = told({ put: { assignments, users } } as never);
          const all = ['ann', 'bob', 'cy', 'dee'].flatMap((id) => {
            const had = [...heldAccess(change.before, id, TIME).keys()];
            const has = [...heldAccess(change.after, id, TIME).keys()];
            return [
              ...has
                .filter((key) => !had.includes(key))
                .map((key) => `${id} access_granted ${key}`),
              ...had
                .filter((key) => !has.includes(key))
                .map((key) => `${id} access_withdrawn ${key}`),
            ];
          });
          const found = news.flatMap(({ user: id, kind, access }) =>
            access.map((each) => `${id} ${kind} ${each.type} ${each.id}`),
          );
          expect(found.sort()).toEqual(all.sort());
        },
      ),
      { seed: 20261122, numRuns: runs(200) },
    );
  });
});

describe('notices', () => {
  const ALWAYS = { own: 'always', plan: 'default', organization: 'default' } as const;
  const grant = {
    put: {
      assignments: [
        held('x', user('cy'), group('staff'), { validity: { from: '2026-12-01T00:00:00Z' } }),
      ],
    },
  };

  test('say what it is about, by its name, and from when', () => {
    const { change, news } = told(grant as never);
    expect(noticesFor(change, news, () => ALWAYS)).toEqual([
      {
        kind: 'access_granted',
        to: user('cy'),
        object: group('staff'),
        data: {
          scopes: [{ type: 'group', id: 'staff', name: 'Staff', from: '2026-12-01T00:00:00Z' }],
        },
      },
    ]);
  });

  test('of many scopes are one, about the organisation', () => {
    const doors = Array.from({ length: 60 }, (_, index) => ({ id: `d${index}`, place: 'hq' }));
    const groups = doors.map(({ id }) => ({ id: `g-${id}`, doors: [id] }));
    const assignments = groups.map(({ id }) => held(`cy-${id}`, user('cy'), group(id)));
    const policy = {
      ...HOUSE,
      doors: [...HOUSE.doors, ...doors],
      groups: [...HOUSE.groups, ...groups],
    };
    const { change, news } = told({ put: { assignments } } as never, policy);
    const [notice, ...rest] = noticesFor(change, news, () => ALWAYS);
    expect(rest).toEqual([]);
    expect(notice?.object).toEqual({ type: 'organization', id: 'acme' });
    expect(notice?.data['scopes']).toHaveLength(50);
    expect(notice?.data['more']).toBe(10);
  });

  test('to somebody who is deleted carry his address: nobody could look it up', () => {
    const { change, news } = told({ remove: { users: ['ann'], assignments: ['ann-staff'] } });
    expect(noticesFor(change, news, () => ALWAYS)).toMatchObject([
      { kind: 'access_withdrawn', data: { email: 'ann@example.com', name: 'Ann' } },
    ]);
    const stays = told({ remove: { assignments: ['ann-staff'] } });
    expect(noticesFor(stays.change, stays.news, () => ALWAYS)[0]?.data).not.toHaveProperty('email');
  });

  test('that a plan brings itself are not sent twice', () => {
    const { change, news } = told(grant as never);
    const own = { kind: 'access_granted', to: user('cy'), object: group('staff'), data: {} };
    expect(noticesFor(change, news, () => ALWAYS, [own])).toEqual([]);
    expect(noticesFor(change, news, () => ALWAYS, [{ ...own, kind: 'enrolment' }])).toHaveLength(1);
    expect(noticesFor(change, news, () => ALWAYS, [{ ...own, to: user('ann') }])).toHaveLength(1);
  });
});

describe('who is told', () => {
  const kisi = compilePolicy(HOUSE as never);
  const kiwi = compilePolicy({
    ...HOUSE,
    organization: { ...HOUSE.organization, roles: 'kiwi' },
    assignments: [],
  } as never);
  const usual = { own: 'default', plan: 'default', organization: 'default' } as const;

  test('as it is usual: residents of both, others of new access, nobody else under KIWI', () => {
    const of = (engine: typeof kisi, id: string) =>
      (['access_granted', 'access_withdrawn'] as const).map((kind) =>
        isTold(engine, id, kind, usual),
      );
    expect(of(kisi, 'bob')).toEqual([true, true]);
    expect(of(kisi, 'cy')).toEqual([true, false]);
    expect(of(kiwi, 'bob')).toEqual([true, true]);
    expect(of(kiwi, 'cy')).toEqual([false, false]);
  });

  test('the nearest wish that is not the default decides', () => {
    const wish = fc.constantFrom(...NOTICE_PREFERENCES);
    const kind = fc.constantFrom('access_granted' as const, 'access_withdrawn' as const);
    fc.assert(
      fc.property(wish, wish, wish, kind, (own, plan, organization, of) => {
        const nearest = own !== 'default' ? own : plan !== 'default' ? plan : organization;
        const expected =
          nearest === 'always' || (nearest === 'default' && isTold(kisi, 'cy', of, usual));
        expect(isTold(kisi, 'cy', of, { own, plan, organization })).toBe(expected);
      }),
      { seed: 20261122, numRuns: runs(100) },
    );
  });

  test('a damaged wish is none', () => {
    expect(parsePreference({ preference: 'never' })).toBe('never');
    expect(parsePreference({ preference: 'sometimes' })).toBeUndefined();
    expect(parsePreference(undefined)).toBeUndefined();
  });
});
