/** The guide to a site: its files are written, its commands run in their order, and they print what the page shows. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { folder } from './program.js';
import { program } from './site-program.js';

vi.mock('../../src/adapters/store/open-pglite.js', () => import('./site-stores.js'));

const page = readFileSync('docs/site.md', 'utf8');
const files = folder();
const home = process.cwd();

beforeAll(() => {
  vi.stubEnv('DATABASE_URL', '');
  process.chdir(files.path);
  for (const [, name = '', content = ''] of page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gmsu)) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, content);
  }
});
afterAll(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
  files.remove();
});

const SESSIONS = [...page.matchAll(/^```console\n(.*?)^```$/gmsu)].flatMap(([, fence = '']) =>
  fence
    .split(/^\$ /mu)
    .slice(1)
    .map((text): [string, string] => {
      const end = text.indexOf('\n');
      return [text.slice(0, end), text.slice(end + 1)];
    }),
);

test('the guide shows every subcommand that a site begins with', () => {
  const shown = SESSIONS.map(([command]) => command.split(' ')[2]);
  for (const name of ['init', 'grant', 'link', 'import', 'sync-directory', 'open', 'events']) {
    expect(shown).toContain(name);
  }
  for (const name of ['verify', 'presence', 'inventory']) expect(shown).toContain(name);
});

// In their order: each works on the site that those before it left.
test.each(SESSIONS)('%s', async (command, output) => {
  const [, ...words] = [...command.matchAll(/"([^"]*)"|(\S+)/gu)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  const { stdout, stderr } = await program(...words);
  const isLike = new RegExp(`^${output.split('…').map(escaped).join('[^\\n]+')}$`, 'u');
  expect(collapsed(stdout + stderr)).toMatch(isLike);
});

/** Columns are as wide as what varies in them. */
function collapsed(text: string): string {
  return text.replace(/(\S) {2,}/gu, '$1  ');
}

function escaped(text: string): string {
  return collapsed(text).replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
