/** When an answer could change: the next instant at which anything it may rest on does. */

import type { Zone } from '../checks/time/zone.js';
import { DAY_MS, INSTANT_END } from '../values/instant.js';
import { asksForTwo, companionIds } from './companions.js';
import { isOpening, judge, portalOf } from './decide.js';
import { type Encounter, encounter, holderOf, placeOf } from './encounter.js';
import { Findings, inOrder, unique } from './findings.js';
import { holdingsOf, includesScope } from './holding.js';
import { placeOfCode } from './manage.js';
import { arrivalInstants } from './opening.js';
import { passbackEnd } from './presence.js';
import type { PortalRecord, ScheduleRecord, UnlockRecord } from './records.js';
import type { AccessRequest } from './request.js';
import { GROUP } from './scope-code.js';
import { compiledFor, type Snapshot, zoneAt, zoneOf } from './snapshot.js';
import { at, find } from './table.js';

/**
 * How many changes that leave the answer as it is are looked past, and how far. Beyond either the last
 * one found is answered: too early is sound. A thousand idle changes are years of a week's schedule, and
 * after 28 years the days of the week fall on the same dates again.
 */
const LOOKS_MAX = 1000;
const AHEAD_MAX = 28 * 366 * DAY_MS;

/**
 * The first instant after `time`, in epoch milliseconds, at which decision, reasons or grants differ
 * with the same facts; null if they never do (within the years 0001 to 9999).
 */
export function validUntil(s: Snapshot, asked: AccessRequest, time: number): number | null {
  const request = withArrivalsRead(asked);
  const now = digest(s, request, time);
  if (now === null) return null;
  let instant: number | null = time;
  for (let look = 0; look < LOOKS_MAX; look++) {
    instant = nextInstant(s, request, instant);
    if (instant !== null && instant >= s.zones.until) return s.zones.until;
    if (instant !== null && instant - time > AHEAD_MAX) return instant;
    if (instant === null || digest(s, request, instant) !== now) return instant;
  }
  return instant;
}

/** The request with its arrivals as numbers: who looks at many instants reads them once. */
export function withArrivalsRead(request: AccessRequest): AccessRequest {
  const { context } = request;
  if (context.arrivals === undefined) return request;
  return { ...request, context: { ...context, arrivals: arrivalInstants(context.arrivals) } };
}

/** Decision, reasons and grants as one text; null for what no instant changes: an unknown action or resource. */
function digest(s: Snapshot, request: AccessRequest, time: number): string | null {
  const findings = new Findings();
  const decision = judge(s, request, time, findings);
  const code = findings.reasons[0]?.code;
  if (code === 'action_unknown' || code === 'resource_unknown') return null;
  return JSON.stringify([decision, inOrder(findings.reasons), unique(findings.grants)]);
}

/** The next instant after `time`, epoch milliseconds, at which anything about the request changes; null for none. */
export function nextInstant(s: Snapshot, request: AccessRequest, time: number): number | null {
  const next = new Earliest(s, time);
  const portal = isOpening(request) ? portalOf(s, request) : undefined;
  if (portal !== undefined) portalInstants(s, request, portal, time, next);
  const holder = holderOf(s, request.subject);
  const holders = holder === undefined ? [] : [holder];
  if (portal !== undefined && portal.tenant >= 0)
    for (const user of granters(s, portal)) holders.push(user);
  if (portal !== undefined && asksForTwo(s, portal))
    for (const user of companionsOf(s, request)) holders.push(user);
  for (const user of holders) {
    for (const holding of holdingsOf(s, user)) {
      // At a door only what is held at a scope around it matters, for lockdowns and tenancies too.
      if (portal !== undefined && !includesScope(portal.containers, holding.scope)) continue;
      const zone = zoneAt(s, portal?.place ?? placeOfCode(s, holding.scope));
      const validity = at(s.tables.validities, holding.assignment);
      if (validity !== undefined) {
        next.at(validity.from);
        next.at(validity.until);
        next.schedule(validity.inline, zone);
        next.scheduleNumber(validity.schedule, zone);
      }
      if (portal === undefined || (holding.scope & 3) !== GROUP) continue;
      const group = at(s.tables.groups, holding.scope >> 2);
      next.scheduleNumber(group?.restrictions?.schedule ?? -1, zone);
    }
  }
  return next.instant === Number.POSITIVE_INFINITY ? null : next.instant;
}

