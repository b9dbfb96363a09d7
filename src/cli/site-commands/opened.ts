/** Opening a site on the command line: which store, which organisation, and who is at the keyboard. */

import { openSite } from '../../adapters/site/open-site.js';
import type { Person } from '../../adapters/site/planned-write.js';
import type { Site } from '../../adapters/site/site.js';
import { pgliteStore } from '../../adapters/store/open-pglite.js';
import { postgresStore } from '../../adapters/store/open-postgres.js';
import { type Store, StoreError } from '../../adapters/store/store.js';
import { snapshotOf } from '../../engine/compile.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Arguments, Options } from '../arguments.js';
import { hint, InputError, UsageError } from '../failure.js';

/** Where a site is when nothing is said. */
export const FOLDER_DEFAULT = '.doorwright';

/** Options of every subcommand. */
export const SITE_OPTIONS: Options = {
  site: { value: 'DIR', about: `folder of the embedded store; default ${FOLDER_DEFAULT}` },
  database: { value: 'URL', about: 'a PostgreSQL server instead; default: DATABASE_URL, if set' },
  organization: { value: 'ID', about: 'which one, where the store has several' },
  as: { value: 'USER', about: 'who does it; default: the holder of the role that only one has' },
};

/** A site, and whoever acts. */
export interface OpenedSite {
  readonly site: Site;
  readonly actor: Person;
}

/** Runs `work` on the store that the arguments name, and closes it whatever happens. */
export async function withStore<T>(
  args: Arguments,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await told(() => storeOf(args));
  try {
    return await told(() => work(store));
  } finally {
    await store.close();
  }
}

/** Runs `work` on the site that the arguments name. */
export function withSite<T>(args: Arguments, work: (opened: OpenedSite) => Promise<T>): Promise<T> {
  return withStore(args, async (store) => {
    const site = await openSite({ store, organization: await organizationOf(args, store) });
    return work({ site, actor: actorOf(args, site) });
  });
}

function storeOf(args: Arguments): Promise<Store> {
  const folder = args.get('site');
  const url = args.get('database');
  if (folder !== undefined && url !== undefined) {
    throw new UsageError('`--site` and `--database` are two places; say one');
  }
  const server = url ?? (folder === undefined ? process.env['DATABASE_URL'] : undefined);
  if (server !== undefined && server !== '') return postgresStore(server);
  return pgliteStore(folder ?? FOLDER_DEFAULT);
}

async function organizationOf(args: Arguments, store: Store): Promise<string> {
  const known = await store.organizations();
  const asked = args.get('organization');
  if (asked !== undefined) {
    if (known.includes(asked)) return asked;
    throw new InputError(`unknown organisation \`${asked}\`${hint(asked, known)}`);
  }
  const [only, another] = known;
  if (only === undefined) {
    throw new InputError('there is no site yet; `doorwright site init policy.json` makes one');
  }
  if (another === undefined) return only;
  throw new UsageError(`several organisations, say one by \`--organization\`: ${known.join(', ')}`);
}

function actorOf(args: Arguments, { engine }: Site): Person {
  const via = { type: 'cli' };
  const named = args.get('as');
  if (named !== undefined) {
    if (findElement(engine, 'users', named) !== undefined) return { type: 'user', id: named, via };
    throw new InputError(`\`--as\` names no user: \`${named}\``);
  }
  const { roles } = snapshotOf(engine).model;
  const unique = new Set(roles.flatMap(({ id, unique: isUnique }) => (isUnique ? [id] : [])));
  for (const { role, subject } of elementsOf(engine, 'assignments')) {
    if (unique.has(role) && subject.type === 'user') return { type: 'user', id: subject.id, via };
  }
  throw new UsageError('nobody holds a role that only one has; say by `--as` who does it');
}

/** What a store cannot do is told in a line, not as a fault of the program. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isMissing = error instanceof TypeError && /npm install/u.test(error.message);
    if (error instanceof StoreError || isMissing) throw new InputError((error as Error).message);
    throw error;
  }
}
