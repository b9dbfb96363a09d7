/** Making groups of doors and stops, and changing what is in them. */
import { findElement } from '../../engine/elements.js';
import type { Group } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { assignmentsAt } from './held.js';
import { type Draft, editedIds, given, type Planning } from './planning.js';

/** A group to be made. */
export interface NewGroup extends Omit<Group, 'id'> {
  /** Default: a fresh one. */
  readonly id?: string;
}

/** Doors and stops to put into a group and to take out of it. */
export interface GroupChange {
  readonly group: string;
  readonly add?: Pick<Group, 'doors' | 'stops'>;
  readonly remove?: Pick<Group, 'doors' | 'stops'>;
}

/** Why a group is not written. */
export type GroupCode = 'group_exists' | 'group_unknown';

/** A set of doors and stops at which rights may be held later. */
export function planCreateGroup(
  { engine, newId }: Planning,
  order: NewGroup,
): Outcome<Draft<{ readonly group: string }>, GroupCode> {
  const id = order.id ?? newId();
  if (findElement(engine, 'groups', id) !== undefined) {
    return { ok: false, code: 'group_exists', detail: `there is already a group \`${id}\`` };
  }
  return { ok: true, value: draftOf({ ...given(order), id }) };
}

/** A group with other doors and stops: they come within reach of everybody who holds a role there. */
export function planChangeGroup(
  { engine }: Planning,
  { group: id, add, remove }: GroupChange,
): Outcome<Draft<{ readonly group: string }>, GroupCode> {
  const group = findElement(engine, 'groups', id);
  if (group === undefined) return unknownGroup(id);
  const next = {
    ...group,
    doors: editedIds(group.doors, add?.doors, remove?.doors),
    stops: editedIds(group.stops, add?.stops, remove?.stops),
  };
  return { ok: true, value: draftOf(next) };
}

/** Takes a group away, and with it every right that was held there. Its doors stay. */
export function planDeleteGroup(
  { engine }: Planning,
  id: string,
): Outcome<Draft<{ readonly ended: readonly string[] }>, GroupCode> {
  if (findElement(engine, 'groups', id) === undefined) return unknownGroup(id);
  const ended = assignmentsAt(engine, { type: 'group', id }).map((assignment) => assignment.id);
  return {
    ok: true,
    value: {
      value: { ended },
      changes: { remove: { groups: [id], assignments: ended } },
      audit: { object: { type: 'group', id } },
    },
  };
}

function draftOf(group: Group): Draft<{ readonly group: string }> {
  return {
    value: { group: group.id },
    changes: { put: { groups: [group] } },
    audit: { object: { type: 'group', id: group.id } },
  };
}

function unknownGroup(id: string): Outcome<never, GroupCode> {
  return { ok: false, code: 'group_unknown', detail: `unknown group \`${id}\`` };
}
