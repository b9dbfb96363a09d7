/** Scopes of the policy to come, in the numbers of the present one. */
import {
  DOOR,
  GROUP,
  ORGANIZATION,
  PLACE,
  type ScopeCode,
  scopeCode,
} from '../engine/scope-code.js';
import type { Snapshot } from '../engine/snapshot.js';
import { at, numberOf } from '../engine/table.js';

/**
 * Scopes of `after` as scopes of `before`, sorted. A change that reaches far compiles the policy anew, and
 * with it the numbers of everything. A scope that is not there yet is left out: nobody holds a role in it.
 */
export function asScopesOf(
  before: Snapshot,
  after: Snapshot,
  scopes: readonly ScopeCode[] | undefined,
): readonly ScopeCode[] | undefined {
  if (scopes === undefined) return undefined;
  const known = scopes.map((scope) => earlier(before, after, scope));
  return known.filter((scope) => scope !== undefined).sort((a, b) => a - b);
}

function earlier(before: Snapshot, after: Snapshot, scope: ScopeCode): ScopeCode | undefined {
  const kind = scope & 3;
  const number = scope >> 2;
  switch (kind) {
    case ORGANIZATION:
      return scope;
    case PLACE: {
      const id = at(after.tables.places, number)?.document.id;
      return coded(PLACE, id === undefined ? -1 : numberOf(before.tables.places, id));
    }
    case GROUP: {
      const id = at(after.tables.groups, number)?.document.id;
      return coded(GROUP, id === undefined ? -1 : numberOf(before.tables.groups, id));
    }
    default: {
      const id = at(after.tables.doors, number)?.id;
      return coded(DOOR, id === undefined ? -1 : numberOf(before.tables.doors, id));
    }
  }
}

function coded(kind: number, number: number): ScopeCode | undefined {
  return number < 0 ? undefined : scopeCode(kind, number);
}
