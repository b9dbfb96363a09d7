/** Every answer of the engine against the oracle's, on random sites and random questions. */
import { describe, expect, test } from 'vitest';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { reached } from '../helpers/runs.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';
import { referenceDecide, referenceStatus } from '../reference/decide.js';
import { may } from '../reference/roles.js';
import { equal, lies } from '../reference/scopes.js';

describe('the generators', () => {
  test('more than 95 of 100 random policies are valid', () => {
    let valid = 0;
    let all = 0;
    overWorlds(200, 0, ({ policy }) => {
      all += 1;
      if (parsePolicy(policy).ok) valid += 1;
    });
    expect(valid / all).toBeGreaterThan(0.95);
  });

  test('random requests reach permits, refusals of every code and malformed requests', () => {
    const seen = new Set<string>();
    overWorlds(300, 20, ({ policy, requests }) => {
      for (const request of requests) {
        const answer = answerOf(() => referenceDecide(policy, request));
        if (answer === 'malformed') seen.add(answer);
        else for (const { code } of answer.context.reasons) seen.add(code);
      }
    });
    // 25 refusals, two permits and the malformed.
    expect(seen.size).toBeLessThanOrEqual(28);
    expect(seen.size).toBeGreaterThan(reached(27));
  });
});

describe('engine and oracle', () => {
  test('decide gives the decision, reasons, grants and revision of the definition', () => {
    overWorlds(250, 20, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const expected = answerOf(() => referenceDecide(policy, request));
        expect(
          answerOf(() => engine.decide(request)),
          JSON.stringify(request),
        ).toEqual(expected);
      }
    });
  });

  test('check gives what decide gives, malformed requests included', () => {
    overWorlds(150, 20, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request));
        const expected = answer === 'malformed' ? answer : answer.decision;
        expect(
          answerOf(() => engine.check(request)),
          JSON.stringify(request),
        ).toBe(expected);
      }
    });
  });

  test('can gives what decide gives for the user of that id, or else the link', () => {
    overWorlds(100, 20, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      const users = (policy.users ?? []).map(({ id }) => id);
      for (const { subject, action, resource, context } of requests) {
        const usable = [subject?.id, action?.name, resource?.id].every(
          (each) => typeof each === 'string',
        );
        if (!usable || resource.type !== 'door' || subject.type === 'credential') continue;
        const who = { type: users.includes(subject.id) ? 'user' : 'link', id: subject.id };
        const request = {
          subject: who,
          action,
          resource: { type: 'door', id: resource.id },
          context,
        };
        const answer = answerOf(() => referenceDecide(policy, request));
        const expected = answer === 'malformed' ? answer : answer.decision;
        expect(answerOf(() => engine.can(subject.id, action.name, resource.id, context))).toBe(
          expected,
        );
      }
    });
  });

  test('access names every assignment that reaches a door or stop, with its status', () => {
    overWorlds(100, 1, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      const [request] = requests;
      if (answerOf(() => engine.decide(request!)) === 'malformed') return;
      const time = request!.context.time;
      const stops = (policy.elevators ?? []).flatMap((elevator) => elevator.stops);
      const openings = [
        ...(policy.doors ?? []).map(({ id }) => ({ at: { type: 'door', id }, action: 'unlock' })),
        ...stops.map(({ id }) => ({ at: { type: 'elevator_stop', id }, action: 'get_access' })),
      ];
      for (const { at, action } of openings) {
        const around = lies(policy, at, action)!;
        const expected = (policy.assignments ?? [])
          .filter(
            ({ scope, role }) =>
              around.some((each) => equal(each, scope)) && may(policy, role, at.type, action),
          )
          .map(({ id, subject, role, scope, enabled }) => {
            const group =
              scope.type === 'group'
                ? policy.groups?.find((each) => each.id === scope.id)
                : undefined;
            const status = referenceStatus(policy, id, at, time);
            return {
              assignment: id,
              subject,
              role,
              resource: at,
              status,
              enabled: enabled !== false && group?.enabled !== false,
            };
          });
        const sorted = (entries: readonly { assignment: string }[]) =>
          [...entries].sort((a, b) => (a.assignment < b.assignment ? -1 : 1));
        expect(sorted(engine.access(at, { time }))).toEqual(sorted(expected));
      }
    });
  });
});
