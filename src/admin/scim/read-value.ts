/** Values from outside, read as the attribute they are meant for. */
import { parseInstant } from '../../values/instant.js';
import type { Json, JsonObject } from '../record.js';
import { type Attribute, attributeNamed } from './attribute.js';
import { refuse, type ScimOutcome } from './code.js';
import { isObject } from './filter-match.js';
import { STRING_LENGTH_MAX, VALUES_MAX } from './limits.js';

/**
 * A value of an attribute in the form it is kept in, or undefined where it says that there is none (`null`, an
 * empty list). `"True"` and `"False"` are booleans where a boolean is wanted, and nowhere else. A plain text for a
 * complex attribute with a `value` is that value: Entra ID sends a manager so. Sub-attributes nobody knows, and
 * those a client may not write, are left out.
 * @returns code `invalidValue`.
 */
export function readValue(attribute: Attribute, value: Json): ScimOutcome<Json | undefined> {
  if (value === null) return { ok: true, value: undefined };
  if (!attribute.multiValued) return readSingle(attribute, value);
  const list: readonly Json[] = Array.isArray(value) ? value : [value as Json];
  if (list.length > VALUES_MAX) {
    return refuse('invalidValue', `\`${attribute.name}\` has at most ${VALUES_MAX} values`);
  }
  const values: Json[] = [];
  for (const each of list) {
    const read = readSingle(attribute, each);
    if (!read.ok) return read;
    if (read.value !== undefined) values.push(read.value);
  }
  return { ok: true, value: values.length === 0 ? undefined : values };
}

/** One value of an attribute, multi-valued or not. @returns code `invalidValue`. */
export function readSingle(attribute: Attribute, value: Json): ScimOutcome<Json | undefined> {
  if (value === null) return { ok: true, value: undefined };
  switch (attribute.type) {
    case 'complex':
      return readComplex(attribute, value);
    case 'boolean':
      return readBoolean(attribute, value);
    case 'decimal':
    case 'integer':
      if (typeof value !== 'number') return wrong(attribute, 'a number');
      return { ok: true, value };
    case 'dateTime': {
      const isInstant = typeof value === 'string' && !Number.isNaN(parseInstant(value));
      return isInstant ? { ok: true, value } : wrong(attribute, 'an RFC 3339 instant');
    }
    default:
      return readText(attribute, value);
  }
}

function readBoolean(attribute: Attribute, value: Json): ScimOutcome<Json | undefined> {
  if (typeof value === 'boolean') return { ok: true, value };
  const folded = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (folded === 'true' || folded === 'false') return { ok: true, value: folded === 'true' };
  return wrong(attribute, 'true or false');
}

function readText(attribute: Attribute, value: Json): ScimOutcome<Json | undefined> {
  // Directories send employee numbers and postal codes as numbers.
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return wrong(attribute, 'a text');
  if (text.length > STRING_LENGTH_MAX) {
    return wrong(attribute, `no longer than ${STRING_LENGTH_MAX} characters`);
  }
  // Half of a character outside the basic plane: no UTF-8 can carry it.
  return /^[^\uD800-\uDFFF]*$/u.test(text)
    ? { ok: true, value: text }
    : wrong(attribute, 'whole characters');
}

function readComplex(attribute: Attribute, value: Json): ScimOutcome<Json | undefined> {
  const subs = attribute.subAttributes ?? [];
  if (typeof value === 'string') {
    const sub = attributeNamed(subs, 'value');
    if (sub === undefined) return wrong(attribute, 'an object');
    const read = readText(sub, value);
    if (!read.ok) return read;
    return { ok: true, value: value === '' ? undefined : { value } };
  }
  if (!isObject(value)) return wrong(attribute, 'an object');
  const parts: Record<string, Json> = {};
  for (const [name, part] of Object.entries(value)) {
    const sub = attributeNamed(subs, name);
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    const read = readValue(sub, part);
    if (!read.ok) return read;
    if (read.value !== undefined) parts[sub.name] = read.value;
  }
  return { ok: true, value: Object.keys(parts).length === 0 ? undefined : (parts as JsonObject) };
}

function wrong(attribute: Attribute, wanted: string) {
  return refuse('invalidValue', `\`${attribute.name}\` must be ${wanted}`);
}
