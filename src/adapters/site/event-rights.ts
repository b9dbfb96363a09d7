/** Which permissions the logs ask for. */
import type { EventFilter } from '../../admin/events/event.js';
import type { PermissionNeed } from '../../admin/plan.js';

/** To read a log: of the organisation, or of the one place that a filter keeps to. */
export function readNeed(organization: string, filter: EventFilter = {}): PermissionNeed {
  const scope =
    filter.place === undefined
      ? { type: 'organization', id: organization }
      : { type: 'place', id: filter.place };
  return { action: 'view', resource: { type: 'event', id: '*', properties: { scope } } };
}

/**
 * To say what is logged, how long it is kept and to whom it is sent: no role model has a permission for the first
 * two, so it is that of integrations, which administrators and owners have.
 */
export function settingsNeed(
  organization: string,
  action: 'create' | 'update' | 'delete' | 'view' = 'update',
): PermissionNeed {
  const scope = { type: 'organization', id: organization };
  return { action, resource: { type: 'integration', id: '*', properties: { scope } } };
}

/** To see, change or delete a person, for what is kept beside the policy too. He may be gone from that. */
export function personNeed(
  organization: string,
  action: 'view' | 'update' | 'delete',
): PermissionNeed {
  const scope = { type: 'organization', id: organization };
  return { action, resource: { type: 'user', id: '*', properties: { scope } } };
}
