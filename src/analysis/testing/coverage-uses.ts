/**
 * What of a policy one question uses: a second walk along the clauses, after the answer, that marks every part it looks
 * at and how that turned out. Every right that an opening's answer could rest on is `tried`, so that leaving out one that
 * no test tries changes no answer of any.
 */

import type { Zone } from '../../checks/time/zone.js';
import { accompanied, asksForTwo, companionIds } from '../../engine/companions.js';
import { isOpening, portalOf } from '../../engine/decide.js';
import type { Decision, ReasonCode } from '../../engine/decision.js';
import { type Encounter, encounter, holderOf } from '../../engine/encounter.js';
import { Findings } from '../../engine/findings.js';
import { candidatesOf, type Holding, holdingsOf } from '../../engine/holding.js';
import { containersOf } from '../../engine/location.js';
import { placeOfCode } from '../../engine/manage.js';
import {
  arrivalInstants,
  needsPresence,
  subjectRefused,
  unlockHolds,
} from '../../engine/opening.js';
import type { HolderRecord, PortalRecord, RestrictionRecord } from '../../engine/records.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import { restrictionsHold } from '../../engine/restrictions.js';
import { GROUP } from '../../engine/scope-code.js';
import { compiledFor, type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import { type CoverageUse, keyOfUse, type RestrictionMember } from './coverage-points.js';

/** Takes the key of a use. */
export type Mark = (key: string) => void;

/** Marks what a question used. @param time - the request's time, already read. */
export function markUses(
  s: Snapshot,
  request: AccessRequest,
  time: number,
  answer: Decision,
  mark: Mark,
): void {
  const walk: Walk = { s, mark, findings: new Findings() };
  for (const grant of answer.context.grants) markCounted(walk, grant);
  for (const { code, at: where } of answer.context.reasons) {
    if (code === 'lockdown') mark(keyOfUse('lockdown', where.id, '', 'refuses'));
  }
  if (!isOpening(request)) {
    markElsewhere(walk, request, time);
    return;
  }
  const portal = portalOf(s, request);
  const roles = request.resource.type === 'door' ? s.mayUnlock : s.mayGetAccess;
  if (portal === undefined || roles === undefined) return;
  const e = accompanied(s, encounter(s, portal, request, time), roles);
  markExempt(walk, e, e.holder);
  if (answer.context.reason === 'lockdown') return;
  markOpening(walk, e, roles, answer.context.reason);
}

/** One walk. */
interface Walk {
  readonly s: Snapshot;
  readonly mark: Mark;
  /** Used again and again. */
  readonly findings: Findings;
}

function markCounted({ s, mark }: Walk, id: string): void {
  mark(keyOfUse('assignment', id, '', 'counted'));
  const role = find(s.tables.assignments, id)?.role;
  if (role !== undefined) mark(keyOfUse('role', role, '', 'counted'));
}

/** A1 and A3: rights are looked at, and their hours. */
function markElsewhere(walk: Walk, request: AccessRequest, time: number): void {
  const { s } = walk;
  const { subject, action, resource } = request;
  const roles = s.permissions.get(resource.type, action.name);
  const containers = roles && containersOf(s, request);
  const holder = holderOf(s, subject);
  if (roles === undefined || containers === undefined || holder === undefined) return;
  for (const holding of candidatesOf(s, holder, roles, containers)) {
    markTried(walk, holding, time, zoneAt(s, placeOfCode(s, holding.scope)));
  }
}

/** D2: by which rights somebody passes a lockdown in force. */
function markExempt(walk: Walk, e: Encounter, holder: HolderRecord | undefined): void {
  const { s, mark } = walk;
  if (holder === undefined) return;
  for (const lockdown of [...e.portal.lockdowns, ...e.place.lockdowns, ...s.lockdowns]) {
    const { since, until, exempt } = lockdown;
    if (exempt.size === 0 || e.time < since || e.time >= until) continue;
    for (const { role, assignment } of holdingsOf(s, holder)) {
      const id = exempt.has(role) ? at(s.tables.assignments, assignment)?.id : undefined;
      if (id !== undefined) mark(keyOfUse('assignment', id, '', 'tried'));
    }
  }
}

/** D3 to D10, as far as they were reached. */
function markOpening(walk: Walk, e: Encounter, roles: Uint8Array, reason: ReasonCode): void {
  const { s } = walk;
  const { portal, place, holder } = e;
  const tenanted = portal.tenant >= 0 && e.time >= portal.tenantSince;
  if (!tenanted) markUnlocks(walk, e);
  if (reason === 'door_unlocked' || holder === undefined) return;
  if (subjectRefused(s, e, undefined)) {
    // Of somebody inactive no right is ever looked at closer: that it was asked about is all there is to see.
    for (const { assignment } of holder.active
      ? []
      : candidatesOf(s, holder, roles, portal.containers)) {
      const id = at(s.tables.assignments, assignment)?.id ?? '';
      walk.mark(keyOfUse('assignment', id, '', 'tried'));
    }
    return;
  }
  if (needsPresence(e, undefined)) return;
  markCompanions(walk, e, roles, holder, tenanted);
  markRestrictions(walk, e, portal.restrictions, portal);
  markRestrictions(walk, e, place.restrictions, { type: 'place', id: place.document.id });
  const placed = { type: 'place', id: place.document.id };
  const own = restrictionsHold(s, e, portal.restrictions, portal, undefined);
  if (!own || !restrictionsHold(s, e, place.restrictions, placed, undefined)) return;
  markCandidates(walk, e, roles, holder, tenanted);
}

/** D3: each unlock of the door up to the one that holds it open, with its schedules. */
function markUnlocks(walk: Walk, e: Encounter): void {
  const { s, mark } = walk;
  const { type, id } = e.portal;
  for (const [index, unlock] of e.portal.unlocks.entries()) {
    markSchedule(walk, unlock.schedule, e.time, e.zone);
    for (const arrival of unlock.arrival < 0 ? [] : arrivalInstants(e.facts.arrivals)) {
      if (arrival <= e.time) markSchedule(walk, unlock.arrival, arrival, e.zone);
    }
    const open = unlockHolds(s, e, unlock);
    mark(keyOfUse(type, id, `unlock ${index}`, open ? 'open' : 'closed'));
    if (open) return;
  }
}

/** What of restrictions was looked at, and under which code it would have refused. */
const MEMBERS: readonly (readonly [
  member: RestrictionMember,
  code: ReasonCode,
  asked: (restrictions: RestrictionRecord, e: Encounter) => boolean,
])[] = [
  ['geofence', 'geofence', (r, e) => r.geofence !== undefined && !e.lenient && !isLink(e)],
  ['reader', 'reader', (r, e) => r.reader && !isLink(e)],
  ['schedule', 'schedule', (r, e) => r.schedule >= 0 && !e.lenient],
  ['primaryDevice', 'primary_device', (r) => r.primaryDevice],
  ['secondFactor', 'second_factor', (r) => r.secondFactor],
  ['appAccess', 'app_access', (r, e) => r.appAccess && !isLink(e)],
  ['occupancyLimit', 'occupancy_limit', (r, e) => limits(r) && !e.leaving],
  [
    'antiPassback',
    'anti_passback',
    (r, e) => (r.presence?.passbackResetMs ?? -1) >= 0 && !e.leaving,
  ],
  ['twoPerson', 'two_person', (r, e) => r.presence?.twoPerson === true && !e.lenient],
];

function limits({ presence }: RestrictionRecord): boolean {
  return presence?.occupancyLimit !== undefined;
}

function isLink({ holder }: Encounter): boolean {
  return holder?.kind === 'link';
}

/** Which restrictions held and which refused. Who is exempt from one shows neither. */
function markRestrictions(
  walk: Walk,
  e: Encounter,
  restrictions: RestrictionRecord | undefined,
  where: Pick<Entity, 'type' | 'id'>,
): void {
  if (restrictions === undefined) return;
  const { s, mark, findings } = walk;
  findings.clear();
  restrictionsHold(s, e, restrictions, where, findings);
  const refused = new Set(findings.reasons.map(({ code }) => code));
  for (const [member, code, asked] of MEMBERS) {
    if (!asked(restrictions, e)) continue;
    const use: CoverageUse = refused.has(code) ? 'refuses' : 'holds';
    mark(keyOfUse(where.type, where.id, member, use));
  }
  if (!e.lenient) markSchedule(walk, restrictions.schedule, e.time, e.zone);
}

/** D7 to D10: the rights that reach the door, their hours, their groups, and those that vouch for them. */
function markCandidates(
  walk: Walk,
  e: Encounter,
  roles: Uint8Array,
  holder: HolderRecord,
  tenanted: boolean,
): void {
  const { s } = walk;
  for (const holding of candidatesOf(s, holder, roles, e.portal.containers)) {
    markTried(walk, holding, e.time, e.zone);
    if (tenanted) markGranters(walk, e.portal, roles, holding, e.time, e.zone);
    if ((holding.scope & 3) !== GROUP) continue;
    const group = at(s.tables.groups, holding.scope >> 2);
    if (group?.enabled !== true) continue;
    markRestrictions(walk, e, group.restrictions, { type: 'group', id: group.document.id });
  }
}

/** Two persons: the rights of those who came along, by which they vouch. */
function markCompanions(
  walk: Walk,
  e: Encounter,
  roles: Uint8Array,
  holder: HolderRecord,
  tenanted: boolean,
): void {
  const { s } = walk;
  if (!asksForTwo(s, e.portal)) return;
  for (const id of companionIds(e.facts.companions)) {
    const companion = find(s.tables.users, id);
    if (companion === undefined || companion.number === holder.number) continue;
    markExempt(walk, e, companion);
    for (const holding of candidatesOf(s, companion, roles, e.portal.containers)) {
      markTried(walk, holding, e.time, e.zone);
      if (tenanted) markGranters(walk, e.portal, roles, holding, e.time, e.zone);
    }
  }
}

/** D10: the rights at the door of whoever granted a right, of whoever granted those, and so on. */
function markGranters(
  walk: Walk,
  portal: PortalRecord,
  roles: Uint8Array,
  holding: Holding,
  time: number,
  zone: Zone | undefined,
): void {
  const { s } = walk;
  const seen = new Set<number>();
  const waiting = [holding];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const by = at(s.tables.assignments, next.assignment)?.grantedBy;
    const granter = by === undefined ? undefined : find(s.tables.users, by);
    if (granter === undefined || granter.number === portal.tenant || seen.has(granter.number)) {
      continue;
    }
    seen.add(granter.number);
    for (const above of candidatesOf(s, granter, roles, portal.containers)) {
      markTried(walk, above, time, zone);
      waiting.push(above);
    }
  }
}

/** A right that was looked at, and the hours of its validity. */
function markTried(walk: Walk, holding: Holding, time: number, zone: Zone | undefined): void {
  const { s, mark } = walk;
  const id = at(s.tables.assignments, holding.assignment)?.id ?? '';
  mark(keyOfUse('assignment', id, '', 'tried'));
  const validity = at(s.tables.validities, holding.assignment);
  if (validity === undefined) return;
  markSchedule(walk, validity.schedule, time, zone);
  const { inline } = validity;
  if (inline?.enabled !== true) return;
  const open = compiledFor(s, inline, zone)?.isOpen(time) ?? false;
  mark(keyOfUse('assignment', id, 'schedule', open ? 'open' : 'closed'));
}

/** A schedule of the document at an instant; a disabled one is not looked at. */
function markSchedule(
  { s, mark }: Walk,
  number: number,
  time: number,
  zone: Zone | undefined,
): void {
  const record = number < 0 ? undefined : at(s.tables.schedules, number);
  if (record?.enabled !== true) return;
  const { id = '' } = record.document as { readonly id?: string };
  const open = compiledFor(s, record, zone)?.isOpen(time) ?? false;
  mark(keyOfUse('schedule', id, '', open ? 'open' : 'closed'));
}
