/**
 * Random pairs of policies and random requests about both: two engines answer an opening differently if and only if a
 * line covers it. A fact forgotten, a span cut short or a person left out breaks the one direction, a line that
 * says too much the other. Points drawn inside each line are put to the oracle besides.
 */
import { expect, test } from 'vitest';
import { coveringLine } from '../../../src/analysis/diff/covering-line.js';
import { comparisonOf, diffPolicies } from '../../../src/analysis/diff/diff-policies.js';
import type { OpeningChange, PolicyDiff } from '../../../src/analysis/diff/policy-diff.js';
import { isOpening } from '../../../src/engine/decide.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy, type Engine } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { DAY_MS } from '../../../src/values/instant.js';
import { drawWorld } from '../../helpers/arbitraries.js';
import type { Draw } from '../../helpers/arbitraries-draw.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { changed, drawChanges } from '../../helpers/changes.js';
import { drawPoint } from '../../helpers/diff-points.js';
import { narrowed, shuffled, withoutOneRestriction } from '../../helpers/variants.js';
import { answerOf, overWorlds, type Scene } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';

/** Two policies that differ in little or in all. */
interface Two {
  readonly policies: readonly [Policy, Policy];
  readonly engines: readonly [Engine, Engine];
  readonly diff: PolicyDiff;
  readonly span: { readonly from: string; readonly until: string };
}

/** A policy made of another, near or far. */
function drawOther(draw: Draw, policy: Policy): Policy {
  const way = draw.int(0, 9);
  if (way === 0) return drawWorld(draw).policy;
  if (way === 1) return narrowed(policy, draw);
  if (way < 4) return withoutOneRestriction(policy, draw);
  return changed(policy, drawChanges(draw, policy));
}

/** The comparison of a scene with another policy; undefined where the change makes an invalid one. */
function drawTwo({ policy, anchor, draw }: Scene): Two | undefined {
  const other = drawOther(draw, policy);
  const span = {
    from: new Date(anchor - 4 * DAY_MS).toISOString(),
    until: new Date(anchor + 4 * DAY_MS).toISOString(),
  };
  try {
    const engines = [compilePolicy(policy), compilePolicy(other)] as const;
    return { policies: [policy, other], engines, diff: diffPolicies(...engines, span), span };
  } catch (error) {
    if (error instanceof Error && error.name === 'PolicyError') return undefined;
    throw error;
  }
}

/** Holds an answer against the lines; whether it differed. */
function isToldApart({ diff, engines }: Two, request: AccessRequest): boolean {
  const { context }: Partial<AccessRequest> = request;
  const time = answerOf(() => new Date(context?.time ?? Number.NaN).getTime());
  if (time === 'malformed' || !(time >= Date.parse(diff.from) && time < Date.parse(diff.until))) {
    return false;
  }
  const answers = answerOf(() => engines.map((engine) => engine.check(request)));
  if (answers === 'malformed' || !isOpening(request)) return false;
  const line = coveringLine(diff, ...engines, request);
  const effect = answers[0] === answers[1] ? undefined : answers[1] ? 'gains' : 'loses';
  if (line?.effect !== effect) expect({ request, line }).toEqual({ request, line: effect });
  return effect !== undefined;
}

test('engines answer an opening differently if and only if a line covers it', () => {
  let differing = 0;
  overWorlds(25, 20, (scene) => {
    const two = drawTwo(scene);
    if (two === undefined) return;
    const { draw, anchor, requests } = scene;
    const more = Array.from({ length: 30 }, () =>
      drawOpening(draw, draw.pick(two.policies), anchor),
    );
    for (const request of [...requests, ...more]) if (isToldApart(two, request)) differing += 1;
  });
  expect(differing).toBeGreaterThan(20);
});

test('whatever lies inside a line the oracle decides differently, at both ends of its times too', () => {
  let points = 0;
  overWorlds(20, 0, (scene) => {
    const two = drawTwo(scene);
    if (two === undefined) return;
    const { diff, engines, policies, span } = two;
    const c = comparisonOf(engines, { from: Date.parse(span.from), until: Date.parse(span.until) });
    for (const line of diff.openings) {
      for (let point = 0; point < 3; point++) {
        const request = drawPoint(scene.draw, c, line);
        const answers = policies.map((policy) => referenceDecide(policy, request).decision);
        const gained = line.effect === 'gains';
        if (answers[0] === gained || answers[1] !== gained) {
          expect({ request, line, answers }).toEqual({ request, line, answers: [!gained, gained] });
        }
        expect(isToldApart(two, request)).toBe(true);
        points += 1;
      }
    }
  });
  expect(points).toBeGreaterThan(50);
});

/** Who gains or loses what, without the circumstances. */
function outline({ openings }: PolicyDiff, effect: OpeningChange['effect']): string[] {
  const own = openings.filter((line) => line.effect === effect);
  const all = own.flatMap(({ subjects, resources, circumstances }) => {
    const people = subjects.named.map(({ type, id }) => `${type} ${id}`);
    if (subjects.others) people.push('others');
    if (subjects.everybodyElse) people.push(`all but ${circumstances[0]?.values[0]?.key}`);
    return resources.flatMap(({ type, id }) => people.map((person) => `${person} ${type} ${id}`));
  });
  return [...new Set(all)].sort();
}

test('a policy does not differ from itself, in no other order, and backwards gains are losses', () => {
  let points = 0;
  overWorlds(12, 0, (scene) => {
    const two = drawTwo(scene);
    if (two === undefined) return;
    const { diff, engines, policies, span } = two;
    const itself = compilePolicy(shuffled(policies[0], scene.draw));
    expect(diffPolicies(engines[0], itself, span).openings).toEqual([]);
    const mixed = policies.map((policy) => shuffled(policy, scene.draw)) as [Policy, Policy];
    const same = diffPolicies(...mixed, span);
    expect({ openings: same.openings, restrictions: same.restrictions }).toEqual({
      openings: diff.openings,
      restrictions: diff.restrictions,
    });
    const back = diffPolicies(engines[1], engines[0], span);
    expect(outline(back, 'gains')).toEqual(outline(diff, 'loses'));
    expect(outline(back, 'loses')).toEqual(outline(diff, 'gains'));
    // Under the same circumstances and at the same times too: a point of either is one of the other.
    for (const [one, other, from] of [
      [diff, back, engines],
      [back, diff, [engines[1], engines[0]]],
    ] as const) {
      const c = comparisonOf(from, {
        from: Date.parse(span.from),
        until: Date.parse(span.until),
      });
      for (const line of one.openings) {
        const request = drawPoint(scene.draw, c, line);
        const turned = coveringLine(other, from[1], from[0], request)?.effect;
        expect(turned).toBe(line.effect === 'gains' ? 'loses' : 'gains');
        points += 1;
      }
    }
  });
  expect(points).toBeGreaterThan(20);
});
