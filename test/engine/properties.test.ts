/** The properties at the end of docs/decisions.md that compare one answer with another. */
import { describe, expect, test } from 'vitest';
import type { AccessRequest, Facts } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Policy } from '../../src/policy/document.js';
import { drawTime } from '../helpers/arbitraries-facts.js';
import { BAD_VALUES } from '../helpers/arbitraries-requests.js';
import { reached } from '../helpers/runs.js';
import { narrowed, shuffled, withoutOneRestriction } from '../helpers/variants.js';
import { answerOf, overWorlds } from '../helpers/worlds.js';

/** Those a policy permits of some requests; malformed ones are passed over. */
function permits(policy: Policy, requests: readonly AccessRequest[]): boolean[] {
  const engine = compilePolicy(policy);
  return requests.map((request) => answerOf(() => engine.check(request)) === true);
}

/** Fails when some request is permitted by `less` and not by `more`. */
function expectNoMore(less: Policy, more: Policy, requests: readonly AccessRequest[]): void {
  const permitted = permits(more, requests);
  for (const [index, permit] of permits(less, requests).entries()) {
    if (permit) expect(permitted[index], JSON.stringify(requests[index])).toBe(true);
  }
}

/** Whether the request asks about giving or ending a role, where more rights of others mean less of one's own (A3). */
const isAssigning = (request: AccessRequest) => request.resource?.type === 'access_right';
/** Schedules and calendars lie where all that use them lies: another use may take them out of a place, or put them in. */
const isSchedule = (request: AccessRequest) =>
  /schedule|calendar/.test(String(request.resource?.type));

describe('what a policy may change', () => {
  test('without assignments nobody may anything, but for doors that stand unlocked', () => {
    let unlocked = 0;
    overWorlds(60, 20, ({ policy, requests }) => {
      const engine = compilePolicy({ ...policy, assignments: [] });
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed' || !answer.decision) continue;
        expect(answer.context).toMatchObject({ reason: 'door_unlocked', grants: [] });
        unlocked += 1;
      }
    });
    expect(unlocked).toBeGreaterThan(reached(0));
  });

  test('adding an assignment never removes access', () => {
    overWorlds(100, 25, ({ policy, requests, draw }) => {
      const all = policy.assignments ?? [];
      if (all.length === 0) return;
      const added = draw.pick(all);
      const asked = requests.filter((request) => !isAssigning(request) && !isSchedule(request));
      expectNoMore({ ...policy, assignments: all.filter((each) => each !== added) }, policy, asked);
    });
  });

  test('adding a restriction never adds access', () => {
    overWorlds(100, 25, ({ policy, requests, draw }) => {
      const asked = requests.filter((request) => !isSchedule(request));
      expectNoMore(policy, withoutOneRestriction(policy, draw), asked);
    });
  });

  test('narrowing a window, an event or a recurrence, or closing a day, never adds access', () => {
    overWorlds(100, 25, ({ policy, requests, draw }) =>
      expectNoMore(narrowed(policy, draw), policy, requests),
    );
  });

  test('the order of collections, and repeats in lists of ids, change nothing', () => {
    overWorlds(120, 20, ({ policy, requests, draw }) => {
      const [one, other] = [compilePolicy(policy), compilePolicy(shuffled(policy, draw))];
      for (const request of requests) {
        expect(answerOf(() => other.decide(request))).toEqual(answerOf(() => one.decide(request)));
      }
    });
  });

  test('removing every assignment that a granted answer cites denies', () => {
    let granted = 0;
    overWorlds(120, 20, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests.filter((each) => !isAssigning(each) && !isSchedule(each))) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed' || answer.context.reason !== 'granted') continue;
        granted += 1;
        expect(answer.context.grants).not.toEqual([]);
        const assignments = policy.assignments!.filter(
          ({ id }) => !answer.context.grants.includes(id),
        );
        expect(
          compilePolicy({ ...policy, assignments }).check(request),
          JSON.stringify(request),
        ).toBe(false);
      }
    });
    expect(granted).toBeGreaterThan(reached(100));
  });

  test('each assignment that a granted answer cites suffices alone', () => {
    overWorlds(80, 15, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests.filter((each) => !isAssigning(each) && !isSchedule(each))) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed') continue;
        for (const cited of answer.context.grants) {
          const others = answer.context.grants.filter((id) => id !== cited);
          const assignments = policy.assignments!.filter(({ id }) => !others.includes(id));
          const alone = compilePolicy({ ...policy, assignments }).decide(request);
          // On a tenanted door a grant may rest on another one, and so may a person's place (D10, R19); a
          // companion may come by a right of the same team.
          const becauseOfIt = [
            'tenancy',
            'no_access_right',
            'lockdown',
            'resource_unknown',
            'two_person',
          ];
          if (alone.decision) expect(alone.context.grants).toEqual([cited]);
          else expect(becauseOfIt).toContain(alone.context.reason);
        }
      }
    });
  });
});

