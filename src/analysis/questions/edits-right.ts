/** Edits of rights: one that fails is mended; where there is none, the least that would do is given. */

import type { Zone } from '../../checks/time/zone.js';
import { encounter } from '../../engine/encounter.js';
import { Findings } from '../../engine/findings.js';
import { candidatesOf, type Holding, holdingsOf, includesScope } from '../../engine/holding.js';
import { holdingsAt } from '../../engine/lists.js';
import { holdingManages, placeOfCode } from '../../engine/manage.js';
import type { LockdownRecord, PortalRecord } from '../../engine/records.js';
import type { AccessRequest } from '../../engine/request.js';
import { holdingCounts } from '../../engine/rights.js';
import { DOOR, GROUP, type ScopeCode } from '../../engine/scope-code.js';
import { type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { at, values } from '../../engine/table.js';
import type { Assignment, Group, Team, Validity } from '../../policy/document.js';
import { formatInstant, INSTANT_END, MINUTE_MS } from '../../values/instant.js';
import { type Edit, edit, without } from './edit.js';
import {
  bodyOf,
  calendarDay,
  holidayEdits,
  OPENED_MINUTES,
  openedBody,
  openings,
  wallMinute,
} from './edits-hours.js';
import { restrictionEdits } from './edits-place.js';
import { freshId, leastRole, type RoleWanted, scopesOf } from './least-role.js';

/** Teams, groups and rights tried of each kind: more would be choices nobody reads. */
const TRIED_MAX = 20;

/** What is asked for, as the edits look at it. */
export interface Wanted extends RoleWanted {
  readonly request: AccessRequest;
  readonly time: number;
  /** The door or stop, for an opening. */
  readonly portal: PortalRecord | undefined;
  /** Every scope that contains the resource, sorted. */
  readonly containers: readonly ScopeCode[];
}

/**
 * Edits that mend a right which reaches the resource and does not count.
 * @param focus - of this assignment alone; undefined: of each.
 */
export function mendingEdits(wanted: Wanted, focus: string | undefined): Edit[] {
  const { s, holder, roles, containers } = wanted;
  return candidatesOf(s, holder, roles, containers)
    .flatMap((holding) => {
      const assignment = at(s.tables.assignments, holding.assignment);
      return assignment === undefined ? [] : [{ holding, assignment }];
    })
    .filter(({ assignment }) => focus === undefined || assignment.id === focus)
    .sort((a, b) => (a.assignment.id < b.assignment.id ? -1 : 1))
    .slice(0, TRIED_MAX)
    .flatMap(({ holding, assignment }) => mendingOf(wanted, holding, assignment));
}

/** Edits that give a right: by a new assignment, another role, a team, or a group that is to hold the door. */
export function grantingEdits(wanted: Wanted): Edit[] {
  const { holder, portal } = wanted;
  return [
    ...newRights(wanted),
    ...(portal !== undefined && holder.kind === 'user' ? teamEdits(wanted, portal) : []),
    ...(portal === undefined ? [] : groupEdits(wanted, portal)),
  ];
}

/** Rights that a lockdown exempts: its roles, held at its scope or above. */
export function exemptRights(wanted: Wanted, lockdown: LockdownRecord): Edit[] {
  const { s, holder, containers } = wanted;
  const subject = { type: holder.kind, id: holder.id };
  const isDoor = (lockdown.scope & 3) === DOOR;
  return scopesOf(s, containers).flatMap(({ scope, code }) => {
    if (!isDoor && code !== lockdown.scope && code !== 0) return [];
    return [...lockdown.exempt].flatMap((index): Edit[] => {
      const role = s.model.roles[index];
      if (role === undefined || !role.levels.has(scope.type) || !role.assignable) return [];
      const id = freshId(s, `${holder.id}-${scope.id}`);
      const step = { kind: 'new_right', at: scope, detail: role.id, personal: true } as const;
      const granted = grantor(wanted);
      return [
        edit('assignments', id, step, () => ({ id, subject, role: role.id, scope, ...granted })),
      ];
    });
  });
}

function mendingOf(wanted: Wanted, holding: Holding, assignment: Assignment): Edit[] {
  const { s, request, portal, time } = wanted;
  const findings = new Findings();
  if (portal === undefined) holdingManages(s, holding, time, findings);
  else holdingCounts(s, encounter(s, portal, request, time), holding, findings);
  const zone = zoneAt(s, portal?.place ?? placeOfCode(s, holding.scope));
  const { id } = assignment;
  const right = { type: 'access_right', id };
  const personal = assignment.subject.type !== 'team';
  const mend = (kind: 'enable_right' | 'extend_right', change: (one: Assignment) => Assignment) =>
    edit(
      'assignments',
      id,
      { kind, at: right, personal, focus: id },
      (before) => before && change(before),
    );
  return findings.reasons.flatMap((reason): Edit[] => {
    if (reason.at.type === 'group') {
      const mended = restrictionEdits(s, request, wanted.holder, reason, zone, time);
      return mended.map((one) => ({ ...one, focus: id }));
    }
    switch (reason.code) {
      case 'disabled':
        return [mend('enable_right', (one) => without(one, 'enabled'))];
      case 'pending':
        return [mend('extend_right', (one) => revalidated(one, { from: formatInstant(time) }))];
      case 'expired': {
        const until = Math.min(time + OPENED_MINUTES * MINUTE_MS, INSTANT_END - 1);
        return [mend('extend_right', (one) => revalidated(one, { until: formatInstant(until) }))];
      }
      case 'inactive_hours':
        return hoursEdits(s, assignment, zone, time, personal);
      default:
        return [];
    }
  });
}

function revalidated(assignment: Assignment, validity: Validity): Assignment {
  return { ...assignment, validity: { ...assignment.validity, ...validity } };
}

/** The hours of one assignment: its own, opened for an hour; or those it shares, for all who share them. */
function hoursEdits(
  s: Snapshot,
  { id, validity }: Assignment,
  atDoor: Zone | undefined,
  time: number,
  personal: boolean,
): Edit[] {
  const schedule = validity?.schedule;
  const body = schedule === undefined ? undefined : bodyOf(s, schedule);
  if (schedule === undefined || body === undefined) return [];
  const zone = body.timeZone === undefined ? atDoor : s.zones.get(body.timeZone);
  const step = { at: { type: 'access_right', id }, personal, focus: id };
  const lifted = edit('assignments', id, { ...step, kind: 'lift_hours' }, (before) =>
    before?.validity === undefined
      ? before
      : { ...before, validity: without(before.validity, 'schedule') },
  );
  if (zone === undefined) return [lifted];
  const shared = typeof schedule === 'string' ? openings(s, schedule, atDoor, time) : [];
  // On a holiday no event opens: the hours as a whole are in the way.
  if (calendarDay(s, body, zone, time) !== undefined) {
    const holiday = typeof schedule === 'string' ? [] : holidayEdits(s, body, zone, time);
    return [lifted, ...[...shared, ...holiday].map((one) => ({ ...one, focus: id }))];
  }
  const wall = wallMinute(zone, time);
  const extended = edit('assignments', id, { ...step, kind: 'extend_hours' }, (before) =>
    before === undefined
      ? before
      : revalidated(before, { schedule: openedBody(inline(body), wall) }),
  );
  return [extended, ...shared.map((one) => ({ ...one, focus: id }))];
}

/** A schedule of the document as an assignment writes its own. */
function inline(body: object): object {
  const { id: _, name: __, ...rest } = body as { id?: unknown; name?: unknown };
  return rest;
}

/** The least role at each scope that contains the resource, the narrowest scope first. */
function newRights(wanted: Wanted): Edit[] {
  const { s, holder, containers } = wanted;
  const subject = { type: holder.kind, id: holder.id };
  return scopesOf(s, containers).flatMap(({ scope, code }) => {
    const own = holdingAt(wanted, code);
    if (s.model.onePerScope && own !== undefined) return raisedRole(wanted, own, scope.type);
    const role = leastRole(wanted, scope.type, undefined);
    if (role === undefined) return [];
    const id = freshId(s, `${holder.id}-${scope.id}`);
    const step = {
      kind: 'new_right',
      at: scope,
      detail: role.id,
      personal: true,
      focus: id,
    } as const;
    const granted = grantor(wanted);
    return [
      edit('assignments', id, step, () => ({ id, subject, role: role.id, scope, ...granted })),
    ];
  });
}

/** Another role in the place of one held at this scope, with all that one had. */
function raisedRole(wanted: Wanted, own: Assignment, level: Assignment['scope']['type']): Edit[] {
  const { s } = wanted;
  const before = s.model.byId.get(own.role);
  // Lockdowns exempt exact roles: a person who changes his would be locked out where he was not.
  const isExempt = [...values(s.tables.lockdowns)].some(({ exempt }) => exempt?.includes(own.role));
  if (before === undefined || before.unique || isExempt) return [];
  if (wanted.roles[before.index] === 1) return [];
  const role = leastRole(wanted, level, before);
  if (role === undefined) return [];
  const { id } = own;
  const at = { type: 'access_right', id };
  const step = { kind: 'raise_role', at, detail: role.id, personal: true, focus: id } as const;
  return [edit('assignments', id, step, (one) => one && { ...one, role: role.id })];
}

/** Teams that hold a right which reaches the door. */
function teamEdits({ s, holder, roles }: Wanted, portal: PortalRecord): Edit[] {
  const found = new Map<string, string>();
  for (const number of holdingsAt(s, portal).flat()) {
    const assignment = at(s.tables.assignments, number);
    if (assignment?.subject.type !== 'team') continue;
    if (roles[s.model.byId.get(assignment.role)?.index ?? -1] !== 1) continue;
    found.set(assignment.subject.id, assignment.id);
  }
  const teams = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, TRIED_MAX);
  return teams.map(([team, focus]) => {
    const at = { type: 'team', id: team };
    const step = { kind: 'join_team', at, detail: holder.id, personal: true, focus } as const;
    return edit(
      'teams',
      team,
      step,
      (before): Team | undefined =>
        before && { ...before, users: [...(before.users ?? []), holder.id] },
    );
  });
}

