/** A policy in the form that decides: tables of records, shared between versions. */
import { type CompiledSchedule, compileSchedule } from '../checks/time/schedule.js';
import { compileZone, type Zone } from '../checks/time/zone.js';
import type {
  Assignment,
  Calendar,
  Credential,
  Elevator,
  Floor,
  Lockdown,
  Organization,
} from '../policy/document.js';
import type { RoleModel } from '../policy/role-model.js';
import { INSTANT_END, INSTANT_MIN } from '../values/instant.js';
import type { TimeZoneSource } from '../values/time-zone.js';
import type {
  GroupRecord,
  HolderRecord,
  LockdownRecord,
  PlaceRecord,
  PortalRecord,
  ScheduleRecord,
  ValidityRecord,
} from './records.js';
import { at, type Table } from './table.js';

/** The tables of a snapshot. */
export interface Tables {
  readonly places: Table<PlaceRecord>;
  readonly floors: Table<Floor>;
  readonly doors: Table<PortalRecord>;
  readonly elevators: Table<Elevator>;
  readonly stops: Table<PortalRecord>;
  readonly groups: Table<GroupRecord>;
  readonly users: Table<HolderRecord>;
  readonly teams: Table<HolderRecord>;
  readonly links: Table<HolderRecord>;
  readonly credentials: Table<Credential>;
  readonly assignments: Table<Assignment>;
  /** Numbered as assignments: the subject, its number * 4 + kind (0 user, 1 link, 2 team). Lists walk this instead of the documents. */
  readonly holders: Table<number>;
  /** Numbered as assignments; only those that have a validity. */
  readonly validities: Table<ValidityRecord>;
  readonly schedules: Table<ScheduleRecord>;
  readonly calendars: Table<Calendar>;
  readonly lockdowns: Table<Lockdown>;
  /** Reader id → the door or elevator it belongs to. */
  readonly readers: Table<string>;
}

/**
 * How often elements are named by others, numbered as their collection; only names that no list of a
 * record shows (whose place a floor is in, who granted what, which schedule a door uses).
 */
export type ReferenceCounts = {
  readonly [K in 'places' | 'floors' | 'users' | 'schedules' | 'calendars']: Table<number>;
};

/**
 * One block of a table, packed. Integer `i` says where the list of element `i` begins, integer `i + 1`
 * where it ends; `packs.ts` says what a list holds.
 */
export type PackedBlock = Int32Array;

/** Packed blocks by block number: a memo of the tables they are made from, filled when first asked. */
export interface Packs {
  readonly doors: (PackedBlock | undefined)[];
  readonly users: (PackedBlock | undefined)[];
  readonly groups: (PackedBlock | undefined)[];
}

/** What does not change while a policy changes element by element. */
export interface Frame {
  readonly organization: Organization;
  readonly model: RoleModel;
  readonly zones: ZoneBook;
  readonly organizationZone: Zone | undefined;
  readonly permissions: PermissionIndex;
  /** Role index → 1 if the role may open, or undefined if no role of the model may. */
  readonly mayUnlock: Uint8Array | undefined;
  readonly mayGetAccess: Uint8Array | undefined;
  readonly allowDeprecatedRoles: boolean;
}

/** One version of a policy, compiled. */
export interface Snapshot extends Frame {
  readonly revision: number;
  readonly tables: Tables;
  readonly references: ReferenceCounts;
  /** The short way's memo of these tables. */
  readonly packs: Packs;
  /** Lockdowns of the whole organisation. */
  readonly lockdowns: readonly LockdownRecord[];
  /** Numbers of assignments held at the organisation. */
  readonly holdings: readonly number[];
  /** Role index → assignment numbers, for unique roles. */
  readonly uniqueHoldings: ReadonlyMap<number, readonly number[]>;
}

/** Compiled time zones by name; each is compiled once and shared by every version. */
export class ZoneBook {
  readonly source: TimeZoneSource;
  /** The time the source knows about, epoch milliseconds `[from, until)`. */
  readonly from: number;
  readonly until: number;
  readonly #zones = new Map<string, Zone>();

  constructor(source: TimeZoneSource) {
    this.source = source;
    this.from = Math.max(source.span?.from ?? INSTANT_MIN, INSTANT_MIN);
    this.until = Math.min(source.span?.until ?? INSTANT_END, INSTANT_END);
  }

  /** The zone of a name the rules have found to exist. */
  get(name: string): Zone {
    let zone = this.#zones.get(name);
    if (zone === undefined) {
      zone = compileZone(this.source, name);
      this.#zones.set(name, zone);
    }
    return zone;
  }
}

/** Which roles have a permission, by resource type and action. */
export class PermissionIndex {
  readonly #model: RoleModel;
  readonly #closed: ReadonlySet<string> | 'all';
  readonly #byType: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

  /** @param closed - types of resources on which no role has any permission, though their actions are known. */
  constructor(model: RoleModel, closed: ReadonlySet<string> | 'all' = new Set()) {
    this.#model = model;
    this.#closed = closed;
    const byType = new Map<string, Map<string, Uint8Array>>();
    for (const [type, actions] of model.actions) {
      const byAction = new Map<string, Uint8Array>();
      const isClosed = closed === 'all' || closed.has(type);
      for (const action of actions) {
        const flags = new Uint8Array(model.roles.length);
        for (const role of isClosed ? [] : model.roles) {
          if (role.permissions.get(type)?.has(action)) flags[role.index] = 1;
        }
        byAction.set(action, flags);
      }
      byType.set(type, byAction);
    }
    this.#byType = byType;
  }

  /** Role index → 1 if the role has the permission; undefined if no role of the model has it. */
  get(type: string, action: string): Uint8Array | undefined {
    return this.#byType.get(type)?.get(action);
  }

  /** The same, with no permission on more types. */
  without(types: ReadonlySet<string> | 'all'): PermissionIndex {
    if (this.#closed === 'all' || (types !== 'all' && types.size === 0)) return this;
    const closed = types === 'all' ? types : new Set([...this.#closed, ...types]);
    return new PermissionIndex(this.#model, closed);
  }
}

/** The zone a schedule is read in: its own, else the one given. */
export function zoneOf(
  s: Frame,
  record: ScheduleRecord,
  fallback: Zone | undefined,
): Zone | undefined {
  const own = record.document.timeZone;
  return own === undefined ? fallback : s.zones.get(own);
}

/** A schedule compiled for a zone, or undefined where there is no zone: the caller fails closed. */
export function compiledFor(
  s: Snapshot,
  record: ScheduleRecord,
  fallback: Zone | undefined,
): CompiledSchedule | undefined {
  const zone = record.document.timeZone === undefined ? fallback : zoneOf(s, record, fallback);
  if (zone === undefined) return undefined;
  const { memo } = record;
  const calendar = record.calendar < 0 ? undefined : at(s.tables.calendars, record.calendar);
  if (memo.calendar !== calendar) {
    memo.byZone.clear();
    memo.zone = undefined;
    memo.calendar = calendar;
  }
  if (memo.zone === zone) return memo.compiled;
  let compiled = memo.byZone.get(zone);
  if (compiled === undefined) {
    compiled = compileSchedule(record.document, calendar, zone);
    memo.byZone.set(zone, compiled);
  }
  memo.zone = zone;
  memo.compiled = compiled;
  return compiled;
}

/** The zone at a place: its own, else the organisation's. */
export function zoneAt(s: Snapshot, place: number): Zone | undefined {
  return (place < 0 ? undefined : at(s.tables.places, place)?.zone) ?? s.organizationZone;
}
