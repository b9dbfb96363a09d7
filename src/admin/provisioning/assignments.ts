/** Giving rights, changing when they count, ending them, and passing the unique role on. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Assignment, Validity } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { type Existing, mayGive, meetExisting, needToGive } from './existing.js';
import { type Draft, type Planning, patched } from './planning.js';

/** A right to be given. */
export interface GrantOrder {
  readonly subject: Assignment['subject'];
  readonly role: string;
  readonly scope: Assignment['scope'];
  readonly validity?: Validity;
  /** What becomes of a right that is there already. Default `refuse`. */
  readonly existing?: Existing;
  /** Default: a fresh one. */
  readonly id?: string;
}

/** What became of a right: `kept` when what was there already stays as it is. */
export interface Granted {
  readonly assignment: string;
  readonly done: 'granted' | 'replaced' | 'kept';
}

/** Why a right is not written. */
export type GrantCode = 'assignment_exists' | 'assignment_unknown' | 'unique_role' | 'not_unique';

/**
 * Gives a right, signed by the actor. What stands in its way is met as the order says: another right of
 * the subject at the same scope where the model allows one, else one of the same role.
 */
export function planGrant(p: Planning, order: GrantOrder): Outcome<Draft<Granted>, GrantCode> {
  const { engine, actor, newId } = p;
  const { subject, role, scope, validity, existing = 'refuse' } = order;
  if (order.id !== undefined && findElement(engine, 'assignments', order.id) !== undefined) {
    return exists(order.id);
  }
  const met = meetExisting(engine, { subject, role, scope, validity }, existing);
  if (met.kind === 'refuse' && mayGive(p, order)) return exists(met.assignment);
  if (met.kind === 'keep' || met.kind === 'refuse') {
    const value = { assignment: met.assignment, done: 'kept' } as const;
    return { ok: true, value: { value, needs: [needToGive(order)] } };
  }
  const id = met.kind === 'replace' ? met.assignment : (order.id ?? newId());
  const assignment: Assignment = {
    id,
    subject: { type: subject.type, id: subject.id },
    role,
    scope: { type: scope.type, id: scope.id },
    ...(validity === undefined ? {} : { validity }),
    grantedBy: actor,
  };
  const done = met.kind === 'replace' ? 'replaced' : 'granted';
  return { ok: true, value: { ...put(assignment), value: { assignment: id, done } } };
}

/** A right that counts at other times, or with null always. The actor signs it anew. */
export function planChangeValidity(
  { engine, actor }: Planning,
  order: { readonly assignment: string; readonly validity: Validity | null },
): Outcome<Draft<{ readonly assignment: string }>, GrantCode> {
  const before = findElement(engine, 'assignments', order.assignment);
  if (before === undefined) return unknown(order.assignment);
  if (isUnique(engine, before)) return unique(before.id, 'changed');
  const { validity } = order;
  return { ok: true, value: put(patched(before, { validity, grantedBy: actor })) };
}

/** Ends rights, all or none. */
export function planEnd(
  { engine }: Planning,
  assignments: readonly string[],
): Outcome<Draft<{ readonly ended: readonly string[] }>, GrantCode> {
  const ended = [...new Set(assignments)];
  for (const id of ended) {
    const assignment = findElement(engine, 'assignments', id);
    if (assignment === undefined) return unknown(id);
    if (isUnique(engine, assignment)) return unique(id, 'ended');
  }
  if (ended.length === 0) return { ok: true, value: { value: { ended } } };
  return { ok: true, value: { value: { ended }, changes: { remove: { assignments: ended } } } };
}

/**
 * Passes the unique role to another user; its holder alone may, and keeps nothing of it. What the other holds
 * at the same scope ends, where the model allows one right there.
 */
export function planTransfer(
  { engine, actor }: Planning,
  order: { readonly assignment: string; readonly to: string },
): Outcome<Draft<{ readonly assignment: string; readonly ended: readonly string[] }>, GrantCode> {
  const before = findElement(engine, 'assignments', order.assignment);
  if (before === undefined) return unknown(order.assignment);
  if (!isUnique(engine, before)) {
    const detail = `not the unique role \`${before.role}\``;
    return { ok: false, code: 'not_unique', detail };
  }
  const subject = { type: 'user', id: order.to } as const;
  const { role, scope } = before;
  const met = meetExisting(engine, { subject, role, scope, validity: undefined }, 'replace');
  const ended = met.kind === 'replace' ? [met.assignment] : [];
  const moved: Assignment = { ...before, subject, grantedBy: actor };
  const value = { assignment: before.id, ended };
  return {
    ok: true,
    value: {
      value,
      changes: {
        put: { assignments: [moved] },
        ...(ended.length === 0 ? {} : { remove: { assignments: ended } }),
      },
      audit: { object: { type: 'access_right', id: before.id }, data: { to: order.to } },
    },
  };
}

function put(assignment: Assignment): Draft<{ readonly assignment: string }> {
  return {
    value: { assignment: assignment.id },
    changes: { put: { assignments: [assignment] } },
    audit: { object: { type: 'access_right', id: assignment.id } },
  };
}

function isUnique(engine: Planning['engine'], { role }: Assignment): boolean {
  return snapshotOf(engine).model.byId.get(role)?.unique === true;
}

function exists(id: string): Outcome<never, GrantCode> {
  return { ok: false, code: 'assignment_exists', detail: `there is already a right \`${id}\`` };
}

function unknown(id: string): Outcome<never, GrantCode> {
  return { ok: false, code: 'assignment_unknown', detail: `unknown assignment \`${id}\`` };
}

function unique(id: string, what: string): Outcome<never, GrantCode> {
  return { ok: false, code: 'unique_role', detail: `passed on, not ${what}: \`${id}\`` };
}
