/** Which clause ends a decision, by examples; each decision is the definition's too. */
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { portalOf } from '../../src/engine/decide.js';
import { encounter } from '../../src/engine/encounter.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';
import { referenceDecide } from '../reference/decide.js';

const LONG_AGO = '2026-01-01T00:00:00Z';
const door = (id: string, parts: object = {}) => ({ id, place: 'hq', ...parts });
const only = { type: 'door', id: 'shut' };

const policy = site({
  organization: {
    id: 'org',
    timeZone: 'UTC',
    roles: {
      id: 'own',
      roles: [
        {
          id: 'door_access',
          levels: ['group', 'place'],
          rank: 1,
          permissions: { door: ['unlock'] },
        },
        { id: 'rider', levels: ['place'], rank: 1, permissions: { elevator_stop: ['get_access'] } },
      ],
    },
  },
  floors: [{ id: 'first', place: 'hq' }],
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'stop', floor: 'first' }] }],
  doors: [
    door('front'),
    door('shut'),
    door('open', { unlock: [{ schedule: 'always' }] }),
    door('far', { lock: 'offline' }),
    door('strict', { restrictions: { secondFactor: true } }),
    door('let', { tenant: { user: 'tom', since: LONG_AGO } }),
    door('lone'),
  ],
  groups: [
    { id: 'staff', place: 'hq', doors: ['front', 'shut', 'open', 'far', 'strict', 'let'] },
    { id: 'careful', place: 'hq', doors: ['front'], restrictions: { secondFactor: true } },
  ],
  schedules: [{ id: 'always' }],
  users: ['ada', 'bob', 'cyd', 'tom', 'c1'].map((id) => ({ id })),
  credentials: [{ id: 'c1', kind: 'card', user: 'bob', state: 'active' }],
  links: [{ id: 'guest' }],
  lockdowns: [{ id: 'drill', scope: only, since: LONG_AGO }],
  assignments: [
    right('ada', 'ada'),
    right('c1', 'c1'),
    right('bob', 'bob', { scope: { type: 'group', id: 'careful' } }),
    right('cyd', 'cyd', { role: 'rider', scope: { type: 'place', id: 'hq' } }),
  ],
}) as unknown as Policy;
const engine = compilePolicy(policy);

/** The clause that permitted or refused, with the reason. */
function ending(request: AccessRequest): string {
  const { decision, clauses } = compilePolicy(policy).explain(request);
  expect(decision).toEqual(referenceDecide(policy, request));
  expect(engine.check(request)).toBe(decision.decision);
  const [last, ...more] = clauses.filter(
    ({ outcome }) => outcome === 'permitted' || outcome === 'refused',
  );
  expect(more).toEqual([]);
  return `${last?.clause} ${last?.outcome}: ${decision.context.reason}`;
}

describe('a decision about a door ends with', () => {
  test.each([
    ['D2 where a lockdown is in force', 'ada', 'shut', 'D2 refused: lockdown'],
    ['D3 where the door stands open', 'nemo', 'open', 'D3 permitted: door_unlocked'],
    ['D4 for a stranger', 'nemo', 'front', 'D4 refused: subject_unknown'],
    ['D5 for a lock that is offline', 'ada', 'far', 'D5 refused: offline_door'],
    ['D6 where a restriction fails', 'ada', 'strict', 'D6 refused: second_factor'],
    ['D7 for who has no right there', 'ada', 'lone', 'D7 refused: no_access_right'],
    ['D7 for who has another permission there', 'cyd', 'front', 'D7 refused: no_access_right'],
    ['D8 for a right whose group refuses', 'bob', 'front', 'D8 refused: second_factor'],
    ['D9 for a right that counts', 'ada', 'front', 'D9 permitted: granted'],
    ['D10 where somebody else lives', 'ada', 'let', 'D10 refused: tenancy'],
  ])('%s', (_, user, id, expected) => {
    expect(ending(unlock(user, id))).toBe(expected);
  });
});

describe('what a request is about', () => {
  const about = (user: string, type: string, id: string, action: string): AccessRequest => ({
    ...unlock(user, id),
    action: { name: action },
    resource: { type, id },
  });

  test('a stop asks for the permission of stops, a door for that of doors', () => {
    expect(ending(about('cyd', 'elevator_stop', 'stop', 'get_access'))).toBe(
      'D9 permitted: granted',
    );
    expect(ending(about('ada', 'elevator_stop', 'stop', 'get_access'))).toBe(
      'D7 refused: no_access_right',
    );
  });

  test('an action of stops at anything else is no opening', () => {
    const request = about('cyd', 'camera', 'stop', 'get_access');
    expect(engine.decide(request)).toEqual(referenceDecide(policy, request));
    expect(engine.decide(request).context.reason).toBe('action_unknown');
  });

  test('a user is himself, though a credential of the same id is somebody else’s', () => {
    expect(ending(unlock('c1', 'front'))).toBe('D9 permitted: granted');
    const card = { ...unlock('c1', 'front'), subject: { type: 'credential', id: 'c1' } };
    expect(ending(card)).toBe('D8 refused: second_factor');
  });

  test('`link` is a method of links alone', () => {
    const s = snapshotOf(engine);
    const method = (type: string, id: string) => {
      const request = { ...unlock(id, 'front', { method: 'link' }), subject: { type, id } };
      return encounter(s, portalOf(s, request)!, request, Date.parse(MONDAY_NOON)).method;
    };
    expect(method('link', 'guest')).toBe('link');
    expect(method('user', 'ada')).toBe('remote');
    expect(method('user', 'nemo')).toBe('remote');
  });
});
