/** The SCIM server as one function of the web's Request and Response. */

import { errorBody, refuse, type ScimOutcome } from '../../admin/scim/code.js';
import type { Locate } from '../../admin/scim/discovery.js';
import { BODY_BYTES_MAX } from '../../admin/scim/limits.js';
import { readParameters } from '../../admin/scim/query.js';
import { bearerToken } from '../bearer-token.js';
import { quietly } from '../quietly.js';
import { runBulk } from './bulk-run.js';
import { dispatch } from './dispatch.js';
import type { Call, Exchange, Reply, ScimCaller, ScimSettings } from './exchange.js';
import { decodedSegments, faultAnswer, readJson, toReply, toResponse } from './http.js';

/** How a SCIM server is set up. */
export interface ScimOptions {
  /**
   * Who a bearer token stands for, or undefined. Called for every request; whoever implements it compares in
   * constant time and keeps no token but hashes of them.
   */
  readonly authenticate: (
    token: string,
  ) => ScimCaller | undefined | Promise<ScimCaller | undefined>;
  /** Where the endpoints lie. Default `/scim/v2`. */
  readonly basePath?: string;
  /** Scheme and host of answered URIs, where a proxy hides them. Default: those of each request. */
  readonly origin?: string;
  /** What a SCIM Group is: members of a group of doors (default), or a team. */
  readonly groupsAre?: 'groups' | 'teams';
  /** The role that members of a group of doors hold. Default: `door_access`, `guest` or `basic_user`, as the model has it. */
  readonly role?: string;
  /** Whether `remove` of all `members` without naming one empties a group. Default: no, it is refused. */
  readonly allowRemoveAllMembers?: boolean;
  /** Default and most: 1 MiB. */
  readonly bodyBytesMax?: number;
  /** Told of what was answered with 500 or 503, also of single operations of a bulk request. What it throws is dropped. */
  readonly onError?: (error: unknown) => void;
}

/**
 * A SCIM 2.0 server for every site that tokens lead to. The function never rejects.
 * @throws RangeError for a `bodyBytesMax` that is none. TypeError for a `basePath` that does not begin with a slash.
 * @see RFC 7643, RFC 7644; docs/scim.md
 */
export function scimHandler(options: ScimOptions): (request: Request) => Promise<Response> {
  const settings = settingsOf(options);
  return async (request) => {
    try {
      return toResponse(await answer(request, options, settings));
    } catch (error) {
      settings.onError(error);
      return toResponse(faultAnswer(error));
    }
  };
}

function settingsOf(options: ScimOptions): ScimSettings {
  const { basePath = '/scim/v2', bodyBytesMax = BODY_BYTES_MAX } = options;
  if (!basePath.startsWith('/')) throw new TypeError(`no absolute path \`${basePath}\``);
  const isSize = Number.isSafeInteger(bodyBytesMax) && bodyBytesMax > 0;
  if (!isSize || bodyBytesMax > BODY_BYTES_MAX) throw new RangeError('no size of a body');
  return {
    basePath: basePath.replace(/\/+$/u, ''),
    origin: options.origin?.replace(/\/+$/u, ''),
    groupsAre: options.groupsAre ?? 'groups',
    role: options.role,
    allowRemoveAllMembers: options.allowRemoveAllMembers ?? false,
    bodyBytesMax,
    directories: new WeakMap(),
    onError: quietly(options.onError),
  };
}

async function answer(
  request: Request,
  { authenticate }: ScimOptions,
  settings: ScimSettings,
): Promise<Reply> {
  const token = bearerToken({ header: (name) => request.headers.get(name) ?? undefined });
  const caller = token === undefined ? undefined : await authenticate(token);
  if (caller === undefined) {
    return {
      status: 401,
      body: errorBody(401, 'a valid bearer token is needed'),
      headers: { 'WWW-Authenticate': 'Bearer realm="scim"' },
    };
  }
  const url = new URL(request.url);
  const segments = segmentsOf(url.pathname, settings.basePath);
  if (segments === undefined) return toReply(refuse('notFound', 'there is nothing here'));
  const body = await readJson(request, settings.bodyBytesMax);
  if (body === 'unsupported') {
    return { status: 415, body: errorBody(415, 'send application/scim+json') };
  }
  if (!body.ok) return toReply(body);
  const query = readParameters((name) => url.searchParams.get(name) ?? undefined);
  if (!query.ok) return toReply(query);
  const call: Call = {
    method: request.method.toUpperCase(),
    segments,
    query: query.value,
    body: body.value,
    ifMatch: request.headers.get('if-match') ?? undefined,
    ifNoneMatch: request.headers.get('if-none-match') ?? undefined,
  };
  const exchange: Exchange = { ...settings, ...caller, locate: locator(settings, url) };
  return toReply(await run(exchange, call));
}

function run(exchange: Exchange, call: Call): Promise<ScimOutcome<Reply>> {
  const [first, ...more] = call.segments;
  const isBulk = first?.toLowerCase() === 'bulk' && more.length === 0;
  return isBulk ? runBulk(exchange, call) : dispatch(exchange, call);
}

/** The decoded parts of a path below the base; undefined where it is not below, or not decodable. */
function segmentsOf(path: string, basePath: string): readonly string[] | undefined {
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return undefined;
  return decodedSegments(path.slice(basePath.length));
}

function locator({ origin, basePath }: ScimSettings, url: URL): Locate {
  const base = `${origin ?? url.origin}${basePath}`;
  return (...path) => [base, ...path.map((part) => encodeURIComponent(part))].join('/');
}
