// @ts-check
// Logs of locks: sealed on the lock for the desk, opened here, kept without gaps.
import { followsOn, openSegment } from 'doorwright/issuer';
import { fromHex, toHex } from 'doorwright/protocol';
import { readJson, writeJson } from './records.mjs';

/**
 * @typedef {import('doorwright/issuer').LogRecord} LogRecord
 * @typedef {{ sequence: number, lo: number, tag: string, operation: number, result: number, link: string }} StoredLogRecord
 * @typedef {import('./records.mjs').DeskLock} DeskLock
 */

/**
 * The lock of which a sealed segment is, and its records; undefined for bytes that none of them sealed.
 * @param {Uint8Array} sealed @param {readonly DeskLock[]} locks @param {Uint8Array} logSecret @param {import('doorwright/protocol').Crypto} crypto
 */
export function segmentOf(sealed, locks, logSecret, crypto) {
  for (const lock of locks) {
    const [lockId, staticKey] = [fromHex(lock.row.lockId), fromHex(lock.staticKey)];
    if (lockId === undefined || staticKey === undefined) continue;
    const known = { lockId, staticKeys: [staticKey] };
    const segment = openSegment(sealed, known, logSecret, crypto);
    if (segment.ok) return { lock, records: segment.value.records };
  }
  return undefined;
}

/**
 * The records of a segment that are new, when they follow on what is here; undefined for a gap or another log.
 * @param {StoredLogRecord | null} last @param {readonly LogRecord[]} records @param {import('doorwright/protocol').Crypto} crypto
 * @returns {StoredLogRecord[] | undefined}
 */
export function newRecords(last, records, crypto) {
  let before = last === null ? undefined : recordOf(last);
  /** @type {StoredLogRecord[]} */
  const found = [];
  for (const record of records) {
    if (record.sequence <= (before?.sequence ?? 0)) continue;
    if (!followsOn(before, record, crypto).ok) return undefined;
    found.push(storedRecord(record));
    before = record;
  }
  return found;
}

/**
 * Writes a lock's log. What a cut left behind that the lock's row does not know of is written anew.
 * @param {import('./records.mjs').Memory} memory @param {DeskLock} lock @param {readonly StoredLogRecord[]} records
 */
export async function keepLog(memory, { row, logged }, records) {
  const name = `log-${row.lockId}`;
  const kept = /** @type {StoredLogRecord[]} */ ((await readJson(memory, name)) ?? []);
  const known = kept.filter(({ sequence }) => sequence <= (logged?.sequence ?? 0));
  await writeJson(memory, name, [...known, ...records]);
}

/** @param {LogRecord} record @returns {StoredLogRecord} */
function storedRecord({ sequence, lo, tag, operation, result, link }) {
  return { sequence, lo, tag: toHex(tag), operation, result, link: toHex(link) };
}

/** @param {StoredLogRecord} stored @returns {LogRecord} */
function recordOf({ sequence, lo, tag, operation, result, link }) {
  const bytes = (/** @type {string} */ text) => fromHex(text) ?? new Uint8Array();
  return { sequence, lo, tag: bytes(tag), operation, result, link: bytes(link) };
}
