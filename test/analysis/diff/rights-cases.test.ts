/** Changes of rights by hand: small policies, the change made, and the lines it must and must not lead to. */
import { describe, expect, test } from 'vitest';
import type { RightChange } from '../../../src/analysis/diff/policy-diff.js';
import { rightChanges } from '../../../src/analysis/diff/right-changes.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { DAY_MS } from '../../../src/values/instant.js';

type Loose = Record<string, unknown>;

const from = Date.parse('2026-03-02T00:00:00Z');
const span = { from, until: from + 4 * 7 * DAY_MS };
const ROLES = {
  id: 'own',
  roles: [
    {
      id: 'guest',
      levels: ['door', 'group', 'place', 'organization'],
      rank: 1,
      permissions: { door: ['view'], place: ['view'] },
    },
    {
      id: 'keeper',
      levels: ['group', 'place', 'organization'],
      rank: 2,
      permissions: {
        camera: ['view'],
        user: ['view', 'add_to_place_group'],
        door: ['view', 'delete'],
      },
    },
  ],
};
const BASE = {
  version: 1,
  organization: { id: 'o', timeZone: 'Europe/Berlin', roles: ROLES },
  places: [{ id: 'p' }, { id: 'q' }],
  doors: [
    { id: 'd', place: 'p' },
    { id: 'e', place: 'p' },
    { id: 'f', place: 'q' },
  ],
  groups: [
    { id: 'g', doors: ['d'] },
    { id: 'h', doors: ['d', 'f'] },
    { id: 'i', doors: ['e'] },
  ],
  users: [{ id: 'ada' }, { id: 'bob' }],
  links: [{ id: 'key' }],
};
const held = (subject: string, role: string, scope: string, more: Loose = {}) => {
  const [type = '', id = ''] = scope.split(':');
  const [kind = '', name = ''] = subject.split(':');
  return {
    id: `${subject}-${role}-${scope}`.replaceAll(':', '.'),
    subject: { type: kind, id: name },
    role,
    scope: { type, id },
    ...more,
  };
};

/** Lines as short texts: effect, who, what, and what it reaches. */
function linesOf(before: Loose, after: Loose): string[] {
  const [old, now] = [before, after].map((each) =>
    compilePolicy({ ...BASE, ...each } as unknown as Policy),
  );
  return rightChanges(old!, now!, span).map(told).sort();
}

function told({ effect, subjects, permissions, reach, when }: RightChange): string {
  const names = (all: readonly { type: string; id: string }[]) =>
    all.map(({ type, id }) => `${type}:${id}`).join(',');
  const what = permissions.map(({ type, actions }) => `${type} ${actions.join('+')}`).join(', ');
  const of =
    reach.kind === 'named'
      ? `of ${names(reach.resources)}${reach.into ? ` into ${names(reach.into)}` : ''}`
      : reach.kind === 'said'
        ? `at ${names(reach.scopes)}`
        : `in ${names(reach.within)}${reach.outside.length > 0 ? ` outside ${names(reach.outside)}` : ''}`;
  const week =
    when.week === 'always' ? '' : ` when ${JSON.stringify(when.week)}${JSON.stringify(when.dates)}`;
  return `${effect} ${names(subjects.named)}: ${what} ${of}${week}`;
}

