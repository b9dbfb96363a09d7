/** From an element as written to its record. */
import type { Zone } from '../checks/time/zone.js';
import type {
  Assignment,
  Door,
  Elevator,
  Group,
  Lockdown,
  Place,
  Schedule,
  ScheduleBody,
  Stop,
  Unlock,
  Validity,
} from '../policy/document.js';
import type { RoleModel } from '../policy/role-model.js';
import { parseInstant } from '../values/instant.js';
import {
  type GroupRecord,
  HAS_VALIDITY,
  type LockdownRecord,
  type PlaceRecord,
  type PortalRecord,
  readRestrictions,
  type ScheduleRecord,
  SWITCHED_OFF,
  type ValidityRecord,
} from './records.js';
import { DOOR, GROUP, PLACE, type ScopeCode, scopeCode } from './scope-code.js';

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

/** What a portal record needs besides its own element. */
export interface PortalParts {
  readonly number: number;
  readonly place: number;
  readonly groups: readonly number[];
  readonly lockdowns: readonly LockdownRecord[];
  readonly holdings: readonly number[];
}

/** A door. */
export function makeDoor(document: Door, parts: PortalParts, numbers: Numbers): PortalRecord {
  const tenant = document.tenant;
  return makePortal('door', document, parts, numbers, {
    elevator: undefined,
    readers: document.readers ?? [],
    offline: document.lock === 'offline',
    strictExit: document.strictExit === true,
    tenant: tenant === undefined ? -1 : numbers.user(tenant.user),
    tenantSince: tenant === undefined ? Number.POSITIVE_INFINITY : parseInstant(tenant.since),
  });
}

/** A stop of an elevator, with the elevator's readers. */
export function makeStop(
  document: Stop,
  elevator: Elevator,
  parts: PortalParts,
  numbers: Numbers,
): PortalRecord {
  return makePortal('elevator_stop', document, parts, numbers, {
    elevator,
    readers: elevator.readers ?? [],
    offline: false,
    strictExit: false,
    tenant: -1,
    tenantSince: Number.POSITIVE_INFINITY,
  });
}

function makePortal(
  type: PortalRecord['type'],
  document: Door | Stop,
  parts: PortalParts,
  numbers: Numbers,
  own: Pick<
    PortalRecord,
    'elevator' | 'readers' | 'offline' | 'strictExit' | 'tenant' | 'tenantSince'
  >,
): PortalRecord {
  const restrictions = readRestrictions(document.restrictions, numbers.schedule);
  const unlocks = (document.unlock ?? []).map((unlock: Unlock) => ({
    schedule: numbers.schedule(unlock.schedule),
    arrival: unlock.firstToArrive === undefined ? -1 : numbers.schedule(unlock.firstToArrive),
  }));
  return {
    type,
    number: parts.number,
    id: document.id,
    document,
    elevator: own.elevator,
    place: parts.place,
    groups: parts.groups,
    containers: containersOfPortal(type, parts),
    readers: own.readers,
    restrictions,
    unlocks,
    lockdowns: parts.lockdowns,
    offline: own.offline,
    strictExit: own.strictExit,
    tenant: own.tenant,
    tenantSince: own.tenantSince,
    holdings: parts.holdings,
    plain:
      restrictions === undefined &&
      unlocks.length === 0 &&
      parts.lockdowns.length === 0 &&
      !own.offline &&
      own.tenant < 0,
    fences: { place: undefined, byDocument: new Map() },
  };
}

function containersOfPortal(type: PortalRecord['type'], parts: PortalParts): readonly ScopeCode[] {
  const codes = [0, scopeCode(PLACE, parts.place)];
  for (const group of parts.groups) codes.push(scopeCode(GROUP, group));
  if (type === 'door') codes.push(scopeCode(DOOR, parts.number));
  return codes.sort((a, b) => a - b);
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
