/**
 * A page of a log: an event filter as SQL that indexes answer. Pages go by number. A filter by time would have to
 * look at all events after or before its span; but numbers rise nearly as times do, so that a span of time is a
 * span of numbers, and the few events that lie elsewhere (`astray`) are looked up by indexes of their own.
 */
import type { EventFilter, EventLog, EventQuery, StoredEvent } from '../../admin/events/event.js';
import { eventTime } from '../../admin/events/event-time.js';
import { INSTANT_END, INSTANT_MIN, parseInstant } from '../../values/instant.js';
import { DISPLACEMENT, EVENT_COLUMNS, eventOfRow, LOG_NUMBERS, SETTLED_FOR } from './event-rows.js';
import { indexText } from './key-text.js';
import type { OrganizationKey } from './log-heads.js';
import { eventPage } from './paging.js';
import type { SqlRunner, SqlValue } from './sql.js';

/** Above so many types one search looks at all of them, below it one for each. */
const TYPES_APART_MAX = 32;

/** Events of a log that match a query, in its order. */
export async function readEvents(
  sql: SqlRunner,
  key: OrganizationKey,
  log: EventLog,
  query: EventQuery | undefined,
): Promise<readonly StoredEvent[]> {
  const { filter, order, after, limit } = eventPage(query);
  const span = spanOf(filter);
  if (span === undefined || filter.types?.length === 0) return [];
  const binding = new Binding();
  const own = `organization = ${binding.of(key.number)} AND log = ${binding.of(LOG_NUMBERS[log])}`;
  const beyond = order === 'newest' ? '<' : '>';
  const asked = matches(filter, binding);
  if (after !== undefined) asked.push(`seq ${beyond} ${binding.of(after)}`);
  const sorted = `ORDER BY seq ${order === 'newest' ? 'DESC' : 'ASC'} LIMIT ${binding.of(limit)}`;
  const found: string[] = [];
  for (const part of await partsOfSpan(sql, key, log, span, binding)) {
    for (const type of typesOf(filter, binding)) {
      found.push(`(${searchOf(part, key.schema, own, [...asked, ...type], sorted)})`);
    }
  }
  const text = `SELECT ${EVENT_COLUMNS} FROM (${found.join(' UNION ALL ')}) AS found ${sorted}`;
  return (await sql.query(text, binding.values)).map((row) => eventOfRow(log, row));
}

/** The first events, by number, of a part of a span for which all conditions hold. */
function searchOf(
  { how, conditions }: SpanPart,
  schema: string,
  own: string,
  asked: readonly string[],
  sorted: string,
): string {
  const from = (columns: string, ...all: readonly string[]) =>
    `SELECT ${columns} FROM ${schema}.event WHERE ${[own, ...all].join(' AND ')}`;
  if (how === 'in line') return `${from(EVENT_COLUMNS, ...conditions, ...asked)} ${sorted}`;
  // Behind OFFSET the few are found by their time before anything else is looked at.
  const few = `(${from('*', ...conditions)} OFFSET 0) AS few`;
  const numbers =
    how === 'few'
      ? `SELECT seq FROM ${few} WHERE ${['true', ...asked].join(' AND ')}`
      : from('seq', ...conditions, ...asked);
  // An array is made once. Joined instead, the search could be made again for each row of the log.
  return from(EVENT_COLUMNS, `seq = ANY (ARRAY(${numbers} ${sorted}))`);
}

/** Values bound in a statement that is being written. */
class Binding {
  readonly values: SqlValue[] = [];

  /** The name by which the statement says the value. */
  of(value: SqlValue): string {
    return `$${this.values.push(value)}`;
  }
}

/** Conditions for all members of a filter but types and times. */
function matches(
  { object, subject, actor, place, outcome, reason }: EventFilter,
  binding: Binding,
): string[] {
  const indexed = { object, subject, actor, place, reason };
  return [
    ...Object.entries(indexed).flatMap(([column, value]) =>
      value === undefined ? [] : [`${column} = ${binding.of(indexText(value))}`],
    ),
    ...(outcome === undefined ? [] : [`outcome = ${binding.of(escaped(outcome))}`]),
  ];
}

