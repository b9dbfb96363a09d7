/** What something else names cannot be removed, whoever names it; what nobody names any more can. */
import { describe, expect, test } from 'vitest';
import { type Changes, compilePolicy, PolicyError } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';

const lock = (type: string, id: string) => ({ lockdowns: [{ id: 'l', scope: { type, id } }] });
const held = (type: string, id: string) => ({
  assignments: [right('a', 'ada', { scope: { type, id }, role: 'guest' })],
});
const lift = (parts: object = {}) => ({
  elevators: [{ id: 'e', place: 'hq', stops: [{ id: 's', floor: 'f', ...parts }] }],
});
const door = (parts: object) => ({
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'd', place: 'hq', ...parts },
  ],
});
const card = { credentials: [{ id: 'c', kind: 'card', user: 'x', state: 'active' }] };
const crew = { teams: [{ id: 't', users: ['x'] }] };
const mine = { assignments: [right('a', 'x', { role: 'guest' })] };
const group = {
  groups: [
    { id: 'staff', doors: ['front'] },
    { id: 'g', doors: ['x'] },
  ],
};
const own = {
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'x', place: 'hq' },
  ],
};
const shed = { places: [{ id: 'hq' }, { id: 'x' }], doors: [{ id: 'front', place: 'hq' }] };
const inside = {
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'd', place: 'x' },
  ],
};

/** A site with one `x` of a collection, to which `parts` refer, and the same without them. */
function pair(collection: string, parts: object) {
  const bare = {
    floors: [{ id: 'f', place: 'hq' }],
    ...(collection === 'places' ? shed : {}),
    ...(collection === 'doors' ? own : {}),
    ...(collection === 'users' ? { users: [{ id: 'ada' }, { id: 'x' }] } : {}),
    ...(collection === 'links' ? { links: [{ id: 'x' }] } : {}),
    ...(collection === 'teams' ? { teams: [{ id: 'x' }] } : {}),
    ...(collection === 'floors'
      ? {
          floors: [
            { id: 'f', place: 'hq' },
            { id: 'x', place: 'hq' },
          ],
        }
      : {}),
    ...(collection === 'groups'
      ? {
          groups: [
            { id: 'staff', doors: ['front'] },
            { id: 'x', doors: ['front'] },
          ],
        }
      : {}),
    schedules: [{ id: 'y' }, ...(collection === 'schedules' ? [{ id: 'x' }] : [])],
    calendars: collection === 'calendars' ? [{ id: 'x', days: [] }] : [],
  };
  const compiled = (own: object) =>
    compilePolicy<unknown>({
      ...site(bare),
      organization: { id: 'org', timeZone: 'UTC', roles: 'kiwi' },
      ...own,
    });
  return { bare: compiled({}), used: compiled(parts) };
}

function removed(engine: ReturnType<typeof compilePolicy>, collection: string): string {
  try {
    engine.apply({ remove: { [collection]: ['x'] } } as Changes);
    return 'removed';
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.issues.map(({ pointer, code }) => `${pointer} ${code}`).join();
  }
}

