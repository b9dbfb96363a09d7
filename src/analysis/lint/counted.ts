/** Rules that end by COUNT: only listing their starts one by one tells where they end, so lint lists so many and no more. */
import type { Zone } from '../../checks/time/zone.js';
import type { ScheduleRecord } from '../../engine/records.js';
import { find } from '../../engine/table.js';
import type { ScheduleBody } from '../../policy/document.js';
import { parseRecurrenceRule } from '../../policy/recurrence-rule.js';
import type { Ground, Path } from './ground.js';
import type { ScheduleUse } from './schedule-uses.js';

/** Starts that are listed at most for one policy, some few times over: seconds. A weekly course of a term has fifteen. */
export const COUNTED_STARTS_MAX = 100_000;

/**
 * Sets aside the schedules whose counted starts do not fit into what may be listed, in document order, for each zone in which they
 * are read; no rule asks when they are open. Code `schedule_not_examined`: one finding that names how many.
 */
export function lintCounted(ground: Ground, uses: readonly ScheduleUse[]): void {
  let left = COUNTED_STARTS_MAX;
  const paths: Path[] = [];
  for (const [record, { path, zones }] of schedulesRead(ground, uses)) {
    const starts = countedStarts(record.document) * Math.max(1, zones.size);
    if (starts <= left) {
      left -= starts;
    } else {
      ground.unexamined.add(record);
      paths.push(path);
    }
  }
  const [first, ...more] = paths;
  if (first === undefined) return;
  const message =
    `when ${paths.length === 1 ? 'a schedule is' : `${paths.length} schedules are`} open was not examined: ` +
    `the COUNTs come to more than ${COUNTED_STARTS_MAX} starts`;
  ground.report('schedule_not_examined', first, message, more);
}

/** All that are switched on, named ones first, each with the place that tells where it stands. */
function schedulesRead(
  { policy, s }: Ground,
  uses: readonly ScheduleUse[],
): ReadonlyMap<ScheduleRecord, { readonly path: Path; readonly zones: Set<Zone> }> {
  const read = new Map<ScheduleRecord, { readonly path: Path; readonly zones: Set<Zone> }>();
  policy.schedules?.forEach(({ id }, index) => {
    const record = find(s.tables.schedules, id);
    if (record?.enabled === true) {
      read.set(record, { path: ['schedules', index], zones: new Set() });
    }
  });
  for (const { record, path, zones } of uses) {
    if (!record.enabled) continue;
    const known = read.get(record) ?? { path, zones: new Set<Zone>() };
    read.set(record, known);
    for (const zone of zones) known.zones.add(zone);
  }
  return read;
}

function countedStarts({ recurrences = [] }: ScheduleBody): number {
  return recurrences.reduce((sum, { rrule }) => {
    const rule = parseRecurrenceRule(rrule);
    return sum + (rule.ok ? (rule.value.count ?? 0) : 0);
  }, 0);
}
