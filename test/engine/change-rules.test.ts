/** What a change alone shows to be wrong, and which changes are read with the whole policy. */
import { describe, expect, test } from 'vitest';
import { elementOf, reachesFar } from '../../src/engine/change-rules.js';
import { snapshotOf } from '../../src/engine/compile.js';
import { type Changes, compilePolicy, type Issue, PolicyError } from '../../src/index.js';

const GATE = { latitude: 52.5, longitude: 13.4 };
const CIRCLE = { radiusMetres: 50 };
const CORNERS = [
  { latitude: 52, longitude: 13 },
  { latitude: 52, longitude: 14 },
  { latitude: 53, longitude: 13 },
];

const hq = { id: 'hq', timeZone: 'Europe/Berlin', location: GATE, capacity: 5 };
const front = { id: 'front', place: 'hq', location: GATE, readers: [{ id: 'r1' }] };
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

const far = (changes: unknown) => reachesFar(snapshotOf(engine), changes as Changes);

describe('an element is found as it is written', () => {
  test.each(
    (['places', 'floors', 'doors', 'elevators', 'groups', 'users', 'links', 'teams'] as const)
      .map((name) => [name, site[name]] as const)
      .concat(
        (['credentials', 'schedules', 'calendars', 'lockdowns'] as const).map(
          (name) => [name, site[name]] as never,
        ),
      ),
  )('of %s', (collection, elements) => {
    for (const element of elements) {
      expect(elementOf(snapshotOf(engine), collection, element.id)).toEqual(element);
    }
    expect(elementOf(snapshotOf(engine), collection, 'nothing')).toBeUndefined();
  });
});

describe('read with the whole policy is a change that', () => {
  const { location: _, ...homeless } = front;
  const { timeZone: _zone, ...zoneless } = hq;
  const { location: _location, ...nowhere } = hq;
  const { capacity: _capacity, ...roomy } = hq;
  test.each([
    ['puts the organisation', { organization: { id: 'acme' } }],
    ['moves a floor', { put: { floors: [{ id: 'ground', place: 'annex' }] } }],
    ['moves a door', { put: { doors: [back, { ...front, place: 'annex' }] } }],
    ['moves an elevator', { put: { elevators: [{ ...hoist, place: 'annex' }] } }],
    ['moves a group', { put: { groups: [{ id: 'staff', place: 'annex' }] } }],
    ['takes a group out of its place', { put: { groups: [{ id: 'staff' }] } }],
    ['takes the zone of a place', { put: { places: [{ id: 'new' }, zoneless] } }],
    ['takes the location of a place', { put: { places: [nowhere] } }],
    ['takes the capacity of a place', { put: { places: [roomy] } }],
    [
      'puts a circle round a place without a location',
      { put: { places: [{ id: 'annex', restrictions: { geofence: CIRCLE } }] } },
    ],
    [
      'moves a stop to another elevator',
      { put: { elevators: [{ ...hoist, stops: [hoist.stops[0], lift.stops[1]] }] } },
    ],
    ['takes the location of a door', { put: { doors: [homeless] } }],
    ['takes the zone of a schedule', { put: { schedules: [{ id: 'hours' }] } }],
  ])('%s', (_, changes) => {
    expect(far(changes)).toBe(true);
  });

  const fenced = (geofence: object) => ({ id: 'annex', restrictions: { geofence } });
  test.each([
    ['nothing', {}],
    ['empty lists', { put: {} }],
    ['what is there as it is', { put: site }],
    ['removals', { remove: { doors: ['front'], places: ['annex'] } }],
    [
      'new elements',
      {
        put: {
          places: [{ id: 'shed' }],
          floors: [{ id: 'attic', place: 'annex' }],
          doors: [{ id: 'side', place: 'annex' }],
          elevators: [{ id: 'ramp', place: 'annex', stops: [{ id: 'ramp-0', floor: 'attic' }] }],
          groups: [{ id: 'all', place: 'annex' }],
          schedules: [{ id: 'night' }],
        },
      },
    ],
    ['a place that gets a zone', { put: { places: [{ id: 'annex', timeZone: 'UTC' }] } }],
    ['a place that gets a location', { put: { places: [{ id: 'annex', location: GATE }] } }],
    ['a place that gets a capacity', { put: { places: [{ id: 'annex', capacity: 2 }] } }],
    ['a place with another zone', { put: { places: [{ ...hq, timeZone: 'UTC' }] } }],
    ['a polygon round a place', { put: { places: [fenced({ polygon: CORNERS })] } }],
    ['a restriction of a place', { put: { places: [{ id: 'annex', restrictions: {} }] } }],
    [
      'a circle round a place that has a location',
      { put: { places: [{ ...hq, restrictions: { geofence: CIRCLE } }] } },
    ],
    [
      'a circle round a new place',
      { put: { places: [{ id: 'shed', restrictions: { geofence: CIRCLE } }] } },
    ],
    ['a door that gets a location', { put: { doors: [{ ...back, location: GATE }] } }],
    ['a schedule that gets a zone', { put: { schedules: [{ id: 'always', timeZone: 'UTC' }] } }],
    ['a stop that goes', { put: { elevators: [{ ...lift, stops: [lift.stops[1]] }] } }],
  ])('not one of %s', (_, changes) => {
    expect(far(changes)).toBe(false);
  });

  test.each([
    [{ floors: [{ id: 'ground', place: 'annex' }] }, '/elevators/0/stops/0/floor place_mismatch'],
    [{ doors: [{ ...front, place: 'annex' }] }, '/groups/0/doors/0 place_mismatch'],
    [{ elevators: [{ ...lift, place: 'annex' }] }, '/put/elevators/0/stops/0/floor place_mismatch'],
    [
      { groups: [{ id: 'staff', place: 'annex', doors: ['front'] }] },
      '/put/groups/0/doors/0 place_mismatch',
    ],
  ])('and is refused for what it does to others: %j', (put, issue) => {
    expect(issuesOf({ put }).map(({ pointer, code }) => `${pointer} ${code}`)).toContain(issue);
  });
});

