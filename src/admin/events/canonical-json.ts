/** One text for one JSON value (RFC 8785, JCS), so that a hash over the text is a hash over the value. */
import type { Json } from '../record.js';

/** Deepest nesting that is written. An event needs five; deeper is a mistake. */
const DEPTH_MAX = 32;

/**
 * The canonical text of a JSON value: members by the code units of their names, no white space, strings and
 * numbers as ECMAScript writes them.
 * @throws TypeError for what JSON does not have: `undefined`, NaN, infinities, lone surrogates, functions,
 * objects that are not plain; for what is nested deeper than 32.
 * @see RFC 8785 §3.2
 */
export function canonicalJson(value: Json): string {
  return write(value, DEPTH_MAX);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      // ECMAScript's own text of a number is the one that §3.2.2.3 asks for.
      if (!Number.isFinite(value)) throw new TypeError(`no JSON number \`${value}\``);
      return JSON.stringify(value);
    case 'object':
      break;
    default:
      throw new TypeError(`no JSON value of type \`${typeof value}\``);
  }
  if (value === null) return 'null';
  if (depth === 0) throw new TypeError(`JSON nested deeper than ${DEPTH_MAX}`);
  return Array.isArray(value) ? list(value, depth - 1) : object(value, depth - 1);
}

function list(value: readonly unknown[], depth: number): string {
  let written = '';
  // By index: a hole is no JSON and must not vanish.
  for (let index = 0; index < value.length; index++) {
    if (index > 0) written += ',';
    written += write(value[index], depth);
  }
  return `[${written}]`;
}

function object(value: object, depth: number): string {
  const kind: unknown = Object.getPrototypeOf(value);
  if (kind !== Object.prototype && kind !== null) throw new TypeError('no plain JSON object');
  const members = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(members);
  // By code units, as `<` and the default order of sort compare texts.
  if (names.some((name, index) => index > 0 && name < (names[index - 1] as string))) names.sort();
  let written = '';
  for (const name of names) {
    if (written !== '') written += ',';
    written += `${text(name)}:${write(members[name], depth)}`;
  }
  return `{${written}}`;
}

function text(value: string): string {
  // What nearly all are: nothing to escape, nothing to look at twice.
  if (/^[ !#-[\]-~]*$/u.test(value)) return `"${value}"`;
  // With the flag `u` only a surrogate without its partner matches.
  if (/\p{Surrogate}/u.test(value)) throw new TypeError('lone surrogate in a JSON string');
  return JSON.stringify(value);
}
