/**
 * What a change of the whole is in a slice of it. Mostly it is found from the elements that the change names, and from what follows
 * for others; where a change moves the slice itself, all of the slice is compared.
 */
import { sameValue } from '../admin/same-value.js';
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Changes } from '../policy/changes.js';
import { COLLECTIONS, type CollectionName, type Policy } from '../policy/document.js';
import { slice } from './slice.js';
import { hoursNamedBy } from './slice-hours.js';
import type { SliceScope } from './slice-scope.js';
import { type SliceView, viewOfSlice } from './slice-view.js';
import { mayBeStandIn } from './stand-in.js';

/** Ids of elements that may look otherwise in the slice than before, by collection. */
type Touched = { readonly [K in CollectionName]: Set<string> };

/** The slice before and after a change. */
type Views = readonly [SliceView, SliceView];

/**
 * The change that leads from the slice of `before` to that of `after`, with the revision of `after`: applied to the one it gives the
 * other, but for the order of elements. It may hold nothing but the revision. Costs in proportion to the change; to the
 * slice, where the change moves its doors, its teams or its hours; to the whole for a change of the organisation.
 * @param changes - what was applied to `before`.
 * @param doors - as `slice` takes them.
 */
export function sliceChanges(
  before: Engine,
  after: Engine,
  changes: Changes,
  doors: readonly string[],
): Changes {
  const { revision } = after;
  const isElse = idsIn(changes, 'users').some(mayBeStandIn);
  if (changes.organization !== undefined || isElse) {
    return { revision, ...difference(slice(before.policy, doors), slice(after.policy, doors)) };
  }
  const views: Views = [viewOfSlice(before, doors), viewOfSlice(after, doors)];
  const touched = touchedBy([before, after], changes);
  if (isFar(views, touched)) {
    for (const view of views) {
      for (const name of COLLECTIONS) for (const id of view.ids(name)) touched[name].add(id);
    }
  } else addHours(views, touched);
  addDependents(views, touched);
  return { revision, ...changesOf(touched, views) };
}

/** What a change names, and who holds the rights it names. */
function touchedBy(engines: readonly Engine[], changes: Changes): Touched {
  const named = COLLECTIONS.map((name) => [name, new Set(idsIn(changes, name))]);
  const touched = Object.fromEntries(named) as Touched;
  for (const id of touched.assignments) {
    for (const engine of engines) {
      const subject = findElement(engine, 'assignments', id)?.subject;
      if (subject !== undefined) touched[`${subject.type}s`].add(subject.id);
    }
  }
  return touched;
}

/** Whether a change reaches elements it does not name: other doors, other things that contain them, other members of a team. */
function isFar([old, next]: Views, { teams }: Touched): boolean {
  if (!isSameScope(old.scope, next.scope)) return true;
  const isKept = (id: string) => [old, next].some((view) => view.find('teams', id) !== undefined);
  return [...teams].some(isKept);
}

function isSameScope(one: SliceScope, other: SliceScope): boolean {
  const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
    a.size === b.size && [...a].every((id) => b.has(id));
  return (
    same(one.doors, other.doors) &&
    same(one.stops, other.stops) &&
    same(one.places, other.places) &&
    same(one.groups, other.groups) &&
    one.tenants.size === other.tenants.size &&
    [...one.tenants].every(([door, user]) => other.tenants.get(door) === user)
  );
}

/** Adds floors that doors moved to or from, and hours that come and go with what is in the slice. */
function addHours(views: Views, touched: Touched): void {
  const floorsOf = (view: SliceView) =>
    [
      ...[...touched.doors].flatMap((id) => view.find('doors', id) ?? []),
      ...[...touched.elevators].flatMap((id) => view.find('elevators', id)?.stops ?? []),
    ].flatMap(({ floor }) => floor ?? []);
  for (const view of views) for (const floor of floorsOf(view)) touched.floors.add(floor);
  for (const name of ['places', 'doors', 'elevators', 'groups', 'assignments'] as const) {
    for (const id of touched[name]) {
      const [before, after] = views.map((view) => hoursNamedBy(view.find(name, id)));
      for (const kind of ['schedules', 'calendars'] as const) {
        for (const hours of differing(before?.[kind], after?.[kind])) touched[kind].add(hours);
      }
    }
  }
  for (const id of touched.schedules) {
    for (const view of views) {
      const calendar = view.find('schedules', id)?.calendar;
      if (calendar !== undefined) touched.calendars.add(calendar);
    }
  }
}

/** What is in one of two sets alone. */
function differing(
  one: ReadonlySet<string> = new Set(),
  other: ReadonlySet<string> = new Set(),
): string[] {
  return [...[...one].filter((id) => !other.has(id)), ...[...other].filter((id) => !one.has(id))];
}

/** Adds what changes because a user comes into the slice or leaves it. */
function addDependents(views: Views, touched: Touched): void {
  const [old, next] = views;
  for (const user of touched.users) {
    if (old.isKept(user) === next.isKept(user)) continue;
    for (const view of views) {
      for (const id of view.credentialsOf(user)) touched.credentials.add(id);
      for (const id of view.grantedBy(user)) touched.assignments.add(id);
    }
  }
}

function changesOf(touched: Touched, [old, next]: Views): Changes {
  const changes = emptyChanges();
  for (const name of COLLECTIONS) {
    for (const id of touched[name]) {
      note(changes, name, id, old.find(name, id), next.find(name, id));
    }
  }
  return done(changes);
}

/** The change from one document to another. */
function difference(before: Policy, after: Policy): Changes {
  const changes = emptyChanges();
  for (const name of COLLECTIONS) {
    const old = byId(before, name);
    const next = byId(after, name);
    for (const [id, element] of old) note(changes, name, id, element, next.get(id));
    for (const [id, element] of next) if (!old.has(id)) note(changes, name, id, undefined, element);
  }
  const { organization } = after;
  return {
    ...(sameValue(before.organization, organization) ? {} : { organization }),
    ...done(changes),
  };
}

/** A change in the making. */
interface Lists {
  readonly put: Map<CollectionName, unknown[]>;
  readonly remove: Map<CollectionName, string[]>;
}

function emptyChanges(): Lists {
  return { put: new Map(), remove: new Map() };
}

function note(
  { put, remove }: Lists,
  name: CollectionName,
  id: string,
  before: unknown,
  after: unknown,
): void {
  if (sameValue(before, after)) return;
  if (after === undefined) listOf(remove, name).push(id);
  else listOf(put, name).push(after);
}

function listOf<T>(lists: Map<CollectionName, T[]>, name: CollectionName): T[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

function done({ put, remove }: Lists): Changes {
  return {
    ...(put.size === 0 ? {} : { put: Object.fromEntries(put) }),
    ...(remove.size === 0 ? {} : { remove: Object.fromEntries(remove) }),
  };
}

function idsIn({ put, remove }: Changes, name: CollectionName): string[] {
  const elements: readonly { readonly id: string }[] = put?.[name] ?? [];
  return [...elements.map(({ id }) => id), ...(remove?.[name] ?? [])];
}

function byId(policy: Policy, name: CollectionName): Map<string, unknown> {
  const elements: readonly { readonly id: string }[] = policy[name] ?? [];
  return new Map(elements.map((element) => [element.id, element]));
}
