/** Small policies and requests, for tests that are about one thing. */
import type { AccessRequest, Facts } from '../../src/engine/request.js';

/** Noon of a Monday in UTC. */
export const MONDAY_NOON = '2026-03-02T12:00:00Z';

/** A site in UTC with one place `hq`, the door `front` in it, the user `ada` and a group `staff` with the door; `parts` replaces members. */
export function site<P extends object>(parts: P) {
  return {
    version: 1,
    organization: { id: 'org', timeZone: 'UTC' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'staff', doors: ['front'] }],
    users: [{ id: 'ada' }],
    ...parts,
  } as const;
}

/** An assignment of a user at the group `staff`, as `door_access`; `parts` replaces members. */
export function right(id: string, user: string, parts: object = {}) {
  return {
    id,
    subject: { type: 'user', id: user },
    role: 'door_access',
    scope: { type: 'group', id: 'staff' },
    ...parts,
  };
}

/** `unlock` of a door by a user. */
export function unlock(user: string, door: string, facts: Partial<Facts> = {}): AccessRequest {
  const context = { time: MONDAY_NOON, ...facts };
  return {
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context,
  };
}
