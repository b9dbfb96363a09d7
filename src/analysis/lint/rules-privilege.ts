/** Much power in few hands, or in all: privileged roles, everybody everywhere, duties that must be apart. */
import { GROUP, type ScopeCode } from '../../engine/scope-code.js';
import { at, find } from '../../engine/table.js';
import { writtenScope } from '../../engine/within.js';
import type { Assignment } from '../../policy/document.js';
import { quote } from '../../policy/pointer.js';
import { hasPermission, type Role } from '../../policy/role-model.js';
import { parseInstant } from '../../values/instant.js';
import type { Duty, ToxicPair } from './finding.js';
import { type Ground, opens, type Path, portalsIn } from './ground.js';
import { activeUsersOf, fewUsersWith } from './people.js';
import { scopeName } from './words.js';

/** The code `privileged_without_second_factor`: once for each scope and role. */
export function lintPrivileged(ground: Ground): void {
  const { s } = ground;
  const found = new Map<string, { assignment: Assignment; role: Role; held: Path[] }>();
  ground.policy.assignments?.forEach((assignment, index) => {
    const role = s.model.byId.get(assignment.role);
    if (role === undefined || !isPrivileged(ground, role, assignment)) return;
    if (assignment.enabled === false || isPast(ground, assignment)) return;
    const key = `${assignment.role} ${assignment.scope.type} ${assignment.scope.id}`;
    const known = found.get(key);
    if (known !== undefined) known.held.push(['assignments', index]);
    else found.set(key, { assignment, role, held: [['assignments', index]] });
  });
  const pathTo = scopePaths(ground);
  for (const { assignment, role, held } of found.values()) {
    const scope = writtenScope(s, assignment.scope);
    const open = openWithoutFactor(ground, scope, role);
    if (open === 0) continue;
    const doors = `${open} ${open === 1 ? 'door or stop' : 'doors and stops'}`;
    const message = `role ${quote(role.id)} opens ${doors} of ${scopeName(s, scope)} without a second factor`;
    ground.report('privileged_without_second_factor', pathTo(assignment), message, held);
  }
}

/** The code `everyone_everywhere`. */
export function lintEveryone(ground: Ground): void {
  const { s, policy } = ground;
  const all = policy.users?.filter(({ active }) => active !== false).length ?? 0;
  const openables = ground.openables.length;
  if (all < 2 || openables < 2) return;
  const known = new Map<ScopeCode, boolean>();
  const everybody = new Map<string, boolean>();
  policy.assignments?.forEach((assignment, index) => {
    const { subject, validity, enabled } = assignment;
    if (subject.type !== 'team' || enabled === false || validity !== undefined) return;
    const role = s.model.byId.get(assignment.role)?.index ?? -1;
    if (!opens(s, role, 'door') && !opens(s, role, 'elevator_stop')) return;
    const scope = writtenScope(s, assignment.scope);
    const group = (scope & 3) === GROUP ? at(s.tables.groups, scope >> 2) : undefined;
    if (group !== undefined && (!group.enabled || group.restrictions !== undefined)) return;
    const whole = known.get(scope) ?? portalsIn(ground, scope).length >= openables;
    known.set(scope, whole);
    if (!whole) return;
    const team = s.tables.teams.numbering.get(subject.id) ?? -1;
    const isEverybody = everybody.get(subject.id) ?? activeUsersOf(s, team).size >= all;
    everybody.set(subject.id, isEverybody);
    if (!isEverybody) return;
    const message = `team ${quote(subject.id)} is everybody, and opens every door at any time by assignment ${quote(assignment.id)}`;
    ground.report('everyone_everywhere', ['assignments', index], message);
  });
}

/** The code `toxic_pair`, of assignments that are switched on and not past, held by active users. */
export function lintSegregation(ground: Ground): void {
  if (ground.segregation.length === 0) return;
  const places = new Map(ground.policy.users?.map(({ id }, index) => [id, index]));
  ground.segregation.forEach((pair, index) => {
    const first = holdersOf(ground, pair.first);
    const second = holdersOf(ground, pair.second);
    for (const [user, one] of first) {
      const other = second.get(user);
      const id = at(ground.s.tables.users, user)?.id ?? '';
      if (other === undefined) continue;
      const name = pair.name === undefined ? `pair ${index + 1}` : quote(pair.name);
      const message = `user ${quote(id)} holds both duties of ${name}: ${dutyText(pair, 'first')}, and ${dutyText(pair, 'second')}`;
      const related = [...new Set([one, other])].map((number) => ['assignments', number]);
      ground.report('toxic_pair', ['users', places.get(id) ?? 0], message, related);
    }
  });
}

