/** Payloads of MQTT messages: short, and UTF-8 or JSON. */
import type { Outcome } from '../../values/outcome.js';

/** Why a message is ignored. */
export type MessageCode = 'too_long' | 'malformed';

/** Longest payload that is read: every message here is shorter. */
export const PAYLOAD_BYTES_MAX = 1024;

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

/** A JSON object in a short payload. */
export function readObject(
  payload: Uint8Array,
): Outcome<Readonly<Record<string, unknown>>, MessageCode> {
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

/** What was read. */
export function sound<T>(value: T): Outcome<T, never> {
  return { ok: true, value };
}

/** What could not be. */
export function malformed(): Outcome<never, 'malformed'> {
  return { ok: false, code: 'malformed', detail: 'not a message of this topic' };
}
