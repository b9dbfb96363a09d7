/** What a gateway tells a lock over MQTT: small JSON, every member looked at, everything else ignored. */
import type { Outcome } from '../../values/outcome.js';
import { isCommandId, isUnlockSeconds } from '../locks/lock-order.js';
import type { LockCommand } from '../locks/simulated-lock.js';
import { type MessageCode, malformed, readObject, sound } from './payload.js';

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
