/** The permission a plan names that writes records: where the actor has it, if he has it anywhere. */
import { snapshotOf } from '../../engine/compile.js';
import type { Assignment } from '../../policy/document.js';
import type { PermissionNeed } from '../plan.js';
import type { Planning } from './planning.js';

/**
 * The need of a permission at the first of these scopes at which the actor has it; at the first of all if he
 * has it nowhere, and then the plan is refused. In a model that does not name the type it is the permission for
 * access rights, which every model names: whoever asks here has been judged by `authorizeChange` besides.
 */
export function formalNeed(
  { engine, actor, time }: Pick<Planning, 'engine' | 'actor' | 'time'>,
  type: string,
  action: string,
  scopes: readonly Assignment['scope'][],
): PermissionNeed {
  const named = snapshotOf(engine).model.actions.get(type)?.has(action) ?? false;
  const needs = scopes.map((scope) => ({
    action: named ? action : 'create',
    resource: { type: named ? type : 'access_right', id: '*', properties: { scope } },
  }));
  const met = needs.find(({ action: name, resource }) =>
    engine.check({
      subject: { type: 'user', id: actor },
      action: { name },
      resource,
      context: { time },
    }),
  );
  const need = met ?? needs[0];
  if (need === undefined) throw new RangeError('a need lies at some scope');
  return need;
}