/** By the options, else: may create access rights, at a place or the organisation. */
function isPrivileged(ground: Ground, role: Role, { scope }: Assignment): boolean {
  if (ground.privileged !== undefined) return ground.privileged.includes(role.id);
  const wide = scope.type === 'organization' || scope.type === 'place';
  return wide && hasPermission(role, 'access_right', 'create');
}

function isPast({ now }: Ground, { validity }: Assignment): boolean {
  return now !== undefined && validity?.until !== undefined && parseInstant(validity.until) <= now;
}

/** How many doors and stops a role opens there without a second factor. */
function openWithoutFactor(ground: Ground, scope: ScopeCode, role: Role): number {
  const { s } = ground;
  const group = (scope & 3) === GROUP ? at(s.tables.groups, scope >> 2) : undefined;
  if (group?.restrictions?.secondFactor === true) return 0;
  return portalsIn(ground, scope).filter(
    (portal) =>
      opens(s, role.index, portal.type) &&
      portal.restrictions?.secondFactor !== true &&
      at(s.tables.places, portal.place)?.restrictions?.secondFactor !== true,
  ).length;
}

/** Where the scopes of assignments stand in the document. */
function scopePaths({ policy }: Ground): (assignment: Assignment) => Path {
  const indexes = (elements: readonly { readonly id: string }[] = []) =>
    new Map(elements.map(({ id }, index) => [id, index]));
  const places = { places: indexes(policy.places), groups: indexes(policy.groups) };
  const all = { ...places, doors: indexes(policy.doors) };
  return ({ scope: { type, id } }) => {
    if (type === 'organization') return ['organization'];
    const collection = type === 'place' ? 'places' : type === 'group' ? 'groups' : 'doors';
    return [collection, all[collection].get(id) ?? -1];
  };
}

/** User number → the first assignment, by its place in the document, that gives a duty. */
function holdersOf(ground: Ground, duty: Duty): Map<number, number> {
  const { s, policy } = ground;
  const found = new Map<number, number>();
  const teams = new Set<string>();
  policy.assignments?.forEach((assignment, index) => {
    const { subject, enabled } = assignment;
    const isTeam = subject.type === 'team';
    // Whoever is in a team holds the duty by the first assignment of it.
    if (enabled === false || (isTeam && teams.has(subject.id))) return;
    if (isPast(ground, assignment) || !gives(ground, assignment, duty)) return;
    if (isTeam) teams.add(subject.id);
    const team = isTeam ? (s.tables.teams.numbering.get(subject.id) ?? -1) : -1;
    const users = isTeam ? activeUsersOf(s, team) : fewUsersWith(s, assignment);
    for (const user of users) {
      if (!found.has(user)) found.set(user, index);
    }
  });
  return found;
}

function gives({ s }: Ground, { role, scope }: Assignment, duty: Duty): boolean {
  if (duty.role !== undefined && duty.role !== role) return false;
  if (duty.group !== undefined && !(scope.type === 'group' && scope.id === duty.group))
    return false;
  if (duty.permission === undefined) return true;
  const [type = '', action = ''] = duty.permission.split(':');
  const held = s.model.byId.get(role);
  return held !== undefined && hasPermission(held, type, action);
}

function dutyText(pair: ToxicPair, side: 'first' | 'second'): string {
  const { role, group, permission } = pair[side];
  const parts = [
    ...(role === undefined ? [] : [`role ${quote(role)}`]),
    ...(permission === undefined ? [] : [`permission ${quote(permission)}`]),
    ...(group === undefined ? [] : [`at group ${quote(group)}`]),
  ];
  return parts.join(' ');
}

/** Whether a duty names what the policy has; the first thing it does not have, in words. */
export function unknownOf(ground: Pick<Ground, 's'>, duty: Duty): string | undefined {
  const { s } = ground;
  const { role, group, permission } = duty;
  if (role !== undefined && !s.model.byId.has(role)) return `unknown role ${quote(role)}`;
  if (group !== undefined && find(s.tables.groups, group) === undefined) {
    return `unknown group ${quote(group)}`;
  }
  if (permission === undefined) return undefined;
  const [type = '', action = '', rest] = permission.split(':');
  if (rest === undefined && s.model.actions.get(type)?.has(action)) return undefined;
  return `no role of the model has the permission ${quote(permission)}`;
}
