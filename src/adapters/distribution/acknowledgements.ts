/** What readers said they enforce, and whether a change is in force everywhere. */
import type { Acknowledgement } from '../../distribution/message.js';

/** How far a change is in force. */
export interface Enforcement {
  readonly revision: number;
  /** How many of the consumers enforce it. */
  readonly enforced: number;
  /** How many consumers there are. */
  readonly of: number;
  /** Those that did not say so, by ascending id. */
  readonly missing: readonly MissingConsumer[];
}

/** A consumer that did not say that it enforces a change. */
export interface MissingConsumer {
  readonly consumer: string;
  /** What it said last in this epoch; undefined where it said nothing. */
  readonly revision: number | undefined;
  /** When it was last heard of, by our clock, epoch milliseconds; undefined: never. */
  readonly lastHeard: number | undefined;
}

/** What one consumer said last. */
export interface HeardConsumer {
  readonly slice: string;
  readonly epoch: number;
  readonly revision: number;
  readonly withdrawn: ReadonlySet<number>;
  /** By the consumer's clock, epoch milliseconds. */
  readonly at: number;
  /** By ours. */
  readonly lastHeard: number;
}

/** What became of an acknowledgement. `went_back`: the consumer says of itself that it enforces less than before. */
export type AcknowledgementTaken = 'taken' | 'older' | 'went_back';

/** Consumers that are remembered, at most: beyond, one must be registered. */
const CONSUMERS_MAX = 100_000;
/** How long before another that came first one may have been sent, milliseconds; beyond, it is the clock that was set back. */
const OVERTAKEN_MS = 60_000;

/** What consumers said. It changes: one publisher owns it. */
export class Acknowledgements {
  readonly #heard = new Map<string, HeardConsumer>();

  /** Those who said anything. */
  get consumers(): Iterable<string> {
    return this.#heard.keys();
  }

  /** What one said last. */
  of(consumer: string): HeardConsumer | undefined {
    return this.#heard.get(consumer);
  }

  /**
   * Takes one. What was said earlier and comes later changes nothing; a consumer that itself says later that it enforces
   * less (its disk was put back) is believed, since nobody may call enforced what no longer is.
   * @param now - our clock, epoch milliseconds.
   */
  take(acknowledgement: Acknowledgement, now: number): AcknowledgementTaken {
    const { consumer, slice, epoch, revision } = acknowledgement;
    // A clock that runs ahead for a moment must not make everything older that is said later.
    const at = Math.min(acknowledgement.at, now + OVERTAKEN_MS);
    const known = this.#heard.get(consumer);
    const said: HeardConsumer = {
      slice,
      epoch,
      revision,
      withdrawn: new Set(acknowledgement.withdrawn),
      at,
      lastHeard: now,
    };
    if (known === undefined) {
      if (this.#heard.size < CONSUMERS_MAX) this.#heard.set(consumer, said);
      return 'taken';
    }
    const isFurther = epoch > known.epoch || (epoch === known.epoch && revision > known.revision);
    if (isFurther) {
      this.#heard.set(consumer, said);
      return 'taken';
    }
    const isSame = epoch === known.epoch && revision === known.revision;
    if (isSame && at >= known.at) {
      this.#heard.set(consumer, said);
      return 'taken';
    }
    if (!isSame && (at > known.at || at < known.at - OVERTAKEN_MS)) {
      this.#heard.set(consumer, said);
      return 'went_back';
    }
    this.#heard.set(consumer, { ...known, lastHeard: now });
    return 'older';
  }

  /** From now on a consumer enforces nothing that is known, until it says what. */
  doubt(consumer: string, slice: string, now: number): void {
    const known = this.#heard.get(consumer);
    if (known === undefined && this.#heard.size >= CONSUMERS_MAX) return;
    const at = known?.at ?? 0;
    const nothing = { epoch: 0, revision: 0, withdrawn: new Set<number>() };
    this.#heard.set(consumer, { slice, ...nothing, at, lastHeard: now });
  }

  /** How far a revision of an epoch is in force at these consumers. */
  enforcement(consumers: Iterable<string>, epoch: number, revision: number): Enforcement {
    const missing: MissingConsumer[] = [];
    let all = 0;
    for (const consumer of new Set(consumers)) {
      all++;
      const heard = this.#heard.get(consumer);
      if (heard !== undefined && isInForce(heard, epoch, revision)) continue;
      const isOfEpoch = heard?.epoch === epoch;
      missing.push({
        consumer,
        revision: isOfEpoch ? heard.revision : undefined,
        lastHeard: heard?.lastHeard,
      });
    }
    missing.sort((a, b) => (a.consumer < b.consumer ? -1 : 1));
    return { revision, enforced: all - missing.length, of: all, missing };
  }
}

function isInForce(heard: HeardConsumer, epoch: number, revision: number): boolean {
  if (heard.epoch !== epoch) return false;
  return heard.revision >= revision || heard.withdrawn.has(revision);
}
