import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Store } from '../../src/adapters/for-site.js';
import { pgliteStore } from '../../src/adapters/store/open-pglite.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import { siteModelSuite } from '../contract/site-model.js';
import { runs } from '../helpers/runs.js';
import { databaseUrl } from './server.js';

const folder = mkdtempSync(join(tmpdir(), 'doorwright-model-'));
const opened: Store[] = [];

afterAll(async () => {
  for (const store of opened) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One store for all runs, and an organisation of its own for each. */
function inOne(open: () => Promise<Store>) {
  let store: Promise<Store> | undefined;
  let count = 0;
  return async () => {
    store ??= open().then((one) => {
      opened.push(one);
      return one;
    });
    count++;
    return { store: await store, organization: `org-${count}` };
  };
}

siteModelSuite('PostgreSQL', {
  fresh: inOne(() => postgresStore({ connectionString: databaseUrl(), schema: 'model' })),
  runs: runs(25),
});
siteModelSuite('PGlite', {
  fresh: inOne(() => pgliteStore(join(folder, 'site'))),
  runs: runs(10),
});
