/** What the hours of the actor's own assignments rest on: changing it would be changing those. */
import { holdingsOf } from '../engine/holding.js';
import { placeOfCode } from '../engine/manage.js';
import { at, find } from '../engine/table.js';
import type { AnyChange } from './element-change.js';
import type { Hearing } from './hearing.js';

/** Per hearing: found on first use, since few change sets ask. */
const known = new WeakMap<Hearing, ReadonlySet<string>>();

/**
 * Whether a change moves the hours of an assignment of the actor's, own or by a team: its schedule, the
 * calendar that schedule reads, and for one that names no zone whatever says in which it is read. How
 * things stand before the set suffices: nobody gives himself another assignment by the set.
 */
export function movesOwnHours(h: Hearing, change: AnyChange): boolean {
  if (!MOVING.has(change.collection)) return false;
  let rests = known.get(h);
  if (rests === undefined) {
    rests = findRests(h);
    known.set(h, rests);
  }
  if (!rests.has(`${change.collection} ${change.id}`)) return false;
  switch (change.collection) {
    case 'places':
      return change.after !== undefined && change.before?.timeZone !== change.after.timeZone;
    case 'groups':
    case 'doors':
      return change.after !== undefined && change.before?.place !== change.after.place;
    default:
      return true;
  }
}

const MOVING: ReadonlySet<string> = new Set([
  'schedules',
  'calendars',
  'places',
  'groups',
  'doors',
]);

/** As `collection id`. Assignments of any status: one that is over may be revived by other hours. */
function findRests({ before, actor }: Hearing): Set<string> {
  const rests = new Set<string>();
  for (const { assignment: number, scope } of holdingsOf(before, actor)) {
    const assignment = at(before.tables.assignments, number);
    const schedule = assignment?.validity?.schedule;
    if (assignment === undefined || schedule === undefined) continue;
    if (typeof schedule === 'string') rests.add(`schedules ${schedule}`);
    const body =
      typeof schedule === 'string' ? find(before.tables.schedules, schedule)?.document : schedule;
    if (body?.calendar !== undefined) rests.add(`calendars ${body.calendar}`);
    if (body?.timeZone !== undefined) continue;
    const place = at(before.tables.places, placeOfCode(before, scope))?.document.id;
    if (place !== undefined) rests.add(`places ${place}`);
    rests.add(`${assignment.scope.type}s ${assignment.scope.id}`);
  }
  return rests;
}
