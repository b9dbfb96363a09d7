/** Which line of a comparison speaks of a request. */
import { sameValue } from '../../admin/same-value.js';
import { readRequest } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import { isOpening } from '../../engine/decide.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import { parseInstant, type Span } from '../../values/instant.js';
import {
  actionOf,
  type Comparison,
  isReached,
  othersOf,
  type Pair,
  portalOf,
  subjectOf,
} from './comparison.js';
import { comparisonOf } from './diff-policies.js';
import { factKey, passesTest } from './fact-tests.js';
import type { OpeningChange, PolicyDiff, RightChange } from './policy-diff.js';
import type { Problem } from './problem.js';
import { coveringRight } from './right-covers.js';
import { Problems } from './solve.js';

/**
 * The line that covers a request, if one does: then the two policies decide it differently, and else they decide it alike,
 * unless its time lies outside the span compared or it asks about roles (A3).
 * @param diff - what `diffPolicies` answered for these engines.
 * @throws RequestError for a malformed request.
 */
export function coveringLine(
  diff: PolicyDiff,
  before: Engine,
  after: Engine,
  request: AccessRequest,
): OpeningChange | RightChange | undefined {
  const time = readRequest(request, snapshotOf(before).zones);
  readRequest(request, snapshotOf(after).zones);
  const span = { from: parseInstant(diff.from), until: parseInstant(diff.until) };
  if (time < span.from || time >= span.until) return undefined;
  if (!isOpening(request)) return coveringRight(diff.rights, before, after, request, time);
  const { c, problems } = comparedIn(diff, before, after, span);
  const pair = pairOf(c, request);
  if (pair === undefined) return undefined;
  const problem = problems.problemOf(pair);
  const own = problem && diff.openings.find((line) => covers(c, problem, line, request, time));
  return own ?? diff.openings.find((line) => coversStray(c, line, request));
}

/** A memo: what questions about one comparison share, the same as if it were made anew for each. */
const COMPARED = new WeakMap<PolicyDiff, { readonly c: Comparison; readonly problems: Problems }>();

function comparedIn(diff: PolicyDiff, before: Engine, after: Engine, span: Span) {
  const known = COMPARED.get(diff);
  if (known?.c.engines[0] === before && known.c.engines[1] === after) return known;
  const c = comparisonOf([before, after], span);
  const made = { c, problems: new Problems(c) };
  COMPARED.set(diff, made);
  return made;
}

/** Of whom and of which door a request speaks: a credential of one and the same person stands for him. */
function pairOf(c: Comparison, { resource, subject }: AccessRequest): Pair | undefined {
  const portal = portalOf(c, resource.type, resource.id);
  if (portal === undefined) return undefined;
  const named = subjectOf(c, subject);
  const [before, after] = named.holders;
  const carried = subject.type === 'credential' && before !== undefined && before.id === after?.id;
  const pair = { subject: carried ? subjectOf(c, { type: 'user', id: before.id }) : named, portal };
  return isReached(c, pair) ? pair : { subject: othersOf(c), portal };
}

/** Whether a line speaks of a problem, and of what the facts of a request come to in it. */
function covers(
  c: Comparison,
  problem: Problem,
  line: OpeningChange,
  request: AccessRequest,
  time: number,
): boolean {
  const { portal, subject } = problem.pair;
  const named = subject.others
    ? line.subjects.others
    : line.subjects.named.some((each) => sameValue(each, subject.entity));
  if (!named || line.action !== actionOf(portal) || !during(line, time)) return false;
  if (!line.resources.some(({ type, id }) => type === portal.type && id === portal.id))
    return false;
  const asked = {
    subject: subject.others ? subject.entity : request.subject,
    facts: request.context,
    time,
  };
  return line.circumstances.every(({ fact, values }) => {
    const key = factKey(problem.tests.get(fact) ?? [], (test) =>
      passesTest(c, problem.pair, problem.fences, fact, test, asked),
    );
    return values.some((value) => value.key === key);
  });
}

/** Whether a line speaks of everybody else who names a credential that only one policy holds. */
function coversStray(c: Comparison, line: OpeningChange, request: AccessRequest): boolean {
  if (line.subjects.everybodyElse !== true || line.resources[0]?.type !== request.resource.type)
    return false;
  const stray = c.strays.get(String(line.circumstances[0]?.values[0]?.facts.device));
  if (
    stray === undefined ||
    request.context.device !== stray.credential.id ||
    request.subject.type === 'credential'
  )
    return false;
  if (request.subject.type === 'user' && request.subject.id === stray.credential.user) return false;
  const [without, holding] = stray.side === 1 ? c.engines : [c.engines[1], c.engines[0]];
  return without.check(request) && !holding.check(request);
}

function during({ when }: OpeningChange, time: number): boolean {
  return when.spans.some(
    ({ from, until }) => parseInstant(from) <= time && time < parseInstant(until),
  );
}
