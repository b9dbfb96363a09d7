/** A CSV file of people: checked line by line, and written to a store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, openSite, type Store } from '../../src/adapters/for-site.js';
import { importFile } from '../../src/adapters/import/import-file.js';
import { pgliteStore } from '../../src/adapters/store/open-pglite.js';
import type { Policy } from '../../src/policy/document.js';
import type { Row, Table } from '../table.js';

/** Names of the rows, for the targets. */
export const IMPORT_ROWS = {
  checked: 'checked',
  memory: 'stored, in memory',
  pglite: 'stored, PGlite in a folder',
  again: 'the same file again, PGlite',
} as const;

const OWNER = { type: 'user', id: 'owner' } as const;

/** Checks `checked` lines; stores `stored` lines in memory and in a folder. Storing includes checking before. */
export async function importTable(checked: number, stored: number): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-bench-'));
  try {
    const pglite = await pgliteStore(folder);
    const site = await siteIn(pglite);
    const rows = [
      await row(IMPORT_ROWS.checked, await siteIn(memoryStore()), checked, true),
      await row(IMPORT_ROWS.memory, await siteIn(memoryStore()), stored, false),
      await row(IMPORT_ROWS.pglite, site, stored, false),
      await row(IMPORT_ROWS.again, site, stored, false),
    ];
    await pglite.close();
    return {
      id: 'import',
      title: 'A CSV file of people',
      columns: [
        { key: 'name', title: 'work', unit: 'text' },
        { key: 'lines', title: 'lines', unit: 'count' },
        { key: 'total', title: 'total', unit: 'milliseconds' },
        { key: 'perSecond', title: 'lines a second', unit: 'count' },
      ],
      rows,
      notes: [
        'six columns; every import is read for its hash and checked whole before it is stored',
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function row(name: string, site: Site, lines: number, dryRun: boolean): Promise<Row> {
  const begin = performance.now();
  const run = await importFile(site, OWNER, 'users', { file: () => csv(lines), dryRun });
  const total = performance.now() - begin;
  if (!run.ok || run.report.wrong > 0) throw new Error(JSON.stringify(run));
  return { name, lines, total, perSecond: Math.round((lines / total) * 1000) };
}

type Site = Awaited<ReturnType<typeof openSite>>;

async function siteIn(store: Store): Promise<Site> {
  await store.create({
    version: 1,
    organization: { id: 'o', timeZone: 'UTC', roles: 'kisi' },
    users: [{ id: 'owner' }],
    assignments: [
      {
        ...{ id: 'o', subject: { type: 'user', id: 'owner' }, role: 'organization_owner' },
        scope: { type: 'organization', id: 'o' },
      },
    ],
  } as Policy);
  return await openSite({ store, organization: 'o' });
}

/** Bytes of a file, a thousand lines a piece. */
async function* csv(lines: number): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode('id,email,first name,last name,segment,active\r\n');
  for (let at = 0; at < lines; at += 1000) {
    let text = '';
    for (let line = at; line < Math.min(at + 1000, lines); line++) {
      text += `u${line},u${line}@example.org,Jürgen,Müller-${line},staff,yes\r\n`;
    }
    yield encoder.encode(text);
  }
}
