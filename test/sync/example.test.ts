/** The example state is what its script makes, is valid, and shows every colour it is said to show. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { overviewOf } from '../../src/sync/overview.js';
import { parseSyncState } from '../../src/sync/parse-state.js';
import { housingState } from './housing.js';

const FILE = '../../examples/housing/sync.json';
const AT = Date.UTC(2026, 10, 24, 9) / 1000;

test('examples/housing/sync.json is what the events make (write it with vitest -u)', async () => {
  await expect(`${JSON.stringify(housingState(), undefined, 1)}\n`).toMatchFileSnapshot(FILE);
});

test('it is a valid state, the same after reading', () => {
  const text = readFileSync(new URL(FILE, import.meta.url), 'utf8');
  const parsed = parseSyncState(JSON.parse(text));
  expect(parsed).toEqual({ ok: true, value: housingState() });
});

test('on Tuesday morning it shows grey, red, orange, yellow and green, and where to go first', () => {
  const { organization, tasks } = overviewOf(housingState(), AT, 'permission');
  expect(organization.counts.filter((count) => count === 0).length).toBeLessThanOrEqual(1);
  expect(tasks.map(({ door, score }) => [door, score])).toEqual([
    ['l4-f08', 1],
    ['u11-heating', 1],
    ['u11-f02', 0],
    ['l4-f07', 2],
    ['l4-laundry', 3],
  ]);
});
