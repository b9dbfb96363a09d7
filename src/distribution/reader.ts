/**
 * What the reader of a feed knows: the state of a machine that `receive.ts` steps. Bytes, clock and disk come in from outside;
 * what is to be done goes out as effects.
 *
 * What a reader permits is at most what the source permitted at the reader's contiguous revision, less every newer
 * withdrawal it heard of, whatever carriers did to the messages.
 */
import type { Engine } from '../engine/engine.js';
import type { Delta, Position } from './message.js';
import type { Withdrawal } from './withdrawal.js';

/** Deltas kept above a gap. Beyond, they are fetched again: their withdrawals are kept all the same. */
export const PARKED_MAX = 1000;

/** A withdrawal heard of before the changes that lead to it. */
export interface HeardWithdrawal {
  readonly epoch: number;
  readonly revision: number;
  readonly withdraws: Withdrawal;
}

/** A delta that cannot be applied yet, and its sealed bytes. */
export interface ParkedDelta {
  readonly delta: Delta;
  readonly sealed: Uint8Array;
}

/** What a reader knows. Immutable; every step answers a new one. */
export interface ReaderState {
  readonly organization: string;
  readonly slice: string;
  /** Up to where everything is known; undefined before the first snapshot. */
  readonly position: Position | undefined;
  /** At `position`, without withdrawals heard of beyond it. */
  readonly base: Engine | undefined;
  /** What decides: `base` less the withdrawals. The same object as `base` where there are none. */
  readonly engine: Engine | undefined;
  /** Withdrawals beyond `position`, by epoch and revision, ascending. */
  readonly withdrawn: readonly HeardWithdrawal[];
  /** Deltas above a gap, of the epoch of `position`, by revision. */
  readonly parked: ReadonlyMap<number, ParkedDelta>;
  /** The newest position the source was heard to be at. */
  readonly head: Position | undefined;
  /** The source's time of the newest proof that nothing it took away is missing here, epoch milliseconds; 0: none yet. */
  readonly heardAt: number;
  /** The latest instant known to have passed, by the own clock or the source's, epoch milliseconds. */
  readonly passed: number;
  /** The latest epoch under which two histories were heard of. Only a snapshot of a later one ends that. */
  readonly forked: number | undefined;
  /** What some witness outside this memory knows to have been in force: older knowledge proves nothing. */
  readonly floor: { readonly epoch: number; readonly revision: number } | undefined;
}

/** Something to show to whoever runs this. */
export type ReaderFault =
  /** Changes are missing between what is in force and what was heard of. */
  | 'gap'
  /** Two histories under one epoch: the source was restored without beginning a new one, or its key is abused. */
  | 'fork'
  /** A message of an earlier epoch, or a heartbeat no newer than one heard before: passed over. */
  | 'replay'
  /** A message of a time that has not come yet: it proves nothing, what it takes away is taken away. */
  | 'future'
  /** The own clock stands before a time that has passed. */
  | 'clock'
  /** A delta that does not fit the policy: the state is kept, a snapshot is wanted. */
  | 'misfit'
  /** A witness knows of something newer than the disk does: an old copy was put back. */
  | 'old_disk';

/** What is to be done. */
export type ReaderEffect =
  /**
   * Make these sealed bytes durable before anything newer is acknowledged. `content`: besides everything kept since the last
   * snapshot. `proof`: in place of the last proof; some may be left out, which makes knowledge look older after a restart.
   */
  | { readonly kind: 'keep'; readonly as: 'content' | 'proof'; readonly sealed: Uint8Array }
  /** Ask the source for what is missing. */
  | { readonly kind: 'fetch'; readonly what: 'deltas' | 'snapshot' }
  /** Tell the source what is in force. */
  | { readonly kind: 'acknowledge' }
  /** Show it. */
  | { readonly kind: 'fault'; readonly fault: ReaderFault; readonly detail: string };

/** After an input. */
export interface ReaderStep {
  readonly state: ReaderState;
  readonly effects: readonly ReaderEffect[];
}

/** A reader that knows nothing. */
export function newReader(
  organization: string,
  slice: string,
  floor?: ReaderState['floor'],
): ReaderState {
  return {
    organization,
    slice,
    position: undefined,
    base: undefined,
    engine: undefined,
    withdrawn: [],
    parked: new Map(),
    head: undefined,
    heardAt: 0,
    passed: 0,
    forked: undefined,
    floor,
  };
}
