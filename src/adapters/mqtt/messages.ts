/** What locks say over MQTT: small JSON, every member looked at, everything else ignored. */
import type { Outcome } from '../../values/outcome.js';
import type { LockAnswer } from '../locks/answer-desk.js';
import { isCommandId } from '../locks/lock-order.js';
import type { BoltState, LockHappening, LockState } from '../locks/lock-provider.js';
import { type MessageCode, malformed, readObject, sound } from './payload.js';

const BOLTS: Readonly<Record<string, BoltState>> = {
  LOCKED: 'locked',
  UNLOCKED: 'unlocked',
  LOCKING: 'locking',
  UNLOCKING: 'unlocking',
  JAMMED: 'jammed',
};
const HAPPENINGS: ReadonlySet<unknown> = new Set<LockHappening>([
  'forced_open',
  'held_open',
  'held_open_ended',
  'tampered',
  'exited',
]);
const WORD = /^[a-z0-9_]{1,32}$/u;

/** `{"id","result","reason"}`: from `<prefix>/<lock>/result`, not retained. */
export function encodeAnswer({ commandId, result, reason }: LockAnswer): string {
  return JSON.stringify({ id: commandId, result, ...(reason === undefined ? {} : { reason }) });
}

/** A lock's answer to a command. */
export function parseAnswer(payload: Uint8Array): Outcome<LockAnswer, MessageCode> {
  const read = readObject(payload);
  if (!read.ok) return read;
  const { id, result, reason } = read.value;
  if (!isCommandId(id)) return malformed();
  if (result !== 'done' && result !== 'refused' && result !== 'failed') return malformed();
  const isWord = typeof reason === 'string' && WORD.test(reason);
  return sound({ commandId: id, result, ...(isWord ? { reason } : {}) });
}

/** `{"lock","door","battery"}`: to `<prefix>/<lock>/state`, retained. `lock` in Home Assistant's words. */
export function encodeState({ bolt, door, battery }: LockState): string {
  return JSON.stringify({
    lock: bolt === 'unknown' ? null : bolt.toUpperCase(),
    door: door === 'unknown' ? null : door,
    battery,
  });
}

/** The state of a lock, which always says how the bolt is, or `null`. What else it does not say in these words is unknown. */
export function parseState(
  payload: Uint8Array,
): Outcome<Omit<LockState, 'available'>, MessageCode> {
  const read = readObject(payload);
  if (!read.ok) return read;
  const { lock, door, battery } = read.value;
  const bolt = typeof lock === 'string' && Object.hasOwn(BOLTS, lock) ? BOLTS[lock] : undefined;
  if (lock !== null && bolt === undefined) return malformed();
  const isPercent = typeof battery === 'number' && battery >= 0 && battery <= 100;
  return sound({
    bolt: bolt ?? 'unknown',
    door: door === 'open' || door === 'closed' ? door : 'unknown',
    battery: isPercent ? Math.round(battery) : null,
  });
}

/** `{"event"}`: from `<prefix>/<lock>/event`, not retained. */
export function encodeHappening(what: LockHappening): string {
  return JSON.stringify({ event: what });
}

/** What happened at a lock. */
export function parseHappening(payload: Uint8Array): Outcome<LockHappening, MessageCode> {
  const read = readObject(payload);
  if (!read.ok) return read;
  const { event } = read.value;
  return HAPPENINGS.has(event) ? sound(event as LockHappening) : malformed();
}
