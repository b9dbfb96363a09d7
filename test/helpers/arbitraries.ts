/**
 * Random sites: whole policies that are valid by construction and use every feature of the document,
 * crowded around one instant so that its rules meet. Requests about them are in `arbitraries-requests.ts`.
 */
import fc from 'fast-check';
import type { Policy, RoleDocument, RoleModelDocument } from '../../src/policy/document.js';
import { may, rolesOf } from '../reference/roles.js';
import { choose } from './arbitraries-draw.js';
import type { Draw } from './arbitraries-draw.js';
import { anchors, somewhere, zones } from './arbitraries-places.js';
import { drawCalendar, drawSchedule, instantText } from './arbitraries-schedules.js';

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

type Loose = { id: string; [member: string]: unknown };
interface Site {
  readonly places: Loose[];
  readonly floors: Loose[];
  readonly doors: Loose[];
  readonly elevators: Loose[];
  readonly groups: Loose[];
  readonly hasZone: boolean;
}

// Ids that trap: names of Object.prototype, spellings that differ in case, one id in many collections.
const PEOPLE = ['ada', 'Ada', '__proto__', 'constructor', 'bob', 'toString'];
const NAMES = ['north', 'North', '__proto__', 'hq', 'x:1'];
const SCHEDULES = ['hours', 'Hours', '__proto__', 'shift', 'odd', 'even'];

/** A model of one's own: inheritance over three steps, every held type, the names in brackets too (R18). */
export const OWN_MODEL: RoleModelDocument = {
  id: 'own',
  roles: [
    {
      id: 'visitor', levels: ['door', 'group', 'place', 'organization'], rank: 1,
      permissions: { door: ['view', 'unlock'], elevator_stop: ['get_access', 'view'], place: ['view'], floor: ['view'] },
    },
    {
      id: 'keeper', levels: ['door', 'group', 'place', 'organization'], rank: 5, inherits: ['visitor'], assigns: ['visitor', 'keeper'],
      permissions: { access_right: ['view', 'create', 'update', 'delete'], camera: ['view'], user: ['view', 'add_to_place_group'] },
    },
    {
      id: 'chief', levels: ['group', 'place', 'organization'], rank: 8, inherits: ['keeper'], assigns: 'up_to_own_rank',
      permissions: {
        schedule: ['view'], access_schedule: ['update'], calendar: ['view', 'update'], lockdown: ['view'], link: ['view'], group: ['view', 'update'],
        credential: ['view'], assignment: ['view'], team: ['view'], elevator: ['view'], place_lockdown: ['enable'], door_lockdown: ['enable'],
        organization: ['view'], card: ['deactivate'], user: ['remove_from_place_group', 'update'],
      },
    },
    { id: 'crown', levels: ['organization'], rank: 9, inherits: ['chief'], unique: true, assignable: false, assigns: 'up_to_own_rank', permissions: {} },
    { id: 'rival', levels: ['door', 'group', 'place'], rank: 7, permissions: { access_right: ['create'] }, assigns: ['chief'] },
  ],
};

/** Worlds: valid policies with every feature. */
export function worlds(options: WorldOptions = {}): fc.Arbitrary<World> {
  return fc.gen().map((g) => drawWorld(choose(g), options));
}

