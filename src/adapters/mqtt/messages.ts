/** What locks and gateways say to each other over MQTT: small JSON, every member looked at, everything else ignored. */
import type { Outcome } from '../../values/outcome.js';
import type { LockAnswer } from '../locks/answer-desk.js';
import { isCommandId, isUnlockSeconds } from '../locks/lock-order.js';
import type { BoltState, LockHappening, LockState } from '../locks/lock-provider.js';
import type { LockCommand } from '../locks/simulated-lock.js';

/** Why a message is ignored. */
export type MessageCode = 'too_long' | 'malformed';

/** Longest payload that is read: every message here is shorter. */
export const PAYLOAD_BYTES_MAX = 1024;

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

/** `{"id","do","seconds","expires"}`: to `<prefix>/<lock>/set`, never retained. */
export function encodeCommand({ commandId, operation, seconds, expiresAt }: LockCommand): string {
  return JSON.stringify({ id: commandId, do: operation, seconds, expires: expiresAt });
}

/** A command, as a lock reads it. */
export function parseCommand(payload: Uint8Array): Outcome<LockCommand, MessageCode> {
  const read = readObject(payload);
  if (!read.ok) return read;
  const { id, do: operation, seconds, expires } = read.value;
  if (!isCommandId(id) || !Number.isSafeInteger(expires)) return malformed();
  const expiresAt = expires as number;
  if (operation === 'lock') return sound({ commandId: id, operation, seconds: 0, expiresAt });
  if ((operation !== 'unlock' && operation !== 'hold') || !isUnlockSeconds(seconds))
    return malformed();
  return sound({ commandId: id, operation, seconds, expiresAt });
}

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

/** The text of a short payload. */
export function parseText(payload: Uint8Array): Outcome<string, MessageCode> {
  if (payload.byteLength > PAYLOAD_BYTES_MAX)
    return { ok: false, code: 'too_long', detail: `more than ${PAYLOAD_BYTES_MAX} bytes` };
  try {
    return sound(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return malformed();
  }
}

function readObject(payload: Uint8Array): Outcome<Readonly<Record<string, unknown>>, MessageCode> {
  const text = parseText(payload);
  if (!text.ok) return text;
  try {
    const value: unknown = JSON.parse(text.value);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? sound(value as Readonly<Record<string, unknown>>) : malformed();
  } catch {
    return malformed();
  }
}

function sound<T>(value: T): Outcome<T, never> {
  return { ok: true, value };
}

function malformed(): Outcome<never, 'malformed'> {
  return { ok: false, code: 'malformed', detail: 'not a message of this topic' };
}
