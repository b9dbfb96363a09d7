/** The properties at the end of docs/decisions.md about lists, batches and explanations. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Explanation } from '../../src/engine/explain.js';
import type { AccessRequest, Entity } from '../../src/engine/request.js';
import type { SearchPage, SearchQuery } from '../../src/engine/search.js';
import { compilePolicy } from '../../src/index.js';
import { drawOpening, drawRequest } from '../helpers/arbitraries-requests.js';
import { idsOf } from '../helpers/openings.js';
import { reached } from '../helpers/runs.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';
import { rolesOf } from '../reference/roles.js';

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** All pages of a search, each of `limit`; fails when a page is not what its counts say. */
function allPages<T>(
  search: (page: { token?: string; limit: number }) => SearchPage<T>,
  limit: number,
): T[] {
  const results: T[] = [];
  let token: string | undefined;
  do {
    const { results: some, page } = search(token === undefined ? { limit } : { token, limit });
    expect(some.length).toBe(page.count);
    expect(some.length).toBeLessThanOrEqual(limit);
    results.push(...some);
    token = page.next_token;
    if (token !== '') expect(some.length).toBe(limit);
    else expect(results.length).toBe(page.total);
  } while (token !== '');
  return results;
}

function isAllowed(engine: Engine, request: AccessRequest): boolean {
  return engine.decide(request).decision;
}

describe('lists', () => {
  test('searchResources is the filter of all resources of the type by decide, on one page and on many', () => {
    let found = 0;
    overWorlds(60, 8, ({ policy, requests, draw }) => {
      const engine = compilePolicy(policy);
      for (const { subject, action, resource, context } of requests) {
        const ask = {
          subject,
          action,
          resource: { type: resource?.type },
          context,
        } as SearchQuery<'resource'>;
        if (answerOf(() => engine.decide({ subject, action, resource, context })) === 'malformed')
          continue;
        const ids = [...new Set(idsOf(policy, resource.type))].sort(byText);
        const expected = ids
          .map((id) => ({ type: resource.type, id }))
          .filter((each) => isAllowed(engine, { subject, action, resource: each, context }));
        found += expected.length;
        const limit = draw.int(1, 3);
        expect(engine.searchResources(ask).results, JSON.stringify(ask)).toEqual(expected);
        expect(allPages((page) => engine.searchResources({ ...ask, page }), limit)).toEqual(
          expected,
        );
      }
    });
    expect(found).toBeGreaterThan(reached(100));
  });

  test('searchSubjects is the filter of all users and links by decide, on one page and on many', () => {
    let found = 0;
    overWorlds(60, 8, ({ policy, requests, draw }) => {
      const engine = compilePolicy(policy);
      for (const { subject, action, resource, context } of requests) {
        if (answerOf(() => engine.decide({ subject, action, resource, context })) === 'malformed')
          continue;
        for (const [type, people] of [
          ['user', policy.users],
          ['link', policy.links],
        ] as const) {
          const ask = { subject: { type }, action, resource, context } as SearchQuery<'subject'>;
          const ids = (people ?? []).map(({ id }) => id).sort(byText);
          const expected = ids
            .map((id): Entity => ({ type, id }))
            .filter((each) => isAllowed(engine, { subject: each, action, resource, context }));
          found += expected.length;
          expect(engine.searchSubjects(ask).results, JSON.stringify(ask)).toEqual(expected);
          expect(
            allPages((page) => engine.searchSubjects({ ...ask, page }), draw.int(1, 3)),
          ).toEqual(expected);
        }
      }
    });
    expect(found).toBeGreaterThan(reached(100));
  });

  test('searchActions is the filter of all actions of the type by decide, on one page and on many', () => {
    let found = 0;
    overWorlds(60, 8, ({ policy, requests, draw }) => {
      const engine = compilePolicy(policy);
      for (const { subject, resource, context } of requests) {
        const ask = { subject, resource, context } as SearchQuery<'action'>;
        if (answerOf(() => engine.decide({ ...ask, action: { name: 'view' } })) === 'malformed')
          continue;
        const names = rolesOf(policy).flatMap(({ permissions }) =>
          Object.hasOwn(permissions, resource.type) ? permissions[resource.type]! : [],
        );
        const all = [...new Set(names)].sort(byText).map((name) => ({ name }));
        const expected = all.filter((action) =>
          isAllowed(engine, { subject, action, resource, context }),
        );
        found += expected.length;
        expect(engine.searchActions(ask).results, JSON.stringify(ask)).toEqual(expected);
        expect(allPages((page) => engine.searchActions({ ...ask, page }), draw.int(1, 3))).toEqual(
          expected,
        );
      }
    });
    expect(found).toBeGreaterThan(reached(100));
  });

  test('a batch is the map of its requests, also where they ask about the same with other facts', () => {
    overWorlds(80, 6, (world) => {
      const { policy, anchor, draw, requests } = world;
      const engine = compilePolicy(policy);
      const same = drawOpening(draw, policy, anchor);
      const others = Array.from({ length: 6 }, () => ({
        ...same,
        context: drawOpening(draw, policy, anchor).context,
      }));
      const batch = [...requests, same, ...others, same, drawRequest(draw, world)].filter(
        (each) => answerOf(() => engine.decide(each)) !== 'malformed',
      );
      const single = compilePolicy(policy);
      expect(engine.decideAll(batch)).toEqual(batch.map((each) => single.decide(each)));
    });
  });
});

