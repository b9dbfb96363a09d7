/** Element by element, who and what a change affects. */
import type {
  HolderRecord,
  PlaceRecord,
  PortalRecord,
  RestrictionRecord,
} from '../../engine/records.js';
import { DOOR, GROUP, PLACE, scopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find, numberOf, values } from '../../engine/table.js';
import type {
  Assignment,
  Calendar,
  Credential,
  Elevator,
  Lockdown,
  Team,
} from '../../policy/document.js';
import { type Affected, holdersOf, membersOf, portalsAt, portalsIn } from './affected.js';
import { changedElements, changedParts } from './changed-elements.js';
import { type Comparison, SIDES, type Side } from './comparison.js';

/** Notes everything that two policies of one organisation write differently. */
export function changesOf(c: Comparison, affected: Affected): void {
  const schedules = changedSchedules(c);
  for (const side of SIDES) usesOf(c.snapshots[side], side, schedules[side], affected);
  changesOfPlaces(c, affected);
  changesOfGroups(c, affected);
  changesOfPeople(c, affected);
  const [before, after] = tablesOf(c.snapshots, (tables) => tables.assignments);
  for (const change of changedElements(
    before,
    after,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, assignment) => assigned(c.snapshots[side], assignment, affected));
  }
  const [locked, unlocked] = tablesOf(c.snapshots, (tables) => tables.lockdowns);
  for (const change of changedElements(
    locked,
    unlocked,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, lockdown) => lockedDown(c.snapshots[side], lockdown, affected));
  }
}

/** Credentials of one policy alone, and all that changed hands. */
export function movedCredentials(
  snapshots: readonly [Snapshot, Snapshot],
): Pick<Comparison, 'strays' | 'moved'> {
  const strays: Comparison['strays'][number][] = [];
  const moved: string[] = [];
  const [before, after] = tablesOf(snapshots, (tables) => tables.credentials);
  for (const change of changedElements(
    before,
    after,
    ({ id }) => id,
    (each) => each,
  )) {
    const known = change.before ?? change.after;
    if (known === undefined || change.before?.user === change.after?.user) continue;
    moved.push(`credential:${known.id}`);
    if (change.before === undefined) strays.push({ side: 1, credential: known });
    if (change.after === undefined) strays.push({ side: 0, credential: known });
  }
  strays.sort((a, b) => (a.credential.id < b.credential.id ? -1 : 1));
  return { strays, moved: moved.sort() };
}

/** Numbers of schedules that changed, or whose calendar did; and of calendars, for schedules written in place. */
interface ChangedTimes {
  readonly schedules: ReadonlySet<number>;
  readonly calendars: ReadonlySet<number>;
}

