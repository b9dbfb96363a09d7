/**
 * The reader of a feed as a pure machine: what a process far from the source may decide by, whatever the carrier did to the
 * messages. Bytes, clock and disk come in from outside; what is to be done goes out as effects.
 *
 * What it permits is at most what the source permitted at the reader's contiguous revision, less every newer
 * withdrawal it heard of.
 */
import type { Engine } from '../engine/engine.js';
import type { Delta, FeedMessage, Position } from './message.js';
import type { Withdrawal } from './withdrawal.js';

/** Something to be shown to whoever runs this. */
export type ReaderFault =
  /** Changes are missing between what is in force and what was heard of. */
  | 'gap'
  /** Two histories under one epoch: the source was restored without beginning a new epoch, or somebody forges. */
  | 'fork'
  /** A message of an earlier epoch, or a heartbeat older than one heard before. Told once, then ignored. */
  | 'replay'
  /** A message of a time that has not come yet, by more than the skew. */
  | 'future'
  /** The own clock stands before a time that was already known to have passed. */
  | 'clock'
  /** A delta that does not fit the policy: the state is kept, a snapshot is fetched. */
  | 'misfit';

/** What a reader knows. Immutable; `receive` answers a new one. */
export interface ReaderState {
  readonly organization: string;
  readonly slice: string;
  /** Up to where everything is known; undefined before the first snapshot. */
  readonly position: Position | undefined;
  /** At `position`, without withdrawals heard of beyond it. */
  readonly base: Engine | undefined;
  /** What decides: `base` less the withdrawals. The same object as `base` where there are none. */
  readonly engine: Engine | undefined;
  /** Withdrawals of revisions above `position`, by revision. */
  readonly withdrawn: ReadonlyMap<number, Withdrawal>;
  /** Deltas above a gap, by revision; at most `PARKED_MAX`. */
  readonly parked: ReadonlyMap<number, Delta>;
  /** The newest position the source was heard to be at. */
  readonly head: Position | undefined;
  /** The source's time of the newest message that proved its head, epoch milliseconds. */
  readonly heardAt: number;
  /** The latest instant known to have passed, by the own clock or the source's. */
  readonly passed: number;
  readonly faults: ReadonlySet<ReaderFault>;
}

/** What is to be done. */
export type ReaderEffect =
  /** Write to disk before anything newer is acknowledged: a snapshot came, or a delta was applied. */
  | { readonly kind: 'keep'; readonly message: FeedMessage }
  /** Ask the source for deltas after `position`. */
  | { readonly kind: 'fetch_deltas' }
  /** Ask the source for a snapshot. */
  | { readonly kind: 'fetch_snapshot' }
  /** Tell the source what is enforced now. */
  | {
      readonly kind: 'acknowledge';
      readonly revision: number;
      readonly withdrawn: readonly number[];
    }
  /** Show it. */
  | { readonly kind: 'fault'; readonly fault: ReaderFault; readonly detail: string };

/** After an input. */
export interface ReaderStep {
  readonly state: ReaderState;
  readonly effects: readonly ReaderEffect[];
}
