/** Running a bulk request: each operation is a write of its own, in order, once what it refers to is made. */

import type { Json, JsonObject } from '../../admin/record.js';
import {
  BULK_RESPONSE_SCHEMA,
  type BulkOperation,
  readBulk,
  referencesOf,
  resolved,
  resolvedPath,
} from '../../admin/scim/bulk.js';
import { errorBody, refuse, SCIM_STATUS, type ScimOutcome } from '../../admin/scim/code.js';
import { isObject } from '../../admin/scim/filter-match.js';
import { dispatch, notAllowed } from './dispatch.js';
import type { Call, Exchange, Reply } from './exchange.js';
import { decodedSegments, faultAnswer } from './http.js';
import { versionIn } from './reads.js';

/**
 * `POST /Bulk`. An operation that refers to one behind it waits for it; those that wait for each other fail with
 * 409. Operations after the last error that `failOnErrors` allows are not run and not answered.
 * @returns codes `invalidSyntax`, `invalidValue`, `tooLarge` for the request as a whole.
 * @see RFC 7644 §3.7
 */
export async function runBulk(exchange: Exchange, call: Call): Promise<ScimOutcome<Reply>> {
  if (call.method !== 'POST') return notAllowed('POST');
  const read = readBulk(call.body ?? {});
  if (!read.ok) return read;
  const { operations, failOnErrors = Number.POSITIVE_INFINITY } = read.value;
  const run: Run = { exchange, ids: new Map(), failed: new Set(), results: new Map(), errors: 0 };
  const made = new Set(
    operations.flatMap((each) =>
      each.ok && each.value.method === 'POST' && each.value.bulkId ? [each.value.bulkId] : [],
    ),
  );
  let waiting = operations.map((operation, at) => ({ operation, at }));
  while (waiting.length > 0 && run.errors < failOnErrors) {
    const later: typeof waiting = [];
    let moved = false;
    for (const { operation, at } of waiting) {
      if (run.errors >= failOnErrors) break;
      if (operation.ok && isWaiting(run, operation.value, made)) {
        later.push({ operation, at });
        continue;
      }
      moved = true;
      if (operation.ok) await runOne(run, at, operation.value);
      else note(run, at, undefined, operation);
    }
    if (!moved) {
      for (const { operation, at } of later) {
        if (run.errors >= failOnErrors) break;
        if (operation.ok) noteCircle(run, at, operation.value);
      }
      break;
    }
    waiting = later;
  }
  const results = [...run.results].sort(([one], [other]) => one - other);
  const body = { schemas: [BULK_RESPONSE_SCHEMA], Operations: results.map(([, each]) => each) };
  return { ok: true, value: { status: 200, body } };
}

interface Run {
  readonly exchange: Exchange;
  /** What bulk ids stand for. */
  readonly ids: Map<string, string>;
  /** Bulk ids whose POST failed. */
  readonly failed: Set<string>;
  readonly results: Map<number, JsonObject>;
  errors: number;
}

function isWaiting(run: Run, operation: BulkOperation, made: ReadonlySet<string>): boolean {
  return [...referencesOf(operation)].some(
    (id) => made.has(id) && !run.ids.has(id) && !run.failed.has(id),
  );
}

async function runOne(run: Run, at: number, operation: BulkOperation): Promise<void> {
  const unknown = [...referencesOf(operation)].find((id) => !run.ids.has(id));
  if (unknown !== undefined) {
    const detail = `nothing was made under this bulk id \`${unknown.slice(0, 64)}\``;
    note(run, at, operation, refuse('invalidValue', detail));
    return;
  }
  const { method, path, version, data, bulkId } = resolved(operation, run.ids);
  const segments = decodedSegments(path);
  if (segments === undefined) {
    note(run, at, operation, refuse('invalidPath', 'a path that cannot be decoded'));
    return;
  }
  const call: Call = {
    method,
    segments,
    query: NO_QUERY,
    body: data,
    ifMatch: version,
    ifNoneMatch: undefined,
  };
  let answer: ScimOutcome<Reply>;
  try {
    answer = await dispatch(run.exchange, call);
  } catch (error) {
    noteFault(run, at, operation, error);
    return;
  }
  const id = answer.ok ? answer.value.body?.['id'] : undefined;
  if (method === 'POST' && bulkId !== undefined && typeof id === 'string') run.ids.set(bulkId, id);
  note(run, at, operation, answer, call);
}

/** What the store could not do is the fault of one operation: what was done before it must still be told (RFC 7644 §3.7.3). */
function noteFault(run: Run, at: number, operation: BulkOperation, error: unknown): void {
  run.exchange.onError(error);
  const { status, body } = faultAnswer(error);
  noteResult(run, at, operation, { status: String(status), response: body });
}

function noteCircle(run: Run, at: number, operation: BulkOperation): void {
  const detail = 'operations of this request wait for each other';
  const body = errorBody(409, detail, 'invalidValue');
  noteResult(run, at, operation, { status: '409', response: body });
}

function note(
  run: Run,
  at: number,
  operation: BulkOperation | undefined,
  answer: ScimOutcome<Reply>,
  call?: Call,
): void {
  if (!answer.ok) {
    const status = SCIM_STATUS[answer.code];
    const response = errorBody(status, answer.detail, answer.code);
    noteResult(run, at, operation, { status: String(status), response });
    return;
  }
  const { status, body } = answer.value;
  const meta = body?.['meta'];
  const isMade = call?.method === 'POST' && isObject(meta);
  noteResult(run, at, operation, {
    status: String(status),
    ...(isMade ? { location: meta['location'] ?? '' } : {}),
    ...(body === undefined || !isObject(meta) ? {} : { version: versionIn(body) }),
    ...(status >= 400 ? { response: errorBody(status, 'not possible there') } : {}),
  });
}

function noteResult(
  run: Run,
  at: number,
  operation: BulkOperation | undefined,
  result: { readonly status: string; readonly [member: string]: Json },
): void {
  const { method, bulkId } = operation ?? {};
  if (Number(result.status) >= 400) {
    run.errors++;
    if (bulkId !== undefined) run.failed.add(bulkId);
  }
  const location = operation && locationOf(run, operation);
  run.results.set(at, {
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    ...result,
  });
}

/** Where an operation was aimed, failed or not: told of all but those that make something. @see RFC 7644 §3.7.3 */
function locationOf(run: Run, operation: BulkOperation): string | undefined {
  if (operation.method === 'POST') return undefined;
  const segments = decodedSegments(resolvedPath(operation, run.ids));
  return segments && run.exchange.locate(...segments);
}

const NO_QUERY: Call['query'] = {
  filter: undefined,
  sortBy: undefined,
  descending: false,
  startIndex: 1,
  count: 100,
  attributes: undefined,
  excludedAttributes: undefined,
};
