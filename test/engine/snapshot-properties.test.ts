/** The properties at the end of docs/decisions.md about one snapshot and another: changes, slices, copies. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Policy } from '../../src/policy/document.js';
import { changed, drawChanges, inOrder } from '../helpers/changes.js';
import { reached } from '../helpers/runs.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';
import { lies } from '../reference/scopes.js';

function expectSameAnswers(one: Engine, other: Engine, requests: readonly AccessRequest[]): void {
  for (const request of requests) {
    const answer = answerOf(() => one.decide(request, { validUntil: true }));
    expect(
      answerOf(() => other.decide(request, { validUntil: true })),
      JSON.stringify(request),
    ).toEqual(answer);
    if (answer === 'malformed') continue;
    const { subject, action, resource, context } = request;
    expect(
      other.searchResources({ subject, action, resource: { type: resource.type }, context }),
    ).toEqual(one.searchResources({ subject, action, resource: { type: resource.type }, context }));
    expect(other.searchSubjects({ subject: { type: 'user' }, action, resource, context })).toEqual(
      one.searchSubjects({ subject: { type: 'user' }, action, resource, context }),
    );
    expect(other.access(subject, context)).toEqual(one.access(subject, context));
  }
}

describe('apply', () => {
  test('an applied change answers as the changed policy compiled, and is refused exactly when that is invalid', () => {
    const seen = { valid: 0, invalid: 0 };
    overWorlds(60, 4, ({ policy, requests, draw }) => {
      let engine = compilePolicy(policy);
      let document = policy;
      for (let steps = 0; steps < 3; steps++) {
        const changes = drawChanges(draw, document);
        const after = changed(document, changes);
        const before = engine;
        if (parsePolicy(after).ok) {
          engine = before.apply(changes);
          document = after;
          seen.valid += 1;
          expect(engine.revision).toBe(after.revision);
          expect(inOrder(engine.policy)).toEqual(inOrder(after));
        } else {
          seen.invalid += 1;
          expect(() => before.apply(changes), JSON.stringify(changes)).toThrow(
            expect.objectContaining({ name: 'PolicyError' }),
          );
        }
      }
      expectSameAnswers(compilePolicy(document), engine, requests);
    });
    expect(seen.valid).toBeGreaterThan(reached(60));
    expect(seen.invalid).toBeGreaterThan(reached(15));
  });

  test('the engine a change is applied to stays as it was', () => {
    overWorlds(60, 8, ({ policy, requests, draw }) => {
      const engine = compilePolicy(policy);
      const before = requests.map((request) => answerOf(() => engine.decide(request)));
      const changes = drawChanges(draw, policy);
      if (parsePolicy(changed(policy, changes)).ok) engine.apply(changes);
      expect(requests.map((request) => answerOf(() => engine.decide(request)))).toEqual(before);
      expect(engine.revision).toBe(policy.revision ?? 0);
    });
  });

  test.each([
    ['an id both put and removed', { put: { users: [{ id: 'a' }] }, remove: { users: ['a'] } }],
    ['an id put twice', { put: { users: [{ id: 'b' }, { id: 'b' }] } }],
    ['an id removed twice', { remove: { users: ['a', 'a'] } }],
    ['an id removed that is not there', { remove: { users: ['b'] } }],
    ['a revision that does not grow', { revision: 4 }],
  ] as [string, Changes][])('%s is refused', (_, changes) => {
    const engine = compilePolicy({
      version: 1,
      revision: 4,
      organization: { id: 'o' },
      users: [{ id: 'a' }],
    });
    expect(() => engine.apply(changes)).toThrow(expect.objectContaining({ name: 'PolicyError' }));
  });

  test.each(['places', 'doors', 'groups'] as const)(
    'a schedule that only the restrictions of %s use cannot be removed',
    (name) => {
      const doors = [{ id: 'd', place: 'p' }];
      const base = {
        version: 1,
        organization: { id: 'o', timeZone: 'UTC' },
        places: [{ id: 'p' }],
      };
      const bound = {
        id: 'd',
        ...(name === 'places' ? { id: 'p' } : {}),
        ...(name === 'doors' ? { place: 'p' } : {}),
      };
      const users = { [name]: [{ ...bound, restrictions: { schedule: 's' } }] };
      const engine = compilePolicy({ ...base, doors, schedules: [{ id: 's' }], ...users });
      expect(() => engine.apply({ remove: { schedules: ['s'] } })).toThrow(
        expect.objectContaining({ name: 'PolicyError' }),
      );
    },
  );
});

/** What a bridge needs of a site to decide one door. */
function slice(policy: Policy, door: string): Policy {
  const own = policy.doors!.find(({ id }) => id === door)!;
  const around = lies(policy, { type: 'door', id: door }, 'unlock')!;
  const isAround = ({ scope }: { scope: { type: string; id: string } }) =>
    around.some((each) => each.type === scope.type && each.id === scope.id);
  const groups = (policy.groups ?? []).filter((group) => group.doors?.includes(door));
  // People and their credentials stay whole: somebody else's card must stay somebody else's.
  return {
    ...policy,
    places: policy.places!.filter(({ id }) => id === own.place),
    floors: (policy.floors ?? []).filter(({ id }) => id === own.floor),
    doors: [own],
    elevators: [],
    groups: groups.map((group) => ({ ...group, doors: [door], stops: [] })),
    assignments: (policy.assignments ?? []).filter(isAround),
    lockdowns: (policy.lockdowns ?? []).filter(isAround),
  };
}

