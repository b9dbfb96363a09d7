/** `doorwright test`: the examples' own tests, exit codes, reporters, coverage, and following files until Ctrl-C. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { right, site } from '../helpers/builders.js';
import { buildProgram, ended, folder, run, start } from './program.js';
import { wellFormed } from './xml.js';

const files = folder();
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});

const POLICY = JSON.stringify(
  site({
    users: [{ id: 'ada' }, { id: 'bob' }],
    assignments: [right('a', 'ada'), right('b', 'bob')],
  }),
);

/** A test in YAML that asks whether somebody may open the front door. */
const asks = (name: string, user: string, expected: string) =>
  `  - { name: ${name}, subject: "user:${user}", resource: door:front, time: 2026-03-02T12:00:00Z, expect: ${expected} }\n`;

/** A folder of its own with a policy and files of tests; answers its path. */
function tests(name: string, contents: Readonly<Record<string, string>>): string {
  const path = join(files.path, name);
  mkdirSync(path);
  writeFileSync(join(path, 'policy.json'), POLICY);
  for (const [file, cases] of Object.entries(contents)) {
    writeFileSync(join(path, file), `policy: policy.json\ntests:\n${cases}`);
  }
  return path;
}

test.each(['club', 'coworking', 'housing'])(
  'the tests of examples/%s pass and cover 95 percent of its policy',
  async (example) => {
    const { code, stdout } = await run([
      'test',
      `examples/${example}`,
      '--coverage-min',
      '95',
      '--json',
    ]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ failed: 0, skipped: 0, unread: 0, shortfalls: [] });
    expect(report.passed).toBeGreaterThan(70);
    expect(report.coverage).toHaveLength(1);
    expect(report.coverage[0].percent).toBeGreaterThanOrEqual(95);
    // What the comment in examples/coworking says cannot be covered, and nothing else.
    const unseen = report.coverage[0].unseen.map((one: { element: string }) => one.element);
    const exempt = ['reader of group `berlin-visitors`', 'geofence of group `berlin-visitors`'];
    expect(unseen.filter((element: string) => !exempt.includes(element))).toEqual([]);
    expect(code).toBe(0);
  },
);

