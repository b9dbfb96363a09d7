/** The segments in which a phone carries a lock's log, sealed, to the server (offline.md §3.9). */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import { joinBytes, sameBytes } from '../wire/bytes.js';
import { type CborValue, decodeCbor, encodeCbor } from '../wire/cbor.js';
import {
  decodeLogRecord,
  encodeLogRecord,
  LOG_RECORD_BYTES,
  type LogRecord,
  linkAfter,
} from './log-record.js';

/** Records in one segment: they fit one message with its seal. */
export const SEGMENT_RECORDS_MAX = 48;
/** Some records of one lock, in order. */
export interface LogSegment {
  readonly lockId: Uint8Array;
  readonly records: readonly LogRecord[];
}

/** Why the records of a segment are not an unbroken piece of a lock's log. */
export type SegmentCode = 'segment_malformed' | 'segment_gap' | 'segment_link';

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
