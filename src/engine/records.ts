/**
 * What a snapshot keeps of each element: the element as written, and what deciding needs of it in a
 * form that is cheap to read. Records refer to each other by number, so that replacing one leaves the
 * others as they are.
 */
import type { Fence } from '../checks/place/geofence.js';
import type { CompiledSchedule } from '../checks/time/schedule.js';
import type { Zone } from '../checks/time/zone.js';
import type {
  Calendar,
  Door,
  Elevator,
  Geofence,
  Group,
  Link,
  Lockdown,
  Place,
  Reader,
  Restrictions,
  ScheduleBody,
  Stop,
  Team,
  User,
} from '../policy/document.js';
import { MINUTE_MS } from '../values/instant.js';
import type { ScopeCode } from './scope-code.js';

/** A lockdown with its instants read. */
export interface LockdownRecord {
  readonly document: Lockdown;
  readonly scope: ScopeCode;
  /** Epoch milliseconds; -Infinity and Infinity where the document says nothing. */
  readonly since: number;
  readonly until: number;
  /** Role indexes that pass, by the role's own id. */
  readonly exempt: ReadonlySet<number>;
}

/** What is asked of who is inside and who comes along. Apart, because few doors ask. */
export interface PresenceRecord {
  /** Most people inside, `true` for the capacity of the place, undefined for no limit. */
  readonly occupancyLimit: number | true | undefined;
  /** Hard anti-passback: after how many milliseconds inside one may come in again, Infinity for never; -1 for none. */
  readonly passbackResetMs: number;
  readonly twoPerson: boolean;
}

/** Restrictions that restrict something; `schedule` is a number in the schedules table, -1 for none. */
export interface RestrictionRecord {
  readonly geofence: Geofence | undefined;
  readonly reader: boolean;
  readonly schedule: number;
  readonly primaryDevice: boolean;
  readonly secondFactor: boolean;
  readonly appAccess: boolean;
  readonly presence: PresenceRecord | undefined;
}

/** A place; the lists name what lies in it. */
export interface PlaceRecord {
  readonly number: number;
  readonly document: Place;
  readonly zone: Zone | undefined;
  readonly restrictions: RestrictionRecord | undefined;
  readonly lockdowns: readonly LockdownRecord[];
  /** Numbers of doors, stops and assignments held at the place. */
  readonly doors: readonly number[];
  readonly stops: readonly number[];
  readonly holdings: readonly number[];
  /** Nothing about the place itself can refuse. */
  readonly plain: boolean;
}

/** An unlock schedule by number; `arrival` is -1 without a first-to-arrive schedule. */
export interface UnlockRecord {
  readonly schedule: number;
  readonly arrival: number;
}

/** A door or an elevator stop: what a body passes. */
export interface PortalRecord {
  readonly type: 'door' | 'elevator_stop';
  readonly number: number;
  readonly id: string;
  readonly document: Door | Stop;
  /** The elevator of a stop. */
  readonly elevator: Elevator | undefined;
  readonly place: number;
  /** Groups that hold it, sorted. */
  readonly groups: readonly number[];
  /** Every scope that contains it, sorted. */
  readonly containers: readonly ScopeCode[];
  readonly readers: readonly Reader[];
  readonly restrictions: RestrictionRecord | undefined;
  readonly unlocks: readonly UnlockRecord[];
  readonly lockdowns: readonly LockdownRecord[];
  readonly offline: boolean;
  readonly strictExit: boolean;
  /** The tenant's user number, -1 for none, and the instant of the hand-over. */
  readonly tenant: number;
  readonly tenantSince: number;
  /** Numbers of assignments held at this door. */
  readonly holdings: readonly number[];
  /** Nothing about the door itself can refuse or unlock. */
  readonly plain: boolean;
  /** Compiled fences, by the fence as written, for the place record they were compiled with. */
  readonly fences: FenceMemo;
}

