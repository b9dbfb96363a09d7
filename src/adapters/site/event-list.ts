/** Reading the logs: a page for whoever may, a whole log as lines. */
import type { EventFilter, EventLog, StoredEvent } from '../../admin/events/event.js';
import { type CursorGround, parseCursor, writeCursor } from '../../admin/events/event-cursor.js';
import { type ExportFormat, eventLine, exportHeader } from '../../admin/events/event-line.js';
import type { Outcome } from '../../values/outcome.js';
import { mayRead } from './api-keys.js';
import { readNeed } from './event-rights.js';
import type { Actor, Site } from './site.js';

/** Somebody who reads. */
export type Reading = Extract<Actor, { type: 'user' }>;

/** Which events of which log. */
export interface EventListQuery {
  readonly log: EventLog;
  readonly filter?: EventFilter;
  /** Default `newest`. */
  readonly order?: 'newest' | 'oldest';
  /** 1 to 10 000; default 100. */
  readonly limit?: number;
  /** Of the page before. */
  readonly cursor?: string;
}

/** One page. */
export interface EventList {
  readonly events: readonly StoredEvent[];
  /** Where to go on; undefined at the end. */
  readonly cursor: string | undefined;
}

/** How an export is made. */
export interface ExportOptions {
  readonly log: EventLog;
  readonly filter?: EventFilter;
  readonly format: ExportFormat;
  /** Events of one read; default 1 000. */
  readonly pageSize?: number;
  /** Ends the export: what comes next throws its reason. */
  readonly signal?: AbortSignal;
  /** Told after each page how many events there were so far. */
  readonly progress?: (count: number) => void;
}

const EXPORT_PAGE = 1000;
const LIMIT_DEFAULT = 100;

/**
 * One page of a log.
 * @returns codes `refused` when the actor may not read it, `cursor` when the cursor is not of this list.
 */
export async function listEvents(
  site: Site,
  actor: Reading,
  query: EventListQuery,
): Promise<Outcome<EventList, 'refused' | 'cursor'>> {
  const { log, filter = {}, order = 'newest', limit = LIMIT_DEFAULT, cursor } = query;
  if (!(await mayReadLog(site, actor, log, filter))) return refused(log);
  const { organization, host } = site;
  const ground: CursorGround = { organization, log, filter, order };
  const start = cursor === undefined ? undefined : parseCursor(cursor, ground, host.sha256);
  if (start?.ok === false) return start;
  const from = start?.value ?? { filter, order };
  const events = await site.store.events(log, { ...from, limit });
  const last = events.length < limit ? undefined : events.at(-1)?.seq;
  const next = last === undefined ? undefined : writeCursor(ground, last, host.sha256);
  return { ok: true, value: { events, cursor: next } };
}

/**
 * A log as lines, oldest first, up to the newest event there was at the start; read page by page.
 * @returns code `refused` when the actor may not read it.
 */
export async function exportEvents(
  site: Site,
  actor: Reading,
  options: ExportOptions,
): Promise<Outcome<AsyncIterable<string>, 'refused'>> {
  const { log, filter } = options;
  if (!(await mayReadLog(site, actor, log, filter))) return refused(log);
  return { ok: true, value: linesOf(site, options) };
}

/** All matching events of a log up to the newest there is, oldest first, in pages. */
export async function* eventPages(
  store: Site['store'],
  options: Omit<ExportOptions, 'format'>,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { log, filter = {}, pageSize = EXPORT_PAGE, signal, progress } = options;
  const [newest] = await store.events(log, { limit: 1 });
  const end = newest?.seq ?? 0;
  let after = 0;
  let count = 0;
  for (;;) {
    signal?.throwIfAborted();
    const page = await store.events(log, { filter, order: 'oldest', after, limit: pageSize });
    // What is written meanwhile belongs to the next export: else a busy log would never end.
    const events = page.filter(({ seq }) => seq <= end);
    if (events.length > 0) {
      yield events;
      count += events.length;
      progress?.(count);
    }
    if (events.length < pageSize) return;
    after = events.at(-1)?.seq ?? end;
  }
}

async function* linesOf(
  site: Site,
  options: ExportOptions,
): AsyncGenerator<string, void, undefined> {
  const { format } = options;
  const header = exportHeader(format);
  if (header !== '') yield header;
  for await (const page of eventPages(site.store, options)) {
    for (const event of page) yield eventLine(event, site.organization, format);
  }
}

function mayReadLog(site: Site, actor: Reading, log: EventLog, filter: EventFilter | undefined) {
  const operation = log === 'audit' ? 'read.audit' : 'read.events';
  return mayRead(site, actor, operation, [readNeed(site.engine, filter)]);
}

function refused(log: EventLog): Outcome<never, 'refused'> {
  return { ok: false, code: 'refused', detail: `may not read the log \`${log}\`` };
}
