/**
 * What goes into the log, and when it is full. A log with personal entries never loses a record that the
 * server does not have: when it is full the lock opens for nobody. A log without them gives up its
 * oldest record instead, and the server sees the gap.
 */
import { LOG_RECORDS_MAX } from '../limits.js';
import { INTENT_RESULT } from '../objects/log-record.js';
import { STATUS_NUMBERS, type Status } from '../status.js';
import { appendRecord, LOG_SEQUENCE_MAX } from './log.js';
import { pageName } from './records.js';
import { commit } from './saving.js';
import type { Alarm, Turn } from './state.js';
import { intervalNow, keepingOf } from './turn.js';

/** One record as its writer sees it. */
export interface LogEntry {
  /** The device's tag; zeros where nobody asked. */
  readonly tag: Uint8Array;
  /** A bit of `OPERATION_BITS`, or 0. */
  readonly operation: number;
  readonly result: Status | 'intent';
}

/** The tag of a record about the lock itself. */
export const NOBODY: Uint8Array = new Uint8Array(8);

/** Whether so many records more may be written, beside the outcomes of bolts that have not answered. */
export function hasLogRoom(turn: Turn, records: number): boolean {
  const { log, journal } = keepingOf(turn);
  const end = log.head + turn.state.orders.length + records;
  if (end > LOG_SEQUENCE_MAX) return false;
  return !journal.config.personalLog || end - journal.logReleased <= LOG_RECORDS_MAX;
}

/** Writes one record. @throws RangeError when the log has no sequence left: ask `hasLogRoom` before. */
export function appendLog(turn: Turn, { tag, operation, result }: LogEntry): void {
  const keeping = keepingOf(turn);
  const lo = Math.min(intervalNow(turn).lo, 0xffff_ffff);
  const number = result === 'intent' ? INTENT_RESULT : STATUS_NUMBERS[result];
  const shown = keeping.journal.config.personalLog ? tag : NOBODY;
  const record = { lo, tag: shown, operation, result: number };
  const { log, page } = appendRecord(keeping.log, record, turn.crypto);
  turn.state.keeping = { ...keeping, log };
  const bytes = (log.pages[page] as Uint8Array).slice();
  turn.effects.push({ kind: 'write', record: pageName(page), bytes });
}

/**
 * Writes a record that moved no bolt: a refusal, or that the log was read. Such records never take the
 * second half of the ring, so that who is refused all day cannot fill it.
 */
export function appendNote(turn: Turn, entry: LogEntry): void {
  const { log, journal } = keepingOf(turn);
  const isHalfFull = log.head - journal.logReleased >= LOG_RECORDS_MAX / 2;
  if (!isHalfFull && hasLogRoom(turn, 1)) appendLog(turn, entry);
}

/**
 * Remembers that something must not have happened, until the server acknowledges having read of it. Of two the fork
 * stays: it is the graver, and whoever raises the one after the other makes the lock write no more for it.
 */
export function raiseAlarm(turn: Turn, status: Alarm['status']): void {
  const pending = keepingOf(turn).journal.alarm?.status;
  if (pending === 'fork' || pending === status) return;
  const hasRoom = hasLogRoom(turn, 1);
  if (hasRoom) appendLog(turn, { tag: NOBODY, operation: 0, result: status });
  // What found no room in the log is only over when the server has read beyond its place.
  const logSequence = keepingOf(turn).log.head + (hasRoom ? 0 : 1);
  commit(turn, { alarm: { status, logSequence } });
}
