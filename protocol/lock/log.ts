/**
 * The log: a ring of 512 records of 32 bytes, each with a hash of the one before (offline.md §3.9).
 * It is stored in pages of 16 records, so that one new record rewrites 512 bytes and not 16 KB.
 */
import type { Crypto } from '../crypto/crypto.js';
import { LOG_RECORDS_MAX } from '../limits.js';
import {
  decodeLogRecord,
  encodeLogRecord,
  FIRST_LINK,
  LOG_RECORD_BYTES,
  type LogRecord,
  linkAfter,
} from '../objects/log-record.js';
import { putBytes, sameBytes } from '../wire/bytes.js';

/** Records on one page. */
export const PAGE_RECORDS = 16;

/** Pages of the ring. */
export const LOG_PAGES: number = LOG_RECORDS_MAX / PAGE_RECORDS;

/** The largest sequence of a record: it has four bytes, and a log never begins anew. */
export const LOG_SEQUENCE_MAX = 0xffff_ffff;

/** The ring in memory. */
export interface LockLog {
  /** One for each page, each of 512 bytes; a place that was never written holds zeros. */
  readonly pages: readonly Uint8Array[];
  /** Sequence of the newest record, 0 before any. */
  readonly head: number;
  /** The link of the record to come: the `logHead` of a receipt. */
  readonly link: Uint8Array;
}

/** A log before its first record. */
export const EMPTY_LOG: LockLog = {
  pages: Array.from({ length: LOG_PAGES }, () => new Uint8Array(PAGE_RECORDS * LOG_RECORD_BYTES)),
  head: 0,
  link: FIRST_LINK,
};

/** The log with one more record, and which page changed. @throws RangeError when no sequence is left. */
export function appendRecord(
  log: LockLog,
  record: Omit<LogRecord, 'sequence' | 'link'>,
  crypto: Crypto,
): { readonly log: LockLog; readonly page: number } {
  if (log.head >= LOG_SEQUENCE_MAX) throw new RangeError('the log has no sequence left');
  const sequence = log.head + 1;
  const whole: LogRecord = { ...record, sequence, link: log.link };
  const { page, at } = placeOf(sequence);
  const changed = (log.pages[page] as Uint8Array).slice();
  const bytes = encodeLogRecord(whole);
  putBytes(changed, at, bytes);
  const pages = log.pages.slice();
  pages[page] = changed;
  return { log: { pages, head: sequence, link: linkAfter(crypto, whole, bytes) }, page };
}

/**
 * The log in the pages that were stored, or undefined when a record between the last released one and
 * the newest is missing or does not follow on the one before.
 * @param atLeast - the newest record that must be there.
 * @param released - records up to here are with the server and may be gone.
 */
export function logOf(
  pages: readonly Uint8Array[],
  atLeast: number,
  released: number,
  crypto: Crypto,
): LockLog | undefined {
  const records = pages.flatMap(recordsOn);
  const newest = records.reduce<LogRecord | undefined>(
    (best, record) => (best === undefined || record.sequence > best.sequence ? record : best),
    undefined,
  );
  const head = newest?.sequence ?? 0;
  if (head < atLeast || released > head) return undefined;
  if (newest === undefined) return { ...EMPTY_LOG, pages };
  const log = { pages, head, link: linkAfter(crypto, newest) };
  return isUnbroken(log, Math.max(released + 1, oldestOf(log)), crypto) ? log : undefined;
}

/** The record of a sequence; undefined when it is not there any more, or not yet. */
export function recordOf(log: LockLog, sequence: number): LogRecord | undefined {
  if (sequence < 1 || sequence > log.head) return undefined;
  const { page, at } = placeOf(sequence);
  const bytes = (log.pages[page] as Uint8Array).slice(at, at + LOG_RECORD_BYTES);
  const record = decodeLogRecord(bytes);
  return record.sequence === sequence ? record : undefined;
}

/** Up to `most` records from a sequence on, or from the oldest that is left. */
export function recordsFrom(log: LockLog, from: number, most: number): readonly LogRecord[] {
  const records: LogRecord[] = [];
  let sequence = Math.max(from, oldestOf(log));
  let record = recordOf(log, sequence);
  while (record !== undefined && records.length < most) {
    records.push(record);
    sequence += 1;
    record = recordOf(log, sequence);
  }
  return records;
}

/** The sequence of the oldest record the ring can still hold. */
function oldestOf(log: Pick<LockLog, 'head'>): number {
  return Math.max(1, log.head - LOG_RECORDS_MAX + 1);
}

function placeOf(sequence: number): { readonly page: number; readonly at: number } {
  const slot = (sequence - 1) % LOG_RECORDS_MAX;
  return { page: Math.floor(slot / PAGE_RECORDS), at: (slot % PAGE_RECORDS) * LOG_RECORD_BYTES };
}

/** The records on one page that stand where their sequence belongs. */
function recordsOn(page: Uint8Array, index: number): LogRecord[] {
  const records: LogRecord[] = [];
  for (let at = 0; at < page.length; at += LOG_RECORD_BYTES) {
    const record = decodeLogRecord(page.slice(at, at + LOG_RECORD_BYTES));
    if (record.sequence === 0) continue;
    const place = placeOf(record.sequence);
    if (place.page === index && place.at === at) records.push(record);
  }
  return records;
}

function isUnbroken(log: LockLog, from: number, crypto: Crypto): boolean {
  for (let sequence = from; sequence <= log.head; sequence++) {
    const record = recordOf(log, sequence);
    if (record === undefined) return false;
    const before = sequence === 1 ? undefined : recordOf(log, sequence - 1);
    const link = sequence === 1 ? FIRST_LINK : before && linkAfter(crypto, before);
    // The record before the first one asked for may be overwritten; then nothing is left to compare.
    if (link !== undefined && !sameBytes(record.link, link)) return false;
    if (link === undefined && sequence > from) return false;
  }
  return true;
}
