/** The attributes of a resource as a client sends it whole, by POST or PUT. */
import type { Json, JsonObject } from '../record.js';
import { type Attribute, attributeNamed, foldName, type ResourceShape } from './attribute.js';
import type { ScimOutcome } from './code.js';
import { refuse } from './code.js';
import { isObject } from './filter-match.js';
import { withOnePrimary } from './primary.js';
import { readValue } from './read-value.js';

/**
 * The attributes under their right names: those nobody knows, those a client may not write and passwords are left
 * out. Extensions stand under their URN.
 * @returns code `invalidValue`; `invalidSyntax` for an extension that is no object.
 */
export function readResource(shape: ResourceShape, body: JsonObject): ScimOutcome<JsonObject> {
  const attributes: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body)) {
    const extension = shape.extensions.find(({ id }) => foldName(id) === foldName(name));
    if (extension !== undefined) {
      const read = readExtension(extension.attributes, name, value);
      if (!read.ok) return read;
      if (Object.keys(read.value).length > 0) attributes[extension.id] = read.value;
      continue;
    }
    const known = attributeNamed(shape.core.attributes, name) ?? attributeNamed(shape.common, name);
    if (known === undefined || !isWritable(known)) continue;
    const read = readValue(known, value);
    if (!read.ok) return read;
    if (read.value !== undefined) attributes[known.name] = withOnePrimary(undefined, read.value);
  }
  return { ok: true, value: attributes };
}

/**
 * A body with the core attributes under their plain names, also where a client put the schema's URN before them or an
 * object under it: passed over, `active` behind a URN would leave somebody active.
 * @returns code `invalidSyntax` for an attribute that is named both ways.
 */
export function plainBody({ core }: ResourceShape, body: JsonObject): ScimOutcome<JsonObject> {
  const urn = foldName(core.id);
  const entries = Object.entries(body).flatMap(([name, value]): (readonly [string, Json])[] => {
    const folded = foldName(name);
    if (folded === urn && isObject(value)) return Object.entries(value);
    return [[folded.startsWith(`${urn}:`) ? name.slice(urn.length + 1) : name, value]];
  });
  const names = new Set(entries.map(([name]) => foldName(name)));
  return names.size === entries.length
    ? { ok: true, value: Object.fromEntries(entries) }
    : refuse('invalidSyntax', 'an attribute is named twice, once behind its URN');
}

/** Whether what a client says about an attribute is kept. Passwords are never. */
export function isWritable({ mutability }: Attribute): boolean {
  return mutability === 'readWrite' || mutability === 'immutable';
}

function readExtension(
  attributes: readonly Attribute[],
  urn: string,
  value: Json,
): ScimOutcome<JsonObject> {
  const parts: Record<string, Json> = {};
  if (value === null) return { ok: true, value: parts };
  if (!isObject(value)) return refuse('invalidSyntax', `no object \`${urn}\``);
  for (const [name, part] of Object.entries(value)) {
    const known = attributeNamed(attributes, name);
    if (known === undefined || !isWritable(known)) continue;
    const read = readValue(known, part);
    if (!read.ok) return read;
    if (read.value !== undefined) parts[known.name] = read.value;
  }
  return { ok: true, value: parts };
}
