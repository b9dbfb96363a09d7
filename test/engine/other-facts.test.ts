/** What a person could do otherwise at a door, and whom he could bring along: all that the nearest miss tries, by examples. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { portalOf } from '../../src/engine/decide.js';
import { encounter, holderOf } from '../../src/engine/encounter.js';
import { otherFacts } from '../../src/engine/other-facts.js';
import { possibleCompanions } from '../../src/engine/possible-companions.js';
import type { Facts } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import { COMPANIONS_MAX } from '../../src/values/limits.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const HERE = { latitude: 52.5, longitude: 13.4 };
const THERE = { latitude: 48.1, longitude: 11.6 };
const square = (longitude: number, latitude: number) => ({
  polygon: [
    [longitude, latitude],
    [longitude + 1, latitude],
    [longitude + 1, latitude + 1],
    [longitude, latitude + 1],
  ],
});
const card = (id: string, user: string, state = 'active') => ({ id, kind: 'card', user, state });

/** What is tried at a door with these restrictions, for ada unless another is asked about. */
function tried(
  restrictions: object,
  facts: Partial<Facts> = {},
  parts: { door?: object; user?: string; place?: object; [other: string]: unknown } = {},
): { helps: unknown; choices: unknown } {
  const { door, user = 'ada', place, ...others } = parts;
  const s = snapshotOf(
    compilePolicy<unknown>(
      site({
        places: [{ id: 'hq', capacity: 5, ...place }],
        doors: [{ id: 'front', place: 'hq', restrictions, ...door }],
        users: [{ id: 'ada', primaryDevice: 'phone' }, { id: 'bob' }],
        links: [{ id: 'guest' }],
        credentials: [
          ...['c4', 'c2', 'c1', 'c3'].map((id) => card(id, 'ada')),
          card('c0', 'ada', 'lost'),
          card('b1', 'bob'),
        ],
        ...others,
      }),
    ),
  );
  const { subject, context, ...request } = unlock(user, 'front', facts);
  const portal = portalOf(s, { ...request, subject, context });
  if (portal === undefined) throw new Error('no such door');
  return otherFacts(s, context, portal, holderOf(s, subject));
}

const TAP = { method: 'tap' };
const tap = (reader: string) => ({ method: 'tap', reader });

describe('what can only help', () => {
  test('is nothing at a door that asks for nothing', () => {
    const nothing = { helps: [], choices: [] };
    expect(tried({})).toEqual(nothing);
    expect(tried({}, {}, { door: { location: HERE } })).toEqual(nothing);
  });

  test('is a second factor where one is asked for and none was shown', () => {
    const asked = { secondFactor: true };
    expect(tried(asked).helps).toEqual([[{ secondFactor: true }]]);
    expect(tried(asked, { secondFactor: 'yes' }).helps).toEqual([[{ secondFactor: true }]]);
    expect(tried(asked, { secondFactor: true }).helps).toEqual([]);
    expect(tried({}, {}, { place: { restrictions: asked } }).helps).toEqual([
      [{ secondFactor: true }],
    ]);
  });

  test('is to have left, where anti-passback binds', () => {
    const outside = [[{ presence: { state: 'outside' } }]];
    expect(tried({ antiPassback: { mode: 'hard' } }).helps).toEqual(outside);
    expect(tried({ antiPassback: { mode: 'hard', resetMinutes: 1 } }).helps).toEqual(outside);
    expect(tried({ antiPassback: { mode: 'soft' } }).helps).toEqual([]);
    expect(tried({ twoPerson: true, secondFactor: true }, { secondFactor: true }).helps).toEqual(
      [],
    );
    const place = { restrictions: { antiPassback: { mode: 'hard' } } };
    expect(tried({ secondFactor: true }, { secondFactor: true }, { place }).helps).toEqual(outside);
  });

  test('is that fewer are inside: so few that one limit holds, then that all do', () => {
    const place = { restrictions: { occupancyLimit: 9 } };
    const both = (occupancy: unknown) =>
      tried({ occupancyLimit: true }, { occupancy }, { place }).helps;
    expect(both(20)).toEqual([[{ occupancy: 8 }, { occupancy: 4 }]]);
    expect(both(9)).toEqual([[{ occupancy: 8 }, { occupancy: 4 }]]);
    expect(both(8)).toEqual([[{ occupancy: 4 }]]);
    expect(both(4)).toEqual([]);
    expect(both('4')).toEqual([[{ occupancy: 8 }, { occupancy: 4 }]]);
    expect(tried({ occupancyLimit: 3 }).helps).toEqual([[{ occupancy: 2 }]]);
  });
});