/** One world from a source of choices. */
export function drawWorld(draw: Draw, options: WorldOptions = {}): World {
  const anchor = draw.pick(anchors);
  const hasZone = draw.chance(80);
  const calendars = draw.upTo(2, NAMES).map((id) => drawCalendar(draw, id, anchor.ms));
  const schedules = draw.upTo(5, SCHEDULES).map((id) => drawSchedule(draw, id, anchor.ms, calendars.map((each) => each.id)));
  const scheduleIds = schedules.map((each) => each.id as string);
  const users: Loose[] = draw.atLeast(2, 5, PEOPLE).map((id) => ({
    id, ...draw.maybe(5, { active: false }), ...draw.maybe(50, { primaryDevice: draw.pick(['phone-1', 'phone-2', 'own']) }),
  }));
  const userIds = users.map(({ id }) => id);
  const site = drawSite(draw, anchor, hasZone, scheduleIds, options.tenants === false ? [] : userIds);
  const teams = drawTeams(draw, userIds);
  const links = draw.upTo(2, ['guest', '__proto__', 'ada']).map((id) => ({ id, ...draw.maybe(15, { active: false }) }));
  const credentials = draw.upTo(4, ['phone-1', 'phone-2', '__proto__', 'fob', 'Fob']).map((id) => ({
    id, kind: draw.pick(['phone', 'pass', 'card', 'pin']), user: draw.pick(userIds),
    state: draw.chance(75) ? 'active' : draw.pick(['inactive', 'lost', 'stolen']),
  }));
  const roles = draw.pick(['kisi', 'kisi', undefined, 'kisi_standard', 'kisi_organizations', 'kiwi', 'kiwi', OWN_MODEL, OWN_MODEL] as const);
  const organization = { id: 'org', ...(hasZone ? { timeZone: draw.pick(zones) } : {}), ...(roles === undefined ? {} : { roles }) };
  const base = { version: 1, revision: draw.int(0, 9), organization } as unknown as Policy;
  const people = { user: userIds, team: teams.map(({ id }) => id), link: links.map(({ id }) => id) };
  const policy = {
    ...base, places: site.places, floors: site.floors, doors: site.doors, elevators: site.elevators, groups: site.groups, users, teams, links,
    credentials, assignments: drawAssignments(draw, base, site, people, scheduleIds, anchor.ms), schedules, calendars,
    lockdowns: drawLockdowns(draw, base, site, anchor.ms),
  };
  return { policy: policy as unknown as Policy, anchor: anchor.ms };
}

function drawSite(draw: Draw, anchor: { ms: number; zone: string }, hasZone: boolean, schedules: readonly string[], tenants: readonly string[]): Site {
  const places: Loose[] = draw.atLeast(1, 3, ['north', 'North', '__proto__']).map((id, index) => ({
    id, location: somewhere(draw), ...(index === 0 || !hasZone || draw.chance(50) ? { timeZone: index === 0 ? anchor.zone : draw.pick(zones) } : {}),
    ...draw.maybe(25, { restrictions: drawRestrictions(draw, schedules) }),
  }));
  const inSomePlace = () => draw.pick(places).id;
  const floors: Loose[] = draw.atLeast(1, 3, ['f0', 'f1', '__proto__']).map((id) => ({ id, place: inSomePlace() }));
  const floorOf = (place: unknown) => draw.pick([undefined, ...floors.filter((floor) => floor['place'] === place).map(({ id }) => id)]);
  const unlocks = () => (schedules.length === 0 ? [] : [{ schedule: draw.pick(schedules), ...draw.maybe(50, { firstToArrive: draw.pick(schedules) }) }]);
  const doors: Loose[] = draw.atLeast(2, 4, ['front', 'Front', '__proto__', 'north']).map((id) => {
    const place = inSomePlace();
    const floor = floorOf(place);
    const isOffline = draw.chance(10);
    return {
      id, place, ...(floor === undefined ? {} : { floor }), ...(isOffline ? { lock: 'offline' } : {}),
      ...draw.maybe(40, { location: somewhere(draw, places.find((each) => each.id === place)!['location'] as never) }),
      ...draw.maybe(65, { readers: draw.chance(60) ? [{ id: `${id}-in`, direction: 'entry' }, { id: `${id}-out`, direction: 'exit' }] : [{ id: `${id}-in` }] }),
      ...draw.maybe(35, { restrictions: drawRestrictions(draw, schedules) }), ...(isOffline ? {} : draw.maybe(25, { unlock: unlocks() })),
      ...draw.maybe(20, { strictExit: draw.chance(70) }),
      ...(tenants.length > 0 && draw.chance(25) ? { tenant: { user: draw.pick(tenants), since: instantText(draw, anchor.ms, -400) } } : {}),
    };
  });
  const elevators: Loose[] = draw.upTo(1, ['lift', 'front']).flatMap((id) => {
    const place = draw.pick(floors)['place'] as string;
    const stops = floors.filter((floor) => floor['place'] === place).map((floor) => ({
      id: `stop-${floor.id}`, floor: floor.id, ...draw.maybe(40, { restrictions: drawRestrictions(draw, schedules) }), ...draw.maybe(25, { unlock: unlocks() }),
    }));
    return [{ id, place, stops, ...draw.maybe(60, { readers: [{ id: `${id}-cab` }, { id: `${id}-leave`, direction: 'exit' }] }) }];
  });
  const stops = elevators.flatMap((each) => (each['stops'] as Loose[]).map(({ id }) => ({ id, place: each['place'] })));
  const groups: Loose[] = draw.upTo(3, NAMES).map((id) => {
    const place = draw.chance(40) ? inSomePlace() : undefined;
    const here = (all: readonly Loose[]) => draw.some(70, all.filter((each) => place === undefined || each['place'] === place)).map((each) => each.id);
    const own = here(doors);
    return {
      id, ...(place === undefined ? {} : { place }), doors: draw.chance(20) ? [...own, ...own] : own, ...draw.maybe(60, { stops: here(stops) }),
      ...draw.maybe(45, { restrictions: drawRestrictions(draw, schedules) }), ...draw.maybe(10, { enabled: false }),
    };
  });
  return { places, floors, doors, elevators, groups, hasZone };
}

