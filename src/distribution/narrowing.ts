/**
 * Whether an element that replaces another may let in less than it did, found from the two alone. Where that is not cheap to
 * see the answer is yes: too much is closed, for as long as a reader is behind.
 */
import { changedMembers, sameValue } from '../admin/same-value.js';
import type {
  Calendar,
  Door,
  Elevator,
  Place,
  Restrictions,
  Schedule,
  ScheduleBody,
  Stop,
  Validity,
} from '../policy/document.js';
import { parseInstant } from '../values/instant.js';

/** Whether restrictions demand something that was not demanded before. Members left out, and those that say no, demand nothing. */
export function demandsMore(
  before: Restrictions | undefined,
  after: Restrictions | undefined,
): boolean {
  const { reader, primaryDevice, secondFactor, twoPerson, appAccess, ...rest } = after ?? {};
  const added =
    (reader === true && before?.reader !== true) ||
    (primaryDevice === true && before?.primaryDevice !== true) ||
    (secondFactor === true && before?.secondFactor !== true) ||
    (twoPerson === true && before?.twoPerson !== true) ||
    (appAccess === false && before?.appAccess !== false);
  const { antiPassback, occupancyLimit, geofence, schedule } = rest;
  return (
    added ||
    (geofence !== undefined && !sameValue(geofence, before?.geofence)) ||
    (schedule !== undefined && schedule !== before?.schedule) ||
    (antiPassback?.mode === 'hard' && !sameValue(antiPassback, before?.antiPassback)) ||
    (occupancyLimit !== undefined && !isAtLeast(occupancyLimit, before?.occupancyLimit))
  );
}

/** Whether a door asks for more, stands open less, or is another door. Its name and floor do not matter. */
export function doorNarrows(before: Door, after: Door): boolean {
  const { lock = 'online', strictExit = false, restrictions, unlock, tenant } = after;
  return (
    before.place !== after.place ||
    !sameValue(before.location, after.location) ||
    !sameValue(before.readers, after.readers) ||
    (lock === 'offline' && before.lock !== 'offline') ||
    (strictExit && before.strictExit !== true) ||
    (tenant !== undefined && !sameValue(tenant, before.tenant)) ||
    demandsMore(before.restrictions, restrictions) ||
    !holdsAll(unlock, before.unlock)
  );
}

/** Whether an elevator lost a stop or narrowed one, or is read by other readers. */
export function elevatorNarrows(before: Elevator, after: Elevator): boolean {
  const stops = new Map(after.stops.map((stop) => [stop.id, stop]));
  return (
    before.place !== after.place ||
    !sameValue(before.readers, after.readers) ||
    before.stops.some((stop) => stopNarrows(stop, stops.get(stop.id)))
  );
}

function stopNarrows(before: Stop, after: Stop | undefined): boolean {
  if (after === undefined || demandsMore(before.restrictions, after.restrictions)) return true;
  return !holdsAll(after.unlock, before.unlock);
}

/** Whether a place asks for more, or what its doors take from it changed: zone, location, capacity. */
export function placeNarrows(before: Place, after: Place): boolean {
  const { capacity } = before;
  return (
    before.timeZone !== after.timeZone ||
    !sameValue(before.location, after.location) ||
    (capacity !== undefined && (after.capacity ?? 0) < capacity) ||
    demandsMore(before.restrictions, after.restrictions)
  );
}

/**
 * Whether a schedule may be closed where it was open. Switching it on narrows what it restricts, switching it off what it
 * unlocks. One without windows, recurrences and events is always open.
 */
export function scheduleNarrows(
  before: Schedule | ScheduleBody,
  after: Schedule | ScheduleBody,
): boolean {
  return (
    before.timeZone !== after.timeZone ||
    before.calendar !== after.calendar ||
    (before.enabled ?? true) !== (after.enabled ?? true) ||
    isAlways(before) !== isAlways(after) ||
    !holdsAll(before.except, after.except) ||
    !holdsAll(after.windows, before.windows) ||
    !holdsAll(after.recurrences, before.recurrences) ||
    !holdsAll(after.events, before.events)
  );
}

function isAlways({ windows, recurrences, events }: ScheduleBody): boolean {
  return (windows ?? recurrences ?? events) === undefined;
}

/** The days of a calendar on which something may be closed that was open. A day that is not there is like any other. */
export function narrowedDays(before: Calendar, after: Calendar): string[] {
  const old = new Map(before.days.map((day) => [day.date, day]));
  const next = new Map(after.days.map((day) => [day.date, day]));
  const narrowed: string[] = [];
  for (const date of new Set([...old.keys(), ...next.keys()])) {
    const was = old.get(date);
    const is = next.get(date);
    const wasClosed = was !== undefined && was.windows === undefined;
    const isSame = was !== undefined && is !== undefined && sameValue(was.windows, is.windows);
    if (!wasClosed && !isSame) narrowed.push(date);
  }
  return narrowed;
}

/** Whether a validity begins later, ends earlier, or asks for other hours. */
export function validityNarrows(
  before: Validity | undefined,
  after: Validity | undefined,
): boolean {
  if (after === undefined) return false;
  const { from, until, schedule } = after;
  return (
    (from !== undefined && !(parseInstant(from) <= parseInstant(before?.from ?? ''))) ||
    (until !== undefined && !(parseInstant(until) >= parseInstant(before?.until ?? ''))) ||
    (schedule !== undefined && hoursNarrow(before?.schedule, schedule))
  );
}

function hoursNarrow(before: Validity['schedule'], after: Validity['schedule']): boolean {
  if (typeof before === 'object' && typeof after === 'object')
    return scheduleNarrows(before, after);
  return before !== after;
}

/** Whether anything but some members differs. */
export function differsBeside(
  before: object,
  after: object,
  ...members: readonly string[]
): boolean {
  const changed = changedMembers(before, after);
  for (const member of members) changed.delete(member);
  return changed.size > 0;
}

/** Whether every element of one list is in the other. A list that is not there is empty. */
function holdsAll(list: readonly unknown[] = [], elements: readonly unknown[] = []): boolean {
  return elements.every((element) => list.some((each) => sameValue(each, element)));
}

/** Whether a limit of people inside is as generous as another; where it is a capacity's, only if both are. */
function isAtLeast(limit: number | true, other: number | true | undefined): boolean {
  if (limit === true || other === true) return limit === other;
  return other !== undefined && limit >= other;
}