describe('the exit code is', () => {
  test('0 when all pass, 1 when one fails, and the failure says what, where and why', async () => {
    const path = tests('exit', {
      'good.policy-test.yaml': asks('good', 'ada', 'permit'),
      'bad.policy-test.yml': asks('good', 'ada', 'granted') + asks('bad', 'eve', 'permit'),
    });
    expect(await run(['test', join(path, 'good.policy-test.yaml')])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const { code, stdout } = await run(['test', path]);
    expect(code).toBe(1);
    expect(stdout.replaceAll(path, '').split('\n')).toEqual([
      '✗ /bad.policy-test.yml 1 of 2',
      '  ✗ bad (line 4)',
      '      asked: user `eve`, `unlock` door `front` at 2026-03-02T12:00:00Z',
      '      decision: expected permit, got deny',
      '      answer: deny (clause D4): subject_unknown at user `eve`',
      '      user `eve` is not known here',
      '✓ /good.policy-test.yaml 1 of 1',
      '',
      '2 passed, 1 failed, in 2 files',
      '',
    ]);
  });

  test('1 when no test is run, skipped or filtered out as they may be', async () => {
    const path = tests('none', {
      'a.policy-test.yaml': asks('good', 'ada', 'permit').replace('expect', 'skip: later, expect'),
    });
    const skipped = await run(['test', path]);
    expect(skipped.code).toBe(1);
    expect(skipped.stdout).toContain('good: skipped, later');
    expect(skipped.stdout).toContain('no test was run');
    const filtered = await run([
      'test',
      path,
      '--filter',
      'nothing of the kind',
      '--reporter',
      'json',
    ]);
    expect(filtered.code).toBe(1);
    expect(JSON.parse(filtered.stdout)).toMatchObject({
      passed: 0,
      failed: 0,
      shortfalls: ['no test was run'],
    });
  });

  test('1 when too little is covered', async () => {
    const path = tests('little', { 'a.policy-test.yaml': asks('good', 'ada', 'permit') });
    const { code, stdout } = await run(['test', path, '--coverage-min', '60.5']);
    expect(code).toBe(1);
    expect(stdout).toContain('60 % (3 of 5; assignment 2/4, role 1/1)');
    expect(stdout).toContain('/assignments/1: access right `b`, never tried');
    expect(stdout).toMatch(/tests use 60 % of .*policy\.json`, and should use 60\.5 %/u);
    expect((await run(['test', path, '--coverage-min', '60'])).code).toBe(0);
  });

  test('2 when a file cannot be read, although the others are run', async () => {
    const path = tests('unread', {
      'a.policy-test.yaml': '  - { name: x, expekt: permit }\n',
      'b.policy-test.yaml': asks('good', 'ada', 'permit'),
    });
    const { code, stdout } = await run(['test', path]);
    expect(code).toBe(2);
    expect(stdout).toContain(
      'a.policy-test.yaml:3:16: /tests/0/expekt: unknown member `expekt` (unknown_member)',
    );
    expect(stdout).toContain('1 passed, 1 file not read, in 2 files');
  });

  test.each<[args: string[], told: string]>([
    [['none.yaml'], 'cannot read `none.yaml`: there is no such file'],
    [['src'], 'no tests in `src`: files of tests are called `….policy-test.yaml`, or are named'],
    [
      ['examples', '--reporter', 'html'],
      '`--reporter` must be one of text, json, junit, tap: `html`',
    ],
    [
      ['examples', '--reporter', 'tap', '--json'],
      '`--json` and `--reporter` name two reporters; give one',
    ],
    [
      ['examples', '--coverage-min', '101'],
      '`--coverage-min` must be a number from 0 to 100: `101`',
    ],
    [
      ['examples', '--watch', '--json'],
      '`--watch` is for people: it has no other reporter than text',
    ],
  ])('2 for %j', async (args, told) => {
    const { code, stdout, stderr } = await run(['test', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(told);
  });
});

test('--bail stops at the first failure of the first file that has one', async () => {
  const path = tests('bail', {
    'a.policy-test.yaml': asks('one', 'ada', 'deny') + asks('two', 'ada', 'deny'),
    'b.policy-test.yaml': asks('three', 'ada', 'permit'),
  });
  const { code, stdout } = await run(['test', path, '--bail', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ passed: 0, failed: 1, bailed: true, files: [{}] });
});

test('--filter runs only what has the text in its name', async () => {
  const { code, stdout } = await run(['test', 'examples/club', '--filter', 'terrace', '--json']);
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  const names = report.files.flatMap((file: { results: { name: string }[] }) =>
    file.results.map(({ name }) => name),
  );
  expect(names.length).toBe(report.passed);
  expect(names.every((name: string) => name.includes('terrace'))).toBe(true);
});

test('JUnit and TAP go to standard output alone, coverage to where people look', async () => {
  const path = tests('reports', {
    'a.policy-test.yaml': asks('"<&>"', 'ada', 'permit') + asks('wrong', 'bob', 'deny'),
  });
  const junit = await run(['test', path, '--reporter', 'junit', '--coverage']);
  expect(junit.code).toBe(1);
  expect(wellFormed(junit.stdout)).toBe('testsuites');
  expect(junit.stdout).toContain('tests="2" failures="1" errors="0"');
  expect(junit.stderr).toContain('100 % (5 of 5; assignment 4/4, role 1/1)');
  const tap = await run(['test', path, '--reporter', 'tap']);
  const lines = tap.stdout.split('\n');
  expect(lines.slice(0, 2)).toEqual(['TAP version 14', '1..2']);
  expect(
    lines.filter((line) => /^(?:not )?ok /u.test(line)).map((line) => line.replace(path, '')),
  ).toEqual(['ok 1 - /a.policy-test.yaml: <&>', 'not ok 2 - /a.policy-test.yaml: wrong']);
  expect(tap.stderr).toBe('');
  const none = await run(['test', path, '--reporter', 'tap', '--filter', 'nothing']);
  expect(none).toMatchObject({
    code: 1,
    stdout: 'TAP version 14\n1..0\n',
    stderr: 'no test was run\n',
  });
});

test('--watch runs again after each change, and Ctrl-C ends it with 0', async () => {
  const path = tests('watch', { 'a.policy-test.yaml': asks('one', 'ada', 'permit') });
  const child = start(['test', path, '--watch']);
  let shown = '';
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (!shown.includes(text)) return;
        shown = '';
        child.stdout?.off('data', look);
        resolve();
      };
      child.stdout?.on('data', look);
      look();
    });
  child.stdout?.on('data', (piece: Buffer) => {
    shown += piece.toString('utf8');
  });
  const end = ended(child);
  await said('1 passed, in 1 file\nwatching; Ctrl-C ends');
  writeFileSync(
    join(path, 'policy.json'),
    POLICY.replace('"bob"', '"eve"').replace('"ada"', '"bob"'),
  );
  await said('1 file not read');
  writeFileSync(join(path, 'policy.json'), POLICY);
  await said('1 passed, in 1 file');
  writeFileSync(
    join(path, 'b.policy-test.yaml'),
    `policy: policy.json\ntests:\n${asks('two', 'bob', 'deny')}`,
  );
  await said('1 passed, 1 failed, in 2 files');
  child.kill('SIGINT');
  expect((await end).code).toBe(0);
});