describe('a stop is looked up', () => {
  const ground = { id: 'lift-0', floor: 'ground' };
  const riders = (...stops: string[]) => ({ groups: [{ id: 'riders', stops }] });
  const unknown = (id: string) => [`/put/groups/0/stops/0 reference: unknown stop \`${id}\``];
  const mismatch = (id: string, place: string) => [
    `/put/groups/0/stops/0 place_mismatch: a stop of another place, \`${place}\`: \`${id}\``,
  ];

  test('in the elevators that are there', () => {
    const free = { put: { groups: [{ id: 'free', stops: ['hoist-0', 'lift-0'] }] } };
    expect(told(free)).toEqual([]);
    expect(told({ put: { groups: [{ id: 'free', place: 'hq', stops: ['lift-1'] }] } })).toEqual([]);
    const away = { groups: [{ id: 'free', place: 'annex', stops: ['lift-1'] }] };
    expect(told({ put: away })).toEqual(mismatch('lift-1', 'hq'));
    expect(told({ put: { groups: [{ id: 'free', stops: ['cellar'] }] } })).toEqual(
      unknown('cellar'),
    );
  });

  test('in an elevator of the same change, beside others', () => {
    const ramp = { id: 'ramp', place: 'annex', stops: [{ id: 'ramp-0', floor: 'yard' }] };
    const put = {
      floors: [{ id: 'yard', place: 'annex' }],
      elevators: [lift, ramp],
      groups: [{ id: 'free', place: 'annex', stops: ['ramp-0'] }],
    };
    expect(told({ put })).toEqual([]);
    expect(told({ put: { ...put, groups: [{ ...put.groups[0], place: 'hq' }] } })).toEqual(
      mismatch('ramp-0', 'annex'),
    );
    expect(told({ put: { ...put, groups: [{ id: 'free', stops: ['ramp-1'] }] } })).toEqual(
      unknown('ramp-1'),
    );
  });

  test('not in an elevator that the change takes away', () => {
    const group = { groups: [{ id: 'free', stops: ['hoist-0'] }] };
    expect(told({ put: group, remove: { elevators: ['hoist'] } })).toEqual(unknown('hoist-0'));
    expect(
      told({ put: { groups: [{ id: 'free', doors: ['back'] }] }, remove: { doors: ['back'] } }),
    ).toEqual(['/put/groups/0/doors/0 reference: unknown door `back`']);
  });

  test('not among the stops an elevator had before', () => {
    const put = { elevators: [{ ...lift, stops: [ground] }], ...riders('lift-1') };
    expect(told({ put })).toEqual(unknown('lift-1'));
    expect(told({ put: { ...put, ...riders('lift-0') } })).toEqual([]);
  });
});
