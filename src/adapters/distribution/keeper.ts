/** What a consumer keeps in its memory, in order, and whether everything in force is durable. */
import type { FeedMemory } from './feed-memory.js';

/** A point in a history, for comparing. */
export interface Ordered {
  readonly epoch: number;
  readonly revision: number;
}

/** Keeps sealed bytes. */
export interface Keeper {
  /** Adds a message; `isOld`: it came from the memory itself. */
  content(sealed: Uint8Array, about: Ordered, isOld: boolean): void;
  /** Replaces the proof, if the last one was written long enough ago. */
  proof(sealed: Uint8Array): void;
  /** Puts a snapshot in place of the one before, with the messages that are newer than it. Resolves when that is done or failed. */
  commit(write: (messages: readonly Uint8Array[]) => Promise<void>, head: Ordered): Promise<void>;
  /** Tells which snapshot the memory held at the start. */
  began(head: Ordered): void;
  /** Whether a snapshot is older than the one that is kept: what lies between the two is kept no longer. */
  isOutdated(head: Ordered): boolean;
  /** Something in force could not be kept. */
  failed(error: unknown): void;
  /** Waits for what was begun. Whether everything is durable then. */
  settled(): Promise<boolean>;
}

/** A proof is written at most so often: losing one makes knowledge look so much older after a restart. */
const PROOF_EVERY_MS = 30_000;
/** Messages kept since the last snapshot, after which a new snapshot costs less than reading them at a start. */
const KEPT_MAX = 10_000;

/** How often a snapshot is wished for that would make a disk good again. */
const MEND_EVERY_MS = 60_000;

/** What a keeper tells. */
export interface KeeperHost {
  readonly now: () => number;
  /** A snapshot would be welcome: there is much to read, or the disk is behind. */
  readonly onWish: () => void;
  readonly onFailed: (error: unknown) => void;
  readonly onMended: () => void;
}

/** A keeper over a memory. */
export function makeKeeper(memory: FeedMemory, host: KeeperHost): Keeper {
  let writing: Promise<void> = Promise.resolve();
  let isDurable = true;
  let kept: (Ordered & { readonly sealed: Uint8Array })[] = [];
  let snapshot: Ordered | undefined;
  let provenAt = -Infinity;
  let pending: Uint8Array[] = [];
  let mendAt = -Infinity;
  const failed = (error: unknown): void => {
    isDurable = false;
    host.onFailed(error);
  };
  const queue = (write: () => Promise<void>): Promise<void> =>
    (writing = writing.then(write).catch(failed));
  return {
    content(sealed, { epoch, revision }, isOld) {
      kept.push({ epoch, revision, sealed });
      if (kept.length % KEPT_MAX === 0) host.onWish();
      if (isOld) return;
      pending.push(sealed);
      // One write for everything that comes while the one before is on its way.
      if (pending.length === 1) {
        void queue(() => {
          const messages = pending;
          pending = [];
          return memory.append(messages);
        });
      }
    },
    proof(sealed) {
      // Either way: a clock that was set back must not stop it.
      if (Math.abs(host.now() - provenAt) < PROOF_EVERY_MS) return;
      provenAt = host.now();
      void queue(() => memory.prove(sealed));
    },
    commit: (write, head) =>
      queue(async () => {
        const news = kept.filter((one) => isAfter(one, head));
        await write(news.map(({ sealed }) => sealed));
        kept = kept.filter((one) => isAfter(one, head));
        snapshot = head;
        isDurable = true;
        host.onMended();
      }),
    began(head) {
      snapshot = head;
    },
    isOutdated: (head) => snapshot !== undefined && isAfter(snapshot, head),
    failed,
    async settled() {
      await writing;
      // What the disk has is behind. A snapshot written whole makes it good again.
      if (!isDurable && Math.abs(host.now() - mendAt) >= MEND_EVERY_MS) {
        mendAt = host.now();
        host.onWish();
      }
      return isDurable;
    },
  };
}

function isAfter(one: Ordered, other: Ordered): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.revision > other.revision);
}
