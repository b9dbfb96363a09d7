/** easy-rbac, with a role for each scope that may do one operation for each of its doors. */
import RBAC from 'easy-rbac';
import type { Contender } from '../contender.js';
import type { Site } from '../site.js';
import { doorRoles } from './roles.js';

/** It knows no instances, so the door becomes part of the operation's name; it only answers with promises. */
export function easyRbacPeer(site: Site): Contender {
  const roles = doorRoles(site);
  const definitions: Record<string, { can: string[] }> = {};
  for (const [role, doors] of roles.doors) {
    definitions[role] = { can: doors.map((door) => `unlock:${door}`) };
  }
  const control = new RBAC(definitions);
  return {
    name: 'easy-rbac',
    note: 'no instances: the door is part of the operation; answers with a promise, awaited one by one',
    async checkLater(request) {
      const held = roles.ofUser.get(request.subject.id);
      if (held === undefined) return false;
      return control.can([...held], `${request.action.name}:${request.resource.id}`);
    },
  };
}