describe('removed is only what nothing names:', () => {
  test.each([
    ['places', 'a door in it', inside],
    ['places', 'an assignment at it', held('place', 'x')],
    ['places', 'a lockdown at it', lock('place', 'x')],
    ['places', 'a door in it and an assignment at it', { ...inside, ...held('place', 'x') }],
    ['places', 'a door in it and a lockdown at it', { ...inside, ...lock('place', 'x') }],
    ['places', 'a floor of it', { floors: [{ id: 'f', place: 'x' }] }],
    ['places', 'an elevator in it', { elevators: [{ id: 'e', place: 'x', stops: [] }] }],
    [
      'places',
      'an elevator in it with a stop',
      {
        floors: [
          { id: 'f', place: 'hq' },
          { id: 'g', place: 'x' },
        ],
        elevators: [{ id: 'e', place: 'x', stops: [{ id: 's', floor: 'g' }] }],
      },
    ],
    ['places', 'a group of it', { groups: [{ id: 'staff' }, { id: 'g', place: 'x' }] }],
    ['doors', 'a group with it', group],
    ['doors', 'an assignment at it', held('door', 'x')],
    ['doors', 'a lockdown at it', lock('door', 'x')],
    ['doors', 'a group with it and an assignment at it', { ...group, ...held('door', 'x') }],
    ['doors', 'a group with it and a lockdown at it', { ...group, ...lock('door', 'x') }],
    ['groups', 'an assignment at it', held('group', 'x')],
    ['users', 'a credential', card],
    ['users', 'a team', crew],
    ['users', 'an assignment', mine],
    ['users', 'a team and a credential', { ...crew, ...card }],
    ['users', 'a team and an assignment', { ...crew, ...mine }],
    ['users', 'a tenancy', door({ tenant: { user: 'x', since: '2026-01-01T00:00:00Z' } })],
    ['users', 'a grant', { assignments: [right('a', 'ada', { role: 'guest', grantedBy: 'x' })] }],
    ['teams', 'a team', { teams: [{ id: 'x' }, { id: 't', teams: ['x'] }] }],
    ['floors', 'a door', door({ floor: 'x' })],
    ['floors', 'a stop', lift({ floor: 'x' })],
    ['schedules', 'a restriction of a stop', lift({ restrictions: { schedule: 'x' } })],
    ['schedules', 'an unlock of a stop', lift({ unlock: [{ schedule: 'x' }] })],
    ['schedules', 'an unlock of a door', door({ unlock: [{ schedule: 'x' }] })],
    ['schedules', 'a first arrival', door({ unlock: [{ schedule: 'y', firstToArrive: 'x' }] })],
    [
      'schedules',
      'a validity',
      { assignments: [right('a', 'ada', { role: 'guest', validity: { schedule: 'x' } })] },
    ],
    ['calendars', 'a schedule', { schedules: [{ id: 'y', calendar: 'x' }] }],
    [
      'calendars',
      'an inline schedule',
      {
        assignments: [
          right('a', 'ada', { role: 'guest', validity: { schedule: { calendar: 'x' } } }),
        ],
      },
    ],
  ])('of %s, %s', (collection, _, parts) => {
    const { bare, used } = pair(collection, parts);
    expect(removed(bare, collection)).toBe('removed');
    expect(removed(used, collection)).toContain(`/remove/${collection}/0 reference`);
    // And it may go in the change that takes away or empties what named it.
    const put: Record<string, unknown> = {};
    const remove: Record<string, string[]> = { [collection]: ['x'] };
    for (const [name, elements] of Object.entries(parts)) {
      const there = bare.policy[name as 'doors'] ?? [];
      const ids = new Set(there.map(({ id }) => id));
      put[name] = there.filter(({ id }) => id !== 'x' || name !== collection);
      const gone = (elements as { id: string }[]).filter(({ id }) => !ids.has(id));
      if (gone.length > 0) remove[name] = [...(remove[name] ?? []), ...gone.map(({ id }) => id)];
    }
    const changes = { put, remove } as Changes;
    expect(() => used.apply(changes)).not.toThrow();
  });

  test('two that name it both have to go', () => {
    const shared = door({ floor: 'x' });
    const { used } = pair('floors', {
      doors: [{ ...shared.doors[0], floor: 'x' }, shared.doors[1]],
    });
    const one = used.apply({ put: { doors: [{ id: 'd', place: 'hq' }] } });
    expect(removed(one, 'floors')).toBe('/remove/floors/0 reference');
    const none = one.apply({ put: { doors: [{ id: 'front', place: 'hq', floor: 'f' }] } });
    expect(removed(none, 'floors')).toBe('removed');
  });

  test('an elevator, while no group names one of its stops', () => {
    const { used } = pair('floors', lift());
    expect(used.apply({ remove: { elevators: ['e'] } }).policy.elevators).toBeUndefined();
    const grouped = used.apply({ put: { groups: [{ id: 'g', stops: ['s'] }] } });
    const elevators = ['e'];
    expect(() => grouped.apply({ remove: { elevators } })).toThrow(
      'still in use by another element `s`',
    );
    expect(() => grouped.apply({ remove: { elevators, groups: ['g'] } })).not.toThrow();
  });
});
