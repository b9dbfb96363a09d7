/** The words and codes for values of the wrong shape. */
import type { Issue, IssueCode } from './issue.js';
import { pointerOf, quote } from './pointer.js';

/** The JSON types, as far as a shape tells them apart. */
export type JsonKind = 'text' | 'number' | 'boolean' | 'list' | 'object';

/** How each kind is called in a message. */
const KIND_NAMES: Readonly<Record<JsonKind, string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
};

/** The kind of a value, or `undefined` when JSON has no such value. Never reads a member. */
export function kindOf(value: unknown): JsonKind | undefined {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isFinite(value) ? 'number' : undefined;
    case 'boolean':
      return 'boolean';
    case 'object':
      if (value === null) return undefined;
      if (Array.isArray(value)) return 'list';
      return isPlainObject(value) ? 'object' : undefined;
    default:
      return undefined;
  }
}

/**
 * Whether an object is a bare record of members: made by a literal or `JSON.parse`, also of another
 * realm, or without prototype. Instances of classes are not: their members may be computed.
 */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null;
}

/** A value of the wrong JSON type, or one that JSON does not have. */
export function typeIssue(path: Path, expected: readonly JsonKind[], value: unknown): Issue {
  const wanted = expected.map((kind) => KIND_NAMES[kind]).join(' or ');
  return {
    pointer: pointerOf(path),
    code: 'type',
    message: `must be ${wanted}, is ${shown(path, value)}`,
  };
}

/** A value that breaks one bound of its shape. */
export function boundIssue(path: Path, code: IssueCode, must: string, value: unknown): Issue {
  return { pointer: pointerOf(path), code, message: `${must}, is ${shown(path, value)}` };
}

/** A member that has to be there and is not; the pointer says where it would stand. */
export function missingIssue(path: Path, member: string): Issue {
  const pointer = pointerOf([...path, member]);
  return { pointer, code: 'missing', message: `missing member ${quote(member)}` };
}

/** A member that the document does not know. */
export function unknownMemberIssue(path: Path, member: string): Issue {
  const pointer = pointerOf([...path, member]);
  return { pointer, code: 'unknown_member', message: `unknown member ${quote(member)}` };
}

/** A value whose reading failed: a getter or a proxy threw. */
export function unreadableIssue(path: Path): Issue {
  return { pointer: pointerOf(path), code: 'type', message: 'must be plain data, cannot be read' };
}

type Path = readonly (string | number)[];

/** The value as messages show it; the hash of a secret is never shown. */
function shown(path: Path, value: unknown): string {
  if (path.includes('secretHash')) return 'another value, not shown';
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return quote(value);
    case 'object':
      if (value === null) return quote(value);
      if (Array.isArray(value)) return KIND_NAMES.list;
      return isPlainObject(value) ? KIND_NAMES.object : 'an instance of a class';
    default:
      return `a ${typeof value}`;
  }
}
