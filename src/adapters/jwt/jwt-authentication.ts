/** Bearer tokens that are JWTs of somebody's identity provider. @see RFC 7519, RFC 8725, RFC 6750 */
import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Client } from '../authzen/client.js';
import type { Exchange } from '../authzen/exchange.js';
import { bearerToken } from '../bearer-token.js';
import { isPrivate } from '../loopback.js';

/** Which tokens are believed. */
export interface JwtAuthenticationOptions {
  /** `iss`: exactly this. */
  readonly issuer: string;
  /** `aud`: names this, among others perhaps. */
  readonly audience: string;
  /**
   * The issuer's public keys: where they are published (`https`, or `http` on the loopback interface), cached and fetched again
   * when a new key appears; or the set itself.
   */
  readonly jwks?: URL | JSONWebKeySet;
  /** Instead: one key. A shared secret is bytes. */
  readonly key?: CryptoKey | Uint8Array;
  /** `alg`: one of these and nothing else. Never `none`. */
  readonly algorithms: readonly string[];
  /** Who the bearer of these claims is; undefined: nobody known. */
  readonly clients: (claims: JWTPayload) => Client | undefined;
  /** Epoch milliseconds. Default: the host's clock. */
  readonly now?: () => number;
  /** How far the issuer's clock may be off. Default 5. */
  readonly skewSeconds?: number;
}

/** What is wrong with the token, and not with us. */
const TOKEN_FAULTS: ReadonlySet<string> = new Set([
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSMultipleMatchingKeys.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
]);

/**
 * An `authenticate` for JWTs. A token must be signed by the issuer's key with an expected algorithm, be for this audience, and
 * have an expiry that lies ahead. Rejects where the issuer's keys cannot be fetched: that is a fault and no refusal.
 * @throws TypeError for options under which nothing, or anything, would be believed.
 */
export function jwtAuthentication(
  options: JwtAuthenticationOptions,
): (exchange: Exchange) => Promise<Client | undefined> {
  const { issuer, audience, clients, now = Date.now, skewSeconds = 5 } = options;
  const algorithms = [...options.algorithms];
  if (algorithms.length === 0 || algorithms.some((name) => name.toLowerCase() === 'none')) {
    throw new TypeError('name the algorithms that are expected, never `none`');
  }
  if (issuer === '' || audience === '') throw new TypeError('an issuer and an audience are needed');
  const keyOf = keysOf(options);
  return async (exchange) => {
    const token = bearerToken(exchange);
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        issuer,
        audience,
        algorithms,
        requiredClaims: ['exp'],
        clockTolerance: skewSeconds,
        currentDate: new Date(now()),
      });
      return clients(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError && TOKEN_FAULTS.has(error.code)) return undefined;
      throw error;
    }
  };
}

function keysOf({ jwks, key, now = Date.now }: JwtAuthenticationOptions): JWTVerifyGetKey {
  if ((jwks === undefined) === (key === undefined)) throw new TypeError('either `jwks` or `key`');
  if (jwks instanceof URL) {
    // Whoever is on the way could else give keys of his own, and be everybody: RFC 8414 §2, `jwks_uri`.
    if (!isPrivate(jwks)) throw new TypeError('the keys of an issuer are fetched over https');
    return createRemoteJWKSet(jwks, { [customFetch]: sparingly(now) });
  }
  if (jwks !== undefined) return createLocalJWKSet(jwks);
  return () => key as CryptoKey | Uint8Array;
}

/** How long an issuer that did not give its keys is left alone: anybody's token would ask it again. */
const LEFT_ALONE_MS = 1000;

/** Fetches, but not again at once what could not be had. */
function sparingly(now: () => number): FetchImplementation {
  let failed = Number.NEGATIVE_INFINITY;
  return async (url, init) => {
    if (Math.abs(now() - failed) < LEFT_ALONE_MS) throw new Error('no keys of the issuer');
    let isGiven = false;
    try {
      const response = await fetch(url, init);
      isGiven = response.ok;
      return response;
    } finally {
      if (!isGiven) failed = now();
    }
  };
}
