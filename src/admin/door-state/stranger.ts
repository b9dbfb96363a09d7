/** A door as a stranger finds it: nobody knows him, so only what holds for everybody lets him in. */
import { snapshotOf } from '../../engine/compile.js';
import { portalOf } from '../../engine/decide.js';
import { type Encounter, encounter } from '../../engine/encounter.js';
import type { Engine } from '../../engine/engine.js';
import type { PortalRecord } from '../../engine/records.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Snapshot } from '../../engine/snapshot.js';
import type { EntityName } from '../events/event.js';

/** A stranger before a door or stop at an instant. */
export interface Stranger {
  readonly s: Snapshot;
  readonly portal: PortalRecord;
  readonly request: AccessRequest;
  readonly e: Encounter;
}

/** The question a stranger asks at a door or stop. No user has an empty id. */
export function strangersRequest(
  door: EntityName,
  time: number,
  arrivals: readonly number[],
): AccessRequest {
  return {
    subject: { type: 'user', id: '' },
    action: { name: door.type === 'door' ? 'unlock' : 'get_access' },
    resource: { type: door.type, id: door.id },
    context: { time, arrivals },
  };
}

/** Undefined when there is no such door or stop. */
export function strangerAt(
  engine: Engine,
  door: EntityName,
  time: number,
  arrivals: readonly number[],
): Stranger | undefined {
  const s = snapshotOf(engine);
  const request = strangersRequest(door, time, arrivals);
  const isKnown = door.type === 'door' || door.type === 'elevator_stop';
  const portal = isKnown ? portalOf(s, request) : undefined;
  return portal && { s, portal, request, e: encounter(s, portal, request, time) };
}
