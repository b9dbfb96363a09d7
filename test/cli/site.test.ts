/** `doorwright site` as a program, on a real store in a folder: two processes, a tampered log, Ctrl-C, no terminal. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pgliteDriver } from '../../src/adapters/store/open-pglite.js';
import { buildProgram, ended, folder, run, start } from './program.js';
import { OFFICE } from './site-program.js';

// Making a store takes seconds, and on a busy machine many.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const files = folder();
const made = join(files.path, 'made');
const policy = files.file('policy.json', JSON.stringify(OFFICE));
const env = { DATABASE_URL: '' };
let remove: () => void;
let count = 0;

beforeAll(async () => {
  remove = await buildProgram();
  expect(await run(['site', 'init', policy, '--site', made], { env })).toMatchObject({
    code: 0,
    stdout: `\`acme\` is at revision 0; its store is \`${made}\`\n`,
    stderr: '',
  });
});
afterAll(() => {
  remove();
  files.remove();
});

/** A copy of the site that was made. */
function copy(): string {
  const path = join(files.path, `copy-${count++}`);
  cpSync(made, path, { recursive: true });
  return path;
}

test('what one process has written is there for the next, which finds an event that was changed', async () => {
  const at = copy();
  const grant = ['--user', 'ben', '--role', 'door_access', '--at', 'group:staff'];
  expect(await run(['site', 'grant', ...grant, '--site', at], { env })).toMatchObject({
    code: 0,
    stdout: '  user ben  group staff  is granted\nwritten at revision 1\n',
    stderr: '',
  });
  const driver = await pgliteDriver(at);
  const connection = await driver.connect();
  await connection.query(
    `UPDATE doorwright.event SET outcome = 'refused' WHERE type = 'doorwright.assignment.bulk_grant'`,
  );
  connection.release(false);
  await driver.close();
  const { code, stdout } = await run(['events', 'verify', '--site', at, '--json'], { env });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    { head: { log: 'access' }, checked: 0 },
    { head: { log: 'audit' }, broken: { seq: 1 } },
    { head: { log: 'notice' } },
  ]);
});

test('a second process is told who holds the folder', async () => {
  const at = copy();
  const driver = await pgliteDriver(at);
  const busy = await run(['site', 'doors', '--site', at], { env });
  await driver.close();
  expect(busy).toMatchObject({ code: 2, stdout: '' });
  expect(busy.stderr).toContain(`the store is in use: process ${process.pid} already uses`);
});

test('Ctrl-C at any moment of an import leaves a site with which the next one ends', async () => {
  const at = copy();
  const rows = Array.from({ length: 2000 }, (_, index) => `p${index}@acme.example`);
  const file = files.file('people.csv', ['email', ...rows, ''].join('\n'));
  const words = ['site', 'import', 'users', file, '--site', at, '--json'];
  const child = start(words, { env });
  const stopped = ended(child);
  const lock = join(at, 'doorwright.lock');
  while (child.exitCode === null && readFileSync(lock, 'utf8').trim() !== String(child.pid)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill('SIGINT');
  expect(await stopped).toMatchObject({ code: 130, stderr: expect.not.stringContaining('error') });
  const { code, stdout, stderr } = await run(words, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, report: { rows: 2000, wrong: 0 } });
});

test('where there is no site, nothing is made', async () => {
  const at = join(files.path, 'nowhere');
  const { code, stderr } = await run(['site', 'events', '--site', at], { env });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `doorwright: no site in \`${at}\`; \`doorwright site init policy.json\` makes one\n`,
  });
  expect(existsSync(at)).toBe(false);
});
