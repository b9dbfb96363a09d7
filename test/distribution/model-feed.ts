/** The small building's source as a port: sealed messages, with a tap that can be shut. */
import { createHash } from 'node:crypto';
import { memorySigner, signNow } from '../../protocol/crypto/steps.js';
import {
  type CarriedSnapshot,
  CarrierError,
  type DeltasResult,
  type FeedSource,
} from '../../src/adapters/distribution/carrier.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import type { Acknowledgement, FeedMessage } from '../../src/distribution/message.js';
import { sealMessage } from '../../src/distribution/sealed.js';
import { Source, type Write } from './feed-model.js';

export const crypto = nodeCrypto();
export const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(5));
export const stranger = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(6));

export const seal = (message: FeedMessage, by = signer): Uint8Array =>
  signNow(sealMessage(message, by, crypto));

/** A source in this process. */
export class ModelFeed implements FeedSource {
  readonly source = new Source();
  readonly acknowledged: Acknowledgement[] = [];
  /** Why nobody can be reached; undefined: all is well. */
  broken: Error | undefined;
  /** Whether deltas are no longer kept. */
  isForgetful = false;
  asked = { snapshots: 0, deltas: 0 };
  #wake: (() => void)[] = [];
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  write(write: Write): void {
    this.source.write(write);
    for (const wake of this.#wake.splice(0)) wake();
  }

  async snapshot(): Promise<CarriedSnapshot> {
    this.asked.snapshots += 1;
    this.#check();
    const body = new TextEncoder().encode(JSON.stringify(this.source.head.policy));
    // Cut where it hurts, in the middle of whatever stands there.
    const parts = [body.subarray(0, 101), body.subarray(101)];
    const head = {
      ...this.source.snapshotHead(this.now()),
      parts: parts.map((part) => ({
        bytes: part.length,
        sha256: createHash('sha256').update(part).digest('hex'),
      })),
    };
    return { head: seal(head), parts: inOrder(parts) };
  }

  async deltas(
    _slice: string,
    after: { epoch: number; revision: number },
    options: { waitSeconds?: number; signal?: AbortSignal } = {},
  ): Promise<DeltasResult> {
    this.asked.deltas += 1;
    this.#check();
    if (after.epoch !== this.source.epoch || this.isForgetful) return { behind: true };
    if ((options.waitSeconds ?? 0) > 0 && this.source.head.position.revision === after.revision) {
      await this.#written(options.signal);
      this.#check();
    }
    const deltas = this.source.told.flatMap(({ delta }) =>
      delta === undefined || delta.revision <= after.revision
        ? []
        : [seal({ ...delta, at: this.now() })],
    );
    return { deltas, heartbeat: seal(this.source.heartbeat(this.now())) };
  }

  async acknowledge(told: Acknowledgement): Promise<void> {
    this.#check();
    this.acknowledged.push(told);
  }

  #check(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  #written(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
      signal?.addEventListener('abort', () => resolve());
    });
  }
}

export const cutOff = (): CarrierError => new CarrierError('cut off', { retryable: true });

async function* inOrder(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part;
}