describe('explanations', () => {
  /** The answer as the trace alone tells it. */
  function told({ clauses, assignments }: Explanation): {
    decision: boolean;
    reasons: unknown;
    grants: string[];
  } {
    const at = clauses.findIndex(({ outcome }) => outcome === 'permitted' || outcome === 'refused');
    const end = clauses[at]!;
    expect(clauses.slice(0, at).every(({ outcome }) => outcome === 'passed')).toBe(true);
    expect(clauses.slice(at + 1).every(({ outcome }) => outcome === 'not_reached')).toBe(true);
    const byRight = end.outcome === 'permitted' && ['D9', 'A1', 'A3'].includes(end.clause);
    const counting = assignments
      .filter(({ outcome }) => outcome === 'counts')
      .map(({ assignment }) => assignment);
    return {
      decision: end.outcome === 'permitted',
      reasons: end.reasons,
      grants: byRight ? counting : [],
    };
  }

  test('the trace alone gives the decision, the reasons and the grants', () => {
    overWorlds(20, 12, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed') continue;
        const explanation = engine.explain(request);
        expect(explanation.decision).toEqual(answer);
        const { decision, reasons, grants } = told(explanation);
        expect({ decision, reasons, grants }, JSON.stringify(request)).toEqual({
          decision: answer.decision,
          reasons: answer.context.reasons,
          grants: answer.context.grants,
        });
      }
    });
  });

  test('the nearest miss permits, and where there is none no other facts are granted', () => {
    let turned = 0;
    let hopeless = 0;
    overWorlds(15, 8, ({ policy, anchor, requests, draw }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed') continue;
        const { nearestMiss } = engine.explain(request);
        if (answer.decision) {
          expect(nearestMiss).toBeUndefined();
        } else if (nearestMiss) {
          turned += 1;
          const changed = { ...request, context: { ...request.context, ...nearestMiss.change } };
          if (!engine.check(changed)) expect({ request, nearestMiss, answer }).toBe('a permit');
        } else {
          hopeless += 1;
          for (let tries = 0; tries < 10; tries++) {
            const drawn = drawOpening(draw, policy, anchor).context;
            // Nobody can go back to an instant that has passed.
            const time = Math.max(
              new Date(drawn.time).getTime(),
              new Date(request.context.time).getTime(),
            );
            const context = { ...drawn, time };
            const other = engine.decide({ ...request, context });
            if (other.context.reason === 'granted')
              expect({ request, context }).toBe('refused, as no nearest miss was found');
          }
        }
      }
    });
    expect(turned).toBeGreaterThan(reached(10));
    expect(hopeless).toBeGreaterThan(reached(10));
  });
});
