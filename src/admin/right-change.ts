/** Changes of rights: assignments given, altered and ended, and teams joined and left (A3, A5). */
import { carriersOf, isHimself, type RightChange } from '../engine/assigning.js';
import { holdingsOf } from '../engine/holding.js';
import { containersOfScope } from '../engine/location.js';
import { holdingManages } from '../engine/manage.js';
import type { HolderRecord } from '../engine/records.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, find, numberOf } from '../engine/table.js';
import type { Assignment } from '../policy/document.js';
import { parseInstant } from '../values/instant.js';
import type { ElementChange } from './element-change.js';
import { areMet, type Hearing, isTenantedByAnother, rolesWith, type Verdict } from './hearing.js';
import { addedTo } from './id-lists.js';
import { asScopesOf } from './later-scopes.js';
import { actionsFor } from './need.js';
import { changedMembers } from './same-value.js';
import { countsAtTenanted } from './tenants-grant.js';

/**
 * Judges an assignment given, altered or ended. Altering is ending the old and giving the new; one's own
 * may be ended, never altered, save that the holder of the unique role may pass it on. Whoever gives
 * signs with his own name (`grantedBy`).
 */
export function judgeAssignment(h: Hearing, change: ElementChange<'assignments'>): Verdict {
  const { before: old, after: next } = change;
  for (const each of [old, next]) {
    if (each?.scope.type !== 'door' || !isTenantedByAnother(h, each.scope.id)) continue;
    if (next !== undefined || !isReturned(h, each.scope.id)) return 'tenancy';
  }
  if (next !== undefined && (h.actor.kind !== 'user' || next.grantedBy !== h.actor.id)) {
    return 'no_access_right';
  }
  if (old !== undefined && next !== undefined) {
    if (isUnique(h, old) && isUnique(h, next)) return mayTransfer(h, old, next);
    if (isOwn(h, old.subject)) return 'no_access_right';
  }
  const halves: Half[] = [];
  if (old !== undefined) halves.push({ kind: 'end', right: old, subject: old.subject });
  if (next !== undefined) halves.push({ kind: 'give', right: next, subject: next.subject });
  return mayDo(h, halves) ? 'permitted' : 'no_access_right';
}

/**
 * Judges who joins and leaves a team: for each, every right of the team and of those above it is given
 * or ended. The permission for the team itself is another matter. A team that is deleted ends its rights
 * by the removal of its assignments, which the same change set must hold.
 */
export function judgeMembers(h: Hearing, change: ElementChange<'teams'>): Verdict {
  const { before, after } = change;
  if (after === undefined) return 'permitted';
  const verdicts = (['user', 'team'] as const).flatMap((type) => [
    ...addedTo(before?.[`${type}s`], after[`${type}s`]).map((id) =>
      judgeRightsOf(h, h.after, change.id, 'give', { type, id }),
    ),
    ...addedTo(after[`${type}s`], before?.[`${type}s`]).map((id) =>
      judgeRightsOf(h, h.before, change.id, 'end', { type, id }),
    ),
  ]);
  return verdicts.find((verdict) => verdict !== 'permitted') ?? 'permitted';
}

type Subject = Assignment['subject'];

/** One right given to a subject or ended. */
interface Half {
  readonly kind: 'give' | 'end';
  readonly right: Assignment;
  readonly subject: Subject;
}

/** Every right that a team of a policy holds, given to one member or taken from it. */
function judgeRightsOf(
  h: Hearing,
  s: Snapshot,
  teamId: string,
  kind: 'give' | 'end',
  member: Subject,
): Verdict {
  const team = find(s.tables.teams, teamId);
  if (team === undefined) return 'no_access_right';
  for (const holding of holdingsOf(s, team)) {
    const assignment = at(s.tables.assignments, holding.assignment);
    if (assignment === undefined) return 'no_access_right';
    const { scope } = assignment;
    if (scope.type === 'door' && isTenantedByAnother(h, scope.id)) return 'tenancy';
    // To leave a right at a wider scope, which opens nothing, is for whoever may end it.
    if (kind === 'give' && countsAtTenanted(h, s, holding)) return 'tenancy';
    if (!mayDo(h, [{ kind, right: assignment, subject: member }])) return 'no_access_right';
  }
  return 'permitted';
}

/**
 * A3: whether one assignment of the actor carries all of these halves; notes it. Two are an alteration,
 * which the model's `update` permits, or where there is none `delete` of the old and `create` of the new.
 */
