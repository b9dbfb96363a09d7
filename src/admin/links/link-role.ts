/** Which role a link gets where nobody says: the least that opens. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { Level } from '../../policy/document.js';
import type { Role } from '../../policy/role-model.js';

/**
 * The role of the lowest rank that opens doors, may be held at a level and by a link, and is neither unassignable nor
 * out of use. Undefined where the model has none: the guest of KIWI, say, may do more than open.
 */
export function linkRole(engine: Engine, level: Level): string | undefined {
  const { model, allowDeprecatedRoles } = snapshotOf(engine);
  const able = model.roles.filter(
    (role) =>
      role.levels.has(level) &&
      role.assignable &&
      !role.unique &&
      (!role.deprecated || allowDeprecatedRoles) &&
      (role.permissions.get('door')?.has('unlock') ?? false) &&
      onlyOpens(role),
  );
  return able.sort((a, b) => a.rank - b.rank)[0]?.id;
}

/** What a link may hold: permissions to view and to open, and no others. Source: docs/policy.md, "Collections". */
function onlyOpens(role: Role): boolean {
  for (const actions of role.permissions.values()) {
    for (const action of actions) {
      if (action !== 'view' && action !== 'unlock' && action !== 'get_access') return false;
    }
  }
  return true;
}
