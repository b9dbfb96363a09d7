/**
 * The messages of a feed: how engines far away learn a policy and its changes. Carriers may lose, repeat and reorder
 * them; what a reader may conclude follows from the messages alone. `docs/distribution.md` describes the protocol.
 */
import type { Changes } from '../policy/changes.js';
import type { Withdrawal } from './withdrawal.js';

/** A point in the history of one organisation. */
export interface Position {
  /** Which run of the history, a positive integer; greater after every restore of the source. */
  readonly epoch: number;
  /** The policy's revision. */
  readonly revision: number;
  /** SHA-256 over everything up to here since the epoch began, 64 hex digits: two histories never share it. */
  readonly chain: string;
}

/** What every message says first. */
export interface About extends Position {
  readonly organization: string;
  /** Which part of the policy: empty for the whole, else the name of a slice. */
  readonly slice: string;
  /** When it was made by the source's clock, epoch milliseconds. */
  readonly at: number;
}

/** A policy as it stands at a position. Its body travels apart, in parts. */
export interface SnapshotHead extends About {
  readonly kind: 'snapshot';
  /** Parts in order; their bytes together are the UTF-8 JSON of the policy document. */
  readonly parts: readonly { readonly bytes: number; readonly sha256: string }[];
}

/** One change: leads from the position before to this one. */
export interface Delta extends About {
  readonly kind: 'delta';
  /** The chain at `revision - 1`. */
  readonly previous: string;
  /** What `Engine.apply` takes, with `revision`. Of a slice: what the change is in it, perhaps nothing. */
  readonly changes: Changes & { readonly revision: number };
  /** What it takes away, for readers that have not got so far; absent when nothing. */
  readonly withdraws?: Withdrawal;
}

/** The newest position, and what was taken away lately, so that one lost delta is healed by the next heartbeat. */
export interface Heartbeat extends About {
  readonly kind: 'heartbeat';
  /** Withdrawals of the revisions after `withdrawnSince`, ascending; revisions that took nothing are left out. */
  readonly withdrawn: readonly { readonly revision: number; readonly withdraws: Withdrawal }[];
  /** `withdrawn` is complete for every revision above this one. */
  readonly withdrawnSince: number;
}

/** Any message that is signed. */
export type FeedMessage = SnapshotHead | Delta | Heartbeat;

/** What a reader tells its source: this is what I enforce. */
export interface Acknowledgement {
  readonly organization: string;
  readonly slice: string;
  /** Who: 1 to 128 characters of `[A-Za-z0-9._~:@+-]`. */
  readonly consumer: string;
  readonly epoch: number;
  /** Every change up to here is in force. */
  readonly revision: number;
  /** The chain there, by which a source sees that it was set back. */
  readonly chain: string;
  /** Newer revisions whose withdrawals are in force although changes before them are missing, ascending, at most 1 000. */
  readonly withdrawn: readonly number[];
  /** By the reader's clock, epoch milliseconds. */
  readonly at: number;
}
