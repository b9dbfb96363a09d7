// @ts-check
// What the desk remembers, and in which order it is written. One record holds all that belongs together, and is replaced whole: what
// was sealed from it leaves only after. A database with transactions does the same for more people.

/**
 * Where records are kept.
 * @typedef {object} Memory
 * @property {(name: string) => Promise<Uint8Array | null>} read - null for one that was never written.
 * @property {(name: string, bytes: Uint8Array) => Promise<void>} write - when it resolves, the record is the new one, whole and for good;
 *   when it rejects or the power fails before, it is the new one or the one before.
 */

/**
 * One lock.
 * @typedef {object} DeskLock
 * @property {string} door
 * @property {import('doorwright/issuer').IssuerLock} row
 * @property {string} staticKey - hex, as the three below.
 * @property {string} identityKey
 * @property {string} advertKey
 * @property {import('./logs.mjs').StoredLogRecord | null} logged - the last record of its log that is here.
 */

/**
 * One phone.
 * @typedef {object} DeskDevice
 * @property {import('doorwright/issuer').IssuerDevice} row
 * @property {boolean} isWithdrawn
 */

/**
 * Everything but keys, spent proofs and logs. Plain JSON.
 * @typedef {object} DeskState
 * @property {1} version
 * @property {import('doorwright').Policy} base - the policy as it was given last.
 * @property {import('doorwright').Policy} policy - the one in force: with phones, and without what was withdrawn here.
 * @property {readonly string[]} withdrawn - people whose rights were withdrawn here.
 * @property {Readonly<Record<string, DeskLock>>} locks - by lock id.
 * @property {Readonly<Record<string, DeskDevice>>} devices - by the thumbprint of the key.
 * @property {readonly import('./codes.mjs').StoredCode[]} codes
 * @property {import('doorwright/sync').SyncState} sync
 */

/** A record that is JSON; null for none. @param {Memory} memory @param {string} name @returns {Promise<any>} */
export async function readJson(memory, name) {
  const bytes = await memory.read(name);
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Going on without it would forget revocations.
    throw new TypeError(`the desk's record \`${name}\` is damaged`);
  }
}

/** @param {Memory} memory @param {string} name @param {unknown} json */
export function writeJson(memory, name, json) {
  return memory.write(name, new TextEncoder().encode(JSON.stringify(json)));
}

/** Records in memory alone: they end with it. @param {Map<string, Uint8Array>} [records] @returns {Memory} */
export function mapMemory(records = new Map()) {
  return {
    read: async (name) => records.get(name)?.slice() ?? null,
    write: async (name, bytes) => void records.set(name, bytes.slice()),
  };
}

/** The device of that name. @param {DeskState} state @param {string} deviceId */
export function deviceNamed({ devices }, deviceId) {
  return Object.values(devices).find(({ row }) => row.deviceId === deviceId);
}

/** @param {DeskState} state @param {string} door */
export function lockAt({ locks }, door) {
  return Object.values(locks).find((lock) => lock.door === door);
}
