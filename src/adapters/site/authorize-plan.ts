/** Whether an actor may write a plan: the policy's changes, the records, and the way by which he comes. */
import { authorizeChange } from '../../admin/authorize-change.js';
import type { Plan } from '../../admin/plan.js';
import { isWithdrawal } from '../../admin/withdrawal.js';
import type { Decision } from '../../engine/decision.js';
import { findElement } from '../../engine/elements.js';
import type { SiteView, WriteCode } from './site.js';

/** Why a plan may not be written. */
export interface PlanRefusal {
  readonly code: Extract<WriteCode, 'refused' | 'not_a_withdrawal'>;
  readonly detail: string;
  readonly decision?: Decision;
}

/**
 * Undefined when the plan may be written. The actor is one of {@link refusedUnlessActive}.
 * @throws PolicyError when the changed policy would be invalid.
 * @throws TypeError for a plan of a user that writes records and names no permission for them.
 */
export function refusalOf(view: SiteView, plan: Plan): PlanRefusal | undefined {
  const { actor, engine } = view;
  const { changes, records, needs = [], own = false } = plan;
  if (actor.type === 'system') {
    // A key is the word of whoever made it. The system has no rights that one could act by.
    const makesKeys = records?.put?.some(({ kind }) => kind === 'api_key') ?? false;
    const withdraws = changes === undefined || isWithdrawal(engine, changes);
    if (withdraws && !makesKeys) return undefined;
    return { code: 'not_a_withdrawal', detail: `the system only withdraws \`${actor.id}\`` };
  }
  const writes = (records?.put?.length ?? 0) + (records?.remove?.length ?? 0);
  if (writes > 0 && needs.length === 0 && changes === undefined && !own) {
    throw new TypeError('a plan of a user that writes records needs a permission');
  }
  const context = { time: view.time };
  const subject = { type: 'user', id: actor.id };
  for (const { action, resource } of needs) {
    const decision = engine.decide({ subject, action: { name: action }, resource, context });
    if (!decision.decision) return refused(decision, `${resource.type}:${action}`);
  }
  if (changes === undefined) return undefined;
  const decision = authorizeChange(engine, subject, changes, context);
  return decision.decision ? undefined : refused(decision, 'the change');
}

/**
 * Why somebody may write nothing at all: who asks is judged before what is asked is even planned, so that the answers
 * of plans tell nobody what there is.
 */
export function refusedUnlessActive(
  view: Pick<SiteView, 'engine' | 'actor' | 'time'>,
): PlanRefusal | undefined {
  const { engine, actor, time } = view;
  if (actor.type === 'system') return undefined;
  const user = findElement(engine, 'users', actor.id);
  if (user !== undefined && user.active !== false) return undefined;
  // Even nothing is refused.
  return refused(
    authorizeChange(engine, { type: 'user', id: actor.id }, {}, { time }),
    'the actor',
  );
}

function refused(decision: Decision, what: string): PlanRefusal {
  const { code, at } = decision.context.reasons[0] ?? { code: 'no_access_right', at: undefined };
  const where = at === undefined ? '' : ` at ${at.type} \`${at.id}\``;
  return { code: 'refused', detail: `${what} is refused: ${code}${where}`, decision };
}
