/**
 * What goes into the log, and when it is full. A log with personal entries never loses a record that the
 * server does not have: when it is full the lock opens for nobody. A log without them gives up its
 * oldest record instead, and the server sees the gap.
 */
import { LOG_RECORDS_MAX } from '../limits.js';
import { INTENT_RESULT } from '../objects/log-segment.js';
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

/** Whether so many records more may be written. */
export function hasLogRoom(turn: Turn, records: number): boolean {
  const { log, journal } = keepingOf(turn);
  const { head } = log;
  if (head + records > LOG_SEQUENCE_MAX) return false;
  return !journal.config.personalLog || head - journal.logReleased + records <= LOG_RECORDS_MAX;
}

/** Writes one record. @throws RangeError when the log has no sequence left: ask `hasLogRoom` before. */
export function appendLog(turn: Turn, { tag, operation, result }: LogEntry): void {
  const keeping = keepingOf(turn);
  const lo = Math.min(intervalNow(turn).lo, 0xffff_ffff);
  const number = result === 'intent' ? INTENT_RESULT : STATUS_NUMBERS[result];
  const shown = keeping.journal.config.personalLog ? tag : NOBODY;
  const record = { lo, tag: shown, operation, result: number };
  const { log, page } = appendRecord(keeping.log, record, turn.crypto);
  turn.state = { ...turn.state, keeping: { ...keeping, log } };
  const bytes = (log.pages[page] as Uint8Array).slice();
  turn.effects.push({ kind: 'write', record: pageName(page), bytes });
}

/**
 * Writes a record that nobody has a right to: a refusal, or news of the lock. Such records never take
 * the second half of the ring, so that who is refused all day cannot fill it.
 */
export function appendNote(turn: Turn, entry: LogEntry): void {
  const { log, journal } = keepingOf(turn);
  const isHalfFull = log.head - journal.logReleased >= LOG_RECORDS_MAX / 2;
  if (!isHalfFull && hasLogRoom(turn, 1)) appendLog(turn, entry);
}

/** Remembers that something must not have happened, until the server acknowledges having read of it. */
export function raiseAlarm(turn: Turn, status: Alarm['status']): void {
  if (keepingOf(turn).journal.alarm?.status === status) return;
  appendNote(turn, { tag: NOBODY, operation: 0, result: status });
  commit(turn, { alarm: { status, logSequence: keepingOf(turn).log.head } });
}
