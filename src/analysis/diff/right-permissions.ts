/** Permissions of the roles of two models, each distinct set found once and numbered. */
import type { Snapshot } from '../../engine/snapshot.js';

/** One permission: an action on a type of resource. */
export interface Permission {
  readonly type: string;
  readonly action: string;
}

/** Sets of permissions by number; 0 is the empty set. */
export interface PermissionBook {
  /** The number of the set that a role has. */
  numberOf(s: Snapshot, role: number): number;
  /** Permissions of a set, by number in {@link PermissionBook.all}. */
  setOf(number: number): ReadonlySet<number>;
  /** Every permission that some role has. */
  readonly all: readonly Permission[];
  /** Types on which some role has a permission, with the numbers of the permissions. */
  readonly types: ReadonlyMap<string, readonly number[]>;
}

/** The permissions of the roles of two policies. */
export function permissionBook(before: Snapshot, after: Snapshot): PermissionBook {
  const all: Permission[] = [];
  const types = new Map<string, number[]>();
  const sets: ReadonlySet<number>[] = [new Set()];
  const numbers = new Map<string, number>([['', 0]]);
  const byRole = new Map<Snapshot, number[]>();
  const known = new Set<string>();
  for (const s of [before, after]) {
    for (const [type, actions] of s.model.actions) {
      for (const action of actions) {
        if (known.has(`${type} ${action}`)) continue;
        known.add(`${type} ${action}`);
        const ofType = types.get(type) ?? [];
        types.set(type, ofType);
        ofType.push(all.push({ type, action }) - 1);
      }
    }
  }
  for (const s of [before, after]) {
    const roles = s.model.roles.map(({ index }) => {
      // As the engine has them, not as the model says: types may have been closed.
      const set = all.flatMap(({ type, action }, permission) =>
        s.permissions.get(type, action)?.[index] === 1 ? permission : [],
      );
      const key = set.join();
      const number = numbers.get(key);
      if (number !== undefined) return number;
      numbers.set(key, sets.length);
      return sets.push(new Set(set)) - 1;
    });
    byRole.set(s, roles);
  }
  return {
    numberOf: (s, role) => byRole.get(s)?.[role] ?? 0,
    setOf: (number) => sets[number] as ReadonlySet<number>,
    all,
    types,
  };
}
