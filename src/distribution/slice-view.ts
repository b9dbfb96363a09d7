/** The slice of an engine's policy, element by element: what one of them looks like in it, without making the whole slice. */
import { snapshotOf } from '../engine/compile.js';
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import { holdingsOf } from '../engine/holding.js';
import type { HolderRecord, PortalRecord } from '../engine/records.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, find } from '../engine/table.js';
import type { CollectionName, ElementOf, Place, ScheduleBody } from '../policy/document.js';
import {
  slicedAssignment,
  slicedCredential,
  slicedElevator,
  slicedGroup,
  slicedLink,
  slicedTeam,
  slicedUser,
} from './slice-elements.js';
import { type HoursUsed, hoursUsed } from './slice-hours.js';
import { peopleAt, rightsAt, type SlicePeople } from './slice-people.js';
import { reaches, type SliceScope } from './slice-scope.js';
import { standInOf } from './stand-in.js';

/** A slice that is looked into. */
export interface SliceView {
  /** Its doors and stops and what contains them; two slices with the same differ by single elements. */
  readonly scope: SliceScope;
  /** An element as the slice has it; undefined when it is not in it. */
  find<K extends CollectionName>(collection: K, id: string): ElementOf<K> | undefined;
  /** Whether a user is in the slice. */
  isKept(user: string): boolean;
  /** Ids of a user's credentials, and of the rights at tenanted doors that he granted. */
  credentialsOf(user: string): string[];
  grantedBy(user: string): string[];
  /** Ids of all elements of a collection, of credentials none: foreign ones are all there are. Looks at the whole slice. */
  ids(collection: CollectionName): Iterable<string>;
}

/** What forms of elements rest on. Who is in the slice, and its hours, are found when first asked. */
interface Sliced {
  readonly engine: Engine;
  readonly s: Snapshot;
  readonly portals: readonly PortalRecord[];
  readonly scope: SliceScope;
  isKept(user: string): boolean;
  holds(holder: HolderRecord | undefined): boolean;
  people(): SlicePeople;
  hours(): HoursUsed;
}

/** The slice of an engine's policy for some doors and stops. */
export function viewOfSlice(engine: Engine, doors: readonly string[]): SliceView {
  const sliced = slicedOf(engine, doors);
  const { s, portals, scope, isKept } = sliced;
  const shown = formsOf(sliced);
  return {
    scope,
    find(collection, id) {
      const element = findElement(engine, collection, id);
      return element === undefined ? undefined : shown[collection](element);
    },
    isKept,
    credentialsOf: (user) =>
      (find(s.tables.users, user)?.credentials ?? []).flatMap(
        (number) => at(s.tables.credentials, number)?.id ?? [],
      ),
    grantedBy: (user) =>
      portals
        .filter(({ tenant }) => tenant >= 0)
        .flatMap(({ holdings }) => holdings.flatMap((n) => at(s.tables.assignments, n) ?? []))
        .flatMap(({ id, grantedBy }) => (grantedBy === user ? [id] : [])),
    ids: (collection) => idsOf(sliced, collection),
  };
}

function slicedOf(engine: Engine, doors: readonly string[]): Sliced {
  const s = snapshotOf(engine);
  const portals = [...new Set(doors)].flatMap((id) => [
    ...someOf(find(s.tables.doors, id)),
    ...someOf(find(s.tables.stops, id)),
  ]);
  const scope = scopeOf(s, portals);
  const containers = new Set(portals.flatMap((portal) => portal.containers));
  const tenants = new Set(scope.tenants.values());
  let people: SlicePeople | undefined;
  let hours: HoursUsed | undefined;
  const holds = (holder: HolderRecord | undefined): boolean =>
    holder !== undefined && holdingsOf(s, holder).some(({ scope: code }) => containers.has(code));
  return {
    engine,
    s,
    portals,
    scope,
    holds,
    isKept: (id) => tenants.has(id) || holds(find(s.tables.users, id)),
    people: () => (people ??= peopleAt(s, portals)),
    hours: () => (hours ??= hoursAt(s, portals)),
  };
}

type Forms = {
  readonly [K in CollectionName]: (element: ElementOf<K>) => ElementOf<K> | undefined;
};

