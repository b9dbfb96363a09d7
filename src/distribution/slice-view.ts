/** The slice of an engine's policy, element by element: what one of them looks like in it, without making the whole slice. */
import { snapshotOf } from '../engine/compile.js';
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import { holdingsOf } from '../engine/holding.js';
import { holdingsAt } from '../engine/lists.js';
import type { HolderRecord, PortalRecord } from '../engine/records.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, find } from '../engine/table.js';
import type { CollectionName, ElementOf, ScheduleBody } from '../policy/document.js';
import {
  slicedAssignment,
  slicedCredential,
  slicedLink,
  slicedUser,
  standInOf,
} from './slice-elements.js';
import { type HoursUsed, hoursUsed } from './slice-hours.js';
import { reaches, type SliceScope } from './slice-scope.js';

/** Collections whose elements a view shows one by one. */
export type Shown = Extract<
  CollectionName,
  'users' | 'links' | 'credentials' | 'assignments' | 'lockdowns' | 'schedules' | 'calendars'
>;

/** A slice that is looked into. */
export interface SliceView {
  /** An element as the slice has it; undefined when it is not in it. Of schedules and calendars all are looked at, once. */
  find<K extends Shown>(collection: K, id: string): ElementOf<K> | undefined;
  /** Whether a user is in the slice. */
  isKept(user: string): boolean;
  /** Ids of a user's credentials, and of the rights at tenanted doors that he granted. */
  credentialsOf(user: string): string[];
  grantedBy(user: string): string[];
}

/** The slice of an engine's policy for some doors and stops. */
export function viewOfSlice(engine: Engine, doors: readonly string[]): SliceView {
  const s = snapshotOf(engine);
  const portals = portalsOf(s, doors);
  const scope = scopeOf(s, portals);
  const containers = new Set(portals.flatMap((portal) => portal.containers));
  const tenants = new Set(scope.tenants.values());
  const standIn = standInOf((id) => findElement(engine, 'users', id) !== undefined);
  let hours: HoursUsed | undefined;

  const holds = (holder: HolderRecord | undefined) =>
    holder !== undefined && holdingsOf(s, holder).some(({ scope: code }) => containers.has(code));
  const isKept = (id: string) => tenants.has(id) || holds(find(s.tables.users, id));
  const shown: { readonly [K in Shown]: (element: ElementOf<K>) => ElementOf<K> | undefined } = {
    users: (user) => (isKept(user.id) ? slicedUser(user) : undefined),
    links: (link) => (holds(find(s.tables.links, link.id)) ? slicedLink(link) : undefined),
    credentials: (each) => slicedCredential(each, isKept(each.user), standIn),
    assignments: (each) =>
      reaches(scope, each.scope) ? slicedAssignment(scope, each, isKept) : undefined,
    lockdowns: (each) => (reaches(scope, each.scope) ? each : undefined),
    schedules: (each) => {
      hours ??= hoursOf(s, portals);
      return hours.schedules.has(each.id) ? each : undefined;
    },
    calendars: (each) => {
      hours ??= hoursOf(s, portals);
      return hours.calendars.has(each.id) ? each : undefined;
    },
  };
  return {
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
  };
}

function portalsOf(s: Snapshot, doors: readonly string[]): PortalRecord[] {
  const { tables } = s;
  return [...new Set(doors)].flatMap((id) => [
    ...(find(tables.doors, id) ? [find(tables.doors, id) as PortalRecord] : []),
    ...(find(tables.stops, id) ? [find(tables.stops, id) as PortalRecord] : []),
  ]);
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
    places: new Set(portals.flatMap(({ place }) => at(s.tables.places, place)?.document.id ?? [])),
    groups: new Set(groups.flatMap((group) => at(s.tables.groups, group)?.document.id ?? [])),
    tenants: new Map(tenants),
  };
}

/** Looks at every right that reaches the slice, and at those with hours again: in proportion to the slice. */
function hoursOf(s: Snapshot, portals: readonly PortalRecord[]): HoursUsed {
  const { tables } = s;
  const lists = new Set(portals.flatMap((portal) => holdingsAt(s, portal)));
  function* hours(): Generator<string | ScheduleBody> {
    for (const list of lists) {
      for (const number of list) {
        if (at(tables.validities, number) === undefined) continue;
        const schedule = at(tables.assignments, number)?.validity?.schedule;
        if (schedule !== undefined) yield schedule;
      }
    }
  }
  const around = portals.flatMap(({ place, groups, document }) => [
    document,
    ...(at(tables.places, place) ? [at(tables.places, place)?.document ?? {}] : []),
    ...groups.flatMap((group) => at(tables.groups, group)?.document ?? []),
  ]);
  return hoursUsed(around, hours(), (id) => find(tables.schedules, id)?.document);
}
