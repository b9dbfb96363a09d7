/** A publisher at work: see `publisher.ts`. */
import type { Acknowledgement, FeedMessage, Position } from '../../distribution/message.js';
import { sealMessage } from '../../distribution/sealed.js';
import { signLater } from '../later.js';
import { quietly } from '../quietly.js';
import type { Enforcement } from './acknowledgements.js';
import { Acknowledging } from './acknowledging.js';
import { type CarriedSnapshot, CarrierError, type DeltasResult } from './carrier.js';
import { feedRules } from './feed-rules.js';
import { FeedState, type PublisherFault } from './feed-state.js';
import type { Published, Publisher, PublisherOptions } from './publisher.js';
import { type PublisherSettings, publisherSettings } from './publisher-settings.js';
import { type Sealing, sealing } from './sealing.js';
import type { SliceFeed } from './slice-feed.js';
import { type MadeSnapshot, type SnapshotShelf, snapshotShelf } from './snapshot-shelf.js';
import { nextTurn, type WaitingRoom, waitingRoom } from './timers.js';

/** Deltas of one answer, as the port says, and about how many bytes they are. */
const ANSWER_DELTAS = 1000;
const ANSWER_BYTES = 8 * 1024 * 1024;
/** Longest wait of one call: proxies close connections that are silent for longer. */
const WAIT_SECONDS_MAX = 60;

/** The publisher. */
export class RunningPublisher implements Publisher {
  readonly organization: string;
  readonly #settings: PublisherSettings;
  readonly #state: FeedState;
  readonly #polling: WaitingRoom;
  readonly #shelf: SnapshotShelf;
  readonly #sealing: Sealing;
  readonly #acknowledging: Acknowledging;
  readonly #listeners = new Set<(published: Published) => void>();
  /** Deltas go out in their order, whatever a signer takes. */
  #telling: Promise<void> = Promise.resolve();
  #forget: readonly (() => void)[] = [];
  #beatAt = 0;
  #isClosed = false;

  /** @throws StoreError, RangeError, TypeError as `openPublisher`. */
  static async open(options: PublisherOptions): Promise<Publisher> {
    const settings = publisherSettings(options);
    const { site, crypto, now, fault, slices, bounds, policyOptions } = settings;
    let publisher: RunningPublisher | undefined;
    const state = await FeedState.open({
      site,
      sha256: (bytes) => crypto.sha256(bytes),
      now,
      onFault: fault,
      onNews: (revisions) => publisher?.onNews(revisions),
      slices,
      rules: options.rules ?? feedRules,
      bounds,
      policyOptions,
    });
    publisher = new RunningPublisher(settings, state);
    publisher.start();
    return publisher;
  }

