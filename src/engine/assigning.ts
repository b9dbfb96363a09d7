/** Giving, changing and ending rights: clause A3 of docs/clauses.md, with R23 and R25 to R27. */
import { mayHandOut, mayTakeAway } from '../checks/roles/delegation.js';
import type { Assignment } from '../policy/document.js';
import type { Role } from '../policy/role-model.js';
import { parseInstant } from '../values/instant.js';
import { holdingsOf, includesScope, teamsOf, type Holding } from './holding.js';
import { holdingManages } from './manage.js';
import type { HolderRecord, ScopeCode } from './records.js';
import type { AccessRequest } from './request.js';
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
 * The assignment by which an actor may make every one of these changes, or undefined if none carries
 * them all. The rules that hold whoever acts come first; then one assignment must satisfy the rest alone.
 * @param roles - role index → 1 if the role has the `access_right` permission the change needs.
 */
export function carrierOf(
  s: Snapshot,
  actor: HolderRecord,
  roles: Uint8Array,
  changes: readonly RightChange[],
  time: number,
): Assignment | undefined {
  for (const change of changes) {
    if (change.role !== undefined && !roleMayChange(s, change.role, change)) return undefined;
    const { kind, target } = change;
    if (target !== undefined && kind === 'give' && isHimself(s, actor, target)) return undefined;
  }
  for (const holding of holdingsOf(s, actor)) {
    if (roles[holding.role] !== 1) continue;
    if (!changes.every((change) => carries(s, holding, change))) continue;
    if (!holdingManages(s, holding, time, undefined)) continue;
    return at(s.tables.assignments, holding.assignment);
  }
  return undefined;
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

/** What became of a question under A3. */
export type AssigningAnswer =
  | { readonly kind: 'granted'; readonly grants: readonly string[] }
  | { readonly kind: 'refused' }
  /** The subject named in the properties does not exist. */
  | { readonly kind: 'resource_unknown' };

/** Whether a request falls under A3 rather than A1 (R25). */
export function isAssigning(request: AccessRequest): boolean {
  const { resource, action } = request;
  if (resource.type !== 'access_right') return false;
  if (action.name !== 'create' && action.name !== 'update' && action.name !== 'delete') return false;
  const properties = resource.properties;
  return (properties?.['role'] ?? undefined) !== undefined ||
    (properties?.['subject'] ?? undefined) !== undefined;
}

/** A3 for one request of `decide`. */
export function judgeAssigning(
  s: Snapshot,
  actor: HolderRecord,
  roles: Uint8Array,
  containers: readonly ScopeCode[],
  request: AccessRequest,
  time: number,
): AssigningAnswer {
  const { resource, action } = request;
  const held = resource.id === '*' ? undefined : find(s.tables.assignments, resource.id);
  const named = readNamed(s, resource.properties ?? {});
  if (named === 'resource_unknown') return { kind: 'resource_unknown' };
  if (named === 'refused') return { kind: 'refused' };
  const scopeType = held?.scope.type ?? saidScopeType(resource.properties?.['scope']);
  const until = readUntil(resource.properties?.['validity'] ?? undefined);
  const old = held && {
    role: s.model.byId.get(held.role),
    target: find(s.tables[`${held.subject.type}s`], held.subject.id),
  };
  if (action.name === 'update' && old !== undefined && old.role?.unique) {
    return judgeTransfer(s, actor, roles, held as Assignment, named, time);
  }
  const changes: RightChange[] = [];
  const base = { containers, scopeType, until };
  if (action.name !== 'create') changes.push({ kind: 'end', ...base, ...(old ?? named) });
  if (action.name !== 'delete') {
    const role = named.role ?? (action.name === 'update' ? old?.role : undefined);
    const target = named.target ?? (action.name === 'update' ? old?.target : undefined);
    changes.push({ kind: 'give', ...base, role, target });
  }
  const carrier = carrierOf(s, actor, roles, changes, time);
  return carrier === undefined ? { kind: 'refused' } : { kind: 'granted', grants: [carrier.id] };
}

/** R27: a unique role changes hands by its holder alone. */
function judgeTransfer(
  s: Snapshot,
  actor: HolderRecord,
  roles: Uint8Array,
  held: Assignment,
  named: { role: Role | undefined; target: HolderRecord | undefined },
  time: number,
): AssigningAnswer {
  const mine = actor.kind === held.subject.type && actor.id === held.subject.id;
  const toAnother = named.target?.kind === 'user' && named.target.id !== actor.id;
  const sameRole = named.role === undefined || named.role.id === held.role;
  const own = [...holdingsOf(s, actor)].find(
    ({ assignment }) => at(s.tables.assignments, assignment)?.id === held.id,
  );
  const counts =
    own !== undefined && roles[own.role] === 1 && holdingManages(s, own, time, undefined);
  return mine && toAnother && sameRole && counts
    ? { kind: 'granted', grants: [held.id] }
    : { kind: 'refused' };
}

/** The role and subject a request names; R23 says what an unknown one answers. */
function readNamed(
  s: Snapshot,
  properties: Readonly<Record<string, unknown>>,
):
  | { role: Role | undefined; target: HolderRecord | undefined }
  | 'resource_unknown'
  | 'refused' {
  const subject = properties['subject'] ?? undefined;
  let target: HolderRecord | undefined;
  if (subject !== undefined) {
    const { type, id } = Object(subject) as { type?: unknown; id?: unknown };
    if (typeof id !== 'string') return 'resource_unknown';
    if (type === 'user' || type === 'team' || type === 'link') {
      target = find(s.tables[`${type}s`], id);
    }
    if (target === undefined) return 'resource_unknown';
  }
  const name = properties['role'] ?? undefined;
  const role = typeof name === 'string' ? s.model.byId.get(name) : undefined;
  return name !== undefined && role === undefined ? 'refused' : { role, target };
}

function saidScopeType(said: unknown): string {
  return said === undefined || said === null
    ? 'organization'
    : String((said as { type?: unknown }).type);
}

/** When the right asked about ends; one that does not say, or says it badly, does not end. */
function readUntil(validity: unknown): number {
  const until = (Object(validity) as { until?: unknown }).until;
  const instant = typeof until === 'string' ? parseInstant(until) : Number.NaN;
  return Number.isNaN(instant) ? Number.POSITIVE_INFINITY : instant;
}
