/** Bulk requests: reading them, and telling which operations wait for which. */
import type { Json, JsonObject } from '../record.js';
import { memberNamed } from './body.js';
import { refuse, type ScimOutcome } from './code.js';
import { isObject } from './filter-match.js';
import { BULK_OPERATIONS_MAX } from './limits.js';

/** URNs of bulk bodies. */
export const BULK_REQUEST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** URN of a bulk answer. */
export const BULK_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** One operation of a bulk request. */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/Users/…`, without the base path. */
  readonly path: string;
  readonly bulkId: string | undefined;
  /** For If-Match. */
  readonly version: string | undefined;
  readonly data: JsonObject | undefined;
}

/** A bulk request. */
export interface BulkRequest {
  /** After how many errors to stop; undefined: never. */
  readonly failOnErrors: number | undefined;
  /** A single operation that cannot be read is a fault of its own. */
  readonly operations: readonly ScimOutcome<BulkOperation>[];
}

/** Reads a bulk request. @returns codes `invalidSyntax`, `tooLarge`. @see RFC 7644 §3.7 */
export function readBulk(body: JsonObject): ScimOutcome<BulkRequest> {
  const listed = memberNamed(body, 'Operations');
  if (!Array.isArray(listed)) return refuse('invalidSyntax', 'the body has no list of operations');
  if (listed.length > BULK_OPERATIONS_MAX) {
    return refuse('tooLarge', `a bulk request has at most ${BULK_OPERATIONS_MAX} operations`);
  }
  const failOnErrors = memberNamed(body, 'failOnErrors');
  const isCount = typeof failOnErrors === 'number' && Number.isSafeInteger(failOnErrors);
  if (failOnErrors !== undefined && failOnErrors !== null && !(isCount && failOnErrors > 0)) {
    return refuse('invalidValue', '`failOnErrors` is an integer from 1');
  }
  const seen = new Set<string>();
  const operations = (listed as readonly Json[]).map((each) => readOperation(each, seen));
  return {
    ok: true,
    value: { failOnErrors: isCount ? failOnErrors : undefined, operations },
  };
}

/** The bulk ids that a path or data refer to as `bulkId:…`. */
export function referencesOf({ path, data }: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (id: string) => {
    found.add(id);
    return id;
  };
  for (const segment of path.split('/')) replaceReferences(segment, note);
  replaceReferences(data ?? null, note);
  return found;
}

/** The operation with every reference replaced by the id it stands for. */
export function resolved(
  operation: BulkOperation,
  ids: ReadonlyMap<string, string>,
): BulkOperation {
  const { data } = operation;
  const path = resolvedPath(operation, ids);
  return {
    ...operation,
    path,
    data: data && (replaceReferences(data, knownIn(ids)) as JsonObject),
  };
}

/** The path alone, as {@link resolved} has it. */
export function resolvedPath({ path }: BulkOperation, ids: ReadonlyMap<string, string>): string {
  const segments = path.split('/');
  return segments.map((segment) => replaceReferences(segment, knownIn(ids)) as string).join('/');
}

function knownIn(ids: ReadonlyMap<string, string>): (id: string) => string {
  return (id) => ids.get(id) ?? `bulkId:${id}`;
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

function readOperation(value: Json, seen: Set<string>): ScimOutcome<BulkOperation> {
  if (!isObject(value)) return refuse('invalidSyntax', 'an operation is an object');
  const named = memberNamed(value, 'method');
  const method = METHODS.find((each) => each === String(named).toUpperCase());
  if (method === undefined) return refuse('invalidSyntax', '`method` is not one of bulk requests');
  const path = memberNamed(value, 'path');
  if (typeof path !== 'string' || !path.startsWith('/')) {
    return refuse('invalidPath', '`path` begins with a slash');
  }
  const bulkId = textOf(memberNamed(value, 'bulkId'));
  if (method === 'POST' && bulkId === undefined) {
    return refuse('invalidValue', 'a POST needs a `bulkId`');
  }
  if (bulkId !== undefined && seen.has(bulkId)) {
    return refuse('invalidValue', `\`bulkId\` is there twice \`${bulkId.slice(0, 64)}\``);
  }
  if (bulkId !== undefined) seen.add(bulkId);
  const data = memberNamed(value, 'data');
  if (method !== 'DELETE' && !isObject(data)) {
    return refuse('invalidSyntax', `a ${method} needs \`data\``);
  }
  const version = textOf(memberNamed(value, 'version'));
  return {
    ok: true,
    value: { method, path, bulkId, version, data: isObject(data) ? data : undefined },
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const REFERENCE = /^bulkId:(.+)$/u;

function replaceReferences(value: Json, by: (bulkId: string) => string): Json {
  if (typeof value === 'string') {
    const found = REFERENCE.exec(value)?.[1];
    return found === undefined ? value : by(found);
  }
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((each) => replaceReferences(each, by));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, replaceReferences(part, by)]),
  );
}