describe('copies', () => {
  test('a slice for a door decides that door as the whole does', () => {
    let asked = 0;
    overWorlds(120, 20, ({ policy, requests }) => {
      const whole = compilePolicy(policy);
      const doors = new Map(
        (policy.doors ?? []).map(({ id }) => [id, compilePolicy(slice(policy, id))]),
      );
      for (const request of requests) {
        if (request.resource?.type !== 'door' || request.action?.name !== 'unlock') continue;
        const part = doors.get(request.resource.id);
        if (part === undefined) continue;
        asked += 1;
        expect(
          answerOf(() => part.decide(request)),
          JSON.stringify(request),
        ).toEqual(answerOf(() => whole.decide(request)));
      }
    });
    expect(asked).toBeGreaterThan(reached(500));
  });

  test('a policy sent as JSON and one parsed before answer as the policy itself', () => {
    overWorlds(60, 10, ({ policy, requests }) => {
      const parsed = parsePolicy(policy);
      if (!parsed.ok) throw new Error('a random policy is not valid');
      const engines = [
        compilePolicy(parsed.value),
        compilePolicy(JSON.parse(JSON.stringify(policy))),
      ];
      const first = compilePolicy(policy);
      for (const engine of engines) {
        for (const request of requests) {
          expect(answerOf(() => engine.decide(request))).toEqual(
            answerOf(() => first.decide(request)),
          );
        }
      }
    });
  });

  test('asking in another order, and asking again, gives the same answers', () => {
    overWorlds(60, 12, ({ policy, requests, draw }) => {
      const engine = compilePolicy(policy);
      const answers = new Map(
        requests.map((request) => [request, answerOf(() => compilePolicy(policy).decide(request))]),
      );
      for (const request of draw
        .atLeast(requests.length, requests.length, requests)
        .concat(requests)) {
        if (draw.chance(30)) answerOf(() => engine.check(request));
        expect(answerOf(() => engine.decide(request))).toEqual(answers.get(request));
      }
    });
  });

  test('neither the policy nor a request nor a change is ever written to', () => {
    const frozen = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
        Object.freeze(value);
        Object.values(value).forEach(frozen);
      }
      return value;
    };
    overWorlds(50, 8, ({ policy, requests, draw }) => {
      const copy = structuredClone(policy);
      const engine = compilePolicy(frozen(policy));
      const changes = frozen(drawChanges(draw, policy));
      if (parsePolicy(changed(policy, changes)).ok) engine.apply(changes);
      for (const request of requests.map(frozen)) {
        if (answerOf(() => engine.decide(request, { validUntil: true })) === 'malformed') continue;
        const { subject, action, resource, context } = request;
        engine.searchResources({ subject, action, resource, context });
        engine.searchSubjects({ subject, action, resource, context });
        engine.access(subject, context);
      }
      expect(policy).toEqual(copy);
    });
  });

  test('what the caller does to the policy afterwards changes no answer', () => {
    overWorlds(50, 10, ({ policy, requests }) => {
      const mine = structuredClone(policy) as unknown as {
        assignments?: { enabled: boolean }[];
        doors?: unknown[];
        users?: unknown[];
      };
      const engine = compilePolicy(mine);
      for (const assignment of mine.assignments ?? []) assignment.enabled = true;
      mine.doors!.length = 0;
      mine.users!.length = 0;
      for (const request of requests) {
        expect(answerOf(() => engine.decide(request))).toEqual(
          answerOf(() => compilePolicy(policy).decide(request)),
        );
      }
    });
  });
});
