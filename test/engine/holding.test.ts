/** Which of what somebody holds counts, by examples: who is spared by a lockdown, and rights that fail beside one that does not. */
import { describe, expect, test } from 'vitest';
import type { AccessRequest, Facts } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { right, site, unlock } from '../helpers/builders.js';
import { referenceDecide } from '../reference/decide.js';

const PAST = { validity: { until: '2026-01-01T00:00:00Z' } };
const NOW = { validity: { from: '2026-01-01T00:00:00Z' } };
const LATER = { validity: { from: '2027-01-01T00:00:00Z' } };
const levels = ['organization', 'place', 'group', 'door'];
const permissions = { door: ['unlock'], elevator_stop: ['get_access'] };
const held = (type: string, id: string) => ({ role: 'spared', scope: { type, id } });

/** A house in which the role `spared` passes a lockdown. */
function house(locked: object, assignments: object[], parts: object = {}): Policy {
  const roles = [{ id: 'spared', levels, rank: 1, permissions }];
  return site({
    organization: { id: 'org', timeZone: 'UTC', roles: { id: 'own', roles } },
    places: [{ id: 'hq' }, { id: 'lab' }],
    floors: [{ id: 'first', place: 'hq' }],
    doors: [
      { id: 'front', place: 'hq', readers: [{ id: 'out', direction: 'exit' }] },
      { id: 'back', place: 'hq' },
    ],
    elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'top', floor: 'first' }] }],
    groups: [{ id: 'staff', doors: ['front'], stops: ['top'] }],
    lockdowns: [{ id: 'drill', exempt: ['spared'], blocksExit: true, ...locked }],
    assignments,
    ...parts,
  }) as unknown as Policy;
}

function reasonOf(policy: Policy, request: AccessRequest): string {
  const engine = compilePolicy<unknown>(policy);
  const decision = engine.decide(request);
  expect(decision).toEqual(referenceDecide(policy, request));
  expect(engine.check(request)).toBe(decision.decision);
  return decision.context.reason;
}

const AT_DOOR = { scope: { type: 'door', id: 'front' } };
const AT_PLACE = { scope: { type: 'place', id: 'hq' } };
const EVERYWHERE = { scope: { type: 'organization', id: 'org' } };
const ask = (facts: Partial<Facts> = {}) => unlock('ada', 'front', facts);
const ride: AccessRequest = {
  ...unlock('ada', 'top'),
  action: { name: 'get_access' },
  resource: { type: 'elevator_stop', id: 'top' },
};

describe('a lockdown spares who holds the role at its scope or above', () => {
  test.each([
    ['the door', AT_DOOR, 'door', 'front', 'granted'],
    ['the door', AT_DOOR, 'group', 'staff', 'granted'],
    ['the door', AT_DOOR, 'place', 'hq', 'granted'],
    ['the door', AT_DOOR, 'organization', 'org', 'granted'],
    ['the door', AT_DOOR, 'door', 'back', 'lockdown'],
    ['the place', AT_PLACE, 'door', 'front', 'lockdown'],
    ['the place', AT_PLACE, 'group', 'staff', 'lockdown'],
    ['the place', AT_PLACE, 'place', 'hq', 'granted'],
    ['the place', AT_PLACE, 'place', 'lab', 'lockdown'],
    ['the place', AT_PLACE, 'organization', 'org', 'granted'],
    ['everything', EVERYWHERE, 'group', 'staff', 'lockdown'],
    ['everything', EVERYWHERE, 'place', 'hq', 'lockdown'],
    ['everything', EVERYWHERE, 'organization', 'org', 'granted'],
  ])('of %s %j: %s %s', (_, locked, type, id, expected) => {
    const policy = house(locked, [right('a', 'ada', held(type, id))]);
    expect(reasonOf(policy, ask())).toBe(expected);
  });

  test.each([
    ['place', 'hq', 'granted'],
    ['group', 'staff', 'lockdown'],
    ['organization', 'org', 'granted'],
  ])('of the place, at a stop: %s %s', (type, id, expected) => {
    const policy = house(AT_PLACE, [right('a', 'ada', held(type, id))]);
    expect(reasonOf(policy, ride)).toBe(expected);
  });

  test('by a right that is on and valid now, also on the way out', () => {
    const spared = (parts: object) =>
      house(AT_PLACE, [right('a', 'ada', { ...held('place', 'hq'), ...parts })]);
    const out = ask({ method: 'tap', reader: 'out' });
    for (const request of [ask(), out]) {
      expect(reasonOf(spared({}), request)).toBe('granted');
      expect(reasonOf(spared(NOW), request)).toBe('granted');
      for (const parts of [PAST, LATER, { enabled: false }]) {
        expect(reasonOf(spared(parts), request)).toBe('lockdown');
      }
    }
  });

  test('by a group that is on', () => {
    const assignments = [right('a', 'ada', held('group', 'staff'))];
    const groups = [{ id: 'staff', doors: ['front'], enabled: false }];
    expect(reasonOf(house(AT_DOOR, assignments, { groups }), ask())).toBe('lockdown');
  });

  test('by a team, as by oneself', () => {
    const subject = { type: 'team', id: 'crew' };
    const assignments = [right('a', 'crew', { ...held('place', 'hq'), subject })];
    const teams = [{ id: 'crew', users: ['ada'] }];
    expect(reasonOf(house(AT_PLACE, assignments, { teams }), ask())).toBe('granted');
  });
});

describe('a right that is valid counts', () => {
  test.each([
    ['before', ['early', 'staff']],
    ['after', ['staff', 'early']],
  ])('beside one that fails %s it', (_, ids) => {
    const policy = site({
      groups: ids.map((id) => ({ id, doors: ['front'] })),
      assignments: [
        right('a', 'ada', { ...LATER, scope: { type: 'group', id: 'early' } }),
        right('b', 'ada', NOW),
      ],
    }) as unknown as Policy;
    expect(reasonOf(policy, ask())).toBe('granted');
  });
});
