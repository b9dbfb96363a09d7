/** A real phone machine on a radio in memory, in the hand of somebody who is online or is not. */

import type { Crypto } from '../../../protocol/crypto/crypto.js';
import type { InstantSigner } from '../../../protocol/crypto/steps.js';
import type { PhoneEffect, PhoneEvent, VisitResult, Wish } from '../../../protocol/phone/event.js';
import { stepPhone } from '../../../protocol/phone/machine.js';
import { startPhone } from '../../../protocol/phone/memory.js';
import type { OutboxItem } from '../../../protocol/phone/outbox.js';
import type { PhoneSetup, PhoneState } from '../../../protocol/phone/state.js';
import type { Link, Transport } from '../../../protocol/session/transport.js';
import type { MemoryRadio } from '../memory-transport.js';
import type { Agenda } from './agenda.js';
import type { Dice } from './dice.js';

/** What a phone reaches over the internet. */
export interface PhoneNet {
  /** A time token with this nonce; undefined when the phone is offline. */
  timeToken(nonce: Uint8Array): Uint8Array | undefined;
}

/** A phone. */
export interface PhoneOnRadio {
  readonly state: PhoneState;
  /** Asks for a door; `done` is called once with what became of it. */
  open(wish: Wish, done: (result: VisitResult) => void): void;
  /** Takes a bundle; false when it was refused. */
  takeBundle(bytes: Uint8Array): boolean;
  readonly outbox: readonly OutboxItem[];
  uploaded(ids: readonly string[]): void;
  /** The phone as it is now, to be carried elsewhere at the same time, as often as one likes. */
  copy(): (place: PhoneSurroundings) => PhoneOnRadio;
}

/** What is round a phone. */
export interface PhoneSurroundings {
  readonly radio: MemoryRadio;
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly net: PhoneNet;
}

/** What a phone is put together from. */
export interface PhonePlace extends PhoneSurroundings {
  /** Unix seconds at the beginning of the simulation. */
  readonly startSeconds: number;
  readonly mtu: number;
}

/** Puts a phone on the radio. */
export function phoneOnRadio(
  place: PhonePlace,
  setup: PhoneSetup,
  signer: InstantSigner,
  crypto: Crypto,
): PhoneOnRadio {
  return new Phone(place, setup, signer, crypto);
}

class Phone implements PhoneOnRadio {
  state: PhoneState;
  readonly #place: PhonePlace;
  readonly #signer: InstantSigner;
  readonly #crypto: Crypto;
  readonly #transport: Transport;
  readonly #links = new Map<number, Link>();
  #stopListening: () => void = () => undefined;
  #done: (result: VisitResult) => void = () => undefined;
  #isBundleTaken = false;

  constructor(
    place: PhonePlace,
    setup: PhoneSetup,
    signer: InstantSigner,
    crypto: Crypto,
    state = started(setup, crypto),
  ) {
    this.#place = place;
    this.#signer = signer;
    this.#crypto = crypto;
    this.#transport = place.radio.phone(place.mtu);
    this.state = state;
  }

  get outbox(): readonly OutboxItem[] {
    return this.state.outbox;
  }

  open(wish: Wish, done: (result: VisitResult) => void): void {
    this.#done = done;
    this.#take({ kind: 'open', wish });
  }

  takeBundle(bytes: Uint8Array): boolean {
    this.#isBundleTaken = false;
    this.#take({ kind: 'bundle', bytes });
    return this.#isBundleTaken;
  }

  uploaded(ids: readonly string[]): void {
    this.#take({ kind: 'uploaded', ids });
  }

  copy(): (place: PhoneSurroundings) => PhoneOnRadio {
    const { state } = this;
    const { startSeconds, mtu } = this.#place;
    return (place) =>
      new Phone({ ...place, startSeconds, mtu }, state.setup, this.#signer, this.#crypto, state);
  }

  #take(event: PhoneEvent): void {
    const { agenda, dice, startSeconds } = this.#place;
    const elapsedMs = agenda.nowMs;
    const now = startSeconds + Math.floor(elapsedMs / 1000);
    const moment = { elapsedMs, now, random: dice.bytes() };
    const step = stepPhone(this.state, event, moment, this.#crypto);
    this.state = step.state;
    for (const effect of step.effects) this.#perform(effect);
  }

  #perform(effect: PhoneEffect): void {
    const { agenda, dice } = this.#place;
    switch (effect.kind) {
      case 'listen':
        this.#stopListening();
        if (!effect.on) return;
        this.#stopListening = this.#transport.listen((sighting) =>
          this.#take({ kind: 'sighted', ...sighting }),
        );
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
        const { order, message, purpose } = effect;
        const signature = this.#signer.sign(message);
        // A person takes a moment to look at the phone; the acknowledgement needs nobody.
        const waitMs = purpose === 'proof' ? dice.between(50, 900) : 0;
        this.#later(waitMs, { kind: 'signed', order, signature });
        return;
      }
      case 'fetch-time-token': {
        const bytes = this.#place.net.timeToken(effect.nonce);
        if (bytes !== undefined) this.#later(dice.between(80, 900), { kind: 'time-token', bytes });
        return;
      }
      case 'bundle':
        this.#isBundleTaken = effect.refused === null;
        return;
      case 'result':
        this.#done(effect.result);
        return;
      case 'wake':
        agenda.at(effect.elapsedMs, () => this.#take({ kind: 'tick' }));
        return;
      // These phones are never switched off, and upload when their owner is online.
      case 'store':
      case 'erase':
      case 'upload':
        return;
    }
  }

  #connect(link: number, address: string): void {
    const opened = this.#transport.connect(address, (event) => {
      if (event.kind === 'disconnected') this.#links.delete(link);
      if (event.kind === 'connected') {
        const { mtu, capabilities } = event;
        this.#take({ kind: 'connected', link, mtu, capabilities });
      } else if (event.kind === 'frame') {
        this.#take({ kind: 'frame', link, bytes: event.bytes });
      } else {
        this.#take({ kind: 'disconnected', link });
      }
    });
    this.#links.set(link, opened);
  }

  #later(ms: number, event: PhoneEvent): void {
    const { agenda } = this.#place;
    if (ms === 0) this.#take(event);
    else agenda.at(agenda.nowMs + ms, () => this.#take(event));
  }
}

/** A phone on its first day. */
function started(setup: PhoneSetup, crypto: Crypto): PhoneState {
  const phone = startPhone(setup, new Map(), crypto);
  if (!phone.ok) throw new TypeError(phone.detail);
  return phone.value;
}
