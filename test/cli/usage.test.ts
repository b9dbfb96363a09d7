import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { buildProgram, folder, run } from './program.js';
import { OFFICE_TIME, SITE } from './site.js';

const NAMES = COMMANDS.map(({ name }) => name);
const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help lists every command, and the bare program does so as an error', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const command of NAMES) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'mu'));
  expect(await run([])).toMatchObject({ code: 2, stdout: '', stderr: `${help.stdout}\n` });
});

test.each(NAMES)('%s --help says how it is used, with examples and exit codes', async (command) => {
  const { code, stdout } = await run([command, '--nonsense', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`usage: doorwright ${command} `);
  expect(stdout).toMatch(/^examples\n {2}doorwright /mu);
  expect(stdout).toContain('Exit code: 0');
  expect(stdout).toContain('--json');
});

const INNER = COMMANDS.flatMap(({ name, subcommands = {} }) =>
  Object.keys(subcommands).map((inner) => [name, inner] as const),
);

test.each(INNER)('%s %s --help tells of it alone, with an example', async (name, inner) => {
  const { code, stdout } = await run([name, inner, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`usage: doorwright ${name} ${inner} `);
  expect(stdout).toMatch(new RegExp(`^examples\\n {2}doorwright ${name} ${inner}`, 'mu'));
  const sibling = INNER.find(([one, other]) => one === name && other !== inner)?.[1];
  expect(stdout).not.toContain(`doorwright ${name} ${sibling} `);
});

test('what a subcommand takes is an option of its command, and no option is left over', () => {
  for (const { name, options, subcommands } of COMMANDS) {
    if (subcommands === undefined) continue;
    const taken = new Set(Object.values(subcommands).flatMap((one) => one.options));
    expect([...taken].sort(), name).toEqual(Object.keys(options).sort());
  }
});

describe('a wrong command line ends with 2 and says what to type instead:', () => {
  const at = ['--at', OFFICE_TIME];
  test.each([
    [['chekc'], 'unknown command `chekc`; did you mean `check`?'],
    [['sched'], 'unknown command `sched`; did you mean `schedule`?'],
    [['zzzzzz'], 'unknown command `zzzzzz`\n'],
    [['--versoin'], 'unknown option `--versoin`; did you mean `--version`?'],
    [['who', policy, '--dor', 'front'], 'unknown option `--dor`; did you mean `--door`?'],
    [['who', policy, '--door', 'front', '--door', 'vault'], '`--door` is given twice'],
    [['who', policy, '--door', 'front', '--at', '--json'], '`--at` needs a value (T)'],
    [['who', policy, '--door='], '`--door` needs a value (D)'],
    [['check', policy, '--json=yes'], '`--json` takes no value'],
    [['check', policy, 'other.json'], 'one argument too many: `other.json`'],
    [['check'], 'a policy file is missing'],
    [['who', policy, ...at], 'say which door with --door, or which elevator stop with --stop'],
    [['doors', policy, ...at], 'say whose doors with --user or with --link'],
    [['who', policy, '--door', 'front', '--at', '2026-11-24T10:00:00'], 'offset from UTC'],
    [['who', policy, '--door', 'front', '--at', '2026-11-24'], 'offset from UTC'],
    [['who', policy, '--door', 'front', '--at', 'noon'], 'no RFC 3339 time'],
    [['who', policy, '--door', 'front', '--limit', '0'], 'whole number from 1'],
    [['decide', '-', '-'], 'only one of policy and requests'],
    [['roles', 'kisi', '--policy', policy], 'not both'],
    [['demo', '--port', '8080'], '`--port` goes with `--portal`'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('--help`');
  });
});

describe('wrong input ends with 2 and says what and where:', () => {
  const broken = files.file('broken.json', '{"version":1,"organization":{"id":"a"},"dors":[]}');
  const bytes = ['explain', policy, '-'];
  test.each([
    [['check', 'missing.json'], '', 'cannot read `missing.json`: there is no such file'],
    [['check', 'src'], '', 'cannot read `src`: it is a directory'],
    [['decide', broken], '', '`/dors`|/dors: '],
    [['who', policy, '--door', 'fromt'], '', 'no door `fromt`; did you mean `front`?'],
    [['doors', policy, '--user', 'adda'], '', 'no user `adda`; did you mean `ada`?'],
    [['who', policy, '--door', 'front', '--facts', '{"time":1}'], '', 'RFC 3339'],
    [['who', policy, '--door', 'front', '--facts', '{x}'], '', 'facts: not JSON'],
    [['roles', 'kissi'], '', 'no role model `kissi`; did you mean `kisi`?'],
    [bytes, '{"subject":', 'not JSON at line 1, column 12'],
    [bytes, '[]', '/subject'],
    [bytes, '', 'not JSON'],
    [bytes, '{}\n{}\n', 'say which with --line'],
  ])('%j given %j', async (args, stdin, message) => {
    const { code, stdout, stderr } = await run(args, { stdin });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(
      message.split('|').some((one) => stderr.includes(one)),
      stderr,
    ).toBe(true);
    expect(stderr).not.toContain('internal error');
  });
});

test('issues of a policy are lines `pointer: message (code)`, or an array with --json', async () => {
  const stdin = '{"version":1,"organization":{"id":"a"},"doors":[{"id":"d","place":"nowhere"}]}';
  const text = await run(['decide', '-', 'requests.ndjson'], { stdin });
  expect(text.stderr).toMatch(/^\/doors\/0\/place: .*`nowhere` \(reference\)$/mu);
  const json = await run(['decide', '-', 'requests.ndjson', '--json'], { stdin });
  expect(JSON.parse(json.stderr)).toMatchObject([{ pointer: '/doors/0/place', code: 'reference' }]);
});

describe('colour', () => {
  const args = ['check', policy];
  test('is left out where the output is no terminal', async () => {
    expect((await run(args)).stdout).not.toContain('\u001b');
  });
  test('comes with FORCE_COLOR, and NO_COLOR wins over it without a word', async () => {
    const forced = await run(args, { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[32mok\u001b[39m');
    const both = await run(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(both.stdout).not.toContain('\u001b');
    expect(both.stderr).toBe('');
  });
});

test('outside text cannot send commands to a terminal or forge lines', async () => {
  const evil = 'Eve\u001b[2J\nok: all is well\u202e';
  const site = { ...SITE, doors: [{ ...SITE.doors[0], name: evil }, ...SITE.doors.slice(1)] };
  const file = files.file('evil.json', JSON.stringify(site));
  const { stdout } = await run(['who', file, '--door', 'front', '--at', OFFICE_TIME]);
  expect(stdout).toContain('Eve\\u{1b}[2J\\u{a}ok: all is well\\u{202e}');
  expect(stdout).not.toMatch(/^ok: all/mu);
  expect(stdout.includes('\u001b') || stdout.includes('\u202e')).toBe(false);
});
