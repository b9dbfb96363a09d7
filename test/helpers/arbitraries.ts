/**
 * Random sites: whole policies that are valid by construction and use every feature of the document,
 * crowded around one instant so that its rules meet. Requests about them are in `arbitraries-requests.ts`.
 */
import type { Policy } from '../../src/policy/document.js';
import type { Draw } from './arbitraries-draw.js';
import { anchors, zones } from './arbitraries-places.js';
import { drawAssignments, drawLockdowns, drawTeams } from './arbitraries-rights.js';
import { drawCalendar, drawSchedule } from './arbitraries-schedules.js';
import { drawSite, type Loose } from './arbitraries-site.js';
import { OWN_MODEL } from './own-model.js';

/** A policy, and the instant (epoch milliseconds) around which its rules change. */
export interface World {
  readonly policy: Policy;
  readonly anchor: number;
}

/** How a world is drawn. */
export interface WorldOptions {
  /** Leaves out tenants, which make adding an assignment to the tenant's door a matter of who granted it. */
  readonly tenants?: boolean;
}

// Ids that trap: names of Object.prototype, spellings that differ in case, one id in many collections.
const PEOPLE = ['ada', 'Ada', '__proto__', 'constructor', 'bob', 'toString'];
const NAMES = ['north', 'North', '__proto__', 'hq', 'x:1'];
const SCHEDULES = ['hours', 'Hours', '__proto__', 'shift', 'odd', 'even'];

/** One world from a source of choices. */
export function drawWorld(draw: Draw, options: WorldOptions = {}): World {
  const anchor = draw.pick(anchors);
  const hasZone = draw.chance(80);
  const calendars = draw.upTo(2, NAMES).map((id) => drawCalendar(draw, id, anchor.ms));
  const schedules = draw.upTo(5, SCHEDULES).map((id) =>
    drawSchedule(
      draw,
      id,
      anchor.ms,
      calendars.map((each) => each.id),
    ),
  );
  const scheduleIds = schedules.map((each) => each.id as string);
  const users: Loose[] = draw.atLeast(2, 5, PEOPLE).map((id) => ({
    id,
    ...draw.maybe(5, { active: false }),
    ...draw.maybe(50, { primaryDevice: draw.pick(['phone-1', 'phone-2', 'own']) }),
  }));
  const userIds = users.map(({ id }) => id);
  const site = drawSite(
    draw,
    anchor,
    hasZone,
    scheduleIds,
    options.tenants === false ? [] : userIds,
  );
  const teams = drawTeams(draw, userIds);
  const links = draw
    .upTo(2, ['guest', '__proto__', 'ada'])
    .map((id) => ({ id, ...draw.maybe(15, { active: false }) }));
  const credentials = draw.upTo(4, ['phone-1', 'phone-2', '__proto__', 'fob', 'Fob']).map((id) => ({
    id,
    kind: draw.pick(['phone', 'pass', 'card', 'pin']),
    user: draw.pick(userIds),
    state: draw.chance(75) ? 'active' : draw.pick(['inactive', 'lost', 'stolen']),
  }));
  const roles = draw.pick([
    'kisi',
    'kisi',
    undefined,
    'kisi_standard',
    'kisi_organizations',
    'kiwi',
    'kiwi',
    OWN_MODEL,
    OWN_MODEL,
  ] as const);
  const organization = {
    id: 'org',
    ...(hasZone ? { timeZone: draw.pick(zones) } : {}),
    ...(roles === undefined ? {} : { roles }),
  };
  const base = { version: 1, revision: draw.int(0, 9), organization } as unknown as Policy;
  const people = {
    user: userIds,
    team: teams.map(({ id }) => id),
    link: links.map(({ id }) => id),
  };
  const policy = {
    ...base,
    places: site.places,
    floors: site.floors,
    doors: site.doors,
    elevators: site.elevators,
    groups: site.groups,
    users,
    teams,
    links,
    credentials,
    assignments: drawAssignments(draw, base, site, people, scheduleIds, anchor.ms),
    schedules,
    calendars,
    lockdowns: drawLockdowns(draw, base, site, anchor.ms),
  };
  return { policy: policy as unknown as Policy, anchor: anchor.ms };
}
