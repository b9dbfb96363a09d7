/** Events written in a transaction that has not ended: seen by it alone. */
import { type ChainHead, sealEvents } from '../../admin/events/chain.js';
import type { EventDraft, EventLog, StoredEvent } from '../../admin/events/event.js';
import type { SiteHost } from '../site/site.js';

/** Logs with events on top. */
export interface StagedLogs {
  /**
   * Seals and stages events in this order. All are sealed before the first is staged: a draft that cannot be leaves
   * nothing of the others.
   * @throws TypeError for a log that does not exist, and as `sealEvents`.
   */
  append(events: readonly EventDraft[]): readonly StoredEvent[];
  /** What was staged of one log. */
  of(log: EventLog): readonly StoredEvent[];
  heads(): ReadonlyMap<EventLog, ChainHead>;
}

/** Nothing staged yet after these heads. */
export function stagedLogs(
  before: ReadonlyMap<EventLog, ChainHead>,
  host: Pick<SiteHost, 'random' | 'sha256'>,
): StagedLogs {
  const logs = new Map<EventLog, StoredEvent[]>();
  let heads = before;
  return {
    append(events) {
      const stored: StoredEvent[] = [];
      const ends = new Map(heads);
      for (const draft of events) {
        const head = ends.get(draft.log);
        if (head === undefined) throw new TypeError(`no log \`${draft.log}\``);
        const sealed = sealEvents(head, [draft], host);
        ends.set(draft.log, sealed.head);
        stored.push(...sealed.events);
      }
      heads = ends;
      for (const event of stored) {
        const staged = logs.get(event.log) ?? [];
        logs.set(event.log, staged);
        staged.push(event);
      }
      return stored;
    },
    of: (log) => logs.get(log) ?? [],
    heads: () => heads,
  };
}
