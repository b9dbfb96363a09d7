/** Takes acknowledgements, and says how far a change is in force. */
import type { Acknowledgement } from '../../distribution/message.js';
import { parseAcknowledgement } from '../../distribution/parse-message.js';
import { readToken } from '../pdp/token.js';
import { Acknowledgements, type Enforcement } from './acknowledgements.js';
import { CarrierError } from './carrier.js';
import { registeredConsumers } from './consumers.js';
import type { FeedState } from './feed-state.js';
import type { PublisherSettings } from './publisher-settings.js';
import { type WaitingRoom, waitingRoom } from './timers.js';

/** How long a wait for enforcement goes without looking at the list of consumers again, milliseconds. */
const RELIST_MS = 5_000;
/** Consumers that are told of one by one. */
const DOUBTED_MAX = 10_000;

/** The acknowledgements of one publisher. */
export class Acknowledging {
  readonly #organization: string;
  readonly #settings: PublisherSettings;
  readonly #state: FeedState;
  readonly #room: WaitingRoom;
  readonly #heard = new Acknowledgements();
  /** Consumers that were told of and said nothing since that can be true. */
  readonly #doubted = new Set<string>();
  #isClosed = false;

  constructor(settings: PublisherSettings, state: FeedState) {
    this.#organization = settings.site.organization;
    this.#settings = settings;
    this.#state = state;
    this.#room = waitingRoom(settings.timers, settings.now);
  }

  /** @throws CarrierError for what is refused. */
  async take(given: Acknowledgement): Promise<void> {
    const parsed = parseAcknowledgement(given);
    if (!parsed.ok) throw refused(parsed.detail);
    const acknowledgement = parsed.value;
    const { organization, slice, consumer } = acknowledgement;
    if (organization !== this.#organization) throw refused('of another organisation');
    if (this.#state.feeds.feed(slice) === undefined) throw refused('of a slice there is not');
    const { authorize, now, fault } = this.#settings;
    if ((await authorize(acknowledgement)) !== true) throw refused('of nobody who may say so');
    const doubt = await this.#doubt(acknowledgement);
    this.#state.requireSound();
    if (doubt !== undefined) this.#refuse(acknowledgement, doubt);
    this.#doubted.delete(consumer);
    const taken = this.#heard.take(acknowledgement, now());
    if (taken === 'went_back') fault('consumer_went_back', consumer);
    this.#room.wake();
  }

  /** @throws RangeError for what is no change of the running epoch. */
  async enforced(change: number | string): Promise<Enforcement> {
    const revision = await this.#revisionOf(change);
    return this.#enforcement(revision, await this.#consumers());
  }

  /** @throws RangeError as `enforced`. */
  async untilEnforced(change: number | string, signal?: AbortSignal): Promise<Enforcement> {
    const { epoch } = this.#state.position;
    const revision = await this.#revisionOf(change);
    for (;;) {
      const consumers = await this.#consumers();
      signal?.throwIfAborted();
      if (this.#isClosed) throw new CarrierError('the publisher was closed', { retryable: false });
      if (this.#state.position.epoch !== epoch) {
        throw new CarrierError('a new epoch was begun', { retryable: false });
      }
      // From here to the wait nothing is awaited: no acknowledgement can slip by.
      const enforcement = this.#enforcement(revision, consumers);
      if (enforcement.missing.length === 0) return enforcement;
      await this.#room.wait(RELIST_MS, signal);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#room.wake();
  }

  /**
   * Why what a consumer says cannot be true here. It is no proof of anything: one that lies must not stop the feed for all others,
   * and readers that know another history are made fresh by nothing that is published here.
   */
  async #doubt({ consumer, epoch, revision, chain }: Acknowledgement): Promise<string | undefined> {
    const isBeyond = () => {
      const { position } = this.#state;
      return epoch > position.epoch || (epoch === position.epoch && revision > position.revision);
    };
    if (isBeyond()) {
      // Another publisher may have been faster.
      const before = this.#settings.now();
      await this.#state.look();
      this.#state.requireSound();
      if (isBeyond() && this.#state.verifiedAt < before) {
        throw new CarrierError('the store cannot be read', { retryable: true });
      }
      if (isBeyond()) return `\`${consumer}\` enforces revision ${revision} of epoch ${epoch}`;
    }
    const { position, feeds } = this.#state;
    if (epoch !== position.epoch) return undefined;
    const own =
      revision === position.revision
        ? position.chain
        : feeds.feed('')?.after(revision - 1, 1)?.[0]?.delta.chain;
    if (own === undefined || own === chain) return undefined;
    return `\`${consumer}\` knows another revision ${revision} of epoch ${epoch}`;
  }

  /** Tells once of a consumer, and counts on it for nothing until it says what can be true. @throws CarrierError */
  #refuse({ consumer, slice }: Acknowledgement, doubt: string): never {
    const { now, fault } = this.#settings;
    this.#heard.doubt(consumer, slice, now());
    if (!this.#doubted.has(consumer) && this.#doubted.size < DOUBTED_MAX) {
      this.#doubted.add(consumer);
      fault('consumer_ahead', doubt);
    }
    throw new CarrierError(`an acknowledgement that cannot be true: ${doubt}`, { retryable: true });
  }

  async #revisionOf(change: number | string): Promise<number> {
    let revision = change;
    if (typeof revision === 'string') {
      const token = readToken(revision);
      if (token?.organization !== this.#organization) throw new RangeError('not a token of here');
      // A token of the site itself names no epoch.
      if (token.epoch !== 0 && token.epoch !== this.#state.position.epoch) {
        throw new RangeError('a token of another epoch');
      }
      ({ revision } = token);
    }
    if (!Number.isSafeInteger(revision) || revision < 0) throw new RangeError('not a revision');
    if (revision > this.#state.position.revision) await this.#state.look();
    if (revision > this.#state.position.revision) {
      throw new RangeError(`revision ${revision} is not there yet`);
    }
    return revision;
  }

  async #consumers(): Promise<readonly string[]> {
    const { consumers, site } = this.#settings;
    if (typeof consumers === 'function') return consumers();
    if (consumers !== undefined) return consumers;
    const registered = await registeredConsumers(site.store);
    return registered.length > 0
      ? registered.map(({ consumer }) => consumer)
      : [...this.#heard.consumers];
  }

  #enforcement(revision: number, consumers: readonly string[]): Enforcement {
    return this.#heard.enforcement(consumers, this.#state.position.epoch, revision);
  }
}

function refused(detail: string): CarrierError {
  return new CarrierError(`an acknowledgement ${detail}`, { retryable: false });
}
