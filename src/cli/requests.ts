/** Reading requests from JSON text. */

import type { AccessRequest, RequestError } from '../engine/request.js';
import type { Arguments } from './arguments.js';
import { readCount } from './arguments.js';
import { InputError, UsageError } from './failure.js';
import { openBytes, readText } from './files.js';
import { parseJson } from './json.js';
import { linesOf } from './lines.js';

/** A request as JSON text holds it, or why it is none. */
export type ParsedRequest =
  | { readonly ok: true; readonly request: AccessRequest }
  | { readonly ok: false; readonly code: 'json' | 'request'; readonly message: string };

/**
 * Reads JSON text as a request. Its members are the engine's to check, except that the time must be text:
 * a bare number does not say whether it counts seconds or milliseconds.
 */
export function parseRequest(text: string): ParsedRequest {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, code: 'json', message: parsed.message };
  const request = parsed.value as { context?: { time?: unknown } | null } | null;
  if (typeof request === 'object' && typeof request?.context?.time === 'number') {
    const message = '/context/time: in JSON a time is RFC 3339 text with an offset';
    return { ok: false, code: 'request', message };
  }
  return { ok: true, request: parsed.value as AccessRequest };
}

/** The text of a request error; its pointer is left out where it points at the whole request. */
export function requestMessage(error: RequestError): string {
  return error.pointer === '' ? error.message.replace(/^: /u, '') : error.message;
}

/**
 * The request in a file, or in one line of it (`--line`).
 * @throws InputError when there is none.
 */
export async function readRequest(file: string, args: Arguments): Promise<AccessRequest> {
  const option = args.get('line');
  const text =
    option === undefined
      ? await readText(file)
      : await lineText(file, readCount('line', option, 999_999_999));
  const parsed = parseRequest(text);
  if (parsed.ok) return parsed.request;
  const isStream = option === undefined && text.trim().includes('\n{');
  const advice = isStream ? '; for a file with one request a line, say which with --line' : '';
  throw new InputError(`request: ${parsed.message}${advice}`);
}

async function lineText(file: string, number: number): Promise<string> {
  let last = 0;
  for await (const lines of linesOf(openBytes(file))) {
    for (const line of lines) {
      last = line.number;
      if (last !== number) continue;
      if (line.kind === 'text') return line.text;
      throw new InputError(`line ${number}: ${line.message}`);
    }
  }
  throw new UsageError(`\`--line ${number}\` is after the last line, ${last}`);
}