/** A search for each type: each finds its newest or oldest by an index. */
function typesOf({ types }: EventFilter, binding: Binding): readonly (readonly string[])[] {
  if (types === undefined) return [[]];
  const once = [...new Set(types)];
  const bound = once.map(escaped);
  if (bound.length <= TYPES_APART_MAX) return bound.map((type) => [`type = ${binding.of(type)}`]);
  return [
    [`type IN (SELECT json_array_elements_text(${binding.of(JSON.stringify(bound))}::json))`],
  ];
}

/** No event has a type or an outcome with U+0000 or half a character; escaped, PostgreSQL lets one look for them. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** A span of time in texts that sort as times do. */
interface TimeSpan {
  readonly from?: string;
  readonly until?: string;
}

/** What a filter says of time; undefined when nothing can match. */
function spanOf({ from, until }: EventFilter): TimeSpan | undefined {
  const first = from === undefined ? INSTANT_MIN : Math.max(parseInstant(from), INSTANT_MIN);
  const past = until === undefined ? INSTANT_END : Math.min(parseInstant(until), INSTANT_END);
  // No number is less than NaN, which is what a malformed time is.
  if (!(first < past)) return undefined;
  return {
    ...(first > INSTANT_MIN ? { from: eventTime(first) } : {}),
    ...(past < INSTANT_END ? { until: eventTime(past) } : {}),
  };
}

/** Some of the events of a span. */
interface SpanPart {
  /**
   * `in line`: a span of numbers. `few`, `many`: the astray, which are sorted when they are few, and else looked through
   * by number until a page is full. Left to choose, PostgreSQL sorts half a log for a page of it where it has no
   * statistics, as PGlite never has.
   */
  readonly how: 'in line' | 'few' | 'many';
  readonly conditions: readonly string[];
}

/** Parts that between them have every event of the span, and none of them twice. */
async function partsOfSpan(
  sql: SqlRunner,
  { schema, number }: OrganizationKey,
  log: EventLog,
  { from, until }: TimeSpan,
  binding: Binding,
): Promise<readonly SpanPart[]> {
  if (from === undefined && until === undefined) return [{ how: 'in line', conditions: [] }];
  const own = `FROM ${schema}.event WHERE organization = $1 AND log = $2`;
  const first = (place: number) =>
    `(SELECT seq ${own} AND latest >= $${place} ORDER BY latest, seq LIMIT 1)`;
  // Where none is so late yet: what is written from now on, so that no event after it is found without it.
  const next = `(SELECT coalesce(max(seq), 0) + 1 ${own})`;
  const some = `SELECT 1 ${own} AND ${ASTRAY} AND time >= $3 AND time < $4 LIMIT ${FEW + 1}`;
  const [row] = await sql.query(
    `SELECT coalesce(${first(3)}, ${next}) AS first, ${first(4)} AS past, (SELECT count(*) FROM (${some}) AS few) AS few`,
    [number, LOG_NUMBERS[log], from ?? '', until ?? NEVER],
  );
  const fromBound = from === undefined ? undefined : binding.of(from);
  const untilBound = until === undefined ? undefined : binding.of(until);
  const timed = (time: string) => [
    ...(fromBound === undefined ? [] : [`${time} >= ${fromBound}`]),
    ...(untilBound === undefined ? [] : [`${time} < ${untilBound}`]),
  ];
  const astray: SpanPart =
    Number(row?.['few']) > FEW
      ? { how: 'many', conditions: [ASTRAY, ...timed(TIME_BY_NUMBER)] }
      : { how: 'few', conditions: [ASTRAY, ...timed('time')] };
  const start = Number(row?.['first']);
  const end = row?.['past'] ?? null;
  const inLine = [...timed('time'), `NOT ${ASTRAY}`, `seq >= ${binding.of(start)}`];
  // An event is in line when its time is that of the log at most so many events before it, or later.
  if (end !== null) inLine.push(`seq < ${binding.of(Number(end) + DISPLACEMENT + SETTLED_FOR)}`);
  return [{ how: 'in line', conditions: inLine }, astray];
}

/** The condition of the indexes of events whose numbers do not tell their times. */
const ASTRAY = 'astray';

/** The time as the index of astray events by number has it: written so, no other index offers itself. */
const TIME_BY_NUMBER = "time || ''";

/** So many astray events are sorted faster than a page of them is found by number. */
const FEW = 500;

/** Sorts after all times. */
const NEVER = '~';
