/**
 * A page of a log: an event filter as SQL that indexes answer. Pages go by number. A filter by time would have to
 * look at all events after or before its span; but numbers rise nearly as times do, so that a span of time is a
 * span of numbers, and the few events that lie elsewhere (`astray`) are looked up by their time.
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
  const where = [
    `organization = ${binding.of(key.number)} AND log = ${binding.of(LOG_NUMBERS[log])}`,
    ...matches(filter, binding),
  ];
  const beyond = order === 'newest' ? '<' : '>';
  if (after !== undefined) where.push(`seq ${beyond} ${binding.of(after)}`);
  const sorted = `ORDER BY seq ${order === 'newest' ? 'DESC' : 'ASC'} LIMIT ${binding.of(limit)}`;
  const from = (columns: string) => `SELECT ${columns} FROM ${key.schema}.event WHERE`;
  const found: string[] = [];
  for (const part of await partsOfSpan(sql, key, log, span, binding)) {
    for (const type of typesOf(filter, binding)) {
      const search = [...where, ...part, ...type].join(' AND ');
      // Behind OFFSET all are found by their time first. For a limit PostgreSQL would rather walk through the
      // whole log by number, as if they were spread evenly over it.
      const isAstray = part.includes(ASTRAY);
      const late = `SELECT seq FROM (${from('seq')} ${search} OFFSET 0) AS late ${sorted}`;
      found.push(
        isAstray
          ? `(${from(EVENT_COLUMNS)} ${where[0]} AND seq IN (${late}))`
          : `(${from(EVENT_COLUMNS)} ${search} ${sorted})`,
      );
    }
  }
  const text = `SELECT ${EVENT_COLUMNS} FROM (${found.join(' UNION ALL ')}) AS found ${sorted}`;
  return (await sql.query(text, binding.values)).map((row) => eventOfRow(log, row));
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

/** Conditions that between them find every event of the span, and none of them twice. */
async function partsOfSpan(
  sql: SqlRunner,
  { schema, number }: OrganizationKey,
  log: EventLog,
  { from, until }: TimeSpan,
  binding: Binding,
): Promise<readonly (readonly string[])[]> {
  if (from === undefined && until === undefined) return [[]];
  const first = (place: number) => `(SELECT seq FROM ${schema}.event
    WHERE organization = $1 AND log = $2 AND latest >= $${place} ORDER BY latest, seq LIMIT 1)`;
  const [row] = await sql.query(`SELECT ${first(3)} AS first, ${first(4)} AS past`, [
    number,
    LOG_NUMBERS[log],
    from ?? '',
    until ?? NEVER,
  ]);
  const time = [
    ...(from === undefined ? [] : [`time >= ${binding.of(from)}`]),
    ...(until === undefined ? [] : [`time < ${binding.of(until)}`]),
  ];
  const parts = [[...time, ASTRAY]];
  const start = row?.['first'] ?? null;
  const end = row?.['past'] ?? null;
  if (start === null) return parts;
  const inLine = [...time, `NOT ${ASTRAY}`, `seq >= ${binding.of(Number(start))}`];
  // An event is in line when its time is that of the log at most so many events before it, or later.
  if (end !== null) inLine.push(`seq < ${binding.of(Number(end) + DISPLACEMENT + SETTLED_FOR)}`);
  return [inLine, ...parts];
}

/** The condition of the index of events whose numbers do not tell their times. */
const ASTRAY = 'astray';

/** Sorts after all times. */
const NEVER = '~';
