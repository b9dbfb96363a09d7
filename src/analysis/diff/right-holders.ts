/** Whose rights may matter for a comparison: whoever is affected, and whoever holds something around what lies elsewhere. */
import { find, values } from '../../engine/table.js';
import type { AffectedRights } from './right-affected.js';
import { People } from './right-people.js';
import type { PermissionBook } from './right-permissions.js';
import { MOVES, type MovedScope, type PositionClass, type usersOfOne } from './right-positions.js';
import { EVERYTHING, type Position, type Side, type Sides } from './right-scopes.js';

/** What lies elsewhere than before. */
export interface Elsewhere {
  readonly positions: readonly PositionClass[];
  readonly moved: readonly MovedScope[];
  readonly ofOne: ReturnType<typeof usersOfOne>;
}

/** Everybody whose rights may matter. */
export function peopleOf(
  sides: Sides,
  permissions: PermissionBook,
  affected: AffectedRights,
  { positions, moved, ofOne }: Elsewhere,
): People {
  const both = [sides.before, sides.after];
  const people = new People(both.map(({ s }) => s));
  for (const type of ['user', 'link'] as const) {
    for (const id of affected.people.of(type)) people.add(type, id);
  }
  const scopes = new Set<number>();
  for (const { before, after } of [...positions, ...moved]) {
    for (const scope of differing(before, after)) scopes.add(scope);
  }
  for (const side of both) {
    for (const scope of scopes) people.addHolders(side.s, holdingsAt(side, sides, scope));
  }
  // Who is moved without being held is moved by anybody who may move people anywhere.
  if (ofOne.before.length + ofOne.after.length > 0) {
    for (const side of both) addMovers(side, permissions, people);
  }
  return people;
}

/** Scopes that contain something in one policy and not in the other. */
function differing(before: Position, after: Position): number[] {
  const [had, has] = [new Set(before), new Set(after)];
  return [
    ...(before ?? []).filter((scope) => !has.has(scope)),
    ...(after ?? []).filter((scope) => !had.has(scope)),
  ];
}

/** Numbers of the assignments held at a scope itself. */
function holdingsAt({ s }: Side, sides: Sides, scope: number): readonly number[] {
  if (scope === EVERYTHING) return s.holdings;
  const { type, id } = sides.nameOf(scope);
  const { places, groups, doors } = s.tables;
  switch (type) {
    case 'place':
      return find(places, id)?.holdings ?? [];
    case 'group':
      return find(groups, id)?.holdings ?? [];
    default:
      return find(doors, id)?.holdings ?? [];
  }
}

function addMovers({ s }: Side, permissions: PermissionBook, people: People): void {
  const moving = s.model.roles.filter(({ index }) => {
    const set = permissions.setOf(permissions.numberOf(s, index));
    return (permissions.types.get('user') ?? []).some(
      (number) => set.has(number) && MOVES.has(permissions.all[number]?.action ?? ''),
    );
  });
  const roles = new Set(moving.map(({ id }) => id));
  for (const { role, subject } of values(s.tables.assignments)) {
    if (roles.has(role)) people.add(subject.type, subject.id);
  }
}
