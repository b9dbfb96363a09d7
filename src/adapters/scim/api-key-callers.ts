/** Bearer tokens that are API keys of sites. */
import { authenticateApiKey } from '../site/api-keys.js';
import type { Site } from '../site/site.js';
import type { ScimCaller } from './exchange.js';

/**
 * An `authenticate` for the API keys of these sites: each key leads to the site that made it, acts for its maker,
 * and dies with his right to make keys. Give it the scope `scim.*`, or `scim.read` to look only.
 */
export function apiKeyCallers(
  sites: readonly Site[],
): (token: string) => Promise<ScimCaller | undefined> {
  return async (token) => {
    for (const site of sites) {
      const actor = await authenticateApiKey(site, token);
      if (actor !== undefined) return { site, actor };
    }
    return undefined;
  };
}
