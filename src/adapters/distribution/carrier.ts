/**
 * The ports between a source of a feed, whatever carries it, and its readers. A carrier promises nothing about bytes:
 * messages are sealed (`src/distribution/sealed.ts`), and readers check every one.
 */
import type { Acknowledgement } from '../../distribution/message.js';

/** A sealed snapshot and its body. */
export interface CarriedSnapshot {
  /** A sealed `SnapshotHead`. */
  readonly head: Uint8Array;
  /** The parts in order, each as long as the head says. */
  readonly parts: AsyncIterable<Uint8Array>;
}

/** Deltas in order, and a heartbeat. */
export interface CarriedDeltas {
  /** Sealed deltas, ascending, the first at `after + 1`. */
  readonly deltas: readonly Uint8Array[];
  /** A sealed heartbeat made after the last of them. */
  readonly heartbeat: Uint8Array;
}

/** What a source answers. `behind`: that revision is no longer kept, take a snapshot. */
export type DeltasResult = CarriedDeltas | { readonly behind: true };

/** Where a feed comes from: a publisher in this process, or the far side of a carrier. */
export interface FeedSource {
  /** @throws CarrierError */
  snapshot(slice: string, signal?: AbortSignal): Promise<CarriedSnapshot>;
  /**
   * Deltas after a revision of an epoch, at most 1 000; none is an answer too. `waitSeconds`: answer only when there is one, or
   * after so many seconds.
   * @throws CarrierError
   */
  deltas(
    slice: string,
    after: { readonly epoch: number; readonly revision: number },
    options?: { readonly waitSeconds?: number; readonly signal?: AbortSignal },
  ): Promise<DeltasResult>;
  /** Tells the source what is enforced. @throws CarrierError */
  acknowledge(acknowledgement: Acknowledgement, signal?: AbortSignal): Promise<void>;
}

/** A carrier that brings messages by itself, in any order, perhaps twice, perhaps not at all (NATS). */
export interface FeedBroadcast {
  /**
   * Hands on every sealed delta and heartbeat of a slice until the signal aborts; reconnects by itself. Resolves when it ended.
   * @param since - hand on also what was said after this time, epoch milliseconds, where the carrier kept it.
   */
  follow(
    slice: string,
    onMessage: (sealed: Uint8Array) => void,
    options: { readonly signal: AbortSignal; readonly since?: number },
  ): Promise<void>;
}

/** A carrier that could not: no connection, a refusal, an answer that makes no sense. */
export class CarrierError extends Error {
  override readonly name = 'CarrierError';
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable;
  }
}
