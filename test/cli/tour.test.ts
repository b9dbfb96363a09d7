import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleMatrix } from '../../src/checks/roles/matrix.js';
import { BUILT_IN_MODELS } from '../../src/policy/document.js';
import { resolveModel } from '../../src/policy/resolve-model.js';
import { buildProgram, folder, run } from './program.js';
import { SITE } from './site.js';

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

describe('demo', () => {
  test('tells the whole story on three sites, every answer the expected one', async () => {
    const { code, stdout, stderr } = await run(['demo']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/^all \d+ answers as expected$/gmu)).toHaveLength(3);
    for (const part of [
      'REFUSED',
      'nearest miss: it would be permitted',
      'may open now (',
      'has access, but not now (',
      'expired',
      'pending, not',
      'inactive, outside its',
      '00    03    06',
      'no 01:00-02:00',
    ]) {
      expect(stdout).toContain(part);
    }
    const wide = stdout.split('\n').filter((line) => line.length > 80 && !line.includes('--facts'));
    expect(wide).toEqual([]);
  });

  test('shows commands that do what it shows', async () => {
    const { stdout } = await run(['demo']);
    const commands = [...stdout.matchAll(/^\$ doorwright ((?:.*\\\n)*.*)$/gmu)].map(
      (match) => match[1] ?? '',
    );
    expect(commands.length).toBeGreaterThanOrEqual(7);
    for (const command of commands) {
      const words = [...command.replace(/\\\n/gu, ' ').matchAll(/'([^']*)'|(\S+)/gu)];
      const typed = await run(words.map((word) => word[1] ?? word[2] ?? ''));
      expect(typed.stderr, command).toBe('');
      const telling = typed.stdout.split('\n').find((line) => /✗|may open now|####/u.test(line));
      if (telling !== undefined) expect(stdout, command).toContain(telling);
    }
  });

  test('ends with 1 when an answer is not the expected one, and says which', async () => {
    const copy = join(files.path, 'examples');
    cpSync('examples', copy, { recursive: true });
    const expected = join(copy, 'club/expected.ndjson');
    const lines = readFileSync(expected, 'utf8').split('\n');
    lines[2] = (lines[2] ?? '').replace('"decision":', '"decided":');
    writeFileSync(expected, lines.join('\n'));
    const { code, stdout } = await run(['demo', '--examples', copy, '--json']);
    expect(code).toBe(1);
    const sites = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(sites.map((site) => [site.site, site.asExpected])).toEqual([
      ['coworking', true],
      ['housing', true],
      ['club', false],
    ]);
    expect(sites[2].differences).toEqual([3]);
  });

  test('without examples it says where to get them', async () => {
    const { code, stderr } = await run(['demo', '--examples', files.path]);
    expect(code).toBe(2);
    expect(stderr).toContain('clone the repository, or say where they are with --examples');
  });
});

describe('check', () => {
  test('of a valid policy says what is in it, and [] with --json', async () => {
    const text = await run(['check', policy]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain('organisation `acme`, revision 7, role model `kisi`');
    expect(text.stdout).toContain('1 place, 1 floor, 3 doors');
    expect(await run(['check', policy, '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  test('of an invalid one says everything that is wrong, with 1', async () => {
    const stdin =
      '{"version":1,"organization":{"id":"a"},"doors":[{"id":"d","place":"p","colour":1}],"users":[],"users":[]}';
    const { code, stdout } = await run(['check', '-'], { stdin });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\/doors\/0\/place: .*\(reference\)$/mu);
    expect(stdout).toMatch(/^\/doors\/0\/colour: .*\(unknown_member\)$/mu);
    expect(stdout).toMatch(/^\/users: .*\(duplicate\)$/mu);
    const broken = await run(['check', '-', '--json'], { stdin: '{\n  "version": 1,,\n}' });
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject([
      { pointer: '', code: 'format', message: expect.stringContaining('line 2, column 16') },
    ]);
  });

  test('deprecated roles are held only with --allow-deprecated-roles', async () => {
    const stdin = JSON.stringify({
      version: 1,
      organization: { id: 'a', roles: 'kisi_standard' },
      places: [{ id: 'p' }],
      users: [{ id: 'u' }],
      assignments: [
        {
          id: 'x',
          subject: { type: 'user', id: 'u' },
          role: 'place_observer',
          scope: { type: 'place', id: 'p' },
        },
      ],
    });
    expect((await run(['check', '-'], { stdin })).stdout).toContain('(role_deprecated)');
    expect((await run(['check', '-', '--allow-deprecated-roles'], { stdin })).code).toBe(0);
  });
});

describe('roles', () => {
  test('lists the models that ship', async () => {
    const { code, stdout } = await run(['roles']);
    expect(code).toBe(0);
    for (const model of BUILT_IN_MODELS) expect(stdout).toMatch(new RegExp(`^ {2}${model} `, 'mu'));
  });

  test.each(BUILT_IN_MODELS)(
    '%s is printed within 80 columns, every cell as the data has it',
    async (id) => {
      const matrix = roleMatrix(resolveModel({ roles: id }));
      const { code, stdout } = await run(['roles', id]);
      expect(code).toBe(0);
      const lines = stdout.split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      for (const row of matrix.rows) {
        const start = lines.findIndex((line) =>
          new RegExp(`^ {2}${row.resource}(?: |$)`, 'u').test(line),
        );
        expect(start, row.resource).toBeGreaterThan(0);
        const cells = (lines[start] ?? '').trim().split(/ +/u).slice(1);
        const usual = row.cells.map((cell) =>
          ['view', 'create', 'update', 'delete']
            .filter((action) => cell.includes(action))
            .map((action) => action[0])
            .join(''),
        );
        expect(cells, row.resource).toEqual(
          usual.some((cell) => cell !== '') ? usual.map((cell) => cell || '.') : [],
        );
      }
      const data = JSON.parse((await run(['roles', id, '--json'])).stdout);
      expect(data).toEqual(JSON.parse(JSON.stringify(matrix)));
    },
  );

  test('--policy prints the model a policy defines itself', async () => {
    const { code, stdout } = await run(['roles', '--policy', 'examples/club/policy.json']);
    expect(code).toBe(0);
    expect(stdout).toContain('role model `farol`');
    expect(stdout).toMatch(/F {2}shift_lead +may grant A/u);
  });
});
