/** One example site, read and decided. */

import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Decision } from '../engine/decision.js';
import type { AccessRequest } from '../engine/request.js';
import type { Arguments } from './arguments.js';
import { InputError } from './failure.js';
import { fileName, readText } from './files.js';
import { parseJson } from './json.js';
import { readPolicy } from './policies.js';
import { parseRequest } from './requests.js';
import type { Site } from './site.js';
import type { Terminal } from './terminal.js';

/** A request of an example with its answer. */
export interface Answered {
  readonly request: AccessRequest;
  /** What the example says about it. */
  readonly note?: string;
  readonly decision: Decision;
  /** Its line in the file, from 1. */
  readonly line: number;
}

/** An example site. */
export interface DemoSite {
  readonly site: Site;
  /** Its folder as one would type it. */
  readonly folder: string;
  readonly requests: readonly Answered[];
  /** Lines whose answer is not the expected one. */
  readonly differences: readonly number[];
}

/** Reads `policy.json`, `requests.ndjson` and `expected.ndjson` of a folder, and decides. */
export async function demoSite(
  folder: string,
  args: Arguments,
  terminal: Terminal,
): Promise<DemoSite> {
  const site = await readPolicy(join(folder, 'policy.json'), args, terminal);
  const requestsFile = join(folder, 'requests.ndjson');
  const requests = (await jsonLines(requestsFile)).map((text, index): Answered => {
    const parsed = parseRequest(text);
    if (!parsed.ok)
      throw new InputError(`${fileName(requestsFile)}, line ${index + 1}: ${parsed.message}`);
    const { note } = parsed.request as { note?: unknown };
    return {
      request: parsed.request,
      ...(typeof note === 'string' ? { note } : {}),
      decision: site.engine.decide(parsed.request, { validUntil: true }),
      line: index + 1,
    };
  });
  const expected = await jsonLines(join(folder, 'expected.ndjson'));
  const differences = Array.from(
    { length: Math.max(requests.length, expected.length) },
    (_, index) => index,
  )
    .filter((index) => !isExpected(requests[index]?.decision, expected[index]))
    .map((index) => index + 1);
  return { site, folder: relative('.', folder) || '.', requests, differences };
}

/** Whether the answer is the expected one; an example need not say how long it holds. */
function isExpected(decision: Decision | undefined, text: string | undefined): boolean {
  const parsed = parseJson(text ?? '');
  if (decision === undefined || !parsed.ok) return false;
  const expected = parsed.value as Decision | null;
  const { validUntil, ...context } = decision.context;
  const says = expected?.context !== undefined && Object.hasOwn(expected.context, 'validUntil');
  const answer = { ...decision, context: says ? { ...context, validUntil } : context };
  return isDeepStrictEqual(expected, answer);
}

async function jsonLines(file: string): Promise<string[]> {
  return (await readText(file)).replace(/\r?\n$/u, '').split(/\r?\n/u);
}
