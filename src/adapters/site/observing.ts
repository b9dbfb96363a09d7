/** Remembering what happened at doors without being asked, and what follows from it for presence and zones. */
import { doorEvent, type SeenAtDoor } from '../../admin/events/access-event.js';
import type { StoredEvent } from '../../admin/events/event.js';
import { afterObservation } from '../../admin/scene/after-observation.js';
import type { DoorObservation } from '../../admin/zones/violation.js';
import { readObservationScene } from './scene.js';
import type { Observed, Site } from './site.js';

/** What of the observations bears on who is inside and on zones. */
const BEARING: { readonly [T in SeenAtDoor['type']]?: DoorObservation['kind'] } = {
  'doorwright.door.contact_opened': 'opened',
  'doorwright.door.forced_open': 'forced',
  'doorwright.door.tampered': 'tampered',
};

/** Writes the events of one observation, with all that follows from it, in one transaction. */
export async function observeAndRecord(
  site: Site,
  observed: Observed,
): Promise<readonly StoredEvent[]> {
  const time = observed.time ?? site.host.now();
  const written = await site.write<undefined, never>({
    actor: { type: 'system', id: 'door' },
    operation: 'door.observe',
    audit: 'changes',
    plan: async ({ engine, store, newId }) => {
      const event = doorEvent({ ...observed, engine, id: newId(), time });
      const kind = BEARING[observed.type];
      const { type, id } = observed.object;
      if (kind === undefined || type !== 'door') {
        return { ok: true, value: { value: undefined, events: [event] } };
      }
      const observation = { kind, door: id, time };
      const scene = await readObservationScene(store, engine, observation);
      const after = afterObservation(engine, observation, scene, newId);
      const events = [event, ...after.events];
      return { ok: true, value: { ...after, events, value: undefined } };
    },
  });
  if (!written.ok) throw new TypeError(`an observation could not be written: ${written.detail}`);
  return written.events;
}
