import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import type { Assignment, Policy } from '../../src/policy/document.js';
import { edited, KISI, outcome, right, site } from './sites.js';

/** A model in which every single role is narrow, so that each rule can be met by one and missed by the next. */
const OWN = {
  version: 1,
  organization: {
    id: 'acme',
    timeZone: 'Europe/Berlin',
    roles: {
      id: 'own',
      roles: [
        { id: 'opener', levels: ['group', 'place'], rank: 1, permissions: { door: ['unlock'] } },
        {
          id: 'keeper',
          levels: ['group', 'place'],
          rank: 5,
          permissions: {
            group: ['create', 'update', 'delete'],
            door: ['update'],
            user: ['create', 'update', 'delete'],
            card: ['create', 'update', 'delete'],
          },
        },
        {
          id: 'giver',
          levels: ['group', 'place'],
          rank: 5,
          assigns: ['opener', 'old', 'giver'],
          permissions: { access_right: ['create'] },
        },
        {
          id: 'taker',
          levels: ['group', 'place'],
          rank: 5,
          assigns: ['opener', 'old'],
          permissions: { access_right: ['delete'] },
        },
        { id: 'old', levels: ['group', 'place'], rank: 1, assignable: false, permissions: {} },
        { id: 'chief', levels: ['organization'], rank: 9, unique: true, permissions: {} },
        { id: 'vice', levels: ['organization'], rank: 8, unique: true, permissions: {} },
      ],
    },
  },
  places: [{ id: 'hq' }, { id: 'lab' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'side', place: 'hq' },
    { id: 'lab-door', place: 'lab' },
  ],
  groups: [
    { id: 'one', doors: ['front'] },
    { id: 'two', doors: ['front'] },
    { id: 'off', doors: ['front'], enabled: false },
  ],
  users: ['chief', 'vice', 'kate', 'pete', 'gina', 'tara', 'otto', 'both', 'ned'].map((id) => ({ id })),
  teams: [{ id: 'crew', users: ['ned'] }],
  assignments: [
    right('chief chief organization:acme'),
    right('vice vice organization:acme'),
    right('kate keeper group:one'),
    right('kate keeper group:two'),
    right('pete keeper place:hq'),
    right('gina giver group:one'),
    right('tara taker group:one'),
    right('otto keeper group:off'),
    right('otto opener group:one'),
    right('both giver group:one'),
    right('both taker group:one', { id: 'a-both-second' }),
    right('ned old group:one'),
    right('team:crew opener group:one'),
  ],
} as unknown as Policy;

const engine = site(OWN);
const edit = (...args: [Parameters<typeof edited>[1], string, object]) => edited(OWN, ...args);
const no = (element: string) => `no_access_right ${element}`;
type Row = [what: string, actor: string, changes: Changes, expected: string];

