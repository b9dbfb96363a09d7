/** Every session on the page of the command line prints what the page shows. */
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildProgram, folder, PROGRAM } from './program.js';

interface Session {
  readonly command: string;
  readonly output: string;
}

// Making a store takes seconds, and on a busy machine many.
vi.setConfig({ testTimeout: 180_000 });

const page = readFileSync('docs/cli.md', 'utf8');
const SESSIONS = [...page.matchAll(/^```console\n(.*?)^```$/gmsu)].flatMap((fence): Session[] =>
  (fence[1] ?? '')
    .split(/^\$ /mu)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      return { command: text.slice(0, end), output: text.slice(end + 1) };
    }),
);

const files = folder();
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
  const shim = files.file(
    'doorwright',
    `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`,
  );
  chmodSync(shim, 0o755);
});
afterAll(() => {
  remove();
  files.remove();
});

test('the page has a session for each command that answers a question', () => {
  for (const command of [
    'check',
    'lint',
    'test',
    'diff',
    'decide',
    'explain',
    'why-not',
    'who',
    'doors',
    'review',
    'matrix',
    'schedule',
    'roles',
    'fmt',
    'hash',
    'migrate',
    'export',
    'import',
    'key',
    'sync',
    'simulate',
    'site',
    'events',
    'serve',
    'feed',
    'completion',
  ]) {
    expect(
      SESSIONS.some((session) => session.command.includes(`doorwright ${command} `)),
      command,
    ).toBe(true);
  }
});

test.each(SESSIONS)('$command', async ({ command, output }) => {
  const path = `${files.path}${delimiter}${process.env['PATH'] ?? ''}`;
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const [stdout, stderr] = await new Promise<[string, string]>((done) => {
    // What a session makes is made here; and its store is a folder, whatever this machine says.
    const here = { PATH: path, TMPDIR: files.path, DATABASE_URL: '' };
    execFile('/bin/sh', ['-c', command], { env: { ...env, ...here } }, (_error, ...streams) => {
      done(streams);
    });
  });
  expect({ stdout, stderr }).toEqual({ stdout: output, stderr: '' });
});
