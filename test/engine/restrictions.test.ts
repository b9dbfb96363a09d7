/** Restrictions by examples that a random site seldom has; each answer is the definition's too. */
import { describe, expect, test } from 'vitest';
import type { AccessRequest, Facts } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { right, site, unlock } from '../helpers/builders.js';
import { referenceDecide } from '../reference/decide.js';

const HERE = { latitude: 52.5, longitude: 13.4 };
const THERE = { latitude: 48.1, longitude: 11.6 };
const at = (place: object): Partial<Facts> => ({ location: { ...place, accuracy: 5 } });

function reasons(policy: object, request: AccessRequest): string[] {
  const given = policy as Policy;
  const engine = compilePolicy(given);
  const decision = engine.decide(request);
  expect(decision).toEqual(referenceDecide(given, request));
  expect(engine.check(request)).toBe(decision.decision);
  return decision.context.reasons.map(({ code }) => code);
}

describe('the primary device', () => {
  const policy = site({
    doors: [{ id: 'front', place: 'hq', restrictions: { primaryDevice: true } }],
    users: [{ id: 'ada' }, { id: 'bob', primaryDevice: 'phone' }],
    links: [{ id: 'guest' }],
    assignments: [
      right('ada', 'ada'),
      right('bob', 'bob'),
      right('guest', 'guest', { subject: { type: 'link', id: 'guest' } }),
    ],
  });

  test.each<[string, string, Partial<Facts>, string[]]>([
    ['is asked of who has none and shows none', 'ada', {}, ['primary_device']],
    ['is asked of who has none and shows one', 'ada', { device: 'phone' }, ['primary_device']],
    ['is asked of who has one and shows none', 'bob', {}, ['primary_device']],
    ['is not another', 'bob', { device: 'tablet' }, ['primary_device']],
    ['lets in who has it with him', 'bob', { device: 'phone' }, ['granted']],
  ])('%s: %s %j', (_, user, facts, expected) => {
    expect(reasons(policy, unlock(user, 'front', facts))).toEqual(expected);
  });

  test('is never with a link', () => {
    for (const facts of [{}, { device: 'phone' }]) {
      const asked = unlock('guest', 'front', facts);
      const request = { ...asked, subject: { type: 'link', id: 'guest' } };
      expect(reasons(policy, request)).toEqual(['primary_device']);
    }
  });
});

describe('a fence', () => {
  const around = (place: object, door: object) =>
    site({
      places: [{ id: 'hq', ...place }],
      doors: [{ id: 'front', place: 'hq', restrictions: { geofence: { radius: 100 } }, ...door }],
      assignments: [right('ada', 'ada')],
    });

  test('lies around the door where the door says where it is, else around its place', () => {
    const [byPlace, byDoor] = [
      around({ location: HERE }, {}),
      around({ location: HERE }, { location: THERE }),
    ];
    expect(reasons(byPlace, unlock('ada', 'front', at(HERE)))).toEqual(['granted']);
    expect(reasons(byPlace, unlock('ada', 'front', at(THERE)))).toEqual(['geofence']);
    expect(reasons(byDoor, unlock('ada', 'front', at(HERE)))).toEqual(['geofence']);
    expect(reasons(byDoor, unlock('ada', 'front', at(THERE)))).toEqual(['granted']);
  });

  test('moves with its place, and stays where it was for whoever kept the engine before', () => {
    const before = compilePolicy(around({ location: HERE }, {}) as unknown as Policy);
    const asked = (place: object) => unlock('ada', 'front', at(place));
    expect(before.check(asked(HERE))).toBe(true);
    const after = before.apply({ put: { places: [{ id: 'hq', location: THERE }] } });
    expect([after.check(asked(HERE)), after.check(asked(THERE))]).toEqual([false, true]);
    expect([before.check(asked(HERE)), before.check(asked(THERE))]).toEqual([true, false]);
    expect([after.check(asked(HERE)), after.check(asked(THERE))]).toEqual([false, true]);
  });
});

describe('a group whose restrictions hold', () => {
  test('permits, whatever other groups refuse before and after it', () => {
    const group = (id: string, restrictions: object) => ({ id, doors: ['front'], restrictions });
    const ids = ['a', 'b', 'c'];
    const closed = { schedule: 'never' };
    for (const open of ids) {
      const policy = site({
        groups: ids.map((id) => group(id, id === open ? { secondFactor: true } : closed)),
        schedules: [
          { id: 'never', events: [{ from: '2020-01-01T00:00', until: '2020-01-02T00:00' }] },
        ],
        assignments: ids.map((id) => right(`at-${id}`, 'ada', { scope: { type: 'group', id } })),
      });
      const request = unlock('ada', 'front', { secondFactor: true });
      expect(reasons(policy, request)).toEqual(['granted']);
      expect(reasons(policy, unlock('ada', 'front'))).toEqual([
        'schedule',
        'schedule',
        'second_factor',
      ]);
    }
  });
});

describe('a right that fails twice', () => {
  test('says what fails of itself and what fails of its group', () => {
    const policy = site({
      groups: [
        { id: 'staff', doors: ['front'], enabled: false, restrictions: { secondFactor: true } },
      ],
      assignments: [right('ada', 'ada', { enabled: false })],
    });
    expect(reasons(policy, unlock('ada', 'front'))).toEqual([
      'second_factor',
      'disabled',
      'disabled',
    ]);
  });
});
