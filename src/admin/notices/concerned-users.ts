/** Which people a change of the policy may have given or taken access. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import type { Changes } from '../../policy/changes.js';
import type { Assignment, CollectionName, Team } from '../../policy/document.js';

/** Ids of users, sorted: rather one too many than one too few. */
export function concernedUsers(before: Engine, after: Engine, changes: Changes): string[] {
  const users = new Set<string>(idsOf(changes, 'users'));
  for (const engine of [before, after]) {
    const s = snapshotOf(engine);
    for (const id of idsOf(changes, 'assignments'))
      addSubject(s, find(s.tables.assignments, id)?.subject, users);
    for (const id of idsOf(changes, 'teams')) addMembers(s, id, users);
    for (const id of idsOf(changes, 'groups')) addHolders(s, id, users);
  }
  return [...users].sort(compareText);
}

/** Everybody who holds something at a group: it may be switched on or off. */
function addHolders(s: Snapshot, group: string, users: Set<string>): void {
  for (const number of find(s.tables.groups, group)?.holdings ?? [])
    addSubject(s, at(s.tables.assignments, number)?.subject, users);
}

function addSubject(
  s: Snapshot,
  subject: Assignment['subject'] | undefined,
  users: Set<string>,
): void {
  if (subject?.type === 'user') users.add(subject.id);
  if (subject?.type === 'team') addMembers(s, subject.id, users);
}

/** Users of a team and of every team nested in it. */
function addMembers(s: Snapshot, team: string, users: Set<string>): void {
  const teams = new Set([team]);
  // A set grows while it is walked: nested teams come in their turn.
  for (const id of teams) {
    const document = find(s.tables.teams, id)?.document as Team | undefined;
    for (const user of document?.users ?? []) users.add(user);
    for (const nested of document?.teams ?? []) teams.add(nested);
  }
}

function idsOf(changes: Changes, collection: CollectionName): readonly string[] {
  const put = (changes.put?.[collection] ?? []) as readonly { readonly id: string }[];
  return [...put.map(({ id }) => id), ...(changes.remove?.[collection] ?? [])];
}
