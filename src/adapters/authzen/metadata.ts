/** What a decision point publishes of itself. @see AuthZEN 1.0, "Policy Decision Point Metadata" */
import { after, type Later } from './answers.js';
import { SUPPORTED_OBLIGATIONS } from './obligations.js';
import { type Route, urlOf } from './routes.js';
import type { Setup } from './setup.js';

/** URNs of the profiles that are switched on. */
const CAPABILITIES = {
  obligations: 'urn:openid:authzen:capability:obligations',
  accessRequests: 'urn:openid:authzen:capability:access-request',
} as const;

/** The metadata; every URL begins with the configured one. Members without values are left out. */
export function metadataOf(setup: Setup, routes: readonly Route[]): Record<string, unknown> {
  const { profiles = {} } = setup;
  const capabilities = (['obligations', 'accessRequests'] as const)
    .filter((profile) => profiles[profile] !== undefined)
    .map((profile) => CAPABILITIES[profile]);
  const endpoints = routes.flatMap(({ publishedAs, path }) =>
    publishedAs === undefined ? [] : [[publishedAs, urlOf(setup, path)] as const],
  );
  return {
    policy_decision_point: setup.baseUrl,
    ...Object.fromEntries(endpoints),
    ...(capabilities.length === 0 ? {} : { capabilities }),
    ...(profiles.obligations === undefined ? {} : { supported_obligations: SUPPORTED_OBLIGATIONS }),
  };
}

/** The text of the metadata, signed where that is set up; made when first asked for, and again where signing failed. */
export function metadataText(setup: Setup, routes: readonly Route[]): () => Later<string> {
  const metadata = metadataOf(setup, routes);
  const { metadataSigner } = setup;
  if (metadataSigner === undefined) {
    const text = JSON.stringify(metadata);
    return () => text;
  }
  let text: string | undefined;
  return () => {
    if (text !== undefined) return text;
    const claims = { iss: setup.baseUrl, iat: Math.floor(setup.now() / 1000), ...metadata };
    return after(metadataSigner(claims), (signed) => {
      text = JSON.stringify({ ...metadata, signed_metadata: signed });
      return text;
    });
  };
}
