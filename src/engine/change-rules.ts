/** Whether a change leaves a valid policy, found from what it touches alone. */
import type { Changes } from '../policy/changes.js';
import {
  COLLECTION_MAX,
  type CollectionName,
  type ElementOf,
  type Elevator,
  type Place,
  type Schedule,
} from '../policy/document.js';
import type { Issue } from '../policy/issue.js';
import { quote } from '../policy/pointer.js';
import type { Role } from '../policy/role-model.js';
import { checkElement } from '../policy/rules.js';
import type { PolicyView } from '../policy/view.js';
import type { StillUsed } from './drafts.js';
import { HOLDING_WIDTH, type HolderRecord, type Holdings } from './records.js';
import type { Snapshot } from './snapshot.js';
import { at, find } from './table.js';
import { asWritten } from './written.js';

type Report = (issue: Issue) => void;

/** An element as written. */
export function elementOf<K extends CollectionName>(
  s: Snapshot,
  collection: K,
  id: string,
): ElementOf<K> | undefined {
  const found = find<unknown>(s.tables[collection], id);
  return found === undefined ? undefined : asWritten(collection, found);
}

/** The policy as it would be: the change laid over the snapshot. */
export function changedView(
  s: Snapshot,
  changes: Changes,
  isTimeZone: (name: string) => boolean,
): PolicyView {
  const put = new Map<CollectionName, Map<string, unknown>>();
  for (const [collection, elements] of Object.entries(changes.put ?? {})) {
    const byId = new Map<string, unknown>();
    for (const element of elements) byId.set(element.id, element);
    put.set(collection as CollectionName, byId);
  }
  const removed = new Map<CollectionName, ReadonlySet<string>>();
  for (const [collection, ids] of Object.entries(changes.remove ?? {})) {
    removed.set(collection as CollectionName, new Set(ids));
  }
  const view: PolicyView = {
    organization: s.organization,
    model: s.model,
    isTimeZone,
    allowDeprecatedRoles: s.allowDeprecatedRoles,
    find: <K extends CollectionName>(collection: K, id: string) => {
      const element = put.get(collection)?.get(id) as ElementOf<K> | undefined;
      if (element !== undefined) return element;
      return removed.get(collection)?.has(id) ? undefined : elementOf(s, collection, id);
    },
    stop: (id) => {
      for (const elevator of (put.get('elevators')?.values() ?? []) as Iterable<Elevator>) {
        const stop = elevator.stops.find((own) => own.id === id);
        if (stop !== undefined) return { stop, elevator };
      }
      const before = find(s.tables.stops, id)?.elevator;
      const elevator = before && view.find('elevators', before.id);
      const stop = elevator?.stops.find((own) => own.id === id);
      return elevator && stop && { stop, elevator };
    },
  };
  return view;
}

/**
 * Whether a change reaches so far that the whole changed policy is to be read anew: the organisation and
 * its role model, or something that many elements rest on without naming it (a zone, location or capacity taken
 * from a place, a circle round one without a location, a zone taken from a schedule, a floor, door,
 * elevator, stop or group moved to another place).
 */
export function reachesFar(s: Snapshot, changes: Changes): boolean {
  if (changes.organization !== undefined) return true;
  const put = changes.put ?? {};
  const lost = <T>(before: T | undefined, after: T | undefined) =>
    before !== undefined && after === undefined;
  const moved = (collection: 'floors' | 'doors' | 'elevators' | 'groups') =>
    (put[collection] ?? []).some((element) => {
      const before = elementOf(s, collection, element.id);
      return before !== undefined && before.place !== element.place;
    });
  return (
    moved('floors') ||
    moved('doors') ||
    moved('elevators') ||
    moved('groups') ||
    (put.places ?? []).some((place: Place) => {
      const before = elementOf(s, 'places', place.id);
      const fence = place.restrictions?.geofence;
      const circle = fence !== undefined && fence.polygon === undefined;
      return (
        lost(before?.timeZone, place.timeZone) ||
        lost(before?.location, place.location) ||
        lost(before?.capacity, place.capacity) ||
        (before !== undefined && circle && place.location === undefined)
      );
    }) ||
    (put.elevators ?? []).some((elevator) =>
      elevator.stops.some(({ id }) => {
        const before = find(s.tables.stops, id)?.elevator;
        return before !== undefined && before.id !== elevator.id;
      }),
    ) ||
    (put.doors ?? []).some((door) => {
      return lost(elementOf(s, 'doors', door.id)?.location, door.location);
    }) ||
    (put.schedules ?? []).some((schedule: Schedule) => {
      return lost(elementOf(s, 'schedules', schedule.id)?.timeZone, schedule.timeZone);
    })
  );
}

/** Reports what is wrong with the elements a change puts. */
export function checkPut(view: PolicyView, changes: Changes, report: Report): void {
  for (const [name, elements] of Object.entries(changes.put ?? {})) {
    const collection = name as CollectionName;
    elements.forEach((element, index) => {
      const pointer = `/put/${collection}/${index}`;
      checkElement(view, collection, element as ElementOf<typeof collection>, pointer, report);
    });
  }
}

