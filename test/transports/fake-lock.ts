/** A lock's Bluetooth as a phone's library meets it: in range or not, connected or not, and it may fail. */
import type { LockEnd } from '../contract/transport.js';

/** Lets something else happen first; a test decides for how long. */
export type Wait = () => Promise<void>;

/** The phone's end of a connection, inside a fake library. */
export interface PhoneEnd {
  isSubscribed: boolean;
  notified(bytes: Uint8Array): void;
  dropped(how: 'remote' | 'lost'): void;
}

/** One lock of two. */
export class FakeLock implements LockEnd {
  readonly address: string;
  readonly advert: Uint8Array;
  readonly capabilities: Uint8Array;
  readonly received: Uint8Array[] = [];
  /** What it notified in each connection, in order. */
  readonly notified: Uint8Array[][] = [];
  isInRange = true;
  /** The phone's next operations of these names fail. */
  readonly fails: string[] = [];
  #phone: PhoneEnd | null = null;
  #air: Promise<void> = Promise.resolve();
  readonly #wait: Wait;

  constructor(number: number, wait: Wait) {
    this.address = `AA:BB:CC:DD:EE:0${number}`;
    this.advert = new Uint8Array(16).fill(number);
    this.capabilities = Uint8Array.of(1, 1, number);
    this.#wait = wait;
  }

  isConnected = () => this.#phone !== null;

  isWith = (phone: PhoneEnd) => this.#phone === phone;

  attach(phone: PhoneEnd): void {
    this.#phone = phone;
    this.notified.push([]);
  }

  detach(phone: PhoneEnd): void {
    if (this.#phone === phone) this.#phone = null;
  }

  take(bytes: Uint8Array): void {
    this.received.push(bytes.slice());
  }

  send(frame: Uint8Array): void {
    const bytes = frame.slice();
    this.#later((phone) => {
      if (!phone.isSubscribed) return;
      this.notified.at(-1)?.push(bytes);
      phone.notified(bytes);
    });
  }

  hangUp(how: 'remote' | 'lost' = 'remote'): void {
    this.#later((phone) => {
      this.#phone = null;
      phone.dropped(how);
    });
  }

  /** Whether the phone's next operation of this name fails. */
  failsNow(name: string): boolean {
    const at = this.fails.indexOf(name);
    if (at !== -1) this.fails.splice(at, 1);
    return at !== -1;
  }

  /** One thing after the other crosses the air, while the connection lasts. */
  #later(happen: (phone: PhoneEnd) => void): void {
    const phone = this.#phone;
    if (phone === null) return;
    this.#air = this.#air.then(this.#wait).then(() => {
      if (this.#phone === phone) happen(phone);
    });
  }
}
