/** One run of a consumer: what it may still do, and what it did. */
import type { EventFilter, EventLog, StoredEvent } from '../../admin/events/event.js';
import type { Site } from '../site/site.js';
import type { Lease } from './cursor.js';
import {
  type AttemptOutcome,
  DELIVERY_RULES,
  type DeliveryRules,
  type DeliveryState,
  type Settlement,
  settle,
} from './delivery.js';

/** Somebody who reads logs. */
export interface Consumer {
  /** Begins the ids of its records; without `/`. */
  readonly id: string;
  readonly logs: readonly EventLog[];
  readonly filter?: EventFilter;
  /** Tries to deliver one event. What it throws counts as a failure. */
  readonly deliver: (event: StoredEvent) => Promise<AttemptOutcome>;
}

/** How a run is made. */
export interface ConsumerOptions {
  readonly rules?: DeliveryRules;
  /** A fresh number from 0 up to 1. Default: Math.random. */
  readonly random?: () => number;
  /** Ends the run after the attempt under way. */
  readonly signal?: AbortSignal;
  /** Most attempts of one run. Default 1 000. */
  readonly attempts?: number;
  /** How long a lease lasts beyond the last attempt: longer than an attempt takes. Default 120 s. */
  readonly leaseMs?: number;
}

/** What a run did. */
export interface ConsumerRun {
  readonly delivered: number;
  /** Events that could never be delivered. */
  readonly dropped: number;
  /** Attempts that failed and will be made again. */
  readonly retried: number;
  /** Events laid aside. */
  readonly dead: number;
  /** The receiver wants no more, or has failed for too long. */
  readonly stopped: 'gone' | 'failing' | undefined;
  /** When there is something to do again, epoch milliseconds; undefined: when something happens. */
  readonly nextAt: number | undefined;
}

/** How long a lease lasts by default. */
export const LEASE_MS = 120_000;
const ATTEMPTS = 1000;

/** One run in progress: what it may still do and what it did. Not to be copied. */
export class Run {
  readonly site: Site;
  readonly consumer: Consumer;
  /** Names this run in leases. */
  readonly owner: string;
  readonly #options: ConsumerOptions;
  readonly #counts = { delivered: 0, dropped: 0, retried: 0, dead: 0 };
  #left: number;
  #stopped: ConsumerRun['stopped'];
  #nextAt: number | undefined;

  constructor(site: Site, consumer: Consumer, options: ConsumerOptions) {
    this.site = site;
    this.consumer = consumer;
    this.owner = site.host.newId();
    this.#options = options;
    this.#left = options.attempts ?? ATTEMPTS;
  }

  get isOver(): boolean {
    return this.#left <= 0 || this.#stopped !== undefined || this.#options.signal?.aborted === true;
  }

  get rules(): DeliveryRules {
    return this.#options.rules ?? DELIVERY_RULES;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.site.host.now();
  }

  /** The lease that this run takes now. */
  lease(): Lease {
    return { owner: this.owner, until: this.now() + (this.#options.leaseMs ?? LEASE_MS) };
  }

  /** Somebody has to come back at this instant. */
  wakeAt(time: number): void {
    this.#nextAt = Math.min(this.#nextAt ?? time, time);
  }

  /** Makes one attempt and says what follows from it. */
  async attempt(state: DeliveryState, event: StoredEvent): Promise<Settlement & { why: string }> {
    this.#left--;
    const outcome = await this.consumer.deliver(event).catch(unexpected);
    const { random = Math.random, signal } = this.#options;
    if (outcome.kind === 'failed' && signal?.aborted === true) {
      // We gave up, not the receiver: that is no failure of his.
      this.wakeAt(this.now());
      return { verdict: 'retry', state, why: 'aborted' };
    }
    const settled = settle(state, event.seq, outcome, this.now(), random(), this.rules);
    this.#count(settled);
    return { ...settled, why: outcome.kind === 'failed' ? outcome.detail : outcome.kind };
  }

  summary(): ConsumerRun {
    const isCut = this.#left <= 0 && this.#stopped === undefined;
    const nextAt = isCut ? this.now() : this.#nextAt;
    return { ...this.#counts, stopped: this.#stopped, nextAt };
  }

  #count({ verdict, disable, state }: Settlement): void {
    switch (verdict) {
      case 'done':
        this.#counts.delivered++;
        return;
      case 'dropped':
        this.#counts.dropped++;
        return;
      case 'retry':
        this.#counts.retried++;
        this.wakeAt(state.notBefore);
        return;
      case 'dead':
        this.#counts.dead++;
        if (disable === true) this.#stopped = 'failing';
        return;
      case 'stop':
        this.#stopped = 'gone';
    }
  }
}

/** A deliverer that throws has a fault, or its host has: worth another attempt, and no text of it is kept. */
function unexpected(error: unknown): AttemptOutcome {
  return { kind: 'failed', detail: error instanceof Error ? error.name : 'unknown fault' };
}
