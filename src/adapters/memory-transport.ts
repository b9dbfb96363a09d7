/**
 * Phones and locks in one memory, with a radio between them as bad as one likes: it loses, doubles, delays
 * and swaps frames and breaks links, by a seed, in a time that only moves when it is told to.
 */
import { MTU_MIN, requireMtu } from '../../protocol/session/mtu.js';
import type {
  Link,
  LinkEnd,
  LinkEvent,
  Sighting,
  Transport,
} from '../../protocol/session/transport.js';

/** How bad the radio is. Shares are of frames, 0 to 1; nothing is wrong when left out. */
export interface RadioFaults {
  readonly loss?: number;
  readonly duplication?: number;
  /** A frame that comes after the one sent after it. */
  readonly reordering?: number;
  /** The link breaks instead of delivering. */
  readonly breaks?: number;
  /** Least and most delay of a frame, in milliseconds. */
  readonly delayMs?: readonly [number, number];
}

/** What a lock in memory hears. */
export interface MemoryLock {
  /** What its INFO characteristic holds. */
  readonly capabilities: Uint8Array;
  /** A phone connected. */
  connected(connection: number, mtu: number): void;
  /** It wrote a frame to RX. */
  frame(connection: number, bytes: Uint8Array): void;
  /** It is gone, or the radio lost it. */
  disconnected(connection: number): void;
}

/** The lock's side of the radio. */
export interface MemoryLockLink {
  /** Shows an advert every second; null: is silent. */
  advertise(advert: Uint8Array | null): void;
  /** Notifies a phone of one frame. */
  send(connection: number, frame: Uint8Array): void;
  /** Ends a phone's connection. */
  disconnect(connection: number): void;
}

/** A radio in memory. */
export interface MemoryRadio {
  readonly nowMs: number;
  /** When something happens next; null: nothing will. */
  readonly nextMs: number | null;
  /** Lets everything happen up to this time. */
  runUntil(ms: number): void;
  /** One more phone in range of every lock. */
  phone(mtu?: number): Transport;
  /** One more lock. */
  lock(address: string, lock: MemoryLock): MemoryLockLink;
}

/** How often an advert is shown, in milliseconds. */
const ADVERT_EVERY_MS = 1000;

/** A radio. @param seed - decides every fault; the same calls then end the same. */
export function memoryRadio(seed: number, faults: RadioFaults = {}): MemoryRadio {
  return new Radio(seed, faults);
}

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

interface Wire {
  readonly connection: number;
  readonly mtu: number;
  readonly lock: LockSide;
  readonly onEvent: (event: LinkEvent) => void;
  stage: 'coming' | 'open' | 'over';
  /** When the last frame each way arrives: frames keep their order unless a fault takes it. */
  lastMs: { toLock: number; toPhone: number };
}

interface LockSide {
  readonly lock: MemoryLock;
  advert: Uint8Array | null;
}

class Radio implements MemoryRadio {
  nowMs = 0;
  readonly #faults: RadioFaults;
  readonly #locks = new Map<string, LockSide>();
  readonly #wires = new Map<number, Wire>();
  readonly #listeners = new Set<(sighting: Sighting) => void>();
  #happenings: Happening[] = [];
  #orders = 0;
  #noise: number;

  constructor(seed: number, faults: RadioFaults) {
    this.#noise = seed >>> 0;
    this.#faults = faults;
  }

  get nextMs(): number | null {
    return this.#happenings[0]?.atMs ?? null;
  }

  runUntil(ms: number): void {
    for (let next = this.#happenings[0]; next !== undefined && next.atMs <= ms; ) {
      this.#happenings.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.happen();
      next = this.#happenings[0];
    }
    this.nowMs = Math.max(this.nowMs, ms);
  }

