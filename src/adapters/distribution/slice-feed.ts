/** What a publisher keeps of one slice: its engine, its last deltas, and what was taken away lately. */
import type { Delta, Position } from '../../distribution/message.js';
import type { Withdrawal } from '../../distribution/withdrawal.js';
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';

/** A change with its number. */
export type NumberedChanges = Changes & { readonly revision: number };

/** How much is kept. */
export interface FeedBounds {
  readonly deltas: number;
  readonly deltaBytes: number;
  readonly withdrawals: number;
  readonly withdrawalBytes: number;
  /** How long a heartbeat repeats a withdrawal, milliseconds. */
  readonly withdrawalAge: number;
}

/** A delta that is kept, sealed when somebody first wants it. */
export interface KeptDelta {
  readonly delta: Delta;
  readonly bytes: number;
  sealed: Promise<Uint8Array> | undefined;
}

/** One step of a feed: where it leads, and what it is made of. */
export interface FeedStep extends Position {
  readonly previous: string;
  readonly changes: NumberedChanges;
  /** Of the slice, after the change. */
  readonly engine: Engine;
  readonly withdraws: Withdrawal | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The feed of one slice. It changes: one publisher owns it. */
export class SliceFeed {
  readonly organization: string;
  readonly slice: string;
  readonly #bounds: FeedBounds;
  readonly #deltas: KeptDelta[] = [];
  #deltaBytes = 0;
  #withdrawn: { revision: number; withdraws: Withdrawal; bytes: number; at: number }[] = [];
  #withdrawnBytes = 0;
  #withdrawnSince: number;
  #engine: Engine;

  /** Begins at an engine: what came before it is not kept. */
  constructor(
    name: { readonly organization: string; readonly slice: string },
    engine: Engine,
    bounds: FeedBounds,
  ) {
    this.organization = name.organization;
    this.slice = name.slice;
    this.#engine = engine;
    this.#bounds = bounds;
    this.#withdrawnSince = engine.revision;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** Takes the next step. */
  advance(step: FeedStep): void {
    this.#engine = step.engine;
    this.#keep(step);
    const { revision, withdraws, at } = step;
    if (withdraws !== undefined) {
      const bytes = JSON.stringify(withdraws).length;
      this.#withdrawn.push({ revision, withdraws, bytes, at });
      this.#withdrawnBytes += bytes;
    }
    this.#forgetWithdrawn(at);
  }

  /**
   * Keeps the deltas that led to where it began, for readers that follow in order. Nobody knows any more what they took
   * away: whoever has a gap before one of them must take it that it took everything.
   */
  recall(steps: readonly Omit<FeedStep, 'engine' | 'withdraws'>[]): void {
    if (this.#deltas.length > 0) throw new TypeError('what came before is recalled first');
    for (const step of steps) this.#keep({ ...step, withdraws: { everything: true } });
  }

  /** Deltas after a revision, ascending; undefined where they are no longer kept. */
  after(revision: number, limit: number): readonly KeptDelta[] | undefined {
    const first = this.#deltas[0]?.delta.revision ?? this.#engine.revision + 1;
    if (revision < first - 1) return undefined;
    const from = Math.max(0, revision + 1 - first);
    return this.#deltas.slice(from, from + limit);
  }

  /** What a heartbeat says of withdrawals at a time. */
  withdrawn(at: number) {
    this.#forgetWithdrawn(at);
    return {
      withdrawn: this.#withdrawn.map(({ revision, withdraws }) => ({ revision, withdraws })),
      withdrawnSince: this.#withdrawnSince,
    };
  }

  #keep(step: Omit<FeedStep, 'engine'>): void {
    const { organization, slice } = this;
    const { epoch, revision, chain, previous, changes, withdraws, at } = step;
    const about = { organization, slice, epoch, revision, chain, at, previous, changes };
    const delta: Delta = {
      kind: 'delta',
      ...about,
      ...(withdraws === undefined ? {} : { withdraws }),
    };
    const bytes = JSON.stringify(changes).length;
    this.#deltas.push({ delta, bytes, sealed: undefined });
    this.#deltaBytes += bytes;
    const { deltas, deltaBytes } = this.#bounds;
    let gone = 0;
    while (
      this.#deltas.length - gone > 1 &&
      (this.#deltas.length - gone > deltas || this.#deltaBytes > deltaBytes)
    ) {
      this.#deltaBytes -= this.#deltas[gone++]?.bytes ?? 0;
    }
    if (gone > 0) this.#deltas.splice(0, gone);
  }

  /** What is forgotten is said to be: `withdrawnSince` is where completeness begins. */
  #forgetWithdrawn(at: number): void {
    const { withdrawals, withdrawalBytes, withdrawalAge } = this.#bounds;
    let gone = 0;
    for (const { revision, bytes, at: then } of this.#withdrawn) {
      const isTooMany = this.#withdrawn.length - gone > withdrawals;
      const isTooLarge = this.#withdrawnBytes > withdrawalBytes;
      if (!isTooMany && !isTooLarge && at - then <= withdrawalAge) break;
      gone++;
      this.#withdrawnBytes -= bytes;
      this.#withdrawnSince = revision;
    }
    if (gone > 0) this.#withdrawn = this.#withdrawn.slice(gone);
  }
}
