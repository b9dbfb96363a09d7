/** Several served processes on one PostgreSQL: what one writes is seen by all, as new as the token says. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite } from '../../src/adapters/site/open-site.js';
import type { Site } from '../../src/adapters/site/site.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { Store } from '../../src/adapters/store/store.js';
import { buildProgram, folder } from '../cli/program.js';
import { type ServeProcess, serve } from '../cli/serve-program.js';
import { runs } from '../helpers/runs.js';
import { ask, clientsText, end, give, servedPolicy } from './serve-site.js';
import { databaseUrl } from './server.js';

const ORGANIZATION = 'served';
const files = folder();
let remove: () => void;
let store: Store;
let site: Site;
let servers: ServeProcess[] = [];

beforeAll(async () => {
  remove = await buildProgram();
  store = await postgresStore(databaseUrl());
  await store.create(servedPolicy(ORGANIZATION, 50));
  site = await openSite({ store, organization: ORGANIZATION });
  const tokens = files.file('clients.json', clientsText());
  const words = ['--store', databaseUrl(), '--organization', ORGANIZATION, '--tokens', tokens];
  servers = await Promise.all([1, 2, 3].map(() => serve(words)));
});

afterAll(async () => {
  for (const { child, end: ended } of servers) {
    child.kill('SIGKILL');
    await ended;
  }
  await store?.close();
  remove?.();
  files.remove();
});

test('whoever asks in turn with the token of a write is never answered by an older state', async () => {
  let turn = 0;
  let late = 0;
  const next = () => (servers[turn++ % servers.length] as ServeProcess).url;
  for (let round = 0; round < runs(20); round++) {
    const user = `u${round % 50}`;
    const { assignment, revision } = await give(site, user);
    for (let count = 0; count < 3; count++) {
      const said = await ask(next(), site, user, revision);
      expect(said).toMatchObject({ decided: true, permit: true });
      expect(said.revision).toBeGreaterThanOrEqual(revision);
    }
    const ended = await end(site, assignment);
    // Without the token somebody may be late, and that is what it is for.
    const local = await ask(next(), site, user);
    if (local.permit) late += 1;
    for (let count = 0; count < 3; count++) {
      const said = await ask(next(), site, user, ended);
      expect(said).toMatchObject({ decided: true, permit: false });
      expect(said.revision).toBeGreaterThanOrEqual(ended);
    }
  }
  expect(late).toBeGreaterThan(0);
});

test('a write is seen by all within the pause between two looks, without any token', async () => {
  const { assignment } = await give(site, 'u49');
  const isSeen = () =>
    Promise.all(servers.map(async ({ url }) => (await ask(url, site, 'u49')).permit));
  await expect.poll(isSeen, { timeout: 5_000, interval: 20 }).toEqual([true, true, true]);
  await end(site, assignment);
  await expect.poll(isSeen, { timeout: 5_000, interval: 20 }).toEqual([false, false, false]);
});

test('a token of a revision that nobody wrote is answered by no permit, and in time', async () => {
  const { revision } = await give(site, 'u48');
  const said = await ask((servers[0] as ServeProcess).url, site, 'u48', revision + 1000);
  expect(said.permit).toBe(false);
});

test('one that ends is left out while it finishes, and the others go on', async () => {
  const [first, ...others] = servers as [ServeProcess, ...ServeProcess[]];
  first.child.kill('SIGTERM');
  expect(await first.end).toMatchObject({ code: 0 });
  const { revision } = await give(site, 'u47');
  for (const { url } of others) {
    expect(await ask(url, site, 'u47', revision)).toMatchObject({ permit: true });
  }
});
