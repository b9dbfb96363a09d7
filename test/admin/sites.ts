/** Four small organisations, one for each built-in role model, to judge change sets in. */

import { authorizeChange } from '../../src/admin/authorize-change.js';
import type { Engine } from '../../src/engine/engine.js';
import { compilePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Assignment, Policy } from '../../src/policy/document.js';

export const NOW = '2026-11-22T10:00:00Z';

/** `user role scopeType:scopeId`, optionally with more members: an assignment named `a-<user>-<scope>`. */
export function right(text: string, more: Partial<Assignment> = {}): Assignment {
  const [holder = '', role = '', scope = ''] = text.split(' ');
  const [subjectType, subjectId] = holder.includes(':') ? holder.split(':') : ['user', holder];
  const [type, id] = scope.split(':');
  return {
    id: `a-${subjectId}-${id}`,
    subject: { type: subjectType, id: subjectId },
    role,
    scope: { type, id },
    ...more,
  } as Assignment;
}

const BUILDINGS = {
  places: [
    { id: 'hq', location: { latitude: 52.5, longitude: 13.4 } },
    { id: 'lab', location: { latitude: 48.1, longitude: 11.6 } },
  ],
  floors: [
    { id: 'hq-1', place: 'hq' },
    { id: 'lab-1', place: 'lab' },
  ],
  doors: [
    { id: 'front', place: 'hq', restrictions: { schedule: 'office' } },
    { id: 'side', place: 'hq', unlock: [{ schedule: 'open' }] },
    { id: 'lab-door', place: 'lab' },
  ],
  elevators: [{ id: 'lift', place: 'hq', stops: [{ id: 'stop', floor: 'hq-1' }] }],
  groups: [
    { id: 'staff', place: 'hq', doors: ['front'] },
    { id: 'labs', place: 'lab', doors: ['lab-door'] },
    { id: 'wide', doors: ['front', 'lab-door'] },
  ],
  schedules: [
    {
      id: 'office',
      windows: [{ days: ['mo'], from: '08:00', until: '18:00' }],
      calendar: 'feasts',
    },
    { id: 'open', windows: [{ days: ['mo'], from: '08:00', until: '18:00' }], calendar: 'sales' },
    { id: 'spare', windows: [{ days: ['tu'], from: '08:00', until: '18:00' }] },
  ],
  calendars: [
    { id: 'feasts', days: [{ date: '2026-12-25' }] },
    { id: 'sales', days: [{ date: '2026-12-26' }] },
  ],
} as const;

function users(...ids: string[]) {
  return ids.map((id) => (id === 'idle' ? { id, active: false } : { id }));
}

export const KISI = {
  version: 1,
  revision: 7,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
  ...BUILDINGS,
  users: users(
    'owner',
    'admin',
    'oam',
    'um',
    'obs',
    'hqadmin',
    'hqman',
    'labadmin',
    'gm',
    'da',
    'pda',
    'ned',
    'tim',
    'idle',
    'brief',
  ),
  teams: [
    { id: 'crew', users: ['da'] },
    { id: 'all', teams: ['crew'] },
    { id: 'bare', users: ['tim'] },
  ],
  links: [{ id: 'visit', secretHash: 'x' }, { id: 'loose' }],
  credentials: [
    { id: 'c-owner', kind: 'card', user: 'owner', state: 'active' },
    { id: 'c-admin', kind: 'card', user: 'admin', state: 'active' },
    { id: 'c-da', kind: 'card', user: 'da', state: 'active' },
    { id: 'c-ned', kind: 'card', user: 'ned', state: 'lost' },
  ],
  assignments: [
    right('owner organization_owner organization:acme'),
    right('admin organization_administrator organization:acme'),
    right('oam organization_access_manager organization:acme'),
    right('um user_manager organization:acme'),
    right('obs observer organization:acme'),
    right('hqadmin place_administrator place:hq'),
    right('hqman place_access_manager place:hq'),
    right('labadmin place_administrator place:lab'),
    right('gm group_manager group:staff'),
    right('da door_access group:staff'),
    right('pda place_door_access place:hq'),
    right('brief place_access_manager place:hq', { validity: { until: '2027-01-01T00:00:00Z' } }),
    right('team:crew door_access group:wide'),
    right('team:all place_door_access place:hq'),
    right('link:visit door_access group:staff'),
  ],
  lockdowns: [{ id: 'shut', scope: { type: 'place', id: 'lab' } }],
} as unknown as Policy;

export const STANDARD = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi_standard' },
  ...BUILDINGS,
  users: users('owner', 'admin', 'man', 'gm', 'bu', 'ned'),
  assignments: [
    right('owner place_owner place:hq'),
    right('admin place_administrator place:hq'),
    right('man place_manager place:hq'),
    right('gm group_manager group:staff'),
    right('bu basic_user group:staff'),
  ],
} as unknown as Policy;

export const ORGANIZATIONS = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi_organizations' },
  ...BUILDINGS,
  users: users('owner', 'admin', 'man', 'ta', 'bu', 'ned'),
  assignments: [
    right('owner organizations_owner organization:acme'),
    right('admin organizations_administrator organization:acme'),
    right('man organizations_manager organization:acme'),
    right('ta team_administrator group:staff'),
    right('bu basic_user group:staff'),
  ],
} as unknown as Policy;

export const KIWI = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kiwi' },
  ...BUILDINGS,
  doors: [
    ...BUILDINGS.doors,
    { id: 'flat', place: 'hq', tenant: { user: 'tenant', since: '2026-01-01T00:00:00Z' } },
    { id: 'soon', place: 'hq', tenant: { user: 'tenant', since: '2027-01-01T00:00:00Z' } },
  ],
  users: users('owner', 'man', 'host', 'guest', 'tenant', 'partner', 'ned'),
  assignments: [
    right('owner administrator organization:acme'),
    right('man manager place:hq'),
    right('host host place:hq'),
    right('guest guest door:front'),
    right('tenant host door:flat', { grantedBy: 'owner' }),
    right('partner host door:flat', { id: 'a-partner', grantedBy: 'owner' }),
  ],
} as unknown as Policy;

/** Compiles a site, with changes of its collections: elements put in by id. */
export function site(policy: Policy, put: Changes['put'] = {}): Engine {
  const engine: Engine = compilePolicy(policy as unknown);
  return Object.keys(put).length === 0 ? engine : engine.apply({ put });
}

/**
 * Judges a change set and tells the result in one line: `permit by <grants>`, or the codes with the
 * elements they are about.
 */
export function outcome(
  engine: Engine,
  actor: string,
  changes: Changes,
  time: string = NOW,
): string {
  const { decision, context } = authorizeChange(engine, { type: 'user', id: actor }, changes, {
    time,
  });
  if (decision) return `permit by ${context.grants.join(' ')}`;
  return context.reasons.map(({ code, at }) => `${code} ${at.type}:${at.id}`).join(', ');
}

/** An element of a policy as it stands, with other members. */
export function edited<
  K extends
    | 'places'
    | 'floors'
    | 'doors'
    | 'elevators'
    | 'groups'
    | 'users'
    | 'teams'
    | 'links'
    | 'credentials'
    | 'assignments'
    | 'schedules'
    | 'calendars'
    | 'lockdowns',
>(policy: Policy, collection: K, id: string, members: object): Changes {
  const element = (policy[collection] as readonly { id: string }[]).find((each) => each.id === id);
  if (element === undefined) throw new Error(`no ${collection} \`${id}\``);
  return { put: { [collection]: [JSON.parse(JSON.stringify({ ...element, ...members }))] } };
}
