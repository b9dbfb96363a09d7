/**
 * Resources that do not lie in the same scopes in both policies, those of only one of them included; and, for `view`, all
 * floors and places, which groups reach through their doors.
 */
import { HELD_TYPES } from '../../engine/location.js';
import type { Entity } from '../../engine/request.js';
import { at, find } from '../../engine/table.js';
import type { PermissionBook } from './right-permissions.js';
import { EVERYTHING, type Position, type Side, type Sides, samePosition } from './right-scopes.js';
import { idsOfEither } from './right-standings.js';

/** Actions that say where somebody is moved to, so that where he lies does not matter. */
export const MOVES: ReadonlySet<string> = new Set([
  'add_to_place_group',
  'remove_from_place_group',
]);

/** Resources of some types that lie in the same scopes as each other, before and after. */
export interface PositionClass {
  readonly before: Position;
  readonly after: Position;
  /** For which actions this holds: a floor or place lies in more scopes for `view`. */
  readonly actions: 'view' | 'others' | 'all';
  /** Ids by type. */
  readonly resources: Map<string, string[]>;
}

/** A scope that lies elsewhere in the other policy, or does not exist there. */
export interface MovedScope {
  readonly scope: Entity;
  readonly before: Position;
  readonly after: Position;
}

/** The classes of held resources that must be named. */
export function positionClasses(sides: Sides, permissions: PermissionBook): PositionClass[] {
  const classes = new Map<string, PositionClass>();
  for (const [type, collection] of HELD_TYPES) {
    if (!permissions.types.has(type)) continue;
    const room = collection === 'places' || collection === 'floors';
    for (const id of heldIds(sides, collection)) {
      if (collection === 'assignments' && isKept(sides, id)) continue;
      const actions = room ? (['view', 'others'] as const) : (['all'] as const);
      for (const of of actions) {
        const before = sides.before.positionOf({ type, id }, of);
        const after = sides.after.positionOf({ type, id }, of);
        if (of === 'view' || !samePosition(before, after)) {
          addTo(classes, { before, after, actions: of }, type, id);
        }
      }
    }
  }
  return [...classes.values()];
}

/** Scopes of which something that says it lies there lies elsewhere in the other policy. */
export function movedScopes(sides: Sides): MovedScope[] {
  const [{ s: old }, { s }] = [sides.before, sides.after];
  const moved: MovedScope[] = [];
  const look = (scope: Entity, before: Position, after: Position) => {
    if (!samePosition(before, after)) moved.push({ scope, before, after });
  };
  const everything: Position = [EVERYTHING];
  for (const id of new Set([old.organization.id, s.organization.id])) {
    const has = (side: Side) => (side.s.organization.id === id ? everything : undefined);
    look({ type: 'organization', id }, has(sides.before), has(sides.after));
  }
  for (const type of ['place', 'group', 'door'] as const) {
    for (const id of idsOfEither(old.tables[`${type}s`], s.tables[`${type}s`])) {
      // For any action but `view`: what says it lies at a place does not lie in the groups there.
      const resource = { type, id };
      look(resource, sides.before.positionOf(resource, ''), sides.after.positionOf(resource, ''));
    }
  }
  return moved;
}

/** Users whom only one of the policies holds. */
export function usersOfOne(sides: Sides): { readonly before: string[]; readonly after: string[] } {
  const [old, users] = [sides.before.s.tables.users, sides.after.s.tables.users];
  const ids = [...idsOfEither(old, users)];
  return {
    before: ids.filter((id) => find(users, id) === undefined),
    after: ids.filter((id) => find(old, id) === undefined),
  };
}

/** Ids of a collection in either policy. */
function heldIds(
  sides: Sides,
  collection: typeof HELD_TYPES extends ReadonlyMap<string, infer C> ? C : never,
): Iterable<string> {
  const [old, s] = [sides.before.s, sides.after.s];
  if (collection === 'organization') return new Set([old.organization.id, s.organization.id]);
  return idsOfEither(old.tables[collection], s.tables[collection]);
}

/** Whether an assignment is at the same scope in both policies, and the scope where it was: the quick way for the many. */
function isKept({ before, after, find: numberOf }: Sides, id: string): boolean {
  const number = before.s.tables.assignments.numbering.get(id) ?? -1;
  const old = at(before.s.tables.assignments, number);
  const now = find(after.s.tables.assignments, id);
  if (old === undefined || now === undefined) return false;
  if (old.scope.type !== now.scope.type || old.scope.id !== now.scope.id) return false;
  const scope = numberOf(old.scope);
  return scope >= 0 && samePosition(before.positionOfScope(scope), after.positionOfScope(scope));
}

function addTo(
  classes: Map<string, PositionClass>,
  { before, after, actions }: Pick<PositionClass, 'before' | 'after' | 'actions'>,
  type: string,
  id: string,
): void {
  const key = `${actions} ${before?.join() ?? '-'} ${after?.join() ?? '-'}`;
  let known = classes.get(key);
  if (known === undefined) {
    known = { before, after, actions, resources: new Map() };
    classes.set(key, known);
  }
  const ids = known.resources.get(type);
  if (ids === undefined) known.resources.set(type, [id]);
  else ids.push(id);
}
