/** Bearer tokens that are known by their hashes alone. @see RFC 6750 §2.1 */
import { nobleSha256 } from '../../../protocol/crypto/noble-hashes.js';
import { hashOfSecret, sameHash } from '../../admin/provisioning/secret.js';
import { bearerToken } from '../bearer-token.js';
import type { Client } from './client.js';
import type { Exchange } from './exchange.js';

/** A client and the SHA-256 of its token, in lower-case hex. */
export interface TokenHash {
  readonly sha256: string;
  readonly client: Client;
}

/** Looked through one by one for every question. */
const TOKENS_MAX = 1000;

/**
 * An `authenticate` for tokens that were given out once and are kept as hashes. All hashes are compared, each in the same time
 * wherever it differs; tokens that were right are remembered for as long as the answer is used. Make a token of at least 128 bits at random.
 * @throws RangeError for more than 1 000 tokens; TypeError for a hash that is none or written twice.
 */
export function bearerTokens(
  tokens: readonly TokenHash[],
): (exchange: Exchange) => Client | undefined {
  if (tokens.length > TOKENS_MAX) throw new RangeError(`at most ${TOKENS_MAX} tokens`);
  const isFit = tokens.every(({ sha256 }) => /^[0-9a-f]{64}$/u.test(sha256));
  if (!isFit || new Set(tokens.map(({ sha256 }) => sha256)).size !== tokens.length) {
    throw new TypeError('a token is known by its SHA-256 in lower-case hex, each once');
  }
  const own = tokens.map(({ sha256, client }) => ({ sha256, client }));
  // Tokens that were right, and so no more than there are: an enforcement point asks all day, and each time a hash would cost
  // more than its answer. A text that is not one of them tells nothing by the time it takes: the look-up goes by a seeded hash.
  const proven = new Map<string, Client>();
  return (exchange) => {
    const token = bearerToken(exchange);
    if (token === undefined) return undefined;
    let known = proven.get(token);
    if (known !== undefined) return known;
    const hash = hashOfSecret(nobleSha256, token);
    for (const { sha256, client } of own) if (sameHash(hash, sha256)) known = client;
    if (known !== undefined) proven.set(token, known);
    return known;
  };
}
