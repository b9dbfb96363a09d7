/**
 * The host of the phone's machine in a page: radio, clock, randomness, key and memory around `stepPhone`. Effects are done
 * one after the other, and what must be on the disk is there before the next one begins.
 */
import {
  type OutboxItem,
  type PhoneEffect,
  type PhoneEvent,
  type PhoneSetup,
  type PhoneState,
  type StartCode,
  startPhone,
  stepPhone,
  type VisitResult,
  type Wish,
} from 'doorwright/phone';
import type { Crypto, Outcome } from 'doorwright/protocol';
import type { Link, Transport } from 'doorwright/transport';
import type { Signer } from 'doorwright/web';
import type { PhoneMemory } from './memory.js';

/** How far a wish has come, for a person to see. */
export type Progress = 'seeking' | 'connecting' | 'asking' | 'fetching_time';

/** What the machine is put together with. */
export interface PhoneParts {
  readonly setup: PhoneSetup;
  readonly signer: Signer;
  readonly crypto: Crypto;
  readonly memory: PhoneMemory;
  /** Null in a browser without a way to locks. */
  readonly transport: Transport | null;
  /** Asks the desk for the time; undefined when it does not tell. */
  readonly timeToken: (nonce: Uint8Array) => Promise<Uint8Array | undefined>;
  readonly onProgress: (progress: Progress) => void;
  /** Something waits for the desk. */
  readonly onUpload: () => void;
  /** The memory failed: what the machine knows is not on the disk, so it does nothing any more. */
  readonly onBroken: (error: unknown) => void;
}

/** The running machine. */
export interface PhoneHost {
  /** What waits to be carried to the desk, oldest first. */
  readonly outbox: readonly OutboxItem[];
  /** Why a bundle was not taken; null when it is the present one now. Rejects when the memory failed, or the phone was stopped. */
  takeBundle(bytes: Uint8Array): Promise<string | null>;
  /** The desk has these for good. */
  uploaded(ids: readonly string[]): void;
  /** What became of a wish, within about a minute. Rejects as `takeBundle` does: then the door may be open. */
  open(wish: Wish): Promise<VisitResult>;
  /** Nobody waits any more. */
  cancel(): void;
  /** Nothing of it goes on. */
  stop(): void;
}

/** Starts the machine from its memory. @returns code `pins_damaged`: the phone must be enrolled again. */
export function startHost(parts: PhoneParts): Outcome<PhoneHost, StartCode> {
  const started = startPhone(parts.setup, parts.memory.records, parts.crypto);
  return started.ok ? { ok: true, value: new Host(parts, started.value) } : started;
}

const STOPPED = 'the phone was stopped';

/** Somebody who waits for an effect. */
interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

class Host implements PhoneHost {
  readonly #parts: PhoneParts;
  #state: PhoneState;
  /** Effects not begun yet. */
  #queue: PhoneEffect[] = [];
  #isDraining = false;
  #isStopped = false;
  readonly #links = new Map<number, Link>();
  #stopListening: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wish: Waiter<VisitResult> | undefined;
  readonly #bundles: Waiter<string | null>[] = [];

  constructor(parts: PhoneParts, state: PhoneState) {
    this.#parts = parts;
    this.#state = state;
  }

  get outbox(): readonly OutboxItem[] {
    return this.#state.outbox;
  }

