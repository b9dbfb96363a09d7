/** Whom anti-passback spares at a place: by role or by segment. */
import { readTime } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import { encounter } from '../../engine/encounter.js';
import type { Engine } from '../../engine/engine.js';
import { holdsNow } from '../../engine/holding.js';
import type { AccessRequest } from '../../engine/request.js';
import { PLACE, scopeCode } from '../../engine/scope-code.js';
import { find } from '../../engine/table.js';
import type { User } from '../../policy/document.js';
import type { Capacity } from './capacity.js';

/**
 * Whether the subject of a request is exempt: of a segment named, or holding a role named, by its own id, at the place
 * or the organisation by an enabled and currently valid assignment.
 */
export function isExempt(
  engine: Engine,
  capacity: Capacity,
  request: Pick<AccessRequest, 'subject' | 'resource' | 'context'>,
): boolean {
  const { exemptRoles = [], exemptSegments = [], place } = capacity;
  if (exemptRoles.length === 0 && exemptSegments.length === 0) return false;
  const s = snapshotOf(engine);
  const { type, id } = request.resource;
  const portal = find(type === 'door' ? s.tables.doors : s.tables.stops, id);
  const record = find(s.tables.places, place);
  if (portal === undefined || record === undefined) return false;
  const e = encounter(s, portal, request, readTime(request.context, s.zones));
  const { holder } = e;
  if (holder === undefined || !holder.active) return false;
  const segment = holder.kind === 'user' ? (holder.document as User).segment : undefined;
  if (segment !== undefined && exemptSegments.includes(segment)) return true;
  const roles = new Set(exemptRoles.map((role) => s.model.byId.get(role)?.index ?? -1));
  return holdsNow(s, e, holder, scopeCode(PLACE, record.number), roles);
}