function drawRestrictions(draw: Draw, schedules: readonly string[]): object {
  const kinds = draw.atLeast(1, 2, ['geofence', 'reader', 'schedule', 'schedule', 'primaryDevice', 'secondFactor', 'appAccess']);
  const circle = () => draw.pick([{}, { radius: 50 }, { radius: 300 }, { radius: 10_000 }]);
  return {
    ...(kinds.includes('geofence') ? { geofence: draw.chance(30) ? drawPolygon(draw) : circle() } : {}),
    ...(kinds.includes('reader') ? { reader: draw.chance(85) } : {}),
    ...(kinds.includes('schedule') && schedules.length > 0 ? { schedule: draw.pick(schedules) } : {}),
    ...(kinds.includes('primaryDevice') ? { primaryDevice: draw.chance(85) } : {}),
    ...(kinds.includes('secondFactor') ? { secondFactor: draw.chance(85) } : {}),
    ...(kinds.includes('appAccess') ? { appAccess: draw.chance(15) } : {}),
  };
}

function drawPolygon(draw: Draw): object {
  const { latitude: y, longitude: x } = somewhere(draw, undefined, true);
  const west = x - 0.0078125;
  const east = x + 0.0078125 > 180 ? x + 0.0078125 - 360 : x + 0.0078125;
  const [south, north] = [y - 0.00390625, y + 0.00390625];
  const square = [[west, south], [east, south], [east, north], [west, north]];
  const notched = [[west, south], [east, south], [east, north], [x, y], [west, north]];
  const corners = draw.chance(50) ? square : notched;
  return { polygon: draw.chance(30) ? [...corners, corners[0]] : corners, ...draw.maybe(40, { accuracyMax: draw.pick([20, 100, 1000]) }) };
}

function drawTeams(draw: Draw, users: readonly string[]): Loose[] {
  const ids = draw.upTo(3, ['crew', 'Crew', '__proto__']);
  // A team nests only teams that come after it, so that no cycle can form.
  return ids.map((id, index) => {
    const own = draw.some(45, users);
    return { id, users: draw.chance(20) ? [...own, ...own] : own, teams: draw.some(50, ids.slice(index + 1)) };
  });
}

