/** A policy of a million assignments as a feed: making and loading its snapshot, and one delta on both sides. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CarriedSnapshot } from '../../src/adapters/distribution/carrier.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import { takeSnapshot } from '../../src/adapters/distribution/take-snapshot.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import { memoryStore } from '../../src/adapters/store/memory.js';
import { newReader } from '../../src/distribution/reader.js';
import { receiveDelta, receiveSnapshot } from '../../src/distribution/receive.js';
import { summarise } from '../statistics.js';
import type { Row } from '../table.js';
import { buildWorld, type WorldName } from '../worlds.js';
import { CRYPTO, HEAD_FILE, opened, SIGNER } from './signed.js';

/** Rows of the table, by name. */
export const LOAD_ROW = 'snapshot: fetched, checked, compiled';
export const READ_ROW = 'one delta: opened, applied';
const MAKE_ROW = 'snapshot: written in parts, hashed, sealed';
const TAKE_ROW = 'one delta: linked, applied, judged, at the source';

/** @param root - of the checkout. @param deltas - so many removals, one by one. */
export async function millionRows(
  root: string,
  world: WorldName,
  deltas: number,
  loads: number,
): Promise<Row[]> {
  const store = memoryStore();
  const { policy } = buildWorld(world, 1);
  await store.create(policy);
  const organization = policy.organization.id;
  const site = await openSite({ store, organization });
  const publisher = await openPublisher({
    ...{ site, signer: SIGNER, crypto: CRYPTO, pollMilliseconds: 3_600_000 },
  });
  const began = performance.now();
  const { head, parts } = await publisher.snapshot('');
  const made = [performance.now() - began];
  const message = opened(head);
  if (message.kind !== 'snapshot') throw new Error('no snapshot');
  const engine = await takeSnapshot(message, parts, CRYPTO, {});
  let { state } = receiveSnapshot(newReader(organization, ''), message, engine, Date.now());
  const again = await publisher.snapshot('');
  const loaded = await loadedApart(root, organization, again, loads);
  const bytes = message.parts.reduce((sum, part) => sum + part.bytes, 0);
  const taken: number[] = [];
  const read: number[] = [];
  const own = await store.open(organization);
  for (const { id } of (policy.assignments ?? []).slice(-deltas)) {
    const { position } = publisher;
    const revision = position.revision + 1;
    const changes = { revision, remove: { assignments: [id] } };
    await own.write((writer) => writer.putChanges(changes, new Date().toISOString()));
    const began = performance.now();
    await publisher.wake();
    taken.push(performance.now() - began);
    const answer = await publisher.deltas('', position);
    if ('behind' in answer) throw new Error('behind');
    const sealed = answer.deltas[0] as Uint8Array;
    const from = performance.now();
    const message = opened(sealed);
    if (message.kind !== 'delta') throw new Error('no delta');
    ({ state } = receiveDelta(state, message, sealed, Date.now()));
    read.push(performance.now() - from);
    if (state.position?.revision !== revision) throw new Error('the reader does not follow');
  }
  await publisher.close();
  return [
    figures(MAKE_ROW, made, bytes),
    figures(LOAD_ROW, loaded, bytes),
    figures(TAKE_ROW, taken),
    figures(READ_ROW, read),
  ];
}

/** How long consumers take that start one after the other, each in a process of its own. */
async function loadedApart(
  root: string,
  organization: string,
  { head, parts }: CarriedSnapshot,
  loads: number,
): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'doorwright-snapshot-'));
  try {
    writeFileSync(join(folder, HEAD_FILE), head);
    let count = 0;
    for await (const part of parts) {
      writeFileSync(join(folder, `part-${String(count++).padStart(6, '0')}`), part);
    }
    const milliseconds: number[] = [];
    while (milliseconds.length < loads) {
      const child = fork(`${root}/bench/dist/snapshot-reader.js`, [folder, organization], {
        execArgv: [],
      });
      const told = once(child, 'message');
      const ended = once(child, 'exit');
      const [said] = (await Promise.race([told, ended])) as [unknown];
      if (typeof said !== 'object' || said === null) throw new Error('a consumer ended early');
      milliseconds.push((said as { milliseconds: number }).milliseconds);
      await ended;
    }
    return milliseconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(name: string, samples: readonly number[], bytes: number | null = null): Row {
  const { median, p99, max } = summarise([...samples]);
  return { name, median, p99, max, bytes };
}