describe('what is tried one by one', () => {
  const restrictions = { geofence: { radius: 100 } };
  const at = (place: object) => ({ location: { ...place, accuracy: 0 } });

  test('is to come near: the door, or else its place, then a corner of each polygon', () => {
    const groups = ['z', 'y'].map((id, index) => ({
      id,
      doors: ['front'],
      restrictions: { geofence: square(10 + index, 50) },
    }));
    const positions = (parts: Parameters<typeof tried>[2], own: object = restrictions) =>
      (tried(own, {}, parts).choices as unknown[][])[0];
    expect(positions({ door: { location: HERE }, place: { location: THERE } })).toEqual([at(HERE)]);
    const place = { location: THERE, restrictions: { secondFactor: true } };
    expect(positions({ place })).toEqual([at(THERE)]);
    expect(positions({ groups }, {})).toEqual([
      at({ latitude: 50, longitude: 11 }),
      at({ latitude: 50, longitude: 10 }),
    ]);
    const more = Array.from('abcdefghi', (id) => ({ ...groups[0], id }));
    expect(positions({ groups: more, door: { location: HERE } }, {})).toHaveLength(8);
  });

  test('is to come to a lock without readers, where somebody must stand there', () => {
    expect(tried(restrictions, {}, { door: { location: HERE } }).choices).toEqual([
      [at(HERE)],
      [TAP],
    ]);
    const door = { restrictions: undefined, lock: 'offline' };
    expect(tried({}, {}, { door: { lock: 'offline' } }).choices).toEqual([[TAP]]);
    expect(tried({}, { method: 'remote' }, { door: { ...door } }).choices).toEqual([[TAP]]);
    expect(tried({}, TAP, { door: { lock: 'offline' } }).choices).toEqual([]);
    expect(tried({ appAccess: false }).choices).toEqual([[TAP]]);
  });

  const readers = [
    { id: 'z-out', direction: 'exit' },
    { id: 'b-in' },
    { id: 'a-in', direction: 'entry' },
    { id: 'a-out', direction: 'exit' },
  ];
  const door = { readers };
  test.each<[string, Partial<Facts>, object[]]>([
    ['the first by id, in before out', {}, [tap('a-in'), tap('a-out')]],
    ['also for who only says where', { reader: 'a-in' }, [TAP, tap('a-out')]],
    ['the reader alone for who taps', TAP, [{ reader: 'a-in' }, { reader: 'a-out' }]],
    ['the other reader for who taps at one', tap('a-in'), [{ reader: 'a-out' }]],
    [
      'the reader, then a tap, for who shows a code',
      { method: 'qr', reader: 'x' },
      [{ reader: 'a-in' }, tap('a-in'), { reader: 'a-out' }, tap('a-out')],
    ],
    [
      'a tap where he is, for who shows a code at one',
      { method: 'qr', reader: 'a-in' },
      [TAP, { reader: 'a-out' }, tap('a-out')],
    ],
    ['a tap for what is no method', { method: 'wave' }, [tap('a-in'), tap('a-out')]],
  ])('is a reader: %s', (_, facts, expected) => {
    expect(tried({ reader: true }, facts, { door }).choices).toEqual([expected]);
  });

  test('is a reader wherever a way out has one, or a card is shown', () => {
    expect(tried({}, {}, { door }).choices).toEqual([[tap('a-in'), tap('a-out')]]);
    const one = { readers: [{ id: 'in' }] };
    expect(tried({}, {}, { door: one }).choices).toEqual([]);
    expect(tried({ reader: true }, {}, { door: one }).choices).toEqual([[tap('in')]]);
    const shown = tried({}, { method: 'card' }, { door: one, user: 'bob' });
    expect(shown.choices).toEqual([[{ device: 'b1' }], [{ reader: 'in' }, tap('in')]]);
  });

  test('is another device: the primary one, then cards by id, three at most, then none', () => {
    const primary = (facts: Partial<Facts>, user = 'ada', parts: object = {}) =>
      tried({ primaryDevice: true }, facts, { user, ...parts }).choices;
    const of = (...ids: (string | null)[]) => [ids.map((device) => ({ device }))];
    expect(primary({})).toEqual(of('phone', 'c1', 'c2'));
    expect(primary({ device: 'phone' })).toEqual(of('c1', 'c2', 'c3', null));
    expect(primary({ device: null })).toEqual(of('phone', 'c1', 'c2'));
    expect(primary({}, 'bob')).toEqual(of('b1'));
    expect(primary({ device: 'b1' }, 'bob')).toEqual(of(null));
    expect(primary({}, 'nemo')).toEqual([]);
    expect(tried({}, { device: 'x' }, { user: 'nemo' }).choices).toEqual(of(null));
    expect(tried({}, { device: 'x' }).choices).toEqual(of('phone', 'c1', 'c2', null));
  });

  test('is no device that was lost, or is another’s', () => {
    const mine = (device: object) =>
      tried(
        { primaryDevice: true },
        {},
        {
          credentials: [device],
          users: [{ id: 'ada', primaryDevice: 'own' }, { id: 'bob' }],
        },
      ).choices;
    expect(mine(card('own', 'ada'))).toEqual([[{ device: 'own' }]]);
    expect(mine(card('own', 'ada', 'lost'))).toEqual([]);
    expect(mine(card('own', 'bob'))).toEqual([]);
    // A phone that nobody registered is known by its id alone.
    expect(mine(card('other', 'bob'))).toEqual([[{ device: 'own' }]]);
  });
});

