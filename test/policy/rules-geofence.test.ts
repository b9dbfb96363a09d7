import { describe, expect, test } from 'vitest';
import { documentWith, issuesOf } from '../helpers/policies.js';

const SPOT = { latitude: 52.5, longitude: 13.4 };
const SQUARE = [
  [13, 52],
  [14, 52],
  [14, 53],
  [13, 53],
];

/** A fault, what is told of it, and the nearest document without it. */
type Row = [
  rule: string,
  told: string[],
  fault: Record<string, unknown>,
  sound: Record<string, unknown>,
];

const door = (members: object = {}) => ({ id: 'front', place: 'hq', ...members });
const lift = (members: object = {}, stop: object = {}) => ({
  id: 'lift',
  place: 'hq',
  stops: [{ id: 'l0', floor: 'f0', ...stop }],
  ...members,
});
const floors = [
  { id: 'f0', place: 'hq' },
  { id: 'f1', place: 'annex' },
];

const circle = { geofence: {} };
const located = [{ id: 'hq', location: SPOT }, { id: 'annex' }];

const GEOFENCES: Row[] = [
  [
    "a door's circle has a centre",
    ['geofence_centre /doors/0/restrictions/geofence'],
    { doors: [door({ restrictions: circle })] },
    { doors: [door({ restrictions: circle, location: SPOT })] },
  ],
  [
    "a door's circle may have the centre of its place",
    ['geofence_centre /doors/0/restrictions/geofence'],
    { doors: [door({ restrictions: circle, place: 'annex' })], places: located },
    { doors: [door({ restrictions: circle })], places: located },
  ],
  [
    'a polygon needs no centre',
    ['geofence_centre /doors/0/restrictions/geofence'],
    { doors: [door({ restrictions: { geofence: { radius: 50 } } })] },
    { doors: [door({ restrictions: { geofence: { polygon: SQUARE } } })] },
  ],
  [
    "a place's circle has a centre at each of its doors",
    ['geofence_centre /doors/1/location'],
    {
      places: [{ id: 'hq', restrictions: circle }],
      doors: [door({ location: SPOT }), door({ id: 'back' })],
    },
    { places: [{ id: 'hq', restrictions: circle }], doors: [door({ location: SPOT })] },
  ],
  [
    "a stop's circle has the centre of its place",
    ['geofence_centre /elevators/0/stops/0/restrictions/geofence'],
    { floors, elevators: [lift({}, { restrictions: circle })] },
    { floors, elevators: [lift({}, { restrictions: circle })], places: located },
  ],
  [
    "a place's circle has a centre for its stops",
    ['geofence_centre /elevators/0/place'],
    { floors: [floors[0]], elevators: [lift()], places: [{ id: 'hq', restrictions: circle }] },
    {
      floors: [floors[0]],
      elevators: [lift({ stops: [] })],
      places: [{ id: 'hq', restrictions: circle }],
    },
  ],
  [
    "a group's circle has a centre for each of its doors",
    ['geofence_centre /groups/0/restrictions/geofence'],
    {
      doors: [door({ location: SPOT }), door({ id: 'back' })],
      groups: [{ id: 'g', doors: ['front', 'back'], restrictions: circle }],
    },
    {
      doors: [door({ location: SPOT }), door({ id: 'back' })],
      groups: [{ id: 'g', doors: ['front'], restrictions: circle }],
    },
  ],
  [
    "a group's circle has a centre for each of its stops",
    ['geofence_centre /groups/0/restrictions/geofence'],
    { floors, elevators: [lift()], groups: [{ id: 'g', stops: ['l0'], restrictions: circle }] },
    {
      floors,
      elevators: [lift()],
      places: located,
      groups: [{ id: 'g', stops: ['l0'], restrictions: circle }],
    },
  ],
  [
    'a polygon has no radius',
    ['geofence_shape /places/0/restrictions/geofence/radius'],
    { places: [{ id: 'hq', restrictions: { geofence: { polygon: SQUARE, radius: 50 } } }] },
    { places: [{ id: 'hq', restrictions: { geofence: { polygon: SQUARE, accuracyMax: 50 } } }] },
  ],
  [
    'a circle has no accuracy limit of its own',
    ['geofence_shape /places/0/restrictions/geofence/accuracyMax'],
    { places: [{ id: 'hq', restrictions: { geofence: { accuracyMax: 50 } } }] },
    { places: [{ id: 'hq', restrictions: { geofence: { radius: 50 } } }] },
  ],
  [
    'a polygon encloses an area, on a stop',
    ['geofence_shape /elevators/0/stops/0/restrictions/geofence/polygon'],
    {
      floors,
      elevators: [
        lift(
          {},
          {
            restrictions: {
              geofence: {
                polygon: [
                  [0, 0],
                  [1, 1],
                  [2, 2],
                ],
              },
            },
          },
        ),
      ],
    },
    {
      floors,
      elevators: [
        lift(
          {},
          {
            restrictions: {
              geofence: {
                polygon: [
                  [0, 0],
                  [1, 1],
                  [2, 1],
                ],
              },
            },
          },
        ),
      ],
    },
  ],
  [
    'a polygon encloses an area, on a group',
    ['geofence_shape /groups/0/restrictions/geofence/polygon'],
    {
      groups: [
        {
          id: 'g',
          restrictions: {
            geofence: {
              polygon: [
                [0, 0],
                [1, 1],
                [1, 0],
                [0, 1],
              ],
            },
          },
        },
      ],
    },
    {
      groups: [
        {
          id: 'g',
          restrictions: {
            geofence: {
              polygon: [
                [0, 0],
                [1, 0],
                [1, 1],
                [0, 1],
              ],
            },
          },
        },
      ],
    },
  ],
  [
    'a polygon has three corners',
    ['geofence_shape /doors/0/restrictions/geofence/polygon'],
    { doors: [door({ restrictions: { geofence: { polygon: SQUARE.slice(0, 2) } } })] },
    { doors: [door({ restrictions: { geofence: { polygon: SQUARE.slice(0, 3) } } })] },
  ],
  [
    'a radius is more than nothing',
    ['value /places/0/restrictions/geofence/radius'],
    { places: [{ id: 'hq', restrictions: { geofence: { radius: 0 } } }] },
    { places: [{ id: 'hq', restrictions: { geofence: { radius: 0.1 } } }] },
  ],
  [
    'a radius is at most 10 km',
    ['value /places/0/restrictions/geofence/radius'],
    { places: [{ id: 'hq', restrictions: { geofence: { radius: 10_000.1 } } }] },
    { places: [{ id: 'hq', restrictions: { geofence: { radius: 10_000 } } }] },
  ],
  [
    'a latitude is at most 90',
    ['value /places/0/location/latitude'],
    { places: [{ id: 'hq', location: { latitude: 90.001, longitude: 0 } }] },
    { places: [{ id: 'hq', location: { latitude: 90, longitude: -180 } }] },
  ],
];

describe.each([['geofences', GEOFENCES]])('%s', (_name, rows) => {
  test.each(rows)('%s', (_rule, told, fault, sound) => {
    expect(issuesOf(documentWith(fault))).toEqual(told);
    expect(issuesOf(documentWith(sound))).toEqual([]);
  });
});
