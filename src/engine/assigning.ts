/** Giving, changing and ending rights: clause A3 of docs/clauses.md, with R23 and R25 to R27. */
import { mayHandOut, mayTakeAway } from '../checks/roles/delegation.js';
import type { Assignment } from '../policy/document.js';
import type { Role } from '../policy/role-model.js';
import { parseInstant } from '../values/instant.js';
import { type Holding, holdingsOf, includesScope, teamsOf } from './holding.js';
import { holdingManages } from './manage.js';
import type { HolderRecord } from './records.js';
import type { AccessRequest } from './request.js';
import type { ScopeCode } from './scope-code.js';
import type { Snapshot } from './snapshot.js';
import { at, find } from './table.js';

/** One right given to somebody or ended. */
export interface RightChange {
  readonly kind: 'give' | 'end';
  /** Undefined: whatever role. */
  readonly role: Role | undefined;
  /** Undefined: whoever. */
  readonly target: HolderRecord | undefined;
  /** Every scope that contains the scope of the right, sorted. */
  readonly containers: readonly ScopeCode[];
  readonly scopeType: string;
  /** The instant the right ends, Infinity if it does not. */
  readonly until: number;
}

/**
 * The assignments by any one of which an actor may make every one of these changes. The rules that hold
 * whoever acts come first; then one assignment must satisfy all the rest alone.
 * @param roles - role index → 1 if the role has the `access_right` permission the change needs.
 */
export function carriersOf(
  s: Snapshot,
  actor: HolderRecord,
  roles: Uint8Array,
  changes: readonly RightChange[],
  time: number,
): Assignment[] {
  const gives = changes.some(({ kind }) => kind === 'give');
  for (const change of changes) {
    const { role, target } = change;
    if (role !== undefined && !roleMayChange(s, role, change)) return [];
    if (target !== undefined && gives && isHimself(s, actor, target)) return [];
  }
  const carriers: Assignment[] = [];
  for (const holding of holdingsOf(s, actor)) {
    if (roles[holding.role] !== 1) continue;
    if (!changes.every((change) => carries(s, holding, change))) continue;
    if (!holdingManages(s, holding, time, undefined)) continue;
    const carrier = at(s.tables.assignments, holding.assignment);
    if (carrier !== undefined && !carriers.includes(carrier)) carriers.push(carrier);
  }
  return carriers;
}

/** Whether an assignment reaches the scope, ranks high enough, may assign the role and outlasts the grant. */
function carries(s: Snapshot, holding: Holding, change: RightChange): boolean {
  const { role, target, containers, kind } = change;
  const own = s.model.roles[holding.role];
  if (own === undefined || !includesScope(containers, holding.scope)) return false;
  if (target !== undefined && own.rank < highestRank(s, target, containers)) return false;
  const mayChange = kind === 'give' ? mayHandOut : mayTakeAway;
  if (role !== undefined && !mayChange(own, role)) return false;
  return kind === 'end' || change.until <= endOf(s, holding);
}

/** R26: what of the role itself forbids the change. */
function roleMayChange(s: Snapshot, role: Role, change: RightChange): boolean {
  if (role.unique) return false;
  if (change.kind === 'end') return true;
  if (role.deprecated && !s.allowDeprecatedRoles) return false;
  return [...role.levels].some((level) => level === change.scopeType);
}

/** The highest rank somebody holds at a scope or above it, by assignments of any status. */
export function highestRank(
  s: Snapshot,
  target: HolderRecord,
  containers: readonly ScopeCode[] | undefined,
): number {
  let highest = 0;
  for (const holding of holdingsOf(s, target)) {
    if (containers !== undefined && !includesScope(containers, holding.scope)) continue;
    highest = Math.max(highest, s.model.roles[holding.role]?.rank ?? 0);
  }
  return highest;
}

/** Whether a change of the target's rights is one of the actor's own: himself, or a team he belongs to. */
export function isHimself(s: Snapshot, actor: HolderRecord, target: HolderRecord): boolean {
  if (actor.kind === target.kind) return actor.number === target.number;
  return target.kind === 'team' && teamsOf(s, actor).some(({ number }) => number === target.number);
}

function endOf(s: Snapshot, holding: Holding): number {
  return at(s.tables.validities, holding.assignment)?.until ?? Number.POSITIVE_INFINITY;
}

