/**
 * A process to be killed: opens a store, checks that it holds what the processes before it were told, and works
 * until its end. Each acknowledgement is a line on its output, written before the next work begins.
 *
 * Usage: node crash-writer.mjs pglite|postgres FOLDER|URL NAME, what was told so far as JSON on its input.
 */
import { readFileSync, writeSync } from 'node:fs';
import { pgliteStore } from '../../src/adapters/store/open-pglite.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import { appendOnce, checkWhole, ORGANIZATION, type Told, writeOnce } from './crash-work.js';

const [, , kind, place = '', who = ''] = process.argv;
const before = JSON.parse(readFileSync(0, 'utf8')) as {
  writes: [number, string][];
  appends: string[];
} | null;
const store = kind === 'pglite' ? await pgliteStore(place) : await postgresStore(place);
const site = await store.open(ORGANIZATION);
if (before !== null) {
  const told: Told = {
    writes: new Map(before.writes),
    appends: new Set(before.appends),
    undone: new Set(),
  };
  await checkWhole(site, told);
}
tell('ready');
for (let count = 0; ; count++) {
  const name = `${who}.${count}`;
  tell(`write ${await writeOnce(site, `${name}w`)} ${name}w`);
  await appendOnce(site, `${name}a`);
  tell(`append ${name}a`);
}

function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
