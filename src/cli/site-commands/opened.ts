/** Opening a site on the command line: which store, which organisation, and who is at the keyboard. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSite } from '../../adapters/site/open-site.js';
import type { Person } from '../../adapters/site/planned-write.js';
import type { Site } from '../../adapters/site/site.js';
import { pgliteStore } from '../../adapters/store/open-pglite.js';
import { postgresStore } from '../../adapters/store/open-postgres.js';
import { type Store, type StoreCode, StoreError } from '../../adapters/store/store.js';
import { RequestError } from '../../engine/request.js';
import { PolicyError } from '../../policy/issue.js';
import type { Arguments } from '../arguments.js';
import { hint, InputError, UsageError } from '../failure.js';
import { fileName } from '../files.js';
import { requestMessage } from '../requests.js';
import { soleHolderOf } from '../sole-holder.js';
import { requireElement } from './known.js';

/** Where a site is when nothing is said. */
export const FOLDER_DEFAULT = '.doorwright';

/** A site, and whoever acts. */
export interface OpenedSite {
  readonly site: Site;
  readonly actor: Person;
}

/** Where a store is. */
export type StorePlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'server'; readonly url: string };

/**
 * The place that the arguments name; else the server of DATABASE_URL; else a folder of the default name.
 * @throws UsageError when two places are named.
 */
export function placeOf(
  args: Arguments,
  env: Readonly<Record<string, string | undefined>>,
): StorePlace {
  const folder = args.get('site');
  const url = args.get('database');
  if (folder !== undefined && url !== undefined) {
    throw new UsageError('`--site` and `--database` are two places; say one');
  }
  if (folder !== undefined) return { kind: 'folder', folder };
  const server = url ?? env['DATABASE_URL'] ?? '';
  return server === ''
    ? { kind: 'folder', folder: FOLDER_DEFAULT }
    : { kind: 'server', url: server };
}

/** Runs `work` on the store that the arguments name, which is made where there is none, and closes it whatever happens. */
export async function withStore<T>(
  args: Arguments,
  work: (store: Store, place: StorePlace) => Promise<T>,
): Promise<T> {
  const place = placeOf(args, process.env);
  const store = await told(() =>
    place.kind === 'server' ? postgresStore(serverOf(place.url)) : pgliteStore(place.folder),
  );
  try {
    return await told(() => work(store, place));
  } finally {
    await store.close();
  }
}

/** Runs `work` on the site that the arguments name. @throws InputError where there is none. */
export function withSite<T>(args: Arguments, work: (opened: OpenedSite) => Promise<T>): Promise<T> {
  const place = placeOf(args, process.env);
  requireSite(place);
  return withStore(args, async (store) => {
    const organization = await organizationOf(args, store, place);
    const allowDeprecatedRoles = args.has('allow-deprecated-roles');
    const site = await openSite({ store, organization, allowDeprecatedRoles });
    return work({ site, actor: actorOf(args, site) });
  });
}

/** Opening a store makes one: whoever stands in the wrong folder would wait for it, and keep it. @throws InputError */
export function requireSite(place: StorePlace): void {
  if (place.kind === 'folder' && !existsSync(join(place.folder, 'pgdata'))) throw noSite(place);
}

function noSite(place: StorePlace): InputError {
  const where = place.kind === 'folder' ? fileName(place.folder) : 'the database';
  return new InputError(`no site in ${where}; \`doorwright site init policy.json\` makes one`);
}

/** An address that can be read as one. It may hold a password, so no message repeats it. */
function serverOf(url: string): string {
  if (/^postgres(?:ql)?:\/\//u.test(url) && URL.canParse(url)) return url;
  throw new InputError(
    'not the address of a PostgreSQL server, postgres://user:password@host:port/database (--database or DATABASE_URL)',
  );
}

/** The organisation that the arguments name; else the only one. @throws InputError, UsageError */
export async function organizationOf(
  args: Arguments,
  store: Store,
  place: StorePlace,
): Promise<string> {
  const known = await store.organizations();
  const asked = args.get('organization');
  if (asked !== undefined) {
    if (known.includes(asked)) return asked;
    throw new InputError(`unknown organisation \`${asked}\`${hint(asked, known)}`);
  }
  const [only, another] = known;
  if (only === undefined) throw noSite(place);
  if (another === undefined) return only;
  throw new UsageError(`several organisations, say one by \`--organization\`: ${known.join(', ')}`);
}

function actorOf(args: Arguments, { engine }: Site): Person {
  const via = { type: 'cli' };
  const named = args.get('as');
  if (named !== undefined) {
    requireElement(engine, 'users', 'user', named);
    return { type: 'user', id: named, via };
  }
  const sole = soleHolderOf(engine);
  if (sole !== undefined) return { type: 'user', id: sole, via };
  throw new UsageError('nobody holds a role that only one has; say by `--as` who does it');
}

/** What the code of a store's error means to whoever sits at the keyboard. */
const STORE_WORDS: Readonly<Record<StoreCode, string>> = {
  busy: 'the store is in use',
  unavailable: 'the store cannot be reached',
  conflict: 'others were writing for too long',
  corrupt: 'the store is damaged',
  newer: 'the store is of a newer doorwright',
  exists: 'nothing was made',
  unknown_organization: 'no such site',
};

/** What a store cannot do, or holds that nobody wrote so, is told in a line and not as a fault of the program. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inWords(error);
  }
}

function inWords(error: unknown): unknown {
  if (error instanceof StoreError) return new InputError(storeText(error));
  if (error instanceof RequestError) return new InputError(`facts: ${requestMessage(error)}`);
  if (error instanceof PolicyError) {
    return new InputError('the policy in the store is not valid here', error.issues);
  }
  if (error instanceof SyntaxError) {
    return new InputError(
      `the store is damaged, \`doorwright events verify\` says where: ${error.message}`,
    );
  }
  const isDamage = error instanceof TypeError && / is damaged/u.test(error.message);
  if (isDamage) return new InputError(`${STORE_WORDS.corrupt}: ${error.message}`);
  const isMissing = error instanceof TypeError && /npm install/u.test(error.message);
  return isMissing ? new InputError(error.message) : error;
}

function storeText({ code, message, mayHaveActed }: StoreError): string {
  const maybe = mayHaveActed
    ? '; it may have been written all the same: look before repeating'
    : '';
  return `${STORE_WORDS[code]}: ${message}${maybe}`;
}
