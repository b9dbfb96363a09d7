/** A lock that is driven event by event with fixed random bytes, and remembers what it was told and did. */
import type { LockEffect, LockEvent } from '../../lock/event.js';
import { bootLock, stepLock } from '../../lock/machine.js';
import type { LockSetup, LockState } from '../../lock/state.js';
import { labelPsk } from '../../session/opening.js';
import { crypto, fixedBytes, LOCK_ID } from './fixed.js';
import type { Writable } from './notation.js';

/** The lock of all runs, as it left the factory. */
export const SETUP: LockSetup = {
  lockId: LOCK_ID,
  setupSecret: fixedBytes('lock setup'),
  setupPsk: labelPsk(crypto, LOCK_ID, fixedBytes('label secret').slice(0, 16)),
  firmware: 'vector-1.0',
  driftPpm: 100,
  capabilities: Uint8Array.of(1, 1, 1),
};

/** One event and what the lock did. */
interface Step {
  readonly event: LockEvent | { readonly kind: 'boot' };
  readonly elapsedMs: number;
  readonly random: Uint8Array;
  readonly effects: readonly LockEffect[];
}

/** One run: it goes on where another ended, and ends where others may go on. */
export class Run {
  readonly id: string;
  readonly after: Run | null;
  readonly steps: Step[] = [];
  state: LockState;
  /** Milliseconds since this boot. */
  elapsedMs: number;
  /** How many handshakes came about in this run. */
  handshakes = 0;
  private memory: Map<string, Uint8Array>;

  /** @param after - the run to go on from; null begins with a lock fresh from the factory. */
  constructor(id: string, after: Run | null) {
    this.id = id;
    this.after = after;
    this.memory = new Map(after?.memory ?? []);
    this.elapsedMs = after?.elapsedMs ?? 0;
    const random = fixedBytes(`${id} 0`);
    if (after !== null) {
      this.state = after.state;
      return;
    }
    this.state = this.boot(random);
  }

  /** Takes the power away and gives it back. */
  cutPower(): void {
    this.elapsedMs = 0;
    this.state = this.boot(this.nextRandom());
  }

  /** Lets time pass. */
  wait(milliseconds: number): void {
    this.elapsedMs += milliseconds;
  }

  /** Tells the lock one event; `random` only where it shall repeat. */
  tell(event: LockEvent, random: Uint8Array = this.nextRandom()): readonly LockEffect[] {
    const { state, effects } = stepLock(this.state, event, this.moment(random), crypto);
    this.state = state;
    this.keep({ event, elapsedMs: this.elapsedMs, random, effects });
    return effects;
  }

  /** The run as it stands in `sessions.json`. */
  vector(line: string, verdict: Writable): Writable {
    const steps = this.steps.map(({ event, elapsedMs, random, effects }) => ({
      event: event as unknown as Writable,
      elapsedMs,
      random,
      effects: effects.flatMap(shown),
    }));
    return { id: this.id, line, after: this.after?.id ?? null, verdict, steps };
  }

  private boot(random: Uint8Array): LockState {
    const { state, effects } = bootLock(SETUP, this.memory, this.moment(random), crypto);
    this.keep({ event: { kind: 'boot' }, elapsedMs: this.elapsedMs, random, effects });
    return state;
  }

  private keep(step: Step): void {
    this.steps.push(step);
    for (const effect of step.effects) {
      if (effect.kind === 'write') this.memory.set(effect.record, effect.bytes);
      if (effect.kind === 'erase') this.memory.delete(effect.record);
    }
  }

  private moment(random: Uint8Array) {
    return { elapsedMs: this.elapsedMs, random, battery: 87 };
  }

  private nextRandom(): Uint8Array {
    return fixedBytes(`${this.id} ${this.steps.length}`);
  }
}

/** What a host of any make does; how a record is stored, and when to wake, is its own matter. */
function shown(effect: LockEffect): Writable[] {
  if (effect.kind === 'wake') return [];
  if (effect.kind === 'write') return [{ kind: 'write', record: effect.record }];
  return [{ ...effect } as unknown as Writable];
}
