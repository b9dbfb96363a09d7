/** The result of reading outside data: a value, or a code from a closed list with a text for people. */
export type Outcome<T, Code extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: Code; readonly detail: string };
