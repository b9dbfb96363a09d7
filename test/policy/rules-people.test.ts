import { describe, expect, test } from 'vitest';
import { documentWith, fullModel, issuesOf, OPTIONS } from '../helpers/policies.js';

const world = {
  doors: [{ id: 'front', place: 'hq' }],
  groups: [{ id: 'staff', place: 'hq' }, { id: 'open' }],
  teams: [{ id: 'crew', users: ['ada'] }],
  links: [{ id: 'delivery' }],
  schedules: [{ id: 'office' }],
};

const assignment = (members: object = {}) => ({
  id: 'a',
  subject: { type: 'user', id: 'ada' },
  role: 'place_door_access',
  scope: { type: 'place', id: 'hq' },
  ...members,
});
const at = (type: string, id: string, role: string, members: object = {}) =>
  assignment({ scope: { type, id }, role, ...members });

/** A fault in an assignment, where it is told, and the nearest assignment without it. */
type Row = [rule: string, told: string[], fault: object, sound: object];

const ROWS: Row[] = [
  [
    'a user as subject exists',
    ['reference /subject/id'],
    assignment({ subject: { type: 'user', id: 'crew' } }),
    assignment(),
  ],
  [
    'a team as subject exists',
    ['reference /subject/id'],
    assignment({ subject: { type: 'team', id: 'ada' } }),
    assignment({ subject: { type: 'team', id: 'crew' } }),
  ],
  [
    'a link as subject exists',
    ['reference /subject/id'],
    assignment({ subject: { type: 'link', id: 'ada' } }),
    assignment({ subject: { type: 'link', id: 'delivery' } }),
  ],
  [
    'the role is one of the model',
    ['reference /role'],
    assignment({ role: 'porter' }),
    assignment({ role: 'place_access_manager' }),
  ],
  [
    'the name of a member of every object is no role',
    ['reference /role'],
    assignment({ role: 'constructor' }),
    assignment(),
  ],
  [
    'the role may be held at that level',
    ['role_level /role'],
    assignment({ role: 'door_access' }),
    at('group', 'staff', 'door_access'),
  ],
  [
    'the scope of a place exists',
    ['reference /scope/id'],
    at('place', 'front', 'place_door_access'),
    assignment(),
  ],
  [
    'the scope of a group exists',
    ['reference /scope/id'],
    at('group', 'hq', 'door_access'),
    at('group', 'open', 'door_access'),
  ],
  [
    'the scope of the organisation is its own id (R4)',
    ['reference /scope/id'],
    at('organization', 'hq', 'observer'),
    at('organization', 'acme', 'observer'),
  ],
  [
    'the one who granted is a user (R1)',
    ['reference /grantedBy'],
    assignment({ grantedBy: 'crew' }),
    assignment({ grantedBy: 'bob' }),
  ],
  [
    'a link holds no more than opening',
    ['link_role /role'],
    assignment({ subject: { type: 'link', id: 'delivery' }, role: 'place_access_manager' }),
    assignment({ subject: { type: 'link', id: 'delivery' } }),
  ],
  [
    'a team holds no unique role',
    ['role_unique /role'],
    at('organization', 'acme', 'organization_owner', { subject: { type: 'team', id: 'crew' } }),
    at('organization', 'acme', 'organization_owner'),
  ],
  [
    'validity ends after it began',
    ['span /validity/until'],
    assignment({ validity: { from: '2026-01-01T00:00:00Z', until: '2026-01-01T01:00:00+01:00' } }),
    assignment({ validity: { from: '2026-01-01T00:00:00Z', until: '2026-01-01T01:00:01+01:00' } }),
  ],
  [
    'validity is written in instants',
    ['format /validity/from'],
    assignment({ validity: { from: '2026-01-01T00:00:00' } }),
    assignment({ validity: { from: '2026-01-01T00:00:00z' } }),
  ],
  [
    'instants exist',
    ['format /validity/until'],
    assignment({ validity: { until: '2026-02-29T00:00:00Z' } }),
    assignment({ validity: { until: '2028-02-29T00:00:00Z' } }),
  ],
  [
    'instants lie in the years that can be written',
    ['format /validity/until'],
    assignment({ validity: { until: '9999-12-31T23:59:59-00:01' } }),
    assignment({ validity: { until: '9999-12-31T23:59:59Z' } }),
  ],
  [
    'the schedule of validity exists',
    ['reference /validity/schedule'],
    assignment({ validity: { schedule: 'night' } }),
    assignment({ validity: { schedule: 'office' } }),
  ],
];