/** Whatever of a door and its place changes by the clock. */
function portalInstants(
  s: Snapshot,
  request: AccessRequest,
  portal: PortalRecord,
  time: number,
  next: Earliest,
): void {
  const e = encounter(s, portal, request, time);
  const place = placeOf(s, portal);
  for (const lockdown of [...portal.lockdowns, ...place.lockdowns, ...s.lockdowns]) {
    next.at(lockdown.since);
    next.at(lockdown.until);
  }
  next.at(portal.tenantSince);
  next.scheduleNumber(portal.restrictions?.schedule ?? -1, e.zone);
  next.scheduleNumber(place.restrictions?.schedule ?? -1, e.zone);
  for (const { restrictions } of [portal, place]) {
    const asked = restrictions?.presence;
    if (asked !== undefined) next.at(passbackEnd(request.context.presence, asked));
  }
  for (const unlock of portal.unlocks) {
    if (unlock.arrival < 0) next.scheduleNumber(unlock.schedule, e.zone);
    else arrivalUnlockInstants(s, unlock, e, next);
  }
}

/**
 * When an unlock that waits for a first arrival may begin or end, with the arrivals there are: at an
 * arrival still to come, while one is recent enough for a span to have begun on its date, and where the wall clock jumps,
 * since the date may differ there. Without arrivals nothing ever changes.
 */
function arrivalUnlockInstants(
  s: Snapshot,
  unlock: UnlockRecord,
  e: Encounter,
  next: Earliest,
): void {
  const arrivals = arrivalInstants(e.facts.arrivals);
  for (const arrival of arrivals) next.at(arrival);
  const past = arrivals.filter((arrival) => arrival <= e.time);
  const schedule = at(s.tables.schedules, unlock.schedule);
  const zone = schedule && zoneOf(s, schedule, e.zone);
  if (past.length === 0 || schedule === undefined || zone === undefined) return;
  const last = past.reduce((latest, arrival) => Math.max(latest, arrival));
  const jump = zone.segmentAt(e.time).until;
  const open = compiledFor(s, schedule, e.zone)?.isOpen(e.time) ?? false;
  if (open || e.time - last < 2 * DAY_MS) next.schedule(schedule, e.zone);
  // No clock was ever put back by more than a day, so a later jump cannot lead back into a span of before.
  if (open || jump - e.time < 2 * DAY_MS) next.at(jump);
}

/** Everybody whose holdings may matter for a tenancy: granters at the door, and theirs in turn. */
function granters(s: Snapshot, portal: PortalRecord) {
  const found = new Set<string>();
  for (const number of portal.holdings) {
    const by = at(s.tables.assignments, number)?.grantedBy;
    if (by !== undefined) found.add(by);
  }
  return [...found].flatMap((id) => find(s.tables.users, id) ?? []);
}

/** Everybody who came along: what they hold may begin or end. */
function companionsOf(s: Snapshot, { context }: AccessRequest) {
  return companionIds(context.companions).flatMap((id) => find(s.tables.users, id) ?? []);
}

/** The earliest of the instants offered that lies after `time`. */
class Earliest {
  readonly #s: Snapshot;
  readonly #time: number;
  instant: number = Number.POSITIVE_INFINITY;

  constructor(s: Snapshot, time: number) {
    this.#s = s;
    this.#time = time;
  }

  at(instant: number): void {
    if (instant > this.#time && instant < this.instant && instant < INSTANT_END) {
      this.instant = instant;
    }
  }

  schedule(record: ScheduleRecord | undefined, zone: Zone | undefined): void {
    if (!record?.enabled) return;
    const change = this.#nextChange(record, zone);
    if (change !== undefined && change !== null) this.at(change);
  }

  #nextChange(record: ScheduleRecord, zone: Zone | undefined): number | null | undefined {
    try {
      return compiledFor(this.#s, record, zone)?.nextChange(this.#time);
    } catch (error) {
      // A table of zones ends where it ends; what is beyond could be anything.
      if (error instanceof RangeError) return this.#s.zones.until;
      throw error;
    }
  }

  scheduleNumber(number: number, zone: Zone | undefined): void {
    if (number >= 0) this.schedule(at(this.#s.tables.schedules, number), zone);
  }
}
