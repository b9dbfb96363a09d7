/** What a change may not hold twice, make too large or take away while it is used. */
import { describe, expect, test } from 'vitest';
import { checkSizes } from '../../src/engine/change-rules.js';
import { snapshotOf } from '../../src/engine/compile.js';
import { type Changes, compilePolicy, type Issue, PolicyError } from '../../src/index.js';
import { COLLECTION_MAX } from '../../src/policy/document.js';

const hq = { id: 'hq' };
const front = { id: 'front', place: 'hq', readers: [{ id: 'r1' }] };
const back = { id: 'back', place: 'hq', readers: [{ id: 'r2' }] };
const lift = {
  ...{ id: 'lift', place: 'hq', readers: [{ id: 'r3' }] },
  stops: [
    { id: 'lift-0', floor: 'ground' },
    { id: 'lift-1', floor: 'ground' },
  ],
};
const hoist = { id: 'hoist', place: 'hq', stops: [{ id: 'hoist-0', floor: 'ground' }] };
const site = {
  version: 1,
  organization: { id: 'acme' },
  places: [hq, { id: 'annex' }],
  floors: [{ id: 'ground', place: 'hq' }],
  doors: [front, back],
  elevators: [lift, hoist],
  groups: [
    { id: 'staff', place: 'hq', doors: ['front'] },
    { id: 'riders', stops: ['lift-1'] },
  ],
  users: [{ id: 'ada' }, { id: 'bob' }],
  links: [{ id: 'ada' }],
  teams: [{ id: 'crew' }, { id: 'night' }],
  credentials: [{ id: 'card', kind: 'card', user: 'ada', state: 'active' }],
  schedules: [{ id: 'hours', timeZone: 'Europe/Berlin' }, { id: 'always' }],
  calendars: [{ id: 'holidays', days: [] }],
  lockdowns: [{ id: 'drill', scope: { type: 'place', id: 'annex' } }],
} as const;
const engine = compilePolicy<unknown>(site);

/** The issues a change is refused with. */
function issuesOf(changes: unknown, by = engine): readonly Issue[] {
  try {
    by.apply(changes as Changes);
  } catch (error) {
    if (error instanceof PolicyError) return error.issues;
    throw error;
  }
  return [];
}

const told = (changes: unknown, by = engine) =>
  issuesOf(changes, by).map(({ pointer, code, message }) => `${pointer} ${code}: ${message}`);

describe('an id that must be unique', () => {
  const side = { id: 'side', place: 'hq' };
  const twice = (pointer: string, id: string) => [`${pointer} duplicate: id used twice \`${id}\``];

  test.each([
    ['of a reader at a door', 'r1', { doors: [side] }],
    ['of a reader at an elevator', 'r3', { doors: [side] }],
  ])('%s is taken', (_, id, put) => {
    const doors = [back, { ...put.doors[0], readers: [{ id: 'new' }, { id }] }];
    expect(told({ put: { doors } })).toEqual(twice('/put/doors/1/readers/1/id', id));
  });

  test('of a reader is taken for elevators too', () => {
    const elevators = [{ ...hoist, readers: [{ id: 'r2' }] }];
    expect(told({ put: { elevators } })).toEqual(twice('/put/elevators/0/readers/0/id', 'r2'));
  });

  test('of a reader may be named again by whom it belongs to', () => {
    expect(told({ put: { doors: [front, back], elevators: [lift] } })).toEqual([]);
  });

  test('of a reader may not be named by two of one change', () => {
    const doors = [side, { id: 'gate', place: 'hq' }].map((door) => ({
      ...door,
      readers: [{ id: 'new' }],
    }));
    expect(told({ put: { doors } })).toEqual(twice('/put/doors/1/readers/0/id', 'new'));
  });

  test('of a reader is free when its door or elevator goes', () => {
    const put = { doors: [{ ...side, readers: [{ id: 'r2' }] }] };
    expect(told({ put, remove: { doors: ['back'] } })).toEqual([]);
    expect(told({ put, remove: { elevators: ['hoist'] } })).toEqual(
      twice('/put/doors/0/readers/0/id', 'r2'),
    );
    const third = { doors: [{ ...side, readers: [{ id: 'r3' }] }] };
    const groups = [{ id: 'riders' }];
    expect(told({ put: { ...third, groups }, remove: { elevators: ['lift'] } })).toEqual([]);
    expect(told({ put: { ...third, groups }, remove: { doors: ['back'] } })).toEqual(
      twice('/put/doors/0/readers/0/id', 'r3'),
    );
  });

  test('of a reader is not free because an elevator has the id of its door', () => {
    const named = { id: 'back', place: 'hq', stops: [] };
    const elevators = [named];
    const doors = [{ ...side, readers: [{ id: 'r2' }] }];
    expect(told({ put: { doors, elevators } })).toEqual(twice('/put/doors/0/readers/0/id', 'r2'));
    const liftDoor = { id: 'lift', place: 'hq' };
    const put = { doors: [liftDoor, { ...side, readers: [{ id: 'r3' }] }] };
    expect(told({ put })).toEqual(twice('/put/doors/1/readers/0/id', 'r3'));
  });

  test('of a stop is taken', () => {
    const ramp = { id: 'ramp', place: 'hq', stops: [{ id: 'ramp-0', floor: 'ground' }] };
    const twin = { id: 'twin', place: 'hq', stops: ramp.stops };
    expect(told({ put: { elevators: [lift, ramp] } })).toEqual([]);
    expect(told({ put: { elevators: [ramp, twin] } })).toEqual(
      twice('/put/elevators/1/stops/0/id', 'ramp-0'),
    );
  });
});