describe('rights that differ', () => {
  test('a right is given: whatever lies in its scope, and places by name', () => {
    expect(linesOf({}, { assignments: [held('user:ada', 'guest', 'group:g')] })).toEqual([
      'gains user:ada: door view, place view in group:g',
      'gains user:ada: place view of place:p',
    ]);
  });

  test('not where the same is held already, and not outside of what it meets', () => {
    const before = [held('user:ada', 'guest', 'group:h'), held('user:ada', 'guest', 'group:i')];
    const after = [...before, held('user:ada', 'guest', 'group:g')];
    // Door `d` is in both groups; nothing is in `g` and `i`. Place `p` was to be seen through `h` already.
    expect(linesOf({ assignments: before }, { assignments: after })).toEqual([
      'gains user:ada: door view, place view in group:g outside group:h',
    ]);
    const above = [held('user:ada', 'guest', 'place:p')];
    const pointless = [...above, held('user:ada', 'guest', 'door:e')];
    expect(linesOf({ assignments: above }, { assignments: pointless })).toEqual([]);
  });

  test('a right that takes the place of a larger one takes away what is not in it', () => {
    const before = [held('user:ada', 'keeper', 'organization:o')];
    const after = [held('user:ada', 'keeper', 'place:p')];
    expect(linesOf({ assignments: before }, { assignments: after })).toEqual([
      'loses user:ada: camera view, door delete+view, user add_to_place_group+view in organization:o outside place:p',
    ]);
  });

  test('a schedule says when, by the clock on the wall, with the date on which it is otherwise', () => {
    const schedule = {
      windows: [{ days: ['mo', 'tu'], from: '09:00', until: '17:00' }],
      except: [{ from: '2026-03-10', until: '2026-03-11' }],
    };
    const after = [held('user:ada', 'guest', 'door:d', { validity: { schedule } })];
    const when =
      ' when [{"days":["mo","tu"],"from":"09:00","until":"17:00"}][{"date":"2026-03-10","spans":[]}]';
    expect(linesOf({}, { assignments: after })).toEqual([
      `gains user:ada: door view, place view in door:d${when}`,
    ]);
  });

  test('a holiday in a calendar reaches who holds something by its schedule, and nobody else', () => {
    const schedules = [{ id: 's', calendar: 'c' }];
    const assignments = [
      held('user:ada', 'guest', 'door:d', { validity: { schedule: 's' } }),
      held('user:bob', 'guest', 'door:d'),
    ];
    const calendars = (dates: readonly string[]) => [
      { id: 'c', days: dates.map((date) => ({ date })) },
    ];
    const policy = { schedules, assignments };
    const lines = linesOf(
      { ...policy, calendars: calendars([]) },
      { ...policy, calendars: calendars(['2026-03-10']) },
    );
    expect(lines).toEqual([
      'loses user:ada: door view, place view in door:d when [][{"date":"2026-03-10","spans":[{"from":"00:00","until":"24:00"}]}]',
    ]);
  });

  test('who joins a team gains what it holds; nested teams and the inactive are seen through', () => {
    const assignments = [held('team:all', 'guest', 'door:d')];
    const teams = (users: readonly string[]) => [
      { id: 'all', teams: ['night'] },
      { id: 'night', users },
    ];
    const gained = linesOf(
      { assignments, teams: teams([]) },
      { assignments, teams: teams(['ada', 'bob']) },
    );
    expect(gained).toEqual(['gains user:ada,user:bob: door view, place view in door:d']);
    const users = [{ id: 'ada', active: false }, { id: 'bob' }];
    const asleep = linesOf(
      { assignments, users, teams: teams([]) },
      { assignments, users, teams: teams(['ada']) },
    );
    expect(asleep).toEqual([]);
  });

  test('a door that leaves a group is named, and so is what says that it lies there', () => {
    const assignments = [held('user:ada', 'guest', 'group:g')];
    const groups = (doors: readonly string[]) => [{ id: 'g', doors }, ...BASE.groups.slice(1)];
    expect(
      linesOf({ assignments, groups: groups(['d']) }, { assignments, groups: groups([]) }),
    ).toEqual([
      'loses user:ada: door view, place view at door:d',
      'loses user:ada: door view, place view of door:d,place:p',
    ]);
  });

  test('a new door, and a new user, are named for whoever holds something around them', () => {
    const assignments = [held('user:ada', 'keeper', 'place:p')];
    const doors = [...BASE.doors, { id: 'new', place: 'p' }];
    expect(linesOf({ assignments }, { assignments, doors })).toEqual([
      'gains user:ada: camera view, door delete+view, user add_to_place_group+view at door:new',
      'gains user:ada: door delete+view of door:new',
    ]);
    const users = [...BASE.users, { id: 'new' }];
    expect(linesOf({ assignments }, { assignments, users })).toEqual([
      'gains user:ada: user add_to_place_group of user:new into place:p',
    ]);
  });

  test('a group switched off, a role that loses a permission, a link, a card that changes hands', () => {
    const assignments = [held('link:key', 'guest', 'group:g')];
    const off = [{ id: 'g', doors: ['d'], enabled: false }, ...BASE.groups.slice(1)];
    expect(linesOf({ assignments }, { assignments, groups: off })).toEqual([
      'loses link:key: door view, place view in group:g',
      'loses link:key: place view of place:p',
    ]);
    const roles = {
      ...ROLES,
      roles: [{ ...ROLES.roles[0], permissions: { door: ['view'] } }, ROLES.roles[1]],
    };
    const organization = { ...BASE.organization, roles };
    expect(linesOf({ assignments }, { assignments, organization })).toEqual([
      'loses link:key: place view in group:g',
      'loses link:key: place view of place:p',
    ]);
    const card = (user: string) => [{ id: 'c', kind: 'card', user, state: 'active' }];
    const rights = [held('user:ada', 'guest', 'door:d')];
    expect(
      linesOf(
        { assignments: rights, credentials: card('ada') },
        { assignments: rights, credentials: card('bob') },
      ),
    ).toEqual(['loses credential:c: door view, place view in door:d']);
  });

  test('names, restrictions, lockdowns, lost cards and unused elements change no right', () => {
    const assignments = [held('user:ada', 'keeper', 'group:g')];
    const credentials = [{ id: 'c', kind: 'card', user: 'ada', state: 'active' }];
    const after = {
      places: [{ id: 'p', name: 'Palace', restrictions: { secondFactor: true } }, { id: 'q' }],
      groups: [
        { id: 'g', doors: ['d', 'd'], restrictions: { reader: true } },
        ...BASE.groups.slice(1),
      ],
      credentials: [{ ...credentials[0], state: 'lost' }],
      schedules: [],
      lockdowns: [],
    };
    expect(linesOf({ assignments, credentials }, { assignments, ...after })).toEqual([]);
  });

  test('assignments lie where their door or group lies, schedules where they are used', () => {
    const seer = {
      id: 'seer',
      levels: ['place'],
      rank: 3,
      permissions: { access_right: ['view'], access_schedule: ['view'] },
    };
    const organization = {
      ...BASE.organization,
      roles: { ...ROLES, roles: [...ROLES.roles, seer] },
    };
    const assignments = [held('user:ada', 'seer', 'place:q'), held('user:bob', 'guest', 'door:e')];
    const schedules = [{ id: 's' }];
    const doors = (place: string, schedule: Loose) => [
      { id: 'd', place: 'p' },
      { id: 'e', place, restrictions: schedule },
      { id: 'f', place: 'q' },
    ];
    const policy = { organization, assignments, schedules };
    const moved = linesOf(
      { ...policy, doors: doors('p', {}) },
      { ...policy, doors: doors('q', {}) },
    );
    expect(moved).toContain(
      'gains user:ada: access_right view of access_right:user.bob-guest-door.e',
    );
    const used = linesOf(
      { ...policy, doors: doors('q', {}) },
      { ...policy, doors: doors('q', { schedule: 's' }) },
    );
    expect(used).toEqual(['gains user:ada: access_schedule view of access_schedule:s']);
  });

  test('a stop that two groups share is not gained twice, though they share no door', () => {
    const rider = {
      id: 'rider',
      levels: ['group'],
      rank: 3,
      permissions: { elevator_stop: ['view'] },
    };
    const policy = {
      organization: { ...BASE.organization, roles: { ...ROLES, roles: [...ROLES.roles, rider] } },
      floors: [{ id: 'f1', place: 'p' }],
      elevators: [{ id: 'lift', place: 'p', stops: [{ id: 'top', floor: 'f1' }] }],
      groups: [
        { id: 'g', doors: ['d'], stops: ['top'] },
        { id: 'h', doors: ['e'], stops: ['top'] },
      ],
    };
    const before = [held('user:ada', 'rider', 'group:h')];
    const after = [...before, held('user:ada', 'rider', 'group:g')];
    expect(linesOf({ ...policy, assignments: before }, { ...policy, assignments: after })).toEqual([
      'gains user:ada: elevator_stop view in group:g outside group:h',
    ]);
  });

  test('a card that stays with its holder is not named beside him', () => {
    const credentials = [{ id: 'c', kind: 'card', user: 'ada', state: 'active' }];
    const assignments = [held('user:ada', 'guest', 'door:d')];
    expect(linesOf({ credentials }, { credentials, assignments })).toEqual([
      'gains user:ada: door view, place view in door:d',
    ]);
  });

  test('a span that is none is refused', () => {
    const engine = compilePolicy(BASE as unknown as Policy);
    expect(() => rightChanges(engine, engine, { from, until: from })).toThrow(RangeError);
  });
});
