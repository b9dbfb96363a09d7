/**
 * Random pairs of policies, and random requests about both: two engines answer an opening differently if and only if a
 * line covers it. A fact forgotten, a span cut short or a person left out breaks the one direction, a line that
 * says too much the other.
 */
import { expect, test } from 'vitest';
import { coveringLine } from '../../../src/analysis/diff/covering-line.js';
import { diffPolicies } from '../../../src/analysis/diff/diff-policies.js';
import type { PolicyDiff } from '../../../src/analysis/diff/policy-diff.js';
import { isOpening } from '../../../src/engine/decide.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy, type Engine } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { DAY_MS } from '../../../src/values/instant.js';
import { drawWorld } from '../../helpers/arbitraries.js';
import type { Draw } from '../../helpers/arbitraries-draw.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { changed, drawChanges } from '../../helpers/changes.js';
import { narrowed, withoutOneRestriction } from '../../helpers/variants.js';
import { answerOf, overWorlds } from '../../helpers/worlds.js';

const around = (anchor: number) => ({
  from: new Date(anchor - 4 * DAY_MS).toISOString(),
  until: new Date(anchor + 4 * DAY_MS).toISOString(),
});

/** A policy made of another, near or far. */
function drawOther(draw: Draw, policy: Policy): Policy | undefined {
  const way = draw.int(0, 9);
  if (way === 0) return drawWorld(draw).policy;
  if (way === 1) return narrowed(policy, draw);
  if (way < 4) return withoutOneRestriction(policy, draw);
  return changed(policy, drawChanges(draw, policy));
}

function compiled(policy: Policy | undefined): Engine | undefined {
  try {
    return policy && compilePolicy(policy);
  } catch {
    return undefined;
  }
}

/** Holds every answer against the lines; how many differed. */
function compare(
  diff: PolicyDiff,
  before: Engine,
  after: Engine,
  requests: readonly AccessRequest[],
): number {
  let differing = 0;
  const [from, until] = [Date.parse(diff.from), Date.parse(diff.until)];
  for (const request of requests) {
    const time = answerOf(() => new Date(request.context.time).getTime());
    if (time === 'malformed' || !(time >= from && time < until)) continue;
    const answers = answerOf(() => [before.check(request), after.check(request)]);
    if (answers === 'malformed' || !isOpening(request)) continue;
    const line = coveringLine(diff, before, after, request);
    const effect = answers[0] === answers[1] ? undefined : answers[1] ? 'gains' : 'loses';
    if (effect !== undefined) differing += 1;
    if (line?.effect !== effect)
      expect({ request, answers, line }).toEqual({ request, answers, line: effect });
  }
  return differing;
}

test('engines answer an opening differently if and only if a line covers it', () => {
  let differing = 0;
  overWorlds(60, 30, ({ policy, anchor, draw, requests }) => {
    const other = drawOther(draw, policy);
    const [before, after] = [compiled(policy), compiled(other)];
    if (before === undefined || after === undefined || other === undefined) return;
    const diff = diffPolicies(before, after, around(anchor));
    const more = Array.from({ length: 30 }, () =>
      drawOpening(draw, draw.chance(50) ? policy : other, anchor),
    );
    differing += compare(diff, before, after, [...requests, ...more]);
  });
  expect(differing).toBeGreaterThan(50);
});
