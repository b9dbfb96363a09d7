/** JSON of a request, looked through once before anybody reads a member of it. */
import { readJson } from '../../policy/json-text.js';
import type { Json, JsonObject } from '../record.js';
import { refuse, type ScimOutcome } from './code.js';
import { isObject } from './filter-match.js';
import { BODY_DEPTH_MAX } from './limits.js';

/** Names that lead out of an object into what all objects share. No SCIM attribute is called so. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a name, in any letter case, is one that JavaScript objects have by themselves. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase());
}

/** Whether any part of a written path is a forbidden name. */
export function hasForbiddenName(path: string): boolean {
  return path.split(/[.:[\]\s()"]+/u).some(isForbiddenName);
}

/**
 * A request's body as a JSON object that is not nested too deep and has no member written twice, nor named as those that
 * every JavaScript object has.
 * @returns codes `invalidSyntax` and, for a forbidden name, `invalidPath`.
 */
export function readBody(text: string): ScimOutcome<JsonObject> {
  const read = readJson(text);
  if (!read.ok) return refuse('invalidSyntax', read.issue.message.slice(0, 200));
  const [twice] = read.duplicates;
  // `JSON.parse` keeps the last of two, and whoever looked at the body on its way may have kept the first.
  if (twice !== undefined) return refuse('invalidSyntax', twice.message.slice(0, 200));
  const body = read.value as Json;
  if (!isObject(body)) return refuse('invalidSyntax', 'the body is no JSON object');
  const fault = faultOf(body);
  return fault ?? { ok: true, value: body };
}

/** A member by its name in any letter case. Two that differ in case only are for the caller to refuse. */
export function memberNamed(object: JsonObject, name: string): Json | undefined {
  const folded = name.toLowerCase();
  for (const [key, value] of Object.entries(object)) {
    if (key.toLowerCase() === folded) return value;
  }
  return undefined;
}

function faultOf(body: JsonObject): ReturnType<typeof refuse> | undefined {
  const waiting: { readonly value: Json; readonly depth: number }[] = [{ value: body, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > BODY_DEPTH_MAX) {
      return refuse('invalidSyntax', `the body nests deeper than ${BODY_DEPTH_MAX}`);
    }
    if (isObject(value)) {
      const fault = faultOfNames(value);
      if (fault !== undefined) return fault;
    }
    for (const each of Object.values(value)) waiting.push({ value: each, depth: depth + 1 });
  }
  return undefined;
}

/** `Active` beside `active` leaves open which is meant, and one reader may take the other than the next. */
function faultOfNames(object: JsonObject): ReturnType<typeof refuse> | undefined {
  const seen = new Set<string>();
  for (const name of Object.keys(object)) {
    if (hasForbiddenName(name)) {
      return refuse('invalidPath', `no attribute may be called \`${name.slice(0, 64)}\``);
    }
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      return refuse('invalidSyntax', `named twice: \`${name.slice(0, 64)}\``);
    }
    seen.add(folded);
  }
  return undefined;
}
