/** Role models with inheritance resolved: what the engine and the document's rules read. */
import type { Level, RoleModelDocument } from './document.js';

/** One role, with everything it inherits. */
export interface Role {
  /** Position in {@link RoleModel.roles}. */
  readonly index: number;
  readonly id: string;
  readonly name: Readonly<Record<string, string>>;
  readonly levels: ReadonlySet<Level>;
  readonly rank: number;
  /** Ids of this role and of all it inherits from, directly or not. */
  readonly juniors: ReadonlySet<string>;
  /** Resource type → actions, inherited ones included. */
  readonly permissions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Role ids it may grant, or every role up to its own rank. */
  readonly assigns: ReadonlySet<string> | 'up_to_own_rank';
  readonly unique: boolean;
  readonly assignable: boolean;
  readonly deprecated: boolean;
}

/** A resolved role model. */
export interface RoleModel {
  readonly id: string;
  readonly onePerScope: boolean;
  readonly roles: readonly Role[];
  readonly byId: ReadonlyMap<string, Role>;
  /** Resource type → every action some role of the model has on it. */
  readonly actions: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Resolves inheritance. Unknown or cyclic `inherits` are reported by the document's rules before this
 * runs; here an unknown id is skipped and a cycle ends where it closes.
 */
export function resolveRoleModel(document: RoleModelDocument): RoleModel {
  const documents = new Map(document.roles.map((role) => [role.id, role]));
  const actions = new Map<string, Set<string>>();
  const roles = document.roles.map((role, index): Role => {
    const juniors = new Set<string>();
    const permissions = new Map<string, Set<string>>();
    const waiting = [role.id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const junior = documents.get(next);
      if (junior === undefined || juniors.has(next)) continue;
      juniors.add(next);
      waiting.push(...(junior.inherits ?? []));
      for (const [type, names] of Object.entries(junior.permissions)) {
        for (const name of names) {
          addTo(permissions, type, name);
          addTo(actions, type, name);
        }
      }
    }
    return {
      index,
      id: role.id,
      name: role.name ?? { en: role.id },
      levels: new Set(role.levels),
      rank: role.rank,
      juniors,
      permissions,
      assigns: role.assigns === 'up_to_own_rank' ? role.assigns : new Set(role.assigns ?? []),
      unique: role.unique ?? false,
      assignable: role.assignable ?? true,
      deprecated: role.deprecated ?? false,
    };
  });
  return {
    id: document.id,
    onePerScope: document.onePerScope ?? false,
    roles,
    byId: new Map(roles.map((role) => [role.id, role])),
    actions,
  };
}

/** Whether a role, or one it inherits, has a permission. */
export function hasPermission(role: Role, type: string, action: string): boolean {
  return role.permissions.get(type)?.has(action) ?? false;
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
