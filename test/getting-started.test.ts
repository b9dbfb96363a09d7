/**
 * The first page, taken at its word: its files are saved under the names it gives, its commands run in that folder and must print
 * what it shows, and each later snippet runs in plain Node as it stands. Only the download is left out: the package is this
 * checkout (`npm run test:package` installs the tarball).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8');
const FILES = [...PAGE.matchAll(/Save this as `([\w.-]+)`[^`]*?\n\n```\w+\n(.*?)^```$/gmsu)];
const SESSIONS = [...PAGE.matchAll(/^```console\n(.*?)^```$/gmsu)].flatMap((fence) =>
  (fence[1] ?? '')
    .split(/^\$ /mu)
    .slice(1)
    .map((text) => ({
      command: text.slice(0, text.indexOf('\n')),
      shown: text.slice(text.indexOf('\n') + 1),
    })),
);
const SNIPPETS = [...PAGE.matchAll(/^```ts\n(.*?)^```$/gmsu)].map((fence, index) => ({
  name: `snippet-${index + 1}.mjs`,
  code: fence[1] ?? '',
}));

const folder = mkdtempSync(join(tmpdir(), 'getting-started-'));
const env = {
  ...process.env,
  PATH: `${folder}/bin${delimiter}${process.env['PATH']}`,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/doorwright'));
  mkdirSync(join(folder, 'bin'));
  // What npx does once the package is installed, without asking a registry whether there is a newer one.
  writeFileSync(
    join(folder, 'bin/npx'),
    `#!/bin/sh\nshift\nexec '${process.execPath}' '${ROOT}/dist/cli.js' "$@"\n`,
  );
  chmodSync(join(folder, 'bin/npx'), 0o755);
  // As `npm init -y` writes it: no "type", so that a plain .js would not run.
  writeFileSync(join(folder, 'package.json'), '{ "name": "studio", "version": "1.0.0" }');
  for (const [, name = '', text = ''] of FILES) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the page has the files and sessions it speaks of', () => {
  expect(FILES.map(([, name]) => name)).toEqual(['policy.json', 'first.mjs']);
  expect(SESSIONS.map(({ command }) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'npx doorwright check',
    'npx doorwright who',
    'node first.mjs',
  ]);
  expect(SNIPPETS.length).toBeGreaterThan(5);
});

test.each(SESSIONS)('$command', ({ command, shown }) => {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect({ said: stdout, stderr, status }).toEqual({ said: shown, stderr: '', status: 0 });
});

test.each(SNIPPETS)('$name runs in plain Node as it stands', ({ name, code }) => {
  writeFileSync(join(folder, name), code);
  expect(execFileSync(process.execPath, [name], { cwd: folder, env, encoding: 'utf8' })).toBe('');
});

test('the policy in code is the policy in the file, as the page says', () => {
  const written = /compilePolicy\((\{.*?\n\})\);/su.exec(SNIPPETS[0]?.code ?? '')?.[1];
  const inCode: unknown = new Function(`return ${written};`)();
  const { $schema, ...inFile } = JSON.parse(readFileSync(join(folder, 'policy.json'), 'utf8'));
  expect(inCode).toEqual(inFile);
  expect($schema).toBe('./node_modules/doorwright/dist/policy.schema.json');
});
