/**
 * The oracle: docs/decisions.md and its readings (docs/decisions/0002) as plain code, to judge the
 * engine by. Every question is answered from the document itself, by search; nothing is prepared,
 * kept or shared with the engine. D and A name the clauses, R the readings.
 */

import type { Decision, Reason } from '../../src/engine/decision.js';
import type { AccessRequest, Entity, Facts } from '../../src/engine/request.js';
import type {
  Assignment,
  Lockdown,
  Policy,
  Restrictions,
  Schedule,
  Unlock,
  Validity,
} from '../../src/policy/document.js';
import { assigning, isAssigning, isTargetKnown } from './assigning.js';
import {
  type Ask,
  badDevice,
  failing,
  isExit,
  methodOf,
  readerOf,
  reason,
  thing,
  zoneOf,
} from './encounter.js';
import { actionKnown, may, REASON_ORDER } from './roles.js';
import type { Named } from './scopes.js';
import { above, equal, find, holds, lies, placeOf } from './scopes.js';
import { beganByDateOf, instantOf, isOpen } from './time.js';

/** What the definition says to a request, without `validUntil`. Throws `TypeError` for a malformed one. */
export function referenceDecide(policy: Policy, request: AccessRequest): Decision {
  const ask = read(policy, request);
  const { type, id } = ask.resource;
  const opens =
    (type === 'door' && ask.action === 'unlock') ||
    (type === 'elevator_stop' && ask.action === 'get_access');
  const refusals = unknown(ask);
  if (refusals.length > 0) return answer(ask, refusals);
  return opens && id !== '*' ? open(ask) : administer(ask);
}

/** The KIWI status of an assignment at a door or stop (R10). */
export function referenceStatus(
  policy: Policy,
  assignmentId: string,
  at: Named,
  time: Facts['time'],
): string {
  const assignment = find(policy.assignments, assignmentId)!;
  return (
    invalidity(
      policy,
      assignment.validity,
      instantOf(time)!,
      zoneOf(policy, placeOf(policy, at)),
    )[0] ?? 'active'
  );
}

function read(policy: Policy, request: AccessRequest): Ask {
  const input = request as unknown as Record<string, Record<string, unknown>> | null | undefined;
  const text = (member: string, field: string): string => {
    const value: unknown = input?.[member]?.[field];
    if (typeof value !== 'string') throw new TypeError(`/${member}/${field}`);
    return value;
  };
  const named = { type: text('subject', 'type'), id: text('subject', 'id') };
  const action = text('action', 'name');
  const resource = {
    type: text('resource', 'type'),
    id: text('resource', 'id'),
    ...input?.['resource'],
  } as Entity;
  const facts = input?.['context'] ?? {};
  const time = instantOf(facts['time']);
  if (time === undefined) throw new TypeError('/context/time');
  const holder = find(policy.credentials, named.id)?.user;
  const ofCredential = holder === undefined ? undefined : { type: 'user', id: holder };
  return {
    policy,
    time,
    action,
    resource,
    named,
    person: named.type === 'credential' ? ofCredential : named,
    facts,
  };
}

// D1 and A2.
function unknown({ policy, action, resource }: Ask): Reason[] {
  if (!actionKnown(policy, resource.type, action)) return [reason('action_unknown', resource)];
  return lies(policy, resource, action) === undefined ? [reason('resource_unknown', resource)] : [];
}

/** D2 to D10. */
function open(ask: Ask): Decision {
  const { policy, resource } = ask;
  const door = resource.type === 'door' ? find(policy.doors, resource.id)! : undefined;
  const lockdowns = (policy.lockdowns ?? []).filter((lockdown) => binds(ask, lockdown));
  if (lockdowns.length > 0)
    return answer(
      ask,
      lockdowns.map(({ id }) => reason('lockdown', { type: 'lockdown', id })),
    );
  if (tenantOf(ask) === undefined && thing(ask).unlock?.some((unlock) => standsOpen(ask, unlock))) {
    return answer(ask, [reason('door_unlocked', resource)]);
  }
  const stranger = [...strangers(ask), ...(isKnown(ask) ? badDevice(ask) : [])];
  if (stranger.length > 0) return answer(ask, stranger);
  if (door?.lock === 'offline' && !['tap', 'card'].includes(methodOf(ask)))
    return answer(ask, [reason('offline_door', resource)]);
  const place = find(policy.places, placeOf(policy, resource)!)!;
  const unmet = [
    ...unmetBy(ask, thing(ask).restrictions, resource),
    ...unmetBy(ask, place.restrictions, { type: 'place', id: place.id }),
  ];
  if (unmet.length > 0) return answer(ask, unmet);
  const all = candidates(ask, ask.person!);
  const admitted = all.filter((each) => isAdmitted(ask, each));
  if (counting(ask, admitted).length > 0)
    return answer(ask, [reason('granted', resource)], counting(ask, admitted));
  if (counting(ask, all).length > 0) return answer(ask, [reason('tenancy', resource)]);
  if (admitted.length === 0) return answer(ask, [reason('no_access_right', resource)]);
  return answer(
    ask,
    admitted.flatMap((each) => failures(ask, each, true)),
  );
}