function drawAssignments(
  draw: Draw, base: Policy, site: Site, people: Record<'user' | 'team' | 'link', readonly string[]>, schedules: readonly string[], anchor: number,
): Loose[] {
  const roles = rolesOf(base).filter((role) => role.deprecated !== true);
  const scopes = scopesOf(base, site);
  const taken = new Set<string>();
  const made: Loose[] = [];
  for (let index = draw.int(2, 12); index > 0; index--) {
    const type = draw.pick(['user', 'user', 'user', 'team', 'link'] as const);
    const able = roles.filter((role) => type !== 'link' || isForLinks(base, role));
    if (people[type].length === 0 || able.length === 0) continue;
    const role = draw.pick(able.filter((each) => may(base, each.id, 'door', 'unlock') || draw.chance(60) || able.length < 2).concat(able.slice(0, 1)));
    const at = scopes.filter((each) => role.levels.includes(each.type as never));
    if (at.length === 0 || (role.unique && (type !== 'user' || taken.has(role.id)))) continue;
    const scope = draw.pick(at);
    const subject = { type, id: draw.pick(people[type]) };
    const key = JSON.stringify([subject, scope]);
    if (taken.has(key)) continue;
    taken.add(key);
    if (role.unique) taken.add(role.id);
    const zoned = site.hasZone || scope.placed;
    made.push({
      id: draw.pick([`a${index}`, `A${index}`, ...(made.some(({ id }) => id === '__proto__') ? [] : ['__proto__'])]), subject, role: role.id,
      scope: { type: scope.type, id: scope.id }, ...draw.maybe(45, { validity: drawValidity(draw, zoned ? schedules : [], anchor, zoned) }),
      ...draw.maybe(50, { grantedBy: draw.pick(people.user) }), ...draw.maybe(10, { enabled: false }),
    });
  }
  return made;
}

function scopesOf(base: Policy, site: Site): { type: string; id: string; placed: boolean }[] {
  const named = (type: string, all: readonly Loose[]) =>
    all.map((each) => ({ type, id: each.id, placed: type !== 'group' || each['place'] !== undefined }));
  const organization = { type: 'organization', id: base.organization.id, placed: false };
  return [organization, ...named('place', site.places), ...named('group', site.groups), ...named('group', site.groups), ...named('door', site.doors)];
}

function isForLinks(base: Policy, role: RoleDocument): boolean {
  const all = [role, ...rolesOf(base)].filter((each) => each === role || inheritsFrom(base, role, each.id));
  return all.every((each) => Object.values(each.permissions).flat().every((action) => ['view', 'unlock', 'get_access'].includes(action)));
}

function inheritsFrom(base: Policy, role: RoleDocument, id: string): boolean {
  return (role.inherits ?? []).some((junior) => junior === id || rolesOf(base).some((each) => each.id === junior && inheritsFrom(base, each, id)));
}

function drawValidity(draw: Draw, schedules: readonly string[], anchor: number, inline: boolean): object {
  const drawnSchedule = () => {
    const { id: _, ...body } = drawSchedule(draw, 'inline', anchor, []);
    return body;
  };
  return {
    ...draw.maybe(40, { from: instantText(draw, anchor, -100) }), ...draw.maybe(40, { until: instantText(draw, anchor, 101) }),
    ...(schedules.length > 0 && draw.chance(40) ? { schedule: draw.pick(schedules) } : inline && draw.chance(25) ? { schedule: drawnSchedule() } : {}),
  };
}

function drawLockdowns(draw: Draw, base: Policy, site: Site, anchor: number): Loose[] {
  const roles = rolesOf(base).map(({ id }) => id);
  return draw.upTo(draw.chance(40) ? 2 : 0, ['alarm', '__proto__']).map((id) => ({
    id, scope: draw.pick([
      { type: 'organization', id: base.organization.id }, { type: 'place', id: draw.pick(site.places).id },
      { type: 'door', id: draw.pick(site.doors).id }, { type: 'door', id: draw.pick(site.doors).id },
    ]),
    ...draw.maybe(60, { since: instantText(draw, anchor, -100) }), ...draw.maybe(60, { until: instantText(draw, anchor, 101) }),
    ...draw.maybe(50, { exempt: draw.some(50, roles) }), ...draw.maybe(25, { blocksExit: draw.chance(80) }),
  }));
}
