/** The options of the endpoints, checked once and with their defaults. */

import { PAGE_LIMIT_MAX } from '../../values/limits.js';
import { isLoopbackName } from '../loopback.js';
import { checkRate } from './buckets.js';
import type { Rate } from './client.js';
import type { AuthzenLimits, AuthzenOptions } from './options.js';

/** The options with nothing left out that has a default. */
export interface Setup
  extends Omit<AuthzenOptions, 'limits' | 'rate' | 'basePath' | 'now' | 'random'> {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Without a slash at its end; empty for none. */
  readonly basePath: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly limits: Required<AuthzenLimits>;
  readonly clientRate: Rate | false;
  readonly failureRate: Rate | false;
}

/** Sizes that are right for enforcement points; see `AuthzenLimits`. */
export const DEFAULT_LIMITS: Required<AuthzenLimits> = {
  bodyBytes: 1 << 20,
  batchItems: 1000,
  pageResults: PAGE_LIMIT_MAX,
  depth: 32,
  waitMilliseconds: 2000,
};
/** Deeper nesting would be read by recursion further than a small stack goes. */
const DEPTH_MAX = 256;

/**
 * Reads the options.
 * @throws TypeError for a `baseUrl` or `basePath` that is none; RangeError for a limit or rate.
 */
export function setUp(options: AuthzenOptions): Setup {
  const { pathname, text } = readBaseUrl(options.baseUrl);
  const { basePath = pathname } = options;
  if (basePath !== '' && !basePath.startsWith('/')) {
    throw new TypeError(`no absolute path \`${basePath}\``);
  }
  const { client = false, failures = { perSecond: 1, burst: 60 } } = options.rate ?? {};
  checkRate(client);
  checkRate(failures);
  return {
    ...options,
    baseUrl: text,
    basePath: basePath.replace(/\/+$/u, ''),
    now: options.now ?? Date.now,
    random: options.random ?? ((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
    limits: limitsOf(options.limits ?? {}),
    clientRate: client,
    failureRate: failures,
  };
}

/** @see AuthZEN 1.0, "Endpoint Parameters": https, no query, no fragment. */
function readBaseUrl(baseUrl: string): { readonly pathname: string; readonly text: string } {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isLoopback = isLoopbackName(url?.hostname ?? '');
  const isFit = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (url === undefined || !isFit || /[?#]/u.test(baseUrl) || url.username !== '') {
    throw new TypeError('baseUrl is an https URL without query and fragment');
  }
  return {
    pathname: url.pathname.replace(/\/+$/u, ''),
    text: baseUrl.replace(/\/+$/u, ''),
  };
}

function limitsOf(given: AuthzenLimits): Required<AuthzenLimits> {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const isWhole = Object.values(limits).every((limit) => Number.isSafeInteger(limit) && limit > 0);
  if (!isWhole) throw new RangeError('limits are whole numbers above 0');
  if (limits.pageResults > PAGE_LIMIT_MAX) {
    throw new RangeError(`a page has at most ${PAGE_LIMIT_MAX} results`);
  }
  if (limits.depth > DEPTH_MAX) throw new RangeError(`a body nests at most ${DEPTH_MAX} deep`);
  return limits;
}
