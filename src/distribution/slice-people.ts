/** Who and what is in a slice of an engine's policy, found from the doors outward: in proportion to the slice, not to the whole. */
import { holdingsAt } from '../engine/lists.js';
import type { PortalRecord } from '../engine/records.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, find } from '../engine/table.js';
import type { Team } from '../policy/document.js';

/** Ids of the rights that reach some doors and stops, and of all who hold one, by themselves or by a team. */
export interface SlicePeople {
  readonly assignments: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
}

/** Numbers of the assignments that reach some doors and stops. */
export function rightsAt(s: Snapshot, portals: readonly PortalRecord[]): Set<number> {
  const lists = new Set(portals.flatMap((portal) => holdingsAt(s, portal)));
  const numbers = new Set<number>();
  for (const list of lists) for (const number of list) numbers.add(number);
  return numbers;
}

/** Everybody who holds a right that reaches some doors and stops. */
export function peopleAt(s: Snapshot, portals: readonly PortalRecord[]): SlicePeople {
  const { tables } = s;
  const assignments = new Set<string>();
  const held = { user: new Set<string>(), link: new Set<string>(), team: new Set<string>() };
  for (const number of rightsAt(s, portals)) {
    const right = at(tables.assignments, number);
    if (right === undefined) continue;
    assignments.add(right.id);
    held[right.subject.type].add(right.subject.id);
  }
  // A set grows while it is walked: the teams of a team come in their turn.
  for (const id of held.team) {
    const team = find(tables.teams, id)?.document as Team | undefined;
    for (const inner of team?.teams ?? []) held.team.add(inner);
    for (const user of team?.users ?? []) held.user.add(user);
  }
  return { assignments, users: held.user, links: held.link, teams: held.team };
}
