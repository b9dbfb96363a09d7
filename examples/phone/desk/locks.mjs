// @ts-check
// Locks: what is told to one that is commissioned, and its first row.
import { newIssuerLock, raiseFloor } from 'doorwright/issuer';
import { fromHex, toHex } from 'doorwright/protocol';
import { withEvent, withPermission, withVersion } from './news.mjs';
import { lockAt } from './records.mjs';
import { engineOf } from './rights.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./site-keys.mjs').SiteKeys} SiteKeys
 * @typedef {import('doorwright/protocol').Crypto} Crypto
 * @typedef {import('doorwright/phone').CommissioningOrder} CommissioningOrder
 */

/**
 * What stands on a lock's label.
 * @typedef {{ lockId: string, setupKey: string, secret: string }} LockLabel
 */

/** How far a lock's clock may drift: such a one as a computer has that NTP slews. */
const DRIFT_PPM = 600;

/** The first floor lies a minute back: it must not end the very first grants. */
const FLOOR_SECONDS = 60;

/**
 * What whoever stands before a new lock tells it.
 * @param {LockLabel} label @param {{ door: string, keys: SiteKeys, advertKey: Uint8Array, now: number, crypto: Crypto }} ground @returns {CommissioningOrder}
 */
export function commissioningOrder(label, { door, keys, advertKey, now, crypto }) {
  const lockId = labelBytes(label, 'lockId', 8);
  return {
    lockId,
    setupKey: labelBytes(label, 'setupKey', 32),
    setupPsk: setupPsk(crypto, lockId, labelBytes(label, 'secret', 16)),
    message: {
      trust: keys.trust,
      siteId: keys.siteId,
      readerId: crypto.sha256(new TextEncoder().encode(door)),
      logKey: crypto.x25519Public(keys.logSecret),
      advertKey,
      time: now,
    },
  };
}

/**
 * The pre-shared key of a commissioning: HKDF-SHA-256 of the secret on the label (protocol/README.md §6).
 * @param {Crypto} crypto @param {Uint8Array} lockId @param {Uint8Array} secret - 16 bytes.
 */
export function setupPsk(crypto, lockId, secret) {
  const info = new TextEncoder().encode('DKP/1 setup psk');
  const material = crypto.hmacSha256(lockId, secret);
  return crypto.hmacSha256(material, Uint8Array.of(...info, 1));
}

/**
 * The state with a lock that answered its commissioning.
 * @param {DeskState} state
 * @param {{ door: string, lockId: Uint8Array, claims: import('doorwright/protocol').LockIdentity, advertKey: Uint8Array }} lock
 * @param {{ crypto: Crypto, now: number }} ground
 * @returns {DeskState}
 * @throws RangeError for a door that has no such lock, or a lock or door that was taken before: what phones carry of a lock's former life
 *   must not count in its next one (docs/offline.md, "What comes back"), and this example has no way for that.
 */
export function withLock(state, { door, lockId: id, claims, advertKey }, { crypto, now }) {
  const lockId = toHex(id);
  const isOffline = state.policy.doors?.some((one) => one.id === door && one.lock === 'offline');
  if (isOffline !== true) throw new RangeError(`no door with an offline lock \`${door}\``);
  if (lockAt(state, door) !== undefined) throw new RangeError(`the door has a lock \`${door}\``);
  if (state.locks[lockId] !== undefined) throw new RangeError(`the lock has a door \`${lockId}\``);
  const made = newIssuerLock(id, 1, crypto);
  const { lock: row } = raiseFloor(made, now - FLOOR_SECONDS, crypto);
  const lock = {
    door,
    row: made,
    staticKey: toHex(claims.staticKey),
    identityKey: toHex(claims.identityKey),
    advertKey: toHex(advertKey),
    logged: null,
  };
  const options = { driftPpm: DRIFT_PPM, lowerBoundGrants: false };
  let next = withEvent(state, { kind: 'lock_installed', door, lock: lockId, ...options });
  next = withEvent(next, { kind: 'commissioned', lock: lockId });
  next = withVersion(next, lock, row, []);
  const time = new Date(now * 1000).toISOString();
  for (const { assignment } of engineOf(state.policy).access(
    { type: 'door', id: door },
    { time },
  )) {
    next = withPermission(next, assignment, door);
  }
  return next;
}

/** @param {LockLabel} label @param {keyof LockLabel} name @param {number} size */
function labelBytes(label, name, size) {
  const bytes = fromHex(label[name]);
  if (bytes?.length !== size) throw new TypeError(`the label's \`${name}\` is not ${size} bytes`);
  return bytes;
}
