/**
 * Seeded worlds of three sizes: policy documents of the role model `kisi`, and requests that mix
 * permits, refusals and a few names nobody knows. Every contender gets these very objects.
 */
import type { AccessRequest } from '../src/engine/request.js';
import type { Assignment, Policy } from '../src/policy/document.js';
import { type Random, seededRandom } from './random.js';

/** The names of the worlds, small to large. */
export const WORLD_NAMES = ['S', 'M', 'L'] as const;
export type WorldName = (typeof WORLD_NAMES)[number];

/** How large a world is. */
export interface WorldSize {
  readonly users: number;
  readonly doors: number;
  readonly groups: number;
  readonly places: number;
  /** Assignments of each user, at distinct scopes because `kisi` allows one role per scope. */
  readonly assignmentsPerUser: number;
  readonly doorsPerGroup: number;
  /** Groups that hold the lobby, the door nearly everybody of a large site may open. */
  readonly lobbyGroups: number;
}

/**
 * S has half as many assignments a user as M and L: with ten groups and one role per scope, ten a user
 * would open every door to everybody.
 */
export const WORLD_SIZES: Readonly<Record<WorldName, WorldSize>> = {
  S: {
    users: 100,
    doors: 20,
    groups: 10,
    places: 2,
    assignmentsPerUser: 5,
    doorsPerGroup: 4,
    lobbyGroups: 1,
  },
  M: {
    users: 10_000,
    doors: 1000,
    groups: 500,
    places: 20,
    assignmentsPerUser: 10,
    doorsPerGroup: 20,
    lobbyGroups: 5,
  },
  L: {
    users: 100_000,
    doors: 10_000,
    groups: 5000,
    places: 100,
    assignmentsPerUser: 10,
    doorsPerGroup: 20,
    lobbyGroups: 55,
  },
};

/** A policy and the questions asked of it. */
export interface World {
  readonly name: WorldName;
  readonly size: WorldSize;
  readonly policy: Policy;
  readonly requests: readonly AccessRequest[];
  /** A door that about a tenth of L's users may open. */
  readonly lobby: string;
}

/** Questions asked of each world: enough that L's do not all fit a processor's cache. */
export const REQUEST_COUNT = 16_384;

/** Saturday 2026-11-21T08:00:00Z, in epoch milliseconds: the worlds' requests fall into the week after. */
export const WORLD_TIME = 1_795_248_000_000;

/**
 * Roles of `kisi` that may unlock a door, by the level they are held at. The contenders other than
 * doorwright are given this list; doorwright finds it in the role model, and the comparison of answers
 * before timing shows that the two agree.
 */
export const UNLOCKING_ROLES: ReadonlySet<string> = new Set([
  'door_access',
  'group_manager',
  'place_door_access',
  'place_access_manager',
  'place_administrator',
  'organization_access_manager',
  'organization_administrator',
  'organization_owner',
]);

const PLACE_ROLES = [
  'place_door_access',
  'place_access_manager',
  'place_door_access',
  'place_administrator',
];
const ORGANIZATION_ROLES = [
  'observer',
  'organization_access_manager',
  'user_manager',
  'organization_administrator',
];
const SEED = 20_261_122;

/** Builds a world; the same name always gives the same one. Strings are as fresh as from a JSON file. */
export function buildWorld(name: WorldName, requestCount: number = REQUEST_COUNT): World {
  const size = WORLD_SIZES[name];
  const random = seededRandom(SEED + size.users);
  const groupDoors = drawGroups(size, random);
  const policy = document(name, size, groupDoors, random);
  const requests = drawRequests(size, policy, groupDoors, requestCount, random);
  return {
    name,
    size,
    policy: asParsed(policy),
    requests: asParsed(requests),
    lobby: doorId(0),
  };
}

/** The id of the user with a number; numbers run from 0 to `size.users - 1`. */
export function userId(number: number): string {
  return `user-${number}`;
}

/** The id of the door with a number. */
export function doorId(number: number): string {
  return `door-${number}`;
}

/** The id of the group with a number. */
export function groupId(number: number): string {
  return `group-${number}`;
}

/** The id of the place with a number. */
export function placeId(number: number): string {
  return `place-${number}`;
}

/** Where a door stands: doors are dealt to places in equal runs. */
function placeOfDoor(size: WorldSize, door: number): number {
  return Math.floor((door * size.places) / size.doors);
}

/** The place a group belongs to, or undefined for every third group, which spans places. */
function placeOfGroup(size: WorldSize, group: number): number | undefined {
  return group % 3 === 0 ? undefined : group % size.places;
}

