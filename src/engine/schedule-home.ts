/** In which one place, if in one, everything lies that uses a schedule or calendar. */
import type { Restrictions, Unlock } from '../policy/document.js';
import type { Snapshot } from './snapshot.js';
import { find, numberOf, values } from './table.js';

const MANY = -1;

/** Homes per snapshot: found on first use by one walk over the document, since few questions ask. */
const homes = new WeakMap<Snapshot, ReadonlyMap<string, number>>();

/** The number of the one place where every use lies; -1 for none, several, or a use at the organisation. */
export function scheduleHome(
  s: Snapshot,
  collection: 'schedules' | 'calendars',
  id: string,
): number {
  let found = homes.get(s);
  if (found === undefined) {
    found = findHomes(s);
    homes.set(s, found);
  }
  return found.get(`${collection} ${id}`) ?? MANY;
}

function findHomes(s: Snapshot): Map<string, number> {
  const found = new Map<string, number>();
  const use = (key: string, place: number): void => {
    found.set(key, (found.get(key) ?? place) === place ? place : MANY);
  };
  const all = (
    place: number,
    restrictions: Restrictions | undefined,
    unlock: readonly Unlock[] | undefined,
  ): void => {
    if (restrictions?.schedule !== undefined) use(`schedules ${restrictions.schedule}`, place);
    for (const { schedule, firstToArrive } of unlock ?? []) {
      use(`schedules ${schedule}`, place);
      if (firstToArrive !== undefined) use(`schedules ${firstToArrive}`, place);
    }
  };
  for (const place of values(s.tables.places)) {
    all(place.number, place.document.restrictions, undefined);
  }
  for (const table of [s.tables.doors, s.tables.stops]) {
    for (const { place, document } of values(table)) {
      all(place, document.restrictions, document.unlock);
    }
  }
  for (const group of values(s.tables.groups)) {
    all(group.place, group.document.restrictions, undefined);
  }
  for (const assignment of values(s.tables.assignments)) {
    const schedule = assignment.validity?.schedule;
    if (typeof schedule === 'string') {
      use(`schedules ${schedule}`, placeOfScope(s, assignment.scope));
    } else if (schedule?.calendar !== undefined) {
      use(`calendars ${schedule.calendar}`, placeOfScope(s, assignment.scope));
    }
  }
  for (const [id, number] of s.tables.schedules.numbering) {
    const calendar = find(s.tables.schedules, id)?.document.calendar;
    if (number >= 0 && calendar !== undefined) {
      use(`calendars ${calendar}`, found.get(`schedules ${id}`) ?? MANY);
    }
  }
  return found;
}

/** The place a scope lies in, -1 for the organisation and groups of no place. */
function placeOfScope(s: Snapshot, scope: { type: string; id: string }): number {
  switch (scope.type) {
    case 'place':
      return numberOf(s.tables.places, scope.id);
    case 'group':
      return find(s.tables.groups, scope.id)?.place ?? MANY;
    case 'door':
      return find(s.tables.doors, scope.id)?.place ?? MANY;
    default:
      return MANY;
  }
}
