/** A feed as what `serve` decides by: a consumer, with a disk of its own where it is given one. */
import { openConsumer } from '../adapters/distribution/consumer.js';
import type { DoorClass } from '../adapters/distribution/door-classes.js';
import { feedFolder } from '../adapters/distribution/feed-folder.js';
import { noMemory } from '../adapters/distribution/feed-memory.js';
import { httpSource } from '../adapters/distribution/http-source.js';
import { fastestCrypto } from '../adapters/fastest.js';
import { FolderHeldError } from '../adapters/lock-file.js';
import type { Arguments } from './arguments.js';
import { readDoorClasses } from './door-classes.js';
import { InputError, UsageError } from './failure.js';
import { readPublicKey } from './feed-key.js';
import { fileName, readText } from './files.js';
import type { FeedPlace, ServeSettings } from './serve-settings.js';
import type { ServeSource, SourceListeners } from './served-source.js';

/** Runs `work` on the consumer of a feed. It listens at once, and is ready when a policy has come. */
export async function withFeed<T>(
  args: Arguments,
  { maxStalenessSeconds }: ServeSettings,
  place: FeedPlace,
  { logger, reloaded }: SourceListeners,
  work: (source: ServeSource) => Promise<T>,
): Promise<T> {
  const crypto = await fastestCrypto();
  const keys = place.keys.map((text) => readPublicKey(text, crypto));
  const classes: readonly DoorClass[] =
    place.classes === undefined
      ? [{ maxStalenessSeconds, whenStale: 'fail_secure' }]
      : await readDoorClasses(place.classes);
  const token = place.token === undefined ? undefined : (await readText(place.token)).trim();
  const consumer = await openConsumer({
    organization: place.organization,
    name: place.name,
    slice: place.slice,
    source: sourceOf(place, token),
    keys,
    crypto,
    memory: place.folder === undefined ? noMemory() : folderOf(place.folder),
    classes,
    policyOptions: { allowDeprecatedRoles: args.has('allow-deprecated-roles') },
    onFault: (fault, detail) => logger.error({ fault, detail }, 'the feed'),
  }).catch((error: unknown) => {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  });
  let last = consumer.position();
  const forget = consumer.onChange(() => {
    const position = consumer.position();
    if (position === last || position === undefined) return;
    last = position;
    reloaded('ok');
    logger.debug({ epoch: position.epoch, revision: position.revision }, 'policy changed');
  });
  const refresh = async (): Promise<boolean> => (await consumer.pdp.at({ kind: 'latest' })).ok;
  try {
    return await work({ pdp: consumer.pdp, refresh });
  } finally {
    forget();
    await consumer.stop();
  }
}

function sourceOf({ url }: FeedPlace, token: string | undefined) {
  try {
    return httpSource({ url, ...(token === undefined ? {} : { token }) });
  } catch (error) {
    throw new UsageError(`\`--feed\`: ${(error as Error).message}`);
  }
}

function folderOf(folder: string) {
  try {
    return feedFolder(folder);
  } catch (error) {
    const isOurs = error instanceof FolderHeldError;
    if (isOurs || 'code' in (error as object)) {
      throw new InputError(`${fileName(folder)}: ${(error as Error).message}`);
    }
    throw error;
  }
}