function drawGroups(size: WorldSize, random: Random): number[][] {
  const doorsPerPlace = size.doors / size.places;
  return Array.from({ length: size.groups }, (_, group) => {
    const place = placeOfGroup(size, group);
    const doors =
      place === undefined
        ? random.distinct(size.doorsPerGroup, size.doors)
        : random
            .distinct(size.doorsPerGroup, doorsPerPlace)
            .map((door) => place * doorsPerPlace + door);
    const lobby = place === undefined && group / 3 < size.lobbyGroups;
    if (lobby && !doors.includes(0)) doors[0] = 0;
    return doors;
  });
}

function document(
  name: WorldName,
  size: WorldSize,
  groupDoors: readonly (readonly number[])[],
  random: Random,
): Policy {
  return {
    version: 1,
    revision: 1,
    organization: {
      id: `world-${name}`,
      name: `World ${name}`,
      timeZone: 'Europe/Berlin',
      roles: 'kisi',
    },
    places: Array.from({ length: size.places }, (_, place) => ({
      id: placeId(place),
      timeZone: 'Europe/Berlin',
      location: { latitude: 52.5 + place / 1000, longitude: 13.4 },
    })),
    doors: Array.from({ length: size.doors }, (_, door) => ({
      id: doorId(door),
      place: placeId(placeOfDoor(size, door)),
    })),
    groups: groupDoors.map((doors, group) => {
      const place = placeOfGroup(size, group);
      const shared = { id: groupId(group), doors: doors.map(doorId) };
      return place === undefined ? shared : { ...shared, place: placeId(place) };
    }),
    users: Array.from({ length: size.users }, (_, user) => ({ id: userId(user) })),
    assignments: drawAssignments(name, size, random),
  };
}

function drawAssignments(name: WorldName, size: WorldSize, random: Random): Assignment[] {
  const assignments: Assignment[] = [];
  for (let user = 0; user < size.users; user++) {
    const subject = { type: 'user' as const, id: userId(user) };
    const add = (role: string, type: 'organization' | 'place' | 'group', id: string): void => {
      assignments.push({ id: `right-${assignments.length}`, subject, role, scope: { type, id } });
    };
    let groups = size.assignmentsPerUser;
    // One user in a hundred holds a role of the organisation, one in 33 a role of a place.
    if (user % 100 === 13) {
      const role =
        user === 13 ? 'organization_owner' : ORGANIZATION_ROLES[Math.floor(user / 100) % 4]!;
      add(role, 'organization', `world-${name}`);
      groups--;
    }
    if (user % 33 === 7) {
      add(PLACE_ROLES[Math.floor(user / 33) % 4]!, 'place', placeId(random.below(size.places)));
      groups--;
    }
    for (const group of random.distinct(groups, size.groups)) {
      add(random.below(10) === 0 ? 'group_manager' : 'door_access', 'group', groupId(group));
    }
  }
  return assignments;
}

/**
 * Half of the requests are drawn from what the user may open, the other half from what he may not;
 * one in fifty names a user or door that does not exist.
 */
function drawRequests(
  size: WorldSize,
  policy: Policy,
  groupDoors: readonly (readonly number[])[],
  count: number,
  random: Random,
): AccessRequest[] {
  const reach = reachOfUsers(size, policy, groupDoors);
  return Array.from({ length: count }, (_, index): AccessRequest => {
    let user = random.below(size.users);
    while (reach(user).length === 0) user = random.below(size.users);
    const doors = reach(user);
    let door = random.pick(doors);
    if (index % 2 === 1) {
      for (let attempt = 0; attempt < 1000 && doors.includes(door); attempt++)
        door = random.below(size.doors);
    }
    const unknown = random.below(100);
    return {
      subject: { type: 'user', id: unknown === 0 ? `nobody-${index}` : userId(user) },
      action: { name: 'unlock' },
      resource: { type: 'door', id: unknown === 1 ? `nowhere-${index}` : doorId(door) },
      context: { time: WORLD_TIME + random.below(7 * 86_400) * 1000 },
    };
  });
}

/** The doors a user reaches through groups: what a request that shall be permitted is drawn from. */
function reachOfUsers(
  size: WorldSize,
  policy: Policy,
  groupDoors: readonly (readonly number[])[],
): (user: number) => readonly number[] {
  const groupsOf: number[][] = Array.from({ length: size.users }, () => []);
  for (const assignment of policy.assignments ?? []) {
    if (assignment.scope.type !== 'group') continue;
    groupsOf[Number(assignment.subject.id.slice(5))]!.push(Number(assignment.scope.id.slice(6)));
  }
  return (user) => groupsOf[user]!.flatMap((group) => groupDoors[group]!);
}

/** A copy through JSON text: no string or object is shared between members, as after reading a file. */
function asParsed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
