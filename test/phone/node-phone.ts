/** A phone as a test holds it: the real machine with a memory, a key and a clock of its own, on any transport and any desk. */

import { deskClient } from '../../examples/phone/desk/client.mjs';
import {
  type BundleAnswer,
  bytesOf,
  type DeskKey,
  phoneSetupOf,
} from '../../examples/phone/desk/setup.mjs';
import type { Crypto } from '../../protocol/crypto/crypto.js';
import type { InstantSigner } from '../../protocol/crypto/steps.js';
import { memorySigner } from '../../protocol/crypto/steps.js';
import type { Operation } from '../../protocol/objects/grant.js';
import type { PhoneEffect, PhoneEvent, VisitResult } from '../../protocol/phone/event.js';
import { stepPhone } from '../../protocol/phone/machine.js';
import { startPhone } from '../../protocol/phone/memory.js';
import type { PhoneState } from '../../protocol/phone/state.js';
import type { Link, Transport } from '../../protocol/session/transport.js';
import { fromHex } from '../../protocol/wire/hex.js';

/** What a phone stands on. */
export interface PhoneGround {
  readonly crypto: Crypto;
  readonly transport: Transport;
  /** Absolute, ends in `/api/`. */
  readonly address: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** A phone with a key and nothing else yet. */
export class NodePhone {
  readonly signer: InstantSigner;
  readonly client: ReturnType<typeof deskClient>;
  keys: readonly DeskKey[] = [];
  device = '';
  readonly #ground: PhoneGround;
  readonly #links = new Map<number, Link>();
  #state: PhoneState | undefined;
  #stop: () => void = () => undefined;
  #done: (result: VisitResult) => void = () => undefined;
  #result: VisitResult | undefined;
  #refused: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ground: PhoneGround, kind: 'ed25519' | 'es256' | InstantSigner = 'ed25519') {
    this.#ground = ground;
    this.signer =
      typeof kind === 'string' ? memorySigner(ground.crypto, kind, ground.random(32)) : kind;
    this.client = deskClient({ ...ground, signer: this.signer });
  }

  get outbox() {
    return this.#machine.outbox;
  }

  async enrol(code: string): Promise<void> {
    const { device, setup } = await this.client.enrol(code);
    this.device = device;
    const started = startPhone(
      phoneSetupOf(setup, this.signer.publicKey),
      new Map(),
      this.#ground.crypto,
    );
    if (!started.ok) throw new TypeError(started.detail);
    this.#state = started.value;
  }

  /** The same phone on another ground, as after it was switched off: with its key and what it remembers. */
  movedTo(ground: PhoneGround): NodePhone {
    const moved = new NodePhone(ground, this.signer);
    moved.#state = this.#state;
    return moved;
  }

  /** Fetches a bundle and takes it. @throws Error with the code for which it was refused. */
  async refresh(): Promise<BundleAnswer> {
    const answer = await this.client.bundle();
    this.keys = answer.keys;
    this.#take({ kind: 'bundle', bytes: bytesOf(answer.bundle, null, 'bundle') });
    if (this.#refused !== null) throw new Error(this.#refused);
    await Promise.resolve();
    return answer;
  }

  async carry(): Promise<void> {
    this.#take({ kind: 'uploaded', ids: await this.client.carry(this.outbox) });
  }

  /** The whole way: what waits is brought, and a new bundle fetched. */
  async meet(): Promise<void> {
    await this.carry();
    await this.refresh();
    await this.carry();
  }

  /** What became of a wish, once the visit is over: after the result the machine still winds up. */
  open(lock: string, operation: Operation = 'unlock'): Promise<VisitResult> {
    return new Promise((resolve) => {
      this.#done = resolve;
      const lockId = fromHex(lock) ?? new Uint8Array(8);
      this.#take({ kind: 'open', wish: { lockId, operation, asserted: 1 } });
    });
  }

  get #machine(): PhoneState {
    if (this.#state === undefined) throw new TypeError('this phone is not enrolled');
    return this.#state;
  }

  #take(event: PhoneEvent): void {
    const { now, random, crypto } = this.#ground;
    const moment = { now: now(), elapsedMs: performance.now(), random: random(32) };
    const step = stepPhone(this.#machine, event, moment, crypto);
    this.#state = step.state;
    for (const effect of step.effects) this.#perform(effect);
    if (this.#result === undefined || this.#machine.visit !== null) return;
    const result = this.#result;
    this.#result = undefined;
    this.#done(result);
  }

  #perform(effect: PhoneEffect): void {
    const { transport } = this.#ground;
    switch (effect.kind) {
      case 'listen':
        this.#stop();
        this.#stop = effect.on
          ? transport.listen((heard) => this.#take({ kind: 'sighted', ...heard }))
          : () => undefined;
        return;
      case 'connect':
        this.#connect(effect.link, effect.address);
        return;
      case 'send':
        this.#links.get(effect.link)?.send(effect.frame);
        return;
      case 'disconnect':
        this.#links.get(effect.link)?.disconnect();
        return;
      case 'sign': {
        const { order, message } = effect;
        const signature = this.signer.sign(message);
        queueMicrotask(() => this.#take({ kind: 'signed', order, signature }));
        return;
      }
      case 'fetch-time-token':
        void this.client.time(effect.nonce).then(
          (bytes) => this.#take({ kind: 'time-token', bytes }),
          () => undefined,
        );
        return;
      case 'bundle':
        this.#refused = effect.refused;
        return;
      case 'result':
        this.#result = effect.result;
        return;
      case 'wake': {
        clearTimeout(this.#timer);
        const wait = Math.max(1, effect.elapsedMs - performance.now());
        this.#timer = setTimeout(() => this.#take({ kind: 'tick' }), wait);
        return;
      }
      case 'store':
      case 'erase':
      case 'upload':
        return;
    }
  }

  #connect(number: number, address: string): void {
    const link = this.#ground.transport.connect(address, (event) => {
      if (event.kind === 'disconnected') {
        this.#links.delete(number);
        this.#take({ kind: 'disconnected', link: number });
      } else this.#take({ ...event, link: number });
    });
    this.#links.set(number, link);
  }
}
