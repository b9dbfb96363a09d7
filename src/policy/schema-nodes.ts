/**
 * The words in which `document.ts` writes its schemas: valibot's names, arguments and types, but each gives no more than
 * what `shape.ts` reads, so that nothing of valibot is needed at run time. Where valibot itself is wanted, in
 * tests and for the JSON Schema, `schema-valibot.ts` makes its schemas from these.
 */
import type * as valibot from 'valibot';

/** The words in use; another one has to be understood by `shape.ts` first. */
type Words = Pick<
  typeof valibot,
  | 'string'
  | 'number'
  | 'boolean'
  | 'literal'
  | 'picklist'
  | 'strictObject'
  | 'array'
  | 'strictTuple'
  | 'record'
  | 'union'
  | 'optional'
  | 'pipe'
  | 'minLength'
  | 'maxLength'
  | 'maxEntries'
  | 'minValue'
  | 'maxValue'
  | 'gtValue'
  | 'integer'
  | 'regex'
  | 'check'
  | 'metadata'
>;

const step = (type: string) => (requirement?: unknown, message?: unknown) => ({
  kind: 'validation',
  type,
  requirement,
  message,
});

const words = {
  string: () => ({ type: 'string' }),
  number: () => ({ type: 'number' }),
  boolean: () => ({ type: 'boolean' }),
  literal: (literal: unknown) => ({ type: 'literal', literal }),
  picklist: (options: unknown) => ({ type: 'picklist', options }),
  strictObject: (entries: unknown) => ({ type: 'strict_object', entries }),
  array: (item: unknown) => ({ type: 'array', item }),
  strictTuple: (items: unknown) => ({ type: 'strict_tuple', items }),
  record: (key: unknown, value: unknown) => ({ type: 'record', key, value }),
  union: (options: unknown) => ({ type: 'union', options }),
  optional: (wrapped: unknown) => ({ type: 'optional', wrapped }),
  pipe: (...pipe: readonly object[]) => ({ ...pipe[0], pipe }),
  minLength: step('min_length'),
  maxLength: step('max_length'),
  maxEntries: step('max_entries'),
  minValue: step('min_value'),
  maxValue: step('max_value'),
  gtValue: step('gt_value'),
  integer: step('integer'),
  regex: step('regex'),
  check: step('check'),
  metadata: (metadata: unknown) => ({ kind: 'metadata', type: 'metadata', metadata }),
} satisfies Record<keyof Words, unknown>;

/** The words, typed as valibot types them: `InferOutput` says what a schema accepts. */
export const v: Words = words as unknown as Words;
