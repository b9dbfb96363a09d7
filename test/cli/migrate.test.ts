import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { MIGRATE, migrateCommand } from '../../src/cli/commands/migrate.js';
import type { MigrationStep } from '../../src/policy/migrate.js';
import { folder } from './program.js';
import { SITE } from './site.js';
import { say } from './terminal.js';

const files = folder();
afterAll(() => files.remove());

const POLICY = JSON.stringify(SITE);

/** A release whose document has two more versions, and whose parser refuses a member `refused`. */
const LATER = migrateCommand({
  migrations: { current: 3, steps: [adding(1, 'gates'), adding(2, 'alarms')] },
  parse: (document) =>
    Object.hasOwn(document as object, 'refused')
      ? { ok: false, issues: [{ pointer: '/refused', code: 'value', message: 'refused' }] }
      : { ok: true, value: document },
});

function adding(from: number, member: string): MigrationStep {
  return {
    from,
    summary: `${member} are new`,
    migrate(document) {
      if (document['stuck'] === true) throw new Error('it is stuck');
      return { ...document, version: from + 1, [member]: [] };
    },
  };
}

test('a policy of the current version is printed as it is, and never written', async () => {
  const text = `  ${POLICY}\n\n`;
  const file = files.file('current.json', text);
  expect(await say(MIGRATE, file)).toMatchObject({ code: 0, stdout: text });
  expect(await say(MIGRATE, file, '--check')).toMatchObject({
    code: 0,
    stdout: `ok ${file} is version 1 already\n`,
  });
  expect(await say(MIGRATE, file, '--write')).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).toBe(text);
  const json = await say(MIGRATE, file, '--check', '--json');
  expect(JSON.parse(json.stdout)).toEqual({ from: 1, to: 1, steps: [] });
});

test('one of an earlier version is brought forward, step by step, and only written when asked to', async () => {
  const file = files.file('old.json', POLICY);
  expect(await say(LATER, file, '--check')).toMatchObject({
    code: 1,
    stdout: `not migrated ${file}, version 1 → 3\n   1 → 2: gates are new\n   2 → 3: alarms are new\n`,
  });
  const printed = await say(LATER, file);
  expect(JSON.parse(printed.stdout)).toEqual({ ...SITE, version: 3, gates: [], alarms: [] });
  expect(readFileSync(file, 'utf8')).toBe(POLICY);
  expect(await say(LATER, file, '--write')).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).toBe(printed.stdout);
  expect(await say(LATER, file, '--check')).toMatchObject({ code: 0 });
});

test.each<[string, object, string]>([
  ['a step that throws', { stuck: true }, 'from version 1 to 2: it is stuck (step_failed)'],
  ['an outcome that is not valid', { refused: 1 }, 'becomes no valid policy'],
  ['a later version', { version: 4 }, '(version_newer)'],
  ['a version that nobody knows', { version: 0 }, '(version_unknown)'],
  ['no version', { version: undefined }, '(version_missing)'],
])('%s is an error, and the file stays as it was', async (title, members, message) => {
  const text = JSON.stringify({ ...SITE, ...members });
  const file = files.file(`${title}.json`, text);
  const said = await say(LATER, file, '--write');
  expect(said).toMatchObject({ code: 2, stdout: '' });
  expect(said.error).toContain(message);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(readdirSync(files.path).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('text that is no JSON, and members written twice, are told with their place', async () => {
  const broken = files.file('broken.json', '{"version":1,');
  expect((await say(MIGRATE, broken)).issues[0]?.message).toContain('line 1');
  const twice = files.file('twice.json', '{"version":1,"version":2}');
  expect((await say(MIGRATE, twice)).issues[0]?.code).toBe('duplicate');
});

test('a policy that is of the current version but not valid is refused with its issues', async () => {
  const file = files.file('invalid.json', '{"version":1,"organization":{"id":"a"},"colour":1}');
  const said = await say(MIGRATE, file);
  expect(said).toMatchObject({ code: 2, stdout: '' });
  expect(said.issues.map(({ pointer }) => pointer)).toEqual(['/colour']);
});

test.each([[['--write', '--check']], [['--write']]])(
  '%s of standard input is bad usage',
  async (options) => {
    expect(await say(MIGRATE, '-', ...options)).toMatchObject({ code: 2 });
  },
);
