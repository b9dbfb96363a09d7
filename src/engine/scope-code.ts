/** Scopes as integers, so that lists of them are short, sorted and cheap to compare. */
import type { SCOPE_KINDS } from '../policy/assignment-numbers.js';

/**
 * A scope as one integer: `number * 4 + kind`. The organisation is 0, so every list of scopes that
 * contain something begins with 0 when sorted.
 */
export type ScopeCode = number;
export const ORGANIZATION: typeof SCOPE_KINDS.organization = 0;
export const PLACE: typeof SCOPE_KINDS.place = 1;
export const GROUP: typeof SCOPE_KINDS.group = 2;
export const DOOR: typeof SCOPE_KINDS.door = 3;

/** The code of a scope. */
export function scopeCode(kind: number, number: number): ScopeCode {
  return number * 4 + kind;
}
