/**
 * One door or stop, and what matters at it beside the person: who could vouch, when somebody may have been let in before,
 * and when anything changes. Shared by everybody who is asked about there.
 */
import { dayStart } from '../../checks/time/day-start.js';
import { asksForTwo, vouches } from '../../engine/companions.js';
import { encounter } from '../../engine/encounter.js';
import { compareText } from '../../engine/findings.js';
import { candidatesOf } from '../../engine/holding.js';
import { usersWithin } from '../../engine/lists.js';
import type { PortalRecord, UnlockRecord } from '../../engine/records.js';
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import { compiledFor, type Snapshot, zoneAt, zoneOf } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import { nextInstant } from '../../engine/valid-until.js';
import { DAY_MS } from '../../values/instant.js';
import { type Standpoint, standpoints } from './standpoints.js';

/** Days that a clock put back may show again; arrivals are looked for that much earlier. */
const REWIND_MS = 2 * DAY_MS;

/** Spans of an arrival schedule looked through for an arrival: the first is enough, but where a clock was put back. */
const ARRIVAL_SPANS_MAX = 64;

/** Instants of which what was found is remembered: a year of quarter hours. */
const REMEMBERED_MAX = 65_536;

/** A subject no policy holds: ids have a character at least. */
export const STRANGER: Entity = { type: 'user', id: '' };

/** A door or stop that exists. */
export class Doorway {
  readonly s: Snapshot;
  readonly portal: PortalRecord;
  readonly roles: Uint8Array;
  readonly standpoints: readonly Standpoint[];
  readonly forTwo: boolean;
  readonly #vouchers = new Map<string, readonly string[]>();
  readonly #moments = new Map<number, number>();
  #possible: readonly string[] | undefined;
  #arrivals: { readonly time: number; readonly instants: readonly number[] } | undefined;

  /** @param roles - role index → 1 if the role opens it. */
  constructor(s: Snapshot, portal: PortalRecord, roles: Uint8Array) {
    this.s = s;
    this.portal = portal;
    this.roles = roles;
    this.standpoints = standpoints(s, portal);
    this.forTwo = asksForTwo(s, portal);
  }

  /** What asks to open it. */
  request(subject: Entity, facts: Facts): AccessRequest {
    const { type, id } = this.portal;
    const name = type === 'door' ? 'unlock' : 'get_access';
    return { subject, action: { name }, resource: { type, id }, context: facts };
  }

  /** Somebody else who would vouch for a subject at a time, with the facts of the opening. */
  voucher(subject: Entity, facts: Partial<Facts>, time: number): string | undefined {
    const { method, reader, occupancy } = facts;
    const key = JSON.stringify([time, method, reader, occupancy]);
    let ids = this.#vouchers.get(key);
    if (ids === undefined) {
      if (this.#vouchers.size > REMEMBERED_MAX) this.#vouchers.clear();
      ids = this.#twoVouchers({ ...facts, time }, time);
      this.#vouchers.set(key, ids);
    }
    return ids.find((id) => subject.type !== 'user' || id !== subject.id);
  }

  /** Arrivals that hold an unlock of this door open at a time, if any can; epoch milliseconds. */
  arrivals(time: number): readonly number[] {
    if (this.#arrivals?.time !== time) {
      const { unlocks } = this.portal;
      const instants = unlocks.flatMap((unlock) => this.#arrivalFor(unlock, time) ?? []);
      this.#arrivals = { time, instants };
    }
    return this.#arrivals.instants;
  }

  /** The next instant at which anything about a request may change, whoever comes along or arrived; null for none. */
  next(request: AccessRequest, time: number): number | null {
    const own = nextInstant(this.s, request, time) ?? Number.POSITIVE_INFINITY;
    let shared = this.#moments.get(time);
    if (shared === undefined) {
      if (this.#moments.size > REMEMBERED_MAX) this.#moments.clear();
      shared = this.#nextOfOthers(time);
      this.#moments.set(time, shared);
    }
    const next = Math.min(own, shared);
    return next === Number.POSITIVE_INFINITY ? null : next;
  }

  /** Two, so that there is one beside the subject; by id. */
  #twoVouchers(facts: Facts, time: number): string[] {
    const e = encounter(this.s, this.portal, { subject: STRANGER, context: facts }, time);
    const found: string[] = [];
    for (const id of this.#possibleVouchers()) {
      if (vouches(this.s, e, this.roles, id)) found.push(id);
      if (found.length === 2) break;
    }
    return found;
  }

  #possibleVouchers(): readonly string[] {
    if (this.#possible !== undefined) return this.#possible;
    const ids: string[] = [];
    for (const number of usersWithin(this.s, this.portal)) {
      const user = at(this.s.tables.users, number);
      if (user === undefined || !user.active) continue;
      const held = candidatesOf(this.s, user, this.roles, this.portal.containers);
      if (held.length > 0) ids.push(user.id);
    }
    this.#possible = ids.sort(compareText);
    return this.#possible;
  }

  /** An instant at or before `time` at which somebody can have been let in first, so that the unlock holds. */
  #arrivalFor({ schedule, arrival }: UnlockRecord, time: number): number | undefined {
    const { s, portal } = this;
    const unlocking = at(s.tables.schedules, schedule);
    const arriving = arrival < 0 ? undefined : at(s.tables.schedules, arrival);
    if (unlocking?.enabled !== true || arriving?.enabled !== true) return undefined;
    const atDoor = zoneAt(s, portal.place);
    const zone = zoneOf(s, unlocking, atDoor);
    const began = compiledFor(s, unlocking, atDoor)?.openedOn(time);
    const open = compiledFor(s, arriving, atDoor);
    if (zone === undefined || began === undefined || open === undefined) return undefined;
    const isCounted = (instant: number): boolean =>
      instant <= time && Math.floor((instant + zone.offsetAt(instant)) / DAY_MS) >= began;
    if (open.isOpen(time) && isCounted(time)) return time;
    const first = began === Number.NEGATIVE_INFINITY ? s.zones.from : dayStart(zone, began);
    let left = ARRIVAL_SPANS_MAX;
    for (const span of open.openSpans(Math.max(s.zones.from, first - REWIND_MS), time + 1)) {
      const tried = [
        span.from,
        Math.max(span.from, Math.min(first, span.until - 1)),
        span.until - 1,
      ];
      const counted = tried.find(isCounted);
      if (counted !== undefined) return counted;
      if (left-- === 0) break;
    }
    return undefined;
  }

  /** The next change of what others do: hours of first arrivals, and of everybody who may come along. */
  #nextOfOthers(time: number): number {
    const { s, portal } = this;
    const zone = zoneAt(s, portal.place);
    let next = Number.POSITIVE_INFINITY;
    const consider = (instant: number | null | undefined): void => {
      if (instant !== null && instant !== undefined && instant > time)
        next = Math.min(next, instant);
    };
    for (const { schedule, arrival } of portal.unlocks) {
      if (arrival < 0) continue;
      for (const number of [schedule, arrival]) {
        const record = at(s.tables.schedules, number);
        if (record === undefined) continue;
        consider(compiledFor(s, record, zone)?.nextChange(time));
        consider(zoneOf(s, record, zone)?.segmentAt(time).until);
      }
    }
    if (!this.forTwo) return next;
    for (const id of this.#possibleVouchers()) {
      consider(nextInstant(s, this.request({ type: 'user', id }, { time }), time));
    }
    return next;
  }
}
