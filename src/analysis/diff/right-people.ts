/** Sets of people of two policies: who holds an assignment, with all members of the teams that do. */
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';

/** Kinds of whoever may hold an assignment. */
export type PersonType = 'user' | 'link' | 'team';

/** A growing set of users, links and teams; a team brings its members in either policy, nested ones too. */
export class People {
  readonly #snapshots: readonly Snapshot[];
  readonly #ids = {
    user: new Set<string>(),
    link: new Set<string>(),
    team: new Set<string>(),
  };

  constructor(snapshots: readonly Snapshot[]) {
    this.#snapshots = snapshots;
  }

  /** Ids of one kind. */
  of(type: PersonType): ReadonlySet<string> {
    return this.#ids[type];
  }

  add(type: PersonType, id: string): void {
    const known = this.#ids[type];
    if (known.has(id)) return;
    known.add(id);
    if (type !== 'team') return;
    for (const { tables } of this.#snapshots) {
      const document = find(tables.teams, id)?.document;
      if (document === undefined) continue;
      if ('users' in document) for (const user of document.users ?? []) this.add('user', user);
      if ('teams' in document) for (const team of document.teams ?? []) this.add('team', team);
    }
  }

  /** Whoever holds an assignment of that id in either policy. */
  addHolder(assignment: string): void {
    for (const { tables } of this.#snapshots) {
      const subject = find(tables.assignments, assignment)?.subject;
      if (subject !== undefined) this.add(subject.type, subject.id);
    }
  }

  /** Whoever holds these assignments of one policy, by number. */
  addHolders({ tables }: Snapshot, numbers: Iterable<number>): void {
    for (const number of numbers) {
      const subject = at(tables.assignments, number)?.subject;
      if (subject !== undefined) this.add(subject.type, subject.id);
    }
  }

  /** Credentials of users, in either policy. */
  *credentialsOf(users: Iterable<string>): Generator<string> {
    for (const user of users) {
      for (const { tables } of this.#snapshots) {
        for (const number of find(tables.users, user)?.credentials ?? []) {
          const credential = at(tables.credentials, number);
          if (credential !== undefined) yield credential.id;
        }
      }
    }
  }
}

/** Numbers of the assignments by which people lie in a scope: held at it, or at a group of it. */
export function holdingsWithin(
  { tables }: Snapshot,
  { type, id }: { readonly type: string; readonly id: string },
): readonly number[] {
  if (type === 'group') return find(tables.groups, id)?.holdings ?? [];
  const place = type === 'place' ? find(tables.places, id) : undefined;
  if (place === undefined) return [];
  const found = [place.holdings];
  for (const block of tables.groups.blocks) {
    for (const group of block ?? []) {
      if (group?.place === place.number) found.push(group.holdings);
    }
  }
  return found.flat();
}