describe('an assignment', () => {
  test.each(ROWS)('%s', (_rule, told, fault, sound) => {
    const where = told.map((issue) => issue.replace(' ', ' /assignments/0'));
    expect(issuesOf(documentWith({ ...world, assignments: [fault] }))).toEqual(where);
    expect(issuesOf(documentWith({ ...world, assignments: [sound] }))).toEqual([]);
  });

  test('with several faults is told all of them', () => {
    const fault = at('door', 'back', 'door_access', {
      subject: { type: 'link', id: 'none' },
      grantedBy: 'none',
    });
    expect(issuesOf(documentWith({ ...world, assignments: [fault] }))).toEqual([
      'reference /assignments/0/subject/id',
      'role_level /assignments/0/role',
      'reference /assignments/0/scope/id',
      'reference /assignments/0/grantedBy',
    ]);
  });

  test('of a deprecated role is refused unless that is allowed', () => {
    const document = documentWith({
      organization: { id: 'acme', roles: fullModel() },
      assignments: [at('place', 'hq', 'watchman')],
    });
    expect(issuesOf(document)).toEqual(['role_deprecated /assignments/0/role']);
    expect(issuesOf(document, { ...OPTIONS, allowDeprecatedRoles: true })).toEqual([]);
  });

  test('gives a link no role that inherits more than opening', () => {
    const [guest, owner] = fullModel().roles;
    const roles = [
      guest,
      { ...owner, id: 'senior', levels: ['place'], permissions: {}, unique: false },
    ];
    const document = (role: string, inherits: string[]) =>
      documentWith({
        ...world,
        organization: {
          id: 'acme',
          roles: {
            id: 'm',
            roles: [
              ...roles,
              { id: 'top', levels: ['place'], rank: 1, inherits, permissions: {} },
              { id: 'clerk', levels: ['place'], rank: 1, permissions: { user: ['create'] } },
            ],
          },
        },
        assignments: [assignment({ role, subject: { type: 'link', id: 'delivery' } })],
      });
    expect(issuesOf(document('top', ['guest', 'clerk']))).toEqual([
      'link_role /assignments/0/role',
    ]);
    expect(issuesOf(document('top', ['guest']))).toEqual([]);
  });
});

describe('the zone of a validity (R3)', () => {
  const zoned = [{ id: 'hq', timeZone: 'Europe/Berlin' }, { id: 'annex' }];
  const validity = { schedule: 'office' };
  const document = (scoped: object, members: object = {}) =>
    documentWith({ ...world, organization: { id: 'acme' }, assignments: [scoped], ...members });

  test.each<[string, object]>([
    ['place', at('place', 'hq', 'place_door_access', { validity })],
    ['place group', at('group', 'staff', 'door_access', { validity })],
  ])('is that of the place, at a %s', (_scope, scoped) => {
    expect(issuesOf(document(scoped))).toEqual([
      'time_zone_missing /assignments/0/validity/schedule',
    ]);
    expect(issuesOf(document(scoped, { places: zoned }))).toEqual([]);
  });

  test('is that of the place, at a door', () => {
    const organization = { id: 'acme', roles: 'kiwi' };
    const scoped = at('door', 'front', 'guest', { validity });
    expect(issuesOf(document(scoped, { organization }))).toEqual([
      'time_zone_missing /assignments/0/validity/schedule',
    ]);
    expect(issuesOf(document(scoped, { organization, places: zoned }))).toEqual([]);
  });

  test.each<[string, object]>([
    ['a group without a place', at('group', 'open', 'door_access', { validity })],
    ['the organisation', at('organization', 'acme', 'observer', { validity })],
  ])('is that of the organisation, at %s', (_scope, scoped) => {
    expect(issuesOf(document(scoped, { places: zoned }))).toEqual([
      'time_zone_missing /assignments/0/validity/schedule',
    ]);
    expect(
      issuesOf(document(scoped, { organization: { id: 'acme', timeZone: 'Europe/Berlin' } })),
    ).toEqual([]);
  });

  test('is needed by a schedule written out as by one with a name', () => {
    const inline = (schedule: object) => document(assignment({ validity: { schedule } }));
    expect(issuesOf(inline({}))).toEqual(['time_zone_missing /assignments/0/validity/schedule']);
    expect(issuesOf(inline({ timeZone: 'Europe/Berlin' }))).toEqual([]);
  });

  test('is not asked of a scope that does not exist', () => {
    expect(issuesOf(document(at('group', 'none', 'door_access', { validity })))).toEqual([
      'reference /assignments/0/scope/id',
    ]);
  });
});

describe('people', () => {
  test.each<[string, string[], object, object]>([
    [
      "a team's users exist",
      ['reference /teams/0/users/1'],
      { teams: [{ id: 't', users: ['ada', 'carl'] }] },
      { teams: [{ id: 't', users: ['ada', 'ada'] }] },
    ],
    [
      "a team's teams exist",
      ['reference /teams/0/teams/0'],
      { teams: [{ id: 't', teams: ['none'] }] },
      { teams: [{ id: 't', teams: ['u'] }, { id: 'u' }] },
    ],
    [
      'a credential has a holder',
      ['reference /credentials/0/user'],
      { credentials: [{ id: 'c', kind: 'pin', user: 'carl', state: 'lost' }] },
      { credentials: [{ id: 'c', kind: 'pin', user: 'bob', state: 'lost' }] },
    ],
    [
      'a primary device is an id',
      ['format /users/0/primaryDevice'],
      { users: [{ id: 'ada', primaryDevice: 'no such' }] },
      { users: [{ id: 'ada', primaryDevice: 'nosuch' }] },
    ],
  ])('%s', (_rule, told, fault, sound) => {
    expect(issuesOf(documentWith({ ...fault }))).toEqual(told);
    expect(issuesOf(documentWith({ ...sound }))).toEqual([]);
  });
});
