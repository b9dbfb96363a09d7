/** From an element as written to its record. */
import type { Zone } from '../checks/time/zone.js';
import type {
  Assignment,
  Group,
  Lockdown,
  Place,
  Schedule,
  ScheduleBody,
  Validity,
} from '../policy/document.js';
import type { RoleModel } from '../policy/role-model.js';
import { parseInstant } from '../values/instant.js';
import {
  type GroupRecord,
  HAS_VALIDITY,
  type LockdownRecord,
  type PlaceRecord,
  readRestrictions,
  type ScheduleRecord,
  SWITCHED_OFF,
  type ValidityRecord,
} from './records.js';
import type { ScopeCode } from './scope-code.js';

/** Numbers of the ids a record names. */
export interface Numbers {
  schedule(id: string): number;
  calendar(id: string): number;
  user(id: string): number;
}

/** A place with the lists of what lies in it. */
export function makePlace(
  number: number,
  document: Place,
  zone: Zone | undefined,
  lists: Pick<PlaceRecord, 'doors' | 'stops' | 'holdings' | 'lockdowns'>,
  numbers: Numbers,
): PlaceRecord {
  const restrictions = readRestrictions(document.restrictions, numbers.schedule);
  return {
    number,
    document,
    zone,
    restrictions,
    lockdowns: lists.lockdowns,
    doors: lists.doors,
    stops: lists.stops,
    holdings: lists.holdings,
    plain: restrictions === undefined && lists.lockdowns.length === 0,
  };
}

/** A group. */
export function makeGroup(
  number: number,
  document: Group,
  place: number,
  members: Pick<GroupRecord, 'doors' | 'stops' | 'holdings'>,
  numbers: Numbers,
): GroupRecord {
  const restrictions = readRestrictions(document.restrictions, numbers.schedule);
  const enabled = document.enabled !== false;
  return {
    number,
    document,
    place,
    doors: members.doors,
    stops: members.stops,
    enabled,
    restrictions,
    holdings: members.holdings,
    plain: enabled && restrictions === undefined,
  };
}

/** A lockdown at a scope. */
export function makeLockdown(
  document: Lockdown,
  scope: ScopeCode,
  model: RoleModel,
): LockdownRecord {
  const exempt = new Set<number>();
  for (const id of document.exempt ?? []) {
    const role = model.byId.get(id);
    if (role !== undefined) exempt.add(role.index);
  }
  return {
    document,
    scope,
    since: instantOr(document.since, Number.NEGATIVE_INFINITY),
    until: instantOr(document.until, Number.POSITIVE_INFINITY),
    exempt,
  };
}

/** A schedule; compiled when first asked about. */
export function makeSchedule(document: Schedule | ScheduleBody, numbers: Numbers): ScheduleRecord {
  return {
    document,
    calendar: document.calendar === undefined ? -1 : numbers.calendar(document.calendar),
    enabled: document.enabled !== false,
    memo: { calendar: undefined, zone: undefined, compiled: undefined, byZone: new Map() },
  };
}

/** A validity, or undefined when it demands nothing. */
export function makeValidity(
  validity: Validity | undefined,
  numbers: Numbers,
): ValidityRecord | undefined {
  if (validity === undefined) return undefined;
  const { schedule } = validity;
  const inline = typeof schedule === 'object' ? schedule : undefined;
  return {
    from: instantOr(validity.from, Number.NEGATIVE_INFINITY),
    until: instantOr(validity.until, Number.POSITIVE_INFINITY),
    schedule: typeof schedule === 'string' ? numbers.schedule(schedule) : -1,
    inline: inline && makeSchedule(inline, numbers),
  };
}

/** Flags of a holding. */
export function flagsOf(assignment: Assignment): number {
  return (
    (assignment.validity === undefined ? 0 : HAS_VALIDITY) |
    (assignment.enabled === false ? SWITCHED_OFF : 0)
  );
}

function instantOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : parseInstant(text);
}
