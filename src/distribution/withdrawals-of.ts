/**
 * What a change takes away, computed by its source from the state before. Everything that a request may have rested on and
 * that the change ends, narrows or may narrow is named; what a change only adds is not.
 */
import { sameValue } from '../admin/same-value.js';
import { findElement, organizationOf } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Changes } from '../policy/changes.js';
import type { Assignment, CollectionName, Credential, ElementOf } from '../policy/document.js';
import {
  demandsMore,
  differsBeside,
  doorNarrows,
  elevatorNarrows,
  narrowedDays,
  placeNarrows,
  scheduleNarrows,
  validityNarrows,
} from './narrowing.js';
import type { Withdrawal } from './withdrawal.js';

/** A withdrawal in the making. */
type Lists = { -readonly [K in keyof Omit<Withdrawal, 'everything'>]-?: Elements<K>[] };
type Elements<K extends keyof Withdrawal> =
  NonNullable<Withdrawal[K]> extends readonly (infer E)[] ? E : never;

/** One element a change touches: as it was, if it was, and as it is to be, if it stays. */
interface Touched<K extends CollectionName> {
  readonly id: string;
  readonly before: ElementOf<K> | undefined;
  readonly after: ElementOf<K> | undefined;
}

/**
 * What a change takes away from the policy of `before`; undefined when it takes nothing. Costs in proportion to the change.
 * @param changes - such as `before.apply` takes.
 */
export function withdrawalsOf(before: Engine, changes: Changes): Withdrawal | undefined {
  const lists = emptyLists();
  takeFromPeople(lists, before, changes);
  takeFromCredentials(lists, before, changes);
  takeFromAssignments(lists, before, changes);
  takeFromOpenings(lists, before, changes);
  takeFromGroups(lists, before, changes);
  takeFromHours(lists, before, changes);
  for (const { before: was, after } of touched(before, changes, 'lockdowns')) {
    if (after !== undefined && !sameValue(was, after)) lists.lockdowns.push(after);
  }
  const filled = Object.entries(lists).filter(([, list]) => list.length > 0);
  const everything = changesOrganization(before, changes) ? { everything: true as const } : {};
  const withdrawal: Withdrawal = { ...Object.fromEntries(filled), ...everything };
  return Object.keys(withdrawal).length > 0 ? withdrawal : undefined;
}

function takeFromPeople(lists: Lists, engine: Engine, changes: Changes): void {
  for (const { id, before, after } of touched(engine, changes, 'users')) {
    if (before === undefined) continue;
    const { active = true, primaryDevice } = before;
    if (after === undefined || (active && after.active === false)) lists.users.push(id);
    else if (primaryDevice !== undefined && after.primaryDevice !== primaryDevice) {
      lists.primaryDevices.push(id);
    }
  }
  for (const { id, before, after } of touched(engine, changes, 'links')) {
    if (before === undefined) continue;
    const { active = true, secretHash } = before;
    const isOther = secretHash !== undefined && after?.secretHash !== secretHash;
    if (after === undefined || isOther || (active && after.active === false)) lists.links.push(id);
  }
  for (const { id, before, after } of touched(engine, changes, 'teams')) {
    // Who is in a team that goes loses what it held, and each of those assignments goes, too.
    if (before === undefined || after === undefined) continue;
    const users = left(before.users, after.users);
    const teams = left(before.teams, after.teams);
    if (users.length + teams.length === 0) continue;
    lists.members.push({ team: id, ...some({ users }), ...some({ teams }) });
  }
}

/**
 * Unknown devices pass, save with method `card` (D4). So a credential that comes takes from everybody but its holder, and one
 * that goes, from its holder; until all have heard of it, it is of no use to anybody.
 */
function takeFromCredentials(lists: Lists, engine: Engine, changes: Changes): void {
  for (const { before, after } of touched(engine, changes, 'credentials')) {
    const was = before?.state === 'active' ? before : undefined;
    const takes =
      before === undefined || after === undefined
        ? true
        : was !== undefined && (after.state !== 'active' || after.user !== was.user);
    const credential = after ?? before;
    if (takes && credential !== undefined) lists.credentials.push(notActive(credential));
  }
}

