/**
 * One lock on this host: the pure machine of `protocol/lock` with a disk, a clock, random bytes and a
 * bolt around it. Effects are done in order; when one fails, the lock boots anew from what was written,
 * as after a power cut, and nothing the failed step said is sent.
 */

import type { Crypto } from '../../protocol/crypto/crypto.js';
import type { LockEffect, LockEvent, Moment } from '../../protocol/lock/event.js';
import { bootLock, isLockWhole, stepLock } from '../../protocol/lock/machine.js';
import type { LockSetup, LockState } from '../../protocol/lock/state.js';
import { requireMtu } from '../../protocol/session/mtu.js';
import { quietly } from './quietly.js';
import type { RecordFolder } from './record-folder.js';

/** Clock, randomness and timer of a host. */
export interface LockHost {
  /** Whole milliseconds of an oscillator that never goes back while the process lives. */
  nowMs(): number;
  /** Whole milliseconds of the wall clock: only to see that the oscillator stood still. No lock believes it. */
  wallMs(): number;
  /** 32 fresh random bytes. */
  random(): Uint8Array;
  /** Calls back once after so many milliseconds, until cancelled. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** What the bolt is to do. */
export interface BoltMove {
  /** Hexadecimal. */
  readonly lockId: string;
  readonly operation: 'unlock' | 'secure' | 'hold-open';
  /** How long `unlock` lasts; 0 for the others. */
  readonly seconds: number;
}

/** Whoever moves bolts. The way to it must be authenticated and safe against replay by itself. */
export interface Actuator {
  /** Whether the bolt moved. A rejected promise and false are the same: it did not. */
  move(order: BoltMove): Promise<boolean>;
}

/** The phone's end of a connection. */
export interface FrameReceiver {
  /** One frame of the lock. If it throws, the connection ends: the way to the phone is broken. */
  frame(bytes: Uint8Array): void;
  /** The lock ended the connection, or lost its power. Called once, and not after `close`. */
  closed(): void;
}

/** One phone's connection to one lock. */
export interface HostedConnection {
  /** One frame of the phone. Does nothing once the connection has ended. */
  send(frame: Uint8Array): void;
  /** The phone went away. Does nothing once the connection has ended. */
  close(): void;
}

/** A lock that runs. */
export interface HostedLock {
  /** @throws RangeError for an MTU outside 23 to 517. */
  connect(mtu: number, receiver: FrameReceiver): HostedConnection;
  /** A touch, a button, a reset, a rekeying: what a connection is not needed for. */
  take(event: Extract<LockEvent, { kind: 'touched' | 'button' | 'reset' | 'rekey' }>): void;
  /** Whether it runs and its memory is whole. */
  isWhole(): boolean;
  /** Ends it as a power cut would. */
  stop(): void;
}

/** What a lock is made of. */
export interface HostedLockParts {
  readonly setup: LockSetup;
  /** Hexadecimal, for messages and orders. */
  readonly lockId: string;
  /** Opens the lock's records; called at every boot. */
  readonly openRecords: () => RecordFolder;
  readonly crypto: Crypto;
  readonly host: LockHost;
  readonly actuator: Actuator;
  /** The advert to show, null for none. */
  readonly onAdvert: (bytes: Uint8Array | null) => void;
  /** Something on this host failed: the disk, most likely. */
  readonly onFault: (error: unknown) => void;
}

/** How far a lock on such a host may trust its oscillator: a clock that NTP slews runs up to 500 ppm off. */
export const HOST_DRIFT_PPM = 600;

/** How much two readings of both clocks may differ besides the drift, in milliseconds. */
const CLOCK_SLACK_MS = 1000;

/** Boots a lock. A failure of the disk is told to `onFault`, and the next event boots it again. */
export function startLock(parts: HostedLockParts): HostedLock {
  const onFault = quietly(parts.onFault);
  const lock = new Running({ ...parts, onFault, onAdvert: quietly(parts.onAdvert, onFault) });
  lock.boot();
  return {
    connect: (mtu, receiver) => lock.connect(mtu, receiver),
    take: (event) => lock.take(event),
    isWhole: () => lock.isWhole(),
    stop: () => lock.stop(),
  };
}

/** The machine's state, and what of the host belongs to this boot. Nobody outside may copy it. */
class Running {
  readonly #parts: HostedLockParts;
  #state: LockState | undefined;
  #records: Pick<RecordFolder, 'write' | 'erase'> | undefined;
  #bootedAtMs = 0;
  #bootedAtWallMs = 0;
  /** Which boot this is: answers of the bolt to an earlier one are nobody's. */
  #boot = 0;
  #connections = new Map<number, FrameReceiver>();
  #nextConnection = 1;
  #cancelWake: () => void = () => {};
  readonly #waiting: LockEvent[] = [];
  #isBusy = false;
  #isStopped = false;

  constructor(parts: HostedLockParts) {
    this.#parts = parts;
  }