describe('whom somebody could bring along', () => {
  const LATER = { validity: { from: '2027-01-01T00:00:00Z' } };

  function company(
    people: readonly string[],
    facts: Partial<Facts> = {},
    parts: object = {},
    asking: object = { type: 'user', id: 'ada' },
  ): string[] {
    const s = snapshotOf(
      compilePolicy<unknown>(
        site({
          doors: [{ id: 'front', place: 'hq', restrictions: { twoPerson: true } }],
          users: ['ada', ...people].map((id) => ({ id, active: id !== 'gone' })),
          links: [{ id: 'bob' }],
          assignments: ['ada', ...people].map((id) =>
            right(id, id, {
              ...(id.startsWith('late') ? LATER : {}),
              ...(id === 'seer'
                ? { role: 'observer', scope: { type: 'organization', id: 'org' } }
                : {}),
            }),
          ),
          ...parts,
        }),
      ),
    );
    const request = { ...unlock('ada', 'front', facts), subject: asking as never };
    const portal = portalOf(s, request);
    if (portal === undefined) throw new Error('no such door');
    const e = encounter(s, portal, request, Date.parse(MONDAY_NOON));
    return possibleCompanions(s, e, s.mayUnlock as Uint8Array);
  }

  test('is whoever else is active and has a right here, by id', () => {
    expect(company(['cyd', 'bob', 'gone', 'seer'])).toEqual(['bob', 'cyd']);
  });

  test('is who came along first, then who may now, then who may at another time', () => {
    const people = ['late-a', 'zoe', 'late-b', 'bob', 'cyd'];
    expect(company(people)).toEqual(['bob', 'cyd', 'zoe', 'late-a', 'late-b']);
    expect(company(people, { companions: ['late-b', 'cyd', 'nemo'] })).toEqual([
      'cyd',
      'late-b',
      'bob',
      'zoe',
      'late-a',
    ]);
  });

  test('is anybody with a right for who has none himself, or is a link of the same id', () => {
    const link = { type: 'link', id: 'bob' };
    expect(company(['bob'], {}, {}, link)).toEqual(['ada', 'bob']);
    expect(company(['bob'], {}, {}, { type: 'user', id: 'nemo' })).toEqual(['ada', 'bob']);
  });

  test('is no more than a request may name', () => {
    const crowd = Array.from({ length: COMPANIONS_MAX + 3 }, (_, index) => `u${index + 10}`);
    expect(company(crowd)).toEqual(crowd.slice(0, COMPANIONS_MAX));
  });

  test('is looked for among the first 256, so that a crowd does not cost more', () => {
    const late = Array.from({ length: 256 }, (_, index) => `late${index + 100}`);
    const [first] = company([...late, 'zoe']);
    expect(first).toBe('late100');
    expect(company([...late.slice(1), 'zoe'])[0]).toBe('zoe');
  });
});