/** The role and the subject a question under A3 names, read. */
export interface Named {
  readonly role: Role | undefined;
  readonly target: HolderRecord | undefined;
  /** The role named is none of the model's: refused, whoever asks. */
  readonly noSuchRole: boolean;
}

/** Whether a request falls under A3 rather than A1 (R25). */
export function isAssigning(request: AccessRequest): boolean {
  const { resource, action } = request;
  if (resource.type !== 'access_right') return false;
  if (action.name !== 'create' && action.name !== 'update' && action.name !== 'delete')
    return false;
  const properties = resource.properties;
  return properties?.['role'] !== undefined || properties?.['subject'] !== undefined;
}

/**
 * The role and subject a request under A3 names; undefined when the subject does not exist, which
 * makes the resource unknown (R23).
 */
export function readNamed(s: Snapshot, request: AccessRequest): Named | undefined {
  const properties = request.resource.properties ?? {};
  const subject = properties['subject'];
  let target: HolderRecord | undefined;
  if (subject !== undefined) {
    const { type, id } = Object(subject) as { type?: unknown; id?: unknown };
    if (typeof id === 'string' && (type === 'user' || type === 'team' || type === 'link')) {
      target = find(s.tables[`${type}s`], id);
    }
    if (target === undefined) return undefined;
  }
  const name = properties['role'];
  const role = typeof name === 'string' ? s.model.byId.get(name) : undefined;
  return { role, target, noSuchRole: name !== undefined && role === undefined };
}

/**
 * A3 for one request of `decide`.
 * @returns the assignments that carry the change, none if it is refused.
 */
export function judgeAssigning(
  s: Snapshot,
  actor: HolderRecord,
  roles: Uint8Array,
  containers: readonly ScopeCode[],
  request: AccessRequest,
  named: Named,
  time: number,
): Assignment[] {
  const { resource, action } = request;
  if (named.noSuchRole) return [];
  const held = resource.id === '*' ? undefined : find(s.tables.assignments, resource.id);
  const old = held && {
    role: s.model.byId.get(held.role),
    target: find(s.tables[`${held.subject.type}s`], held.subject.id),
  };
  if (action.name === 'update' && held !== undefined && old?.role?.unique) {
    return judgeTransfer(s, actor, roles, held, named, request, time);
  }
  const base = {
    containers,
    scopeType: held?.scope.type ?? saidScopeType(resource.properties?.['scope']),
    until: readUntil(resource.properties?.['validity']),
  };
  const changes: RightChange[] = [];
  if (action.name !== 'create') {
    const { role, target } = old ?? named;
    changes.push({ kind: 'end', ...base, role, target });
  }
  if (action.name !== 'delete') {
    const kept = action.name === 'update' ? old : undefined;
    const role = named.role ?? kept?.role;
    const target = named.target ?? kept?.target;
    changes.push({ kind: 'give', ...base, role, target });
  }
  return carriersOf(s, actor, roles, changes, time);
}

/** R27: a unique role changes hands by its holder alone. */
function judgeTransfer(
  s: Snapshot,
  actor: HolderRecord,
  roles: Uint8Array,
  held: Assignment,
  named: Named,
  request: AccessRequest,
  time: number,
): Assignment[] {
  const mine = actor.kind === held.subject.type && actor.id === held.subject.id;
  const toAnother = named.target?.kind === 'user' && named.target.id !== actor.id;
  const sameRole = named.role === undefined || named.role.id === held.role;
  const own = [...holdingsOf(s, actor)].find(
    ({ assignment }) => at(s.tables.assignments, assignment)?.id === held.id,
  );
  const until = readUntil(request.resource.properties?.['validity']);
  const counts =
    own !== undefined &&
    roles[own.role] === 1 &&
    until <= endOf(s, own) &&
    holdingManages(s, own, time, undefined);
  return mine && toAnother && sameRole && counts ? [held] : [];
}

/** The type of the scope a request says; the organisation without one. */
function saidScopeType(said: unknown): string {
  return said === undefined ? 'organization' : String(Object(said).type);
}

/** When the right asked about ends; one that does not say, or says it badly, does not end. */
function readUntil(validity: unknown): number {
  const until = (Object(validity) as { until?: unknown }).until;
  const instant = typeof until === 'string' ? parseInstant(until) : Number.NaN;
  return Number.isNaN(instant) ? Number.POSITIVE_INFINITY : instant;
}
