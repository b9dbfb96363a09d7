/** accesscontrol, with a role for each scope that may unlock each of its doors. */
import { AccessControl } from 'accesscontrol';
import type { Contender } from '../contender.js';
import type { Site } from '../site.js';
import { doorRoles } from './roles.js';

interface Rule {
  attributes: string[];
  possession: 'any';
}

/** Doors are its resources, because its conditions would have to search a door's groups for a role. */
export function accesscontrolPeer(site: Site): Contender {
  const roles = doorRoles(site);
  const grants: Record<string, Record<string, { unlock: Rule[] }>> = {};
  for (const [role, doors] of roles.doors) {
    const resources: Record<string, { unlock: Rule[] }> = {};
    for (const door of doors)
      resources[door] = { unlock: [{ attributes: ['*'], possession: 'any' }] };
    grants[role] = resources;
  }
  const control = new AccessControl(grants);
  return {
    name: 'accesscontrol',
    note: 'a role per scope, a resource per door; the application keeps which user has which roles',
    check(request) {
      const held = roles.ofUser.get(request.subject.id);
      if (held === undefined || held.length === 0) return false;
      return control.can([...held]).do(`${request.action.name}:any`, request.resource.id).granted;
    },
  };
}