describe('a collection', () => {
  test('may be as large as a document may hold, and no larger', () => {
    const places = Array.from({ length: COLLECTION_MAX.places - 2 }, (_, at) => ({ id: `p${at}` }));
    const full = engine.apply({ put: { places } });
    const sizes = (changes: unknown) => {
      const found: Issue[] = [];
      checkSizes(snapshotOf(full), changes as Changes, (issue) => found.push(issue));
      return found;
    };
    expect(sizes({ put: { places: [], users: [] } })).toEqual([]);
    expect(sizes({})).toEqual([]);
    expect(told({ put: { places: [{ id: 'more' }], users: [{ id: 'eve' }] } }, full)).toEqual([
      '/put/places too_large: more than 10000 elements `10001`',
    ]);
  });
});

test('what is still in use is named, with its place in the change', () => {
  const used = (pointer: string, id: string) =>
    `${pointer} reference: still in use by another element \`${id}\``;
  const remove = { users: ['bob', 'ada'], floors: ['ground'] };
  expect(told({ remove }).sort()).toEqual([
    used('/remove/floors/0', 'ground'),
    used('/remove/users/1', 'ada'),
  ]);
  const elevators = [{ ...lift, stops: [lift.stops[0]] }];
  expect(told({ put: { elevators } })).toEqual([used('/put/elevators', 'lift-1')]);
});

describe('what somebody holds once', () => {
  const right = (id: string, parts: object = {}) => ({
    id,
    subject: { type: 'user', id: 'ada' },
    role: 'place_door_access',
    scope: { type: 'place', id: 'hq' },
    ...parts,
  });
  const crown = (id: string, user: string, role = 'organization_owner') => ({
    ...right(id, { subject: { type: 'user', id: user }, role }),
    scope: { type: 'organization', id: 'acme' },
  });
  const strict = compilePolicy<unknown>({
    ...site,
    organization: { id: 'acme', roles: 'kisi' },
    assignments: [
      right('a1'),
      right('a2', { scope: { type: 'place', id: 'annex' } }),
      right('t1', { subject: { type: 'team', id: 'crew' } }),
      crown('owner', 'bob'),
    ],
  });
  const put = (...assignments: object[]) => told({ put: { assignments } }, strict);
  const second = (index: number, scope = 'place `hq`') =>
    `/put/assignments/${index} one_per_scope: a second role at ${scope}`;

  test('is a role at a scope, where the model says so', () => {
    expect(
      put(
        right('a3', {
          scope: { type: 'place', id: 'annex' },
          subject: { type: 'user', id: 'bob' },
        }),
        right('a4'),
      ),
    ).toEqual([second(1)]);
    expect(put(right('a1', { role: 'place_access_manager' }))).toEqual([]);
    expect(put(right('a2'), right('a5', { scope: { type: 'place', id: 'annex' } }))).toEqual([
      second(0),
    ]);
    expect(put(right('a6', { role: 'place_administrator' }), right('a7'))).toEqual([
      second(0),
      second(1),
    ]);
  });

  test('is no matter where the model does not say so', () => {
    const owner = (id: string, user: string) => ({
      ...right(id, { subject: { type: 'user', id: user } }),
      role: 'place_owner',
    });
    const loose = compilePolicy<unknown>({
      ...site,
      organization: { id: 'acme', roles: 'kisi_standard' },
      assignments: [owner('owner', 'bob')],
    });
    const twice = ['b1', 'b2'].map((id) => right(id, { role: 'basic_user' }));
    expect(told({ put: { assignments: twice } }, loose)).toEqual([]);
    expect(told({ put: { assignments: [owner('second', 'ada')] } }, loose)).toEqual([
      '/put/assignments/0/role role_unique: a second holder of the unique role `place_owner`',
    ]);
  });

  test('is not counted over a user and a link of one id, nor of teams', () => {
    expect(put(right('l1', { subject: { type: 'link', id: 'ada' } }))).toEqual([]);
    expect(put(right('t2', { subject: { type: 'team', id: 'crew' } }))).toEqual([]);
    expect(
      put(
        right('l1', { subject: { type: 'link', id: 'ada' } }),
        right('t2', {
          subject: { type: 'team', id: 'crew' },
        }),
        right('a8'),
      ),
    ).toEqual([second(2)]);
  });

  test('is counted after what the change takes away', () => {
    const changes = { put: { assignments: [right('a9')] }, remove: { assignments: ['a1'] } };
    expect(told(changes, strict)).toEqual([]);
  });

  test('is a unique role, whose holder may be put anew or change', () => {
    expect(put(crown('second', 'ada'))).toEqual([
      '/put/assignments/0/role role_unique: a second holder of the unique role `organization_owner`',
    ]);
    expect(put(crown('owner', 'bob'))).toEqual([]);
    expect(put(crown('owner', 'ada'))).toEqual([]);
    const both = [crown('owner', 'ada'), crown('third', 'bob')];
    expect(put(...both)).toHaveLength(2);
  });
});
