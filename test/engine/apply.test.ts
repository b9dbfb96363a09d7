import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import type { Issue } from '../../src/index.js';
import {
  authorizeChange,
  type Changes,
  compilePolicy,
  PolicyError,
  parsePolicy,
} from '../../src/index.js';

const TIME = '2026-11-22T09:00:00Z';

const site = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq', restrictions: { schedule: 'hours' } }, { id: 'annex' }],
  floors: [{ id: 'ground', place: 'hq' }],
  doors: [
    { id: 'front', place: 'hq', floor: 'ground', readers: [{ id: 'r1' }] },
    { id: 'back', place: 'hq', readers: [{ id: 'r2' }] },
  ],
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'lift-0', floor: 'ground' }] }],
  groups: [{ id: 'staff', doors: ['front'], stops: ['lift-0'] }],
  users: [{ id: 'ada' }, { id: 'bob' }, { id: 'chief' }],
  teams: [{ id: 'crew', users: ['ada'] }],
  credentials: [{ id: 'card', kind: 'card', user: 'ada', state: 'active' }],
  assignments: [
    {
      id: 'a1',
      subject: { type: 'user', id: 'ada' },
      role: 'door_access',
      scope: { type: 'group', id: 'staff' },
      grantedBy: 'chief',
    },
    {
      id: 'owner',
      subject: { type: 'user', id: 'chief' },
      role: 'organization_owner',
      scope: { type: 'organization', id: 'acme' },
    },
  ],
  schedules: [{ id: 'hours', calendar: 'holidays' }],
  calendars: [{ id: 'holidays', days: [{ date: '2026-12-25' }] }],
  lockdowns: [{ id: 'drill', scope: { type: 'place', id: 'annex' } }],
} as const;

const engine = compilePolicy<unknown>(site);

/** The issues a change is refused with. */
function issuesOf(changes: unknown): readonly Issue[] {
  try {
    engine.apply(changes as Changes);
  } catch (error) {
    if (error instanceof PolicyError) return error.issues;
    throw error;
  }
  return [];
}

function found(changes: unknown): string[] {
  return issuesOf(changes).map(({ pointer, code }) => `${pointer} ${code}`);
}

function opens(subject: string, door: string, by = engine): boolean {
  return by.can(subject, 'unlock', door, { time: TIME });
}

describe('what is still in use cannot be removed', () => {
  const inUse: Record<string, string> = {
    places: 'hq',
    floors: 'ground',
    doors: 'front',
    groups: 'staff',
    users: 'ada',
    schedules: 'hours',
    calendars: 'holidays',
  };
  for (const [collection, id] of Object.entries(inUse)) {
    test(`${collection}: \`${id}\` is refused, and named`, () => {
      expect(found({ remove: { [collection]: [id] } })).toEqual([
        `/remove/${collection}/0 reference`,
      ]);
    });
  }

  test('somebody who granted a right is in use (R1)', () => {
    const left = engine.apply({
      put: { assignments: [{ ...site.assignments[1], subject: { type: 'user', id: 'bob' } }] },
    });
    expect(() => left.apply({ remove: { users: ['chief'] } })).toThrow(PolicyError);
  });

  test('an elevator whose stop a group names is refused', () => {
    expect(found({ remove: { elevators: ['lift'] } })).toEqual(['/put/elevators reference']);
  });

  test('with whoever uses it, it may go', () => {
    const next = engine.apply({
      remove: { credentials: ['card'], assignments: ['a1'], teams: ['crew'], users: ['ada'] },
    });
    expect(opens('ada', 'front')).toBe(true);
    expect(opens('ada', 'front', next)).toBe(false);
  });
});

