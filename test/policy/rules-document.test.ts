import { describe, expect, test } from 'vitest';
import { COLLECTIONS } from '../../src/policy/document.js';
import { ISSUES_MAX } from '../../src/values/limits.js';
import { documentWith, fullDocument, fullModel, issuesOf } from '../helpers/policies.js';

const roles = (changes: object[]) => {
  const model = fullModel();
  const changed = model.roles.map((role, index) => ({ ...role, ...changes[index] }));
  return documentWith({ organization: { id: 'acme', roles: { ...model, roles: changed } } });
};

describe("a role model of one's own", () => {
  test.each<[string, string[], object[], object[]]>([
    [
      'uses a role id once',
      ['duplicate /organization/roles/roles/2/id'],
      [{}, {}, { id: 'guest' }],
      [{}, {}, { id: 'guest2' }],
    ],
    [
      'inherits from roles it has',
      ['reference /organization/roles/roles/1/inherits/0'],
      [{}, { inherits: ['visitor'] }],
      [{}, { inherits: ['watchman'] }],
    ],
    [
      'lets roles be granted that it has',
      ['reference /organization/roles/roles/0/assigns/1'],
      [{ assigns: ['guest', 'visitor'] }],
      [{ assigns: ['guest', 'owner'] }],
    ],
    [
      'has no role that inherits from itself',
      ['cycle /organization/roles/roles/0/inherits/0'],
      [{ inherits: ['guest'] }],
      [{ inherits: ['watchman'] }],
    ],
    [
      'has no circle of roles',
      [
        'cycle /organization/roles/roles/0/inherits/1',
        'cycle /organization/roles/roles/1/inherits/0',
      ],
      [{ inherits: ['watchman', 'owner'] }],
      [{ inherits: ['watchman'] }],
    ],
    [
      'gives its roles a level',
      ['empty /organization/roles/roles/0/levels'],
      [{ levels: [] }],
      [{ levels: ['door'] }],
    ],
    [
      'ranks by integers',
      ['value /organization/roles/roles/0/rank'],
      [{ rank: 1.5 }],
      [{ rank: 1 }],
    ],
    [
      'names actions in lower case',
      ['format /organization/roles/roles/0/permissions/door/0'],
      [{ permissions: { door: ['Unlock'] } }],
      [{ permissions: { door: ['unlock'] } }],
    ],
    [
      'names types in lower case',
      ['format /organization/roles/roles/0/permissions/Door'],
      [{ permissions: { Door: ['unlock'] } }],
      [{ permissions: { door: [] } }],
    ],
    [
      'says which roles may be granted in one of two ways',
      ['value /organization/roles/roles/0/assigns'],
      [{ assigns: 'all' }],
      [{ assigns: 'up_to_own_rank' }],
    ],
  ])('%s', (_rule, told, fault, sound) => {
    expect(issuesOf(roles(fault))).toEqual(told);
    expect(issuesOf(roles(sound))).toEqual([]);
  });

  test('is a built-in one, or written out', () => {
    const named = (model: unknown) =>
      issuesOf(documentWith({ organization: { id: 'acme', roles: model } }));
    expect(named('salto')).toEqual(['value /organization/roles']);
    expect(named(1)).toEqual(['type /organization/roles']);
    for (const model of ['kisi', 'kisi_standard', 'kisi_organizations', 'kiwi'])
      expect(named(model)).toEqual([]);
  });

  test('decides which roles exist; without one it is the model `kisi`', () => {
    const holding = (organization: object, role: string) =>
      issuesOf(
        documentWith({
          organization: { id: 'acme', ...organization },
          assignments: [
            {
              id: 'a',
              subject: { type: 'user', id: 'ada' },
              role,
              scope: { type: 'place', id: 'hq' },
            },
          ],
        }),
      );
    expect(holding({}, 'place_door_access')).toEqual([]);
    expect(holding({ roles: 'kisi' }, 'place_door_access')).toEqual([]);
    expect(holding({ roles: 'kiwi' }, 'place_door_access')).toEqual([
      'reference /assignments/0/role',
    ]);
    expect(holding({ roles: 'kiwi' }, 'guest')).toEqual([]);
    expect(holding({ roles: 'kisi_standard' }, 'place_manager')).toEqual([]);
    expect(holding({ roles: 'kisi_standard' }, 'place_observer')).toEqual([
      'role_deprecated /assignments/0/role',
    ]);
    expect(holding({ roles: 'kisi_organizations' }, 'place_manager')).toEqual([
      'reference /assignments/0/role',
    ]);
  });
});

