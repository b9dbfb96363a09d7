/** What must hold for any request, of whatever shape: a decision, the oracle's own, or a `RequestError`. */
import { isDeepStrictEqual } from 'node:util';
import { REASON_CODES } from '../../../src/engine/decision.js';
import type { Engine } from '../../../src/engine/engine.js';
import { type AccessRequest, RequestError } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { parseInstant } from '../../../src/values/instant.js';
import { referenceDecide } from '../../reference/decide.js';
import { exampleRequests, seedRequests, wordsOf } from './seeds.js';
import { type Attempt, type GuidedTarget, must } from './target.js';

interface World {
  readonly policy: Policy;
  readonly engine: Engine;
}

/** `{ "world": number, "request": … }`, in which some texts stand for what JSON cannot say ({@link SPECIALS}). */
export function requestsTarget(): GuidedTarget {
  const sites = [...seedRequests(), ...exampleRequests()];
  const worlds = sites.map(({ policy }): World => {
    return { policy: policy as Policy, engine: compilePolicy(policy) as unknown as Engine };
  });
  const seeds = sites.flatMap(({ requests }, world) => {
    return requests.slice(0, 30).map((request) => JSON.stringify({ world, request }));
  });
  return {
    name: 'requests',
    structure: 'json',
    seeds,
    dictionary: [
      ...wordsOf(sites),
      ...Object.keys(SPECIALS),
      ...['properties', 'scope', 'role', 'subject', 'validity', '*', '__proto__', 'constructor'],
      ...[
        'accuracy',
        'occupancy',
        'presence',
        'inside',
        'outside',
        'unknown',
        'since',
        'companions',
      ],
      ...['10000-01-01T00:00:00Z', '2026-03-29T02:30:00+25:00', '2026-02-30T00:00:00Z', '-1'],
    ],
    attempt(input, attempt) {
      const read = readInput(input);
      if (read === undefined) return 'refused';
      const world = worlds[Math.abs(Math.trunc(Number(read['world']) || 0)) % worlds.length]!;
      return ask(world, revived(read['request']) as AccessRequest, attempt);
    },
  };
}

function ask(
  { policy, engine }: World,
  request: AccessRequest,
  attempt: Attempt,
): 'judged' | 'accepted' {
  const answer = outcome(() => attempt.timed(() => engine.decide(request, { validUntil: true })));
  const isFar = answer.ok && !(answeredTime(request) < ORACLE_END);
  // The oracle walks day by day from the beginning of a rule: of a time far away it is not asked.
  const expected = isFar ? answer : outcome(() => referenceDecide(policy, request));
  if (!answer.ok) {
    must(!expected.ok, `refused as malformed at ${answer.pointer}, and the oracle decides`);
    must(!outcome(() => engine.check(request)).ok, 'check takes what decide refuses');
    attempt.tell(answer.pointer);
    return 'judged';
  }
  const { decision, context } = answer.value;
  must(expected.ok, 'decided, and malformed by the oracle');
  const { validUntil, ...said } = context;
  must(decision === expected.value.decision, 'the oracle decides otherwise');
  for (const part of ['reason', 'reasons', 'grants'] as const) {
    must(
      isDeepStrictEqual(said[part], expected.value.context[part]),
      `other ${part} than the oracle's`,
    );
  }
  must(
    decision
      ? said.reason === 'granted' || said.reason === 'door_unlocked'
      : (REASON_CODES as readonly string[]).includes(said.reason),
    'an unknown reason',
  );
  must(engine.check(request) === decision, 'check and decide differ');
  attempt.timed(() => engine.explain(request));
  must(typeof JSON.stringify(answer.value) === 'string', 'an answer that is no JSON');
  attempt.tell(
    `${said.reasons.map(({ code, detail }) => `${code}${detail ?? ''}`).join()} ${validUntil === null}`,
  );
  return 'accepted';
}

const ORACLE_END = Date.parse('2060-01-01T00:00:00Z');

function answeredTime({ context: { time } }: AccessRequest): number {
  return typeof time === 'string' ? parseInstant(time) : Number(time);
}

type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly pointer: string };

/** The value, or where a request is malformed; the oracle throws a plain `TypeError` with the pointer. */
function outcome<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, pointer: error.pointer };
    const isOracle = error instanceof Error && error.constructor === TypeError;
    if (isOracle && /^\/(?:subject|action|resource|context)\/[a-z]+$/u.test(error.message)) {
      return { ok: false, pointer: error.message };
    }
    throw error;
  }
}

function readInput(input: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What a program may pass and JSON cannot say, by the text that stands for it. */
const SPECIALS: Readonly<Record<string, () => unknown>> = {
  '@nan': () => Number.NaN,
  '@infinity': () => Number.POSITIVE_INFINITY,
  '@undefined': () => undefined,
  '@date': () => new Date('2026-11-24T09:00:00Z'),
  '@no-date': () => new Date(Number.NaN),
  '@bigint': () => 10n,
  '@symbol': () => Symbol('s'),
  // Without a name, which the oracle would take for that of an action.
  '@function': () => Object.defineProperty(() => 'x', 'name', { value: undefined }),
  '@map': () => new Map([['id', 'ada']]),
  '@number': () => Date.parse('2026-11-24T09:00:00Z'),
};

function revived(value: unknown): unknown {
  if (typeof value === 'string')
    return Object.hasOwn(SPECIALS, value) ? SPECIALS[value]?.() : value;
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revived(member)]));
}
