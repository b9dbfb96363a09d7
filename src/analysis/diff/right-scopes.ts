/** Scopes of two policies under one numbering, and which scopes contain what on either side. */
import { containersOf, containersOfScope } from '../../engine/location.js';
import type { Entity } from '../../engine/request.js';
import { DOOR, GROUP, PLACE, type ScopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { at, find, type Table } from '../../engine/table.js';

/** Number of the organisation, whatever its id: it contains everything in both policies. */
export const EVERYTHING = 0;

/** Numbers of the scopes that contain something, ascending; undefined for what does not exist. */
export type Position = readonly number[] | undefined;

/** One of the two policies. */
export interface Side {
  readonly s: Snapshot;
  /** The number of a scope of this policy by the engine's own code. */
  numberOf(code: ScopeCode): number;
  /** Where a resource lies, as the request names it. */
  positionOf(resource: Entity, action: string): Position;
  /** The scopes that contain a scope, itself included. */
  positionOfScope(scope: number): Position;
}

/** Two policies whose scopes are numbered alike. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
  /** How many scopes are numbered so far; numbers begin with {@link EVERYTHING}. */
  size(): number;
  /** The name of a scope; of the organisation as the policy after has it. */
  nameOf(scope: number): Entity;
  /** The number of a scope that a request names, -1 if neither policy has met it. */
  find(name: Pick<Entity, 'type' | 'id'>): number;
}

/** Numbers the scopes of both policies. */
export function sidesOf(before: Snapshot, after: Snapshot): Sides {
  const names: Entity[] = [{ type: 'organization', id: after.organization.id }];
  const numbers = new Map<string, number>();
  const number = (type: string, id: string): number => {
    const key = `${type} ${id}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, names.length);
    return names.push({ type, id }) - 1;
  };
  return {
    before: sideOf(before, number, names),
    after: sideOf(after, number, names),
    size: () => names.length,
    nameOf: (scope) => names[scope] as Entity,
    find: ({ type, id }) =>
      type === 'organization' ? EVERYTHING : (numbers.get(`${type} ${id}`) ?? -1),
  };
}

/** Whether something lies in the same scopes on both sides, and exists. */
export function samePosition(before: Position, after: Position): boolean {
  if (before === undefined || before.length !== after?.length) return false;
  return before.every((scope, index) => scope === after[index]);
}

/** Ids that have a value in one of two tables, each once. */
export function* idsOfEither(before: Table<unknown>, after: Table<unknown>): Generator<string> {
  for (const [id, number] of before.numbering) if (at(before, number) !== undefined) yield id;
  for (const [id, number] of after.numbering) {
    if (at(after, number) !== undefined && find(before, id) === undefined) yield id;
  }
}

function sideOf(
  s: Snapshot,
  number: (type: string, id: string) => number,
  names: readonly Entity[],
): Side {
  const numbers = new Map<ScopeCode, number>([[0, EVERYTHING]]);
  const positions = new Map<number, Position>();
  const numberOf = (code: ScopeCode): number => {
    const known = numbers.get(code);
    if (known !== undefined) return known;
    const found = number(...nameOfCode(s, code));
    numbers.set(code, found);
    return found;
  };
  const translated = (codes: readonly ScopeCode[] | undefined): Position =>
    codes?.map(numberOf).sort((a, b) => a - b);
  return {
    s,
    numberOf,
    positionOf(resource, action) {
      const subject = { type: '', id: '' };
      const request = { subject, action: { name: action }, resource, context: { time: 0 } };
      return translated(containersOf(s, request));
    },
    positionOfScope(scope) {
      if (scope === EVERYTHING) return [EVERYTHING];
      if (positions.has(scope)) return positions.get(scope);
      const found = translated(containersOfScope(s, names[scope] as Entity));
      positions.set(scope, found);
      return found;
    },
  };
}

function nameOfCode(s: Snapshot, code: ScopeCode): [type: string, id: string] {
  const own = code >> 2;
  switch (code & 3) {
    case PLACE:
      return ['place', idOf(s.tables.places, own)];
    case GROUP:
      return ['group', idOf(s.tables.groups, own)];
    case DOOR:
      return ['door', idOf(s.tables.doors, own)];
    default:
      return ['organization', s.organization.id];
  }
}

function idOf(table: Table<{ readonly document: { readonly id: string } }>, number: number) {
  const record = at(table, number);
  // A scope nothing stands for contains nothing: a name no document can have.
  return record === undefined ? ` ${number}` : record.document.id;
}
