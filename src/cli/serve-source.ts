/** Where the policy that is served comes from: a file, or an organisation of a store. Each is a decision point that follows it. */
import { sitePdp } from '../adapters/pdp/site-pdp.js';
import { PolicyFileError, policyFilePdp, type ReloadTold } from '../adapters/server/policy-file.js';
import { openSite } from '../adapters/site/open-site.js';
import { PolicyError } from '../policy/issue.js';
import type { Arguments } from './arguments.js';
import { InputError } from './failure.js';
import { fileName } from './files.js';
import { withFeed } from './serve-feed.js';
import type { ServePlace, ServeSettings } from './serve-settings.js';
import type { ServeSource, SourceListeners } from './served-source.js';
import { organizationOf, requireSite, withStore } from './site-commands/opened.js';

/** Runs `work` on the source that the settings name, and closes it whatever happens. @throws InputError where there is none. */
export function withSource<T>(
  args: Arguments,
  settings: ServeSettings,
  listeners: SourceListeners,
  work: (source: ServeSource) => Promise<T>,
): Promise<T> {
  const { place } = settings;
  if (place.kind === 'file') return withFile(args, place, listeners, work);
  if (place.kind === 'feed') return withFeed(args, settings, place, listeners, work);
  return withOrganization(args, settings, place, listeners, work);
}

async function withFile<T>(
  args: Arguments,
  { path, allowOlder }: Extract<ServePlace, { kind: 'file' }>,
  listeners: SourceListeners,
  work: (source: ServeSource) => Promise<T>,
): Promise<T> {
  const pdp = await policyFilePdp(path, {
    allowOlder,
    allowDeprecatedRoles: args.has('allow-deprecated-roles'),
    onReload: (told) => tellReload(told, listeners),
  }).catch((error: unknown) => {
    throw error instanceof PolicyFileError ? fileFault(path, error) : error;
  });
  try {
    return await work({ pdp, refresh: () => pdp.refresh() });
  } finally {
    pdp.close();
  }
}

function fileFault(path: string, { code, message, cause }: PolicyFileError): InputError {
  if (cause instanceof PolicyError) {
    return new InputError(`${fileName(path)} is no valid policy`, cause.issues);
  }
  const words = message === 'ENOENT' ? 'there is no such file' : message;
  return new InputError(
    `${code === 'unreadable' ? 'cannot read ' : ''}${fileName(path)}: ${words}`,
  );
}

function tellReload(told: ReloadTold, { logger, reloaded }: SourceListeners): void {
  if (told.ok) {
    const { revision, milliseconds } = told;
    reloaded('ok');
    logger.info({ revision, milliseconds: Math.round(milliseconds) }, 'policy loaded');
    return;
  }
  const { code, detail, revision } = told;
  reloaded(code);
  logger.error({ code, detail, revision }, 'a policy was refused, the one before goes on deciding');
}

function withOrganization<T>(
  args: Arguments,
  { maxStalenessSeconds }: ServeSettings,
  { folder, url }: Extract<ServePlace, { kind: 'store' }>,
  { logger }: SourceListeners,
  work: (source: ServeSource) => Promise<T>,
): Promise<T> {
  if (folder !== undefined) requireSite({ kind: 'folder', folder });
  const named: Readonly<Record<string, string | undefined>> = {
    site: folder,
    database: url && withQueryTimeout(url),
  };
  const where: Arguments = { ...args, get: (option) => named[option] };
  return withStore(where, async (store, place) => {
    const organization = await organizationOf(args, store, place);
    const allowDeprecatedRoles = args.has('allow-deprecated-roles');
    const site = await openSite({ store, organization, allowDeprecatedRoles });
    const pdp = sitePdp(site, {
      maxStalenessSeconds,
      onStore(error) {
        if (error === undefined) logger.info({}, 'the store answers again');
        else
          logger.error({ error: error.name, detail: error.message }, 'the store does not answer');
      },
    });
    try {
      await pdp.refresh();
      return await work({ pdp, site, refresh: () => pdp.refresh() });
    } finally {
      pdp.close();
    }
  });
}

/** A server that was cut off must not hold a connection for as long as TCP would wait for it. */
function withQueryTimeout(url: string): string {
  if (!URL.canParse(url)) return url;
  const timed = new URL(url);
  if (!timed.searchParams.has('query_timeout')) timed.searchParams.set('query_timeout', '40000');
  return timed.href;
}
