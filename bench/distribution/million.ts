/** A policy of a million assignments as a feed: making and loading its snapshot, and one delta on both sides. */
import { checkNow, memorySigner } from '../../protocol/crypto/steps.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import { takeSnapshot } from '../../src/adapters/distribution/take-snapshot.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import { memoryStore } from '../../src/adapters/store/memory.js';
import type { FeedMessage } from '../../src/distribution/message.js';
import { newReader } from '../../src/distribution/reader.js';
import { receiveDelta, receiveSnapshot } from '../../src/distribution/receive.js';
import { openMessage } from '../../src/distribution/sealed.js';
import { summarise } from '../statistics.js';
import type { Row } from '../table.js';
import { buildWorld, type WorldName } from '../worlds.js';

/** Rows of the table, by name. */
export const LOAD_ROW = 'snapshot: fetched, checked, compiled';
export const READ_ROW = 'one delta: opened, applied';
const MAKE_ROW = 'snapshot: written in parts, hashed, sealed';
const TAKE_ROW = 'one delta: linked, applied, judged, at the source';

const crypto = nodeCrypto();
const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(1));

/** @param deltas - so many removals, one by one. */
export async function millionRows(world: WorldName, deltas: number, loads: number): Promise<Row[]> {
  const store = memoryStore();
  const { policy } = buildWorld(world, 1);
  await store.create(policy);
  const organization = policy.organization.id;
  const site = await openSite({ store, organization });
  const publisher = await openPublisher({ site, signer, crypto, pollMilliseconds: 3_600_000 });
  const made: number[] = [];
  const loaded: number[] = [];
  let state = newReader(organization, '');
  let bytes = 0;
  for (let load = 0; load < loads; load++) {
    const began = performance.now();
    const { head, parts } = await publisher.snapshot('');
    // Those after the first are served from what was kept ready.
    if (load === 0) made.push(performance.now() - began);
    globalThis.gc?.();
    const from = performance.now();
    const message = open(head);
    if (message.kind !== 'snapshot') throw new Error('no snapshot');
    const engine = await takeSnapshot(message, parts, crypto, {});
    state = receiveSnapshot(newReader(organization, ''), message, engine, Date.now()).state;
    loaded.push(performance.now() - from);
    bytes = message.parts.reduce((sum, part) => sum + part.bytes, 0);
  }
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
    const message = open(sealed);
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

function open(sealed: Uint8Array): FeedMessage {
  const message = checkNow(openMessage(sealed, [signer.publicKey], crypto), crypto);
  if (!message.ok) throw new Error(message.detail);
  return message.value;
}

function figures(name: string, samples: readonly number[], bytes: number | null = null): Row {
  const { median, p99, max } = summarise([...samples]);
  return { name, median, p99, max, bytes };
}
