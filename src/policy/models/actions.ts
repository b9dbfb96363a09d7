/** The lists of actions that the built-in role models repeat. Source: docs/roles.md. */
import type { RoleModelDocument } from '../document.js';

/** See only. */
export const VIEW: readonly string[] = ['view'];
/** See and make: reports, imports. */
export const VIEW_CREATE: readonly string[] = ['view', 'create'];
/** See, make and delete what cannot be edited: access links, cameras. */
export const VIEW_CREATE_DELETE: readonly string[] = ['view', 'create', 'delete'];
/** What the older plans call `manage`. */
export const MANAGE: readonly string[] = ['view', 'create', 'update', 'delete'];

/** Resource type → actions, as a role of a document holds them. */
export type Permissions = RoleModelDocument['roles'][number]['permissions'];

/** Every action that some role of the model has, under its resource type. */
export function everyAction(model: RoleModelDocument): Permissions {
  const all = new Map<string, Set<string>>();
  for (const role of model.roles) {
    for (const [type, actions] of Object.entries(role.permissions)) {
      all.set(type, new Set([...(all.get(type) ?? []), ...actions]));
    }
  }
  return Object.fromEntries([...all].map(([type, actions]) => [type, [...actions]]));
}
