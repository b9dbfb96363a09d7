/** Opening a door: the clauses D2 to D6 of docs/clauses.md, each its own question. */

import type { Credential } from '../policy/document.js';
import { DAY_MS } from '../values/instant.js';
import { ARRIVALS_MAX } from '../values/limits.js';
import { readInstant } from './ask.js';
import type { Encounter } from './encounter.js';
import type { Findings } from './findings.js';
import { holdsNow } from './holding.js';
import type { LockdownRecord, ScheduleRecord, UnlockRecord } from './records.js';
import { restrictionsHold } from './restrictions.js';
import { compiledFor, type Snapshot, zoneOf } from './snapshot.js';
import { at, find } from './table.js';

/** D2: whether a lockdown in force on the door, its place or the organisation refuses. */
export function lockedDown(s: Snapshot, e: Encounter, findings: Findings | undefined): boolean {
  const own = anyBinds(s, e, e.portal.lockdowns, findings);
  if (own && findings === undefined) return true;
  const ofPlace = anyBinds(s, e, e.place.lockdowns, findings);
  if (ofPlace && findings === undefined) return true;
  return anyBinds(s, e, s.lockdowns, findings) || own || ofPlace;
}

function anyBinds(
  s: Snapshot,
  e: Encounter,
  lockdowns: readonly LockdownRecord[],
  findings: Findings | undefined,
): boolean {
  let bound = false;
  for (const lockdown of lockdowns) {
    if (!binds(s, e, lockdown)) continue;
    bound = true;
    if (findings === undefined) return true;
    findings.add('lockdown', { type: 'lockdown', id: lockdown.document.id });
  }
  return bound;
}

function binds(s: Snapshot, e: Encounter, lockdown: LockdownRecord): boolean {
  if (e.time < lockdown.since || e.time >= lockdown.until) return false;
  if (e.leaving && lockdown.document.blocksExit !== true) return false;
  return lockdown.exempt.size === 0 || !exempted(s, e, lockdown);
}

/** Whether the subject passes a lockdown: active, holding an exempt role at its scope or above (R5). */
function exempted(s: Snapshot, e: Encounter, lockdown: LockdownRecord): boolean {
  const { holder } = e;
  if (holder === undefined || !holder.active) return false;
  return holdsNow(s, e, holder, lockdown.scope, lockdown.exempt);
}

/** D3: whether the door stands unlocked for everybody. A tenanted door never does (D10). */
export function standsUnlocked(s: Snapshot, e: Encounter): boolean {
  const { unlocks, tenant, tenantSince } = e.portal;
  if (unlocks.length === 0 || (tenant >= 0 && e.time >= tenantSince)) return false;
  for (const unlock of unlocks) if (unlockHolds(s, e, unlock)) return true;
  return false;
}

/** Whether one unlock of the door holds it unlocked: its schedule is open, and somebody came first where that is asked. */
export function unlockHolds(s: Snapshot, e: Encounter, unlock: UnlockRecord): boolean {
  const schedule = at(s.tables.schedules, unlock.schedule);
  if (schedule === undefined || !schedule.enabled) return false;
  if (!(compiledFor(s, schedule, e.zone)?.isOpen(e.time) ?? false)) return false;
  return unlock.arrival < 0 || someoneArrived(s, e, schedule, unlock.arrival);
}

/** Whether somebody was let in since the day on which the present unlock span began. */
function someoneArrived(
  s: Snapshot,
  e: Encounter,
  schedule: ScheduleRecord,
  arrivalNumber: number,
): boolean {
  const arrival = at(s.tables.schedules, arrivalNumber);
  if (arrival === undefined || !arrival.enabled) return false;
  const zone = zoneOf(s, schedule, e.zone);
  const arrivals = compiledFor(s, arrival, e.zone);
  const began = compiledFor(s, schedule, e.zone)?.openedOn(e.time);
  if (zone === undefined || arrivals === undefined || began === undefined) return false;
  for (const instant of arrivalInstants(e.facts.arrivals)) {
    if (instant > e.time || instant < s.zones.from || !arrivals.isOpen(instant)) continue;
    if (Math.floor((instant + zone.offsetAt(instant)) / DAY_MS) >= began) return true;
  }
  return false;
}

/** The instants among the `arrivals` of a request, in epoch milliseconds (R16). */
export function arrivalInstants(arrivals: unknown): number[] {
  if (!Array.isArray(arrivals)) return [];
  const instants: number[] = [];
  for (let index = 0; index < arrivals.length && index < ARRIVALS_MAX; index++) {
    const instant = readInstant(arrivals[index]);
    if (!Number.isNaN(instant)) instants.push(instant);
  }
  return instants;
}

/** D4: whether the subject, or the device in use, is refused. */
export function subjectRefused(s: Snapshot, e: Encounter, findings: Findings | undefined): boolean {
  const { holder } = e;
  if (holder === undefined) {
    findings?.add('subject_unknown', e.subject);
    return true;
  }
  let refused = false;
  if (!holder.active) {
    findings?.add('subject_inactive', { type: holder.kind, id: holder.id });
    refused = true;
  }
  return deviceRefused(s, e, findings) || refused;
}

/** The device part of D4 (R7, R8). */
function deviceRefused(s: Snapshot, e: Encounter, findings: Findings | undefined): boolean {
  const { card, facts } = e;
  const device = facts.device ?? undefined;
  let refused = false;
  if (card !== undefined) refused = credentialRefused(e, card, findings);
  if (device === undefined) {
    if (card === undefined && facts.method === 'card') {
      findings?.add('credential_missing', e.subject);
      return true;
    }
    return refused;
  }
  if (typeof device !== 'string') {
    findings?.add('credential_unknown', e.subject);
    return true;
  }
  if (card !== undefined) {
    if (device === card.id) return refused;
    findings?.add('credential_foreign', { type: 'credential', id: device });
    return true;
  }
  const credential = find(s.tables.credentials, device);
  if (credential !== undefined) return credentialRefused(e, credential, findings);
  if (facts.method !== 'card') return refused;
  findings?.add('credential_unknown', { type: 'credential', id: device });
  return true;
}

function credentialRefused(
  e: Encounter,
  credential: Credential,
  findings: Findings | undefined,
): boolean {
  const at = { type: 'credential', id: credential.id };
  const foreign = e.holder?.kind !== 'user' || credential.user !== e.holder.id;
  const inactive = credential.state !== 'active';
  if (foreign) findings?.add('credential_foreign', at);
  if (inactive) findings?.add('credential_inactive', at, credential.state);
  return foreign || inactive;
}

/** D5: an offline door opens only where somebody stands at it. */
export function needsPresence(e: Encounter, findings: Findings | undefined): boolean {
  if (!e.portal.offline || e.method === 'tap' || e.method === 'card') return false;
  findings?.add('offline_door', e.portal);
  return true;
}

/** D6: whether restrictions of the door or of its place refuse. They bind everyone, the owner too. */
export function restricted(s: Snapshot, e: Encounter, findings: Findings | undefined): boolean {
  const { portal, place } = e;
  const own = restrictionsHold(s, e, portal.restrictions, portal, findings);
  if (!own && findings === undefined) return true;
  const at = { type: 'place', id: place.document.id };
  return !restrictionsHold(s, e, place.restrictions, at, findings) || !own;
}
