import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pgliteStore } from '../../src/adapters/store/open-pglite.js';
import { describeStore } from '../contract/store.js';

describeStore('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-store-'));
  const store = await pgliteStore(join(folder, 'site'));
  return {
    store,
    other: store,
    free: async () => rmSync(folder, { recursive: true, force: true }),
  };
});