describe('a change is read strictly', () => {
  test.each([
    [{ revision: { toString: null } }, '/revision value'],
    [{ revision: 0 }, '/revision value'],
    [{ puts: {} }, '/puts unknown_member'],
    [{ put: { door: [] } }, '/put/door unknown_member'],
    [{ put: { doors: {} } }, '/put/doors type'],
    [{ put: { places: new Array(10_001) } }, '/put/places too_large'],
    [{ remove: { users: ['nobody'] } }, '/remove/users/0 reference'],
    [{ remove: { users: [7] } }, '/remove/users/0 type'],
    [{ put: { users: [{ id: 'bob' }] }, remove: { users: ['bob'] } }, '/remove/users/0 duplicate'],
    [{ put: { users: [{ id: 'eve' }, { id: 'eve' }] } }, '/put/users/1/id duplicate'],
    [{ put: { doors: [{ id: 'side', place: 'nowhere' }] } }, '/put/doors/0/place reference'],
    [null, ' type'],
  ])('%j is refused at its place', (changes, issue) => {
    expect(found(changes)).toEqual([issue]);
  });

  test('what would make a collection larger than a document may hold is refused', () => {
    const places = Array.from({ length: 9_999 }, (_, index) => ({ id: `p${index}` }));
    expect(found({ put: { places } })).toEqual(['/put/places too_large']);
  });
});

describe('readers', () => {
  const swapped: Changes = {
    put: {
      doors: [
        { ...site.doors[0], readers: [{ id: 'r2' }] },
        { ...site.doors[1], readers: [{ id: 'r1' }] },
      ],
    },
  };

  test('may change doors within one change', () => {
    expect(found(swapped)).toEqual([]);
  });

  test('stay taken after they changed doors', () => {
    const next = engine.apply(swapped);
    for (const id of ['r1', 'r2']) {
      const third = { put: { doors: [{ id: 'side', place: 'hq', readers: [{ id }] }] } };
      expect(() => next.apply(third)).toThrow(/used twice/);
    }
  });

  test('pass from a door to an elevator', () => {
    const next = engine.apply({
      put: {
        doors: [{ id: 'front', place: 'hq' }],
        elevators: [{ ...site.elevators[0], readers: [{ id: 'r1' }] }],
      },
    });
    expect(() => next.apply({ put: { doors: [site.doors[0]] } })).toThrow(/used twice/);
  });
});

describe('what a change reaches', () => {
  test('a circle put round a place without a location is refused', () => {
    const places = [
      { id: 'annex', restrictions: { geofence: {} } },
      { ...site.places[0], restrictions: { geofence: {} } },
    ];
    expect(found({ put: { places } }).every((issue) => issue.endsWith('geofence_centre'))).toBe(
      true,
    );
    expect(found({ put: { places } })).not.toEqual([]);
  });

  test('a lockdown put on the organisation closes a door that a check had found open', () => {
    expect(opens('ada', 'front')).toBe(true);
    const locked = engine.apply({
      put: { lockdowns: [{ id: 'all', scope: { type: 'organization', id: 'acme' } }] },
    });
    expect(opens('ada', 'front', locked)).toBe(false);
    expect(opens('ada', 'front', locked.apply({ remove: { lockdowns: ['all'] } }))).toBe(true);
    expect(opens('ada', 'front')).toBe(true);
  });

  test('a user removed and added again holds nothing of before', () => {
    const gone = engine.apply({
      remove: { credentials: ['card'], assignments: ['a1'], teams: ['crew'], users: ['ada'] },
    });
    const back = gone.apply({ put: { users: [{ id: 'ada' }] } });
    expect(opens('ada', 'front', back)).toBe(false);
    expect(back.access({ type: 'user', id: 'ada' }, { time: TIME })).toEqual([]);
  });

  test('a calendar put anew changes the schedules that use it', () => {
    const onMonday = { time: '2026-11-23T09:00:00Z' };
    expect(engine.can('ada', 'unlock', 'front', onMonday)).toBe(true);
    const days = [{ date: '2026-11-23' }];
    const closed = engine.apply({ put: { calendars: [{ id: 'holidays', days }] } });
    expect(closed.can('ada', 'unlock', 'front', onMonday)).toBe(false);
    expect(engine.can('ada', 'unlock', 'front', onMonday)).toBe(true);
  });
});

