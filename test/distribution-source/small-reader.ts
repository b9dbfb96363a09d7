/** A reader as small as can be: the machine of `receive.ts`, fed by hand. */
import { checkNow } from '../../protocol/crypto/steps.js';
import type { FeedSource } from '../../src/adapters/distribution/carrier.js';
import type { FeedMessage } from '../../src/distribution/message.js';
import { newReader, type ReaderState } from '../../src/distribution/reader.js';
import { receiveDelta, receiveHeartbeat, receiveSnapshot } from '../../src/distribution/receive.js';
import { openMessage } from '../../src/distribution/sealed.js';
import { compilePolicy } from '../../src/index.js';
import { all, crypto, keys, ORGANIZATION, START } from './ground.js';

/** The message in sealed bytes. @throws Error where nobody we trust signed it. */
export function opened(sealed: Uint8Array): FeedMessage {
  const message = checkNow(openMessage(sealed, keys, crypto), crypto);
  if (!message.ok) throw new Error(`${message.code}: ${message.detail}`);
  return message.value;
}

/** One reader. */
export class SmallReader {
  state: ReaderState;
  readonly faults: string[] = [];
  /** What the machine last asked for. */
  wants: 'deltas' | 'snapshot' | undefined;

  readonly consumer: string;
  readonly slice: string;

  constructor(consumer = 'bridge-1', slice = '') {
    this.consumer = consumer;
    this.slice = slice;
    this.state = newReader(ORGANIZATION, slice);
  }

  /** Takes a message as it came from a carrier. */
  hear(sealed: Uint8Array, now = START): void {
    const message = opened(sealed);
    if (message.kind === 'delta') this.#take(receiveDelta(this.state, message, sealed, now));
    if (message.kind === 'heartbeat')
      this.#take(receiveHeartbeat(this.state, message, sealed, now));
  }

  /** Fetches what the machine asks for, until it asks for nothing more. */
  async fetch(source: FeedSource, now = START): Promise<void> {
    if (this.state.position === undefined) this.wants = 'snapshot';
    for (let tries = 0; tries < 10; tries++) {
      const { position } = this.state;
      const wanted = this.wants ?? 'deltas';
      const isAsked = this.wants !== undefined;
      this.wants = undefined;
      if (wanted === 'snapshot' || position === undefined) {
        await this.#snapshot(source, now);
        continue;
      }
      const answer = await source.deltas(this.slice, position);
      if ('behind' in answer) {
        this.wants = 'snapshot';
        continue;
      }
      for (const delta of answer.deltas) this.hear(delta, now);
      this.hear(answer.heartbeat, now);
      if (!isAsked && this.wants === undefined) return;
    }
    throw new Error('it never ends');
  }

  /** Says what it enforces. */
  async acknowledge(source: FeedSource, at = START): Promise<void> {
    const { position, withdrawn } = this.state;
    if (position === undefined) throw new Error('nothing to acknowledge');
    const newer = withdrawn.filter(({ epoch }) => epoch === position.epoch);
    await source.acknowledge({
      organization: ORGANIZATION,
      slice: this.slice,
      consumer: this.consumer,
      ...position,
      withdrawn: newer.map(({ revision }) => revision),
      at,
    });
  }

  may(subject: string, door: string, time = START): boolean {
    return this.state.engine?.can(subject, 'unlock', door, { time }) ?? false;
  }

  async #snapshot(source: FeedSource, now: number): Promise<void> {
    const { head, parts } = await source.snapshot(this.slice);
    const message = opened(head);
    if (message.kind !== 'snapshot') throw new Error('no snapshot');
    const text = Buffer.concat(await all(parts)).toString('utf8');
    this.#take(receiveSnapshot(this.state, message, compilePolicy(JSON.parse(text)), now));
  }

  #take({ state, effects }: ReturnType<typeof receiveDelta>): void {
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === 'fetch' && this.wants !== 'snapshot') this.wants = effect.what;
      if (effect.kind === 'fault') this.faults.push(effect.fault);
    }
  }
}
