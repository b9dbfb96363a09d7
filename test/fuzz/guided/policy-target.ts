/** What must hold for any text that claims to be a policy. */
import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { formattedPolicy } from '../../../src/cli/fmt-text.js';
import { compileEngine, zoneTest } from '../../../src/engine/compile.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { canonicalPolicy } from '../../../src/policy/canonical.js';
import type { Policy } from '../../../src/policy/document.js';
import type { Issue } from '../../../src/policy/issue.js';
import { JSON_DEPTH_MAX } from '../../../src/policy/json-text.js';
import { parseDocumentText } from '../../../src/policy/parse.js';
import { policyJsonSchema } from '../../../src/policy/schema-json.js';
import { ISSUES_MAX } from '../../../src/values/limits.js';
import { seedPolicies, wordsOf } from './seeds.js';
import { type Attempt, type GuidedTarget, must } from './target.js';

/** Texts read as policies. What is accepted is compiled, asked, formatted and put in canonical order. */
export function policyTarget(): GuidedTarget {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
  const schema = policyJsonSchema();
  const isOfSchema = ajv.compile(schema);
  const seeds = seedPolicies();
  return {
    name: 'policy',
    structure: 'json',
    seeds: seeds.map((policy) => JSON.stringify(policy)),
    numbers: edgesOf(schema),
    dictionary: [
      ...wordsOf(seeds),
      ...['__proto__', 'constructor', '*', '24:00', '0000-01-01', '9999-12-31T23:59:59.999Z'],
      ...['2024-02-29', '2023-02-29', 'FREQ=DAILY', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'P31D'],
      ...['\\ud800', '"id"', '{"id":"x"}', '[[0,0],[1,0],[1,1]]', '1e400', '00', '-0', '1.0'],
    ],
    attempt(input, attempt) {
      const options = { isTimeZone: zoneTest(luxonTimeZones) };
      const parsed = attempt.timed(() => parseDocumentText(input, options));
      if (!parsed.ok) return refusedRightly(input, parsed.issues, attempt);
      // What no reader agrees on must not be accepted.
      const value: unknown = JSON.parse(input.replace(/^\ufeff/u, ''));
      must(isOfSchema(value), 'accepted, and refused by the JSON Schema');
      must(isDeepStrictEqual(structuredClone(parsed.value), value), 'accepted, and read otherwise');
      putToUse(input, parsed.value, attempt);
      return 'accepted';
    },
  };
}

/** Every number that the schema says, and those just before and after it. */
function edgesOf(schema: object): number[] {
  const numbers = [
    ...JSON.stringify(schema).matchAll(/"(?:m(?:in|ax)|exclusiveM)imum":(-?[\d.]+)/giu),
  ];
  const edges = new Set(numbers.map(([, number]) => Number(number)));
  return [...edges].flatMap((edge) => [edge, edge + 1, edge - 1, edge + 0.5, edge - 0.5]);
}

/** A refusal says where and why, in known words; and JSON that is JSON is not called otherwise. */
function refusedRightly(
  input: string,
  issues: readonly Issue[],
  attempt: Attempt,
): 'refused' | 'judged' {
  must(issues.length > 0, 'refused without an issue');
  must(issues.length <= ISSUES_MAX + 1, 'more issues than there may be');
  for (const { pointer, code, message } of issues) {
    must(pointer === '' || pointer.startsWith('/'), 'an issue without a pointer');
    must(message.length < 600, 'a long message');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    must(!/[\u0000-\u001f]/u.test(message), 'control characters in a message');
    attempt.tell(`${code} ${pointer.replace(/\/\d+/gu, '/#').slice(0, 80)}`);
  }
  const [first] = issues;
  const isText =
    first?.pointer === '' && first.code === 'format' && /^not JSON/u.test(first.message);
  const isJson = readsAsJson(input);
  must(isText || first?.code === 'too_large' || isJson, 'no JSON, and refused as something else');
  must(!isText || !isJson, 'JSON, and refused as none');
  return isText ? 'refused' : 'judged';
}

function readsAsJson(input: string): boolean {
  try {
    JSON.parse(input.replace(/^\ufeff/u, ''));
    return depthOf(input) <= JSON_DEPTH_MAX;
  } catch {
    return false;
  }
}

/** Deepest nesting of brackets outside texts. */
function depthOf(input: string): number {
  let [depth, deepest] = [0, 0];
  for (const bracket of input.replace(/"(?:[^"\\]|\\.)*"/gu, '').match(/[{}[\]]/gu) ?? []) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** An accepted policy compiles, answers, formats and has a canonical order; none of it changes what it says. */
function putToUse(input: string, policy: Policy, attempt: Attempt): void {
  const engine = attempt.timed(() => compileEngine(policy, { timeZones: luxonTimeZones }));
  const canonical = attempt.timed(() => canonicalPolicy(policy));
  const other = attempt.timed(() => compileEngine(canonical, { timeZones: luxonTimeZones }));
  for (const request of requestsAbout(policy)) {
    const answer = attempt.timed(() => engine.decide(request, { validUntil: true }));
    must(
      isDeepStrictEqual(answer, other.decide(request, { validUntil: true })),
      'answers otherwise in canonical order',
    );
    must(engine.check(request) === answer.decision, 'check and decide differ');
    attempt.tell(`${request.resource.type} ${answer.context.reason}`);
  }
  for (const sort of [false, true]) {
    const text = input.replace(/^\ufeff/u, '');
    const formatted = attempt.timed(() => formattedPolicy(text, sort));
    must(formattedPolicy(formatted, sort) === formatted, 'formatted twice is not formatted once');
    const said = JSON.parse(formatted) as Policy;
    must(isDeepStrictEqual(canonicalPolicy(said), canonical), 'formatting changes what is said');
  }
}

/** Some people at some doors and stops, now and then. */
function requestsAbout(policy: Policy): AccessRequest[] {
  const stops = (policy.elevators ?? []).flatMap((elevator) => elevator.stops);
  const resources = [
    ...(policy.doors ?? []).slice(0, 2).map(({ id }) => ['unlock', 'door', id] as const),
    ...stops.slice(0, 1).map(({ id }) => ['get_access', 'elevator_stop', id] as const),
  ];
  const people = (policy.users ?? []).slice(0, 2).map(({ id }) => ({ type: 'user', id }));
  const times = ['2026-03-29T01:30:00Z', '2026-11-24T09:00:00Z'];
  return resources.flatMap(([name, type, id]) =>
    people.flatMap((subject) =>
      times.map((time) => ({
        subject,
        action: { name },
        resource: { type, id },
        context: { time, method: 'tap', secondFactor: true },
      })),
    ),
  );
}
