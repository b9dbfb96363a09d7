/**
 * Changes of rights between random policies: a request is decided differently if and only if a line covers it. The judge of
 * decisions is the engine, and for some the oracle; the judge of coverage reads the lines' words (`right-covers.ts`).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RightChange } from '../../../src/analysis/diff/policy-diff.js';
import { rightChanges } from '../../../src/analysis/diff/right-changes.js';
import { coveringRight } from '../../../src/analysis/diff/right-covers.js';
import type { Engine } from '../../../src/engine/engine.js';
import { HELD_TYPES } from '../../../src/engine/location.js';
import type { AccessRequest, Entity } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { DAY_MS, type Span } from '../../../src/values/instant.js';
import { drawWorld } from '../../helpers/arbitraries.js';
import { choose, type Draw } from '../../helpers/arbitraries-draw.js';
import { changed, drawChanges } from '../../helpers/changes.js';
import { idsOf } from '../../helpers/openings.js';
import { runs } from '../../helpers/runs.js';
import { shuffled } from '../../helpers/variants.js';
import { SEED } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';
import { rolesOf } from '../../reference/roles.js';

/** Two policies, and between when they are compared. */
interface Pair {
  readonly before: Policy;
  readonly after: Policy;
  readonly engines: readonly [Engine, Engine];
  readonly span: Span;
}

/** A policy and what a few edits make of it, or sometimes two that have nothing in common. */
function drawPair(draw: Draw): Pair | undefined {
  const world = drawWorld(draw);
  const before = world.policy;
  const unrelated = draw.chance(25);
  const changes = drawChanges(draw, before);
  const after = unrelated ? drawWorld(draw).policy : changed(before, changes);
  const span = { from: world.anchor - 9 * DAY_MS, until: world.anchor + 12 * DAY_MS };
  try {
    const engine = compilePolicy(before);
    const shared = !unrelated && draw.chance(60);
    return {
      before,
      after,
      span,
      engines: [engine, shared ? engine.apply(changes) : compilePolicy(after)],
    };
  } catch {
    return undefined;
  }
}

/** A question beside opening, about anything either policy knows or neither does. */
function drawQuestion(
  draw: Draw,
  { before, after, span }: Pair,
  changes: readonly RightChange[],
): AccessRequest {
  const policies = [before, after];
  const own = draw.pick(policies);
  const roles = policies.flatMap(rolesOf);
  const { permissions } = draw.pick(roles);
  const types = Object.keys(permissions);
  const line = changes.length > 0 && draw.chance(60) ? draw.pick(changes) : undefined;
  const part = line && draw.pick(line.permissions);
  const type = part && draw.chance(90) ? part.type : types.length > 0 ? draw.pick(types) : 'door';
  const actions = part?.type === type ? part.actions : (permissions[type] ?? ['view']);
  const named = (kind: string, all: readonly { id: string }[] = []) =>
    all.map(({ id }) => ({ type: kind, id }));
  const subjects = [
    ...named('user', own.users),
    ...named('link', own.links),
    ...named('credential', own.credentials),
    { type: 'user', id: 'nobody' },
  ];
  const scopes = policies.flatMap((policy) => [
    { type: 'organization', id: policy.organization.id },
    ...named('place', policy.places),
    ...named('group', policy.groups),
    ...named('door', policy.doors),
  ]);
  const ids = [...idsOf(own, type), ...idsOf(own, type), '*', '*', 'new'];
  const scope = draw.chance(50)
    ? { properties: { scope: draw.pick<unknown>([...scopes, null]) } }
    : {};
  const edges = (line?.when.spans ?? []).flatMap((each) => [
    Date.parse(each.from),
    Date.parse(each.until),
  ]);
  const near = edges.length > 0 ? draw.pick(edges) - draw.int(0, 1) : span.from;
  const anywhere = span.from + draw.int(0, (span.until - span.from) / 1000 - 1) * 1000;
  const time = near >= span.from && near < span.until && draw.chance(60) ? near : anywhere;
  const subject = line && draw.chance(85) ? draw.pick(line.subjects.named) : draw.pick(subjects);
  return {
    subject,
    action: { name: draw.pick(actions.length > 0 ? actions : ['view']) },
    resource: { type, id: draw.pick(ids), ...scope },
    context: { time },
  };
}

const isOpening = ({ resource: { type, id }, action: { name } }: AccessRequest) =>
  id !== '*' &&
  ((type === 'door' && name === 'unlock') || (type === 'elevator_stop' && name === 'get_access'));

