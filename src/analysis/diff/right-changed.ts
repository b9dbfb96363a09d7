/** Elements that two policies write differently, as far as rights and positions depend on them. */
import { sameValue } from '../../admin/same-value.js';
import type { Entity } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { find, type Table } from '../../engine/table.js';
import type { CollectionName, Restrictions, Unlock } from '../../policy/document.js';
import { isCopy, unlikeElements } from './changed-elements.js';

/** Ids of what changed, by collection. */
export interface ChangedIds
  extends Readonly<
    Record<
      'users' | 'links' | 'teams' | 'credentials' | 'assignments' | 'elevators',
      ReadonlySet<string>
    >
  > {
  /** Doors and stops written differently, or of groups that hold other ones. */
  readonly doors: ReadonlySet<string>;
  readonly stops: ReadonlySet<string>;
  /** Groups that lie elsewhere, or exist in one policy only. */
  readonly movedGroups: ReadonlySet<string>;
  readonly switchedGroups: ReadonlySet<string>;
  /** Whether any schedule could be open at other times than before. */
  readonly times: boolean;
  /** Whether schedules and calendars could be used elsewhere than before. */
  readonly uses: boolean;
}

/** What changed between two policies. */
export function changedIds(old: Snapshot, s: Snapshot): ChangedIds {
  const ids = <T>(collection: CollectionName, partsOf: (element: T) => unknown) =>
    differing<T>(old, s, collection, (a, b) => isCopy(a, b) || sameValue(partsOf(a), partsOf(b)));
  const places = ids<{ timeZone?: string; restrictions?: Restrictions }>('places', (place) => [
    place.timeZone,
    place.restrictions?.schedule,
  ]);
  const doors = ids<DoorParts>('doors', (door) => [door.place, door.floor, usesOf(door)]);
  const elevators = ids<{ place: string; stops: readonly DoorParts[] }>(
    'elevators',
    ({ place, stops }) => [place, stops.map((stop) => [stop.id, stop.floor, usesOf(stop)])],
  );
  const groups = ids<GroupParts>('groups', (group) => [
    group.place,
    group.enabled !== false,
    group.restrictions?.schedule,
    [...new Set(group.doors)].sort(),
    [...new Set(group.stops)].sort(),
  ]);
  const assignments = differing<AssignmentParts>(old, s, 'assignments', sameRight);
  const schedules = ids('schedules', withoutName);
  const calendars = ids('calendars', withoutName);
  const groupPart = (part: (group: GroupParts | undefined) => unknown) =>
    new Set(
      [...groups].filter(
        (id) =>
          part(find(old.tables.groups, id)?.document) !== part(find(s.tables.groups, id)?.document),
      ),
    );
  const movedGroups = groupPart((group) => (group === undefined ? false : group.place));
  const changed = [places, doors, elevators, movedGroups, schedules, calendars];
  return {
    users: ids<{ active?: boolean }>('users', ({ active }) => active !== false),
    links: ids<{ active?: boolean }>('links', ({ active }) => active !== false),
    teams: ids<TeamParts>('teams', ({ users, teams }) => [
      [...new Set(users)].sort(),
      [...new Set(teams)].sort(),
    ]),
    credentials: ids<{ user: string }>('credentials', ({ user }) => user),
    assignments,
    elevators,
    doors: new Set([...doors, ...membersOf(old, s, groups, 'doors')]),
    stops: new Set([
      ...membersOf(old, s, groups, 'stops'),
      ...stopsOf(old, elevators),
      ...stopsOf(s, elevators),
    ]),
    movedGroups,
    switchedGroups: groupPart((group) => group?.enabled !== false),
    times: changed.some(({ size }) => size > 0),
    uses: [...changed, groups].some(({ size }) => size > 0) || timed(old, s, assignments),
  };
}

/** Parts of a door or stop that rights and positions depend on. */
interface DoorParts {
  readonly id: string;
  readonly place?: string;
  readonly floor?: string;
  readonly restrictions?: Restrictions;
  readonly unlock?: readonly Unlock[];
}

interface GroupParts {
  readonly place?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly restrictions?: Restrictions | undefined;
  readonly doors?: readonly string[] | undefined;
  readonly stops?: readonly string[] | undefined;
}

interface AssignmentParts {
  readonly subject: Pick<Entity, 'type' | 'id'>;
  readonly role: string;
  readonly scope: Pick<Entity, 'type' | 'id'>;
  readonly validity?: { readonly schedule?: unknown };
  readonly enabled?: boolean;
}

interface TeamParts {
  readonly users?: readonly string[];
  readonly teams?: readonly string[];
}

/** Assignments are the many: compared member by member, without a list of their parts. */
function sameRight(a: AssignmentParts, b: AssignmentParts): boolean {
  return (
    a.role === b.role &&
    a.subject.id === b.subject.id &&
    a.subject.type === b.subject.type &&
    a.scope.id === b.scope.id &&
    a.scope.type === b.scope.type &&
    (a.enabled !== false) === (b.enabled !== false) &&
    (isCopy(a.validity, b.validity) || sameValue(a.validity, b.validity))
  );
}

function usesOf({ restrictions, unlock }: DoorParts): unknown {
  return [restrictions?.schedule, unlock];
}

function withoutName(element: object): unknown {
  return { ...element, name: undefined };
}

/** Ids of elements that exist in one policy only or differ in some parts. */
function differing<T>(
  old: Snapshot,
  s: Snapshot,
  collection: CollectionName,
  same: (a: T, b: T) => boolean,
): Set<string> {
  const before: Table<unknown> = old.tables[collection];
  const after: Table<unknown> = s.tables[collection];
  const idOf = (value: unknown) => (documentOf(value) as { id: string }).id;
  const areUnlike = (one: unknown, other: unknown): boolean =>
    !same(documentOf(one) as T, documentOf(other) as T);
  const found = new Set<string>();
  for (const changed of unlikeElements(before, after, idOf, areUnlike))
    found.add(idOf(changed.before ?? changed.after));
  return found;
}

/** The element as written, of a record or of an element kept as it is. */
function documentOf(value: unknown): object {
  return (value as { document?: object }).document ?? (value as object);
}

/** Doors or stops that a changed group holds in one policy and not in the other. */
function* membersOf(
  old: Snapshot,
  s: Snapshot,
  groups: ReadonlySet<string>,
  kind: 'doors' | 'stops',
): Generator<string> {
  for (const id of groups) {
    const [had, has] = [old, s].map(
      ({ tables }) =>
        new Set((find(tables.groups, id)?.document as GroupParts | undefined)?.[kind]),
    ) as [Set<string>, Set<string>];
    for (const one of had) if (!has.has(one)) yield one;
    for (const one of has) if (!had.has(one)) yield one;
  }
}

function* stopsOf({ tables }: Snapshot, elevators: ReadonlySet<string>): Generator<string> {
  for (const id of elevators)
    for (const stop of find(tables.elevators, id)?.stops ?? []) yield stop.id;
}

/** Whether some changed assignment names a schedule, or a calendar in one of its own. */
function timed(old: Snapshot, s: Snapshot, assignments: ReadonlySet<string>): boolean {
  return [...assignments].some((id) =>
    [old, s].some(({ tables }) => find(tables.assignments, id)?.validity?.schedule !== undefined),
  );
}
