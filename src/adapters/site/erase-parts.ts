/** Erasing parts of events, many at a time. */
import type { EventLog } from '../../admin/events/event.js';
import type { DueParts } from '../../admin/events/retention.js';
import type { OrganizationStore } from '../store/store.js';

/** What goes of one event. */
export interface PartsToErase extends DueParts {
  readonly seq: number;
}

/** Erases the parts named. @returns how many events changed. */
export async function eraseParts(
  store: OrganizationStore,
  log: EventLog,
  parts: readonly PartsToErase[],
): Promise<number> {
  let changed = 0;
  for (const content of [false, true]) {
    for (const personal of [false, true]) {
      const seqs = parts
        .filter((part) => part.content === content && part.personal === personal)
        .map(({ seq }) => seq);
      if (seqs.length === 0 || !(content || personal)) continue;
      changed += await store.erase(log, { seqs, content, personal });
    }
  }
  return changed;
}
