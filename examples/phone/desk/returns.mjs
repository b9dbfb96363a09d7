// @ts-check
// What phones bring back: receipts prove what a lock holds, acknowledgements which bundle a phone has, segments are logs.

import { inspectObject } from 'doorwright/inspect';
import { openDeviceAck, openReceipt, recoverFrom, settleReceipt } from 'doorwright/issuer';
import { checkNow, fromHex } from 'doorwright/protocol';
import { nextPolicyVersion } from 'doorwright/sync';
import { keepLog, newRecords, segmentOf } from './logs.mjs';
import { withEvent, withVersion } from './news.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./records.mjs').DeskLock} DeskLock
 * @typedef {import('./records.mjs').DeskDevice} DeskDevice
 * @typedef {{ id: string, kind: 'receipt' | 'device-ack' | 'log-segment', bytes: Uint8Array }} Item
 * @typedef {{ crypto: import('doorwright/protocol').Crypto, keys: import('./site-keys.mjs').SiteKeys, now: number, memory: import('./records.mjs').Memory }} Ground
 */

/**
 * Takes what a phone brought. Something that proves nothing (a forgery, an old acknowledgement, a receipt of a lock that is not here)
 * is done with, too: the phone need not bring it again. Only a log with a gap before it has to wait for what is missing.
 * @param {DeskState} state @param {string} thumbprint - whose phone brought it. @param {readonly Item[]} items @param {Ground} ground
 * @returns {Promise<{ state: DeskState, kept: string[] }>} the state to store before the ids are told.
 */
export async function takeItems(state, thumbprint, items, ground) {
  let next = state;
  /** @type {string[]} */
  const kept = [];
  for (const { id, kind, bytes } of items) {
    if (kind === 'receipt') next = takeReceipt(next, bytes, ground);
    else if (kind === 'device-ack') next = takeAck(next, thumbprint, bytes, ground);
    else {
      const after = await takeSegment(next, bytes, ground);
      if (after === undefined) continue;
      next = after;
    }
    kept.push(id);
  }
  return { state: next, kept };
}

/** @param {DeskState} state @param {Uint8Array} bytes @param {Ground} ground @returns {DeskState} */
function takeReceipt(state, bytes, { crypto, now }) {
  const lock = lockIn(state, bytes);
  if (lock === undefined) return state;
  const known = {
    lockId: storedBytes(lock.row.lockId),
    identityKey: storedBytes(lock.identityKey),
  };
  const opened = checkNow(openReceipt(bytes, known, crypto), crypto);
  if (!opened.ok) return state;
  const { facts } = opened.value;
  const next = withEvent(state, { kind: 'receipt', receipt: facts, at: now });
  const settled = settleReceipt(lock.row, facts);
  if (settled.ok) {
    return {
      ...next,
      locks: { ...next.locks, [lock.row.lockId]: { ...lock, row: settled.value } },
    };
  }
  return settled.code === 'receipt_unknown_state'
    ? outOfService(next, lock, facts, { crypto, now })
    : next;
}

/**
 * The lock holds what the desk never issued: the desk came back from a backup, or somebody else has its keys. Its sync rows say so, and no
 * grant and no update is sealed for it until the root was rotated (`trust_not_rotated`), for which this example has no way.
 * @param {DeskState} state @param {DeskLock} lock @param {import('doorwright/issuer').ReceiptFacts} facts
 * @param {{ crypto: import('doorwright/protocol').Crypto, now: number }} ground @returns {DeskState}
 */
function outOfService(state, lock, facts, { crypto, now }) {
  const { lockId } = lock.row;
  const isKnown = lock.row.sealedFromEpoch > lock.row.trustEpoch;
  // It says the same at each opening; the first time was enough.
  if (isKnown) return state;
  const order = { next: nextPolicyVersion(state.sync, lockId), trustEpoch: 1, now };
  const { lock: row } = recoverFrom(lock.row, facts, order, crypto);
  return withVersion(state, lock, row, []);
}

/** @param {DeskState} state @param {string} thumbprint @param {Uint8Array} bytes @param {Ground} ground @returns {DeskState} */
function takeAck(state, thumbprint, bytes, { crypto, now }) {
  const device = /** @type {DeskDevice} */ (state.devices[thumbprint]);
  const acknowledged = checkNow(openDeviceAck(bytes, device.row, crypto), crypto);
  if (!acknowledged.ok) return state;
  const { value: row } = acknowledged;
  const devices = { ...state.devices, [thumbprint]: { ...device, row } };
  const event = { device: row.deviceId, seq: row.acknowledged, at: now };
  return withEvent({ ...state, devices }, { kind: 'device_acknowledged', ...event });
}

/** Undefined where records between what is here and these are missing. @param {DeskState} state @param {Uint8Array} bytes @param {Ground} ground */
async function takeSegment(state, bytes, { crypto, keys, memory }) {
  const found = segmentOf(bytes, Object.values(state.locks), keys.logSecret, crypto);
  if (found === undefined) return state;
  const { lock } = found;
  const records = newRecords(lock.logged, found.records, crypto);
  if (records === undefined) return undefined;
  const logged = records.at(-1);
  if (logged === undefined) return state;
  await keepLog(memory, lock, records);
  return { ...state, locks: { ...state.locks, [lock.row.lockId]: { ...lock, logged } } };
}

/** The lock that a receipt says it is of; whether it is, its signature tells. @param {DeskState} state @param {Uint8Array} bytes */
function lockIn(state, bytes) {
  const seen = inspectObject(bytes);
  const lockId = seen.ok ? seen.value.claims?.['lockId'] : undefined;
  const isHere = typeof lockId === 'string' && Object.hasOwn(state.locks, lockId);
  return isHere ? state.locks[lockId] : undefined;
}

/** @param {string} hex */
function storedBytes(hex) {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError("a lock's row on the desk is damaged");
  return bytes;
}
