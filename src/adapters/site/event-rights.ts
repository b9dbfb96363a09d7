/** Which permissions the logs ask for, and what is kept beside the policy. */
import type { EventFilter } from '../../admin/events/event.js';
import type { PermissionNeed } from '../../admin/plan.js';
import { wholeSite } from '../../admin/whole-site.js';
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';

/**
 * To read a log: of everything, or of the one place that a filter keeps to. Older models of Kisi name no events;
 * there it is the permission for reports of them.
 */
export function readNeed(engine: Engine, filter: EventFilter = {}): PermissionNeed {
  const scope =
    filter.place === undefined ? wholeSite(engine) : { type: 'place', id: filter.place };
  const type = names(engine, 'event', 'view') ? 'event' : 'event_report';
  return { action: 'view', resource: { type, id: '*', properties: { scope } } };
}

/**
 * To say what is logged, how long it is kept, to whom it is sent: no role model has a permission for all of that,
 * so it is the one for integrations, which administrators and owners have.
 */
export function settingsNeed(
  engine: Engine,
  action: 'create' | 'update' | 'delete' | 'view' = 'update',
): PermissionNeed {
  const scope = wholeSite(engine);
  return { action, resource: { type: 'integration', id: '*', properties: { scope } } };
}

/**
 * To see, change or delete a person, for what is kept of him beside the policy too; he may be gone from that. In a
 * model that names no users it is the permission for integrations.
 */
export function personNeed(engine: Engine, action: 'view' | 'update' | 'delete'): PermissionNeed {
  const scope = wholeSite(engine);
  const type = names(engine, 'user', action) ? 'user' : 'integration';
  return { action, resource: { type, id: '*', properties: { scope } } };
}

function names(engine: Engine, type: string, action: string): boolean {
  return snapshotOf(engine).model.actions.get(type)?.has(action) ?? false;
}
