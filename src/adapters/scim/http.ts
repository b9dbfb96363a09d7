/** HTTP around the SCIM server: bodies in, answers out. */

import type { JsonObject } from '../../admin/record.js';
import { readBody } from '../../admin/scim/body.js';
import { errorBody, refuse, SCIM_STATUS, type ScimOutcome } from '../../admin/scim/code.js';
import { bodyBytes } from '../body-chunks.js';
import { StoreError } from '../store/store.js';
import type { Reply } from './exchange.js';

const CONTENT_TYPE = 'application/scim+json; charset=utf-8';

/**
 * The JSON object a request carries; undefined without a body. No more than `most` bytes are ever read.
 * @returns codes `tooLarge`, `invalidSyntax`, `invalidPath`; `status` 415 for another kind of content.
 */
export async function readJson(
  request: Request,
  most: number,
): Promise<ScimOutcome<JsonObject | undefined> | 'unsupported'> {
  if (request.body === null || request.method === 'GET') return { ok: true, value: undefined };
  const type = (request.headers.get('content-type') ?? 'application/json').split(';', 1)[0]?.trim();
  const folded = type?.toLowerCase();
  const isJson = folded === 'application/scim+json' || folded === 'application/json';
  const bytes = await bodyBytes(request, most);
  if (bytes === undefined) return refuse('tooLarge', `a body has at most ${most} bytes`);
  if (bytes.length === 0) return { ok: true, value: undefined };
  if (!isJson) return 'unsupported';
  try {
    return readBody(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('invalidSyntax', 'the body is no UTF-8');
  }
}

/** An answer as HTTP. 304 and 204 have no body. */
export function toResponse({ status, body, headers = {} }: Reply): Response {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Response(text ?? null, {
    status,
    headers: {
      ...headers,
      'Cache-Control': 'no-store',
      ...(text === undefined ? {} : { 'Content-Type': CONTENT_TYPE }),
    },
  });
}

/** A refusal as an answer. */
export function toReply(outcome: ScimOutcome<Reply>): Reply {
  if (!outcome.ok) {
    const status = SCIM_STATUS[outcome.code];
    return { status, body: errorBody(status, outcome.detail, outcome.code) };
  }
  const { status, body } = outcome.value;
  if (status < 400 || body !== undefined) return outcome.value;
  return { ...outcome.value, body: errorBody(status, 'not possible there') };
}

/** What a fault is answered with: 503 where trying again may help, else 500, and not a word of why. */
export function faultAnswer(error: unknown): Reply & { readonly body: JsonObject } {
  const isBusy = error instanceof StoreError && error.retryable;
  const status = isBusy ? 503 : 500;
  const body = errorBody(status, isBusy ? 'try again' : 'something went wrong here');
  return { status, body, headers: isBusy ? { 'Retry-After': '1' } : {} };
}

/** The decoded parts of a path; undefined where they cannot be decoded. */
export function decodedSegments(path: string): readonly string[] | undefined {
  try {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}
