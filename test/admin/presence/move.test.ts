import { describe, expect, test } from 'vitest';
import type { Capacity } from '../../../src/admin/presence/capacity.js';
import { adds, isPassback, type Move, moved } from '../../../src/admin/presence/move.js';
import type { Presence } from '../../../src/admin/presence/presence.js';
import { MINUTE, NOON } from './office.js';

const ada = { type: 'user', id: 'ada' } as const;
const READERS: Capacity = { place: 'hq', mode: 'readers' };
const TIMEOUT: Capacity = { place: 'hq', mode: 'timeout', timeoutMinutes: 60 };

function move(direction: Move['direction'], more: Partial<Move> = {}): Move {
  return {
    subject: ada,
    place: 'hq',
    door: 'front',
    direction,
    standing: true,
    time: NOON,
    ...more,
  };
}
function at(state: Presence['state'], more: Partial<Presence> = {}): Presence {
  const seen = { since: NOON - MINUTE, door: 'side', lastSeen: NOON - MINUTE, lastDoor: 'side' };
  const entered = state === 'inside' ? { entered: NOON - MINUTE } : {};
  return { place: 'hq', subject: ada, state, ...seen, ...entered, ...more };
}

describe('where somebody is after passing:', () => {
  test.each<[string, Capacity, Presence | undefined, Move, Presence['state'] | undefined]>([
    ['an entry brings inside', READERS, undefined, move('entry'), 'inside'],
    ['an entry from anywhere brings inside', READERS, at('unknown'), move('entry'), 'inside'],
    ['an exit leaves', READERS, at('inside'), move('exit'), 'outside'],
    ['an exit of somebody never seen leaves too', READERS, undefined, move('exit'), 'outside'],
    ['an exit leaves although only a timer counts', TIMEOUT, at('inside'), move('exit'), 'outside'],
    ['with one reader any opening is an entry', TIMEOUT, undefined, move('unknown'), 'inside'],
    [
      'an inner door says nothing of who is inside',
      READERS,
      at('inside'),
      move('unknown'),
      'inside',
    ],
    [
      'who opens an inner door from outside is nowhere',
      READERS,
      at('outside'),
      move('unknown'),
      'unknown',
    ],
    [
      'who is first seen at an inner door is nowhere',
      READERS,
      undefined,
      move('unknown'),
      'unknown',
    ],
    [
      'from afar nobody comes in',
      TIMEOUT,
      undefined,
      move('unknown', { standing: false }),
      undefined,
    ],
    [
      'from afar nobody moves',
      READERS,
      at('outside'),
      move('unknown', { standing: false }),
      'outside',
    ],
    [
      'from afar somebody comes in where the place says so',
      { ...TIMEOUT, remoteCounts: true },
      undefined,
      move('unknown', { standing: false }),
      'inside',
    ],
    [
      'a place that is off keeps nothing',
      { place: 'hq', mode: 'off' },
      undefined,
      move('entry'),
      undefined,
    ],
  ])('%s', (_, capacity, before, passing, state) => {
    const after = moved(capacity, before, passing);
    expect(after?.state).toBe(state);
    expect(adds(capacity, before, passing)).toBe(before?.state !== 'inside' && state === 'inside');
  });

  test('the timer runs from the last opening to a whole minute, and being seen inside renews it', () => {
    const first = moved(TIMEOUT, undefined, move('unknown', { time: NOON + 1 }))!;
    expect(first.until).toBe(NOON + MINUTE + 60 * MINUTE);
    const again = moved(
      TIMEOUT,
      first,
      move('unknown', { time: NOON + 30 * MINUTE, door: 'side' }),
    )!;
    expect(again.until).toBe(NOON + 90 * MINUTE);
    expect(again).toMatchObject({ since: NOON + 1, door: 'front', lastDoor: 'side' });
    const both: Capacity = { ...READERS, timeoutMinutes: 60 };
    const inside = moved(both, undefined, move('entry'))!;
    expect(moved(both, inside, move('unknown', { time: NOON + MINUTE }))).toMatchObject({
      entered: NOON,
      until: NOON + 61 * MINUTE,
    });
    expect(moved(both, inside, move('exit'))).not.toHaveProperty('until');
  });

  test('a second entry counts anew for anti-passback, and for how long somebody is inside it does not', () => {
    const after = moved(READERS, at('inside'), move('entry'))!;
    expect(after).toMatchObject({ since: NOON - MINUTE, entered: NOON, lastSeen: NOON });
  });

  test('moves count in the order in which they are decided, whatever the clocks of doors say', () => {
    const ahead = at('inside', { since: NOON + 400 * MINUTE, lastSeen: NOON + 400 * MINUTE });
    const left = moved(READERS, ahead, move('exit'))!;
    expect(left).toMatchObject({ state: 'outside', since: NOON, lastSeen: NOON });
    expect(moved(READERS, left, move('entry', { time: NOON - MINUTE }))?.state).toBe('inside');
  });

  test('who is seen again is no longer marked safe, and an entry or exit uses up what was forgiven', () => {
    const marked = at('inside', { safe: { at: NOON, by: 'owner' }, forgiven: true });
    expect(moved(READERS, marked, move('unknown'))).toMatchObject({ forgiven: true });
    expect(moved(READERS, marked, move('unknown'))).not.toHaveProperty('safe');
    expect(moved(READERS, marked, move('entry'))).not.toHaveProperty('forgiven');
    expect(moved(READERS, marked, move('exit'))).not.toHaveProperty('forgiven');
  });
});

describe('a border passed twice the same way', () => {
  test.each<[Presence | undefined, Move['direction'], boolean]>([
    [at('inside'), 'entry', true],
    [at('outside'), 'exit', true],
    [at('inside'), 'exit', false],
    [at('outside'), 'entry', false],
    [at('inside'), 'unknown', false],
    [at('unknown'), 'entry', false],
    [at('unknown'), 'exit', false],
    [undefined, 'entry', false],
    [undefined, 'exit', false],
    [at('inside', { forgiven: true }), 'entry', false],
    [at('outside', { forgiven: true }), 'exit', false],
  ])('%j by %s: %s', (before, direction, expected) => {
    expect(isPassback(before, move(direction))).toBe(expected);
  });
});
