// @ts-check
// What a phone gets when it asks: grants from the policy, and the news of every lock it may open.
import { issueBundle, lockIdOf, sealLogAck, sealPolicy } from 'doorwright/issuer';
import { fromHex, signNow, toHex } from 'doorwright/protocol';
import { base64url } from 'jose';
import { withEvent, withPermission } from './news.mjs';
import { Refusal } from './refusal.mjs';
import { engineOf, keysOf, labelOf } from './rights.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./records.mjs').DeskLock} DeskLock
 * @typedef {import('./records.mjs').DeskDevice} DeskDevice
 * @typedef {import('./site-keys.mjs').SiteKeys} SiteKeys
 * @typedef {import('./setup.mjs').BundleAnswer} BundleAnswer
 * @typedef {import('doorwright/issuer').IssuedFromPolicy} Issued
 * @typedef {{ crypto: import('doorwright/protocol').Crypto, keys: SiteKeys, now: number, random: (size: number) => Uint8Array }} Ground
 */

/** How far this machine's clock may be off, in seconds. */
export const ERROR_SECONDS = 2;

/**
 * A bundle for a phone, and the state that must be stored before it leaves.
 * @param {DeskState} state @param {string} thumbprint @param {Ground} ground @returns {{ state: DeskState, answer: BundleAnswer }}
 */
export function giveBundle(state, thumbprint, ground) {
  const device = /** @type {DeskDevice} */ (state.devices[thumbprint]);
  const issued = issue(state, device, ground);
  const devices = { ...state.devices, [thumbprint]: { ...device, row: issued.device } };
  const next = withBundle({ ...state, devices }, issued, ground);
  const answer = {
    bundle: base64url.encode(issued.bytes),
    keys: keysWith(state, device, issued, ground.now),
  };
  return { state: next, answer };
}

/** @param {DeskState} state @param {DeskDevice} device @param {Ground} ground @returns {Issued} */
function issue(state, { row }, { crypto, keys, now, random }) {
  const { signers, tagSecret } = keys;
  const locks = Object.values(state.locks);
  const order = {
    ...{ user: row.personId, credential: row.deviceId, device: row },
    locks: new Map(locks.map((lock) => [lock.door, doorOrder(state, lock, keys, crypto)])),
    trust: [],
    logAcks: locks.flatMap((lock) => logAck(lock, keys, now, crypto)),
    ...{ now, errorSeconds: ERROR_SECONDS, random: random(32), tagSecret },
  };
  const issued = signNow(issueBundle(engineOf(state.policy), order, signers, crypto));
  if (!issued.ok) throw new Refusal(413, issued.code, issued.detail);
  return issued.value;
}

/** @param {DeskState} state @param {DeskLock} lock @param {SiteKeys} keys @param {import('doorwright/protocol').Crypto} crypto */
function doorOrder(state, lock, { signers }, crypto) {
  return {
    lock: lock.row,
    policy: signNow(sealPolicy(lock.row, signers, crypto)),
    staticKeys: [storedKey(lock.staticKey)],
    identityKey: storedKey(lock.identityKey),
    advertKey: storedKey(lock.advertKey),
    label: labelOf(state.policy, lock.door),
  };
}

/** @param {DeskLock} lock @param {SiteKeys} keys @param {number} now @param {import('doorwright/protocol').Crypto} crypto */
function logAck({ row, logged }, { signers }, now, crypto) {
  if (logged === null) return [];
  const order = { lockId: lockIdOf(row), sequence: logged.sequence, now };
  return [signNow(sealLogAck(order, signers.policy.signer, crypto))];
}

/** The sync score hears of every grant before it leaves. @param {DeskState} state @param {Issued} issued @param {Ground} ground @returns {DeskState} */
function withBundle(state, { device, doors }, { crypto, now }) {
  let next = state;
  for (const { door, lockId, grants } of doors) {
    for (const assignment of new Set(grants.flatMap((grant) => grant.assignments))) {
      next = withPermission(next, assignment, door);
      if (next.sync.locks[lockId]?.changes[assignment]?.revoked !== true) continue;
      // Given again while its holder had no phone.
      const devices = [device.deviceId];
      next = withEvent(next, { kind: 'widened', door, permission: assignment, devices });
    }
  }
  const locks = doors.map(({ lockId, grants }) => ({
    lock: lockId,
    pv: /** @type {DeskLock} */ (state.locks[lockId]).row.policyVersion,
    grants: grants.map(({ bytes, claims, assignments }) => ({
      hash: toHex(crypto.sha256(bytes).slice(0, 8)),
      permissions: assignments,
      from: claims.nbf,
      exp: claims.exp,
      tpol: claims.timePolicy,
    })),
  }));
  const { deviceId, sequence: seq } = device;
  return withEvent(next, { kind: 'bundle_issued', device: deviceId, seq, at: now, locks });
}

/** @param {DeskState} state @param {DeskDevice} device @param {Issued} issued @param {number} now */
function keysWith(state, { row }, { doors, notIssued }, now) {
  const locks = new Map(Object.values(state.locks).map((lock) => [lock.door, lock.row.lockId]));
  const ends = new Map(
    doors.map(({ door, grants }) => [door, Math.max(...grants.map(({ claims }) => claims.exp))]),
  );
  const reasons = new Map(notIssued.map(({ door, reason }) => [door, reason]));
  return keysOf(state.policy, row.personId, now).map((key) => {
    const carriedUntil = ends.get(key.door) ?? null;
    const why = carriedUntil === null ? (reasons.get(key.door) ?? 'online_door') : null;
    return { ...key, lock: locks.get(key.door) ?? null, carriedUntil, why };
  });
}

/** @param {string} hex */
function storedKey(hex) {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) throw new TypeError("a lock's key on the desk is damaged");
  return bytes;
}
