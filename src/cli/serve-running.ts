/** A served decision point while it runs: its listeners, and what signals do to it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { authzenPoint } from '../adapters/authzen/authzen-point.js';
import type { PdpStatus } from '../adapters/pdp/pdp.js';
import type { Logger, Watcher } from '../adapters/pdp/telling.js';
import type { ServerMetrics } from '../adapters/server/metrics.js';
import type { ServerOptions } from '../adapters/server/server-options.js';
import { type RunningServer, startServer } from '../adapters/server/start-server.js';
import { EXIT, InputError } from './failure.js';
import { fileName } from './files.js';
import type { Callers } from './serve-callers.js';
import { portalPages } from './serve-portal.js';
import type { ServeSettings } from './serve-settings.js';
import type { ServeSource } from './served-source.js';

/** All that is served. */
export interface Served {
  readonly source: ServeSource;
  readonly callers: Callers;
  readonly metrics: ServerMetrics | undefined;
  readonly watcher: Watcher;
  readonly logger: Logger;
}

/** The listeners: the decisions' own, and that of metrics where it is another. */
export interface Listeners {
  readonly main: RunningServer;
  readonly metrics: RunningServer | undefined;
}

/** Listens. @throws InputError where that cannot be. */
export async function listen(served: Served, settings: ServeSettings): Promise<Listeners> {
  const { source, callers, watcher, logger } = served;
  const status = (): PdpStatus => {
    const now = source.pdp.status();
    return { ...now, faults: [...now.faults, ...callers.faults()] };
  };
  const probes = { status };
  const metrics = served.metrics === undefined ? {} : { metrics: served.metrics };
  const tls = settings.tls === undefined ? {} : { tls: await readTls(settings.tls) };
  const point: ServerOptions['point'] = (url) =>
    authzenPoint({
      pdp: source.pdp,
      baseUrl: settings.baseUrl ?? url,
      ...(settings.basePath === undefined ? {} : { basePath: settings.basePath }),
      authenticate: (exchange) => callers.authenticate(exchange),
      watcher,
      logger,
    });
  const { host, port } = settings;
  const pages = settings.portal ? { pages: portalPages(source) } : {};
  const own = settings.metrics === undefined ? metrics : {};
  const main = await listening({
    ...{ point, probes, watcher, logger, host, port },
    ...{ ...own, ...tls, ...pages },
  });
  try {
    const aside =
      settings.metrics && (await listening({ probes, ...metrics, ...settings.metrics }));
    return { main, metrics: aside };
  } catch (error) {
    main.destroy();
    throw error;
  }
}

/**
 * Runs until SIGTERM or Ctrl-C, and ends in order; a second one ends the process at once. SIGHUP looks at the
 * policy, the clients and the certificates now.
 */
export async function untilEnded(
  listeners: Listeners,
  served: Served,
  settings: ServeSettings,
): Promise<void> {
  const { main, metrics } = listeners;
  const { logger } = served;
  // The program ends at the first Ctrl-C elsewhere: here it ends in order.
  process.removeAllListeners('SIGINT');
  const hangUp = () => void reload(main, served, settings);
  process.on('SIGHUP', hangUp);
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    const end = (name: NodeJS.Signals) => {
      for (const one of ['SIGTERM', 'SIGINT'] as const) {
        process.off(one, end);
        process.on(one, () => process.exit(EXIT.interrupted));
      }
      resolve(name);
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  });
  // Nobody at a keyboard waits for load balancers.
  const drainSeconds = signal === 'SIGTERM' ? settings.drainSeconds : 0;
  logger.info({ signal, drainSeconds }, 'ending');
  main.leave();
  metrics?.leave();
  if (drainSeconds > 0) await pause(drainSeconds * 1000);
  await main.close(settings.deadlineSeconds);
  await metrics?.close(1);
  process.off('SIGHUP', hangUp);
  logger.info({}, 'ended');
  // A store that hangs must not keep a process that has said goodbye.
  setTimeout(() => process.exit(EXIT.yes), 5_000).unref();
}

async function reload(
  main: RunningServer,
  { source, callers, logger }: Served,
  { tls }: ServeSettings,
): Promise<void> {
  const [policy, clients] = await Promise.all([source.refresh(), callers.refresh()]);
  let certificates: boolean | undefined;
  if (tls !== undefined) {
    try {
      main.setTls(await readTls(tls));
      certificates = true;
    } catch (error) {
      certificates = false;
      logger.error(
        { detail: (error as Error).message },
        'certificates cannot be used, those before stay',
      );
    }
  }
  const { revision } = source.pdp.status();
  logger.info({ policy, clients, certificates, revision }, 'looked at everything again');
}

async function readTls(tls: NonNullable<ServeSettings['tls']>) {
  const read = (path: string) =>
    readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`cannot read ${fileName(path)}: ${error.code ?? error.message}`);
    });
  const [cert, key] = await Promise.all([read(tls.cert), read(tls.key)]);
  return { cert, key };
}

async function listening(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    // Of the system, of TLS, or of the address that `--base-url` names.
    const isGiven = error instanceof TypeError || 'code' in (error as object);
    if (isGiven) throw new InputError(`cannot listen: ${(error as Error).message}`);
    throw error;
  }
}