function mayDo(h: Hearing, halves: readonly Half[]): boolean {
  if (halves.some(({ kind, subject }) => kind === 'give' && isOwn(h, subject))) return false;
  const changes: RightChange[] = [];
  for (const half of halves) {
    const change = rightChange(h, half);
    if (change === undefined) return false;
    changes.push(change);
  }
  const roles = halves.map((half) => rolesFor(h, half, halves.length > 1));
  const all = Uint8Array.from(h.before.model.roles, (_, role) =>
    roles.every((each) => each[role] === 1) ? 1 : 0,
  );
  const carriers = carriersOf(h.before, h.actor, all, changes, h.time);
  if (carriers.length === 0 || !mayGiveLinks(h, halves)) return false;
  for (const { id } of carriers) h.grants.add(id);
  return true;
}

/**
 * Whether the links among those given to are the actor's to extend: a link that exists opens more for
 * whoever has it, and lies nearer to whoever gives, so it takes the permission wherever it is already.
 */
function mayGiveLinks(h: Hearing, halves: readonly Half[]): boolean {
  const needs = halves
    .filter(({ kind, subject }) => kind === 'give' && subject.type === 'link')
    .filter(({ subject }) => find(h.before.tables.links, subject.id) !== undefined)
    .map((half) => ({
      type: 'access_link',
      actions: [actionOf(h, half, halves.length > 1)],
      at: { type: 'access_link', id: half.subject.id },
      where: 'everywhere' as const,
    }));
  return areMet(h, needs);
}

/** A half as the engine judges it; undefined for a role or scope that it cannot know. */
function rightChange(h: Hearing, { kind, right, subject }: Half): RightChange | undefined {
  const { before, after } = h;
  const role = before.model.byId.get(right.role);
  const containers =
    kind === 'give'
      ? asScopesOf(before, after, containersOfScope(after, right.scope))
      : containersOfScope(before, right.scope);
  if (role === undefined || containers === undefined) return undefined;
  const target = find(before.tables[`${subject.type}s`], subject.id);
  return { kind, role, target, containers, scopeType: right.scope.type, until: endOf(right) };
}

/** R27: the unique role changes hands by its holder alone, and nothing else of it changes. */
function mayTransfer(h: Hearing, old: Assignment, next: Assignment): Verdict {
  const parts = changedMembers(old, next);
  parts.delete('subject');
  parts.delete('grantedBy');
  const toAnother =
    next.subject.type === 'user' &&
    next.subject.id !== h.actor.id &&
    find(h.before.tables.users, next.subject.id) !== undefined;
  if (parts.size > 0 || !toAnother || !isActor(h, old.subject)) return 'no_access_right';
  const number = numberOf(h.before.tables.assignments, old.id);
  const roles = rolesWith(h, 'access_right', actionsFor(h.before.model, 'access_right', 'update'));
  for (const holding of holdingsOf(h.before, h.actor)) {
    if (holding.assignment !== number || roles[holding.role] !== 1) continue;
    if (!holdingManages(h.before, holding, h.time, undefined)) continue;
    h.grants.add(old.id);
    return 'permitted';
  }
  return 'no_access_right';
}

/** The roles that have the permission: of access links for what links hold, of access rights else. */
function rolesFor(h: Hearing, half: Half, altered: boolean): Uint8Array {
  return rolesWith(h, typeOf(half), [actionOf(h, half, altered)]);
}

function typeOf({ subject }: Half): 'access_link' | 'access_right' {
  return subject.type === 'link' ? 'access_link' : 'access_right';
}

function actionOf(h: Hearing, half: Half, altered: boolean): string {
  const named = h.before.model.actions.get(typeOf(half))?.has('update') ?? false;
  if (altered && named) return 'update';
  return half.kind === 'give' ? 'create' : 'delete';
}

/** Whether a right of this subject is the actor's own, as the policy is or as it will be. */
function isOwn(h: Hearing, subject: Subject): boolean {
  return [h.before, h.after].some((s) => {
    const actor = find(s.tables[`${h.actor.kind}s`], h.actor.id);
    const target: HolderRecord | undefined = find(s.tables[`${subject.type}s`], subject.id);
    return actor !== undefined && target !== undefined && isHimself(s, actor, target);
  });
}

function isActor(h: Hearing, subject: Subject): boolean {
  return subject.type === h.actor.kind && subject.id === h.actor.id;
}

function isUnique(h: Hearing, assignment: Assignment): boolean {
  return h.before.model.byId.get(assignment.role)?.unique ?? false;
}

/**
 * Whether the set itself returns a tenanted door. Then it may end rights there too, as the next set could: the door's
 * own change, without which nothing of the set is permitted, takes the permission to return it.
 */
function isReturned(h: Hearing, door: string): boolean {
  const after = find(h.after.tables.doors, door);
  return after !== undefined && after.tenant < 0;
}

/** The instant a right ends, Infinity if it does not. */
function endOf({ validity }: Assignment): number {
  return validity?.until === undefined ? Number.POSITIVE_INFINITY : parseInstant(validity.until);
}
