/** A copy of a site in which a file is tried, and what the copy is afterwards. */
import type { Policy } from 'doorwright';
import type { ImportKind } from 'doorwright/admin';
import {
  type ImportHead,
  type ImportOptions,
  type ImportRun,
  importFile,
  memoryStore,
  openSite,
} from 'doorwright/site';
import { keeperOf } from './page-site.js';

/** What a file came to in a copy. */
export interface TriedImport {
  readonly run: ImportRun;
  readonly before: Policy;
  readonly after: Policy;
}

/** Takes a file into a copy of a policy's site, without the wrong rows, so that everything else can be looked at. */
export async function tryImport(
  policy: Policy,
  kind: ImportKind,
  options: ImportOptions,
): Promise<TriedImport> {
  const store = memoryStore();
  await store.create(policy);
  const site = await openSite({ store, organization: policy.organization.id });
  const before = site.engine.policy;
  const run = await importFile(site, keeperOf(site), kind, { ...options, skipWrong: true });
  return { run, before, after: site.engine.policy };
}

/** How a file begins. */
export async function importHead(
  kind: ImportKind,
  options: Pick<ImportOptions, 'file' | 'columns' | 'encoding' | 'separator' | 'signal'>,
): Promise<ImportHead> {
  const { readImportHead } = await import('doorwright/site');
  return await readImportHead(kind, options);
}
