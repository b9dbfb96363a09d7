/** PATCH `add` and `replace` on one attribute. */

import type { Json, JsonObject } from '../record.js';
import { sameValue } from '../same-value.js';
import { type Attribute, attributeNamed } from './attribute.js';
import { refuse, type ScimOutcome } from './code.js';
import type { Filter } from './filter.js';
import { isObject } from './filter-match.js';
import { VALUES_MAX } from './limits.js';
import { backTo, listOf, saysSomething, without } from './patch-remove.js';
import type { PatchTarget } from './patch-target.js';
import { readSingle, readValue } from './read-value.js';

/**
 * The value after `add` or `replace`; undefined where none is left.
 * @returns codes `invalidValue`; `noTarget` where a filter chooses nothing and does not say what to make.
 */
export function setValue(
  attribute: Attribute,
  current: Json | undefined,
  target: PatchTarget,
  op: 'add' | 'replace',
  value: Json,
): ScimOutcome<Json | undefined> {
  if (target.chosen !== undefined) return setChosen(attribute, current, target, op, value);
  if (target.sub !== undefined) return setSub(attribute, current, target.sub, value);
  const read = readValue(attribute, value);
  if (!read.ok) return read;
  if (isMerged(attribute) && isObject(value)) {
    const parts = isObject(read.value) ? read.value : {};
    return { ok: true, value: merged(attribute, current, parts, value) };
  }
  if (read.value === undefined) {
    const isCleared = op === 'replace' && isNothing(value);
    return { ok: true, value: isCleared ? undefined : current };
  }
  const isAppended = attribute.multiValued && op === 'add';
  return isAppended ? append(attribute, current, listOf(read.value)) : read;
}

/**
 * Whether new parts join those that are there. What refers to something else by its `value` is one thing: a new
 * manager must not keep the old one's `$ref`.
 */
function isMerged({ type, multiValued, subAttributes = [] }: Attribute): boolean {
  return type === 'complex' && !multiValued && attributeNamed(subAttributes, 'value') === undefined;
}

/** Whether a value says that there is to be none; one of which nothing is understood does not say that. */
function isNothing(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A complex value with the named parts set, and those named as `null` gone. @see RFC 7644 §3.5.2.3 */
function merged(
  attribute: Attribute,
  current: Json | undefined,
  parts: JsonObject,
  written: JsonObject,
): Json | undefined {
  let value: Json = { ...(isObject(current) ? current : {}), ...parts };
  for (const [name, part] of Object.entries(written)) {
    const sub = attributeNamed(attribute.subAttributes ?? [], name);
    if (part === null && sub !== undefined) value = without(value, sub.name);
  }
  return isObject(value) && Object.keys(value).length === 0 ? undefined : value;
}

function append(
  attribute: Attribute,
  current: Json | undefined,
  added: readonly Json[],
): ScimOutcome<Json | undefined> {
  const values = [...listOf(current)];
  for (const each of added) {
    if (!values.some((value) => sameValue(value, each))) values.push(each);
  }
  return withinCap(attribute, values);
}

/** One part of the value; of a multi-valued attribute, that part of each value. */
function setSub(
  attribute: Attribute,
  current: Json | undefined,
  sub: Attribute,
  value: Json,
): ScimOutcome<Json | undefined> {
  const read = readValue(sub, value);
  if (!read.ok) return read;
  const values = listOf(current);
  const changed = (values.length === 0 ? [{}] : values).map((each) =>
    withPart(each, sub.name, read.value),
  );
  return { ok: true, value: backTo(attribute, changed.filter(saysSomething)) };
}

function setChosen(
  attribute: Attribute,
  current: Json | undefined,
  { sub, chosen }: PatchTarget,
  op: 'add' | 'replace',
  value: Json,
): ScimOutcome<Json | undefined> {
  const read = sub === undefined ? readOne(attribute, value) : readValue(sub, value);
  if (!read.ok) return read;
  const values = listOf(current);
  const isMeant = (each: Json) => isObject(each) && chosen?.matches(each) === true;
  if (!values.some(isMeant)) {
    const seed = chosen && seedOf(attribute, chosen.filter);
    const taken = !attribute.multiValued && values.length > 0;
    if (seed === undefined || taken) return refuse('noTarget', `no such \`${attribute.name}\``);
    if (read.value === undefined) return { ok: true, value: current };
    const made =
      sub === undefined
        ? { ...seed, ...(read.value as JsonObject) }
        : withPart(seed, sub.name, read.value);
    return withinCap(attribute, [...values, made]);
  }
  const changed = values.flatMap((each): readonly Json[] => {
    if (!isMeant(each)) return [each];
    if (sub !== undefined) return [withPart(each, sub.name, read.value)].filter(saysSomething);
    if (read.value === undefined) return op === 'replace' && value === null ? [] : [each];
    return op === 'add' && isObject(each)
      ? [{ ...each, ...(read.value as JsonObject) }]
      : [read.value];
  });
  return { ok: true, value: backTo(attribute, changed) };
}

/** One value for those that a filter chooses; a list of one is that one. */
function readOne(attribute: Attribute, value: Json): ScimOutcome<Json | undefined> {
  const list: readonly Json[] = Array.isArray(value) ? value : [value as Json];
  const [first] = list;
  if (list.length !== 1 || first === undefined) {
    return refuse('invalidValue', `one value of \`${attribute.name}\` must be given`);
  }
  return readSingle(attribute, first);
}

/**
 * What a filter that chose nothing says of the value to make: `type eq "work"` makes `{ type: 'work' }`, which
 * Entra ID counts on. Undefined unless it is all `eq` and `and`.
 */
function seedOf(attribute: Attribute, filter: Filter): JsonObject | undefined {
  if (filter.kind === 'and') {
    let seed: JsonObject = {};
    for (const part of filter.parts) {
      const parts = seedOf(attribute, part);
      if (parts === undefined) return undefined;
      seed = { ...seed, ...parts };
    }
    return seed;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const sub = attributeNamed(attribute.subAttributes ?? [], filter.path);
  const { value, text } = filter.value;
  if (sub === undefined || value === null) return undefined;
  const read = readValue(sub, sub.type === 'string' || sub.type === 'reference' ? text : value);
  return read.ok && read.value !== undefined ? { [sub.name]: read.value } : undefined;
}

function withPart(value: Json, name: string, part: Json | undefined): Json {
  if (part === undefined) return without(value, name);
  return { ...(isObject(value) ? value : {}), [name]: part };
}

function withinCap(attribute: Attribute, values: readonly Json[]): ScimOutcome<Json | undefined> {
  return values.length > VALUES_MAX
    ? refuse('invalidValue', `\`${attribute.name}\` has at most ${VALUES_MAX} values`)
    : { ok: true, value: backTo(attribute, values) };
}
