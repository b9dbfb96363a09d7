/** What a change needs: permissions, and the places at which somebody must have them. */
import type { RoleModel } from '../policy/role-model.js';
import type { ChangeKind } from './element-change.js';

/** One permission that somebody must have for a change. */
export interface Need {
  /** Resource type of the permission. */
  readonly type: string;
  /** Every one of them, by the same assignment. */
  readonly actions: readonly string[];
  /** The element it concerns, by the name under which the engine finds where that lies. */
  readonly at: { readonly type: string; readonly id: string };
  /**
   * A new thing is judged where it will lie, one taken away where it lies, an altered one at both. One
   * that joins a group is judged where it lay before, a new one where it lies apart from groups. One
   * that moves is judged at both places themselves: a group it takes along says nothing of either.
   * `everywhere` is for a user or link who exists: where he lies before the set, and at each scope at
   * which he holds something, since whoever gets hold of him passes at all of them.
   */
  readonly where: ChangeKind | 'join' | 'move' | 'everywhere';
}

/**
 * The actions of a permission that a change of this kind needs. Where a model has no `update` of a type:
 * `change_settings` if it has that, else both `create` and `delete`, which could do the same in two steps.
 */
export function actionsFor(model: RoleModel, type: string, kind: ChangeKind): readonly string[] {
  if (kind !== 'update') return [kind];
  const named = model.actions.get(type);
  if (named === undefined || named.has('update')) return ['update'];
  return named.has('change_settings') ? ['change_settings'] : ['create', 'delete'];
}

/** The need of a plain change: one permission, for the element itself. */
export function plainNeed(model: RoleModel, type: string, kind: ChangeKind, at: Need['at']): Need {
  return { type, actions: actionsFor(model, type, kind), at, where: kind };
}