  boot(): void {
    const { setup, crypto, host, openRecords } = this.#parts;
    this.#boot += 1;
    this.#bootedAtMs = host.nowMs();
    this.#bootedAtWallMs = host.wallMs();
    try {
      const { records, write, erase } = openRecords();
      this.#records = { write, erase };
      const { state, effects } = bootLock(setup, records, this.#moment(), crypto);
      this.#state = state;
      for (const effect of effects) this.#perform(effect);
    } catch (error) {
      this.#fail(error);
    }
  }

  connect(mtu: number, receiver: FrameReceiver): HostedConnection {
    requireMtu(mtu);
    const connection = this.#nextConnection++;
    this.#connections.set(connection, receiver);
    this.take({ kind: 'connected', connection, mtu });
    return {
      send: (frame) => {
        if (!this.#connections.has(connection)) return;
        this.take({ kind: 'frame', connection, bytes: frame.slice() });
      },
      close: () => {
        if (!this.#connections.delete(connection)) return;
        this.take({ kind: 'disconnected', connection });
      },
    };
  }

  isWhole(): boolean {
    return this.#state !== undefined && isLockWhole(this.#state);
  }

  stop(): void {
    this.#isStopped = true;
    this.#forget();
  }

  take(event: LockEvent): void {
    if (this.#isStopped) return;
    this.#waiting.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        this.#step(next);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #step(event: LockEvent): void {
    if (this.#state !== undefined && !this.#isSteady()) {
      this.#fail(new Error('the clock of this host stood still or jumped: the lock boots anew'));
    }
    if (this.#state === undefined) this.boot();
    if (this.#state === undefined) return;
    try {
      const { state, effects } = stepLock(this.#state, event, this.#moment(), this.#parts.crypto);
      this.#state = state;
      for (const effect of effects) this.#perform(effect);
    } catch (error) {
      this.#fail(error);
      this.boot();
    }
  }

  #perform(effect: LockEffect): void {
    switch (effect.kind) {
      case 'write':
        this.#records?.write(effect.record, effect.bytes);
        return;
      case 'erase':
        this.#records?.erase(effect.record);
        return;
      case 'move-bolt':
        this.#moveBolt(effect);
        return;
      case 'send':
        this.#send(effect.connection, effect.frame);
        return;
      case 'disconnect':
        this.#disconnect(effect.connection);
        return;
      case 'advertise':
        this.#parts.onAdvert(effect.bytes);
        return;
      case 'wake':
        this.#wakeAt(effect.elapsedMs);
        return;
      default:
        unreachable(effect);
    }
  }

  #moveBolt({ order, operation, seconds }: Extract<LockEffect, { kind: 'move-bolt' }>): void {
    const boot = this.#boot;
    const { lockId, actuator, onFault } = this.#parts;
    const answer = (moved: boolean): void => {
      if (boot === this.#boot) this.take({ kind: 'bolt', order, moved });
    };
    actuator.move({ lockId, operation, seconds }).then(answer, (error) => {
      onFault(error);
      answer(false);
    });
  }

  /** A way to the phone that breaks is not the lock's fault: it ends this connection and nothing else. */
  #send(connection: number, frame: Uint8Array): void {
    try {
      this.#connections.get(connection)?.frame(frame);
    } catch (error) {
      this.#disconnect(connection);
      this.take({ kind: 'disconnected', connection });
      this.#parts.onFault(error);
    }
  }

  #disconnect(connection: number): void {
    const receiver = this.#connections.get(connection);
    this.#connections.delete(connection);
    receiver?.closed();
  }

  /** A timer may ring a little early, or long before a far time; the lock would not ask for it again. */
  #wakeAt(elapsedMs: number): void {
    this.#cancelWake();
    const { host } = this.#parts;
    const wait = this.#bootedAtMs + elapsedMs - host.nowMs();
    this.#cancelWake = host.after(Math.max(0, wait), () => {
      const isDue = host.nowMs() - this.#bootedAtMs >= elapsedMs;
      if (isDue) this.take({ kind: 'tick' });
      else this.#wakeAt(elapsedMs);
    });
  }

  /**
   * Whether the oscillator ran as the wall clock did since this boot. It does not run while the host
   * sleeps, or while a virtual machine or container is frozen: then the lock knows the time no more.
   */
  #isSteady(): boolean {
    const { host } = this.#parts;
    const ran = host.nowMs() - this.#bootedAtMs;
    const passed = host.wallMs() - this.#bootedAtWallMs;
    return Math.abs(passed - ran) <= CLOCK_SLACK_MS + (ran * HOST_DRIFT_PPM) / 1_000_000;
  }

  #moment(): Moment {
    const { host } = this.#parts;
    return { elapsedMs: host.nowMs() - this.#bootedAtMs, random: host.random(), battery: 100 };
  }

  /** The state is ahead of the disk, so it is given up; the lock is as good as without power. */
  #fail(error: unknown): void {
    this.#forget();
    this.#parts.onFault(error);
  }

  #forget(): void {
    this.#state = undefined;
    this.#records = undefined;
    this.#waiting.length = 0;
    this.#cancelWake();
    this.#parts.onAdvert(null);
    for (const connection of [...this.#connections.keys()]) this.#disconnect(connection);
  }
}

function unreachable(effect: never): never {
  throw new TypeError(`unknown effect \`${String(effect)}\``);
}
