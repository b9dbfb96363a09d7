/** Which schedules and calendars a slice uses. */
import type { Restrictions, ScheduleBody, Unlock } from '../policy/document.js';

/** Whatever names schedules: a place, door, stop or group. */
export interface Bound {
  readonly restrictions?: Pick<Restrictions, 'schedule'> | undefined;
  readonly unlock?: readonly Unlock[] | undefined;
}

/** Ids of schedules and calendars. */
export interface HoursUsed {
  readonly schedules: ReadonlySet<string>;
  readonly calendars: ReadonlySet<string>;
}

/**
 * The schedules that some elements name, and the calendars that those and the schedules written in place name.
 * @param hours - schedules of validities: an id, or written in place.
 */
export function hoursUsed(
  bound: readonly Bound[],
  hours: Iterable<string | ScheduleBody>,
  find: (schedule: string) => ScheduleBody | undefined,
): HoursUsed {
  const schedules = new Set<string>();
  const calendars = new Set<string>();
  for (const { restrictions, unlock } of bound) {
    if (restrictions?.schedule !== undefined) schedules.add(restrictions.schedule);
    for (const { schedule, firstToArrive } of unlock ?? []) {
      schedules.add(schedule);
      if (firstToArrive !== undefined) schedules.add(firstToArrive);
    }
  }
  for (const each of hours) {
    if (typeof each === 'string') schedules.add(each);
    else if (each.calendar !== undefined) calendars.add(each.calendar);
  }
  for (const id of schedules) {
    const calendar = find(id)?.calendar;
    if (calendar !== undefined) calendars.add(calendar);
  }
  return { schedules, calendars };
}
