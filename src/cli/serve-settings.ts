/** What `serve` was told, read and checked before anything is opened. */
import { isLoopbackAddress, isPrivate } from '../adapters/loopback.js';
import { type Arguments, readCount } from './arguments.js';
import { UsageError } from './failure.js';

/** Where the policy comes from. */
export type ServePlace =
  | { readonly kind: 'file'; readonly path: string; readonly allowOlder: boolean }
  | { readonly kind: 'store'; readonly folder?: string; readonly url?: string }
  | FeedPlace;

/** A feed, and where what it told is kept. */
export interface FeedPlace {
  readonly kind: 'feed';
  readonly url: string;
  /** Texts of the keys that may sign. */
  readonly keys: readonly string[];
  readonly organization: string;
  readonly name: string;
  /** Empty: the whole policy. */
  readonly slice: string;
  /** File of the bearer token. */
  readonly token: string | undefined;
  /** Undefined: nothing is kept, and a start needs the source. */
  readonly folder: string | undefined;
  /** File of door classes; undefined: one class, by the longest silence that is allowed. */
  readonly classes: string | undefined;
}

/** Whose JWTs are believed. */
export interface JwtSettings {
  readonly jwks: URL;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
}

/** All of it. */
export interface ServeSettings {
  readonly place: ServePlace;
  readonly host: string;
  readonly port: number;
  /** Undefined: the address of this machine at which it listens. */
  readonly baseUrl: string | undefined;
  readonly basePath: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** A file of clients. */
  readonly tokens: string | undefined;
  /** Whether the portal is shown. */
  readonly portal: boolean;
  readonly jwt: JwtSettings | undefined;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly maxStalenessSeconds: number;
  readonly drainSeconds: number;
  readonly deadlineSeconds: number;
  readonly log: { readonly format: 'json' | 'text'; readonly level: LogLevel };
}

type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const ALGORITHMS = ['EdDSA', 'ES256', 'PS256', 'RS256'];
const DAY_SECONDS = 86_400;

/**
 * Reads the arguments.
 * @throws UsageError for what cannot be meant, and for a server that anybody could ask from outside.
 */
export function readServeSettings(
  args: Arguments,
  env: Readonly<Record<string, string | undefined>>,
): ServeSettings {
  const host = args.get('host') ?? '127.0.0.1';
  const settings: ServeSettings = {
    place: readPlace(args, env),
    host,
    port: readPort(args, 'port') ?? 8080,
    baseUrl: args.get('base-url'),
    basePath: args.get('base-path'),
    tls: readTls(args),
    tokens: args.get('tokens'),
    portal: args.has('portal'),
    jwt: readJwt(args),
    metrics: readMetrics(args, host),
    maxStalenessSeconds: readSeconds(args, 'max-staleness') ?? 60,
    drainSeconds: readSeconds(args, 'drain') ?? 0,
    deadlineSeconds: readSeconds(args, 'deadline') ?? 10,
    log: {
      format: oneOf(args, 'log', ['json', 'text'] as const) ?? 'json',
      level: oneOf(args, 'log-level', LOG_LEVELS) ?? 'info',
    },
  };
  requireSafe(settings);
  return settings;
}

function requireSafe({ host, tokens, jwt, baseUrl, portal }: ServeSettings): void {
  if (portal && (tokens !== undefined || !isLoopbackAddress(host))) {
    throw new UsageError(
      '`--portal` shows the policy, and of a store who was where, to whoever can connect: it goes with a server for this machine alone, without `--tokens` and `--host`',
    );
  }
  if (jwt !== undefined && tokens === undefined) {
    throw new UsageError('`--jwks` needs `--tokens`, which says by `subject` whose tokens count');
  }
  if (isLoopbackAddress(host)) return;
  if (tokens === undefined) {
    throw new UsageError(
      `\`--host ${host}\` can be reached from outside: say by \`--tokens\` who may ask`,
    );
  }
  if (baseUrl === undefined) {
    throw new UsageError(
      `\`--host ${host}\` needs \`--base-url\`, the https address by which enforcement points know this server`,
    );
  }
}

