/** A site with a clock that tests set, and people of several rights. */
import { memoryStore, nodeSiteHost, openSite, type Site } from '../../src/adapters/for-site.js';
import type { EventDraft } from '../../src/admin/events/event.js';
import { eventTime } from '../../src/admin/events/event-time.js';

/** When tests of events begin. */
export const NOW = Date.UTC(2026, 10, 22, 9);
export const DAY = 86_400_000;
export const owner = { type: 'user', id: 'owner' } as const;

/** A site and its clock. */
export interface EventSite {
  readonly site: Site;
  readonly clock: { now: number };
}

/** `acme` with two places; `more` replaces parts of its policy. */
export async function eventSite(more: object = {}): Promise<EventSite> {
  const clock = { now: NOW };
  const host = { ...nodeSiteHost, now: () => clock.now };
  const store = memoryStore();
  const held = (id: string, role: string, scope: object) => ({
    id: `${id}-right`,
    subject: { type: 'user', id },
    role,
    scope,
  });
  const organization = { type: 'organization', id: 'acme' };
  await store.create({
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }, { id: 'lab' }],
    doors: [
      { id: 'front', place: 'hq' },
      { id: 'back', place: 'lab' },
    ],
    groups: [{ id: 'staff', doors: ['front'] }],
    users: ['owner', 'admin', 'manager', 'local', 'ann', 'bob'].map((id) => ({ id })),
    assignments: [
      held('owner', 'organization_owner', organization),
      held('admin', 'organization_administrator', organization),
      held('manager', 'organization_access_manager', organization),
      held('local', 'place_administrator', { type: 'place', id: 'hq' }),
      held('ann', 'door_access', { type: 'group', id: 'staff' }),
    ],
    ...more,
  } as never);
  return { site: await openSite({ store, organization: 'acme', host }), clock };
}

/** Somebody came through a door, at a second from the start. */
export function passed(number: number, user = 'ann', more: Partial<EventDraft> = {}): EventDraft {
  return {
    log: 'access',
    id: `passed-${number}`,
    type: 'doorwright.door.opened',
    time: eventTime(NOW + number * 1000),
    object: { type: 'door', id: 'front' },
    place: 'hq',
    outcome: 'permitted',
    reason: 'granted',
    data: {},
    personal: { subject: { type: 'user', id: user } },
    ...more,
  };
}

/** All of an async list. */
export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}
