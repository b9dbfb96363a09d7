import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { pgliteStore } from '../../src/adapters/store/open-pglite.js';
import { runs } from '../helpers/runs.js';
import { builtWriter, runAndKill } from './crash-child.js';
import { checkWhole, crashPolicy, toldNothing } from './crash-work.js';

const folder = mkdtempSync(join(tmpdir(), 'doorwright-crash-'));
const place = join(folder, 'site');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a process killed while it writes leaves a folder that opens, with whole writes and all that was acknowledged', async () => {
  // What a process left that died while it made the database is no database.
  mkdirSync(join(place, 'pgdata.new', 'base'), { recursive: true });
  const made = await pgliteStore(place);
  await made.create(crashPolicy());
  await made.close();
  const writer = await builtWriter('pglite');
  const random = seededRandom(20261122);
  const told = toldNothing();
  const kills = runs(14);
  for (let kill = 0; kill < kills; kill++) {
    const life = { lines: random.below(9), moreMs: random.below(30) };
    const run = { writer, kind: 'pglite', place, who: `k${kill}`, ...life, checks: true } as const;
    await runAndKill(run, told);
  }
  expect(told.writes.size).toBeGreaterThan(kills);
  const store = await pgliteStore(place);
  await checkWhole(await store.open('crash'), told);
  await store.close();
}, 180_000);

test('a folder is held by one process at a time', async () => {
  const store = await pgliteStore(place);
  await expect(pgliteStore(place)).rejects.toMatchObject({ code: 'busy', retryable: true });
  await store.close();
  await (await pgliteStore(place)).close();
});