  private constructor(settings: PublisherSettings, state: FeedState) {
    const { site, timers, now, crypto, signer } = settings;
    const seal = (message: FeedMessage) => signLater(sealMessage(message, signer, crypto));
    this.organization = site.organization;
    this.#settings = settings;
    this.#state = state;
    this.#polling = waitingRoom(timers, now);
    this.#sealing = sealing(seal);
    this.#acknowledging = new Acknowledging(settings, state);
    this.#shelf = snapshotShelf({
      partBytes: settings.partBytes,
      bytesMax: settings.snapshotBytes,
      sha256: (bytes) => crypto.sha256(bytes),
      seal,
      pause: nextTurn,
    });
  }

  get slices(): readonly string[] {
    return this.#state.feeds.names;
  }

  get position(): Position {
    return this.#state.position;
  }

  get faults(): readonly PublisherFault[] {
    return this.#state.faults;
  }

  async wake(): Promise<void> {
    if (!this.#isClosed) await this.#state.look();
  }

  watch(listener: (published: Published) => void): () => void {
    // What one throws must keep no delta from the others.
    const told = quietly(listener);
    this.#listeners.add(told);
    return () => void this.#listeners.delete(told);
  }

  async snapshot(slice: string, signal?: AbortSignal): Promise<CarriedSnapshot> {
    this.#feed(slice);
    await this.wake();
    signal?.throwIfAborted();
    const made = await this.#snapshot(slice);
    this.#state.requireSound();
    return { head: made.head, parts: made.parts() };
  }

  async deltas(
    slice: string,
    after: { readonly epoch: number; readonly revision: number },
    options: { readonly waitSeconds?: number; readonly signal?: AbortSignal } = {},
  ): Promise<DeltasResult> {
    const { waitSeconds = 0, signal } = options;
    const { now } = this.#settings;
    const asked = 1000 * Math.min(WAIT_SECONDS_MAX, waitSeconds);
    const until = now() + asked;
    this.#feed(slice);
    const known = this.#state.position;
    const isBeyond = after.epoch > known.epoch || after.revision > known.revision;
    // Who does not wait wants what is true now.
    if (isBeyond || !(waitSeconds > 0)) await this.wake();
    for (;;) {
      signal?.throwIfAborted();
      const feed = this.#feed(slice);
      const { epoch, revision } = this.#state.position;
      if (after.epoch < epoch) return { behind: true };
      if (after.epoch > epoch) {
        throw new CarrierError('of an epoch that is not known here', { retryable: true });
      }
      const left = until - now();
      // A clock that was set back makes no wait longer.
      const isOver = !(left > 0 && left <= asked);
      if (after.revision < revision || isOver || this.#isClosed) {
        return this.#answer(feed, after.revision);
      }
      await this.#polling.wait(left, signal);
    }
  }

  async acknowledge(acknowledgement: Acknowledgement): Promise<void> {
    await this.#acknowledging.take(acknowledgement);
  }

  enforced(change: number | string): Promise<Enforcement> {
    return this.#acknowledging.enforced(change);
  }

  untilEnforced(
    change: number | string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Enforcement> {
    return this.#acknowledging.untilEnforced(change, signal);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const forget of this.#forget) forget();
    this.#polling.wake();
    this.#acknowledging.close();
    this.#shelf.clear();
    await this.#state.settled();
    await this.#telling;
  }

  /** Begins to look and to send heartbeats by itself. */
  private start(): void {
    const { timers, pollMs, heartbeatMs, site } = this.#settings;
    const every = (milliseconds: number, work: () => Promise<void>): (() => void) => {
      let forget = () => {};
      const again = (): void => {
        if (!this.#isClosed)
          forget = timers.set(() => void work().then(again, again), milliseconds);
      };
      again();
      return () => forget();
    };
    this.#forget = [
      every(pollMs, () => this.wake()),
      every(heartbeatMs, () => this.#beat()),
      site.watch?.(() => void this.wake()) ?? (() => {}),
    ];
  }

  private onNews(revisions: readonly number[]): void {
    this.#polling.wake();
    const first = revisions[0];
    if (first === undefined || this.#listeners.size === 0) return;
    // Taken now: what comes later is told later.
    const kept = this.slices.flatMap((slice) =>
      (this.#state.feeds.feed(slice)?.after(first - 1, revisions.length) ?? []).map((delta) => ({
        slice,
        delta,
      })),
    );
    this.#telling = this.#telling.then(async () => {
      for (const { slice, delta } of kept) {
        const { epoch, revision, chain } = delta.delta;
        await this.#tell('delta', slice, { epoch, revision, chain }, () =>
          this.#sealing.delta(delta),
        );
      }
    });
  }

  /** Says where the source is, unless nothing was verified since it said so last. */
  async #beat(): Promise<void> {
    const { verifiedAt, position, faults, feeds } = this.#state;
    if (this.#listeners.size === 0 || verifiedAt === this.#beatAt || faults.length > 0) return;
    this.#beatAt = verifiedAt;
    for (const slice of feeds.names) {
      const feed = feeds.feed(slice);
      if (feed === undefined) continue;
      await this.#tell('heartbeat', slice, position, () =>
        this.#sealing.heartbeat(feed, position, verifiedAt),
      );
    }
  }

  /** A message that could not be sealed is not told: the next heartbeat heals that. */
  async #tell(
    kind: Published['kind'],
    slice: string,
    position: Position,
    seal: () => Promise<Uint8Array>,
  ): Promise<void> {
    try {
      const sealed = await seal();
      for (const listener of this.#listeners) listener({ kind, slice, position, sealed });
    } catch (error) {
      this.#settings.fault('signer', error);
    }
  }

  /** One for all who ask at about the same time: making one may take longer than it is shared for. */
  async #snapshot(slice: string): Promise<MadeSnapshot> {
    const oldest = this.#state.verifiedAt - this.#settings.snapshotMs;
    for (;;) {
      const known = this.#shelf.newest(slice);
      const made = await known?.catch(() => undefined);
      const feed = this.#feed(slice);
      const { verifiedAt, position } = this.#state;
      const isFresh =
        made?.about.epoch === position.epoch &&
        made.about.at >= oldest &&
        feed.after(made.about.revision, 1) !== undefined;
      if (isFresh) return made;
      // Whoever comes first makes the next one; the others wait for that.
      if (known !== this.#shelf.newest(slice)) continue;
      const about = { organization: this.organization, slice, ...position, at: verifiedAt };
      return this.#shelf.make({ about, engine: feed.engine });
    }
  }

  async #answer(feed: SliceFeed, revision: number): Promise<DeltasResult> {
    const kept = feed.after(revision, ANSWER_DELTAS);
    if (kept === undefined) return { behind: true };
    const { position, verifiedAt } = this.#state;
    const deltas: Uint8Array[] = [];
    let bytes = 0;
    for (const delta of kept) {
      if (bytes > ANSWER_BYTES) break;
      const sealed = await this.#sealing.delta(delta);
      bytes += sealed.length;
      deltas.push(sealed);
    }
    const heartbeat = await this.#sealing.heartbeat(feed, position, verifiedAt);
    this.#state.requireSound();
    return { deltas, heartbeat };
  }

  /** @throws CarrierError while nothing may be published, or for a slice there is not. */
  #feed(slice: string): SliceFeed {
    this.#state.requireSound();
    const feed = this.#state.feeds.feed(slice);
    if (feed !== undefined) return feed;
    throw new CarrierError(`no slice \`${slice}\``, { retryable: false });
  }
}