/** Reports ids that must be unique over several elements: stops and readers. */
export function checkShared(s: Snapshot, changes: Changes, report: Report): void {
  const removedDoors = new Set(changes.remove?.doors);
  const removedElevators = new Set(changes.remove?.elevators);
  const putDoors = new Set(changes.put?.doors?.map(({ id }) => id));
  const putElevators = new Set(changes.put?.elevators?.map(({ id }) => id));
  const staying = (owner: string) => {
    const [kind, id = ''] = owner.split(' ');
    const [gone, put] =
      kind === 'door' ? [removedDoors, putDoors] : [removedElevators, putElevators];
    return !gone.has(id) && !put.has(id);
  };
  const seen = new Set<string>();
  const claim = (id: string, owner: string | undefined, pointer: string): void => {
    if (seen.has(id) || (owner !== undefined && staying(owner))) {
      report({ pointer, code: 'duplicate', message: `id used twice ${quote(id)}` });
    }
    seen.add(id);
  };
  for (const collection of ['doors', 'elevators'] as const) {
    (changes.put?.[collection] ?? []).forEach((element, index) => {
      element.readers?.forEach((reader, at) => {
        const pointer = `/put/${collection}/${index}/readers/${at}/id`;
        claim(reader.id, find(s.tables.readers, reader.id), pointer);
      });
    });
  }
  seen.clear();
  (changes.put?.elevators ?? []).forEach((elevator, index) => {
    elevator.stops.forEach((stop, at) => {
      const before = find(s.tables.stops, stop.id)?.elevator;
      const pointer = `/put/elevators/${index}/stops/${at}/id`;
      claim(stop.id, before && `elevator ${before.id}`, pointer);
    });
  });
}

/** Reports collections that a change makes larger than a document may hold. */
export function checkSizes(next: Snapshot, changes: Changes, report: Report): void {
  for (const name of Object.keys(changes.put ?? {})) {
    const collection = name as CollectionName;
    const { size } = next.tables[collection];
    const most = COLLECTION_MAX[collection];
    if (size <= most) continue;
    const message = `more than ${most} elements ${quote(size)}`;
    report({ pointer: `/put/${collection}`, code: 'too_large', message });
  }
}

/** Reports removals of what is still in use. */
export function reportStillUsed(
  changes: Changes,
  used: readonly StillUsed[],
  report: Report,
): void {
  const pointers = new Map<string, string>();
  for (const [collection, ids] of Object.entries(changes.remove ?? {})) {
    for (const [index, id] of ids.entries()) {
      pointers.set(`${collection} ${id}`, `/remove/${collection}/${index}`);
    }
  }
  for (const key of new Set(used.map(({ collection, id }) => `${collection} ${id}`))) {
    const pointer = pointers.get(key) ?? '/put/elevators';
    const id = key.slice(key.indexOf(' ') + 1);
    report({ pointer, code: 'reference', message: `still in use by another element ${quote(id)}` });
  }
}

/** Reports a second holder of a unique role, and a second role of one subject at one scope (A4). */
export function checkHeldOnce(next: Snapshot, changes: Changes, report: Report): void {
  const twins = new Set<number>();
  const seen = new Set<HolderRecord>();
  (changes.put?.assignments ?? []).forEach((assignment, index) => {
    const { subject } = assignment;
    const role = next.model.byId.get(assignment.role);
    const pointer = `/put/assignments/${index}`;
    if (role?.unique && holdersOf(next, role).size > 1) {
      const message = `a second holder of the unique role ${quote(role.id)}`;
      report({ pointer: `${pointer}/role`, code: 'role_unique', message });
    }
    if (!next.model.onePerScope || subject.type === 'team') return;
    const holder = find(next.tables[`${subject.type}s`], subject.id);
    if (holder !== undefined && !seen.has(holder)) addTwins(twins, holder.holdings);
    if (holder !== undefined) seen.add(holder);
    if (!twins.has(next.tables.assignments.numbering.get(assignment.id) ?? -1)) return;
    const message = `a second role at ${assignment.scope.type} ${quote(assignment.scope.id)}`;
    report({ pointer, code: 'one_per_scope', message });
  });
}

/** Everybody who holds a unique role. */
function holdersOf(s: Snapshot, role: Role): Set<string> {
  const holders = new Set<string>();
  for (const number of s.uniqueHoldings.get(role.index) ?? []) {
    const held = at(s.tables.assignments, number)?.subject;
    if (held !== undefined) holders.add(`${held.type} ${held.id}`);
  }
  return holders;
}

/** Adds the assignments that share their scope with another of the same holder: neighbours, as the list is sorted. */
function addTwins(twins: Set<number>, holdings: Holdings): void {
  for (let entry = HOLDING_WIDTH; entry < holdings.length; entry += HOLDING_WIDTH) {
    if (holdings[entry] !== holdings[entry - HOLDING_WIDTH]) continue;
    twins.add(holdings[entry + 2] as number);
    twins.add(holdings[entry + 2 - HOLDING_WIDTH] as number);
  }
}
