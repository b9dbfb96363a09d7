/** One step in the making: what every part of the lock asks of it. */
import { hkdfSha256 } from '../crypto/crypto.js';
import type { ClockInterval } from '../objects/receipt.js';
import { joinBytes, numberBytes } from '../wire/bytes.js';
import { textBytes } from '../wire/text.js';
import { intervalAt } from './clock.js';
import type { Keeping, LockSelf, Turn } from './state.js';

/** What an owned lock keeps. @throws TypeError when nobody owns it: the caller must have looked. */
export function keepingOf(turn: Turn): Keeping {
  const { keeping } = turn.state;
  if (keeping === null) throw new TypeError('nobody owns this lock');
  return keeping;
}

/** Who the lock is. @throws TypeError when its memory is not whole: the caller must have looked. */
export function selfOf(turn: Turn): LockSelf {
  const { self } = turn.state;
  if (self === null) throw new TypeError('the memory of this lock is not whole');
  return self;
}

/** The bounds of the clock now. */
export function intervalNow(turn: Turn): ClockInterval {
  return intervalAt(turn.state.clock, turn.moment.elapsedMs);
}

/**
 * 32 bytes for one purpose. Salted with the device's secret, numbered with boot and draw: random bytes
 * that come twice give different bytes here (offline.md §3.4).
 */
export function drawBytes(turn: Turn, purpose: string, salt?: Uint8Array): Uint8Array {
  const { crypto, moment, state } = turn;
  const [boots, draw] = [numberBytes(state.boots, 4), numberBytes(state.draws, 6)];
  state.draws += 1;
  const info = joinBytes(textBytes(`DKP/1 ${purpose}`), boots, draw);
  return hkdfSha256(crypto, moment.random, salt ?? selfOf(turn).secrets.reveal().device, info, 32);
}
