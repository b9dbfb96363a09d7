/**
 * What a publisher knows of its store, kept up to date: looks again and again, and says as of when it looked. Where the
 * store is not what it was, it says nothing more.
 */
import type { Sha256 } from '../../admin/events/chain.js';
import type { Position } from '../../distribution/message.js';
import type { Site } from '../site/site.js';
import { CarrierError } from './carrier.js';
import { type Feeds, type FeedsGround, startFeeds } from './feeds.js';
import { type FollowerStart, followOutbox, type OutboxFollower } from './follow-outbox.js';

/**
 * What went wrong, to be shown. `source_went_back`: the store lost history that readers have seen, nothing is published until this
 * process is started again. `store`: it could not be read, or holds what does not fit. `slice_misfit`: a slice was made anew.
 * `signer`: no signature. `consumer_went_back`: a reader enforces less than it said before. `consumer_ahead`: a reader says that it
 * enforces what is not in the store: either that is not so, or the store was put back and no new epoch was begun.
 */
export type PublisherFault =
  | 'source_went_back'
  | 'store'
  | 'slice_misfit'
  | 'signer'
  | 'consumer_went_back'
  | 'consumer_ahead';

/** What the state is made of. */
export interface FeedStateGround extends Omit<FeedsGround, 'onMisfit' | 'organization'> {
  readonly site: Site;
  readonly sha256: Sha256;
  readonly now: () => number;
  readonly onFault: (fault: PublisherFault, detail: unknown) => void;
  /** Called after rows were taken, and after a new epoch. */
  readonly onNews: (revisions: readonly number[]) => void;
}

/** The state. It changes: one publisher owns it. */
export class FeedState {
  readonly #ground: FeedStateGround;
  #follower: OutboxFollower;
  #feeds: Feeds;
  #position: Position;
  #verifiedAt: number;
  /** How the store was seen to be put back. For good: this process has compiled what is no longer true. */
  #wentBack: string | undefined;
  #isBroken = false;
  #isUnread = false;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(ground: FeedStateGround, start: FollowerStart, at: number) {
    this.#ground = ground;
    this.#follower = start.follower;
    this.#feeds = this.#started(start, at);
    this.#position = start.follower.position;
    this.#verifiedAt = at;
  }

  /** @throws StoreError when the store cannot be read, or lies behind its own feed. */
  static async open(ground: FeedStateGround): Promise<FeedState> {
    const at = ground.now();
    return new FeedState(ground, await followOutbox(ground.site, ground.sha256), at);
  }

  get feeds(): Feeds {
    return this.#feeds;
  }

  get position(): Position {
    return this.#position;
  }

  /** When a look began that found nothing newer than the position, by our clock. Nothing may be called newer than that. */
  get verifiedAt(): number {
    return this.#verifiedAt;
  }

  /** What keeps it from going on; empty when all is well. */
  get faults(): readonly PublisherFault[] {
    const faults: PublisherFault[] = [];
    if (this.#wentBack !== undefined) faults.push('source_went_back');
    if (this.#isUnread) faults.push('store');
    return faults;
  }

  /** @throws CarrierError while nothing may be published. */
  requireSound(): void {
    if (this.#wentBack === undefined) return;
    throw new CarrierError(`the source went back: ${this.#wentBack}`, { retryable: true });
  }

  /** Looks at the store; at least one look begins after the call. Never rejects. */
  look(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#look().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.look();
    });
    return this.#next;
  }

  /** Resolves when no look is under way. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Nothing is published any more. */
  #goneBack(detail: string): void {
    this.#wentBack = detail;
    this.#ground.onFault('source_went_back', detail);
  }

  async #look(): Promise<void> {
    const at = this.#ground.now();
    try {
      if (this.#wentBack !== undefined) return;
      if (this.#isBroken) await this.#reopen(at);
      while (!(await this.#takePage(at)));
      this.#isUnread = false;
    } catch (error) {
      this.#isUnread = true;
      this.#ground.onFault('store', error);
    }
  }

  /** Takes what is new; answers whether that was all. */
  async #takePage(at: number): Promise<boolean> {
    const looked = await this.#follower.look(at);
    if (looked.kind === 'back') {
      this.#goneBack(looked.detail);
      return true;
    }
    if (looked.kind === 'epoch') {
      if (!(await this.#follower.isContinued())) this.#goneBack('begun anew elsewhere');
      else await this.#reopen(at);
      return this.#wentBack !== undefined;
    }
    // Should one row not fit, the follower is ahead of the feeds: then all begin anew.
    this.#isBroken = looked.rows.length > 0;
    for (const row of looked.rows) this.#feeds.advance(row, at);
    this.#isBroken = false;
    this.#position = this.#follower.position;
    if (looked.isAll) this.#verifiedAt = at;
    if (looked.rows.length > 0) this.#ground.onNews(looked.rows.map(({ revision }) => revision));
    // A checkpoint that could not be written is written later.
    await this.#follower.keepCheckpoint().catch((error) => this.#ground.onFault('store', error));
    return looked.isAll;
  }

  async #reopen(at: number): Promise<void> {
    const start = await followOutbox(this.#ground.site, this.#ground.sha256);
    this.#feeds = this.#started(start, at);
    this.#follower = start.follower;
    this.#position = start.follower.position;
    this.#isBroken = false;
    this.#ground.onNews([]);
  }

  #started(start: FollowerStart, at: number): Feeds {
    const { site, onFault } = this.#ground;
    const onMisfit = (slice: string, error: unknown) => onFault('slice_misfit', { slice, error });
    return startFeeds({ ...this.#ground, organization: site.organization, onMisfit }, start, at);
  }
}
