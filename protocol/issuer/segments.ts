/** Sealed pieces of a lock's log, opened where the log key is (offline.md §3.9). */
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import { FIRST_LINK, type LogRecord, linkAfter } from '../objects/log-record.js';
import { type LogSegment, parseSegment, type SegmentCode } from '../objects/log-segment.js';
import { readNoise, startNoise } from '../session/noise.js';
import { sameBytes, sameSecret } from '../wire/bytes.js';
import { encodeCbor } from '../wire/cbor.js';

/** Why a sealed segment is not believed. */
export type OpenSegmentCode =
  | SegmentCode
  | 'segment_seal'
  | 'segment_other_lock'
  | 'segment_sealer';

/** The lock a segment should be of. */
export interface SegmentLock {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  /** Its X25519 keys: the present one, and others it had while the records were made. */
  readonly staticKeys: readonly Uint8Array[];
}

/**
 * Opens a segment with the log key's secret (X25519, 32 bytes): Noise X with the lock's own key, so that a
 * carrier could neither read nor make one.
 */
export function openSegment(
  sealed: Uint8Array,
  lock: SegmentLock,
  logSecret: Uint8Array,
  crypto: Crypto,
): Outcome<LogSegment, OpenSegmentCode> {
  const prologue = encodeCbor(['DKP/1 log', lock.lockId]);
  const start = startNoise(crypto, {
    pattern: 'X',
    initiator: false,
    prologue,
    static: logSecret,
  });
  const read = readNoise(crypto, start, sealed);
  if (read === undefined) return refused('segment_seal', 'the seal is broken or for another lock');
  const sealer = read.state.remoteStatic;
  if (sealer === undefined || !lock.staticKeys.some((key) => sameSecret(key, sealer))) {
    return refused('segment_sealer', 'sealed by another key than the lock’s');
  }
  const segment = parseSegment(read.payload, crypto);
  if (!segment.ok) return segment;
  if (!sameBytes(segment.value.lockId, lock.lockId)) {
    return refused('segment_other_lock', 'names another lock than its seal');
  }
  return segment;
}

/**
 * Whether `next` goes on where `last` ended (undefined: at the beginning of the log), so that no record
 * between them is missing or was changed.
 */
export function followsOn(
  last: LogRecord | undefined,
  next: LogRecord,
  crypto: Crypto,
): Outcome<LogRecord, 'segment_gap' | 'segment_link'> {
  const sequence = (last?.sequence ?? 0) + 1;
  if (next.sequence !== sequence) {
    return refused('segment_gap', `record ${next.sequence} where ${sequence} was due`);
  }
  const link = last === undefined ? FIRST_LINK : linkAfter(crypto, last);
  if (!sameBytes(next.link, link)) {
    return refused('segment_link', `record ${sequence} does not follow on the one before`);
  }
  return { ok: true, value: next };
}

function refused<Code extends string>(code: Code, detail: string): Outcome<never, Code> {
  return { ok: false, code, detail };
}
