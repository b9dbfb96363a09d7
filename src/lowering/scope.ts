/** Which operations of a lock a grant allows, by the permissions of those who hold it. */
import type { AccessRequest } from '../engine/request.js';
import type { Snapshot } from '../engine/snapshot.js';
import { SCOPE_HOLD_OPEN, SCOPE_READ_LOG, SCOPE_SECURE, SCOPE_UNLOCK } from './grant.js';
import { holdsThroughout, type Track } from './open-spans.js';

/**
 * Who may open may also secure: that takes nothing from anybody, since the way out never depends on a lock's
 * protocol. The rest needs a permission of its own (A1) for as long as the grant opens. No built-in role has
 * `door:hold_open`, because an offline door has no unlock schedule either; a model of one's own may name it.
 * The log is sealed to the server, so that fetching it is care for the lock and shows nobody's events.
 */
const OWN_PERMISSIONS = [
  { bit: SCOPE_HOLD_OPEN, type: 'door', action: 'hold_open' },
  { bit: SCOPE_READ_LOG, type: 'hardware', action: 'view' },
] as const;

/**
 * The scope of a grant made from a track. Counted openings allow no more than opening and securing: a door that
 * stands open counts nothing.
 * @param request - the request to open that the track was found for.
 */
export function scopeOf(s: Snapshot, request: AccessRequest, track: Track): number {
  let scope = SCOPE_UNLOCK | SCOPE_SECURE;
  if (track.counted !== undefined) return scope;
  for (const { bit, type, action } of OWN_PERMISSIONS) {
    if (s.permissions.get(type, action) === undefined) continue;
    const asked = { ...request, action: { name: action }, resource: resourceOf(request, type) };
    if (track.spans.every((span) => holdsThroughout(s, asked, span))) scope |= bit;
  }
  return scope;
}

/** The door itself, or what the document does not hold and lies at the door (A2). */
function resourceOf(
  { resource }: AccessRequest,
  type: 'door' | 'hardware',
): AccessRequest['resource'] {
  const { id } = resource;
  return type === 'door'
    ? resource
    : { type, id: '*', properties: { scope: { type: 'door', id } } };
}
