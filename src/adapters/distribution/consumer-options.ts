/** What a consumer is made of, and what it offers. */
import type { Crypto, PublicKey } from '../../../protocol/crypto/crypto.js';
import type { Position } from '../../distribution/message.js';
import type { ReaderState } from '../../distribution/reader.js';
import type { PolicyOptions } from '../../index.js';
import type { Pdp } from '../pdp/pdp.js';
import type { FeedBroadcast, FeedSource } from './carrier.js';
import type { ConsumerFault } from './consumer-core.js';
import type { DoorClass } from './door-classes.js';
import type { FeedMemory } from './feed-memory.js';

/** What a consumer is made of. */
export interface ConsumerOptions {
  readonly organization: string;
  /** The slice to follow; default: the whole policy. */
  readonly slice?: string;
  /** Its name in acknowledgements, 1 to 128 characters of `[A-Za-z0-9._~:@+-]`. */
  readonly name: string;
  /** Whom to ask for snapshots and deltas, and to tell what is enforced. */
  readonly source: FeedSource;
  /** What brings messages by itself; without one the source is asked by long polls. */
  readonly broadcast?: FeedBroadcast;
  /** Who may sign the feed. */
  readonly keys: readonly PublicKey[];
  readonly crypto: Crypto;
  /** Default: none, so that every start needs the source. */
  readonly memory?: FeedMemory;
  /**
   * Something outside the memory, such as a counter of a security chip or another disk, that knows what was in force: an old
   * copy of the memory put back then decides nothing as fresh.
   */
  readonly witness?: Witness;
  /** Default: one class, five minutes, fail secure. */
  readonly classes?: readonly DoorClass[];
  readonly policyOptions?: PolicyOptions;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** How long a long poll may wait, seconds; default 20. With a broadcast: how often the source is asked all the same. */
  readonly waitSeconds?: number;
  /** Told once for every fault that begins. What it throws is dropped. */
  readonly onFault?: (fault: ConsumerFault, detail: string) => void;
}

/** Remembers what was in force, outside the memory. */
export interface Witness {
  /** The newest that was in force; undefined before the first. Asked once, at the start: when it rejects, nothing starts. */
  read(): Promise<{ readonly epoch: number; readonly revision: number } | undefined>;
  /** Remembers what is in force; durable when it resolves. When it rejects, nothing is acknowledged, and it is asked again. */
  write(seen: { readonly epoch: number; readonly revision: number }): Promise<void>;
}

/** A consumer at work. */
export interface Consumer {
  readonly pdp: Pdp;
  /** Where it stands; undefined before the first policy. */
  position(): Position | undefined;
  /** Everything it knows, for tests and monitors. */
  state(): ReaderState;
  /** Resolves with the first policy, from memory or from the source. Rejects when stopped before. */
  readonly ready: Promise<void>;
  /** Calls back after every change of what is in force, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Ends it; what it decides stays as it is and grows stale. */
  stop(): Promise<void>;
}
