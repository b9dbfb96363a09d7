/** The program in a window: what only a terminal shows, on a real one (`script` of util-linux). */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, folder, PROGRAM } from '../cli/program.js';
import { SITE } from '../cli/site.js';

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

/** What a window of so many columns gets, byte for byte. */
function seen(words: string, columns: number, variables = ''): string {
  const command = `stty cols ${columns}; ${variables} ${process.execPath} ${PROGRAM} ${words}`;
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const setting = { encoding: 'utf8', env: { ...env, TERM: 'xterm' } } as const;
  return execFileSync('script', ['-qec', command, '/dev/null'], setting);
}

const CLEAR = '\r\u001b[K';

test('what takes long is said, and gone before the answer comes to the same window', () => {
  const text = seen(`check ${policy}`, 200);
  const said = text.indexOf(`${CLEAR}reading `);
  const gone = text.indexOf(CLEAR, said + CLEAR.length);
  expect(said).toBeGreaterThanOrEqual(0);
  expect(gone).toBeGreaterThan(said);
  expect(text.indexOf('ok')).toBeGreaterThan(gone);
  expect(text.slice(gone + CLEAR.length)).not.toContain('reading ');
});

test('a line of progress is never wider than the window, where it could not be taken back', () => {
  const [, first = ''] = seen(`check ${policy}`, 60).split(CLEAR);
  expect(first).toMatch(/^reading /u);
  expect(first.length).toBeLessThan(60);
});

test('a terminal that can do nothing gets no progress and no colour', () => {
  expect(seen(`check ${policy}`, 80, 'TERM=dumb')).not.toContain('\u001b');
});

test.each([60, 80, 100, 160])(
  'help fits %d columns, and is no wider than reads well',
  (columns) => {
    const lines = seen('--help', columns).split(/\r?\n/u);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken off.
    const widths = lines.map((line) => line.replace(/\u001b\[\d+m/gu, '').length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(Math.min(columns, 100));
    expect(Math.max(...widths)).toBeGreaterThan(Math.min(columns, 100) - 20);
  },
);

test('headings of help are bold in a window, and plain with NO_COLOR', () => {
  expect(seen('--help', 80)).toContain('\u001b[1musage:');
  expect(seen('--help', 80, 'NO_COLOR=1')).not.toContain('\u001b[1m');
});