describe('ids', () => {
  test.each(COLLECTIONS)('are unique in %s', (collection) => {
    const document: Record<string, unknown> = fullDocument();
    const [first, ...rest] = document[collection] as { id: string }[];
    // Stops and readers of the repeated element would be repeated too: they have a test of their own.
    const {
      readers: _readers,
      stops,
      ...again
    } = first as { id: string; readers?: unknown; stops?: unknown };
    document[collection] = [first, ...rest, stops === undefined ? again : { ...again, stops: [] }];
    const told = issuesOf(document);
    expect(told).toContain(`duplicate /${collection}/${rest.length + 1}/id`);
    expect(told.filter((issue) => issue.startsWith('duplicate'))).toHaveLength(1);
  });

  test.each<[string, string[]]>([
    ['a b c', []],
    ['c a b', []],
    ['a a b', ['duplicate /assignments/1/id']],
    ['a b b', ['duplicate /assignments/2/id']],
    ['b a b', ['duplicate /assignments/2/id']],
    ['a b a c a', ['duplicate /assignments/2/id', 'duplicate /assignments/4/id']],
  ])('of assignments are unique, in whatever order they stand: %s', (ids, issues) => {
    const assignments = ids.split(' ').map((id, index) => ({
      id,
      subject: { type: 'user', id: `u${index}` },
      role: 'place_door_access',
      scope: { type: 'place', id: 'hq' },
    }));
    const users = assignments.map(({ subject }) => ({ id: subject.id }));
    expect(issuesOf(documentWith({ users, assignments }))).toEqual(issues);
  });

  test('may be the same in two collections, and differ by case', () => {
    expect(
      issuesOf(documentWith({ users: [{ id: 'a' }, { id: 'A' }], teams: [{ id: 'a' }] })),
    ).toEqual([]);
  });

  const lift = (id: string, stop: string, reader: string) => ({
    id,
    place: 'hq',
    readers: [{ id: reader }],
    stops: [{ id: stop, floor: 'f' }],
  });
  const floors = [{ id: 'f', place: 'hq' }];

  test('of stops are unique over all elevators', () => {
    expect(
      issuesOf(documentWith({ floors, elevators: [lift('a', 's', 'r1'), lift('b', 's', 'r2')] })),
    ).toEqual(['duplicate /elevators/1/stops/0/id']);
    expect(
      issuesOf(documentWith({ floors, elevators: [lift('a', 's', 'r1'), lift('b', 't', 'r2')] })),
    ).toEqual([]);
  });

  test('of readers are unique over all doors and elevators', () => {
    const doors = [{ id: 'd', place: 'hq', readers: [{ id: 'r1' }, { id: 'r2' }] }];
    expect(issuesOf(documentWith({ floors, doors, elevators: [lift('a', 's', 'r2')] }))).toEqual([
      'duplicate /elevators/0/readers/0/id',
    ]);
    expect(issuesOf(documentWith({ floors, doors, elevators: [lift('a', 's', 'r3')] }))).toEqual(
      [],
    );
    const twice = [
      { id: 'd', place: 'hq', readers: [{ id: 'r1' }, { id: 'r1', direction: 'exit' }] },
    ];
    expect(issuesOf(documentWith({ doors: twice }))).toEqual(['duplicate /doors/0/readers/1/id']);
  });
});

