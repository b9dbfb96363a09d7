/** Log records and the segments in which a phone carries them, sealed, to the server (offline.md §3.9). */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import { bytesNumber, joinBytes, numberBytes, sameBytes } from '../wire/bytes.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';

/** Bytes of one record. */
export const LOG_RECORD_BYTES = 32;
/** Records in one segment: they fit one message with its seal. */
export const SEGMENT_RECORDS_MAX = 48;
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

/** Some records of one lock, in order. */
export interface LogSegment {
  readonly lockId: Uint8Array;
  readonly records: readonly LogRecord[];
}

/** Why the records of a segment are not an unbroken piece of a lock's log. */
export type SegmentCode = 'segment_malformed' | 'segment_gap' | 'segment_link';

/** The result of an intent: its outcome is the record after it. */
export const INTENT_RESULT = 255;

/** The 32 bytes of a record: sequence 4, lo 4, tag 8, operation 1, result 1, link 14. */
export function encodeLogRecord(record: LogRecord): Uint8Array {
  const { sequence, lo, tag, operation, result, link } = record;
  const numbers = joinBytes(numberBytes(sequence, 4), numberBytes(lo, 4));
  return joinBytes(numbers, tag, Uint8Array.of(operation, result), link);
}

/** The record in exactly 32 bytes. @throws TypeError for another length. */
export function decodeLogRecord(bytes: Uint8Array): LogRecord {
  if (bytes.length !== LOG_RECORD_BYTES) throw new TypeError('a log record has 32 bytes');
  return {
    sequence: bytesNumber(bytes.subarray(0, 4)),
    lo: bytesNumber(bytes.subarray(4, 8)),
    tag: bytes.slice(8, 16),
    operation: bytes[16] as number,
    result: bytes[17] as number,
    link: bytes.slice(18),
  };
}

/** The link that the record after this one carries, and the `logHead` of a receipt after it. */
export function linkAfter(crypto: Crypto, record: LogRecord): Uint8Array {
  return crypto.sha256(encodeLogRecord(record)).slice(0, 14);
}

/** What is sealed for the server. */
export function encodeSegment({ lockId, records }: LogSegment): Uint8Array {
  return encodeCbor([lockId, joinBytes(...records.map(encodeLogRecord))]);
}

/** The records of an opened segment, when each follows on the one before. */
export function parseSegment(bytes: Uint8Array, crypto: Crypto): Outcome<LogSegment, SegmentCode> {
  const decoded = decodeCbor(bytes);
  const parts = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  const [lockId, packed] = parts as readonly CborValue[];
  const isShaped =
    parts.length === 2 &&
    lockId instanceof Uint8Array &&
    lockId.length === 8 &&
    packed instanceof Uint8Array &&
    packed.length > 0 &&
    packed.length % LOG_RECORD_BYTES === 0 &&
    packed.length <= SEGMENT_RECORDS_MAX * LOG_RECORD_BYTES;
  if (!isShaped) return refused('segment_malformed', 'no lock id and records');
  const records: LogRecord[] = [];
  for (let at = 0; at < packed.length; at += LOG_RECORD_BYTES) {
    const record = decodeLogRecord(packed.subarray(at, at + LOG_RECORD_BYTES));
    const before = records.at(-1);
    if (before !== undefined && record.sequence !== before.sequence + 1) {
      return refused('segment_gap', `record ${record.sequence} after ${before.sequence}`);
    }
    if (before !== undefined && !sameBytes(record.link, linkAfter(crypto, before))) {
      return refused('segment_link', `record ${record.sequence} does not follow on the one before`);
    }
    records.push(record);
  }
  return { ok: true, value: { lockId, records } };
}

function refused(code: SegmentCode, detail: string): Outcome<never, SegmentCode> {
  return { ok: false, code, detail };
}
