/** Events as rows: what is stored beside an event so that it is found fast. */
import type { ChainHead } from '../../admin/events/chain.js';
import type { EventDraft, EventLog, EventOutcome, StoredEvent } from '../../admin/events/event.js';
import { indexText } from './key-text.js';
import type { SqlRow } from './sql.js';

/** How logs are written in the column `log`. Never change one. */
export const LOG_NUMBERS: Readonly<Record<EventLog, number>> = { access: 1, audit: 2, notice: 3 };

/** Where a log stands: its last event and what later events are compared with to find them by time. */
export interface LogHead {
  readonly chain: ChainHead;
  /** The latest time so far. Empty before the first event: it sorts before all times. */
  readonly latest: string;
  /** The latest time as it was {@link DISPLACEMENT} events or somewhat more ago. */
  readonly settled: string;
  /** Up to which number `settled` may be used. */
  readonly settledUntil: number;
}

/**
 * By how many events an event may come late without being astray. Events lie in the order in which they were
 * written, nearly that of their times; a span of time is then a span of numbers, widened by this many.
 */
export const DISPLACEMENT = 4_000;

/** After so many events the head's `settled` is read anew. */
export const SETTLED_FOR = 1_000;

/** What is read of an event. */
export const EVENT_COLUMNS =
  'seq, id, type, time, outcome, content, personal, salt, content_hash, commitment, hash';

/** A row of the table `event`, by column. */
export interface EventRow {
  readonly [column: string]: string | number | boolean | null;
  readonly latest: string;
}

/** The row of a sealed event. `before` is the latest time of all before it, `now` bounds what a clock that is ahead can do. */
export function eventRow(
  { object, place, reason, personal }: EventDraft,
  event: StoredEvent,
  head: Pick<LogHead, 'settled' | 'settledUntil'>,
  before: string,
  now: string,
): EventRow {
  const { log, seq, id, type, time, outcome } = event;
  // A time to come must not make everything astray that happens until then.
  const sensible = time < now ? time : now;
  let latest = before;
  if (sensible > latest) latest = sensible;
  const settled = seq <= head.settledUntil ? head.settled : latest;
  return {
    log: LOG_NUMBERS[log],
    seq,
    id,
    type,
    time,
    outcome,
    content: event.content,
    personal: event.personal,
    salt: event.salt,
    content_hash: event.contentHash,
    commitment: event.commitment,
    hash: event.hash,
    object: indexText(object),
    place: place === undefined ? null : indexText(place),
    reason: reason === undefined ? null : indexText(reason),
    actor: personal?.actor === undefined ? null : indexText(personal.actor),
    subject: personal?.subject === undefined ? null : indexText(personal.subject),
    latest,
    astray: time < settled || time > latest,
  };
}

/** The event of a row read by {@link EVENT_COLUMNS}. */
export function eventOfRow(log: EventLog, row: SqlRow): StoredEvent {
  return Object.freeze({
    log,
    seq: Number(row['seq']),
    id: row['id'] as string,
    type: row['type'] as string,
    time: row['time'] as string,
    outcome: row['outcome'] as EventOutcome,
    content: row['content'] as string | null,
    personal: row['personal'] as string | null,
    salt: row['salt'] as string | null,
    contentHash: row['content_hash'] as string,
    commitment: row['commitment'] as string,
    hash: row['hash'] as string,
  });
}
