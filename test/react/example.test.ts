// @vitest-environment happy-dom
/** examples/react: the screen through an evening, and the page it is bundled for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { build } from 'esbuild';
import type { HTMLElement } from 'happy-dom';
import * as react from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const STUDIO = JSON.parse(read('examples/react/studio.json'));
/** What the example exports, bundled for browsers as its `npm start` does, with this checkout as its `doorwright`. */
const { App, policySource } = await bundled(
  "export * from './policy-source.mjs'; export * from './screen.mjs';",
);
const ADA = { type: 'user', id: 'ada' };

interface Example {
  readonly App: react.FunctionComponent<Record<string, unknown>>;
  readonly policySource: (load: () => Promise<object | undefined>) => { refresh(): Promise<void> };
}

beforeEach(() => {
  // Monday, one minute to five in Berlin.
  vi.useFakeTimers({ now: Date.parse('2026-03-02T16:59:00+01:00') });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('shows each door as it stands, at every minute', async () => {
  let policy: object | undefined = STUDIO;
  const source = policySource(async () => policy);
  const opened: string[] = [];
  const open = (door: string) => void opened.push(door);
  const { container: box, getByText } = render(
    react.createElement(App, { source, subject: ADA, open }),
  );
  const container = box as unknown as HTMLElement;
  const rows = () => [...container.querySelectorAll('li p')].map((row) => row.textContent?.trim());
  expect(container.textContent).toBe('One moment …');
  await act(() => source.refresh());
  expect(rows()).toEqual([
    'gate You may open it',
    'hall Not at this hour (until 2026-03-02T16:00:00Z)',
    'office Asks for your PIN PIN',
  ]);
  act(() => void vi.advanceTimersByTime(60_000));
  expect(rows()[1]).toBe('hall You may open it (until 2026-03-02T20:30:00Z)');
  fireEvent.click(getByText('hall'));
  fireEvent.click(getByText('office'));
  expect(opened).toEqual(['hall']);
  fireEvent.click(getByText('PIN'));
  expect(rows()[2]).toBe('office You may open it');
  act(() => void vi.advanceTimersByTime(4.5 * 3_600_000));
  expect(rows()[1]).toContain('Not at this hour');
  policy = { ...STUDIO, revision: 2, assignments: [] };
  await act(() => source.refresh());
  expect(rows()).toEqual([]);
  policy = { version: 1 };
  await expect(source.refresh()).rejects.toThrow();
  expect(rows()).toEqual([]);
});

test('docs/react.md shows parts of the example as they are', () => {
  const fences = [...read('docs/react.md').matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```$/gmsu)];
  expect(fences.length).toBe(2);
  for (const [, file = '', code = ''] of fences) expect(read(file)).toContain(code);
});

async function bundled(contents: string): Promise<Example> {
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: join(ROOT, 'examples/react') },
    alias: {
      doorwright: join(ROOT, 'src/index.ts'),
      'doorwright/react': join(ROOT, 'src/adapters/for-react.ts'),
    },
    bundle: true,
    external: ['react'],
    format: 'cjs',
    platform: 'browser',
    write: false,
  });
  expect(warnings).toEqual([]);
  const module = { exports: {} };
  const require = (name: string) => {
    if (name === 'react') return react;
    throw new Error(`not for browsers: \`${name}\``);
  };
  new Function('module', 'require', outputFiles[0]?.text ?? '')(module, require);
  return module.exports as Example;
}