function changedSchedules(c: Comparison): readonly [ChangedTimes, ChangedTimes] {
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
function usesOf(s: Snapshot, side: Side, times: ChangedTimes, affected: Affected): void {
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
    for (const portal of portalsIn(tables, group)) {
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

/** Places, doors and elevators. */
function changesOfPlaces(c: Comparison, affected: Affected): void {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables);
  for (const change of changedElements<PlaceRecord>(
    before.places,
    after.places,
    ({ document }) => document.id,
    ({ document }) => document,
  )) {
    sided(change, (side, { document }) => affected.place(side, document.id));
  }
  for (const change of changedElements<PortalRecord>(
    before.doors,
    after.doors,
    ({ id }) => id,
    ({ document }) => document,
  )) {
    sided(change, (_, portal) => affected.door(portal));
  }
  for (const change of changedElements<Elevator>(
    before.elevators,
    after.elevators,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (side, { stops }) => {
      for (const { id } of stops) affected.door(find(c.snapshots[side].tables.stops, id));
    });
  }
}

/** A group's holders: at all of its doors where the group itself changed, else at those that come or go. */
function changesOfGroups(c: Comparison, affected: Affected): void {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables.groups);
  for (const change of changedElements(
    before,
    after,
    ({ document }) => document.id,
    ({ document }) => document,
  )) {
    const parts = changedParts(change.before?.document, change.after?.document);
    const whole = [...parts].some(
      (part) => part !== 'doors' && part !== 'stops' && part !== 'place',
    );
    const keys = [change.before, change.after].map(
      (group, side) =>
        new Map(
          portalsIn(c.snapshots[side as Side].tables, group).map((portal) => [
            `${portal.type}:${portal.id}`,
            portal,
          ]),
        ),
    ) as [Map<string, PortalRecord>, Map<string, PortalRecord>];
    for (const side of SIDES) {
      const group = side === 0 ? change.before : change.after;
      const holders = holdersOf(c.snapshots[side], group?.holdings ?? []);
      const both = [...keys[0], ...keys[1]].filter(
        ([key]) => whole || !(keys[0].has(key) && keys[1].has(key)),
      );
      for (const [, portal] of both) for (const subject of holders) affected.pair(subject, portal);
    }
  }
}

/** Users, links, teams and credentials. */
function changesOfPeople(c: Comparison, affected: Affected): void {
  const [before, after] = tablesOf(c.snapshots, (tables) => tables);
  for (const name of ['users', 'links'] as const) {
    for (const { before: was, after: is } of changedElements<HolderRecord>(
      before[name],
      after[name],
      ({ id }) => id,
      ({ document }) => document,
    )) {
      const { kind, id } = (was ?? is) as HolderRecord;
      affected.person({ type: kind, id });
    }
  }
  for (const change of changedElements<HolderRecord>(
    before.teams,
    after.teams,
    ({ id }) => id,
    ({ document }) => document,
  )) {
    for (const id of membersThatDiffer(c, change.before, change.after))
      affected.person({ type: 'user', id });
  }
  for (const change of changedElements<Credential>(
    before.credentials,
    after.credentials,
    ({ id }) => id,
    (each) => each,
  )) {
    sided(change, (_, { id, user }) => {
      affected.person({ type: 'user', id: user });
      affected.person({ type: 'credential', id });
    });
  }
}

/** Users whom a change of a team makes come or go, one of those nested in it included. */
function membersThatDiffer(
  c: Comparison,
  before: HolderRecord | undefined,
  after: HolderRecord | undefined,
): string[] {
  const lists = SIDES.map((side) => {
    const team = side === 0 ? before : after;
    const { users = [], teams = [] } = (team?.document ?? {}) as Partial<Team>;
    const { numbering } = c.snapshots[side].tables.teams;
    const nested = teams.flatMap((id) => numbering.get(id) ?? []);
    return new Set([...users, ...membersOf(c.snapshots[side], nested)]);
  });
  return [...(lists[0] ?? []), ...(lists[1] ?? [])].filter(
    (id) => !(lists[0]?.has(id) && lists[1]?.has(id)),
  );
}

function assigned(s: Snapshot, assignment: Assignment, affected: Affected): void {
  const number = numberOf(s.tables.assignments, assignment.id);
  const scope = scopeOf(s, assignment.scope);
  const holders = holdersOf(s, [number]);
  for (const portal of portalsAt(s, scope))
    for (const subject of holders) affected.pair(subject, portal);
}

function lockedDown(s: Snapshot, lockdown: Lockdown, affected: Affected): void {
  for (const portal of portalsAt(s, scopeOf(s, lockdown.scope))) affected.door(portal);
}

function scopeOf(
  { tables }: Snapshot,
  { type, id }: Assignment['scope'] | Lockdown['scope'],
): number {
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

function sided<T>(
  { before, after }: { before: T | undefined; after: T | undefined },
  note: (side: Side, value: T) => void,
): void {
  if (before !== undefined) note(0, before);
  if (after !== undefined) note(1, after);
}

/** The same tables of both policies. */
function tablesOf<T>(
  snapshots: Comparison['snapshots'],
  read: (tables: Snapshot['tables']) => T,
): readonly [T, T] {
  return [read(snapshots[0].tables), read(snapshots[1].tables)];
}
