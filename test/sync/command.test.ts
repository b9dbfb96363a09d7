import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, folder, run } from '../cli/program.js';

const STATE = 'examples/housing/sync.json';
const AT = ['--at', '2026-11-24T10:00:00+01:00'];
const files = folder();
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});

describe('doorwright sync', () => {
  test('says scores in words, and ends with 1 while something needs action', async () => {
    const { code, stdout, stderr } = await run(['sync', STATE, ...AT]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    for (const words of ['0 grey', '1 red', '2 orange', '3 yellow', '5 dark green', 'to do (5)']) {
      expect(stdout).toContain(words);
    }
    expect(stdout).not.toContain('\u001b');
  });

  test('colours on request, never without the words', async () => {
    const { stdout } = await run(['sync', STATE, ...AT], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[31m');
    expect(stdout).toContain('1 red');
    const plain = await run(['sync', STATE, ...AT], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
  });

  test('--json has times as text; in the door view each permission shows its door’s worst', async () => {
    const { code, stdout } = await run(['sync', STATE, ...AT, '--json', '--view', 'door']);
    expect(code).toBe(1);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ at: '2026-11-24T09:00:00Z', view: 'door' });
    for (const door of answer.doors) {
      for (const one of door.permissions) expect(one.score).toBe(door.score);
    }
    expect(answer.tasks[0]).toMatchObject({ door: 'l4-f08', exposedUntil: 'unbounded' });
    expect(answer.tasks.map((task: { door: string }) => task.door)).toEqual([
      'l4-f08',
      'u11-heating',
      'u11-f02',
      'l4-f07',
      'l4-laundry',
    ]);
  });

  test('ends with 0 when everything is green', async () => {
    const empty = {
      version: 1,
      clockErrorSeconds: 5,
      knownUntil: 0,
      doors: { front: { connection: 'online' } },
      permissions: {},
      locks: {},
      devices: {},
    };
    const file = files.file('green.json', JSON.stringify(empty));
    expect(await run(['sync', file, ...AT])).toMatchObject({ code: 0, stderr: '' });
  });

  test('--limit cuts lists and says so', async () => {
    const { stdout } = await run(['sync', STATE, ...AT, '--limit', '2']);
    expect(stdout).toContain('and 3 more; --limit prints more, --json all');
  });

  test.each([
    ['no JSON', '{', '(format)'],
    ['a member twice', '{"version":1,"version":1}', '(duplicate)'],
    ['not a state', '{"version":1}', '/locks: missing member `locks` (missing)'],
  ])('%s ends with 2', async (_name, text, message) => {
    const file = files.file('bad.json', text);
    const { code, stdout, stderr } = await run(['sync', file, ...AT]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('a wrong view or time ends with 2', async () => {
    const view = await run(['sync', STATE, '--view', 'dor']);
    expect(view).toMatchObject({ code: 2 });
    expect(view.stderr).toContain('did you mean `door`');
    expect((await run(['sync', STATE, '--at', '2026-11-24'])).code).toBe(2);
    expect((await run(['sync'])).stderr).toContain('a state file is missing');
  });

  test('issues as data with --json', async () => {
    const text = readFileSync(STATE, 'utf8')
      .replace('"commissioned"', '"sold"')
      .replace('"installed"', '"sold"');
    const { code, stderr } = await run(['sync', '-', '--json', ...AT], { stdin: text });
    expect(code).toBe(2);
    expect(JSON.parse(stderr)[0]).toMatchObject({ code: 'value' });
    expect(JSON.parse(stderr)[0].pointer).toMatch(/^\/locks\/[0-9a-f]{16}\/stage$/u);
  });
});
