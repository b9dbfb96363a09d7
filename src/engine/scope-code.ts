/** Scopes as integers, so that lists of them are short, sorted and cheap to compare. */

/**
 * A scope as one integer: `number * 4 + kind`. The organisation is 0, so every list of scopes that
 * contain something begins with 0 when sorted.
 */
export type ScopeCode = number;
export const ORGANIZATION = 0;
export const PLACE = 1;
export const GROUP = 2;
export const DOOR = 3;

/** The code of a scope. */
export function scopeCode(kind: number, number: number): ScopeCode {
  return number * 4 + kind;
}
