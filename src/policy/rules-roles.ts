/** Rules about an organisation's own role model. Source: docs/policy.md, "Role models". */
import { edgesOnCycles } from './cycles.js';
import type { RoleDocument, RoleModelDocument } from './document.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';

/** Codes `duplicate` (role ids), `reference` (`inherits`, `assigns`) and `cycle` (`inherits`). */
export function checkRoleModel(model: RoleModelDocument, pointer: string, report: Report): void {
  const byId = new Map<string, RoleDocument>();
  model.roles.forEach((role, index) => {
    if (byId.has(role.id)) {
      const message = `role id used twice ${quote(role.id)}`;
      report({ pointer: `${pointer}/roles/${index}/id`, code: 'duplicate', message });
    } else byId.set(role.id, role);
  });
  model.roles.forEach((role, index) => {
    checkRoleIds(role.inherits, byId, `${pointer}/roles/${index}/inherits`, report);
    if (Array.isArray(role.assigns)) {
      checkRoleIds(role.assigns, byId, `${pointer}/roles/${index}/assigns`, report);
    }
  });
  const edges = edgesOnCycles(model.roles, (role) => role.inherits ?? []);
  for (const { from, edge, to } of edges) {
    const message = `the role inherits from itself, through ${quote(to)}`;
    report({ pointer: `${pointer}/roles/${from}/inherits/${edge}`, code: 'cycle', message });
  }
}

function checkRoleIds(
  ids: readonly string[] | undefined,
  byId: ReadonlyMap<string, RoleDocument>,
  pointer: string,
  report: Report,
): void {
  ids?.forEach((id, index) => {
    if (byId.has(id)) return;
    report({
      pointer: `${pointer}/${index}`,
      code: 'reference',
      message: `unknown role ${quote(id)}`,
    });
  });
}
