/** One line of a lock's log: 32 bytes, chained to the line before (offline.md §3.9). */
import type { Crypto } from '../crypto/crypto.js';
import { bytesNumber, copyBytes, joinBytes, numberBytes } from '../wire/bytes.js';

/** Bytes of one record. */
export const LOG_RECORD_BYTES = 32;
/** The link before the first record of a lock's life. */
export const FIRST_LINK: Uint8Array = new Uint8Array(14);

/** One line of a lock's log. */
export interface LogRecord {
  /** From 1, unsigned 32-bit. */
  readonly sequence: number;
  /** Lower bound of the lock's clock, Unix seconds, unsigned 32-bit as on the wire. */
  readonly lo: number;
  /** The device's tag at this lock, or zeros in a log without personal entries. 8 bytes. */
  readonly tag: Uint8Array;
  /** A bit of `OPERATION_BITS`, or 0 for what nobody asked. */
  readonly operation: number;
  /** A number of the status table; an intent is written as 255 before its outcome is known. */
  readonly result: number;
  /** Hash of the record before, 14 bytes. */
  readonly link: Uint8Array;
}

/** The result of an intent: its outcome is the record after it. */
export const INTENT_RESULT = 255;

/** The 32 bytes of a record: sequence 4, lo 4, tag 8, operation 1, result 1, link 14. */
export function encodeLogRecord(record: LogRecord): Uint8Array {
  const { sequence, lo, tag, operation, result, link } = record;
  const number = numberBytes(sequence, 4);
  return joinBytes(number, numberBytes(lo, 4), tag, Uint8Array.of(operation, result), link);
}

/** The record in exactly 32 bytes. @throws TypeError for another length. */
export function decodeLogRecord(bytes: Uint8Array): LogRecord {
  if (bytes.length !== LOG_RECORD_BYTES) throw new TypeError('a log record has 32 bytes');
  return {
    sequence: bytesNumber(bytes.subarray(0, 4)),
    lo: bytesNumber(bytes.subarray(4, 8)),
    tag: copyBytes(bytes, 8, 16),
    operation: bytes[16] as number,
    result: bytes[17] as number,
    link: copyBytes(bytes, 18),
  };
}

/**
 * The link that the record after this one carries, and the `logHead` of a receipt after it.
 * @param bytes - the record's own, where they are at hand.
 */
export function linkAfter(
  crypto: Crypto,
  record: LogRecord,
  bytes: Uint8Array = encodeLogRecord(record),
): Uint8Array {
  return crypto.sha256(bytes).slice(0, 14);
}
