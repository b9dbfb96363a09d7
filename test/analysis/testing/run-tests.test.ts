/** Running policy tests: the answers are the engine's, and every expectation that is wrong fails and says how. */
import { describe, expect, test } from 'vitest';
import { type PolicyTestRun, runPolicyTests } from '../../../src/analysis/testing/run-tests.js';
import type {
  DecisionCase,
  ExpectedDecision,
  PolicyTestSuite,
} from '../../../src/analysis/testing/test-suite.js';
import type { Decision } from '../../../src/engine/decision.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy, PolicyError } from '../../../src/index.js';
import { parseInstant } from '../../../src/values/instant.js';
import { MONDAY_NOON, right, site, unlock } from '../../helpers/builders.js';
import { reached } from '../../helpers/runs.js';
import { answerOf, overWorlds } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';
import { documentOf, one, suiteOf } from './documents.js';

const nothing: ExpectedDecision = {
  decision: undefined,
  reason: undefined,
  reasons: undefined,
  grants: undefined,
  validUntil: undefined,
};

/** A suite of one question. */
function asking(request: AccessRequest, expected: Partial<ExpectedDecision>): PolicyTestSuite {
  const each: DecisionCase = {
    kind: 'decision',
    name: 'n',
    pointer: '/tests/0',
    skip: undefined,
    request,
    expected: { ...nothing, ...expected },
  };
  return { policy: undefined, allowDeprecatedRoles: false, changes: undefined, cases: [each] };
}

/** What is said of the first failure. */
function told({ results }: PolicyTestRun): string[] {
  const [first] = results;
  if (first?.outcome !== 'failed') return [];
  return first.mismatches.map(({ what, expected, actual }) => `${what}: ${expected} | ${actual}`);
}

const UNKNOWN = ['action_unknown', 'resource_unknown', 'subject_unknown', 'credential_unknown'];

/** Everything about an answer, as an expectation. */
function whole({ decision, context }: Decision): ExpectedDecision {
  return {
    decision,
    reason: context.reason,
    reasons: context.reasons.map(({ code, at, detail }) => ({ code, at, detail })),
    grants: context.grants,
    validUntil: undefined,
  };
}

describe('on random policies and questions', () => {
  test('what the oracle answers is passed, and nothing else is', () => {
    let asked = 0;
    overWorlds(60, 8, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        if (answerOf(() => engine.decide(request)) === 'malformed') continue;
        const oracle = whole(referenceDecide(policy, request));
        expect(runPolicyTests(engine, asking(request, oracle))).toMatchObject({
          passed: 1,
          failed: 0,
        });
        asked++;
        for (const [what, wrong] of wrongOnes(oracle)) {
          const run = runPolicyTests(engine, asking(request, wrong));
          expect(run).toMatchObject({ passed: 0, failed: 1 });
          expect(
            told(run).some((text) => text.startsWith(`${what}: `)),
            `${what} in ${told(run)}`,
          ).toBe(true);
        }
      }
    });
    expect(asked).toBeGreaterThan(reached(240));
  });

  test('until when an answer holds is compared as an instant', () => {
    overWorlds(15, 6, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const until = answerOf(() => engine.validUntil(request));
        if (until === 'malformed') continue;
        const ms = until === null ? null : parseInstant(until);
        const reason = engine.decide(request).context.reason;
        expect(runPolicyTests(engine, asking(request, { validUntil: ms, reason })).passed).toBe(1);
        for (const wrong of [ms === null ? 0 : null, (ms ?? 0) + 1]) {
          const run = runPolicyTests(engine, asking(request, { validUntil: wrong }));
          expect(told(run)[0]).toMatch(/^validUntil: /u);
        }
      }
    });
  });

  test('a denial of what the policy does not know passes only where that is expected', () => {
    let vacuous = 0;
    overWorlds(80, 8, ({ policy, requests }) => {
      const engine = compilePolicy(policy);
      for (const request of requests) {
        const answer = answerOf(() => engine.decide(request));
        if (answer === 'malformed' || answer.decision) continue;
        const { reason } = answer.context;
        const isUnknown = UNKNOWN.includes(reason);
        if (isUnknown) vacuous++;
        expect(runPolicyTests(engine, asking(request, { decision: false })).passed).toBe(
          isUnknown ? 0 : 1,
        );
        expect(runPolicyTests(engine, asking(request, { reason })).passed).toBe(1);
      }
    });
    expect(vacuous).toBeGreaterThan(reached(20));
  });
});

