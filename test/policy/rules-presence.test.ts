import { describe, expect, test } from 'vitest';
import { documentWith, issuesOf } from '../helpers/policies.js';

type Loose = Record<string, unknown>;

const floors = [{ id: 'f0', place: 'hq' }];
const hq = (members: Loose = {}) => ({ places: [{ id: 'hq', ...members }, { id: 'annex' }] });
const at: Readonly<Record<string, (restrictions: Loose) => Loose>> = {
  'a place': (restrictions) => hq({ restrictions }),
  'a door': (restrictions) => ({ ...hq(), doors: [{ id: 'd', place: 'hq', restrictions }] }),
  'a stop': (restrictions) => ({
    ...hq(),
    floors,
    elevators: [{ id: 'l', place: 'hq', stops: [{ id: 's', floor: 'f0', restrictions }] }],
  }),
  'a group': (restrictions) => ({ ...hq(), groups: [{ id: 'g', restrictions }] }),
};
const POINTERS: Readonly<Record<string, string>> = {
  'a place': '/places/0',
  'a door': '/doors/0',
  'a stop': '/elevators/0/stops/0',
  'a group': '/groups/0',
};
const everywhere = Object.keys(at);
const told = (where: string, restrictions: Loose) =>
  issuesOf(documentWith(at[where]!(restrictions)));

describe.each(everywhere)('at %s', (where) => {
  const base = `${POINTERS[where]}/restrictions`;

  test.each([1, 250, 10_000_000])('a limit of %d people is one', (occupancyLimit) => {
    expect(told(where, { occupancyLimit })).toEqual([]);
  });

  test.each([
    [0, 'value'],
    [-1, 'value'],
    [1.5, 'value'],
    [10_000_001, 'value'],
    ['12', 'type'],
    [null, 'type'],
  ])('a limit of %j is none', (occupancyLimit, code) => {
    expect(told(where, { occupancyLimit })).toEqual([`${code} ${base}/occupancyLimit`]);
  });

  test('two persons are asked for or not, and nothing else', () => {
    expect(told(where, { twoPerson: true })).toEqual([]);
    expect(told(where, { twoPerson: false })).toEqual([]);
    expect(told(where, { twoPerson: 2 })).toEqual([`type ${base}/twoPerson`]);
  });
});

describe('a limit by capacity', () => {
  const placed = everywhere.filter((where) => where !== 'a group');

  test.each(placed)('at %s needs a capacity of the place, and has one or not', (where) => {
    const document = documentWith(at[where]!({ occupancyLimit: true }));
    const pointer = `${POINTERS[where]}/restrictions/occupancyLimit`;
    expect(issuesOf(document)).toEqual([`capacity_missing ${pointer}`]);
    const places = (document['places'] as Loose[]).map((place) => ({ ...place, capacity: 9 }));
    expect(issuesOf({ ...document, places })).toEqual([]);
    // Another place's capacity is no help.
    const others = (document['places'] as Loose[]).map((place) =>
      place['id'] === 'annex' ? { ...place, capacity: 9 } : place,
    );
    expect(issuesOf({ ...document, places: others })).toEqual([`capacity_missing ${pointer}`]);
  });

  test.each(placed)('at %s is true, and false is no limit', (where) => {
    const pointer = `${POINTERS[where]}/restrictions/occupancyLimit`;
    expect(told(where, { occupancyLimit: false })).toEqual([`value ${pointer}`]);
  });

  test('is nothing a group has: it may reach into many places', () => {
    const document = documentWith({
      ...at['a group']!({ occupancyLimit: true }),
      ...hq({ capacity: 9 }),
    });
    expect(issuesOf(document)).toEqual(['type /groups/0/restrictions/occupancyLimit']);
  });

  test('of a place that does not exist is told once, as a reference', () => {
    const doors = [{ id: 'd', place: 'nowhere', restrictions: { occupancyLimit: true } }];
    expect(issuesOf(documentWith({ doors }))).toEqual(['reference /doors/0/place']);
  });

  test('is not missed where the capacity is there and malformed', () => {
    const places = [{ id: 'hq', capacity: 0, restrictions: { occupancyLimit: true } }];
    expect(issuesOf(documentWith({ places }))).toEqual(['value /places/0/capacity']);
  });
});

describe('anti-passback', () => {
  test.each(['a place', 'a door'])('stands at %s', (where) => {
    const base = `${POINTERS[where]}/restrictions/antiPassback`;
    for (const mode of ['hard', 'soft']) {
      expect(told(where, { antiPassback: { mode } })).toEqual([]);
      for (const resetMinutes of [1, 10_080])
        expect(told(where, { antiPassback: { mode, resetMinutes } })).toEqual([]);
      for (const resetMinutes of [0, 10_081, 1.5])
        expect(told(where, { antiPassback: { mode, resetMinutes } })).toEqual([
          `value ${base}/resetMinutes`,
        ]);
    }
    expect(told(where, { antiPassback: {} })).toEqual([`missing ${base}/mode`]);
    expect(told(where, { antiPassback: { mode: 'strict' } })).toEqual([`value ${base}/mode`]);
    expect(told(where, { antiPassback: { mode: 'hard', reset: 5 } })).toEqual([
      `unknown_member ${base}/reset`,
    ]);
    expect(told(where, { antiPassback: true })).toEqual([`type ${base}`]);
  });

  test.each(['a stop', 'a group'])('does not stand at %s', (where) => {
    expect(told(where, { antiPassback: { mode: 'soft' } })).toEqual([
      `unknown_member ${POINTERS[where]}/restrictions/antiPassback`,
    ]);
  });
});
