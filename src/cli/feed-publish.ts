/** `doorwright feed publish`: a site's policy for consumers far away, and word of what they enforce. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bearerToken } from '../adapters/bearer-token.js';
import { beginEpoch } from '../adapters/distribution/epoch.js';
import { feedHandler } from '../adapters/distribution/http-carrier.js';
import { openPublisher } from '../adapters/distribution/open-publisher.js';
import type { Publisher } from '../adapters/distribution/publisher.js';
import { fastestCrypto } from '../adapters/fastest.js';
import { isLoopbackAddress } from '../adapters/loopback.js';
import { nodeListener } from '../adapters/node-listener.js';
import type { Logger } from '../adapters/pdp/telling.js';
import { lineLogger } from '../adapters/server/line-logger.js';
import type { Arguments } from './arguments.js';
import { EXIT, InputError, UsageError } from './failure.js';
import { type FeedConsumers, feedCallers, readConsumers } from './feed-consumers.js';
import { createFeedKey, publicText, readFeedKey } from './feed-key.js';
import { fileName, readText } from './files.js';
import { readPort } from './serve-settings.js';
import { withSite } from './site-commands/opened.js';
import type { Terminal } from './terminal.js';

/** How long consumers may take to enforce a removal before those that did not are named, milliseconds. */
const PATIENCE_MS = 10_000;

/** Makes a key and prints its public half. */
export async function runFeedKey(args: Arguments, terminal: Terminal): Promise<number> {
  const file = required(args, 'key');
  const key = await createFeedKey(file, await fastestCrypto());
  await terminal.write(args.has('json') ? `${JSON.stringify({ key })}\n` : `${key}\n`);
  return EXIT.yes;
}

/** Begins a new epoch after a restore. */
export function runFeedEpoch(args: Arguments, terminal: Terminal): Promise<number> {
  return withSite(args, async ({ site, actor }) => {
    const begun = await beginEpoch(site, actor);
    if (!begun.ok) throw new InputError(`no epoch was begun: ${begun.code}: ${begun.detail}`);
    const { epoch, base } = begun.value;
    const text = `epoch ${epoch}, from revision ${base}`;
    await terminal.write(
      `${args.has('json') ? JSON.stringify({ epoch, revision: base }) : text}\n`,
    );
    return EXIT.yes;
  });
}

/** Publishes until it is told to end. */
export async function runFeedPublish(args: Arguments, terminal: Terminal): Promise<number> {
  const host = args.get('host') ?? '127.0.0.1';
  if (!isLoopbackAddress(host)) {
    throw new UsageError(
      `\`--host ${host}\` can be reached from outside: let a proxy with TLS stand before this machine`,
    );
  }
  const port = readPort(args, 'port') ?? 8081;
  const crypto = await fastestCrypto();
  const signer = await readFeedKey(required(args, 'key'), crypto);
  const known = await consumersOf(required(args, 'consumers'));
  const logger = lineLogger({ format: 'json', write: (line) => process.stderr.write(line) });
  return withSite(args, async ({ site }) => {
    const publisher = await openPublisher({
      site,
      signer,
      crypto,
      slices: known.slices,
      consumers: known.consumers.map(({ id }) => id),
      onFault: (fault, detail) => logger.error({ fault, detail: textOf(detail) }, 'feed'),
    });
    const callerOf = feedCallers(known, (bytes) => crypto.sha256(bytes));
    const authenticate = async ({ headers }: Request) =>
      callerOf(bearerToken({ header: (name) => headers.get(name) ?? undefined }));
    const server = createServer(nodeListener(feedHandler(publisher, { authenticate })));
    const forget = tellEnforcement(publisher, logger);
    try {
      const url = await listening(server, host, port);
      const { epoch, revision } = publisher.position;
      const key = publicText(signer.publicKey);
      const line = args.has('json')
        ? JSON.stringify({ listening: `${url}/feed/v1`, key, epoch, revision })
        : `listening on ${url}/feed/v1, key ${key}, revision ${revision} of epoch ${epoch}`;
      await terminal.write(`${line}\n`);
      process.removeAllListeners('SIGINT');
      await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    } finally {
      forget();
      server.close();
      await publisher.close();
      server.closeAllConnections();
    }
    return EXIT.yes;
  });
}

async function consumersOf(file: string): Promise<FeedConsumers> {
  const read = readConsumers(await readText(file));
  if (!read.ok) throw new InputError(`${fileName(file)}: ${read.detail}`);
  return read.value;
}

function textOf(detail: unknown): string {
  const { slice } =
    ((typeof detail === 'object' ? detail : null) as { readonly slice?: unknown }) ?? {};
  return slice === undefined ? String(detail) : `slice \`${slice}\``;
}

/** Says of every removal where it is in force: "enforced at 41 of 42". */
function tellEnforcement(publisher: Publisher, logger: Logger): () => void {
  const ending = new AbortController();
  const tell = async (revision: number): Promise<void> => {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const told = await publisher
      .untilEnforced(revision, { signal })
      .catch(() => publisher.enforced(revision));
    const { enforced, of, missing } = told;
    const names = missing.slice(0, 20).map(({ consumer }) => consumer);
    const fields = { revision, enforced, of, ...(names.length === 0 ? {} : { missing: names }) };
    if (names.length === 0) logger.info(fields, 'enforced');
    else logger.warn(fields, `enforced at ${enforced} of ${of}`);
  };
  const stop = publisher.watch(({ kind, slice, position }) => {
    if (kind !== 'delta' || slice !== '') return;
    tell(position.revision).catch(() => undefined);
  });
  return () => {
    stop();
    ending.abort();
  };
}

async function listening(server: Server, host: string, port: number): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new InputError(`cannot listen: ${(error as Error).message}`);
  }
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

function required(args: Arguments, option: string): string {
  const value = args.get(option);
  if (value === undefined) throw new UsageError(`\`--${option}\` is missing`);
  return value;
}