/** Each way of being wrong about an answer, and under which word it has to be told. */
function wrongOnes(right: ExpectedDecision): [what: string, ExpectedDecision][] {
  const reasons = right.reasons ?? [];
  const [first, ...rest] = reasons;
  const grants = right.grants ?? [];
  const elsewhere = first && {
    ...first,
    at: { type: first.at?.type ?? '', id: `${first.at?.id}-` },
  };
  return [
    ['decision', { ...right, decision: !right.decision }],
    ['reason', { ...right, reason: right.reason === 'pending' ? 'expired' : 'pending' }],
    ['reasons', { ...right, reasons: rest }],
    [
      'reasons',
      { ...right, reasons: [...reasons, { code: 'pending', at: undefined, detail: undefined }] },
    ],
    ...(elsewhere === undefined
      ? []
      : ([['reasons', { ...right, reasons: [elsewhere, ...rest] }]] as [
          string,
          ExpectedDecision,
        ][])),
    ...(first === undefined
      ? []
      : ([['reasons', { ...right, reasons: [{ ...first, detail: 'other' }, ...rest] }]] as [
          string,
          ExpectedDecision,
        ][])),
    ['grants', { ...right, grants: [...grants, 'zzz-nobody-has-this'] }],
    ...(grants.length === 0
      ? []
      : ([['grants', { ...right, grants: grants.slice(1) }]] as [string, ExpectedDecision][])),
  ];
}

describe('a failure says', () => {
  const engine = compilePolicy(
    site({
      doors: [{ id: 'front', place: 'hq', restrictions: { secondFactor: true, appAccess: false } }],
      assignments: [right('a', 'ada')],
    }),
  );
  const fail = (expect: unknown, parts: object = {}) =>
    told(runPolicyTests(engine, suiteOf(documentOf([one({ expect, ...parts })]))));

  test('what was expected and what came', () => {
    expect(fail('permit')).toEqual(['decision: permit | deny']);
    expect(fail('geofence')).toEqual(['reason: geofence | second_factor']);
    expect(fail({ reasons: ['app_access'] })).toEqual([
      'reasons: app_access | second_factor at door `front`; app_access at door `front`',
    ]);
    expect(fail({ grants: ['a'] })).toEqual(['decision: permit | deny', 'grants: `a` | none']);
    expect(fail({ validUntil: '2026-03-02T18:00:00Z' })).toEqual([
      'validUntil: 2026-03-02T18:00:00Z | never',
    ]);
    expect(fail('deny', { subject: 'user:eve' })).toEqual([
      'reason: a reason that is the policy’s | subject_unknown at user `eve`: a slip in a name proves nothing; where it is meant, expect that reason',
    ]);
  });

  test('the question, the answer and the clause', () => {
    const { results } = runPolicyTests(engine, suiteOf(documentOf([one()])));
    expect(results[0]).toMatchObject({
      outcome: 'failed',
      clause: 'D6',
      request: unlock('ada', 'front'),
      answer: { decision: false },
    });
  });

  test('nothing of reasons in another order, or said in part', () => {
    expect(
      fail({
        reasons: ['app_access', { code: 'second_factor', at: { type: 'door', id: 'front' } }],
      }),
    ).toEqual([]);
    expect(fail({ reasons: [{ code: 'second_factor' }, { code: 'second_factor' }] })).toHaveLength(
      1,
    );
  });
});

describe('of lists', () => {
  const engine = compilePolicy(
    site({
      users: [{ id: 'ada' }, { id: 'bob' }, { id: 'eve' }],
      assignments: [
        right('a', 'ada'),
        right('b', 'bob', { validity: { until: '2026-01-01T00:00:00Z' } }),
      ],
    }),
  );
  const ask = (parts: object) =>
    told(runPolicyTests(engine, suiteOf(documentOf([one({ subject: undefined, ...parts })]))));
  const subjects = { list: 'subjects', type: 'user' };

  test('what is listed may be said exactly, in part, or not to be', () => {
    expect(
      ask({
        ...subjects,
        expect: { exactly: ['ada'], contains: ['ada'], excludes: ['bob', 'eve'] },
      }),
    ).toEqual([]);
    expect(ask({ ...subjects, expect: { exactly: [] } })).toEqual([
      'exactly: nothing | listed beside: `ada`',
    ]);
    expect(ask({ ...subjects, expect: { exactly: ['ada', 'bob'] } })).toEqual([
      'exactly: `ada`, `bob` | not listed: `bob`; listed: `ada`',
    ]);
    expect(ask({ ...subjects, expect: { contains: ['eve'] } })).toEqual([
      'contains: `eve` | not listed: `eve`; listed: `ada`',
    ]);
    expect(ask({ ...subjects, expect: { excludes: ['ada'] } })).toEqual([
      'excludes: not `ada` | listed: `ada`',
    ]);
  });

  test('resources, actions and access are listed alike', () => {
    const mine = { subject: 'user:ada', resource: undefined };
    expect(
      ask({ ...mine, list: 'resources', type: 'door', expect: { exactly: ['front'] } }),
    ).toEqual([]);
    expect(
      ask({ subject: 'user:ada', list: 'actions', expect: { exactly: ['unlock', 'view'] } }),
    ).toEqual([]);
    expect(
      ask({
        list: 'access',
        expect: {
          exactly: [
            'a',
            { assignment: 'b', status: 'expired', subject: 'user:bob', enabled: true },
          ],
        },
      }),
    ).toEqual([]);
    expect(ask({ ...mine, list: 'access', expect: { contains: [{ status: 'expired' }] } })).toEqual(
      [
        'contains: status expired | not listed: status expired; listed: `a user:ada door:front active`',
      ],
    );
  });

  test('who does not exist is not listed, which proves nothing', () => {
    const slip = (what: string) => [
      `request: a list of what the policy holds | the policy has no ${what}: a slip in a name proves nothing`,
    ];
    expect(ask({ ...subjects, expect: { excludes: ['evee'] } })).toEqual(slip('user `evee`'));
    expect(ask({ ...subjects, resource: 'door:fronty', expect: { exactly: [] } })).toEqual(
      slip('door `fronty`'),
    );
    expect(
      ask({ list: 'access', resource: undefined, subject: 'team:t', expect: { exactly: [] } }),
    ).toEqual(slip('team `t`'));
    expect(ask({ list: 'access', expect: { excludes: ['zz'] } })).toEqual(slip('assignment `zz`'));
  });

  test('all pages of a list are looked at', () => {
    const users = Array.from({ length: 10_500 }, (_, index) => ({ id: `u${index}` }));
    const wide = compilePolicy(
      site({ users, assignments: users.map(({ id }) => right(`a-${id}`, id)) }),
    );
    const suite = suiteOf(
      documentOf([
        one({ ...subjects, subject: undefined, expect: { contains: ['u0', 'u10499', 'u9999'] } }),
      ]),
    );
    expect(runPolicyTests(wide, suite).passed).toBe(1);
  });
});

