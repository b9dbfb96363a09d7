/**
 * A lock and everything around it: flash with two copies of each record, an oscillator, power that can be
 * cut after any write, and a phone that speaks the protocol message by message.
 */

import type { LockEffect, LockEvent } from '../../protocol/lock/event.js';
import { bootLock, stepLock } from '../../protocol/lock/machine.js';
import { CORRUPT_RECORD, newestCopy, sealCopy } from '../../protocol/lock/record-copies.js';
import type { LockSetup, LockState } from '../../protocol/lock/state.js';
import { crypto, filled, LOCK_ID } from './lock-objects.js';

/** The label and the hardware of the lock under test. */
export const SETUP: LockSetup = {
  lockId: LOCK_ID,
  setupSecret: filled(0x31),
  setupPsk: filled(0x32),
  firmware: 'test 1',
  capabilities: Uint8Array.of(1, 1, 1),
};

/** Power failed: what was written before stays, everything else is gone. */
export class PowerCut extends Error {}

/** Two copies of one record. */
interface Copies {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

/** Every way in which power can fail once during `work`: before each write, whole or torn. */
export function* eachCut(
  flash: Flash,
  work: (host: LockHost) => void,
  power = true,
): Generator<{ readonly host: LockHost; readonly name: string }> {
  const dry = new LockHost(flash, SETUP, 7000, power);
  dry.writes = [];
  work(dry);
  const { length } = dry.writes;
  for (let cut = 0; cut < length; cut++) {
    for (const isTorn of [false, true]) {
      const host = new LockHost(flash, SETUP, 7000, power);
      host.cutAfter = cut;
      host.isTorn = isTorn;
      try {
        work(host);
        throw new Error('the power did not fail');
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
      }
      const name = `cut before write ${cut} of ${length} (${dry.writes[cut]}${isTorn ? ', torn' : ''})`;
      yield { host, name };
    }
  }
}

/** Flash as it is between two writes. */
export type Flash = ReadonlyMap<string, Copies>;

const NOTHING = new Uint8Array(0);

/** Where a lock runs. */
export class LockHost {
  state!: LockState;
  flash: Map<string, Copies>;
  elapsedMs = 0;
  readonly setup: LockSetup;
  /** Writes and erasures until the power fails. */
  cutAfter = Number.POSITIVE_INFINITY;
  /** Whether the write at which power fails leaves half of its bytes behind. */
  isTorn = false;
  /** Whether the bolt moves at once when it is told. */
  bolt: 'moves' | 'jams' | 'silent' = 'moves';
  /** Operations the bolt was told. */
  moves: string[] = [];
  /** How long the last `unlock` opens. */
  openSeconds = 0;
  advert: Uint8Array | null = null;
  sent = new Map<number, Uint8Array[]>();
  dropped = new Set<number>();
  wakeMs: number | null = null;
  writes: string[] = [];
  /** The same random bytes again and again when set. */
  fixedRandom: Uint8Array | null = null;
  #random = 0;

  constructor(flash: Flash = new Map(), setup: LockSetup = SETUP, seed = 0, power = true) {
    this.flash = new Map(flash);
    this.setup = setup;
    this.#random = seed;
    if (power) this.boot();
  }

  /** Power comes (back). */
  boot(): void {
    this.elapsedMs = 0;
    this.sent.clear();
    this.dropped.clear();
    this.advert = null;
    const step = bootLock(this.setup, this.records(), this.#moment(), crypto);
    this.state = step.state;
    this.#perform(step.effects);
  }

  /** What the host finds in its flash. */
  records(): Map<string, Uint8Array> {
    const records = new Map<string, Uint8Array>();
    for (const [name, { a, b }] of this.flash) {
      const found = newestCopy(a, b);
      if (found.kind === 'whole') records.set(name, found.payload);
      if (found.kind === 'corrupt') records.set(name, CORRUPT_RECORD);
    }
    return records;
  }

  /** One event, with everything the lock wants done, and the answers of the bolt. */
  step(event: LockEvent): void {
    const step = stepLock(this.state, event, this.#moment(), crypto);
    this.state = step.state;
    this.#perform(step.effects);
  }

  /** Time passes; the lock is woken at its end only. */
  pass(milliseconds: number): void {
    this.elapsedMs += milliseconds;
    this.step({ kind: 'tick' });
  }

  /** Frames sent to a connection since the last call. */
  take(connection: number): Uint8Array[] {
    const frames = this.sent.get(connection) ?? [];
    this.sent.delete(connection);
    return frames;
  }

  /** The host is another one with the same flash, and the power never fails there. */
  fork(): LockHost {
    return new LockHost(this.flash, this.setup, this.#random + 1000);
  }

  /** Writes a record behind the lock's back. */
  store(record: string, bytes: Uint8Array): void {
    this.#write(record, bytes);
  }

  #moment() {
    const random =
      this.fixedRandom ?? crypto.sha256(Uint8Array.of(this.#random >> 8, this.#random));
    this.#random += 1;
    return { elapsedMs: this.elapsedMs, random, battery: 80 };
  }

  #perform(effects: readonly LockEffect[]): void {
    const answers: LockEvent[] = [];
    for (const effect of effects) {
      switch (effect.kind) {
        case 'write':
          this.#write(effect.record, effect.bytes);
          break;
        case 'erase':
          this.#spend(() => undefined);
          this.writes.push(`-${effect.record}`);
          this.flash.delete(effect.record);
          break;
        case 'move-bolt':
          this.moves.push(effect.operation);
          this.openSeconds = effect.seconds;
          if (this.bolt !== 'silent') {
            answers.push({ kind: 'bolt', order: effect.order, moved: this.bolt === 'moves' });
          }
          break;
        case 'send':
          this.sent.set(effect.connection, [
            ...(this.sent.get(effect.connection) ?? []),
            effect.frame,
          ]);
          break;
        case 'disconnect':
          this.dropped.add(effect.connection);
          break;
        case 'advertise':
          this.advert = effect.bytes;
          break;
        case 'wake':
          this.wakeMs = effect.elapsedMs;
          break;
      }
    }
    for (const answer of answers) this.step(answer);
  }

  #write(record: string, bytes: Uint8Array): void {
    const before = this.flash.get(record) ?? { a: NOTHING, b: NOTHING };
    const found = newestCopy(before.a, before.b);
    const sequence = found.kind === 'whole' ? found.sequence + 1 : 1;
    const place = found.kind === 'whole' && found.copy === 'a' ? 'b' : 'a';
    const image = sealCopy(bytes, sequence);
    this.#spend(() => {
      if (!this.isTorn) return;
      const old = before[place];
      const half = image.length >> 1;
      const torn = new Uint8Array(Math.max(image.length, old.length)).fill(0xff);
      torn.set(old);
      torn.set(image.subarray(0, half));
      this.flash.set(record, { ...before, [place]: torn });
    });
    this.writes.push(record);
    this.flash.set(record, { ...before, [place]: image });
  }

  #spend(failing: () => void): void {
    if (this.cutAfter <= 0) {
      failing();
      throw new PowerCut();
    }
    this.cutAfter -= 1;
  }
}
