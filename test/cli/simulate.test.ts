import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, ended, run, start } from './program.js';

let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => remove());

const SMALL = ['simulate', '--days', '1', '--locks', '2', '--people', '3', '--withdrawals', '1'];

test('the same seed prints the same bytes, another seed others', async () => {
  const [first, again, other] = await Promise.all([
    run(SMALL),
    run(SMALL),
    run([...SMALL, '--seed', '2']),
  ]);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(again).toEqual(first);
  expect(other.stdout).not.toEqual(first.stdout);
});

test('--json has the plan, the counts, every happening and the scores', async () => {
  const { code, stdout } = await run([...SMALL, '--json', '--loss', '0.01']);
  expect(code).toBe(0);
  const data = JSON.parse(stdout);
  expect(data.plan).toMatchObject({ days: 1, locks: 2, people: 3, faults: { loss: 0.01 } });
  expect(data.totals.early).toBe(0);
  expect(data.totals.visits).toBeGreaterThan(0);
  expect(data.timeline.map(({ kind }: { kind: string }) => kind)).toContain('withdrawn');
  expect(data.scores.organization.counts).toHaveLength(6);
  // J6: of all the keys in the building none is printed; ids and hashes are shorter.
  expect(stdout).not.toMatch(/[0-9a-f]{32}/u);
});

test('Ctrl-C ends a long run at once', async () => {
  const child = start(['simulate', '--days', '365', '--people', '50', '--locks', '20']);
  const over = ended(child);
  child.stdin?.end();
  await new Promise((done) => child.once('spawn', done));
  const kill = setInterval(() => child.kill('SIGINT'), 200);
  const { code } = await over.finally(() => clearInterval(kill));
  // Before the program listens, the signal itself ends it.
  expect([130, null]).toContain(code);
});

describe('a plan that cannot be is refused:', () => {
  test.each([
    [['--days', '0'], '`--days` must be a whole number from 1 to 365: `0`'],
    [['--people', 'many'], '`--people` must be a whole number from 1 to 500: `many`'],
    [['--loss', '1.5'], '`--loss` must be a number from 0 to 1: `1.5`'],
    [['--online', '-1'], 'option `--online` needs a value (P)'],
    [['--power-cuts', '0x2'], '`--power-cuts` must be a number from 0 to 24: `0x2`'],
    [['plan.json'], 'one argument too many: `plan.json`'],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await run(['simulate', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