describe('groups that widen', () => {
  const rows: Row[] = [
    ['a group’s keeper renames it', 'kate', edit('groups', 'one', { name: 'One' }), 'permit by a-kate-one'],
    ['a group’s keeper takes a door out', 'kate', edit('groups', 'one', { doors: [] }), 'permit by a-kate-one'],
    ['a group’s keeper puts no door in that he has no right to', 'kate', edit('groups', 'one', { doors: ['front', 'side'] }), no('group:one')],
    ['not even by two groups at once, each vouching for the other', 'kate', { put: { groups: [{ id: 'one', doors: ['front', 'side'] }, { id: 'two', doors: ['front', 'side'] }] } }, `${no('group:one')}, ${no('group:two')}`],
    ['nor a door that is made in the same set', 'kate', { put: { doors: [{ id: 'new', place: 'hq' }], groups: [{ id: 'one', doors: ['front', 'new'] }] } }, `${no('door:new')}, ${no('group:one')}`],
    ['a place’s keeper does not reach a group of no place', 'pete', edit('groups', 'one', { doors: ['front', 'side'] }), no('group:one')],
    ['a door does not move away with a group’s leave alone', 'kate', edit('doors', 'front', { place: 'lab' }), no('door:front')],
    ['nor does a group move into a place', 'kate', edit('groups', 'one', { place: 'hq' }), no('group:one')],
    ['a disabled group carries nothing', 'otto', edit('groups', 'off', { name: 'Off' }), no('group:off')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('halves of the permission for rights', () => {
  const give = (by: string, text: string): Changes => ({
    put: { assignments: [right(text, { grantedBy: by, id: 'fresh' })] },
  });
  const rows: Row[] = [
    ['who may give gives', 'gina', give('gina', 'pete opener group:one'), 'permit by a-gina-one'],
    ['who may give does not end', 'gina', { remove: { assignments: ['a-crew-one'] } }, no('access_right:a-crew-one')],
    ['who may end ends', 'tara', { remove: { assignments: ['a-crew-one'] } }, 'permit by a-tara-one'],
    ['who may end does not give', 'tara', give('tara', 'pete opener group:one'), no('access_right:fresh')],
    ['to alter, one assignment must carry both halves', 'both', edit('assignments', 'a-crew-one', { grantedBy: 'both', role: 'old' }), no('access_right:a-crew-one')],
    ['a role that is no longer assignable is not given', 'gina', give('gina', 'pete old group:one'), no('access_right:fresh')],
    ['but it is ended', 'tara', { remove: { assignments: ['a-ned-one'] } }, 'permit by a-tara-one'],
    ['the rights that a set gives do not carry that set', 'gina', { put: { assignments: [right('pete giver group:one', { grantedBy: 'gina', id: 'fresh' }), right('pete opener group:two', { grantedBy: 'gina', id: 'more' })] } }, no('access_right:more')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('people who lie in several scopes', () => {
  const rows: Row[] = [
    ['are altered from each of them', 'kate', edit('users', 'ned', { name: 'Ned' }), 'permit by a-kate-one'],
    ['are not altered from where they hold nothing', 'pete', edit('users', 'ned', { name: 'Ned' }), no('user:ned')],
    ['are made where the same set gives them a right, by whoever may do both', 'kate', { put: { users: [{ id: 'new' }], assignments: [right('new opener group:one', { grantedBy: 'kate' })] } }, no('access_right:a-new-one')],
    ['are not drawn near by a right of the same set', 'pete', { put: { users: [{ id: 'chief', name: 'Chef' }] } }, no('user:chief')],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('a model with two unique roles', () => {
  const schedule = { put: { schedules: [{ id: 'new' }] } };
  test('leaves what it does not name to the holder of the higher', () => {
    expect(outcome(engine, 'chief', schedule)).toBe('permit by a-chief-acme');
    expect(outcome(engine, 'vice', schedule)).toBe(no('schedule:new'));
  });
});

describe('an assignment that does not count now carries nothing', () => {
  const grant = { put: { assignments: [right('ned door_access group:staff', { grantedBy: 'gm' })] } };
  const gm = (more: Partial<Assignment>) =>
    site(KISI, { assignments: [right('gm group_manager group:staff', more)] });

  test.each([
    ['disabled', { enabled: false }, no('access_right:a-ned-staff')],
    ['expired', { validity: { until: '2026-11-22T10:00:00Z' } }, no('access_right:a-ned-staff')],
    ['pending', { validity: { from: '2026-11-22T10:00:01Z' } }, no('access_right:a-ned-staff')],
    ['out of hours', { validity: { schedule: 'spare' } }, no('access_right:a-ned-staff')],
    ['begun at this instant', { validity: { from: '2026-11-22T10:00:00Z' } }, 'permit by a-gm-staff'],
  ])('when it is %s', (_, more, expected) => {
    expect(outcome(gm(more), 'gm', grant)).toBe(expected);
  });

  test('when its group is switched off', () => {
    const off = site(KISI, { groups: [{ id: 'staff', place: 'hq', doors: ['front'], enabled: false }] });
    expect(outcome(off, 'gm', grant)).toBe(no('access_right:a-ned-staff'));
  });
});