/** A1, and A3 where the request asks about assigning. */
function administer(ask: Ask): Decision {
  const { resource } = ask;
  const stranger = strangers(ask);
  if (stranger.length > 0) return answer(ask, stranger);
  const all = candidates(ask, ask.person!);
  const counting = all.filter((each) => failures(ask, each, false).length === 0);
  if (isAssigning(ask)) {
    if (!isTargetKnown(ask)) return answer(ask, [reason('resource_unknown', resource)]);
    const able = assigning(ask, counting);
    return able.length > 0
      ? answer(ask, [reason('granted', resource)], able)
      : answer(ask, [reason('no_access_right', resource)]);
  }
  if (counting.length > 0) return answer(ask, [reason('granted', resource)], counting);
  if (all.length === 0) return answer(ask, [reason('no_access_right', resource)]);
  return answer(
    ask,
    all.flatMap((each) => failures(ask, each, false)),
  );
}

// D2: R5.
function binds(ask: Ask, lockdown: Lockdown): boolean {
  const { policy, time, resource } = ask;
  const scopes = above(policy, lockdown.scope)!;
  if (!lies(policy, resource, ask.action)!.some((scope) => equal(scope, lockdown.scope)))
    return false;
  if (lockdown.since !== undefined && time < instantOf(lockdown.since)!) return false;
  if (lockdown.until !== undefined && time >= instantOf(lockdown.until)!) return false;
  if (readerOf(ask)?.direction === 'exit' && lockdown.blocksExit !== true) return false;
  if (!isKnown(ask) || strangers(ask).length > 0) return true;
  const held = (policy.assignments ?? []).filter((each) =>
    holds(policy, ask.person!, each.subject),
  );
  return !held.some(
    (each) =>
      scopes.some((scope) => equal(scope, each.scope)) &&
      lockdown.exempt?.includes(each.role) &&
      isInForce(ask, each),
  );
}

/** Enabled, valid, and of an enabled group: R5, R12. */
function isInForce(ask: Ask, assignment: Assignment): boolean {
  const zone = zoneOf(ask.policy, placeOf(ask.policy, ask.resource));
  const group =
    assignment.scope.type === 'group' ? find(ask.policy.groups, assignment.scope.id) : undefined;
  const valid = invalidity(ask.policy, assignment.validity, ask.time, zone).length === 0;
  return assignment.enabled !== false && group?.enabled !== false && valid;
}

// D3
function standsOpen(ask: Ask, unlock: Unlock): boolean {
  const { policy, time, facts } = ask;
  const zone = zoneOf(policy, placeOf(policy, ask.resource));
  const schedule = find(policy.schedules, unlock.schedule)!;
  if (schedule.enabled === false || !isOpen(policy, schedule, zone, time)) return false;
  if (unlock.firstToArrive === undefined) return true;
  const arrival = find(policy.schedules, unlock.firstToArrive)!;
  if (arrival.enabled === false || !Array.isArray(facts['arrivals'])) return false;
  const arrivals = facts['arrivals'].slice(0, 10_000).map(instantOf);
  return arrivals.some(
    (at) =>
      at !== undefined &&
      at <= time &&
      isOpen(policy, arrival, zone, at) &&
      beganByDateOf(policy, schedule, zone, time, at),
  );
}

function isKnown({ policy, person }: Ask): boolean {
  if (person?.type === 'user') return find(policy.users, person.id) !== undefined;
  return person?.type === 'link' && find(policy.links, person.id) !== undefined;
}

// D4 without its device part.
function strangers(ask: Ask): Reason[] {
  if (!isKnown(ask)) return [reason('subject_unknown', ask.named)];
  const { policy, person } = ask;
  const record =
    person!.type === 'user' ? find(policy.users, person!.id) : find(policy.links, person!.id);
  return record!.active === false ? [reason('subject_inactive', person!)] : [];
}

// D7
function candidates({ policy, action, resource }: Ask, person: Named): Assignment[] {
  const around = lies(policy, resource, action)!;
  return (policy.assignments ?? []).filter(
    (each) =>
      holds(policy, person, each.subject) &&
      around.some((scope) => equal(scope, each.scope)) &&
      may(policy, each.role, resource.type, action),
  );
}

