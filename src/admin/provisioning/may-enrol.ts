/** Whether an actor may give a user a credential, before it is known which. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import type { Assignment, Credential } from '../../policy/document.js';
import { authorizeChange } from '../authorize-change.js';
import type { PermissionNeed, Plan } from '../plan.js';
import { formalNeed } from './formal-need.js';
import { assignmentsOf } from './held.js';
import type { Planning } from './planning.js';

/** The reason of a refusal, or undefined when the actor may. The user must exist. */
export function refusalToEnrol(
  { engine, actor, time }: Pick<Planning, 'engine' | 'actor' | 'time'>,
  user: string,
  kind: Credential['kind'],
): string | undefined {
  let id = '~';
  while (findElement(engine, 'credentials', id) !== undefined) id += '~';
  const put = { credentials: [{ id, kind, user, state: 'active' as const }] };
  const decision = authorizeChange(engine, { type: 'user', id: actor }, { put }, { time });
  return decision.decision ? undefined : decision.context.reason;
}

/**
 * The reason why an actor may not end an enrolment before its time, or undefined: whoever began it may, and whoever
 * might have. What was offered to somebody who is gone anybody ends who may give credentials at all.
 */
export function refusalToEnd(
  p: Pick<Planning, 'engine' | 'actor' | 'time'>,
  enrolment: {
    readonly offeredBy: string;
    readonly user: string;
    readonly credentialKind: Credential['kind'];
  },
): string | undefined {
  const { offeredBy, user, credentialKind } = enrolment;
  const isGone = findElement(p.engine, 'users', user) === undefined;
  return offeredBy === p.actor || isGone ? undefined : refusalToEnrol(p, user, credentialKind);
}

/** What the plan that ends an enrolment asks for: nothing of whoever began it. */
export function rightToEnd(
  p: Pick<Planning, 'engine' | 'actor' | 'time'>,
  { offeredBy, user }: { readonly offeredBy: string; readonly user: string },
): Pick<Plan, 'own' | 'needs'> {
  return offeredBy === p.actor ? { own: true } : { needs: [needToEnrol(p, user)] };
}

/** The permission that the record of an enrolment needs: to make cards where the user lies. */
export function needToEnrol(
  p: Pick<Planning, 'engine' | 'actor' | 'time'>,
  user: string,
): PermissionNeed {
  const scopes: Assignment['scope'][] = [
    { type: 'organization', id: snapshotOf(p.engine).organization.id },
    ...assignmentsOf(p.engine, { type: 'user', id: user }).map(({ scope }) => scope),
    ...assignmentsOf(p.engine, { type: 'user', id: p.actor }).map(({ scope }) => scope),
  ];
  return formalNeed(p, 'card', 'create', scopes);
}
