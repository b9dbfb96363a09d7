/** A small office for tests of presence, zones and check-ins: two doors with readers on both sides, one inside, one without. */

import type { Engine } from '../../../src/engine/engine.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';

export const NOON = Date.parse('2026-11-23T11:00:00Z');
export const MINUTE = 60_000;

const readers = (door: string) => [
  { id: `${door}-in`, direction: 'entry' },
  { id: `${door}-out`, direction: 'exit' },
];

/** The policy, with members of its place, its front door or the whole replaced. */
export function officePolicy(
  changes: { readonly place?: object; readonly front?: object; readonly more?: object } = {},
) {
  const held = (id: string, role: string, scope: object) => ({
    id: `${id}-right`,
    subject: { type: id === 'guest' ? 'link' : 'user', id },
    role,
    scope,
  });
  const hq = { type: 'place', id: 'hq' };
  return {
    version: 1,
    organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
    places: [{ id: 'hq', capacity: 4, ...changes.place }, { id: 'annex' }],
    doors: [
      { id: 'front', place: 'hq', readers: readers('front'), ...changes.front },
      { id: 'side', place: 'hq', readers: readers('side') },
      { id: 'inner', place: 'hq', readers: [{ id: 'inner-r' }] },
      { id: 'gate', place: 'hq' },
      { id: 'shed', place: 'annex', readers: readers('shed') },
    ],
    users: ['ada', 'bob', 'cy', 'dee', 'eve', 'fay', 'stranger', 'owner', 'local'].map((id) => ({
      id,
      name: id === 'ada' ? 'Ada Lovelace' : id,
      ...(id === 'fay' ? { segment: 'staff' } : {}),
    })),
    credentials: [{ id: 'lost-card', kind: 'card', user: 'ada', state: 'lost' }],
    links: [{ id: 'guest' }],
    assignments: [
      ...['ada', 'bob', 'cy', 'dee', 'eve', 'fay'].map((id) => held(id, 'place_door_access', hq)),
      held('guest', 'place_door_access', hq),
      held('owner', 'organization_owner', { type: 'organization', id: 'acme' }),
      held('local', 'place_administrator', hq),
    ],
    ...changes.more,
  };
}

/** The office compiled. */
export function office(changes: Parameters<typeof officePolicy>[0] = {}): Engine {
  return compilePolicy(officePolicy(changes) as object) as Engine;
}

/** Somebody taps a reader: `front-in`, `side-out`, `inner-r`. */
export function tap(
  who: string,
  reader: string,
  time: number,
  facts: Readonly<Record<string, unknown>> = {},
): AccessRequest {
  const door = reader.replace(/-(?:in|out|r)$/, '');
  return {
    subject: { type: who === 'guest' ? 'link' : 'user', id: who },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time, method: 'tap', reader, ...facts },
  };
}
