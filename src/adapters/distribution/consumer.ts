/**
 * A consumer: follows a feed, keeps an engine that decides in this process, remembers it on disk, and tells the source what it
 * enforces. What it may conclude is `src/distribution`; here are the network, the clock and the disk.
 */
import type { Crypto, PublicKey } from '../../../protocol/crypto/crypto.js';
import { checkNow } from '../../../protocol/crypto/steps.js';
import type { Position } from '../../distribution/message.js';
import { newReader, type ReaderState } from '../../distribution/reader.js';
import { openMessage } from '../../distribution/sealed.js';
import type { PolicyOptions } from '../../index.js';
import type { Pdp } from '../pdp/pdp.js';
import type { FeedBroadcast, FeedSource } from './carrier.js';
import { acknowledging } from './consumer-acknowledge.js';
import {
  type ConsumerCore,
  type ConsumerFault,
  makeCore,
  onStep,
  restoreCore,
} from './consumer-core.js';
import { following } from './consumer-follow.js';
import { consumerPdp } from './consumer-pdp.js';
import type { DoorClass } from './door-classes.js';
import { type FeedMemory, noMemory } from './feed-memory.js';
import { readerViews } from './reader-pdp.js';

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
  read(): Promise<{ readonly epoch: number; readonly revision: number } | undefined>;
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

/**
 * Starts a consumer: from its memory at once, then following its source. Never throws for what is outside: see `onFault`.
 * @throws TypeError for a name that cannot be one.
 */
export async function openConsumer(options: ConsumerOptions): Promise<Consumer> {
  if (!/^[A-Za-z0-9._~:@+-]{1,128}$/u.test(options.name)) {
    throw new TypeError(`not a name of a consumer \`${options.name}\``);
  }
  const now = options.now ?? Date.now;
  const memory = options.memory ?? noMemory();
  const floor = await options.witness?.read();
  const core = makeCore(newReader(options.organization, options.slice ?? '', floor), {
    memory,
    now,
    crypto: options.crypto,
    policyOptions: options.policyOptions ?? {},
    open: (bytes) => checkNow(openMessage(bytes, options.keys, options.crypto), options.crypto),
    onFault: options.onFault,
  });
  await restoreCore(core);
  const views = readerViews(() => core.state, now, options.classes);
  onStep(core, (before) => views.changed(before));
  const ending = new AbortController();
  const acknowledge = acknowledging(core, options, now, ending.signal);
  const follow = following(core, options, ending.signal);
  return {
    pdp: consumerPdp(core, views, now, options.source),
    position: () => core.state.position,
    state: () => core.state,
    ready: firstPolicy(core, ending.signal),
    onChange: (listener) => onStep(core, () => listener()),
    async stop() {
      ending.abort();
      await Promise.allSettled([follow, acknowledge]);
      await core.keeper.settled();
      await memory.close();
    },
  };
}

function firstPolicy(core: ConsumerCore, ended: AbortSignal): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    if (core.state.engine !== undefined) resolve();
    const stop = onStep(core, () => {
      if (core.state.engine === undefined) return;
      stop();
      resolve();
    });
    ended.addEventListener('abort', () => reject(new Error('stopped before a policy came')));
  });
  // Nobody need wait for it.
  ready.catch(() => undefined);
  return ready;
}
