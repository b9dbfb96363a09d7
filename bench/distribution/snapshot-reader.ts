/**
 * A consumer that starts: a process of its own, which takes a snapshot from a folder and says how long that took. Nothing of the
 * source is in its memory, as nothing of it is in that of a server or bridge far away.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSnapshot } from '../../src/adapters/distribution/take-snapshot.js';
import { newReader } from '../../src/distribution/reader.js';
import { receiveSnapshot } from '../../src/distribution/receive.js';
import { CRYPTO, HEAD_FILE, opened } from './signed.js';

const [, , folder = '', organization = ''] = process.argv;

const from = performance.now();
const message = opened(readFileSync(join(folder, HEAD_FILE)));
if (message.kind !== 'snapshot') throw new Error('no snapshot');
const engine = await takeSnapshot(message, partsIn(folder), CRYPTO, {});
receiveSnapshot(newReader(organization, ''), message, engine, Date.now());
process.send?.({ milliseconds: performance.now() - from, revision: engine.revision });

/** Read while they are asked for, as they would come over a network. */
function* partsIn(path: string): Iterable<Uint8Array> {
  const names = readdirSync(path).filter((name) => name !== HEAD_FILE);
  for (const name of names.sort()) yield readFileSync(join(path, name));
}
