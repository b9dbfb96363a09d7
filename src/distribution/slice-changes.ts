/**
 * What a change of the whole is in a slice of it. Changes of people, of their rights and credentials, and of lockdowns are found
 * from what they touch; for whatever else, which is rare, the two slices are made and compared.
 */
import { sameValue } from '../admin/same-value.js';
import { findElement } from '../engine/elements.js';
import type { Engine } from '../engine/engine.js';
import type { Changes } from '../policy/changes.js';
import {
  type Assignment,
  COLLECTIONS,
  type CollectionName,
  type Policy,
} from '../policy/document.js';
import { slice } from './slice.js';
import { mayBeStandIn } from './slice-elements.js';
import { type Shown, type SliceView, viewOfSlice } from './slice-view.js';

/** Collections of which a change may be found in a slice without making the slice. */
const FREQUENT: ReadonlySet<string> = new Set([
  'users',
  'links',
  'credentials',
  'assignments',
  'lockdowns',
] satisfies Shown[]);

/** Ids of elements that may look otherwise in the slice than before, by collection. */
type Touched = { readonly [K in Shown]: Set<string> };

/**
 * The change that leads from the slice of `before` to that of `after`, with the revision of `after`: applied to the one it gives the
 * other, but for the order of elements. It may hold nothing but the revision.
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
  if (!isFrequent(before, changes)) {
    return { revision, ...difference(slice(before.policy, doors), slice(after.policy, doors)) };
  }
  const [old, next] = [viewOfSlice(before, doors), viewOfSlice(after, doors)];
  const touched = touchedBy([before, after], changes);
  addDependents(touched, [old, next]);
  return { revision, ...changesOf(touched, old, next) };
}

/** Whether a change touches people, their own rights and credentials, and lockdowns alone. */
function isFrequent(before: Engine, changes: Changes): boolean {
  const { organization, put, remove } = changes;
  if (organization !== undefined) return false;
  for (const [name, list] of [...Object.entries(put ?? {}), ...Object.entries(remove ?? {})]) {
    if (list.length > 0 && !FREQUENT.has(name)) return false;
  }
  const isTeams = (right: Assignment | undefined) => right?.subject.type === 'team';
  const rights = idsIn(changes, 'assignments');
  return (
    !idsIn(changes, 'users').some(mayBeStandIn) &&
    !(put?.assignments ?? []).some(isTeams) &&
    !rights.some((id) => isTeams(findElement(before, 'assignments', id)))
  );
}

function touchedBy(engines: readonly Engine[], changes: Changes): Touched {
  const rights = idsIn(changes, 'assignments');
  const subjects = rights.flatMap((id) =>
    engines.flatMap((engine) => findElement(engine, 'assignments', id)?.subject ?? []),
  );
  const holders = (type: string) => subjects.flatMap((each) => (each.type === type ? each.id : []));
  return {
    users: new Set([...idsIn(changes, 'users'), ...holders('user')]),
    links: new Set([...idsIn(changes, 'links'), ...holders('link')]),
    credentials: new Set(idsIn(changes, 'credentials')),
    assignments: new Set(rights),
    lockdowns: new Set(idsIn(changes, 'lockdowns')),
    schedules: new Set(),
    calendars: new Set(),
  };
}

/** Adds what changes because somebody comes into the slice or leaves it, and the hours that come and go with rights. */
function addDependents(touched: Touched, views: readonly [SliceView, SliceView]): void {
  const [old, next] = views;
  for (const user of touched.users) {
    if (old.isKept(user) === next.isKept(user)) continue;
    for (const view of views) {
      for (const id of view.credentialsOf(user)) touched.credentials.add(id);
      for (const id of view.grantedBy(user)) touched.assignments.add(id);
    }
  }
  for (const id of touched.assignments) {
    const hours = views.map((view) => view.find('assignments', id)?.validity?.schedule);
    if (sameValue(hours[0], hours[1])) continue;
    for (const each of hours) {
      if (typeof each === 'string') touched.schedules.add(each);
      else if (each?.calendar !== undefined) touched.calendars.add(each.calendar);
    }
  }
  for (const id of touched.schedules) {
    for (const view of views) {
      const calendar = view.find('schedules', id)?.calendar;
      if (calendar !== undefined) touched.calendars.add(calendar);
    }
  }
}

function changesOf(touched: Touched, old: SliceView, next: SliceView): Changes {
  const changes = emptyChanges();
  for (const name of Object.keys(touched) as Shown[]) {
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