function formsOf(sliced: Sliced): Forms {
  const { engine, s, portals, scope, isKept, holds } = sliced;
  const standIn = standInOf((id) => findElement(engine, 'users', id) !== undefined);
  const floors = new Set(portals.flatMap(({ document }) => document.floor ?? []));
  return {
    places: (each) => (scope.places.has(each.id) ? each : undefined),
    floors: (each) => (floors.has(each.id) ? each : undefined),
    doors: (each) => (scope.doors.has(each.id) ? each : undefined),
    elevators: (each) => {
      const elevator = slicedElevator(scope, each);
      return elevator.stops.length > 0 ? elevator : undefined;
    },
    groups: (each) => (scope.groups.has(each.id) ? slicedGroup(scope, each) : undefined),
    users: (each) => (isKept(each.id) ? slicedUser(each) : undefined),
    teams: (each) => (sliced.people().teams.has(each.id) ? slicedTeam(each) : undefined),
    links: (each) => (holds(find(s.tables.links, each.id)) ? slicedLink(each) : undefined),
    credentials: (each) => slicedCredential(each, isKept(each.user), standIn),
    assignments: (each) =>
      reaches(scope, each.scope) ? slicedAssignment(scope, each, isKept) : undefined,
    schedules: (each) => (sliced.hours().schedules.has(each.id) ? each : undefined),
    calendars: (each) => (sliced.hours().calendars.has(each.id) ? each : undefined),
    lockdowns: (each) => (reaches(scope, each.scope) ? each : undefined),
  };
}

function idsOf(sliced: Sliced, collection: CollectionName): Iterable<string> {
  const { s, portals, scope } = sliced;
  switch (collection) {
    case 'places':
    case 'doors':
    case 'groups':
      return scope[collection];
    case 'floors':
      return portals.flatMap(({ document }) => document.floor ?? []);
    case 'elevators':
      return portals.flatMap(({ elevator }) => elevator?.id ?? []);
    case 'users':
      return [...sliced.people().users, ...scope.tenants.values()];
    case 'teams':
    case 'links':
    case 'assignments':
      return sliced.people()[collection];
    case 'schedules':
    case 'calendars':
      return sliced.hours()[collection];
    case 'lockdowns':
      return [s, ...placesOf(s, portals), ...portals].flatMap(({ lockdowns }) =>
        lockdowns.map(({ document }) => document.id),
      );
    case 'credentials':
      return [];
    default: {
      const never: never = collection;
      return never;
    }
  }
}

function scopeOf(s: Snapshot, portals: readonly PortalRecord[]): SliceScope {
  const ids = (type: PortalRecord['type']) =>
    new Set(portals.flatMap((portal) => (portal.type === type ? [portal.id] : [])));
  const groups = portals.flatMap((portal) => portal.groups);
  const tenants = portals.flatMap(({ id, document }): [string, string][] =>
    'tenant' in document && document.tenant !== undefined ? [[id, document.tenant.user]] : [],
  );
  return {
    doors: ids('door'),
    stops: ids('elevator_stop'),
    places: new Set(placesOf(s, portals).map(({ document }) => document.id)),
    groups: new Set(groups.flatMap((group) => at(s.tables.groups, group)?.document.id ?? [])),
    tenants: new Map(tenants),
  };
}

/** Looks at every right that reaches the slice, and at those with a validity again. */
function hoursAt(s: Snapshot, portals: readonly PortalRecord[]): HoursUsed {
  const { tables } = s;
  function* hours(): Generator<string | ScheduleBody> {
    for (const number of rightsAt(s, portals)) {
      if (at(tables.validities, number) === undefined) continue;
      const schedule = at(tables.assignments, number)?.validity?.schedule;
      if (schedule !== undefined) yield schedule;
    }
  }
  const places: readonly Place[] = placesOf(s, portals).map(({ document }) => document);
  const around = portals.flatMap(({ groups, document }) => [
    document,
    ...groups.flatMap((group) => at(tables.groups, group)?.document ?? []),
  ]);
  return hoursUsed([...places, ...around], hours(), (id) => find(tables.schedules, id)?.document);
}

function placesOf(s: Snapshot, portals: readonly PortalRecord[]) {
  return [...new Set(portals.map(({ place }) => place))].flatMap(
    (place) => at(s.tables.places, place) ?? [],
  );
}

function someOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
