/** What a new right meets where one is already, and what is to become of that. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { Assignment, Validity } from '../../policy/document.js';
import type { PermissionNeed } from '../plan.js';
import { sameValue } from '../same-value.js';
import { assignmentsOf } from './held.js';
import type { Planning } from './planning.js';

/**
 * `refuse` the new one; `keep` the old one; `replace` it; `replace_if_lower`: replace it if its role ranks lower than the
 * new one, else keep it.
 */
export type Existing = 'refuse' | 'keep' | 'replace' | 'replace_if_lower';

/** A right to be given. */
export interface WantedRight {
  readonly subject: Assignment['subject'];
  readonly role: string;
  readonly scope: Assignment['scope'];
  readonly validity: Validity | undefined;
}

/** What is to be done: give a new one, or something about the one that is there. */
export type Met =
  | { readonly kind: 'grant' }
  | { readonly kind: 'refuse' | 'keep' | 'replace'; readonly assignment: string };

/**
 * What a wanted right meets. In a model of one role per scope that is any right of a user or link at the very
 * scope; elsewhere one of the same role there, beside which a second would say nothing, or something else.
 * One that is exactly what is wanted is kept, unless the order is to refuse.
 */
export function meetExisting(engine: Engine, wanted: WantedRight, existing: Existing): Met {
  const { model } = snapshotOf(engine);
  // A4: the rights of teams do not count.
  const isAlone = model.onePerScope && wanted.subject.type !== 'team';
  const found = assignmentsOf(engine, wanted.subject).find(
    ({ scope, role }) =>
      scope.type === wanted.scope.type &&
      scope.id === wanted.scope.id &&
      (isAlone || role === wanted.role),
  );
  if (found === undefined) return { kind: 'grant' };
  const assignment = found.id;
  const rank = (role: string) => model.byId.get(role)?.rank ?? 0;
  switch (existing) {
    case 'refuse':
    case 'keep':
      return { kind: existing, assignment };
    case 'replace':
      return { kind: isWanted(found, wanted) ? 'keep' : 'replace', assignment };
    case 'replace_if_lower': {
      const isLower = rank(found.role) < rank(wanted.role);
      return { kind: isLower ? 'replace' : 'keep', assignment };
    }
    default: {
      const never: never = existing;
      return never;
    }
  }
}

/**
 * The permission to give rights at a scope at all. Whoever lacks it is not told what others hold there: a right that is
 * there already is then no answer.
 */
export function needToGive({
  subject,
  scope,
}: Pick<WantedRight, 'subject' | 'scope'>): PermissionNeed {
  const type = subject.type === 'link' ? 'access_link' : 'access_right';
  return { action: 'create', resource: { type, id: '*', properties: { scope } } };
}

/** Whether an actor has that permission. */
export function mayGive(
  { engine, actor, time }: Pick<Planning, 'engine' | 'actor' | 'time'>,
  wanted: Pick<WantedRight, 'subject' | 'scope'>,
): boolean {
  const { action, resource } = needToGive(wanted);
  const subject = { type: 'user', id: actor };
  return engine.check({ subject, action: { name: action }, resource, context: { time } });
}

/** Whether a right already is what is wanted, and is switched on. */
function isWanted(found: Assignment, { role, validity }: WantedRight): boolean {
  return found.role === role && found.enabled !== false && sameValue(found.validity, validity);
}
