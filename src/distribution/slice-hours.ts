/** Which schedules and calendars a slice uses. */
import type { Restrictions, ScheduleBody, Unlock, Validity } from '../policy/document.js';

/** Whatever names schedules: a place, door, stop or group. */
export interface Bound {
  readonly restrictions?: Pick<Restrictions, 'schedule'> | undefined;
  readonly unlock?: readonly Unlock[] | undefined;
}

/** Any element that may name schedules. A group's stops are ids, which name none. */
interface Naming extends Bound {
  readonly stops?: readonly (Bound | string)[] | undefined;
  readonly validity?: Validity | undefined;
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

/** The schedules one element names, and a calendar written in place: of a place, elevator, door or group, or of a right. */
export function hoursNamedBy(element: Naming | undefined): HoursUsed | undefined {
  if (element === undefined) return undefined;
  const hours = element.validity?.schedule;
  const stops = (element.stops ?? []).flatMap((stop) => (typeof stop === 'string' ? [] : [stop]));
  const bound: readonly Bound[] = [element, ...stops];
  return hoursUsed(bound, hours === undefined ? [] : [hours], () => undefined);
}
