/** Schedules that changed, by themselves or by their calendar, and whomever they let in or keep out. */
import type { RestrictionRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, numberOf, values } from '../../engine/table.js';
import { portalsOf, portalsWithin, writtenScope } from '../../engine/within.js';
import type { Assignment, Calendar } from '../../policy/document.js';
import { type Affected, holdersOf } from './affected.js';
import { changedElements, sided, tablesOf } from './changed-elements.js';
import { type Comparison, SIDES, type Side } from './comparison.js';

/** Numbers of schedules that changed, or whose calendar did; and of calendars, for schedules written in place. */
export interface ChangedTimes {
  readonly schedules: ReadonlySet<number>;
  readonly calendars: ReadonlySet<number>;
}

/** The schedules that changed, by either policy's numbers. */
export function changedSchedules(c: Comparison): readonly [ChangedTimes, ChangedTimes] {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables);
  const made = () => ({ schedules: new Set<number>(), calendars: new Set<number>() });
  const found = [made(), made()] as const;
  for (const change of changedElements<Calendar>(
    before.calendars,
    after.calendars,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, { id }) =>
      found[side].calendars.add(numberOf(c.snapshots[side].tables.calendars, id)),
    );
  }
  const idOf = ({ document }: { document: object }) => (document as { id: string }).id;
  for (const change of changedElements(
    before.schedules,
    after.schedules,
    idOf,
    ({ document }) => document,
  )) {
    sided(change, (side, record) =>
      found[side].schedules.add(numberOf(c.snapshots[side].tables.schedules, idOf(record))),
    );
  }
  for (const side of SIDES) {
    const { schedules } = c.snapshots[side].tables;
    const own = found[side];
    if (own.calendars.size === 0) continue;
    for (const record of values(schedules))
      if (own.calendars.has(record.calendar)) own.schedules.add(numberOf(schedules, idOf(record)));
  }
  return found;
}

/** Whatever uses one of these schedules. */
export function usesOf(s: Snapshot, side: Side, times: ChangedTimes, affected: Affected): void {
  const { schedules, calendars } = times;
  if (schedules.size === 0 && calendars.size === 0) return;
  const asks = (restrictions: RestrictionRecord | undefined) =>
    schedules.has(restrictions?.schedule ?? -1);
  const { tables } = s;
  for (const place of values(tables.places))
    if (asks(place.restrictions)) affected.place(side, place.document.id);
  for (const table of [tables.doors, tables.stops]) {
    for (const portal of values(table)) {
      const unlocked = portal.unlocks.some(
        ({ schedule, arrival }) => schedules.has(schedule) || schedules.has(arrival),
      );
      if (unlocked || asks(portal.restrictions)) affected.door(portal);
    }
  }
  for (const group of values(tables.groups)) {
    if (!asks(group.restrictions)) continue;
    for (const portal of portalsOf(tables, group)) {
      for (const subject of holdersOf(s, group.holdings)) affected.pair(subject, portal);
    }
  }
  // Numbered as assignments: few have a validity.
  for (const [block, validities] of tables.validities.blocks.entries()) {
    for (const [index, validity] of (validities ?? []).entries()) {
      const used =
        schedules.has(validity?.schedule ?? -1) || calendars.has(validity?.inline?.calendar ?? -1);
      const number = (block << tables.validities.bits) + index;
      const assignment = used ? at(tables.assignments, number) : undefined;
      if (assignment !== undefined) assigned(s, assignment, affected);
    }
  }
}

/** Everybody who holds an assignment, wherever it reaches. */
export function assigned(s: Snapshot, assignment: Assignment, affected: Affected): void {
  const number = numberOf(s.tables.assignments, assignment.id);
  const scope = writtenScope(s, assignment.scope);
  const holders = holdersOf(s, [number]);
  for (const portal of portalsWithin(s, scope))
    for (const subject of holders) affected.pair(subject, portal);
}
