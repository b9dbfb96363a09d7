/**
 * The source of a feed as a port: follows the store of a site, seals every change once for each slice, keeps the last ones ready,
 * and knows who enforces what. `openPublisher` makes one; `docs/distribution.md` describes the protocol.
 */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import type { Signer } from '../../../protocol/crypto/steps.js';
import type { Acknowledgement, Position } from '../../distribution/message.js';
import type { PolicyOptions } from '../../index.js';
import type { Site } from '../site/site.js';
import type { Enforcement } from './acknowledgements.js';
import type { FeedSource } from './carrier.js';
import type { PublisherFault } from './feed-state.js';
import type { FeedRules } from './feeds.js';
import type { Timers } from './timers.js';

/** What a publisher is opened with. */
export interface PublisherOptions {
  readonly site: Site;
  /** Signs every message; readers must trust its public key. */
  readonly signer: Signer;
  readonly crypto: Crypto;
  /** Doors by the name of the slice that serves them. The whole policy is the slice of the empty name. */
  readonly slices?: Readonly<Record<string, readonly string[]>>;
  /** Default 5. */
  readonly heartbeatSeconds?: number;
  /** How often the store is looked at for what other processes wrote. Default 100. */
  readonly pollMilliseconds?: number;
  /** Deltas kept ready for readers that were away; others take a snapshot. Default 10 000, and 64 MiB a slice. */
  readonly keepDeltas?: number;
  readonly keepBytes?: number;
  /** How long heartbeats repeat what was taken away. Default 600. */
  readonly withdrawnSeconds?: number;
  /** Bytes of one part of a snapshot. Default 524 288. */
  readonly partBytes?: number;
  /** Bytes of snapshots kept ready. Default 256 MiB. */
  readonly snapshotBytes?: number;
  /** For how long one snapshot is given to all who ask. Default 2. */
  readonly snapshotSeconds?: number;
  /** Everybody who must enforce a change before it is in force. Default: the registered ones, see `registerConsumer`. */
  readonly consumers?: readonly string[] | (() => Promise<readonly string[]>);
  /** Whether an acknowledgement is taken. Carriers authenticate besides. Default: every well-formed one. */
  readonly authorize?: (acknowledgement: Acknowledgement) => boolean | Promise<boolean>;
  /** Told of every fault, once each time it begins, and of every failed look at the store. What it throws is dropped. */
  readonly onFault?: (fault: PublisherFault, detail: unknown) => void;
  /** Epoch milliseconds. Default: the site's clock. */
  readonly now?: () => number;
  readonly timers?: Timers;
  /** As of `openSite`: slices are compiled here too. */
  readonly policyOptions?: PolicyOptions;
  /** What is known of withdrawals and slices. Only tests give others. */
  readonly rules?: FeedRules;
}

/** Something that was published. */
export interface Published {
  readonly kind: 'delta' | 'heartbeat';
  readonly slice: string;
  readonly position: Position;
  readonly sealed: Uint8Array;
}

/** A source at work. */
export interface Publisher extends FeedSource {
  readonly organization: string;
  /** Names of the slices, the empty one of the whole first. */
  readonly slices: readonly string[];
  readonly position: Position;
  /** What keeps it from publishing now; empty when all is well. */
  readonly faults: readonly PublisherFault[];
  /** Looks at the store now. Never rejects. */
  wake(): Promise<void>;
  /** Hands on every sealed delta and heartbeat, for carriers that broadcast. What a listener throws is dropped. Answers how to stop. */
  watch(listener: (published: Published) => void): () => void;
  /**
   * How far a change is in force. A change counts as enforced where the reader caught up with it, or took away at
   * least what it takes away.
   * @param change - a revision of the running epoch, or a token of one.
   * @throws RangeError for a token of another organisation or epoch, or a revision that is not there yet.
   */
  enforced(change: number | string): Promise<Enforcement>;
  /**
   * Resolves when a change is in force everywhere; rejects with the signal's reason when that aborts.
   * @throws RangeError as `enforced`.
   */
  untilEnforced(
    change: number | string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Enforcement>;
  /** Ends it. Calling it twice does nothing more. */
  close(): Promise<void>;
}