  takeBundle(bytes: Uint8Array): Promise<string | null> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped) throw new TypeError(STOPPED);
      this.#bundles.push({ resolve, reject });
      this.#take({ kind: 'bundle', bytes });
    });
  }

  uploaded(ids: readonly string[]): void {
    this.#take({ kind: 'uploaded', ids });
  }

  open(wish: Wish): Promise<VisitResult> {
    // The machine would say `busy` to the second, and the first would never hear its end.
    if (this.#wish !== undefined) throw new TypeError('a wish is under way');
    return new Promise((resolve, reject) => {
      if (this.#isStopped) throw new TypeError(STOPPED);
      this.#wish = { resolve, reject };
      this.#take({ kind: 'open', wish });
    });
  }

  cancel(): void {
    this.#take({ kind: 'cancel' });
  }

  stop(): void {
    this.#end(new TypeError(STOPPED));
  }

  #take = (event: PhoneEvent): void => {
    if (this.#isStopped) return;
    const moment = {
      now: Math.floor(Date.now() / 1000),
      elapsedMs: performance.now(),
      random: crypto.getRandomValues(new Uint8Array(32)),
    };
    const { state, effects } = stepPhone(this.#state, event, moment, this.#parts.crypto);
    this.#state = state;
    this.#queue.push(...effects);
    if (!this.#isDraining) void this.#drain();
  };

  async #drain(): Promise<void> {
    this.#isDraining = true;
    try {
      for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
        const done = this.#perform(effect);
        if (done !== undefined) await done;
      }
    } catch (error) {
      this.#break(error);
    }
    this.#isDraining = false;
  }

  /** None of what follows a failed write may be done, and the state that wanted it is not the disk's. */
  #break(error: unknown): void {
    if (this.#isStopped) return;
    this.#end(error);
    this.#parts.onBroken(error);
  }

  #end(error: unknown): void {
    this.#isStopped = true;
    this.#queue = [];
    clearTimeout(this.#timer);
    this.#stopListening();
    for (const link of this.#links.values()) link.disconnect();
    this.#wish?.reject(error);
    this.#wish = undefined;
    for (const waiter of this.#bundles.splice(0)) waiter.reject(error);
  }

  /** Only writes take time. */
  #perform(effect: PhoneEffect): Promise<void> | undefined {
    const { memory, onProgress, onUpload } = this.#parts;
    switch (effect.kind) {
      case 'store':
        return memory.writeRecord(effect.record, effect.bytes);
      case 'erase':
        return memory.eraseRecord(effect.record);
      case 'listen':
        return this.#listen(effect.on);
      case 'connect':
        return this.#connect(effect.link, effect.address);
      case 'send':
        this.#links.get(effect.link)?.send(effect.frame);
        return undefined;
      case 'disconnect':
        this.#links.get(effect.link)?.disconnect();
        return undefined;
      case 'sign':
        if (effect.purpose === 'proof') onProgress('asking');
        return this.#sign(effect.order, effect.message);
      case 'fetch-time-token':
        onProgress('fetching_time');
        return this.#fetchTime(effect.nonce);
      case 'upload':
        onUpload();
        return undefined;
      case 'bundle':
        this.#bundles.shift()?.resolve(effect.refused);
        return undefined;
      case 'result':
        this.#wish?.resolve(effect.result);
        this.#wish = undefined;
        return undefined;
      case 'wake':
        clearTimeout(this.#timer);
        this.#timer = setTimeout(
          () => this.#take({ kind: 'tick' }),
          Math.max(1, effect.elapsedMs - performance.now()),
        );
        return undefined;
      default:
        throw new TypeError(`unknown effect \`${(effect satisfies never as PhoneEffect).kind}\``);
    }
  }

  #listen(isOn: boolean): undefined {
    this.#stopListening();
    this.#stopListening = () => {};
    const { transport, onProgress } = this.#parts;
    if (!isOn || transport === null) return;
    onProgress('seeking');
    this.#stopListening = transport.listen((sighting) =>
      this.#take({ kind: 'sighted', ...sighting }),
    );
  }

  #connect(link: number, address: string): undefined {
    this.#parts.onProgress('connecting');
    const open = this.#parts.transport?.connect(address, (event) => {
      if (event.kind === 'disconnected') this.#links.delete(link);
      this.#take(
        event.kind === 'disconnected' ? { kind: 'disconnected', link } : { ...event, link },
      );
    });
    if (open !== undefined) this.#links.set(link, open);
  }

  #sign(order: number, message: Uint8Array): undefined {
    const signed = (signature: Uint8Array | null) =>
      this.#take({ kind: 'signed', order, signature });
    void Promise.resolve(this.#parts.signer.sign(message)).then(signed, () => signed(null));
  }

  #fetchTime(nonce: Uint8Array): undefined {
    // Without an answer the machine goes on when its time is over.
    void this.#parts.timeToken(nonce).then(
      (bytes) => bytes && this.#take({ kind: 'time-token', bytes }),
      () => undefined,
    );
  }
}