/** Groups at which the person holds a right that would reach the door if they held it. */
function groupEdits({ s, holder, roles, containers }: Wanted, portal: PortalRecord): Edit[] {
  const found = new Map<string, string>();
  for (const { scope, role, assignment } of holdingsOf(s, holder)) {
    if ((scope & 3) !== GROUP || roles[role] !== 1 || includesScope(containers, scope)) continue;
    const group = at(s.tables.groups, scope >> 2);
    if (group === undefined || (group.place >= 0 && group.place !== portal.place)) continue;
    found.set(group.document.id, at(s.tables.assignments, assignment)?.id ?? '');
  }
  const groups = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, TRIED_MAX);
  const members = portal.type === 'door' ? 'doors' : 'stops';
  return groups.map(([group, focus]) => {
    const at = { type: 'group', id: group };
    const step = { kind: 'add_to_group', at, detail: portal.id, focus } as const;
    return edit(
      'groups',
      group,
      step,
      (before): Group | undefined =>
        before && { ...before, [members]: [...(before[members] ?? []), portal.id] },
    );
  });
}

/** What the person holds at exactly this scope himself. */
function holdingAt({ s, holder }: Wanted, code: ScopeCode): Assignment | undefined {
  const own = holdingsOf(s, holder).find(({ scope, via }) => scope === code && via === undefined);
  return own && at(s.tables.assignments, own.assignment);
}

/** At a door that is let, a right of anybody but the tenant counts if the tenant gives it (D10). */
function grantor({ s, portal, holder, time }: Wanted): { grantedBy?: string } {
  if (portal === undefined || portal.tenant < 0 || time < portal.tenantSince) return {};
  const tenant = at(s.tables.users, portal.tenant);
  return tenant === undefined || tenant === holder ? {} : { grantedBy: tenant.id };
}