function takeFromAssignments(lists: Lists, engine: Engine, changes: Changes): void {
  for (const { id, before, after } of touched(engine, changes, 'assignments')) {
    if (before === undefined) continue;
    if (after === undefined || isAnother(before, after)) lists.assignments.push(id);
    else if (
      (before.grantedBy !== undefined && after.grantedBy !== before.grantedBy) ||
      validityNarrows(before.validity, after.validity)
    ) {
      lists.narrowedAssignments.push(id);
    }
  }
}

/** Whether what was held before is held no more, whatever is held instead. */
function isAnother(before: Assignment, after: Assignment): boolean {
  if (after.enabled === false && before.enabled !== false) return true;
  return differsBeside(before, after, 'enabled', 'validity', 'grantedBy');
}

function takeFromOpenings(lists: Lists, engine: Engine, changes: Changes): void {
  for (const { id, before, after } of touched(engine, changes, 'doors')) {
    if (before === undefined) continue;
    if (after === undefined || doorNarrows(before, after)) lists.doors.push(id);
  }
  const places = new Set<string>();
  for (const { id, before, after } of touched(engine, changes, 'places')) {
    if (before === undefined) continue;
    if (after === undefined || placeNarrows(before, after)) places.add(id);
  }
  for (const { before, after } of touched(engine, changes, 'elevators')) {
    // No lockdown lies at a stop, so that the place is shut.
    if (before === undefined) continue;
    if (after === undefined || elevatorNarrows(before, after)) places.add(before.place);
  }
  lists.places.push(...places);
}

function takeFromGroups(lists: Lists, engine: Engine, changes: Changes): void {
  for (const { id, before, after } of touched(engine, changes, 'groups')) {
    if (before === undefined) continue;
    const isOff = after?.enabled === false && before.enabled !== false;
    if (after === undefined || isOff) {
      lists.groups.push(id);
      continue;
    }
    if (demandsMore(before.restrictions, after.restrictions)) lists.narrowedGroups.push(id);
    const doors = left(before.doors, after.doors);
    const stops = left(before.stops, after.stops);
    if (doors.length + stops.length === 0) continue;
    lists.openings.push({ group: id, ...some({ doors }), ...some({ stops }) });
  }
}

function takeFromHours(lists: Lists, engine: Engine, changes: Changes): void {
  for (const { id, before, after } of touched(engine, changes, 'schedules')) {
    if (before === undefined) continue;
    if (after === undefined || scheduleNarrows(before, after)) lists.schedules.push(id);
  }
  for (const { id, before, after } of touched(engine, changes, 'calendars')) {
    // Whoever used a calendar that goes is changed, too, and named for it.
    const dates = before && after ? narrowedDays(before, after) : [];
    if (dates.length > 0) lists.calendars.push({ calendar: id, dates });
  }
}

function changesOrganization(engine: Engine, { organization }: Changes): boolean {
  return organization !== undefined && differsBeside(organizationOf(engine), organization, 'name');
}

/** The elements of a collection that a change touches. */
function* touched<K extends CollectionName>(
  engine: Engine,
  changes: Changes,
  collection: K,
): Generator<Touched<K>, void, undefined> {
  for (const id of changes.remove?.[collection] ?? []) {
    yield { id, before: findElement(engine, collection, id), after: undefined };
  }
  for (const after of (changes.put?.[collection] ?? []) as readonly ElementOf<K>[]) {
    yield { id: after.id, before: findElement(engine, collection, after.id), after };
  }
}

function notActive(credential: Credential): Credential {
  return credential.state === 'active' ? { ...credential, state: 'inactive' } : credential;
}

/** What of a list is not in another, each once. */
function left(before: readonly string[] = [], after: readonly string[] = []): string[] {
  const kept = new Set(after);
  return [...new Set(before)].filter((id) => !kept.has(id));
}

/** The one list, under its name, if anything is in it. */
function some<T extends { readonly [name: string]: readonly string[] }>(named: T): T | object {
  return Object.values(named).some((list) => list.length > 0) ? named : {};
}

function emptyLists(): Lists {
  return {
    assignments: [],
    narrowedAssignments: [],
    users: [],
    links: [],
    primaryDevices: [],
    credentials: [],
    members: [],
    groups: [],
    narrowedGroups: [],
    openings: [],
    doors: [],
    places: [],
    schedules: [],
    calendars: [],
    lockdowns: [],
  };
}
