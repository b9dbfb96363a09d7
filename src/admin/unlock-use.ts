/** Which schedules and calendars some unlock uses: changing one may open a door to everybody. */

import type { Snapshot } from '../engine/snapshot.js';
import { find, values } from '../engine/table.js';
import type { Unlock } from '../policy/document.js';

/** Per snapshot: found on first use by one walk over doors and stops, since few change sets ask. */
const uses = new WeakMap<Snapshot, ReadonlySet<string>>();

/** Whether a door or stop unlocks by a schedule, or by one that reads the calendar. */
export function isUsedByUnlock(
  s: Snapshot,
  collection: 'schedules' | 'calendars',
  id: string,
): boolean {
  let used = uses.get(s);
  if (used === undefined) {
    used = findUses(s);
    uses.set(s, used);
  }
  return used.has(`${collection} ${id}`);
}

function findUses(s: Snapshot): Set<string> {
  const used = new Set<string>();
  const use = (schedule: string | undefined): void => {
    if (schedule === undefined || used.has(`schedules ${schedule}`)) return;
    used.add(`schedules ${schedule}`);
    const calendar = find(s.tables.schedules, schedule)?.document.calendar;
    if (calendar !== undefined) used.add(`calendars ${calendar}`);
  };
  for (const table of [s.tables.doors, s.tables.stops]) {
    for (const { document } of values(table)) {
      for (const { schedule, firstToArrive } of (document.unlock ?? []) as readonly Unlock[]) {
        use(schedule);
        use(firstToArrive);
      }
    }
  }
  return used;
}
