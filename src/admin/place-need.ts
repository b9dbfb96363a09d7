/** Permissions for what lies at a place and the policy does not hold. */
import type { PermissionNeed } from './plan.js';

/** The need of an action on a thing that lies at a place (A2). */
export function placeNeed(action: string, type: string, id: string, place: string): PermissionNeed {
  return { action, resource: { type, id, properties: { scope: { type: 'place', id: place } } } };
}
