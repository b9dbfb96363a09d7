/** The body of a PATCH request as operations. */
import type { Json, JsonObject } from '../record.js';
import { memberNamed } from './body.js';
import { refuse, type ScimOutcome } from './code.js';
import { isObject } from './filter-match.js';
import { PATCH_OPERATIONS_MAX } from './limits.js';

/** URN of a PATCH body. */
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  /** Undefined: the value names the attributes. */
  readonly path: string | undefined;
  /** Undefined only where the client sent none; `null` is a value. */
  readonly value: Json | undefined;
}

/**
 * Reads a PATCH body; names of members and operations in any letter case.
 * @returns codes `invalidSyntax`, `tooLarge`; `noTarget` for a removal without path.
 * @see RFC 7644 §3.5.2
 */
export function readPatch(body: JsonObject): ScimOutcome<readonly PatchOperation[]> {
  const schemas = memberNamed(body, 'schemas');
  const named = Array.isArray(schemas) ? (schemas as readonly Json[]) : [];
  if (!named.some((each) => String(each).toLowerCase() === PATCH_SCHEMA.toLowerCase())) {
    return refuse('invalidSyntax', `the body does not name the schema \`${PATCH_SCHEMA}\``);
  }
  const listed = memberNamed(body, 'Operations');
  if (!Array.isArray(listed) || listed.length === 0) {
    return refuse('invalidSyntax', 'the body has no list of operations');
  }
  if (listed.length > PATCH_OPERATIONS_MAX) {
    return refuse('tooLarge', `a PATCH has at most ${PATCH_OPERATIONS_MAX} operations`);
  }
  const operations: PatchOperation[] = [];
  for (const each of listed as readonly Json[]) {
    const read = readOperation(each);
    if (!read.ok) return read;
    operations.push(read.value);
  }
  return { ok: true, value: operations };
}

/**
 * An operation without path as one operation for each attribute that its value names: `displayName`,
 * `name.givenName`, or either behind a URN. Others are answered as they are.
 * @param urn - of the core schema: an object under it names attributes, too, and as a path it is the whole resource.
 * @returns codes `invalidValue`; `noTarget` for a removal.
 */
export function withPaths(
  operation: PatchOperation,
  urn: string,
): ScimOutcome<readonly PatchOperation[]> {
  const { op, path, value } = operation;
  // Passed over as a name nobody knows, it would answer a deactivation with 200 and do nothing.
  const isWhole = path === undefined || path.toLowerCase() === urn.toLowerCase();
  if (!isWhole) return { ok: true, value: [operation] };
  if (op === 'remove') return refuse('noTarget', 'a removal must say by its path what to remove');
  if (!isObject(value)) return refuse('invalidValue', 'without a path the value must be an object');
  const operations = Object.entries(value).flatMap(([name, part]) =>
    name.toLowerCase() === urn.toLowerCase() && isObject(part)
      ? Object.entries(part).map(([inner, each]) => ({ op, path: inner, value: each }))
      : [{ op, path: name, value: part }],
  );
  return { ok: true, value: operations };
}

function readOperation(value: Json): ScimOutcome<PatchOperation> {
  if (!isObject(value)) return refuse('invalidSyntax', 'an operation is an object');
  const named = memberNamed(value, 'op');
  const op = typeof named === 'string' ? named.toLowerCase() : undefined;
  if (op !== 'add' && op !== 'remove' && op !== 'replace') {
    return refuse('invalidSyntax', '`op` is one of add, remove, replace');
  }
  const path = memberNamed(value, 'path');
  if (path !== undefined && path !== null && typeof path !== 'string') {
    return refuse('invalidPath', '`path` is a text');
  }
  const target = typeof path === 'string' && path.trim() !== '' ? path.trim() : undefined;
  if (op === 'remove' && target === undefined) {
    return refuse('noTarget', 'a removal must say by its path what to remove');
  }
  const given = memberNamed(value, 'value');
  if (op !== 'remove' && given === undefined) {
    return refuse('invalidValue', `\`${op}\` needs a value`);
  }
  return { ok: true, value: { op, path: target, value: given } };
}
