import { describe, expect, test } from 'vitest';
import type { Changes } from '../../src/policy/changes.js';
import type { Assignment } from '../../src/policy/document.js';
import { DEPUTIES, OWN } from './own-sites.js';
import { edited, KISI, outcome, right, site } from './sites.js';

const engine = site(OWN);
const edit = (...args: [Parameters<typeof edited>[1], string, object]) => edited(OWN, ...args);
const no = (element: string) => `no_access_right ${element}`;
type Row = [what: string, actor: string, changes: Changes, expected: string];

describe('groups that widen', () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['a group’s keeper renames it', 'kate', edit('groups', 'one', { name: 'One' }), 'permit by a-kate-one'],
    ['a group’s keeper puts a door in that his other group has', 'kate', edit('groups', 'two', { doors: ['front'] }), 'permit by a-kate-one a-kate-two'],
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
  // biome-ignore format: a table reads best with one row a line
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
  // biome-ignore format: a table reads best with one row a line
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

describe('a credential for somebody who lies elsewhere', () => {
  const deputies = site(DEPUTIES);
  const card = (user: string, id = 'fresh') => ({
    id,
    kind: 'card' as const,
    user,
    state: 'active' as const,
  });
  const drawn = [right('chum opener group:one', { grantedBy: 'one-deputy' })];
  const withChum = site({ ...DEPUTIES, users: [...(DEPUTIES.users ?? []), { id: 'chum' }] });
  // biome-ignore format: a table reads best with one row a line
  const rows: [what: string, put: Changes['put'], expected: string][] = [
    ['is not made', { credentials: [card('chum')] }, no('credential:fresh')],
    ['not even in the set that gives him a right here', { credentials: [card('chum')], assignments: drawn }, no('credential:fresh')],
    ['nor is one of another handed on to him in such a set', { credentials: [card('chum', 'c-ned')], assignments: drawn }, no('credential:c-ned')],
    ['but is made for somebody who comes to be in that set', { users: [{ id: 'new' }], credentials: [card('new')], assignments: [right('new opener group:one', { grantedBy: 'one-deputy' })] }, 'permit by a-one-deputy-one'],
  ];
  test.each(rows)('%s', (_, put, expected) => {
    expect(outcome(withChum, 'one-deputy', { put } as Changes)).toBe(expected);
  });

  test('is made by whoever reaches every scope at which he holds something, teams included', () => {
    const put = { credentials: [card('ned')] };
    expect(outcome(deputies, 'all-deputy', { put })).toBe('permit by a-all-deputy-acme');
    expect(outcome(deputies, 'one-deputy', { put })).toBe(no('credential:fresh'));
    expect(outcome(deputies, 'hq-deputy', { put })).toBe(no('credential:fresh'));
    const other = { credentials: [card('opener')] };
    expect(outcome(deputies, 'hq-deputy', { put: other })).toBe('permit by a-hq-deputy-hq');
  });
});

describe('schedules and calendars that unlock', () => {
  const front = (more: object) => ({
    id: 'front',
    place: 'hq',
    restrictions: { schedule: 'free' },
    ...more,
  });
  const put = (more: object) => ({ put: more }) as Changes;
  const NEVER = [{ from: '2026-01-01', until: '2027-01-01' }];
  // biome-ignore format: a table reads best with one row a line
  const rows: Row[] = [
    ['need both permissions', 'carl', edit('schedules', 'open', { except: NEVER }), no('schedule:open')],
    ['also by the calendar they read', 'carl', edit('calendars', 'sales', { days: [{ date: '2026-01-01' }] }), no('calendar:sales')],
    ['also in the set that ends their use', 'carl', put({ doors: [{ id: 'side', place: 'hq', restrictions: { schedule: 'open' } }], schedules: [{ id: 'open', except: NEVER }] }), no('schedule:open')],
    ['also in the set that begins it', 'carl', put({ doors: [front({ unlock: [{ schedule: 'free' }] })], schedules: [{ id: 'free', except: NEVER }] }), no('schedule:free')],
    ['while those that only restrict need one', 'carl', put({ schedules: [{ id: 'free', except: NEVER }] }), 'permit by a-carl-hq'],
    ['and are made by whoever may make both', 'carl', put({ doors: [front({ unlock: [{ schedule: 'new' }] })], schedules: [{ id: 'new' }] }), 'permit by a-carl-hq'],
  ];
  test.each(rows)('%s', (_, actor, changes, expected) => {
    expect(outcome(engine, actor, changes)).toBe(expected);
  });
});

describe('the holder of a unique role of low rank', () => {
  test('is altered by nobody above him either', () => {
    expect(outcome(engine, 'pete', edit('users', 'mona', { name: 'Mona' }))).toBe(no('user:mona'));
    const card: Changes = {
      put: { credentials: [{ id: 'new', kind: 'card', user: 'mona', state: 'active' }] },
    };
    expect(outcome(engine, 'pete', card)).toBe(no('credential:new'));
  });
});

describe('a set after which the policy is compiled anew', () => {
  // A place that went before gives the places other numbers than those of the policy compiled anew.
  const first = { ...KISI, places: [{ id: 'gone' }, ...(KISI.places ?? [])] };
  const renumbered = site(first).apply({ remove: { places: ['gone'] } });
  const changes: Changes = {
    put: { places: [{ id: 'lab' }], doors: [{ id: 'new', place: 'lab' }] },
  };

  test('is judged by the same places', () => {
    expect(outcome(renumbered, 'labadmin', changes)).toBe('permit by a-labadmin-lab');
    expect(outcome(renumbered, 'hqadmin', changes)).toBe(`${no('door:new')}, ${no('place:lab')}`);
  });
});

describe('a model with two unique roles', () => {
  const lockdown: Changes = {
    put: { lockdowns: [{ id: 'new', scope: { type: 'door', id: 'front' } }] },
  };
  test('leaves what it does not name to the holder of the higher', () => {
    expect(outcome(engine, 'chief', lockdown)).toBe('permit by a-chief-acme');
    expect(outcome(engine, 'vice', lockdown)).toBe(no('lockdown:new'));
  });
});

describe('an assignment that does not count now carries nothing', () => {
  const grant = {
    put: { assignments: [right('ned door_access group:staff', { grantedBy: 'gm' })] },
  };
  const gm = (more: Partial<Assignment>) =>
    site(KISI, { assignments: [right('gm group_manager group:staff', more)] });

  test.each([
    ['disabled', { enabled: false }, no('access_right:a-ned-staff')],
    ['expired', { validity: { until: '2026-11-22T10:00:00Z' } }, no('access_right:a-ned-staff')],
    ['pending', { validity: { from: '2026-11-22T10:00:01Z' } }, no('access_right:a-ned-staff')],
    ['out of hours', { validity: { schedule: 'spare' } }, no('access_right:a-ned-staff')],
    [
      'begun at this instant',
      { validity: { from: '2026-11-22T10:00:00Z' } },
      'permit by a-gm-staff',
    ],
  ])('when it is %s', (_, more, expected) => {
    expect(outcome(gm(more), 'gm', grant)).toBe(expected);
  });

  test('when its group is switched off', () => {
    const off = site(KISI, {
      groups: [{ id: 'staff', place: 'hq', doors: ['front'], enabled: false }],
    });
    expect(outcome(off, 'gm', grant)).toBe(no('access_right:a-ned-staff'));
  });
});
