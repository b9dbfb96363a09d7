/** A real phone machine on any transport, with the host's timers: what an app has to write. */
import type { Crypto } from '../../protocol/crypto/crypto.js';
import type { InstantSigner } from '../../protocol/crypto/steps.js';
import type { PhoneEffect, PhoneEvent, VisitResult, Wish } from '../../protocol/phone/event.js';
import { stepPhone } from '../../protocol/phone/machine.js';
import { startPhone } from '../../protocol/phone/memory.js';
import type { PhoneSetup, PhoneState } from '../../protocol/phone/state.js';
import type { Link, LinkEvent, Transport } from '../../protocol/session/transport.js';

/** What the phone stands on. */
export interface PhoneGround {
  readonly transport: Transport;
  readonly setup: PhoneSetup;
  readonly signer: InstantSigner;
  readonly crypto: Crypto;
  /** Unix seconds that never pass: what takes time is elapsed time. */
  readonly now: number;
  readonly elapsedMs: () => number;
  readonly random: () => Uint8Array;
  /** Asks the server for a time token. */
  readonly timeToken: (nonce: Uint8Array) => Promise<Uint8Array>;
}

/** A phone in somebody's hand. */
export interface PhoneOnTransport {
  /** What its links told so far. */
  readonly told: LinkEvent[];
  takeBundle(bytes: Uint8Array): boolean;
  open(wish: Wish): Promise<VisitResult>;
  cancel(): void;
  /** How many items wait for the server. */
  readonly outbox: number;
}

/** Starts a phone that was just enrolled. */
export function phoneOnTransport(ground: PhoneGround): PhoneOnTransport {
  return new Phone(ground);
}

class Phone implements PhoneOnTransport {
  readonly told: LinkEvent[] = [];
  readonly #ground: PhoneGround;
  readonly #links = new Map<number, Link>();
  #state: PhoneState;
  #stop: () => void = () => undefined;
  #done: (result: VisitResult) => void = () => undefined;
  #isBundleTaken = false;

  constructor(ground: PhoneGround) {
    this.#ground = ground;
    const started = startPhone(ground.setup, new Map(), ground.crypto);
    if (!started.ok) throw new TypeError(started.detail);
    this.#state = started.value;
  }

  get outbox(): number {
    return this.#state.outbox.length;
  }

  takeBundle(bytes: Uint8Array): boolean {
    this.#take({ kind: 'bundle', bytes });
    return this.#isBundleTaken;
  }

  open(wish: Wish): Promise<VisitResult> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#take({ kind: 'open', wish });
    });
  }

  cancel(): void {
    this.#take({ kind: 'cancel' });
  }

  #take(event: PhoneEvent): void {
    const { now, elapsedMs, random, crypto } = this.#ground;
    const moment = { now, elapsedMs: elapsedMs(), random: random() };
    const step = stepPhone(this.#state, event, moment, crypto);
    this.#state = step.state;
    for (const effect of step.effects) this.#perform(effect);
  }

  #perform(effect: PhoneEffect): void {
    const { transport, signer, timeToken, elapsedMs } = this.#ground;
    switch (effect.kind) {
      case 'listen':
        this.#stop();
        if (effect.on) {
          this.#stop = transport.listen((heard) => this.#take({ kind: 'sighted', ...heard }));
        }
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
        const signature = signer.sign(message);
        void Promise.resolve().then(() => this.#take({ kind: 'signed', order, signature }));
        return;
      }
      case 'fetch-time-token':
        void timeToken(effect.nonce).then((bytes) => this.#take({ kind: 'time-token', bytes }));
        return;
      case 'bundle':
        this.#isBundleTaken = effect.refused === null;
        return;
      case 'result':
        this.#done(effect.result);
        return;
      case 'wake':
        setTimeout(() => this.#take({ kind: 'tick' }), effect.elapsedMs - elapsedMs());
        return;
      case 'store':
      case 'erase':
      case 'upload':
        return;
    }
  }

  #connect(number: number, address: string): void {
    const link = this.#ground.transport.connect(address, (event) => {
      this.told.push(event);
      if (event.kind === 'frame') this.#take({ ...event, link: number });
      else if (event.kind === 'connected') this.#take({ ...event, link: number });
      else this.#take({ kind: 'disconnected', link: number });
    });
    this.#links.set(number, link);
  }
}
