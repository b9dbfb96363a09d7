/** Clauses D7 to D11 and A1: every assignment as permits, with what must hold for it to count. */
import { find } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';
import type { Role } from '../../policy/role-model.js';
import { actionUid, roleAction } from './actions.js';
import { failuresOf, validityOf } from './conditions.js';
import { placeOfDoor, type Source, zoneOfPlace, zonesWithin } from './hours.js';
import { shownUid } from './literals.js';
import { NAMESPACE, uidOf } from './names.js';
import { isSwitchedOn } from './refusals.js';
import type { Statement } from './statement.js';

/** The permits of all assignments that can ever count. */
export function* permits(source: Source): Generator<Statement> {
  const hasTenants = (source.policy.doors ?? []).some(({ tenant }) => tenant !== undefined);
  for (const assignment of source.policy.assignments ?? []) {
    const { scope } = assignment;
    const role = source.s.model.byId.get(assignment.role);
    if (role === undefined || !isSwitchedOn(source, assignment)) continue;
    if (opensDoors(role)) yield atDoors(source, assignment, hasTenants);
    if (role.permissions.size > 0) yield elsewhere(source, assignment);
    const views = viewsOf(role);
    if (views.length > 0 && scope.type === 'group') yield throughDoors(source, assignment, views);
  }
}

/** D8 to D11: opening what the scope contains. */
function atDoors(source: Source, assignment: Assignment, hasTenants: boolean): Statement {
  const { id, scope, role } = assignment;
  const zones = zonesWithin(source, scope);
  const group = scope.type === 'group' ? find(source.s.tables.groups, scope.id) : undefined;
  const restrictions = group?.document.restrictions;
  const fence = `group ${scope.id}`;
  const failures = failuresOf(source, { restrictions, fence, zones, capacity: undefined });
  return {
    id: `right ${id}/open`,
    effect: 'permit',
    clause: 'D9',
    principal: principalOf(assignment),
    action: roleAction(role, true),
    resource: `resource in ${shownUid(uidOf(scope))}`,
    when: validityOf(source, assignment, { zones, isFixed: false, isLenient: true }),
    unless: [
      ...failures.map(({ fails }) => fails),
      ...(hasTenants ? [tenancySuspends(assignment)] : []),
    ],
  };
}

/** A1: everything but opening, where only the right itself counts. */
function elsewhere(source: Source, assignment: Assignment): Statement {
  const { id, scope, role } = assignment;
  return {
    id: `right ${id}/act`,
    effect: 'permit',
    clause: 'A1',
    principal: principalOf(assignment),
    action: roleAction(role, false),
    resource: `resource in ${shownUid(uidOf(scope))}`,
    when: validityElsewhere(source, assignment),
    unless: [],
  };
}

/** R22: who may view floors and places sees those in which the group has a door or stop. */
function throughDoors(source: Source, assignment: Assignment, views: readonly string[]): Statement {
  const { id, scope, role } = assignment;
  const rooms = [`resource is ${NAMESPACE}::Place`, `resource is ${NAMESPACE}::Floor`];
  const isView = views.map((view) => `action == ${shownUid(actionUid(view))}`);
  return {
    id: `right ${id}/see`,
    effect: 'permit',
    clause: 'A1',
    principal: principalOf(assignment),
    action: roleAction(role, false),
    when: [
      `(${isView.join(' || ')}) && (${rooms.join(' || ')}) && resource has seenFrom && resource.seenFrom.contains(${shownUid(uidOf(scope))})`,
      ...validityElsewhere(source, assignment),
    ],
    unless: [],
  };
}

/** R24: outside a door a schedule without a zone takes that of the place of its scope, else the organisation's. */
function validityElsewhere(source: Source, assignment: Assignment): string[] {
  const { scope } = assignment;
  const { groups } = source.s.tables;
  const place =
    scope.type === 'place'
      ? scope.id
      : scope.type === 'door'
        ? placeOfDoor(source.s, scope.id)
        : scope.type === 'group'
          ? find(groups, scope.id)?.document.place
          : undefined;
  const zone = zoneOfPlace(source, place);
  const zones = zone === undefined ? [] : [zone];
  return validityOf(source, assignment, { zones, isFixed: true, isLenient: false });
}

/**
 * D10: at a tenanted door only the tenant's own assignments count, what he granted, and what was granted at this very
 * door by somebody who counts there himself; who that is, the context says.
 */
function tenancySuspends({ grantedBy, scope }: Assignment): string {
  const isTenant = `(principal is ${NAMESPACE}::User && principal == resource.tenancy.tenant)`;
  const ways = [isTenant];
  if (grantedBy !== undefined) {
    const granter = shownUid(uidOf({ type: 'user', id: grantedBy }));
    ways.push(`resource.tenancy.tenant == ${granter}`);
    if (scope.type === 'door') ways.push(`context.letIn.contains(${granter})`);
  }
  return `resource has tenancy && resource.tenancy.since <= context.now && !(${ways.join(' || ')})`;
}

/** A user or link is itself alone; of a team, whoever belongs to it. */
function principalOf({ subject }: Assignment): string {
  return `principal ${subject.type === 'team' ? 'in' : '=='} ${shownUid(uidOf(subject))}`;
}

function opensDoors({ permissions }: Role): boolean {
  return (
    permissions.get('door')?.has('unlock') === true ||
    permissions.get('elevator_stop')?.has('get_access') === true
  );
}

/** The actions by which a role sees places and floors. */
function viewsOf({ permissions }: Role): string[] {
  const types = ['place', 'floor'].filter((type) => permissions.get(type)?.has('view') === true);
  return types.map((type) => `${type}:view`);
}