/** What a random request within a line must be like: drawn from the words of the line alone. */
function drawWithin(draw: Draw, line: RightChange, { before, after, span }: Pair): AccessRequest {
  const part = draw.pick(line.permissions);
  const { reach } = line;
  const one = draw.pick(line.when.spans);
  const [from, until] = [Date.parse(one.from), Date.parse(one.until)];
  expect(from >= span.from && until <= span.until).toBe(true);
  const ids = [...idsOf(before, part.type), ...idsOf(after, part.type), '*'];
  let resource: Entity = { type: part.type, id: draw.pick(ids) };
  if (reach.kind === 'named') {
    resource = draw.pick(reach.resources.filter(({ type }) => type === part.type));
    if (reach.into) resource = { ...resource, properties: { scope: draw.pick(reach.into) } };
  } else if (reach.kind === 'said' || draw.chance(50)) {
    const scopes = reach.kind === 'said' ? reach.scopes : reach.within;
    const id = HELD_TYPES.has(part.type) || draw.chance(50) ? '*' : 'c7';
    resource = { type: part.type, id, properties: { scope: draw.pick(scopes) } };
  }
  return {
    subject: draw.pick(line.subjects.named),
    action: { name: draw.pick(part.actions) },
    resource,
    context: { time: draw.pick([from, until - 1, from + draw.int(0, until - from - 1)]) },
  };
}

function overPairs(base: number, law: (pair: Pair, draw: Draw) => void) {
  const property = fc.property(fc.gen(), (g) => {
    const draw = choose(g);
    const pair = drawPair(draw);
    if (pair === undefined) return;
    try {
      law(pair, draw);
    } catch (error) {
      const policies = JSON.stringify([pair.before, pair.after]);
      throw new Error(`${(error as Error).message}\nbetween ${policies}`, { cause: error });
    }
  });
  const endOnFailure = process.env['DOORWRIGHT_SHRINK'] === undefined;
  fc.assert(property, { seed: SEED, numRuns: runs(base), endOnFailure });
}

describe('rights that differ between random policies', () => {
  it('are covered by a line, and nothing else is, at instants where lines begin and end too', () => {
    const count = { asked: 0, differ: 0, lines: 0, kinds: new Set<string>() };
    overPairs(80, (pair, draw) => {
      const [old, now] = pair.engines;
      const changes = rightChanges(old, now, pair.span);
      count.lines += changes.length;
      for (const { reach } of changes) count.kinds.add('into' in reach ? 'into' : reach.kind);
      for (let question = 0; question < 60; question++) {
        const request = drawQuestion(draw, pair, changes);
        if (isOpening(request)) continue;
        const [had, has] = [old.decide(request).decision, now.decide(request).decision];
        const line = coveringRight(changes, old, now, request, request.context.time as number);
        count.asked += 1;
        if (had !== has) count.differ += 1;
        const effect = had === has ? undefined : has ? 'gains' : 'loses';
        if (line?.effect !== effect)
          throw new Error(
            `${JSON.stringify(request)} ${effect ?? 'stays'}, but the line is ${JSON.stringify(line)}`,
          );
      }
    });
    // A comparison that never meets a difference, or a kind of line, proves nothing of it.
    expect(count.differ).toBeGreaterThan(count.asked / 20);
    expect([...count.kinds].sort()).toEqual(['into', 'named', 'said', 'within']);
  });

  it('hold for whatever a line says, by the oracle: no line is false', () => {
    let judged = 0;
    overPairs(40, (pair, draw) => {
      const [old, now] = pair.engines;
      const changes = rightChanges(old, now, pair.span);
      for (const line of changes.slice(0, 40)) {
        const { request, before, after } = line.witness;
        expect([before.decision, after.decision]).toEqual([
          line.effect === 'loses',
          line.effect === 'gains',
        ]);
        for (const each of [request, drawWithin(draw, line, pair)]) {
          const time = Date.parse(String(each.context.time)) || Number(each.context.time);
          if (isOpening(each) || coveringRight([line], old, now, each, time) === undefined) {
            if (each === request)
              throw new Error(`the witness is not covered: ${JSON.stringify(line)}`);
            continue;
          }
          judged += 1;
          const decided = [pair.before, pair.after].map(
            (policy) => referenceDecide(policy, each).decision,
          );
          if (decided[0] === decided[1] || decided[1] !== (line.effect === 'gains'))
            throw new Error(`${JSON.stringify(each)} does not differ: ${JSON.stringify(line)}`);
        }
      }
    });
    expect(judged).toBeGreaterThan(runs(40) * 4);
  });

  it('are the same whatever the order of the documents, none against oneself, and swapped the other way round', () => {
    overPairs(30, (pair, draw) => {
      const [old, now] = pair.engines;
      const changes = rightChanges(old, now, pair.span);
      const other = rightChanges(
        compilePolicy(shuffled(pair.before, draw)),
        compilePolicy(shuffled(pair.after, draw)),
        pair.span,
      );
      expect(other).toEqual(changes);
      expect(rightChanges(old, compilePolicy(shuffled(pair.before, draw)), pair.span)).toEqual([]);
      const swapped = (lines: readonly RightChange[]) =>
        lines
          .map(({ effect, subjects, permissions, reach, when }) =>
            JSON.stringify([effect, subjects, permissions, reach, when.spans]),
          )
          .sort();
      const back = rightChanges(now, old, pair.span).map(
        (line): RightChange => ({ ...line, effect: line.effect === 'gains' ? 'loses' : 'gains' }),
      );
      const sameOrganization = pair.before.organization.id === pair.after.organization.id;
      if (sameOrganization) expect(swapped(back)).toEqual(swapped(changes));
    });
  });
});
