/**
 * A lock as bytes in, bytes out: for firmware and bridges whose radio hands over frames and wants frames
 * back. The host's memory and bolt answer at once; where they do not, drive `stepLock` itself.
 */
import type { Crypto } from '../../protocol/crypto/crypto.js';
import type { StoredRecords } from '../../protocol/lock/boot.js';
import type { LockEffect, LockEvent, Moment } from '../../protocol/lock/event.js';
import { bootLock, isLockWhole, type LockStep, stepLock } from '../../protocol/lock/machine.js';
import type { LockSetup, LockState } from '../../protocol/lock/state.js';

/** What a lock needs of the thing it runs on. */
export interface ByteBridgeHost {
  /** Milliseconds since power-up, never going back. */
  elapsedMs(): number;
  /** 32 fresh random bytes. */
  random(): Uint8Array;
  /** Charge in per cent; 100 where there is no battery. */
  battery(): number;
  /** Durable when it returns. Throws when it is not. */
  write(record: string, bytes: Uint8Array): void;
  /** Gone when it returns. */
  erase(record: string): void;
  /** Whether the bolt moved. It falls back by itself after `seconds`; 0 leaves it. */
  moveBolt(operation: 'unlock' | 'secure' | 'hold-open', seconds: number): boolean;
}

/** One lock that speaks with one phone at a time. */
export interface ByteBridge {
  /** What to advertise now; null: nothing. */
  readonly advert: Uint8Array | null;
  /** Elapsed milliseconds at which `tick` is due; null: never. */
  readonly wakeMs: number | null;
  readonly isConnected: boolean;
  /** False when memory is damaged: it opens for nobody until `reset`. */
  readonly isWhole: boolean;
  /** A phone connected, with this ATT MTU. A connection before it is over. */
  connect(mtu: number): void;
  /** Takes one frame and gives the frames to send back; then look at `isConnected`. */
  handleFrame(bytes: Uint8Array): Uint8Array[];
  /** The phone is gone. */
  disconnect(): void;
  /** Something without bytes happened: a touch, the button inside, a reset, or only time. */
  happen(
    event: Extract<LockEvent, { kind: 'touched' | 'button' | 'reset' | 'tick' | 'rekey' }>,
  ): void;
}

/**
 * Powers a lock up.
 * @param records - as they were written; a damaged one is `CORRUPT_RECORD`.
 * @throws what the host throws. Then nothing more may be asked of the bridge: power it up anew.
 */
export function byteBridge(
  setup: LockSetup,
  records: StoredRecords,
  host: ByteBridgeHost,
  crypto: Crypto,
): ByteBridge {
  return new Bridge(setup, records, host, crypto);
}

class Bridge implements ByteBridge {
  advert: Uint8Array | null = null;
  wakeMs: number | null = null;
  isConnected = false;
  readonly #host: ByteBridgeHost;
  readonly #crypto: Crypto;
  /** Undefined while effects are done: when one fails, only a new power-up knows what was written. */
  #state: LockState | undefined;
  #connection = 0;
  #frames: Uint8Array[] = [];

  constructor(setup: LockSetup, records: StoredRecords, host: ByteBridgeHost, crypto: Crypto) {
    this.#host = host;
    this.#crypto = crypto;
    this.#settle(bootLock(setup, records, this.#moment(), crypto));
  }

  get isWhole(): boolean {
    return this.#state !== undefined && isLockWhole(this.#state);
  }

  connect(mtu: number): void {
    this.disconnect();
    this.#connection += 1;
    this.isConnected = true;
    this.happen({ kind: 'connected', connection: this.#connection, mtu });
  }

  handleFrame(bytes: Uint8Array): Uint8Array[] {
    if (!this.isConnected) return [];
    this.#frames = [];
    this.happen({ kind: 'frame', connection: this.#connection, bytes });
    return this.#frames;
  }

  disconnect(): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.happen({ kind: 'disconnected', connection: this.#connection });
  }

  happen(event: LockEvent): void {
    const before = this.#state;
    if (before === undefined) throw new TypeError('this lock must be powered up anew');
    this.#settle(stepLock(before, event, this.#moment(), this.#crypto));
  }

  #settle(first: LockStep): void {
    this.#state = undefined;
    let now = first.state;
    // What an effect brings about happens after all effects of its step.
    const events = first.effects.flatMap((effect) => this.#perform(effect));
    for (let event = events.shift(); event !== undefined; event = events.shift()) {
      const step = stepLock(now, event, this.#moment(), this.#crypto);
      now = step.state;
      events.push(...step.effects.flatMap((effect) => this.#perform(effect)));
    }
    this.#state = now;
  }

  #perform(effect: LockEffect): readonly LockEvent[] {
    switch (effect.kind) {
      case 'write':
        this.#host.write(effect.record, effect.bytes);
        return [];
      case 'erase':
        this.#host.erase(effect.record);
        return [];
      case 'move-bolt': {
        const { order, operation, seconds } = effect;
        return [{ kind: 'bolt', order, moved: this.#host.moveBolt(operation, seconds) }];
      }
      case 'send':
        if (effect.connection === this.#connection) this.#frames.push(effect.frame);
        return [];
      case 'disconnect':
        if (effect.connection === this.#connection) this.isConnected = false;
        return [];
      case 'advertise':
        this.advert = effect.bytes;
        return [];
      case 'wake':
        this.wakeMs = effect.elapsedMs;
        return [];
    }
  }

  #moment(): Moment {
    const host = this.#host;
    return { elapsedMs: host.elapsedMs(), random: host.random(), battery: host.battery() };
  }
}
