/** What the issuer knows of one device: plain data that a server stores as one row. */
import type { PublicKey } from '../crypto/crypto.js';
import { toHex } from '../wire/hex.js';
import { storedBytes } from './issuer-lock.js';

/** Until when the device may hold grants for one lock. */
export interface HeldGrants {
  /** 8 bytes in hex. */
  readonly lockId: string;
  /** Latest `exp` of any grant it ever got there that the lock may still take, Unix seconds. */
  readonly until: number;
}

/** One enrolled device. Bytes are hex, so the whole is plain JSON. */
export interface IssuerDevice {
  readonly deviceId: string;
  readonly personId: string;
  /** Its public key: `x` alone is Ed25519, with `y` P-256. */
  readonly key: { readonly x: string; readonly y?: string };
  /** Whether its enrolment showed that hardware holds the key. */
  readonly hardwareKey: boolean;
  /** The newest bundle made for it, 0 before any. */
  readonly sequence: number;
  /** The newest bundle it said it holds, 0 before any. */
  readonly acknowledged: number;
  readonly grants: readonly HeldGrants[];
}

/** A device that was just enrolled. @throws TypeError for a coordinate that is not 32 bytes. */
export function newIssuerDevice(enrolled: {
  readonly deviceId: string;
  readonly personId: string;
  readonly key: PublicKey;
  readonly hardwareKey: boolean;
}): IssuerDevice {
  const { deviceId, personId, key, hardwareKey } = enrolled;
  const x = toHex(key.x);
  const stored = key.kind === 'ed25519' ? { x } : { x, y: toHex(key.y) };
  const device = { deviceId, personId, key: stored, hardwareKey, sequence: 0, acknowledged: 0 };
  deviceKeyOf(device);
  return { ...device, grants: [] };
}

/** The device's public key. @throws TypeError when the row holds none. */
export function deviceKeyOf({ key }: Pick<IssuerDevice, 'key'>): PublicKey {
  const x = storedBytes(key.x, 32);
  if (key.y === undefined) return { kind: 'ed25519', x };
  return { kind: 'es256', x, y: storedBytes(key.y, 32) };
}

/** Until when grants of the device at this lock may live, 0 when none is known: what a mark must outlive. `revoke` takes 0 for unknown. */
export function heldUntil(device: IssuerDevice, lockId: string): number {
  return device.grants.find((held) => held.lockId === lockId)?.until ?? 0;
}
