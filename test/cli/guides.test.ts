/**
 * Guides with sessions: their files are written, their commands run in their order, and they print what the page shows. What
 * keeps a site runs in this process on stores in memory, everything else as a program.
 */
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildProgram, folder, PROGRAM } from './program.js';
import { program } from './site-program.js';

vi.mock('../../src/adapters/store/open-pglite.js', () => import('./site-stores.js'));
vi.setConfig({ testTimeout: 60_000 });

const PAGES = ['docs/from-kisi.md', 'docs/from-kiwi.md'];
const home = process.cwd();

let remove: () => void;
beforeAll(async () => {
  vi.stubEnv('DATABASE_URL', '');
  remove = await buildProgram();
});
afterAll(() => {
  vi.unstubAllEnvs();
  remove();
});

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8');
  const files = folder();
  beforeAll(() => {
    const shim = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
    chmodSync(files.file('doorwright', shim), 0o755);
    for (const [, name = '', content = ''] of text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gmsu)) {
      files.file(name, content);
    }
    process.chdir(files.path);
  });
  afterAll(() => {
    process.chdir(home);
    files.remove();
  });

  test('shows more commands than one', () => {
    expect(sessionsOf(text).length).toBeGreaterThan(3);
  });

  // In their order: each works on what those before it left.
  test.each(sessionsOf(text))('$command', async ({ command, output }) => {
    expect(await printed(command, files.path)).toBe(output);
  });
});

interface Session {
  readonly command: string;
  readonly output: string;
}

function sessionsOf(page: string): Session[] {
  return [...page.matchAll(/^```console\n(.*?)^```$/gmsu)].flatMap(([, fence = '']) =>
    fence
      .split(/^\$ /mu)
      .slice(1)
      .map((text) => {
        const end = text.indexOf('\n');
        return { command: text.slice(0, end), output: text.slice(end + 1) };
      }),
  );
}

/** What a command line writes to a terminal: messages, then answers. */
async function printed(command: string, cwd: string): Promise<string> {
  if (command.startsWith('doorwright site ')) {
    const { stdout, stderr } = await program(...command.split(' ').slice(1));
    return stderr + stdout;
  }
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const path = `${cwd}${delimiter}${env['PATH'] ?? ''}`;
  return new Promise((done) => {
    execFile('/bin/sh', ['-c', command], { cwd, env: { ...env, PATH: path } }, (_error, out, err) =>
      done(err + out),
    );
  });
}
