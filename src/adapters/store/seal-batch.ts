/** Events numbered, linked and made rows, after the heads of their logs. */
import { sealEvents } from '../../admin/events/chain.js';
import type { EventDraft, EventLog, StoredEvent } from '../../admin/events/event.js';
import { eventTime } from '../../admin/events/event-time.js';
import type { SiteHost } from '../site/site.js';
import { type EventRow, eventRow, type LogHead } from './event-rows.js';
import type { LogHeads } from './log-heads.js';

/** What sealing needs of its host. */
export type EventHost = Pick<SiteHost, 'now' | 'random' | 'sha256'> & {
  /** SHA-256 of the UTF-8 of a text, hex, where the host has that faster than by `sha256`. */
  readonly sha256Text?: (text: string) => string;
};

/** Drafts sealed, in their order. */
export interface SealedDrafts {
  readonly events: readonly StoredEvent[];
  readonly rows: readonly EventRow[];
  /** After them. */
  readonly heads: LogHeads;
}

/** Clocks of one site differ by this much without anybody noticing. */
const CLOCK_SKEW_MS = 300_000;

/** @throws TypeError, RangeError for a draft that cannot be sealed: then none is. */
export function sealDrafts(
  drafts: readonly EventDraft[],
  heads: LogHeads,
  host: EventHost,
): SealedDrafts {
  const now = eventTime(host.now() + CLOCK_SKEW_MS);
  const after = new Map<EventLog, LogHead>(heads);
  const rows: EventRow[] = [];
  const events: StoredEvent[] = [];
  for (let start = 0; start < drafts.length; ) {
    // Neighbours of one log are sealed together.
    const { log } = drafts[start] as EventDraft;
    let end = start + 1;
    while (drafts[end]?.log === log) end++;
    const head = after.get(log);
    if (head === undefined) throw new TypeError(`no log \`${log}\``);
    const run = drafts.slice(start, end);
    const sealed = sealEvents(head.chain, run, host);
    let { latest } = head;
    for (const [index, event] of sealed.events.entries()) {
      const row = eventRow(run[index] as EventDraft, event, head, latest, now);
      latest = row.latest;
      rows.push(row);
      events.push(event);
    }
    after.set(log, { ...head, chain: sealed.head, latest });
    start = end;
  }
  return { rows, events, heads: after };
}

/** Whether events can be told from astray ones by these heads: see `LogHead.settled`. */
export function isSettled(heads: LogHeads): boolean {
  for (const { chain, settledUntil } of heads.values()) if (chain.seq > settledUntil) return false;
  return true;
}
