/** Which people a change of the policy may have given or taken access. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compareText } from '../../engine/findings.js';
import type { GroupRecord } from '../../engine/records.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import { usersOfTeams } from '../../engine/within.js';
import type { Changes } from '../../policy/changes.js';
import type { Assignment, CollectionName } from '../../policy/document.js';

/** Ids of users, sorted: rather one too many than one too few. */
export function concernedUsers(before: Engine, after: Engine, changes: Changes): string[] {
  const one = snapshotOf(before);
  const other = snapshotOf(after);
  const users = new Set<string>();
  for (const id of idsOf(changes, 'users')) {
    const [was, is] = [find(one.tables.users, id), find(other.tables.users, id)];
    if (was?.active !== is?.active) users.add(id);
  }
  for (const id of idsOf(changes, 'teams')) {
    for (const user of difference(usersOfTeams(one, [id]), usersOfTeams(other, [id])))
      users.add(user);
  }
  for (const id of idsOf(changes, 'groups')) {
    const [was, is] = [find(one.tables.groups, id), find(other.tables.groups, id)];
    if (was?.enabled === is?.enabled) continue;
    addHolders(one, was, users);
    addHolders(other, is, users);
  }
  for (const s of [one, other]) {
    for (const id of idsOf(changes, 'assignments'))
      addSubject(s, find(s.tables.assignments, id)?.subject, users);
  }
  return [...users].sort(compareText);
}

/** Everybody who holds something at a group that was switched on or off. */
function addHolders(s: Snapshot, group: GroupRecord | undefined, users: Set<string>): void {
  for (const number of group?.holdings ?? [])
    addSubject(s, at(s.tables.assignments, number)?.subject, users);
}

function addSubject(
  s: Snapshot,
  subject: Assignment['subject'] | undefined,
  users: Set<string>,
): void {
  if (subject?.type === 'user') users.add(subject.id);
  if (subject?.type !== 'team') return;
  for (const user of usersOfTeams(s, [subject.id])) users.add(user);
}

/** What is in one of two sets alone. */
function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...[...a].filter((each) => !b.has(each)), ...[...b].filter((each) => !a.has(each))];
}

function idsOf(changes: Changes, collection: CollectionName): readonly string[] {
  const put = (changes.put?.[collection] ?? []) as readonly { readonly id: string }[];
  return [...put.map(({ id }) => id), ...(changes.remove?.[collection] ?? [])];
}
