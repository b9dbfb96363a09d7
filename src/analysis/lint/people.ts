/** Who is in a team, and whom an assignment reaches. */
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Assignment } from '../../policy/document.js';

/** Numbers of the active users of a team, nested teams included. A memo per snapshot. */
export function activeUsersOf(s: Snapshot, team: number): ReadonlySet<number> {
  let known = MEMBERS.get(s);
  if (known === undefined) {
    known = new Map();
    MEMBERS.set(s, known);
  }
  let found = known.get(team);
  if (found === undefined) {
    found = walkTeams(s, team);
    known.set(team, found);
  }
  return found;
}

/** Numbers of the active users who hold an assignment, by themselves or by a team. */
export function activeUsersWith(s: Snapshot, { subject }: Assignment): ReadonlySet<number> {
  if (subject.type === 'team') {
    return activeUsersOf(s, s.tables.teams.numbering.get(subject.id) ?? -1);
  }
  const user = subject.type === 'user' ? find(s.tables.users, subject.id) : undefined;
  return new Set(user?.active === true ? [user.number] : []);
}

const MEMBERS = new WeakMap<Snapshot, Map<number, ReadonlySet<number>>>();

function walkTeams(s: Snapshot, team: number): ReadonlySet<number> {
  const members = new Set<number>();
  const seen = new Set([team]);
  // A set grows while it is walked: nested teams come in their turn.
  for (const number of seen) {
    const record = at(s.tables.teams, number);
    const document = record?.document as
      | { readonly users?: readonly string[]; readonly teams?: readonly string[] }
      | undefined;
    for (const id of document?.users ?? []) {
      const user = find(s.tables.users, id);
      if (user?.active === true) members.add(user.number);
    }
    for (const id of document?.teams ?? []) {
      const below = s.tables.teams.numbering.get(id);
      if (below !== undefined) seen.add(below);
    }
  }
  return members;
}
