/** From values of facts to a request that has them, and what both policies answer to it. */
import type { Decision } from '../../engine/decision.js';
import type { AccessRequest, Facts } from '../../engine/request.js';
import { formatInstant } from '../../values/instant.js';
import { companionsFor } from './company-values.js';
import { actionOf, type Comparison } from './comparison.js';
import { passesTest } from './fact-tests.js';
import type { FactValue } from './fact-value.js';
import type { FactKind } from './formula.js';
import type { Effect, Witness } from './policy-diff.js';
import { KINDS, type Problem } from './problem.js';

/** The facts of one kind that have a value, at a time. Of company: with the facts that the company is judged by. */
export function factsOf(
  c: Comparison,
  problem: Problem,
  fact: FactKind,
  value: FactValue,
  time: number,
  others: Partial<Facts>,
): Partial<Facts> {
  if (fact !== 'company') return value.facts(time);
  const tests = problem.tests.get('company') ?? [];
  const { entity } = problem.pair.subject;
  const companions = companionsFor(value.passed, tests, problem.vouchers, (test, own) =>
    passesTest(c, problem.pair, problem.fences, 'company', test, {
      subject: entity,
      facts: { ...others, ...own },
      time,
    }),
  );
  if (companions === undefined) throw new Error('nobody vouches where somebody should');
  return companions;
}

/** A request with these values, one of each kind, at a time. */
export function requestWith(
  c: Comparison,
  problem: Problem,
  values: readonly FactValue[],
  time: number,
): AccessRequest {
  const { portal, subject } = problem.pair;
  const [way, device] = [values[KINDS.indexOf('way')], values[KINDS.indexOf('device')]];
  let facts: Partial<Facts> = {};
  for (const [level, value] of values.entries()) {
    facts = { ...facts, ...factsOf(c, problem, KINDS[level] as FactKind, value, time, facts) };
  }
  // A device that only `card` tells apart is shown where a card can be.
  const shown = device?.byCard?.no === false ? { ...way?.cardFacts, ...device.facts(time) } : {};
  return {
    subject: subject.entity,
    action: { name: actionOf(portal) },
    resource: { type: portal.type, id: portal.id },
    context: { ...facts, ...shown, time: formatInstant(time) },
  };
}

/** The request with both answers. @throws Error where they do not differ as they should: a comparison must not lie. */
export function witnessOf(c: Comparison, effect: Effect, request: AccessRequest): Witness {
  const [before, after] = c.engines.map((engine) => engine.decide(request)) as [Decision, Decision];
  const gained = effect === 'gains';
  if (before.decision === gained || after.decision !== gained) {
    throw new Error(`a comparison went wrong at ${JSON.stringify({ effect, request })}`);
  }
  return { request, before, after };
}
