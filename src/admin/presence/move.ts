/** What one passing makes of one person's presence: the whole of the counting rules. */
import { type Capacity, timerEnd } from './capacity.js';
import type { Direction } from './capacity-state.js';
import type { Bearer, Presence } from './presence.js';

/** Somebody who passed. */
export interface Move {
  readonly subject: Bearer;
  readonly place: string;
  readonly door: string;
  readonly direction: Direction;
  readonly standing: boolean;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** `lose`: nobody knows any more where the person is. `see`: only that somebody was there. */
type Effect = 'none' | 'enter' | 'leave' | 'lose' | 'see';

/**
 * The presence after a move; the same one when the move says nothing. Moves count in the order in which they are
 * decided: a door whose clock is ahead must not keep somebody inside until the others have caught up.
 */
export function moved(
  capacity: Capacity,
  before: Presence | undefined,
  move: Move,
): Presence | undefined {
  const effect = effectOf(capacity, before, move);
  const { subject, place, door, time } = move;
  const seen = { place, subject, lastSeen: time, lastDoor: door };
  switch (effect) {
    case 'none':
      return before;
    case 'enter':
    case 'see': {
      // Being seen inside renews the timer, but is no entry: anti-passback counts from the last of those.
      const state = effect === 'enter' ? 'inside' : (before?.state ?? 'unknown');
      const goesOn = before?.state === state;
      const until = state === 'inside' ? timerEnd(capacity, time) : undefined;
      const entered = effect === 'enter' ? time : before?.entered;
      return {
        ...seen,
        state,
        since: goesOn ? before.since : time,
        door: goesOn ? before.door : door,
        ...(entered === undefined ? {} : { entered }),
        ...(until === undefined ? {} : { until }),
        ...(effect === 'see' && before?.forgiven ? { forgiven: true } : {}),
      };
    }
    case 'leave':
      return { ...seen, state: 'outside', since: time, door };
    case 'lose':
      return { ...seen, state: 'unknown', since: time, door };
    default:
      return unreachable(effect);
  }
}

/** Whether somebody goes in who is inside, or out who is outside, as far as is known and not forgiven. */
export function isPassback(before: Presence | undefined, { direction }: Move): boolean {
  if (before === undefined || before.forgiven === true) return false;
  return (
    (direction === 'entry' && before.state === 'inside') ||
    (direction === 'exit' && before.state === 'outside')
  );
}

/** Whether one more would be inside after the move. */
export function adds(capacity: Capacity, before: Presence | undefined, move: Move): boolean {
  return before?.state !== 'inside' && moved(capacity, before, move)?.state === 'inside';
}

function effectOf(capacity: Capacity, before: Presence | undefined, move: Move): Effect {
  const { mode, remoteCounts = false } = capacity;
  const { direction, standing } = move;
  if (mode === 'off') return 'none';
  if (direction === 'exit') return 'leave';
  if (mode === 'timeout') return standing || remoteCounts ? 'enter' : 'none';
  if (direction === 'entry') return 'enter';
  if (!standing) return 'none';
  // A door inside the building, passed by somebody who is outside as far as is known.
  return before?.state === 'outside' ? 'lose' : 'see';
}

function unreachable(effect: never): never {
  throw new TypeError(`unknown effect \`${String(effect)}\``);
}