/** What the API reads as an instant: milliseconds too. */
const isInstant = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

describe('what facts may change', () => {
  test('no fact made missing, null, NaN or of a wrong type turns a refusal into a permit', () => {
    let refused = 0;
    const facts = [
      ...['method', 'location', 'reader', 'device', 'secondFactor', 'arrivals'],
      ...['occupancy', 'presence', 'companions'],
    ];
    const parts = ['latitude', 'longitude', 'accuracy'];
    // `true` is no wrong type of a second factor.
    const bad = BAD_VALUES.filter((value) => value !== true && typeof value !== 'string');
    overWorlds(50, 12, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed' || answer.decision) continue;
        refused += 1;
        // Hiding `device` or `method` from D4: passing them is the host's duty.
        const isDevice = answer.context.reasons.some(({ code }) => code.startsWith('credential_'));
        const spoiled = facts.flatMap((fact) =>
          bad.map((value): Partial<Facts> => ({ [fact]: value })),
        );
        // A number below the limit is no wrong type, and neither is an instant that was long ago.
        const presence = request.context.presence;
        if (typeof presence === 'object' && presence !== null) {
          for (const part of ['state', 'since'])
            for (const value of bad.filter((each) => part === 'state' || !isInstant(each)))
              spoiled.push({ presence: { ...presence, [part]: value } });
        }
        const company = request.context.companions;
        if (Array.isArray(company)) {
          spoiled.push(
            ...bad.map((value) => ({ companions: company.map(() => value) })),
            { companions: company.slice(1) },
            { companions: { ...company } },
          );
        }
        const location = request.context.location;
        if (typeof location === 'object' && location !== null) {
          spoiled.push(
            ...parts.flatMap((part) =>
              bad
                .filter((value) => typeof value !== 'number' || !(value >= 0))
                .map((value) => ({ location: { ...location, [part]: value } })),
            ),
          );
        }
        for (const change of spoiled) {
          if (isDevice && ('device' in change || 'method' in change)) continue;
          if ('location' in change && Object.values(change.location ?? {}).includes(-1)) continue;
          const changed = { ...request, context: { ...request.context, ...change } };
          if (engine.check(changed)) expect({ request, change }).toBe('refused');
        }
      }
    });
    expect(refused).toBeGreaterThan(reached(200));
  });

  test('fewer people inside, and more who came along, never take a permit away', () => {
    const seen = { permits: 0, fewer: 0, more: 0 };
    overWorlds(80, 20, ({ policy, requests, draw }) => {
      const engine = compilePolicy(policy);
      const users = (policy.users ?? []).map(({ id }) => id);
      for (const request of requests) {
        const answer = answerOf(() => engine.check(request));
        if (answer === 'malformed') continue;
        const { occupancy, companions } = request.context;
        const changed = (facts: Partial<Facts>) =>
          engine.check({ ...request, context: { ...request.context, ...facts } });
        if (typeof occupancy === 'number' && occupancy > 0) {
          const fewer = changed({ occupancy: draw.int(0, Math.min(9, occupancy - 1)) });
          if (answer) expect(fewer, JSON.stringify(request)).toBe(true);
          else if (fewer) seen.fewer += 1;
        }
        const all = Array.isArray(companions) ? companions : [];
        const more = changed({ companions: [...all.slice(0, 12), draw.pick(users)] });
        if (answer && all.length <= 12) expect(more, JSON.stringify(request)).toBe(true);
        else if (more) seen.more += 1;
        if (answer) seen.permits += 1;
      }
    });
    expect(seen.permits).toBeGreaterThan(reached(200));
    expect(seen.fewer).toBeGreaterThan(reached(0));
    expect(seen.more).toBeGreaterThan(reached(0));
  });

  test('at a reader of direction exit nobody is refused for the number of people, or for being inside', () => {
    let leaving = 0;
    overWorlds(120, 20, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const doors = (policy.doors ?? []).filter(({ id }) => id === request.resource?.id);
        const lifts = (policy.elevators ?? []).filter(({ stops }) =>
          stops.some(({ id }) => id === request.resource?.id),
        );
        const lenient = doors.some(({ strictExit }) => strictExit !== true) || doors.length === 0;
        const exit = [...doors, ...lifts]
          .flatMap(({ readers }) => readers ?? [])
          .find(({ direction }) => direction === 'exit');
        if (exit === undefined) continue;
        const context = { ...request.context, method: 'tap', reader: exit.id };
        const answer = answerOf(() => engine.decide({ ...request, context }));
        if (answer === 'malformed') continue;
        leaving += 1;
        const codes = answer.context.reasons.map(({ code }) => code);
        expect(codes).not.toContain('occupancy_limit');
        expect(codes).not.toContain('anti_passback');
        if (lenient) expect(codes).not.toContain('two_person');
      }
    });
    expect(leaving).toBeGreaterThan(reached(200));
  });

  test('decision, reasons and grants stay the same until validUntil', () => {
    let moments = 0;
    overWorlds(40, 10, ({ policy, anchor, requests, draw }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request, { validUntil: true }));
        if (answer === 'malformed') continue;
        const { validUntil, ...rest } = answer.context;
        expect(validUntil).toBe(engine.validUntil(request));
        const from = new Date(request.context.time).getTime();
        const until = validUntil === null ? from + 2000 * 86_400_000 : Date.parse(validUntil!);
        expect(until).toBeGreaterThan(from);
        const inside = Array.from(
          { length: 30 },
          (_, index) => from + Math.floor(((until - from) * index) / 30),
        );
        const steps = Array.from(
          { length: 40 },
          (_, index) => from + index * 1_800_000 * draw.int(1, 4),
        );
        const known = Array.from({ length: 10 }, () =>
          new Date(drawTime(draw, policy, anchor)).getTime(),
        );
        for (const time of [...inside, ...steps, ...known, until - 1].filter(
          (each) => each >= from && each < until,
        )) {
          moments += 1;
          const then = engine.decide({ ...request, context: { ...request.context, time } });
          const same =
            then.decision === answer.decision &&
            JSON.stringify(then.context) === JSON.stringify(rest);
          if (!same)
            expect({ request, validUntil, time: new Date(time).toISOString(), then }).toBe(
              'unchanged',
            );
        }
      }
    });
    expect(moments).toBeGreaterThan(reached(10_000));
  });

  test('an answer that holds until an instant mostly changes there', () => {
    let bounded = 0;
    let changed = 0;
    overWorlds(60, 10, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request, { validUntil: true }));
        if (answer === 'malformed' || typeof answer.context.validUntil !== 'string') continue;
        const { validUntil: time, ...rest } = answer.context;
        const then = engine.decide({ ...request, context: { ...request.context, time } });
        bounded += 1;
        if (JSON.stringify(then.context) !== JSON.stringify(rest)) changed += 1;
      }
    });
    expect(bounded).toBeGreaterThan(reached(100));
    expect(changed).toBeGreaterThan(bounded / 2);
  });
});
