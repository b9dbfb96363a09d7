/** Applying PATCH operations to the attributes of a resource; nothing given is altered. */
import type { Json, JsonObject } from '../record.js';
import type { Attribute, ResourceShape } from './attribute.js';
import { refuse, type ScimOutcome } from './code.js';
import { isObject } from './filter-match.js';
import { PATCH_OPERATIONS_MAX } from './limits.js';
import { removeValue } from './patch-remove.js';
import { type PatchOperation, withPaths } from './patch-request.js';
import { setValue } from './patch-set.js';
import { type PatchTarget, readTarget } from './patch-target.js';
import { withOnePrimary } from './primary.js';
import { isWritable } from './read-resource.js';

/**
 * The attributes after all operations, or the first fault: then nothing was applied. What nobody knows and what
 * a client may not write is passed over, as Okta and Entra ID expect.
 * @returns codes `invalidPath`, `invalidValue`, `noTarget`, `mutability`, `tooLarge`.
 * @see RFC 7644 §3.5.2
 */
export function applyPatch(
  shape: ResourceShape,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
): ScimOutcome<JsonObject> {
  let patched = attributes;
  for (const operation of operations) {
    const next = applyOperation(shape, patched, operation);
    if (!next.ok) return next;
    patched = next.value;
  }
  return { ok: true, value: patched };
}

/** The attributes after one operation. @returns as {@link applyPatch}. */
export function applyOperation(
  shape: ResourceShape,
  attributes: JsonObject,
  operation: PatchOperation,
): ScimOutcome<JsonObject> {
  const expanded = withPaths(operation, shape.core.id);
  if (!expanded.ok) return expanded;
  if (expanded.value.length > PATCH_OPERATIONS_MAX) {
    return refuse('tooLarge', `a value names at most ${PATCH_OPERATIONS_MAX} attributes`);
  }
  let patched = attributes;
  for (const each of expanded.value) {
    const target = readTarget(shape, each.path ?? '');
    if (!target.ok) return target;
    if (target.value === undefined) continue;
    const next = applyAt(shape, patched, target.value, each);
    if (!next.ok) return next;
    patched = next.value;
  }
  return { ok: true, value: patched };
}

function applyAt(
  shape: ResourceShape,
  attributes: JsonObject,
  target: PatchTarget,
  operation: PatchOperation,
): ScimOutcome<JsonObject> {
  const { home, attribute, sub } = target;
  if (attribute === undefined) return applyToExtension(shape, attributes, home ?? '', operation);
  if (!isWritable(attribute) || (sub !== undefined && !isWritable(sub))) {
    return { ok: true, value: attributes };
  }
  const part = home === undefined ? attributes : ownObject(attributes, home);
  const current = ownValue(part, attribute.name);
  const next = changed(attribute, current, target, operation);
  if (!next.ok) return next;
  const value = next.value === undefined ? undefined : withOnePrimary(current, next.value);
  const changedPart = withMember(part, attribute.name, value);
  if (home === undefined) return { ok: true, value: changedPart };
  const isEmpty = Object.keys(changedPart).length === 0;
  return { ok: true, value: withMember(attributes, home, isEmpty ? undefined : changedPart) };
}

function changed(
  attribute: Attribute,
  current: Json | undefined,
  target: PatchTarget,
  { op, value }: PatchOperation,
): ScimOutcome<Json | undefined> {
  if (op === 'remove') return removeValue(attribute, current, target, value);
  return setValue(attribute, current, target, op, value ?? null);
}

/** An extension as a whole: gone, or each attribute that the value names. */
function applyToExtension(
  shape: ResourceShape,
  attributes: JsonObject,
  home: string,
  { op, value }: PatchOperation,
): ScimOutcome<JsonObject> {
  if (op === 'remove' || value === null) {
    return { ok: true, value: withMember(attributes, home, undefined) };
  }
  if (!isObject(value)) return refuse('invalidValue', `\`${home}\` must be an object`);
  let patched = attributes;
  for (const [name, part] of Object.entries(value)) {
    const next = applyOperation(shape, patched, { op, path: `${home}:${name}`, value: part });
    if (!next.ok) return next;
    patched = next.value;
  }
  return { ok: true, value: patched };
}

function ownObject(attributes: JsonObject, name: string): JsonObject {
  const value = ownValue(attributes, name);
  return isObject(value) ? value : {};
}

function ownValue(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A copy with a member set, or without it. */
function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _, ...rest } = object;
  return value === undefined ? rest : { ...rest, [name]: value };
}
