/** `doorwright export` and `doorwright import`, run in this process. */
import { afterAll, describe, expect, test } from 'vitest';
import { COMMON_OPTIONS, readArguments } from '../../src/cli/arguments.js';
import type { Command } from '../../src/cli/command.js';
import { EXPORT } from '../../src/cli/commands/export.js';
import { IMPORT } from '../../src/cli/commands/import.js';
import { InputError, UsageError } from '../../src/cli/failure.js';
import { parsePolicy } from '../../src/index.js';
import { toCedar } from '../../src/interchange/cedar/export.js';
import { folder } from '../cli/program.js';
import { OFFICE_TIME, SITE } from '../cli/site.js';

const files = folder();
afterAll(() => files.remove());
const policy = files.file('policy.json', JSON.stringify(SITE));

/** What a command did, with everything it said. */
async function say(command: Command, ...words: string[]) {
  const said = { code: 2, stdout: '', stderr: '' };
  const options = { ...command.options, ...COMMON_OPTIONS };
  try {
    said.code = await command.run(readArguments(words, options, command.filesMax), {
      width: 80,
      write: async (text) => {
        said.stdout += text;
      },
      warn: (text) => {
        said.stderr += `${text}\n`;
      },
      paint: (_, text) => text,
      progress: () => undefined,
      busy: () => undefined,
    });
  } catch (error) {
    if (!(error instanceof InputError || error instanceof UsageError)) throw error;
    said.stderr += error.message;
  }
  return said;
}

describe('export cedar', () => {
  const { requestOf, ...exported } = toCedar(SITE, OFFICE_TIME);
  const request = {
    subject: { type: 'user', id: 'ada' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time: OFFICE_TIME, method: 'tap' },
  };

  test('prints the policies, and the limits apart', async () => {
    const said = await say(EXPORT, 'cedar', policy, '--at', OFFICE_TIME);
    expect(said).toMatchObject({ code: 0, stdout: exported.policies });
    expect(said.stderr).toBe(exported.limits.map((limit) => `limit: ${limit}\n`).join(''));
  });

  test.each(['schema', 'entities', 'clock'] as const)('prints the %s alone', async (part) => {
    const said = await say(EXPORT, 'cedar', policy, '--part', part, '--at', OFFICE_TIME);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(said.stdout)).toEqual(exported[part]);
  });

  test('prints everything as JSON', async () => {
    const said = await say(EXPORT, 'cedar', policy, '--json', '--at', OFFICE_TIME);
    expect(JSON.parse(said.stdout)).toEqual(exported);
  });

  test('says which time it took where none was given', async () => {
    const said = await say(EXPORT, 'cedar', policy, '--part', 'clock');
    expect(said.stderr).toMatch(/\(now, by the clock of this machine\)/u);
  });

  test('prints what to ask for a request', async () => {
    const said = await say(EXPORT, 'cedar', policy, '--request', JSON.stringify(request));
    expect(JSON.parse(said.stdout)).toEqual(requestOf(request));
  });

  test.each<[name: string, words: string[], message: RegExp]>([
    ['no language', [], /say which language/u],
    ['an unknown language', ['rego', policy], /unknown subcommand `rego`/u],
    ['no policy', ['cedar'], /a policy file is missing/u],
    ['an unknown part', ['cedar', policy, '--part', 'all'], /one of policies, schema/u],
    ['a part and everything', ['cedar', policy, '--part', 'clock', '--json'], /neither/u],
    ['a policy that is none', ['cedar', files.file('bad.json', '{}')], /no valid policy/u],
    ['a time without an offset', ['cedar', policy, '--at', '2026-11-23T09:00:00'], /offset/u],
    [
      'a time beside that of a request',
      ['cedar', policy, '--request', JSON.stringify(request), '--at', OFFICE_TIME],
      /its own time/u,
    ],
    ['a request without a time', ['cedar', policy, '--request', '{}'], /request: /u],
    [
      'a request about assigning',
      [
        'cedar',
        policy,
        '--request',
        JSON.stringify({
          ...request,
          action: { name: 'create' },
          resource: { type: 'access_right', id: '*', properties: { role: 'door_access' } },
        }),
      ],
      /A3/u,
    ],
  ])('refuses %s', async (_, words, message) => {
    const said = await say(EXPORT, ...words);
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toMatch(message);
  });
});

describe('import', () => {
  const objects = files.file(
    'kisi.json',
    JSON.stringify({
      organization: { id: 1 },
      places: [{ id: 2, tz_time_zone: 'Europe/Berlin', pin: 'x' }],
    }),
  );
  const model = files.file(
    'model.conf',
    '[request_definition]\nr = sub, obj, act\n[policy_definition]\np = sub, obj, act\n[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = r.sub == p.sub && r.obj == p.obj && r.act == p.act\n',
  );
  const rules = files.file('policy.csv', 'p, ada, lab, open\np, ada, safe, open\n');
  const mapping = JSON.stringify({
    organization: { id: 'acme' },
    place: { id: 'hq' },
    doors: [{ object: 'lab', door: 'lab' }],
    actions: { open: 'unlock' },
  });

  test('kisi prints a policy, and apart what became of the rest', async () => {
    const said = await say(IMPORT, 'kisi', objects);
    expect(said.code).toBe(0);
    expect(parsePolicy(JSON.parse(said.stdout)).ok).toBe(true);
    expect(said.stderr).toBe(
      '/places/0/pin: not carried over, here and elsewhere: `pin` (member)\n',
    );
  });

  test('casbin prints a policy, and apart what became of the rest', async () => {
    const said = await say(IMPORT, 'casbin', rules, '--model', model, '--mapping', mapping);
    expect(said.code).toBe(0);
    expect(JSON.parse(said.stdout)).toMatchObject({
      users: [{ id: 'ada' }],
      doors: [{ id: 'lab' }],
    });
    expect(said.stderr).toBe('/policy/2: no door is named `safe` (left_out)\n');
  });

  test('ends with 1 and without a policy when the input is refused', async () => {
    const said = await say(IMPORT, 'kisi', files.file('none.json', '{}'));
    expect(said).toEqual({
      code: 1,
      stdout: '',
      stderr: '/organization/id: missing (missing)\nnothing was imported\n',
    });
    const json = await say(IMPORT, 'kisi', files.file('none.json', '{}'), '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, issues: [{ code: 'missing' }] });
  });

  test.each<[name: string, words: string[], message: RegExp]>([
    ['no system', [], /kisi or casbin/u],
    ['no file', ['kisi'], /a file of Kisi objects is missing/u],
    ['a model for Kisi', ['kisi', objects, '--model', model], /takes no `--model`/u],
    ['no model', ['casbin', rules], /say which model/u],
    ['no mapping', ['casbin', rules, '--model', model], /--mapping/u],
    [
      'a mapping with a slip in it',
      ['kisi', objects, '--mapping', '{"reader":{}}'],
      /mapping: \/reader: unknown option/u,
    ],
    ['input that is no JSON', ['kisi', rules], /Kisi objects/u],
  ])('refuses %s', async (_, words, message) => {
    const said = await say(IMPORT, ...words);
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toMatch(message);
  });
});
