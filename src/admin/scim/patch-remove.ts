/** PATCH `remove` on one attribute. */
import type { Json, JsonObject } from '../record.js';
import { type Attribute, attributeNamed } from './attribute.js';
import { refuse, type ScimOutcome } from './code.js';
import { foldText, isObject } from './filter-match.js';
import type { PatchTarget } from './patch-target.js';
import { readSingle } from './read-value.js';

/**
 * What is left of a value. `remove` with a value, which RFC 7644 does not know and Entra ID sends, removes those
 * values alone.
 * @returns codes `mutability` for a required attribute, `invalidValue`.
 */
export function removeValue(
  attribute: Attribute,
  current: Json | undefined,
  target: PatchTarget,
  listed: Json | undefined,
): ScimOutcome<Json | undefined> {
  const { sub, chosen } = target;
  if (attribute.required && sub === undefined) {
    return refuse('mutability', `\`${attribute.name}\` is required`);
  }
  if (current === undefined) return { ok: true, value: undefined };
  const values = listOf(current);
  const isMeant = (value: Json) =>
    chosen === undefined || (isObject(value) && chosen.matches(value));
  if (sub !== undefined) {
    const left = values.map((value) => (isMeant(value) ? without(value, sub.name) : value));
    return { ok: true, value: backTo(attribute, left.filter(saysSomething)) };
  }
  if (chosen !== undefined) {
    return {
      ok: true,
      value: backTo(
        attribute,
        values.filter((value) => !isMeant(value)),
      ),
    };
  }
  const isListed =
    attribute.multiValued && listed !== undefined && listed !== null && listed !== '';
  return isListed ? removeListed(attribute, values, listed) : { ok: true, value: undefined };
}

/** The values of an attribute as a list: a single one is a list of one. */
export function listOf(current: Json | undefined): readonly Json[] {
  if (current === undefined) return [];
  return Array.isArray(current) ? (current as readonly Json[]) : [current];
}

/** A list as the value of an attribute; an empty one is no value. */
export function backTo(attribute: Attribute, values: readonly Json[]): Json | undefined {
  if (values.length === 0) return undefined;
  return attribute.multiValued ? values : values[0];
}

/** A value without one of its parts. */
export function without(value: Json, name: string): Json {
  if (!isObject(value)) return value;
  const { [name]: _, ...rest } = value;
  return rest;
}

/** Whether a value is more than a label on nothing. */
export function saysSomething(value: Json): boolean {
  if (!isObject(value)) return true;
  return Object.keys(value).some(
    (name) => name !== 'type' && name !== 'primary' && name !== 'display',
  );
}

function removeListed(
  attribute: Attribute,
  values: readonly Json[],
  listed: Json,
): ScimOutcome<Json | undefined> {
  let left = values;
  for (const each of listOf(listed)) {
    const read = readSingle(attribute, each);
    if (!read.ok) return read;
    const wanted = read.value;
    // What names nothing must not be read as everything.
    if (wanted === undefined) {
      return refuse('invalidValue', `a value to remove from \`${attribute.name}\` is empty`);
    }
    left = left.filter((value) => !isLike(attribute, value, wanted));
  }
  return { ok: true, value: backTo(attribute, left) };
}

/** Whether a value has every part that is asked for. */
function isLike(attribute: Attribute, value: Json, wanted: Json): boolean {
  if (!isObject(wanted) || !isObject(value)) return sameText(attribute, value, wanted);
  return Object.entries(wanted as JsonObject).every(([name, part]) => {
    const sub = attributeNamed(attribute.subAttributes ?? [], name) ?? attribute;
    return Object.hasOwn(value, name) && sameText(sub, value[name], part);
  });
}

function sameText(attribute: Attribute, one: Json | undefined, other: Json): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return one === other;
  return foldText(attribute, one) === foldText(attribute, other);
}
