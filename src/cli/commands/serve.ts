/** `doorwright serve`: a decision point for enforcement points that ask over HTTP. */
import type { Watcher } from '../../adapters/pdp/telling.js';
import { lineLogger } from '../../adapters/server/line-logger.js';
import { type ServerMetrics, serverMetrics } from '../../adapters/server/metrics.js';
import { watchersTogether } from '../../adapters/server/watchers-together.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, InputError } from '../failure.js';
import { POLICY_OPTIONS } from '../policies.js';
import { openCallers } from '../serve-callers.js';
import { PORTAL_PATH } from '../serve-portal.js';
import { listen, type Served, untilEnded } from '../serve-running.js';
import { readServeSettings, type ServeSettings } from '../serve-settings.js';
import { withSource } from '../serve-source.js';
import type { Terminal } from '../terminal.js';

/** The command `serve`. */
export const SERVE: Command = {
  name: 'serve',
  summary: 'answer enforcement points over HTTP, by AuthZEN 1.0',
  usage: '(POLICY | --store DIR|URL [--organization ID] | --feed URL …) [options]',
  about: [
    'Decides by a policy file, which may be replaced while it decides, or by an organisation of a store. A file takes over whole, when it is valid and its `revision` is higher; any other leaves the policy that decides. A store is followed; where it is silent for longer than --max-staleness, all is refused but the way out. So is a feed, which brings the policy of a site far away: docs/distribution.md.',
    'Without --tokens only this machine may ask (127.0.0.1). The file of --tokens says who may ask, known by the SHA-256 of a token or by the `subject` of a JWT, and what each may say and see: docs/serve.md. Probes are /health/live, /health/ready and /health/fresh; /metrics is for Prometheus, by the package prom-client.',
    'Prints one line where it listens, and logs to standard error. SIGHUP looks at policy, clients and certificates now; SIGTERM or Ctrl-C ends it in order, a second one at once.',
    'Exit code: 0 ended as told; 2 bad usage or input, a policy that is not valid, or an address that cannot be listened on; 130 ended at once.',
  ],
  examples: [
    'doorwright serve examples/coworking/policy.json',
    'doorwright serve examples/housing/policy.json --portal',
    'doorwright serve policy.json --host 0.0.0.0 --tokens clients.json --base-url https://pdp.example --drain 5',
    'doorwright serve --store postgres://pdp@db/doorwright --organization acme --tokens clients.json',
  ],
  options: {
    store: {
      value: 'PLACE',
      about: 'a store: a folder, or postgres://…; default: DATABASE_URL, if set',
    },
    organization: {
      value: 'ID',
      about: 'which one, where the store has several; of a feed always',
    },
    feed: { value: 'URL', about: 'a feed, as `doorwright feed publish` serves it' },
    'feed-key': { value: 'KEY', about: 'who may sign it, `ed25519:…`', many: true },
    'feed-token': { value: 'F', about: 'the file of the token by which the source knows us' },
    'feed-folder': {
      value: 'DIR',
      about: 'keeps what the feed told: a start needs no network then',
    },
    'door-classes': {
      value: 'F',
      about: 'how long a feed may be silent for which doors, and what then: docs/cli.md',
    },
    name: { value: 'ID', about: 'our name among the consumers of the feed' },
    slice: { value: 'S', about: 'the part of the policy that we follow; default: the whole' },
    portal: {
      about: 'also show the policy, and of a store its events, to this machine at /portal/',
    },
    host: { value: 'HOST', about: 'address to listen on; default 127.0.0.1' },
    port: { value: 'N', about: 'port to listen on, 0 for any free one; default 8080' },
    'base-url': { value: 'URL', about: 'the https address by which enforcement points know it' },
    'base-path': {
      value: 'PATH',
      about: 'the path under which it sees them, where a proxy cuts some off',
    },
    tokens: { value: 'F', about: 'the file of clients; changes in it are taken up' },
    jwks: {
      value: 'URL',
      about: 'keys of an identity provider whose JWTs are believed, by the package jose',
    },
    issuer: { value: 'I', about: 'its name in `iss`' },
    audience: { value: 'A', about: 'our name in `aud`' },
    'jwt-algorithm': {
      value: 'ALG',
      about: 'EdDSA, ES256, PS256 or RS256, unless this says otherwise',
      many: true,
    },
    'tls-cert': { value: 'F', about: 'certificates, PEM: it then speaks HTTPS' },
    'tls-key': { value: 'F', about: 'their key, PEM' },
    'max-staleness': {
      value: 'SECONDS',
      about: 'how long a store or feed may be silent; default 60',
    },
    'allow-older': { about: 'let a policy of a lower or the same revision take over' },
    'metrics-port': { value: 'N', about: 'probes and metrics on a port of their own' },
    'metrics-host': { value: 'HOST', about: 'and on an address of their own; default: --host' },
    drain: {
      value: 'SECONDS',
      about: 'go on answering after SIGTERM, while the probe says 503; default 0',
    },
    deadline: { value: 'SECONDS', about: 'what still runs so long after that is cut; default 10' },
    log: { value: 'FORMAT', choices: ['json', 'text'], about: 'json (default) or text' },
    'log-level': {
      value: 'LEVEL',
      choices: ['debug', 'info', 'warn', 'error'],
      about: 'debug, info (default), warn or error',
    },
    otel: { about: 'also tell OpenTelemetry, by the package @opentelemetry/api' },
    ...POLICY_OPTIONS,
  },
  filesMax: 1,
  async run(args, terminal) {
    const settings = readServeSettings(args, process.env);
    const logger = lineLogger({ ...settings.log, write: (line) => process.stderr.write(line) });
    let metrics: ServerMetrics | undefined;
    const listeners = { logger, reloaded: (result: string) => metrics?.reloaded(result) };
    return withSource(args, settings, listeners, async (source) => {
      metrics = await openMetrics(source.pdp, settings);
      if (metrics === undefined) logger.info({}, 'no metrics: npm install prom-client');
      const callers = await openCallers(settings, logger, source.pdp.open !== undefined);
      try {
        const watchers = [metrics?.watcher, args.has('otel') ? await openOtel() : undefined];
        const watcher = watchersTogether(watchers.filter((one) => one !== undefined));
        await serve({ source, callers, metrics, watcher, logger }, settings, args, terminal);
      } finally {
        callers.close();
      }
      return EXIT.yes;
    });
  },
};

