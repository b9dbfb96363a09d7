/** API keys of a site as clients of its AuthZEN endpoints. */

import { bearerToken } from '../bearer-token.js';
import { authenticateApiKey, mayRead } from '../site/api-keys.js';
import type { Site } from '../site/site.js';
import type { Client } from './client.js';
import type { Exchange } from './exchange.js';

/** What the scopes of a key must name. */
const OPERATION = 'authzen.evaluate';

/**
 * An `authenticate` for the API keys of a site: a key with the scope `authzen.evaluate`, `authzen.*` or `*` is a client, and
 * dies with its maker's right to make keys. Each question looks into the store: for enforcement points that ask all the time
 * `bearerTokens` is the faster one.
 * @param clientOf - what the key of an id may do; default: nothing beyond asking. Undefined: it is no client.
 */
export function siteApiKeys(
  site: Site,
  clientOf: (key: string) => Omit<Client, 'id'> | undefined = () => ({}),
): (exchange: Exchange) => Promise<Client | undefined> {
  return async (exchange) => {
    const actor = await authenticateApiKey(site, bearerToken(exchange));
    const key = actor?.via?.id;
    if (actor === undefined || key === undefined) return undefined;
    if (!(await mayRead(site, actor, OPERATION, []))) return undefined;
    const client = clientOf(key);
    return client === undefined ? undefined : { ...client, id: `api_key:${key}` };
  };
}
