/** Deciding at a door and remembering it. */
import type { EventDraft } from '../../admin/events/event.js';
import type { AccessRequest } from '../../engine/request.js';
import { formatInstant } from '../../values/instant.js';
import type { Opening, Site } from './site.js';

/** Decides one request with the site's engine and appends what happened to the access log. */
export async function decideAndRecord(site: Site, request: AccessRequest): Promise<Opening> {
  const { host } = site;
  const decision = site.engine.decide(request);
  const { subject, resource } = request;
  const event: EventDraft = {
    log: 'access',
    id: host.newId(),
    type: decision.decision ? 'doorwright.door.opened' : 'doorwright.door.refused',
    time: formatInstant(host.now()),
    object: { type: resource.type, id: resource.id },
    outcome: decision.decision ? 'permitted' : 'refused',
    reason: decision.context.reason,
    data: { revision: decision.context.revision },
    personal: { subject: { type: subject.type, id: subject.id } },
  };
  const [stored] = await site.store.append([event]);
  return { decision, event: stored };
}