function readPlace(args: Arguments, env: Readonly<Record<string, string | undefined>>): ServePlace {
  const [path] = args.files;
  const store = args.get('store');
  const feed = args.get('feed');
  if (feed !== undefined) return readFeed(args, feed);
  const lone = FEED_OPTIONS.find((option) => args.has(option));
  if (lone !== undefined) throw new UsageError(`\`--${lone}\` goes with \`--feed\``);
  if (path !== undefined) {
    const strange = ['store', 'organization', 'max-staleness'].find((option) => args.has(option));
    if (strange !== undefined) throw new UsageError(`\`--${strange}\` is not for a policy file`);
    if (path === '-') throw new UsageError('a policy to be served is a file, not standard input');
    return { kind: 'file', path, allowOlder: args.has('allow-older') };
  }
  if (args.has('allow-older')) throw new UsageError('`--allow-older` is for a policy file');
  const where = store ?? env['DATABASE_URL'] ?? '';
  if (where === '') throw new UsageError('a policy file or `--store` is missing');
  const isUrl = store === undefined || /^postgres(?:ql)?:/u.test(where);
  return isUrl ? { kind: 'store', url: where } : { kind: 'store', folder: where };
}

const FEED_OPTIONS = ['feed-key', 'feed-token', 'feed-folder', 'door-classes', 'slice', 'name'];

function readFeed(args: Arguments, url: string): FeedPlace {
  const strange = ['store', 'allow-older'].find((option) => args.has(option));
  if (strange !== undefined) throw new UsageError(`\`--${strange}\` is not for a feed`);
  if (args.files.length > 0) throw new UsageError('a policy file and `--feed` are two sources');
  if (args.has('door-classes') && args.has('max-staleness')) {
    throw new UsageError('`--door-classes` says what `--max-staleness` would');
  }
  const needed = (option: string): string => {
    const value = args.get(option);
    if (value === undefined) throw new UsageError(`\`--feed\` needs \`--${option}\``);
    return value;
  };
  const keys = args.all('feed-key');
  if (keys.length === 0) throw new UsageError('`--feed` needs `--feed-key`: who may sign it');
  return {
    kind: 'feed',
    url,
    keys,
    organization: needed('organization'),
    name: needed('name'),
    slice: args.get('slice') ?? '',
    token: args.get('feed-token'),
    folder: args.get('feed-folder'),
    classes: args.get('door-classes'),
  };
}

function readTls(args: Arguments): ServeSettings['tls'] {
  const [cert, key] = [args.get('tls-cert'), args.get('tls-key')];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UsageError('`--tls-cert` and `--tls-key` go together');
  }
  return { cert, key };
}

function readJwt(args: Arguments): JwtSettings | undefined {
  const [jwks, issuer, audience] = [args.get('jwks'), args.get('issuer'), args.get('audience')];
  const given = args.all('jwt-algorithm');
  if (jwks === undefined && issuer === undefined && audience === undefined) {
    if (given.length > 0) throw new UsageError('`--jwt-algorithm` goes with `--jwks`');
    return undefined;
  }
  if (jwks === undefined || issuer === undefined || audience === undefined) {
    throw new UsageError('`--jwks`, `--issuer` and `--audience` go together');
  }
  const url = URL.canParse(jwks) ? new URL(jwks) : undefined;
  if (url === undefined || !isPrivate(url))
    throw new UsageError(`\`--jwks\` is an https address: \`${jwks}\``);
  const algorithms = given.length === 0 ? ALGORITHMS : given;
  if (algorithms.some((name) => !/^(?:EdDSA|(?:ES|PS|RS)(?:256|384|512))$/u.test(name))) {
    throw new UsageError('`--jwt-algorithm` is that of a public key, such as ES256');
  }
  return { jwks: url, issuer, audience, algorithms };
}

function readMetrics(args: Arguments, host: string): ServeSettings['metrics'] {
  const port = readPort(args, 'metrics-port');
  const own = args.get('metrics-host');
  if (port === undefined) {
    if (own !== undefined) throw new UsageError('`--metrics-host` goes with `--metrics-port`');
    return undefined;
  }
  return { host: own ?? host, port };
}

/** A port that an option names; undefined where it is not given. @throws UsageError */
export function readPort(args: Arguments, option: string): number | undefined {
  const text = args.get(option);
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) {
    throw new UsageError(`\`--${option}\` must be a number from 0 to 65535: \`${text}\``);
  }
  return port;
}

function readSeconds(args: Arguments, option: string): number | undefined {
  const text = args.get(option);
  if (text === undefined) return undefined;
  return text === '0' && option !== 'max-staleness' ? 0 : readCount(option, text, DAY_SECONDS);
}

function oneOf<T extends string>(
  args: Arguments,
  option: string,
  known: readonly T[],
): T | undefined {
  const text = args.get(option);
  if (text === undefined) return undefined;
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`\`--${option}\` is one of ${known.join(', ')}: \`${text}\``);
}
