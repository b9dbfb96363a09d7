/** What lies in scopes and stayed where it was: whether two scopes meet in something, and one thing in a scope. */
import { HELD_TYPES } from '../../engine/location.js';
import type { Entity } from '../../engine/request.js';
import { find } from '../../engine/table.js';
import { holdingsWithin, People } from './right-people.js';
import {
  EVERYTHING,
  idsOfEither,
  type Position,
  type Side,
  type Sides,
  samePosition,
} from './right-scopes.js';

/** Collections of people: they lie wherever they hold something, so in scopes that are otherwise apart. */
const PEOPLE = ['users', 'teams', 'links'] as const;
const OF_PEOPLE: ReadonlySet<string> = new Set([...PEOPLE, 'credentials']);

/** Questions about what lies where in both policies. */
export interface Members {
  /** Scopes around a scope in either policy, itself apart. */
  around(scope: number): readonly number[];
  /** Whether a scope exists in both policies. */
  inBoth(scope: number): boolean;
  /** False only if nothing of a type that stayed where it was lies in both scopes. */
  meet(scope: number, other: number, type: string): boolean;
  /** A resource of a type in a scope and in none of others, the same in both policies; undefined for none. */
  sample(
    scope: number,
    outside: readonly number[],
    type: string,
    action: string,
  ): Entity | undefined;
}

/** Members of the scopes of two policies. */
export function membersOf(sides: Sides): Members {
  const { before, after } = sides;
  // What stayed where it was lies in both scopes on both sides.
  const meets = [before, after].map((side) => meetingsIn(sides, side));
  const meetings = new Map<string, boolean>();

  const contains = (outer: number, scope: number): boolean =>
    before.positionOfScope(scope)?.includes(outer) === true ||
    after.positionOfScope(scope)?.includes(outer) === true;
  const stays = (scope: number): boolean =>
    samePosition(before.positionOfScope(scope), after.positionOfScope(scope));

  return {
    around(scope) {
      const both = [before, after].flatMap((side) => side.positionOfScope(scope) ?? []);
      return [...new Set(both)].filter((other) => other !== scope);
    },
    inBoth: (scope) =>
      before.positionOfScope(scope) !== undefined && after.positionOfScope(scope) !== undefined,
    meet(scope, other, type) {
      if (contains(scope, other) || contains(other, scope)) return true;
      const collection = HELD_TYPES.get(type);
      const key = `${scope} ${other} ${collection ?? ''}`;
      let known = meetings.get(key);
      if (known === undefined) {
        known = meets.every((share) => share(scope, other, collection));
        meetings.set(key, known);
      }
      return known;
    },
    sample(scope, outside, type, action) {
      if (stays(scope)) return said(sides, scope, type);
      return sampleBelow(sides, scope, outside, type, action);
    },
  };
}

/** Whether two scopes of one policy, neither of which contains the other, have something in common. */
function meetingsIn(sides: Sides, side: Side) {
  const people = new Map<number, ReadonlySet<string>>();
  const portals = new Map<string, ReadonlySet<number>>();

  function portalsIn(scope: number, kind: 'doors' | 'stops'): ReadonlySet<number> {
    const key = `${kind} ${scope}`;
    const known = portals.get(key);
    if (known !== undefined) return known;
    const { type, id } = sides.nameOf(scope);
    const { groups, places } = side.s.tables;
    const record = type === 'group' ? find(groups, id) : find(places, id);
    const members = new Set(record?.[kind] ?? []);
    portals.set(key, members);
    return members;
  }

  function peopleIn(scope: number): ReadonlySet<string> {
    const known = people.get(scope);
    if (known !== undefined) return known;
    const holders = new People([side.s]);
    holders.addHolders(side.s, holdingsWithin(side.s, sides.nameOf(scope)));
    const types = ['user', 'team', 'link'] as const;
    const members = new Set(
      types.flatMap((type) => [...holders.of(type)].map((id) => `${type} ${id}`)),
    );
    people.set(scope, members);
    return members;
  }

  return (scope: number, other: number, collection: string | undefined): boolean => {
    const types = [sides.nameOf(scope).type, sides.nameOf(other).type];
    // What lies at a door lies in what contains the door, and in nothing else.
    if (types.includes('door')) return false;
    if (common(portalsIn(scope, 'doors'), portalsIn(other, 'doors'))) return true;
    if (collection === 'stops') return common(portalsIn(scope, 'stops'), portalsIn(other, 'stops'));
    if (collection === undefined || !OF_PEOPLE.has(collection)) return false;
    return common(peopleIn(scope), peopleIn(other));
  };
}

/** A resource no document holds that says it lies at a scope. */
export function said(sides: Sides, scope: number, type: string): Entity {
  if (scope === EVERYTHING) return { type, id: '*' };
  return { type, id: '*', properties: { scope: sides.nameOf(scope) } };
}

/** Of a scope that lies elsewhere than before: something in it that did stay where it was. A search, for a rare case. */
function sampleBelow(
  sides: Sides,
  scope: number,
  outside: readonly number[],
  type: string,
  action: string,
): Entity | undefined {
  const { before, after } = sides;
  const fits = (old: Position, now: Position): boolean =>
    samePosition(old, now) &&
    now?.includes(scope) === true &&
    !outside.some((other) => now.includes(other));
  for (const id of [...idsOfEither(before.s.tables.doors, after.s.tables.doors)].sort()) {
    const door = { type: 'door', id };
    if (fits(before.positionOf(door, ''), after.positionOf(door, ''))) {
      return { type, id: '*', properties: { scope: door } };
    }
  }
  const collection = HELD_TYPES.get(type);
  const isStop = collection === 'stops' && action !== 'get_access';
  if (collection === undefined || !(isStop || OF_PEOPLE.has(collection))) return undefined;
  const table = collection as 'stops' | 'users' | 'teams' | 'links' | 'credentials';
  for (const id of [...idsOfEither(before.s.tables[table], after.s.tables[table])].sort()) {
    const resource = { type, id };
    if (fits(before.positionOf(resource, action), after.positionOf(resource, action)))
      return resource;
  }
  return undefined;
}

function common<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const one of few) if (many.has(one)) return true;
  return false;
}
