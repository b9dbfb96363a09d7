/**
 * A slice of a policy: what a bridge needs to decide about its own doors and stops as the whole policy does, and as little as
 * possible about anybody.
 *
 * In it are the doors and stops, what they lie in, the rights that reach them and whoever holds one. Of everybody else there is
 * one thing only: which credentials are somebody else's, under the name of a stand-in.
 */
import type { Assignment, Policy, Team, User } from '../policy/document.js';
import {
  slicedAssignment,
  slicedCredential,
  slicedElevator,
  slicedGroup,
  slicedLink,
  slicedTeam,
  slicedUser,
} from './slice-elements.js';
import { hoursUsed } from './slice-hours.js';
import { reaches, type SliceScope, scopeOfPolicy } from './slice-scope.js';
import { standInOf } from './stand-in.js';

/** Who is in a slice, by id: holders of a right that reaches it, own or by a team, and tenants of its doors. */
interface People {
  readonly users: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
}

/** A collection of a policy, none when it is not there. */
type Some<T> = readonly T[] | undefined;

/**
 * The slice of a policy for some doors and stops: a valid policy of the same revision. Whoever is in it is answered as by the whole
 * about these doors and stops: decision, reasons, grants and `validUntil`. Anybody else is refused as by the whole, though
 * as unknown, where it is not the door that decides, locked down or standing open.
 * @param doors - ids of doors and stops; those the policy does not have are passed over.
 */
export function slice(policy: Policy, doors: readonly string[]): Policy {
  const scope = scopeOfPolicy(policy, new Set(doors));
  const { version, revision, organization } = policy;
  const rights = (policy.assignments ?? []).filter((each) => reaches(scope, each.scope));
  const rooms = roomsOf(policy, scope);
  const collections = {
    ...rooms,
    ...peopleOf(policy, scope, rights),
    ...hoursOf(policy, [...rooms.places, ...rooms.doors, ...rooms.groups], rooms.elevators, rights),
    lockdowns: (policy.lockdowns ?? []).filter((each) => reaches(scope, each.scope)),
  };
  const filled = Object.entries(collections).filter(([, elements]) => elements.length > 0);
  return {
    version,
    ...(revision === undefined ? {} : { revision }),
    organization,
    ...(Object.fromEntries(filled) as Partial<typeof collections>),
  };
}

function roomsOf(policy: Policy, scope: SliceScope) {
  const doors = named(policy.doors, scope.doors);
  const elevators = (policy.elevators ?? [])
    .map((elevator) => slicedElevator(scope, elevator))
    .filter(({ stops }) => stops.length > 0);
  const portals = [...doors, ...elevators.flatMap(({ stops }) => stops)];
  const floors = new Set(portals.flatMap(({ floor }) => floor ?? []));
  return {
    places: named(policy.places, scope.places),
    floors: named(policy.floors, floors),
    doors,
    elevators,
    groups: named(policy.groups, scope.groups).map((group) => slicedGroup(scope, group)),
  };
}

function peopleOf(policy: Policy, scope: SliceScope, rights: readonly Assignment[]) {
  const people = peopleWith(policy, scope, rights);
  const isKept = (id: string) => people.users.has(id);
  const all = new Set((policy.users ?? []).map(({ id }) => id));
  const standIn: User = standInOf((id) => all.has(id));
  return {
    users: [...named(policy.users, people.users).map(slicedUser), standIn],
    teams: named(policy.teams, people.teams).map(slicedTeam),
    links: named(policy.links, people.links).map(slicedLink),
    credentials: (policy.credentials ?? []).map((each) =>
      slicedCredential(each, isKept(each.user), standIn),
    ),
    assignments: rights.map((each) => slicedAssignment(scope, each, isKept)),
  };
}

function peopleWith(policy: Policy, scope: SliceScope, rights: readonly Assignment[]): People {
  const held = (type: Assignment['subject']['type']) =>
    rights.flatMap(({ subject }) => (subject.type === type ? [subject.id] : []));
  const byId = new Map<string, Team>((policy.teams ?? []).map((team) => [team.id, team]));
  const teams = new Set(held('team'));
  const users = new Set([...held('user'), ...scope.tenants.values()]);
  // A set grows while it is walked: the teams of a team come in their turn.
  for (const id of teams) {
    for (const inner of byId.get(id)?.teams ?? []) teams.add(inner);
    for (const user of byId.get(id)?.users ?? []) users.add(user);
  }
  return { users, teams, links: new Set(held('link')) };
}

function hoursOf(
  policy: Policy,
  rooms: Parameters<typeof hoursUsed>[0],
  elevators: readonly { readonly stops: Parameters<typeof hoursUsed>[0] }[],
  rights: readonly Assignment[],
) {
  const byId = new Map((policy.schedules ?? []).map((each) => [each.id, each]));
  const used = hoursUsed(
    [...rooms, ...elevators.flatMap(({ stops }) => stops)],
    rights.flatMap(({ validity }) => validity?.schedule ?? []),
    (id) => byId.get(id),
  );
  return {
    schedules: named(policy.schedules, used.schedules),
    calendars: named(policy.calendars, used.calendars),
  };
}

function named<T extends { readonly id: string }>(all: Some<T>, ids: ReadonlySet<string>): T[] {
  return (all ?? []).filter(({ id }) => ids.has(id));
}
