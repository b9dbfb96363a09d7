/** Public keys as names, under which something can be remembered of them. */
import type { PublicKey } from './crypto.js';

/** Keys of which something is remembered: the devices of a large site. */
export const KEYS_REMEMBERED_MAX = 4096;

/** A text that stands for this key and for no other. */
export function keyName(key: PublicKey): string {
  return key.kind === 'ed25519'
    ? coordinateName(key.x)
    : coordinateName(key.x) + coordinateName(key.y);
}

/** One character a byte: every key in use is looked up by its name at every signature. */
function coordinateName(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
