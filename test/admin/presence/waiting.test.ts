import { describe, expect, test } from 'vitest';
import type { Passing } from '../../../src/admin/presence/passing.js';
import { doorwayOf } from '../../../src/admin/presence/passing.js';
import {
  afterIdentified,
  companionsAt,
  takesTwo,
  type Waiting,
  waitingId,
} from '../../../src/admin/presence/waiting.js';
import type { Decision, ReasonCode } from '../../../src/engine/decision.js';
import { NOON, office, tap } from './office.js';

const engine = office({ front: { restrictions: { twoPerson: true } } });

function passing(who: string, seconds = 0, reader = 'front-in'): Passing {
  return doorwayOf(engine, tap(who, reader, NOON + seconds * 1000)) as Passing;
}
function decided(decision: boolean, ...codes: ReasonCode[]): Decision {
  const reasons = codes.map((code) => ({ code, at: { type: 'door', id: 'front' } }));
  return { decision, context: { reason: codes[0]!, reasons, grants: [], revision: 0 } };
}
const wants = decided(false, 'two_person');

describe('the first of two', () => {
  const first = afterIdentified(undefined, passing('ada'), wants, true);

  test('waits for half a minute, and is a companion for everybody but himself', () => {
    expect(first).toEqual({ door: 'front', people: [{ user: 'ada', at: NOON }] });
    expect(companionsAt(first, passing('bob', 30))).toEqual(['ada']);
    expect(companionsAt(first, passing('bob', 31))).toEqual([]);
    expect(companionsAt(first, passing('bob', -1))).toEqual([]);
    expect(companionsAt(first, passing('ada', 5))).toEqual([]);
    expect(companionsAt(first, passing('bob', 11), 10)).toEqual([]);
  });

  test('waits anew when he shows himself again, once', () => {
    const again = afterIdentified(first, passing('ada', 20), wants, true);
    expect(again?.people).toEqual([{ user: 'ada', at: NOON + 20_000 }]);
  });

  test('goes along with a permitted opening, whoever it was', () => {
    expect(
      afterIdentified(first, passing('bob', 5), decided(true, 'granted'), false),
    ).toBeUndefined();
  });

  test('is not remembered for a refusal of another kind, which lets others wait on', () => {
    const refused = decided(false, 'no_access_right');
    expect(afterIdentified(undefined, passing('bob'), refused, false)).toBeUndefined();
    expect(afterIdentified(first, passing('bob', 5), refused, false)).toEqual(first);
    expect(afterIdentified(first, passing('bob', 40), refused, false)).toBeUndefined();
  });

  test('is the last of at most sixteen', () => {
    const crowd: Waiting = {
      door: 'front',
      people: Array.from({ length: 16 }, (_, n) => ({ user: `u${n}`, at: NOON })),
    };
    const after = afterIdentified(crowd, passing('ada', 1), wants, true);
    expect(after?.people).toHaveLength(16);
    expect(companionsAt(after, passing('bob', 2))[0]).toBe('ada');
  });
});

test('only known users who stand at a door that asks for two can wait', () => {
  expect(takesTwo(passing('ada'))).toBe(true);
  expect(takesTwo(passing('guest'))).toBe(false);
  expect(takesTwo(passing('ada', 0, 'side-in'))).toBe(false);
  const remote = { ...tap('ada', 'front-in', NOON), context: { time: NOON, method: 'remote' } };
  expect(takesTwo(doorwayOf(engine, remote) as Passing)).toBe(false);
  expect(doorwayOf(engine, tap('nobody', 'front-in', NOON))?.subject).toBeUndefined();
  expect(
    doorwayOf(engine, tap('ada', 'front-in', NOON, { device: 'lost-card' }))?.subject,
  ).toBeUndefined();
});

test('each reader has people waiting of its own', () => {
  const ids = [passing('ada'), passing('ada', 0, 'front-out'), passing('ada', 0, 'side-in')].map(
    waitingId,
  );
  expect(new Set(ids).size).toBe(3);
});