async function serve(
  served: Served,
  settings: ServeSettings,
  args: Arguments,
  terminal: Terminal,
): Promise<void> {
  const listeners = await listen(served, settings);
  const { main, metrics } = listeners;
  const { revision } = served.source.pdp.status();
  const { organization } = served.source.pdp;
  const ended = untilEnded(listeners, served, settings);
  const portal = settings.portal ? `${main.url}${PORTAL_PATH}` : undefined;
  const line = args.has('json')
    ? JSON.stringify({ listening: main.url, metrics: metrics?.url, portal, organization, revision })
    : `listening on ${main.url}, \`${organization}\` at revision ${revision}${portal === undefined ? '' : `; look at it: ${portal}`}`;
  await terminal.write(`${line}\n`);
  await ended;
}

/** What tells OpenTelemetry; an SDK that was loaded before us listens. @throws InputError where its API is not installed. */
async function openOtel(): Promise<Watcher> {
  try {
    const { otelWatcher } = await import('../../adapters/otel/otel-watcher.js');
    return otelWatcher();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new InputError(
      '`--otel` needs the package @opentelemetry/api: npm install @opentelemetry/api',
    );
  }
}

/** Metrics where they can be had. @throws InputError where they are asked for and cannot. */
async function openMetrics(
  pdp: Parameters<typeof serverMetrics>[0]['pdp'],
  settings: ServeSettings,
): Promise<ServerMetrics | undefined> {
  try {
    return await serverMetrics({ pdp });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (settings.metrics !== undefined)
      throw new InputError(`\`--metrics-port\`: ${error.message}`);
    return undefined;
  }
}
