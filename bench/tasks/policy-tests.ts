/** Running policy tests: cases of one file against a site, without and with coverage. */
import { parsePolicyTests } from '../../src/analysis/testing/parse-tests.js';
import { runPolicyTests } from '../../src/analysis/testing/run-tests.js';
import { compilePolicy, parsePolicy } from '../../src/index.js';
import { summarise } from '../statistics.js';
import type { Row, Table } from '../table.js';
import { buildWorld, type WorldName } from '../worlds.js';

/**
 * Measures a file of as many tests as a file may have, each of which expects the decision, the reasons and the grants;
 * every expectation is the engine's own answer, and a run in which one fails is none.
 */
export function policyTestsTable(name: WorldName, tests: number, times: number): Table {
  const world = buildWorld(name);
  const parsed = parsePolicy(world.policy);
  if (!parsed.ok)
    throw new Error(`world with issues: ${JSON.stringify(parsed.issues.slice(0, 3))}`);
  const engine = compilePolicy(parsed.value);
  const document = {
    tests: Array.from({ length: tests }, (_, index) => {
      const request = world.requests[index % world.requests.length];
      if (request === undefined) throw new Error('a world without requests');
      const { time, ...facts } = request.context;
      const asked = {
        ...request,
        context: { ...facts, time: new Date(Number(time)).toISOString() },
      };
      const { reasons, grants } = engine.decide(request).context;
      return { name: `test ${index}`, request: asked, expect: { reasons, grants } };
    }),
  };
  const rows = [
    measured('read', times, tests, () => {
      const read = parsePolicyTests(document);
      if (!read.ok) throw new Error(JSON.stringify(read.issues.slice(0, 3)));
    }),
  ];
  const suite = parsePolicyTests(document);
  if (!suite.ok) throw new Error('unreachable: it was read before');
  for (const coverage of [false, true]) {
    const title = coverage ? 'run, with coverage' : 'run';
    rows.push(
      measured(title, times, tests, () => {
        const run = runPolicyTests(engine, suite.value, { coverage });
        if (run.passed !== tests) throw new Error(`${run.failed} tests failed while timed`);
      }),
    );
  }
  rows.push(
    measured('the report of coverage alone', times, 0, () => {
      const run = runPolicyTests(engine, suite.value, { coverage: true, select: () => false });
      if (run.coverage === undefined) throw new Error('no coverage');
    }),
  );
  return {
    id: `policy-tests-${name}`,
    title: `World ${name}: policy tests`,
    columns: [
      { key: 'name', title: 'what', unit: 'text' },
      { key: 'tests', title: 'tests', unit: 'count' },
      { key: 'min', title: 'min', unit: 'milliseconds' },
      { key: 'median', title: 'median', unit: 'milliseconds' },
      { key: 'rate', title: 'tests/s', unit: 'count' },
    ],
    rows,
    notes: [
      'each test expects every reason and every grant of its answer; the rate is by the median',
      'the report of coverage looks at the whole policy once, however many tests there were',
    ],
  };
}

function measured(name: string, times: number, tests: number, run: () => void): Row {
  run();
  const samples: number[] = [];
  for (let time = 0; time < times; time++) {
    const begin = performance.now();
    run();
    samples.push(performance.now() - begin);
  }
  const { min, median } = summarise(samples);
  return { name, tests, min, median, rate: Math.round(tests / (median / 1000)) };
}