  phone(mtu = MTU_MIN): Transport {
    requireMtu(mtu);
    return {
      listen: (onSighting) => {
        this.#listeners.add(onSighting);
        for (const [address, side] of this.#locks) this.#show(address, side, [onSighting]);
        return () => void this.#listeners.delete(onSighting);
      },
      connect: (address, onEvent) => this.#connect(address, mtu, onEvent),
    };
  }

  lock(address: string, lock: MemoryLock): MemoryLockLink {
    const side: LockSide = { lock, advert: null };
    this.#locks.set(address, side);
    return {
      advertise: (advert) => {
        side.advert = advert?.slice() ?? null;
        if (advert !== null) this.#repeat(address, side, side.advert);
      },
      send: (connection, frame) => {
        const wire = this.#wires.get(connection);
        if (wire?.lock !== side || wire.stage !== 'open') return;
        const bytes = frame.slice();
        this.#carry(wire, 'toPhone', () => wire.onEvent({ kind: 'frame', bytes: bytes.slice() }));
      },
      disconnect: (connection) => {
        const wire = this.#wires.get(connection);
        if (wire?.lock === side) this.#later(wire.lastMs.toPhone, () => this.#end(wire, 'remote'));
      },
    };
  }

  #connect(address: string, mtu: number, onEvent: (event: LinkEvent) => void): Link {
    this.#orders += 1;
    const connection = this.#orders;
    const lock = this.#locks.get(address);
    let isOver = false;
    if (lock === undefined) {
      this.#later(this.nowMs, () => {
        if (!isOver) onEvent({ kind: 'disconnected', end: 'unreachable' });
        isOver = true;
      });
      return {
        send: () => undefined,
        disconnect: () =>
          this.#later(this.nowMs, () => {
            if (!isOver) onEvent({ kind: 'disconnected', end: 'local' });
            isOver = true;
          }),
      };
    }
    const lastMs = { toLock: this.nowMs, toPhone: this.nowMs };
    const wire: Wire = { connection, mtu, lock, onEvent, stage: 'coming', lastMs };
    this.#wires.set(connection, wire);
    this.#later(this.nowMs, () => {
      if (wire.stage !== 'coming') return;
      wire.stage = 'open';
      lock.lock.connected(connection, mtu);
      onEvent({ kind: 'connected', mtu, capabilities: lock.lock.capabilities.slice() });
    });
    return {
      send: (frame) => this.#write(wire, frame),
      disconnect: () => this.#later(this.nowMs, () => this.#end(wire, 'local')),
    };
  }

  #write(wire: Wire, frame: Uint8Array): void {
    if (wire.stage === 'over') return;
    if (wire.stage === 'coming') throw new TypeError('this link is not connected yet');
    if (frame.length === 0 || frame.length > wire.mtu - 3) {
      throw new RangeError(`a frame has 1 to ${wire.mtu - 3} bytes here, not \`${frame.length}\``);
    }
    const bytes = frame.slice();
    this.#carry(wire, 'toLock', () => wire.lock.lock.frame(wire.connection, bytes.slice()));
  }

  /** Delivers a frame as well as this radio can. */
  #carry(wire: Wire, way: 'toLock' | 'toPhone', deliver: () => void): void {
    const { loss = 0, duplication = 0, reordering = 0, breaks = 0 } = this.#faults;
    const isBroken = this.#chance(breaks);
    if (isBroken) this.#later(this.nowMs, () => this.#end(wire, 'lost'));
    if (isBroken || this.#chance(loss)) return;
    const arrive = () => {
      if (wire.stage === 'open') deliver();
    };
    const [least, most] = this.#faults.delayMs ?? [0, 0];
    const delay = least + Math.floor(this.#draw() * (most - least + 1));
    const isLate = this.#chance(reordering);
    const atMs = Math.max(this.nowMs + delay, wire.lastMs[way]);
    if (!isLate) wire.lastMs[way] = atMs;
    // Late means after whatever is sent in the next moments.
    this.#later(isLate ? atMs + Math.max(1, most) : atMs, arrive);
    if (this.#chance(duplication)) this.#later(atMs, arrive);
  }

  #end(wire: Wire, end: LinkEnd): void {
    if (wire.stage === 'over') return;
    const wasOpen = wire.stage === 'open';
    wire.stage = 'over';
    this.#wires.delete(wire.connection);
    if (wasOpen) wire.lock.lock.disconnected(wire.connection);
    wire.onEvent({ kind: 'disconnected', end });
  }

  #repeat(address: string, side: LockSide, advert: Uint8Array | null): void {
    this.#show(address, side, this.#listeners);
    this.#later(this.nowMs + ADVERT_EVERY_MS, () => {
      if (side.advert === advert && advert !== null) this.#repeat(address, side, advert);
    });
  }

  #show(address: string, side: LockSide, listeners: Iterable<(sighting: Sighting) => void>): void {
    const { advert } = side;
    if (advert === null) return;
    for (const listener of [...listeners]) {
      this.#later(this.nowMs, () => {
        if (this.#listeners.has(listener)) listener({ address, advert: advert.slice() });
      });
    }
  }

  #later(atMs: number, happen: () => void): void {
    this.#orders += 1;
    const happening: Happening = { atMs: Math.max(atMs, this.nowMs), order: this.#orders, happen };
    const at = this.#happenings.findIndex(
      (other) =>
        other.atMs > happening.atMs ||
        (other.atMs === happening.atMs && other.order > happening.order),
    );
    if (at === -1) this.#happenings.push(happening);
    else this.#happenings.splice(at, 0, happening);
  }

  #chance(share: number): boolean {
    return share > 0 && this.#draw() < share;
  }

  /** mulberry32: good enough for faults, and the same everywhere. */
  #draw(): number {
    this.#noise = (this.#noise + 0x6d2b79f5) >>> 0;
    let mixed = this.#noise;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
