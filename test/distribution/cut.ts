/** A policy without what a withdrawal names, by plain code: elements are gone, not switched off. Judged by the oracle. */
import type { Withdrawal } from '../../src/distribution/withdrawal.js';
import type { Calendar, Policy, Schedule } from '../../src/policy/document.js';

type Ids = readonly string[] | undefined;
type Named = { readonly id: string };

const has = (ids: Ids, id: string) => ids?.includes(id) === true;
const less = (list: Ids, gone: Ids) => (list ?? []).filter((id) => !has(gone, id));
const but = <T extends Named>(all: readonly T[] | undefined, gone: Ids): T[] =>
  (all ?? []).filter(({ id }) => !has(gone, id));

/** The policy less a withdrawal, for whoever comes in, or for whoever leaves by a reader of direction `exit`. */
export function cut(policy: Policy, withdrawal: Withdrawal, direction: 'in' | 'out'): Policy {
  const { calendars, members, openings, credentials, lockdowns = [] } = withdrawal;
  const comesIn = direction === 'in';
  const groups = [
    ...(withdrawal.groups ?? []),
    ...(comesIn ? (withdrawal.narrowedGroups ?? []) : []),
  ];
  const shut = comesIn && withdrawal.everything === true;
  const doors = comesIn ? withdrawal.doors : [];
  const places = comesIn ? withdrawal.places : [];
  const isShut = ({ id, place }: Named & { place: string }) =>
    shut || has(places, place) || has(doors, id);
  const rights = [
    ...(withdrawal.assignments ?? []),
    ...(comesIn ? (withdrawal.narrowedAssignments ?? []) : []),
  ];
  const stops = policy.elevators?.filter((each) => !shut && !has(places, each.place));
  return {
    ...policy,
    // Somebody who is off may nothing, yet what he granted stays granted (D10).
    users: (policy.users ?? []).map(({ primaryDevice, ...user }) => ({
      ...user,
      ...(primaryDevice === undefined || has(withdrawal.primaryDevices, user.id)
        ? {}
        : { primaryDevice }),
      ...(has(withdrawal.users, user.id) ? { active: false } : {}),
    })),
    links: but(policy.links, withdrawal.links),
    credentials: [
      ...but(
        policy.credentials,
        credentials?.map(({ id }) => id),
      ),
      ...(credentials ?? []).map((each) => ({
        ...each,
        user: policy.credentials?.find(({ id }) => id === each.id)?.user ?? 'nobody at all',
      })),
    ],
    teams: (policy.teams ?? []).map((team) => {
      const gone = members?.filter((each) => each.team === team.id) ?? [];
      return {
        ...team,
        users: less(
          team.users,
          gone.flatMap(({ users = [] }) => users),
        ),
        teams: less(
          team.teams,
          gone.flatMap(({ teams = [] }) => teams),
        ),
      };
    }),
    assignments: but(policy.assignments, rights).filter(
      ({ scope }) => scope.type !== 'group' || !has(groups, scope.id),
    ),
    groups: (policy.groups ?? []).map((group) => {
      const gone = openings?.filter((each) => each.group === group.id) ?? [];
      return {
        ...group,
        doors: less(
          group.doors,
          gone.flatMap(({ doors = [] }) => doors),
        ),
        stops: less(
          group.stops,
          gone.flatMap(({ stops = [] }) => stops),
        ),
      };
    }),
    doors: (policy.doors ?? []).filter((each) => !isShut(each)),
    elevators: stops ?? [],
    schedules: (policy.schedules ?? []).map(
      (each): Schedule => (has(withdrawal.schedules, each.id) ? { id: each.id, events: [] } : each),
    ),
    calendars: (policy.calendars ?? []).map((each): Calendar => {
      const dates = calendars?.filter(({ calendar }) => calendar === each.id) ?? [];
      const closed = dates.flatMap((named) => named.dates);
      const days = each.days.filter(({ date }) => !closed.includes(date));
      return { ...each, days: [...days, ...closed.map((date) => ({ date }))] };
    }),
    lockdowns: [...(policy.lockdowns ?? []), ...lockdowns],
  };
}
