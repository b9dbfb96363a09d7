/** How old a reader's knowledge is, and what speaks against it. */
import type { ReaderFault, ReaderState } from './reader.js';
import { SKEW_MS } from './receive.js';

/** The state when the own clock was read. A clock that was set back is not believed: the later instant has passed. */
export function atTime(state: ReaderState, now: number): ReaderState {
  return now > state.passed ? { ...state, passed: now } : state;
}

/**
 * How long ago, in milliseconds, the source was last known to have taken away nothing that is unknown here; Infinity where
 * that cannot be said.
 */
export function ageOf(state: ReaderState, now: number): number {
  const { position, floor, forked, heardAt } = state;
  if (position === undefined || heardAt === 0) return Infinity;
  if (forked !== undefined && forked >= position.epoch) return Infinity;
  if (isSetBack(state, now)) return Infinity;
  const isBelow =
    floor !== undefined &&
    (position.epoch < floor.epoch ||
      (position.epoch === floor.epoch && position.revision < floor.revision));
  return isBelow ? Infinity : Math.max(0, Math.max(now, state.passed) - heardAt);
}

/** What is wrong now, sorted. */
export function faultsOf(state: ReaderState, now: number): ReaderFault[] {
  const { position, head, forked, floor } = state;
  const faults: ReaderFault[] = [];
  if (isSetBack(state, now)) faults.push('clock');
  if (forked !== undefined) faults.push('fork');
  const isBehind = (other: { epoch: number; revision: number } | undefined) =>
    other !== undefined &&
    (position === undefined ||
      position.epoch < other.epoch ||
      (position.epoch === other.epoch && position.revision < other.revision));
  if (isBehind(head)) faults.push('gap');
  if (isBehind(floor)) faults.push('old_disk');
  return faults;
}

function isSetBack(state: ReaderState, now: number): boolean {
  return now < state.passed - SKEW_MS;
}
