/** A real lock machine on a radio in memory: with a flash that outlives power cuts, and a crystal that drifts. */

import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { intervalAt } from '../../../protocol/lock/clock.js';
import type { LockEffect, LockEvent, Moment } from '../../../protocol/lock/event.js';
import { bootLock, type LockStep, stepLock } from '../../../protocol/lock/machine.js';
import type { LockSetup, LockState } from '../../../protocol/lock/state.js';
import type { ClockInterval } from '../../../protocol/objects/receipt.js';
import { toHex } from '../../../protocol/wire/hex.js';
import type { MemoryLockLink, MemoryRadio } from '../memory-transport.js';
import type { Agenda } from './agenda.js';
import type { Dice } from './dice.js';

/** Where a lock hangs. */
export interface LockPlace {
  readonly radio: MemoryRadio;
  readonly agenda: Agenda;
  readonly dice: Dice;
}

/** A lock in its door. */
export interface LockOnRadio {
  readonly setup: LockSetup;
  /** The state as it is; undefined while there is no power. */
  readonly state: LockState | undefined;
  /** Between which times the lock takes now to be; undefined while there is no power. */
  interval(): ClockInterval | undefined;
  /** Times the bolt moved for an unlock. */
  readonly openings: number;
  /** What is stored: to be looked at, and to be put back by a test that cheats. */
  readonly flash: Map<string, Uint8Array>;
  touch(): void;
  button(): void;
  /** Power fails after so many more writes, and comes back some seconds later. */
  cutAfter(writes: number): void;
  /**
   * The lock as it is now, to be put on another radio at the same time, as often as one likes; undefined while there is
   * no power. Nobody is connected to the copy, and what it stores is not kept.
   */
  copy(): ((place: LockPlace) => LockOnRadio) | undefined;
}

/** What a lock with power goes on from. */
interface LockMemory {
  readonly state: LockState;
  readonly bootedMs: number;
  readonly advert: Uint8Array | null;
  readonly connections: readonly number[];
}

/** How long power stays away, in milliseconds. */
const DARK_MS = 4_000;

/**
 * Puts a lock on the radio.
 * @param driftPpm - how much faster its crystal runs than true time; slower when negative.
 */
export function lockOnRadio(
  place: LockPlace,
  setup: LockSetup,
  driftPpm: number,
  crypto: Crypto,
): LockOnRadio {
  return new Lock(place, setup, driftPpm, crypto);
}

/** Power failed between two effects. */
class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

class Lock implements LockOnRadio {
  readonly setup: LockSetup;
  readonly flash = new Map<string, Uint8Array>();
  state: LockState | undefined;
  openings = 0;
  readonly #agenda: Agenda;
  readonly #dice: Dice;
  readonly #crypto: Crypto;
  readonly #driftPpm: number;
  readonly #link: MemoryLockLink;
  readonly #connections = new Set<number>();
  #advert: Uint8Array | null = null;
  #bootedMs = 0;
  #writesLeft = Number.POSITIVE_INFINITY;

  constructor(
    { radio, agenda, dice }: LockPlace,
    setup: LockSetup,
    driftPpm: number,
    crypto: Crypto,
    memory?: LockMemory,
  ) {
    this.setup = setup;
    this.#agenda = agenda;
    this.#dice = dice;
    this.#crypto = crypto;
    this.#driftPpm = driftPpm;
    const { capabilities } = setup;
    this.#link = radio.lock(toHex(setup.lockId), {
      capabilities,
      connected: (connection, mtu) => {
        this.#connections.add(connection);
        this.#take({ kind: 'connected', connection, mtu });
      },
      frame: (connection, bytes) => this.#take({ kind: 'frame', connection, bytes }),
      disconnected: (connection) => {
        this.#connections.delete(connection);
        this.#take({ kind: 'disconnected', connection });
      },
    });
    if (memory === undefined) this.#boot();
    else this.#resume(memory);
  }

  interval(): ClockInterval | undefined {
    return this.state && intervalAt(this.state.clock, this.#moment().elapsedMs);
  }

  touch(): void {
    this.#take({ kind: 'touched' });
  }

  button(): void {
    this.#take({ kind: 'button' });
  }

  cutAfter(writes: number): void {
    this.#writesLeft = writes;
    if (writes === 0) this.#goDark();
  }

  copy(): ((place: LockPlace) => LockOnRadio) | undefined {
    const { setup, state } = this;
    if (state === undefined) return undefined;
    const connections = [...this.#connections];
    const memory = { state, bootedMs: this.#bootedMs, advert: this.#advert, connections };
    return (place) => new Lock(place, setup, this.#driftPpm, this.#crypto, memory);
  }

  #resume({ state, bootedMs, advert, connections }: LockMemory): void {
    this.state = state;
    this.#bootedMs = bootedMs;
    this.#advertise(advert);
    for (const connection of connections) this.#take({ kind: 'disconnected', connection });
  }

  #boot(): void {
    this.#bootedMs = this.#agenda.nowMs;
    this.#settle(bootLock(this.setup, new Map(this.flash), this.#moment(), this.#crypto));
  }

  #moment(): Moment {
    const trueMs = this.#agenda.nowMs - this.#bootedMs;
    const elapsedMs = Math.floor(trueMs * (1 + this.#driftPpm / 1e6));
    return { elapsedMs, random: this.#dice.bytes(), battery: 90 };
  }

  #take(event: LockEvent): void {
    if (this.state === undefined) return;
    this.#settle(stepLock(this.state, event, this.#moment(), this.#crypto));
  }

  /** Does the effects in order; what stands when power fails between two of them is what was written. */
  #settle(step: LockStep): void {
    this.state = step.state;
    try {
      for (const effect of step.effects) this.#perform(effect);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.#goDark();
    }
  }

  #perform(effect: LockEffect): void {
    switch (effect.kind) {
      case 'write':
        if (this.#writesLeft <= 0) throw new PowerCut();
        this.#writesLeft -= 1;
        this.flash.set(effect.record, effect.bytes);
        return;
      case 'erase':
        this.flash.delete(effect.record);
        return;
      case 'move-bolt': {
        const { order, operation } = effect;
        if (operation === 'unlock') this.openings += 1;
        this.#later(300, { kind: 'bolt', order, moved: true });
        return;
      }
      case 'send':
        this.#link.send(effect.connection, effect.frame);
        return;
      case 'disconnect':
        this.#link.disconnect(effect.connection);
        return;
      case 'advertise':
        this.#advertise(effect.bytes);
        return;
      case 'wake': {
        const wait = effect.elapsedMs - this.#moment().elapsedMs;
        this.#later(wait, { kind: 'tick' });
        return;
      }
    }
  }

  #advertise(advert: Uint8Array | null): void {
    this.#advert = advert;
    this.#link.advertise(advert);
  }

  /** Tells the lock of this boot something later; after a power cut nobody remembers it. */
  #later(ms: number, event: LockEvent): void {
    const booted = this.#bootedMs;
    this.#agenda.at(this.#agenda.nowMs + Math.max(1, ms), () => {
      if (this.#bootedMs === booted) this.#take(event);
    });
  }

  #goDark(): void {
    this.state = undefined;
    this.#bootedMs = Number.NaN;
    this.#writesLeft = Number.POSITIVE_INFINITY;
    this.#advertise(null);
    for (const connection of this.#connections) this.#link.disconnect(connection);
    this.#agenda.at(this.#agenda.nowMs + DARK_MS, () => this.#boot());
  }
}