describe('ids', () => {
  const numbers = (collection: 'users' | 'links') =>
    snapshotOf(engine).tables[collection].numbering.size;

  test('of a refused change are not remembered', () => {
    const before = numbers('users');
    const users = [{ id: 'x1' }, { id: 'x2' }];
    expect(found({ put: { users }, remove: { groups: ['staff'] } })).toEqual([
      '/remove/groups/0 reference',
    ]);
    expect(numbers('users')).toBe(before);
  });

  test('of a change that is only judged are not remembered', () => {
    const before = numbers('users');
    const decision = authorizeChange(
      engine,
      { type: 'user', id: 'bob' },
      { put: { users: [{ id: 'x3' }] } },
      { time: TIME },
    );
    expect(decision.decision).toBe(false);
    expect(numbers('users')).toBe(before);
  });

  test('of elements long gone are forgotten, and answers stay', () => {
    const few = compilePolicy<unknown>({
      version: 1,
      organization: { id: 'o' },
      users: [{ id: 'u' }],
    });
    let next = few;
    for (let round = 0; round < 8; round++) {
      const links = Array.from({ length: 10_000 }, (_, index) => ({ id: `l${round}-${index}` }));
      next = next.apply({ put: { links } });
      next = next.apply({ remove: { links: links.map(({ id }) => id) } });
    }
    expect(snapshotOf(next).tables.links.numbering.size).toBeLessThan(70_000);
    expect(next.revision).toBe(16);
    expect(next.policy).toEqual({ ...few.policy, revision: 16 });
  });
});

test('the policy of a changed engine parses, and says the same', () => {
  const next = engine.apply({
    put: {
      teams: [
        { id: 'crew', users: ['ada', 'bob'] },
        { id: 'all', teams: ['crew'] },
      ],
    },
    remove: { lockdowns: ['drill'] },
  });
  const parsed = parsePolicy(next.policy);
  expect(parsed.ok && parsed.value).toEqual(next.policy);
  expect(next.policy.lockdowns).toBeUndefined();
});

describe('teams', () => {
  test('nested twenty thousand deep give their rights to the lowest member', () => {
    const teams = Array.from({ length: 20_000 }, (_, level) =>
      level === 0 ? { id: 't0', users: ['ada'] } : { id: `t${level}`, teams: [`t${level - 1}`] },
    );
    const deep = compilePolicy<unknown>({
      ...site,
      teams,
      assignments: [
        {
          id: 'top',
          subject: { type: 'team', id: 't19999' },
          role: 'door_access',
          scope: { type: 'group', id: 'staff' },
        },
      ],
    });
    expect(opens('ada', 'front', deep)).toBe(true);
    expect(opens('bob', 'front', deep)).toBe(false);
    const cut = deep.apply({ put: { teams: [{ id: 't5000' }] } });
    expect(opens('ada', 'front', cut)).toBe(false);
  });

  test('in which one id stands two hundred thousand times are listed', () => {
    const many = new Array<string>(200_000).fill('crew');
    const wide = engine.apply({
      put: {
        teams: [{ id: 'all', teams: many }],
        assignments: [
          {
            id: 'all-hq',
            subject: { type: 'team', id: 'all' },
            role: 'place_door_access',
            scope: { type: 'place', id: 'hq' },
          },
        ],
      },
    });
    const found = wide.searchSubjects({
      subject: { type: 'user' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: 'back' },
      context: { time: TIME },
    });
    expect(found.results).toContainEqual({ type: 'user', id: 'ada' });
  });
});

test('a change of many plain assignments shares what it does not touch', () => {
  const users = Array.from({ length: 70_000 }, (_, index) => ({ id: `u${index}` }));
  const large = compilePolicy<unknown>({
    ...site,
    users: [...site.users, ...users],
    assignments: [
      ...site.assignments,
      ...users.map(({ id }) => ({
        id: `r-${id}`,
        subject: { type: 'user', id },
        role: 'door_access',
        scope: { type: 'group', id: 'staff' },
      })),
    ],
  });
  const next = large.apply({ put: { users: [{ id: 'u1', active: false }] } });
  const before = snapshotOf(large).tables;
  const after = snapshotOf(next).tables;
  expect(after.assignments).toBe(before.assignments);
  expect(after.doors).toBe(before.doors);
  expect(after.users.numbering).toBe(before.users.numbering);
  expect(
    after.users.blocks.filter((block, index) => block !== before.users.blocks[index]),
  ).toHaveLength(1);
});
