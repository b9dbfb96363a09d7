/** Which role a tenant gets at his door where nobody says: the least that opens it and lets others in. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { hasPermission } from '../../policy/role-model.js';

/** In KIWI the host. Undefined for a model in which no such role is held at a door. */
export function tenantRole(engine: Engine): string | undefined {
  const able = snapshotOf(engine).model.roles.filter(
    (role) =>
      role.levels.has('door') &&
      role.assignable &&
      !role.unique &&
      !role.deprecated &&
      hasPermission(role, 'door', 'unlock') &&
      hasPermission(role, 'access_right', 'create'),
  );
  return able.sort((a, b) => a.rank - b.rank)[0]?.id;
}