// D8 at a door, R21 elsewhere.
function failures(ask: Ask, assignment: Assignment, atDoor: boolean): Reason[] {
  const { policy } = ask;
  const at = { type: 'access_right', id: assignment.id };
  const zone = zoneOf(policy, placeOf(policy, atDoor ? ask.resource : assignment.scope));
  const codes = invalidity(policy, assignment.validity, ask.time, zone);
  const kept = atDoor && isExit(ask) ? codes.filter((code) => code === 'pending') : codes;
  const reasons = kept.map((code) => reason(code, at));
  if (assignment.enabled === false) reasons.push(reason('disabled', at));
  if (assignment.scope.type !== 'group') return reasons;
  const group = find(policy.groups, assignment.scope.id)!;
  if (group.enabled === false) reasons.push(reason('disabled', assignment.scope));
  return atDoor ? [...reasons, ...unmetBy(ask, group.restrictions, assignment.scope)] : reasons;
}

function counting(ask: Ask, from: readonly Assignment[]): Assignment[] {
  return from.filter((each) => failures(ask, each, true).length === 0);
}

// D6 and D8: the restrictions of one place.
function unmetBy(ask: Ask, restrictions: Restrictions | undefined, at: Named): Reason[] {
  const others = failing(ask, restrictions, at);
  const isAsked = restrictions?.twoPerson === true && !isExit(ask) && ask.isCompanion !== true;
  if (!isAsked) return others;
  const named = ask.facts['companions'];
  const company = (Array.isArray(named) ? named.slice(0, 16) : []).filter(
    (id) => typeof id === 'string' && !equal(ask.person!, { type: 'user', id }),
  );
  if (company.length === 0) return [...others, reason('two_person', at, 'missing')];
  if (company.some((id) => vouches(ask, id))) return others;
  return [...others, reason('two_person', at, 'unauthorised')];
}

/** Whether somebody who came along could open this himself, by what is known of him. */
function vouches(ask: Ask, id: string): boolean {
  if (find(ask.policy.users, id) === undefined) return false;
  const person = { type: 'user', id };
  const { device: _, secondFactor: __, location: ___, presence: ____, ...facts } = ask.facts;
  const own: Ask = { ...ask, named: person, person, facts, isCompanion: true };
  if (strangers(own).length > 0) return false;
  if ((ask.policy.lockdowns ?? []).some((lockdown) => binds(own, lockdown))) return false;
  const admitted = candidates(own, person).filter((each) => isAdmitted(own, each));
  return counting(own, admitted).length > 0;
}

function tenantOf({ policy, resource, time }: Ask): string | undefined {
  const door = resource.type === 'door' ? find(policy.doors, resource.id)! : undefined;
  const { since, user } = door?.tenant ?? {};
  return since !== undefined && instantOf(since)! <= time ? user : undefined;
}

function isAdmitted(ask: Ask, assignment: Assignment): boolean {
  const tenant = tenantOf(ask);
  return tenant === undefined || admits(ask, tenant, assignment);
}

// D10: R12.
function admits(ask: Ask, tenant: string, assignment: Assignment): boolean {
  if (equal(ask.person!, { type: 'user', id: tenant }) || assignment.grantedBy === tenant)
    return true;
  if (assignment.scope.type !== 'door') return false;
  let counted: string[] = [];
  for (let before = -1; before < counted.length; ) {
    before = counted.length;
    const known = counted;
    counted = (ask.policy.users ?? [])
      .map(({ id }) => id)
      .filter((id) =>
        candidates(ask, { type: 'user', id }).some((each) => {
          const byCounted = each.scope.type === 'door' && known.includes(each.grantedBy ?? '');
          return isInForce(ask, each) && (id === tenant || each.grantedBy === tenant || byCounted);
        }),
      );
  }
  return counted.includes(assignment.grantedBy ?? '');
}

function invalidity(policy: Policy, validity: Validity | undefined, time: number, zone: string) {
  const codes: ('pending' | 'expired' | 'inactive_hours')[] = [];
  if (validity?.from !== undefined && time < instantOf(validity.from)!) codes.push('pending');
  if (validity?.until !== undefined && time >= instantOf(validity.until)!) codes.push('expired');
  const named = validity?.schedule;
  const schedule = typeof named === 'string' ? (find(policy.schedules, named) as Schedule) : named;
  if (schedule && schedule.enabled !== false && !isOpen(policy, schedule, zone, time))
    codes.push('inactive_hours');
  return codes;
}

function answer(
  { policy }: Ask,
  reasons: readonly Reason[],
  grants: readonly Assignment[] = [],
): Decision {
  const decision = reasons[0]!.code === 'granted' || reasons[0]!.code === 'door_unlocked';
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = [...reasons].sort(
    (a, b) =>
      REASON_ORDER.indexOf(a.code) - REASON_ORDER.indexOf(b.code) ||
      byText(a.at.type, b.at.type) ||
      byText(a.at.id, b.at.id) ||
      byText(a.detail ?? '', b.detail ?? ''),
  );
  const once = sorted.filter((each, at) => JSON.stringify(each) !== JSON.stringify(sorted[at - 1]));
  const context = {
    reason: once[0]!.code,
    reasons: once,
    grants: grants.map(({ id }) => id).sort(byText),
    revision: policy.revision ?? 0,
  };
  return { decision, context };
}
