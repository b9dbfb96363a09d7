/** `doorwright feed publish` over a PostgreSQL of its own, and `doorwright serve --feed`, while the site is written to. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nobleSha256 } from '../../protocol/crypto/noble-hashes.js';
import { toHex } from '../../protocol/wire/hex.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { OrganizationStore } from '../../src/adapters/store/store.js';
import type { Assignment } from '../../src/policy/document.js';
import { startCluster } from '../../test/services/cluster.js';
import { SERVE_WORLD } from '../serve/questions.js';
import { buildWorld } from '../worlds.js';
import { type Program, portOf, startProgram } from './program.js';
import { clientsIn, SECONDS, type Stage, untilRevision, writeClients } from './stage.js';

/** A change so often. Both ends keep ten thousand of them, so that many more would look like a leak. */
const CHANGE_MS = 1000;
const FEED_TOKEN = 'ab'.repeat(16);
const CONSUMER = 'soak';

/** Opens the stage. */
export async function feedStage(root: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'doorwright-soak-'));
  const cluster = await startCluster({ durable: false });
  const store = await postgresStore(cluster.url);
  const programs = new Map<string, Program>();
  let writing: Writing | undefined;
  const close = async (): Promise<void> => {
    await writing?.stop();
    for (const { process: child } of programs.values()) child.kill('SIGKILL');
    await store.close();
    await cluster.remove();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { policy } = buildWorld(SERVE_WORLD, 0);
    const { id } = policy.organization;
    await store.create(policy);
    const files = await feedFiles(folder);
    const publisher = await startProgram(root, [
      ...['feed', 'publish', '--database', cluster.url, '--as', 'user-0', '--port', '0'],
      ...['--key', files.key, '--consumers', files.consumers],
    ]);
    programs.set('publisher', publisher);
    const { listening, key } = publisher.said as { listening: string; key: string };
    const consumer = await startProgram(root, [
      ...['serve', '--feed', listening, '--feed-key', key, '--feed-token', files.token],
      ...['--feed-folder', join(folder, 'feed'), '--organization', id, '--name', CONSUMER],
      ...['--port', '0', '--tokens', files.clients, '--log-level', 'warn'],
    ]);
    const port = portOf(consumer);
    const own = await store.open(id);
    writing = startWriting(own, policy.assignments?.at(-1), await own.revision());
    const { written, failure } = writing;
    const first = written();
    await untilRevision(port, first);
    let due = first;
    return {
      // The consumer is asked.
      programs: new Map([
        ['consumer', consumer],
        ['publisher', publisher],
      ]),
      port,
      clients: files.clients,
      async change() {
        await untilRevision(port, due);
        if (written() <= due) throw failure() ?? new Error('nothing was written for ten seconds');
        due = written();
      },
      changed: () => written() - first,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Writing {
  /** The revision written last. */
  written(): number;
  /** Why it stopped by itself. */
  failure(): unknown;
  stop(): Promise<void>;
}

/** Ends one right and gives it again, over and over. */
function startWriting(
  own: OrganizationStore,
  right: Assignment | undefined,
  begin: number,
): Writing {
  if (right === undefined) throw new TypeError('a world without assignments');
  const ending = new AbortController();
  let revision = begin;
  let failure: unknown;
  const write = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, CHANGE_MS));
      const next = revision + 1;
      const changes =
        (next - begin) % 2 === 1
          ? { remove: { assignments: [right.id] } }
          : { put: { assignments: [right] } };
      const at = new Date().toISOString();
      await own.write((writer) => writer.putChanges({ ...changes, revision: next }, at));
      revision = next;
    }
  };
  const running = write().catch((error: unknown) => {
    failure = error;
  });
  return {
    written: () => revision,
    failure: () => failure,
    async stop() {
      ending.abort();
      await running;
    },
  };
}

/** The files of both sides. The secret of the key is worth nothing elsewhere. */
async function feedFiles(folder: string) {
  const files = {
    key: join(folder, 'feed.key'),
    token: join(folder, 'token'),
    consumers: join(folder, 'consumers.json'),
    clients: clientsIn(folder),
  };
  const secret = toHex(nobleSha256(new TextEncoder().encode('soak')));
  await writeFile(files.key, `doorwright feed key, version 1\n${secret}\n`, { mode: 0o600 });
  await writeFile(files.token, FEED_TOKEN);
  const sha256 = createHash('sha256').update(FEED_TOKEN).digest('hex');
  await writeFile(files.consumers, JSON.stringify({ consumers: [{ id: CONSUMER, sha256 }] }));
  await writeClients(files.clients, SECONDS[0]);
  return files;
}
