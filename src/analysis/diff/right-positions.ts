/**
 * Resources that do not lie in the same scopes in both policies, those of only one of them included; and, for `view`, all
 * floors and places, which groups reach through their doors.
 */
import { HELD_TYPES } from '../../engine/location.js';
import type { Entity } from '../../engine/request.js';
import { find } from '../../engine/table.js';
import type { AffectedRights } from './right-affected.js';
import type { PermissionBook } from './right-permissions.js';
import { EVERYTHING, type Position, type Side, type Sides, samePosition } from './right-scopes.js';

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
export function positionClasses(
  sides: Sides,
  permissions: PermissionBook,
  { resources }: AffectedRights,
): PositionClass[] {
  const classes = new Map<string, PositionClass>();
  for (const [type, collection] of HELD_TYPES) {
    if (!permissions.types.has(type)) continue;
    const room = collection === 'places' || collection === 'floors';
    const ids = collection === 'organization' ? organizationsOf(sides) : resources[collection];
    for (const id of ids) {
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
export function movedScopes(sides: Sides, { resources }: AffectedRights): MovedScope[] {
  const moved: MovedScope[] = [];
  const look = (scope: Entity, before: Position, after: Position) => {
    if (!samePosition(before, after)) moved.push({ scope, before, after });
  };
  const everything: Position = [EVERYTHING];
  for (const id of organizationsOf(sides)) {
    const has = (side: Side) => (side.s.organization.id === id ? everything : undefined);
    look({ type: 'organization', id }, has(sides.before), has(sides.after));
  }
  for (const type of ['place', 'group', 'door'] as const) {
    for (const id of resources[`${type}s`]) {
      // For any action but `view`: what says it lies at a place does not lie in the groups there.
      const resource = { type, id };
      look(resource, sides.before.positionOf(resource, ''), sides.after.positionOf(resource, ''));
    }
  }
  return moved;
}

/** Users whom only one of the policies holds. */
export function usersOfOne(
  sides: Sides,
  { resources }: AffectedRights,
): { readonly before: string[]; readonly after: string[] } {
  const [old, users] = [sides.before.s.tables.users, sides.after.s.tables.users];
  const [before, after]: [string[], string[]] = [[], []];
  for (const id of resources.users) {
    const [had, has] = [find(old, id) !== undefined, find(users, id) !== undefined];
    if (had && !has) before.push(id);
    if (has && !had) after.push(id);
  }
  return { before, after };
}

function organizationsOf({ before, after }: Sides): ReadonlySet<string> {
  return new Set([before.s.organization.id, after.s.organization.id]);
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