/** A memo: the same answer as compiling anew. */
export interface FenceMemo {
  place: PlaceRecord | undefined;
  readonly byDocument: Map<Geofence, Fence | undefined>;
}

/** A group of doors and stops. */
export interface GroupRecord {
  readonly number: number;
  readonly document: Group;
  /** -1 unless it is a place group. */
  readonly place: number;
  readonly doors: readonly number[];
  readonly stops: readonly number[];
  readonly enabled: boolean;
  readonly restrictions: RestrictionRecord | undefined;
  readonly holdings: readonly number[];
  readonly plain: boolean;
}

/**
 * Assignments of one holder, three numbers each, sorted by the first: scope code, role index * 4 +
 * flags, assignment number.
 */
export type Holdings = readonly number[];
export const HOLDING_WIDTH = 3;
/** Flag: the assignment has a validity. */
export const HAS_VALIDITY = 1;
/** Flag: the assignment is switched off. */
export const SWITCHED_OFF = 2;

/** A user, link or team: whoever may hold assignments. */
export interface HolderRecord {
  readonly kind: 'user' | 'link' | 'team';
  readonly number: number;
  readonly id: string;
  readonly document: User | Link | Team;
  readonly active: boolean;
  readonly primaryDevice: string | undefined;
  readonly holdings: Holdings;
  /** Teams that name this holder directly. */
  readonly teams: readonly number[];
  /** Of a user: numbers of credentials. */
  readonly credentials: readonly number[];
}

/** An assignment's validity with its instants read; `schedule` is its own when written inline. */
export interface ValidityRecord {
  readonly from: number;
  readonly until: number;
  /** Number of a schedule of the document, -1 for none. */
  readonly schedule: number;
  readonly inline: ScheduleRecord | undefined;
}

/** A schedule, compiled when first asked about and kept per time zone. */
export interface ScheduleRecord {
  readonly document: ScheduleBody;
  /** Number of its calendar, -1 for none. */
  readonly calendar: number;
  readonly enabled: boolean;
  readonly memo: ScheduleMemo;
}

/** A memo: the same answer as compiling anew with this calendar. The last zone is apart, since most sites have one. */
export interface ScheduleMemo {
  calendar: Calendar | undefined;
  zone: Zone | undefined;
  compiled: CompiledSchedule | undefined;
  readonly byZone: Map<Zone, CompiledSchedule>;
}

/** What of restrictions restricts, or undefined if nothing does. */
export function readRestrictions(
  document: Restrictions | undefined,
  scheduleNumber: (id: string) => number,
): RestrictionRecord | undefined {
  if (document === undefined) return undefined;
  const record: RestrictionRecord = {
    geofence: document.geofence,
    reader: document.reader === true,
    schedule: document.schedule === undefined ? -1 : scheduleNumber(document.schedule),
    primaryDevice: document.primaryDevice === true,
    secondFactor: document.secondFactor === true,
    appAccess: document.appAccess === false,
    presence: readPresence(document),
  };
  const restricts =
    record.geofence !== undefined ||
    record.reader ||
    record.schedule >= 0 ||
    record.primaryDevice ||
    record.secondFactor ||
    record.appAccess ||
    record.presence !== undefined;
  return restricts ? record : undefined;
}

/** Soft anti-passback refuses nobody: it is for whoever keeps count. */
function readPresence(document: Restrictions): PresenceRecord | undefined {
  const { occupancyLimit, antiPassback, twoPerson = false } = document;
  const { resetMinutes } = antiPassback ?? {};
  const resetMs = resetMinutes === undefined ? Number.POSITIVE_INFINITY : resetMinutes * MINUTE_MS;
  const passbackResetMs = antiPassback?.mode === 'hard' ? resetMs : -1;
  if (occupancyLimit === undefined && passbackResetMs < 0 && !twoPerson) return undefined;
  return { occupancyLimit, passbackResetMs, twoPerson };
}
