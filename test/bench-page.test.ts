/** The page of figures is what the kept run says: edited by hand, or a run kept without its page, it fails here. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { benchmarkPage } from '../bench/page.js';
import type { Report } from '../bench/report.js';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const baseline: Report = JSON.parse(read('bench/baseline.json'));

test('docs/benchmarks.md is what `npm run bench -- --markdown` writes', () => {
  expect(read('docs/benchmarks.md')).toBe(benchmarkPage(baseline));
});

test('every table of the run is on the page, once, and every aim that was missed is named before those that were met', () => {
  const page = benchmarkPage(baseline);
  for (const { title } of baseline.tables)
    expect(page.split(`### ${title}\n`).length, title).toBe(2);
  expect(page.indexOf('| MISSED |')).toBeGreaterThan(0);
  expect(page.lastIndexOf('| MISSED |')).toBeLessThan(page.indexOf('| met |'));
});

test('a table that no section takes is not left out in silence', () => {
  const strange = { id: 'weather', title: 'Weather', columns: [], rows: [], notes: [] };
  expect(() => benchmarkPage({ ...baseline, tables: [strange] })).toThrow(
    '`weather` is in 0 sections',
  );
});
