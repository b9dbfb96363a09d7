/** The schedules that a Cedar export asks about, each on the clock of one zone, and which of them are open. */
import type { ScheduleRecord } from '../../engine/records.js';
import { compiledFor, type Snapshot } from '../../engine/snapshot.js';
import { at, find, numberOf } from '../../engine/table.js';
import type { Assignment, Policy } from '../../policy/document.js';
import { quoted } from './literals.js';

/** Schedules by the name under which `context.open` lists them, filled while policies are written. */
export type HourBook = Map<string, { readonly record: ScheduleRecord; readonly zone: string }>;

/** A schedule as a policy refers to it, and its name in `context.open`. */
export interface NamedHours {
  readonly name: string;
  readonly record: ScheduleRecord;
}

/** What a policy is written from. */
export interface Source {
  readonly s: Snapshot;
  readonly policy: Policy;
  readonly hours: HourBook;
  /** The zones of the doors within a scope, found when first asked. */
  readonly zones: Map<string, readonly string[]>;
}

/** A schedule of the document. */
export function hoursNamed({ s }: Source, id: string): NamedHours | undefined {
  const record = find(s.tables.schedules, id);
  return record && { name: `schedule ${id}`, record };
}

/** The schedule in the validity of an assignment; a disabled one limits nothing (R28). */
export function hoursOfRight(source: Source, assignment: Assignment): NamedHours | undefined {
  const named = assignment.validity?.schedule;
  if (typeof named === 'string') return hoursNamed(source, named);
  const number = numberOf(source.s.tables.assignments, assignment.id);
  const record = at(source.s.tables.validities, number)?.inline;
  return record && { name: `right ${assignment.id}`, record };
}

/**
 * The name under which `context.open` lists a schedule, on its own clock, else on that of a zone; undefined without a
 * clock, by which no schedule is ever open.
 */
export function openKey(
  { hours }: Source,
  { name, record }: NamedHours,
  fallback: string | undefined,
): string | undefined {
  const zone = record.document.timeZone ?? fallback;
  if (zone === undefined) return undefined;
  const key = `${name} in ${zone}`;
  hours.set(key, { record, zone });
  return key;
}

/**
 * The condition that a schedule is open. One without a zone of its own follows the clock at the door.
 * @param zones - of the doors it may be asked about, or the one zone in which it is read.
 * @param isFixed - one zone is meant whatever the resource.
 */
export function openCondition(
  source: Source,
  named: NamedHours,
  zones: readonly string[],
  isFixed: boolean,
): string {
  const contains = (zone: string | undefined): string => {
    const key = openKey(source, named, zone);
    return key === undefined ? 'false' : `context.open.contains(${quoted(key)})`;
  };
  const hasOwn = named.record.document.timeZone !== undefined;
  if (hasOwn || isFixed || zones.length <= 1) return contains(zones[0]);
  const each = zones.map((zone) => `(resource.zone == ${quoted(zone)} && ${contains(zone)})`);
  return `(${each.join(' || ')})`;
}

/** The names of the schedules that are open at an instant, sorted. */
export function openAt(s: Snapshot, hours: HourBook, time: number): string[] {
  const open: string[] = [];
  for (const [key, { record, zone }] of hours) {
    if (compiledFor(s, record, s.zones.get(zone))?.isOpen(time) ?? false) open.push(key);
  }
  return open.sort();
}

/** The zones of the doors and stops that a scope contains, each once. */
export function zonesWithin(source: Source, scope: Assignment['scope']): readonly string[] {
  const key = `${scope.type} ${scope.id}`;
  let zones = source.zones.get(key);
  if (zones === undefined) {
    const all = [...placesWithin(source, scope)].map((place) => zoneOfPlace(source, place));
    zones = [...new Set(all.filter((zone) => zone !== undefined))].sort();
    source.zones.set(key, zones);
  }
  return zones;
}

/** The zone of a place, else of the organisation. */
export function zoneOfPlace({ s, policy }: Source, place: string | undefined): string | undefined {
  const own = place === undefined ? undefined : find(s.tables.places, place)?.document.timeZone;
  return own ?? policy.organization.timeZone;
}

/** The place a door stands in. */
export function placeOfDoor(s: Snapshot, id: string): string | undefined {
  return at(s.tables.places, find(s.tables.doors, id)?.place ?? -1)?.document.id;
}

/** The places in which a scope has a door or stop, or may. */
function* placesWithin({ s, policy }: Source, scope: Assignment['scope']): Generator<string> {
  switch (scope.type) {
    case 'organization':
      for (const { id } of policy.places ?? []) yield id;
      return;
    case 'place':
      yield scope.id;
      return;
    case 'door':
      yield placeOfDoor(s, scope.id) ?? '';
      return;
    case 'group': {
      const group = find(s.tables.groups, scope.id)?.document;
      for (const id of group?.doors ?? []) yield placeOfDoor(s, id) ?? '';
      for (const id of group?.stops ?? []) yield find(s.tables.stops, id)?.elevator?.place ?? '';
      return;
    }
    default: {
      const never: never = scope.type;
      yield never;
    }
  }
}