describe('a run', () => {
  const engine = compilePolicy(site({ assignments: [right('a', 'ada')] }));
  const tests = [
    one({ name: 'a' }),
    one({ name: 'b', expect: 'deny' }),
    one({ name: 'c', skip: 'not yet' }),
    one({ name: 'd', expect: 'deny' }),
  ];

  test('counts what passed, failed and was skipped, in the order of the document', () => {
    const run = runPolicyTests(engine, suiteOf(documentOf(tests)));
    expect(run).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
    expect(run.results.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'a passed',
      'b failed',
      'c skipped',
      'd failed',
    ]);
    expect(run.coverage).toBeUndefined();
  });

  test('may end at the first failure, and ask some only', () => {
    const suite = suiteOf(documentOf(tests));
    expect(runPolicyTests(engine, suite, { bail: true }).results).toHaveLength(2);
    expect(runPolicyTests(engine, suite, { select: ({ name }) => name === 'd' })).toMatchObject({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  test('asks the policy as the document changes it, and covers nothing of the other', () => {
    const changes = { remove: { assignments: ['a'] } };
    const suite = suiteOf(documentOf([one({ expect: 'no_access_right' })], { changes }));
    const run = runPolicyTests(engine, suite, { coverage: true });
    expect(run).toMatchObject({ passed: 1 });
    expect(run.coverage).toBeUndefined();
    expect(
      runPolicyTests(engine, suiteOf(documentOf([one()])), { coverage: true }).coverage?.percent,
    ).toBe(100);
  });

  test('throws for changes that cannot be made', () => {
    const suite = suiteOf(documentOf([one()], { changes: { remove: { users: ['nobody'] } } }));
    expect(() => runPolicyTests(engine, suite)).toThrow(PolicyError);
  });

  test('fails a question outside what the time-zone source knows', () => {
    const timeZones = {
      has: (name: string) => name === 'UTC',
      span: {
        from: parseInstant('2026-01-01T00:00:00Z'),
        until: parseInstant('2027-01-01T00:00:00Z'),
      },
      offsetAt: () => 0,
      transitions: () => [],
    };
    const narrow = compilePolicy(site({ assignments: [right('a', 'ada')] }), {
      timeZones: timeZones as never,
    });
    const suite = suiteOf(
      documentOf([
        one({ time: '2030-01-01T00:00:00Z' }),
        one({ name: 'within', time: MONDAY_NOON }),
      ]),
    );
    const run = runPolicyTests(narrow, suite);
    expect(run).toMatchObject({ passed: 1, failed: 1 });
    expect(told(run)[0]).toMatch(/^request: an answer \| \/context\/time: outside/u);
  });
});

test('many combinations share one long expectation, and each failure names the first of it', () => {
  const grants = Array.from({ length: 10_000 }, (_, index) => `g${index}`);
  const time = Array.from({ length: 2000 }, (_, index) =>
    new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
  );
  const matrix = { time };
  const suite = suiteOf(documentOf([one({ time: undefined, matrix, expect: { grants } })]));
  // Read for each, they would be twenty million texts.
  const lists = suite.cases.map((each) => each.kind === 'decision' && each.expected.grants);
  expect(lists).toHaveLength(2000);
  expect(new Set(lists).size).toBe(1);
  const [failed] = runPolicyTests(compilePolicy(site({})), {
    ...suite,
    cases: suite.cases.slice(0, 1),
  }).results;
  const mismatches = failed?.outcome === 'failed' ? failed.mismatches : [];
  const words = mismatches.find(({ what }) => what === 'grants')?.expected;
  expect(words).toMatch(/^`g0`, .* and 9900 more$/u);
  expect(words?.length).toBeLessThan(2000);
});
