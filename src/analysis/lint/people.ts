/** Who is in a team, and whom an assignment reaches. */
import type { HolderRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { find, values } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';

/** Users that are kept of each team: rules ask for nobody, somebody, or two. */
const FEW = 2;

/** What is known of teams: a memo per snapshot. */
interface Teams {
  /** Numbers of the active users that a team names itself. */
  readonly users: ReadonlyMap<number, readonly number[]>;
  /** And of the teams. */
  readonly below: ReadonlyMap<number, readonly number[]>;
  readonly few: Map<number, readonly number[]>;
}

const TEAMS = new WeakMap<Snapshot, Teams>();

/** Numbers of the active users of a team, nested teams included. Not kept: many large teams together are too many. */
export function activeUsersOf(s: Snapshot, team: number): ReadonlySet<number> {
  return gather(teamsIn(s), team, Number.POSITIVE_INFINITY);
}

/** The first two of {@link activeUsersOf}. */
export function fewUsersOf(s: Snapshot, team: number): readonly number[] {
  const teams = teamsIn(s);
  let few = teams.few.get(team);
  if (few === undefined) {
    few = [...gather(teams, team, FEW)];
    teams.few.set(team, few);
  }
  return few;
}

/** Numbers of the first two active users who hold an assignment, by themselves or by a team. */
export function fewUsersWith(s: Snapshot, { subject }: Assignment): readonly number[] {
  if (subject.type === 'team') {
    return fewUsersOf(s, s.tables.teams.numbering.get(subject.id) ?? -1);
  }
  const user = subject.type === 'user' ? find(s.tables.users, subject.id) : undefined;
  return user?.active === true ? [user.number] : [];
}

function teamsIn(s: Snapshot): Teams {
  let teams = TEAMS.get(s);
  if (teams === undefined) {
    const active = [...values(s.tables.users)].filter((user) => user.active);
    teams = {
      users: byTeam(active),
      below: byTeam(values(s.tables.teams)),
      few: new Map(),
    };
    TEAMS.set(s, teams);
  }
  return teams;
}

/** The numbers of some holders, by the teams that name them. */
function byTeam(holders: Iterable<HolderRecord>): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { number, teams } of holders) {
    for (const team of teams) {
      const list = found.get(team);
      if (list === undefined) found.set(team, [number]);
      else list.push(number);
    }
  }
  return found;
}

function gather({ users, below }: Teams, team: number, enough: number): Set<number> {
  const members = new Set<number>();
  const seen = new Set([team]);
  // A set grows while it is walked: nested teams come in their turn.
  for (const number of seen) {
    for (const user of users.get(number) ?? []) {
      members.add(user);
      if (members.size >= enough) return members;
    }
    for (const nested of below.get(number) ?? []) seen.add(nested);
  }
  return members;
}
