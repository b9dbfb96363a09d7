import { describe, expect, test } from 'vitest';
import { documentWith, issuesOf } from '../helpers/policies.js';

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
const office = [{ id: 'office' }];

const NO_ZONE = { organization: { id: 'acme' } };
const IN_ZONE = {
  organization: { id: 'acme' },
  places: [{ id: 'hq', timeZone: 'Europe/Berlin' }, { id: 'annex' }],
};

const ZONES: Row[] = [
  [
    'a place has a zone where its schedule needs one',
    ['time_zone_missing /places/0/restrictions/schedule'],
    { ...NO_ZONE, places: [{ id: 'hq', restrictions: { schedule: 'office' } }], schedules: office },
    {
      ...NO_ZONE,
      places: [{ id: 'hq', timeZone: 'Europe/Berlin', restrictions: { schedule: 'office' } }],
      schedules: office,
    },
  ],
  [
    'a door has a zone where its schedule needs one',
    ['time_zone_missing /doors/0/restrictions/schedule'],
    { ...NO_ZONE, doors: [door({ restrictions: { schedule: 'office' } })], schedules: office },
    {
      ...NO_ZONE,
      doors: [door({ restrictions: { schedule: 'office' } })],
      schedules: [{ id: 'office', timeZone: 'Europe/Berlin' }],
    },
  ],
  [
    'a stop has a zone where its schedule needs one',
    ['time_zone_missing /elevators/0/stops/0/restrictions/schedule'],
    {
      ...NO_ZONE,
      floors,
      elevators: [lift({}, { restrictions: { schedule: 'office' } })],
      schedules: office,
    },
    {
      ...IN_ZONE,
      floors,
      elevators: [lift({}, { restrictions: { schedule: 'office' } })],
      schedules: office,
    },
  ],
  [
    'an unlock and its arrival have a zone',
    [
      'time_zone_missing /doors/0/unlock/0/schedule',
      'time_zone_missing /doors/0/unlock/0/firstToArrive',
    ],
    {
      ...NO_ZONE,
      doors: [door({ unlock: [{ schedule: 'office', firstToArrive: 'office' }] })],
      schedules: office,
    },
    {
      ...IN_ZONE,
      doors: [door({ unlock: [{ schedule: 'office', firstToArrive: 'office' }] })],
      schedules: office,
    },
  ],
  [
    "every door of a group has a zone where the group's schedule needs one",
    ['time_zone_missing /groups/0/restrictions/schedule'],
    {
      ...IN_ZONE,
      doors: [door(), door({ id: 'back', place: 'annex' })],
      groups: [{ id: 'g', doors: ['front', 'back'], restrictions: { schedule: 'office' } }],
      schedules: office,
    },
    {
      ...IN_ZONE,
      doors: [door(), door({ id: 'back', place: 'annex' })],
      groups: [{ id: 'g', doors: ['front'], restrictions: { schedule: 'office' } }],
      schedules: office,
    },
  ],
  [
    "every stop of a group has a zone where the group's schedule needs one",
    ['time_zone_missing /groups/0/restrictions/schedule'],
    {
      ...NO_ZONE,
      floors,
      elevators: [lift()],
      groups: [{ id: 'g', stops: ['l0'], restrictions: { schedule: 'office' } }],
      schedules: office,
    },
    {
      ...IN_ZONE,
      floors,
      elevators: [lift()],
      groups: [{ id: 'g', stops: ['l0'], restrictions: { schedule: 'office' } }],
      schedules: office,
    },
  ],
  [
    "a group's own place does not stand in for the zone of a door that is not there",
    ['reference /groups/0/doors/0'],
    {
      ...NO_ZONE,
      groups: [{ id: 'g', doors: ['front'], restrictions: { schedule: 'office' } }],
      schedules: office,
    },
    { ...NO_ZONE, groups: [{ id: 'g', restrictions: { schedule: 'office' } }], schedules: office },
  ],
];

describe.each([['zones (R3)', ZONES]])('%s', (_name, rows) => {
  test.each(rows)('%s', (_rule, told, fault, sound) => {
    expect(issuesOf(documentWith(fault))).toEqual(told);
    expect(issuesOf(documentWith(sound))).toEqual([]);
  });
});
