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
export interface LockHost {
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
  host: LockHost,
  crypto: Crypto,
): ByteBridge {
  let state: LockState | undefined;
  let advert: Uint8Array | null = null;
  let wakeMs: number | null = null;
  let connection = 0;
  let isConnected = false;
  let frames: Uint8Array[] = [];

  const moment = (): Moment => ({
    elapsedMs: host.elapsedMs(),
    random: host.random(),
    battery: host.battery(),
  });
  const perform = (effect: LockEffect): readonly LockEvent[] => {
    switch (effect.kind) {
      case 'write':
        host.write(effect.record, effect.bytes);
        return [];
      case 'erase':
        host.erase(effect.record);
        return [];
      case 'move-bolt': {
        const { order, operation, seconds } = effect;
        return [{ kind: 'bolt', order, moved: host.moveBolt(operation, seconds) }];
      }
      case 'send':
        if (effect.connection === connection) frames.push(effect.frame);
        return [];
      case 'disconnect':
        if (effect.connection === connection) isConnected = false;
        return [];
      case 'advertise':
        advert = effect.bytes;
        return [];
      case 'wake':
        wakeMs = effect.elapsedMs;
        return [];
    }
  };
  /** A failed effect leaves no state: only a new power-up knows what was written. */
  const settle = (first: LockStep): void => {
    const queue: LockStep[] = [first];
    state = undefined;
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      let now = step.state;
      for (const event of step.effects.flatMap(perform)) {
        const next = stepLock(now, event, moment(), crypto);
        now = next.state;
        queue.push(next);
      }
      state = now;
    }
  };
  const take = (event: LockEvent): void => {
    const before = state;
    if (before === undefined) throw new TypeError('this lock must be powered up anew');
    wakeMs = null;
    settle(stepLock(before, event, moment(), crypto));
  };

  settle(bootLock(setup, records, moment(), crypto));
  return {
    get advert() {
      return advert;
    },
    get wakeMs() {
      return wakeMs;
    },
    get isConnected() {
      return isConnected;
    },
    get isWhole() {
      return state !== undefined && isLockWhole(state);
    },
    connect(mtu) {
      if (isConnected) take({ kind: 'disconnected', connection });
      connection += 1;
      isConnected = true;
      take({ kind: 'connected', connection, mtu });
    },
    handleFrame(bytes) {
      if (!isConnected) return [];
      frames = [];
      take({ kind: 'frame', connection, bytes });
      return frames;
    },
    disconnect() {
      if (!isConnected) return;
      isConnected = false;
      take({ kind: 'disconnected', connection });
    },
    happen: take,
  };
}