describe('teams', () => {
  const teams = (nesting: Record<string, string[]>) =>
    issuesOf(
      documentWith({ teams: Object.entries(nesting).map(([id, inner]) => ({ id, teams: inner })) }),
    );

  test('do not contain themselves', () => {
    expect(teams({ a: ['b', 'a'], b: [] })).toEqual(['cycle /teams/0/teams/1']);
    expect(teams({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] })).toEqual([
      'cycle /teams/0/teams/0',
      'cycle /teams/1/teams/0',
      'cycle /teams/2/teams/0',
    ]);
  });

  test('may nest as a diamond, and as deep as there are teams', () => {
    expect(teams({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
    const chain = Array.from({ length: 20_000 }, (_, index) => ({
      id: `t${index}`,
      teams: [`t${index + 1}`],
    }));
    expect(issuesOf(documentWith({ teams: [...chain, { id: 't20000' }] }))).toEqual([]);
    expect(
      issuesOf(documentWith({ teams: [...chain, { id: 't20000', teams: ['t19999'] }] })),
    ).toEqual(['cycle /teams/19999/teams/0', 'cycle /teams/20000/teams/0']);
  });
});

const holds = (id: string, subject: object, role: string, scope: object, members: object = {}) => ({
  id,
  subject,
  role,
  scope,
  ...members,
});
const ada = { type: 'user', id: 'ada' };
const bob = { type: 'user', id: 'bob' };
const acme = { type: 'organization', id: 'acme' };
const hq = { type: 'place', id: 'hq' };
const annex = { type: 'place', id: 'annex' };

describe('a unique role', () => {
  test('has one holder, also when the second assignment is disabled', () => {
    const two = (members: object) => [
      holds('a1', ada, 'organization_owner', acme),
      holds('a2', bob, 'organization_owner', acme, members),
    ];
    expect(issuesOf(documentWith({ assignments: two({}) }))).toEqual([
      'role_unique /assignments/1/role',
    ]);
    expect(issuesOf(documentWith({ assignments: two({ enabled: false }) }))).toEqual([
      'role_unique /assignments/1/role',
    ]);
    expect(
      issuesOf(
        documentWith({
          assignments: [
            holds('a1', ada, 'organization_owner', acme),
            holds('a2', bob, 'organization_administrator', acme),
          ],
        }),
      ),
    ).toEqual([]);
  });

  test('may be held by one user at two scopes', () => {
    const organization = { id: 'acme', roles: 'kisi_standard' };
    const owners = (second: object) => [
      holds('a1', ada, 'place_owner', hq),
      holds('a2', second, 'place_owner', annex),
    ];
    expect(issuesOf(documentWith({ organization, assignments: owners(ada) }))).toEqual([]);
    expect(issuesOf(documentWith({ organization, assignments: owners(bob) }))).toEqual([
      'role_unique /assignments/1/role',
    ]);
  });
});

describe('one role at one scope (A4)', () => {
  const kisi = [
    holds('a1', ada, 'place_door_access', hq),
    holds('a2', bob, 'place_door_access', hq),
    holds('a3', ada, 'place_administrator', annex),
    holds('a4', ada, 'place_administrator', hq),
  ];

  test('is all that a user holds in models that say so, the same role twice included', () => {
    expect(issuesOf(documentWith({ assignments: kisi }))).toEqual(['one_per_scope /assignments/3']);
    expect(issuesOf(documentWith({ assignments: kisi.slice(0, 3) }))).toEqual([]);
    const twice = [kisi[0], { ...kisi[0], id: 'again', enabled: false }];
    expect(issuesOf(documentWith({ assignments: twice }))).toEqual([
      'one_per_scope /assignments/1',
    ]);
  });

  test('does not bind in models that do not say so', () => {
    const organization = { id: 'acme', roles: 'kisi_standard' };
    const two = [holds('a1', ada, 'basic_user', hq), holds('a2', ada, 'place_manager', hq)];
    expect(issuesOf(documentWith({ organization, assignments: two }))).toEqual([]);
  });

  test('counts links, and does not count teams', () => {
    const two = (subject: object) => [
      holds('a1', subject, 'place_door_access', hq),
      holds('a2', subject, 'place_door_access', hq),
      holds('a3', ada, 'place_door_access', hq),
    ];
    const people = { links: [{ id: 'l' }], teams: [{ id: 't', users: ['ada'] }] };
    expect(
      issuesOf(documentWith({ ...people, assignments: two({ type: 'link', id: 'l' }) })),
    ).toEqual(['one_per_scope /assignments/1']);
    expect(
      issuesOf(documentWith({ ...people, assignments: two({ type: 'team', id: 't' }) })),
    ).toEqual([]);
  });

  test('counts what does not exist too, and tells a user and a link of one name apart', () => {
    const right = (id: string, subject: string, scope: string) => {
      const [type, name] = subject.split(' ');
      const [at, where] = scope.split(' ');
      const role = at === 'organization' ? 'observer' : 'place_door_access';
      return { id, subject: { type, id: name }, role, scope: { type: at, id: where } };
    };
    const document = documentWith({
      users: [{ id: 'x' }],
      links: [{ id: 'x' }],
      assignments: [
        right('a', 'user x', 'place hq'),
        right('b', 'link x', 'place hq'),
        right('c', 'user nobody', 'place hq'),
        right('d', 'user x', 'place nowhere'),
        right('e', 'link nobody', 'place hq'),
        right('f', 'user nobody', 'place hq'),
        right('g', 'user x', 'place nowhere'),
        right('h', 'user x', 'organization acme'),
        right('i', 'user x', 'organization other'),
        right('j', 'user x', 'organization acme'),
        right('k', 'user x', 'organization other'),
        right('l', 'team nobody', 'place hq'),
        right('m', 'team nobody', 'place hq'),
      ],
    });
    expect(issuesOf(document)).toEqual([
      'reference /assignments/2/subject/id',
      'reference /assignments/3/scope/id',
      'reference /assignments/4/subject/id',
      'reference /assignments/5/subject/id',
      'one_per_scope /assignments/5',
      'reference /assignments/6/scope/id',
      'one_per_scope /assignments/6',
      'reference /assignments/8/scope/id',
      'one_per_scope /assignments/9',
      'reference /assignments/10/scope/id',
      'one_per_scope /assignments/10',
      'reference /assignments/11/subject/id',
      'reference /assignments/12/subject/id',
    ]);
  });

  test('is told scope by scope as they are first named, where there is more than can be listed', () => {
    const many = Array.from({ length: ISSUES_MAX + 2 }, (_, at) => {
      return holds(`b${at}`, ada, 'place_door_access', hq);
    });
    const other = [1, 2].map((at) => holds(`a${at}`, ada, 'place_door_access', annex));
    const listed = (assignments: object[]) => issuesOf(documentWith({ assignments }));
    // Only `hq` when it is named first, though the other stands among the first listed.
    expect(listed([...many.slice(0, 2), ...other, ...many.slice(2)])).not.toContain(
      'one_per_scope /assignments/3',
    );
    expect(listed([...other, ...many])).toContain('one_per_scope /assignments/1');
  });

  test('tells scopes of one id but two types apart', () => {
    const groups = [{ id: 'hq' }];
    const two = [kisi[0], holds('a2', ada, 'door_access', { type: 'group', id: 'hq' })];
    expect(issuesOf(documentWith({ groups, assignments: two }))).toEqual([]);
  });
});
