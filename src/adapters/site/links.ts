/** Access links of a site. */

import type { EntityName, EventQuery, StoredEvent } from '../../admin/events/event.js';
import { findLink } from '../../admin/links/find-link.js';
import {
  type LinkCode,
  type MadeLink,
  type NewLink,
  planCreateLink,
  planDeleteLink,
  planRevokeLink,
} from '../../admin/links/links.js';
import type { Facts } from '../../engine/request.js';
import type { Outcome } from '../../values/outcome.js';
import { mayRead } from './api-keys.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Opening, Site, WriteResult } from './site.js';

/** Makes a link. The answer shows its secret, and nothing else ever does. */
export function createLink(
  site: Site,
  actor: Person,
  order: NewLink,
  options?: WriteOptions,
): Promise<WriteResult<MadeLink, LinkCode>> {
  return writePlanned(site, actor, 'link.create', (p) => planCreateLink(p, order), options);
}

/** Switches a link off: it opens nothing once this resolves. */
export function revokeLink(
  site: Site,
  actor: Person,
  link: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly link: string }, LinkCode>> {
  return writePlanned(site, actor, 'link.revoke', (p) => planRevokeLink(p, link), options);
}

/** Takes a link away with all it holds. */
export function deleteLink(
  site: Site,
  actor: Person,
  link: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, LinkCode>> {
  return writePlanned(site, actor, 'link.delete', (p) => planDeleteLink(p, link), options);
}

/**
 * What a link was used for, and where it was refused, newest first: its page of the access log. For who may view
 * the link; a key needs the scope `read.links`. Where the log mode of a door keeps no names, its uses are not among them.
 */
export async function linkUses(
  site: Site,
  actor: Person,
  link: string,
  page: Omit<EventQuery, 'filter'> = {},
): Promise<Outcome<readonly StoredEvent[], 'refused'>> {
  const need = { action: 'view', resource: { type: 'access_link', id: link } };
  if (!(await mayRead(site, actor, 'read.links', [need]))) {
    return { ok: false, code: 'refused', detail: `may not see the uses of link \`${link}\`` };
  }
  const filter = { subject: { type: 'link', id: link } };
  return { ok: true, value: await site.store.events('access', { ...page, filter }) };
}

/**
 * Opens a door by the secret of a link: finds whose it is and asks for him. A secret that is nobody's is refused
 * with `subject_unknown`, as `site.open` refuses any stranger, and is remembered as that.
 * @param facts - what the enforcement point vouches for besides; the method is `link` unless it says `qr`.
 */
export async function openWithLink(
  site: Site,
  secret: string,
  door: EntityName,
  facts: Partial<Facts> = {},
): Promise<Opening> {
  // Another process may have made the link, or revoked it, a moment ago.
  const engine = await site.refresh();
  const link = findLink(engine, secret, (bytes) => site.host.sha256(bytes));
  return await site.open({
    subject: { type: 'link', id: link ?? '' },
    action: { name: door.type === 'door' ? 'unlock' : 'get_access' },
    resource: { type: door.type, id: door.id },
    context: { method: 'link', ...facts, time: facts.time ?? site.host.now() },
  });
}
