/** Making teams, joining and leaving them, and taking them away with all they hold. */
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Team } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { assignmentsOf } from './held.js';
import { type Draft, editedIds, given, type Planning } from './planning.js';

/** A team to be made. */
export interface NewTeam extends Omit<Team, 'id'> {
  /** Default: a fresh one. */
  readonly id?: string;
}

/** Who is to join and leave a team; who is in already, or was never, does not matter. */
export interface MemberChange {
  readonly team: string;
  readonly join?: Pick<Team, 'users' | 'teams'>;
  readonly leave?: Pick<Team, 'users' | 'teams'>;
}

/** Why a team is not written. */
export type TeamCode = 'team_exists' | 'team_unknown';

/** A set of users and teams that may hold something later. */
export function planCreateTeam(
  { engine, newId }: Planning,
  order: NewTeam,
): Outcome<Draft<{ readonly team: string }>, TeamCode> {
  const id = order.id ?? newId();
  if (findElement(engine, 'teams', id) !== undefined) {
    return { ok: false, code: 'team_exists', detail: `there is already a team \`${id}\`` };
  }
  return { ok: true, value: draftOf({ ...given(order), id }) };
}

/** A team with other members: everything it holds, and all above it, is theirs from then on, or no more. */
export function planChangeMembers(
  { engine }: Planning,
  { team: id, join, leave }: MemberChange,
): Outcome<Draft<{ readonly team: string }>, TeamCode> {
  const team = findElement(engine, 'teams', id);
  if (team === undefined) return unknownTeam(id);
  const next = {
    ...team,
    users: editedIds(team.users, join?.users, leave?.users),
    teams: editedIds(team.teams, join?.teams, leave?.teams),
  };
  return { ok: true, value: draftOf(next) };
}

/** Takes a team away: what it holds ends, and teams it was in no longer name it. Its members stay. */
export function planDeleteTeam(
  { engine }: Planning,
  id: string,
): Outcome<Draft<{ readonly ended: readonly string[] }>, TeamCode> {
  if (findElement(engine, 'teams', id) === undefined) return unknownTeam(id);
  const ended = assignmentsOf(engine, { type: 'team', id }).map((assignment) => assignment.id);
  const above: Team[] = [];
  for (const team of elementsOf(engine, 'teams')) {
    if (team.teams?.includes(id)) {
      above.push({ ...team, teams: team.teams.filter((each) => each !== id) });
    }
  }
  return {
    ok: true,
    value: {
      value: { ended },
      changes: { put: { teams: above }, remove: { teams: [id], assignments: ended } },
      audit: { object: { type: 'team', id } },
    },
  };
}

function draftOf(team: Team): Draft<{ readonly team: string }> {
  return {
    value: { team: team.id },
    changes: { put: { teams: [team] } },
    audit: { object: { type: 'team', id: team.id } },
  };
}

function unknownTeam(id: string): Outcome<never, TeamCode> {
  return { ok: false, code: 'team_unknown', detail: `unknown team \`${id}\`` };
}
