/** What the portal says of an import, above all of one that failed after a part of it was written. */
import { readFileSync } from 'node:fs';
import { importFile, memoryStore, openSite } from 'doorwright/site';
import { expect, test } from 'vitest';
import { importVerdict } from '../../examples/portal/src/import-verdict.js';
import { keeperOf } from '../../examples/portal/src/page-site.js';
import { importWords } from '../../examples/portal/src/words-import.js';

const POLICY = JSON.parse(
  readFileSync(new URL('../../examples/housing/policy.json', import.meta.url), 'utf8'),
);

// Fails when it says that nothing was taken in, while it was.
test('of a file that changed while it was taken in it says what is there', async () => {
  const store = memoryStore();
  await store.create(POLICY);
  const site = await openSite({ store, organization: POLICY.organization.id });
  const before = site.engine.policy;
  let passes = 0;
  // Looked at, checked, and written: the third time somebody has saved it anew.
  async function* file(): AsyncGenerator<Uint8Array> {
    passes += 1;
    const name = passes < 3 ? 'Ada' : 'Eve';
    yield new TextEncoder().encode(`id,email,name\nada,ada@example.org,${name}\n`);
  }
  const run = await importFile(site, keeperOf(site), 'users', { file });
  const isChanged = site.engine.policy !== before;
  expect([run.ok, isChanged]).toEqual([false, true]);
  const verdict = (language: 'en' | 'de', ended: { isReal: boolean }, changed: boolean) =>
    importVerdict(importWords(language), { ...ended, run }, changed);
  expect(verdict('en', { isReal: true }, isChanged)).toMatch(/^Not all was taken in\. What was/u);
  expect(verdict('de', { isReal: true }, isChanged)).toMatch(/^Nicht alles wurde übernommen\. /u);
  // On a copy, and where nothing is otherwise, nothing was.
  expect(verdict('en', { isReal: false }, isChanged)).toMatch(/^Nothing was taken in\. /u);
  expect(verdict('en', { isReal: true }, false)).toMatch(/^Nothing was taken in\. /u);
});
