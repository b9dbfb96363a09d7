/** What lies within a scope, and who belongs to a team: walked here for every room that asks. */
import type { Team } from '../policy/document.js';
import type { PortalRecord } from './records.js';
import { DOOR, GROUP, PLACE, type ScopeCode, scopeCode } from './scope-code.js';
import type { Snapshot } from './snapshot.js';
import { at, find, numberOf, type Table, values } from './table.js';

/** The code of a scope as an assignment or a lockdown writes it. */
export function writtenScope(
  { tables }: Snapshot,
  { type, id }: { readonly type: string; readonly id: string },
): ScopeCode {
  switch (type) {
    case 'place':
      return scopeCode(PLACE, numberOf(tables.places, id));
    case 'group':
      return scopeCode(GROUP, numberOf(tables.groups, id));
    case 'door':
      return scopeCode(DOOR, numberOf(tables.doors, id));
    default:
      return 0;
  }
}

/** The doors, then the stops that a scope contains. */
export function* portalsWithin({ tables }: Snapshot, scope: ScopeCode): Generator<PortalRecord> {
  const number = scope >> 2;
  switch (scope & 3) {
    case PLACE:
      return yield* portalsOf(tables, at(tables.places, number));
    case GROUP:
      return yield* portalsOf(tables, at(tables.groups, number));
    case DOOR:
      return yield* portalsOf(tables, { doors: [number], stops: [] });
    default:
      yield* values(tables.doors);
      yield* values(tables.stops);
  }
}

/** The doors, then the stops of a place or group. */
export function* portalsOf(
  { doors, stops }: Snapshot['tables'],
  around: { readonly doors: readonly number[]; readonly stops: readonly number[] } | undefined,
): Generator<PortalRecord> {
  yield* numbered(doors, around?.doors ?? []);
  yield* numbered(stops, around?.stops ?? []);
}

function* numbered(
  table: Table<PortalRecord>,
  numbers: readonly number[],
): Generator<PortalRecord> {
  for (const number of numbers) {
    const portal = at(table, number);
    if (portal !== undefined) yield portal;
  }
}

/** Ids of the users of teams and of every team nested in them. */
export function usersOfTeams(s: Snapshot, ids: Iterable<string>): Set<string> {
  const users = new Set<string>();
  const teams = new Set(ids);
  // A set grows while it is walked: nested teams come in their turn.
  for (const id of teams) {
    const team = find(s.tables.teams, id)?.document as Team | undefined;
    for (const user of team?.users ?? []) users.add(user);
    for (const nested of team?.teams ?? []) teams.add(nested);
  }
  return users;
}
