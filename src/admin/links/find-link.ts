/** From a secret to the link it opens by. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { HolderRecord } from '../../engine/records.js';
import { type Table, values } from '../../engine/table.js';
import type { Link } from '../../policy/document.js';
import { hashOfSecret, isSecretText } from '../provisioning/secret.js';

/** What `secretHash` of a link begins with; the rest is SHA-256 of the secret's text in lower-case hex. */
const PREFIX = 'sha256:';

/** Per table of links: hash → id, or null where several links share it. Shared by versions with the same links. */
const known = new WeakMap<Table<HolderRecord>, ReadonlyMap<string, string | null>>();

/** The `secretHash` of a link with this secret. */
export function linkHash(sha256: (bytes: Uint8Array) => Uint8Array, secret: string): string {
  return `${PREFIX}${hashOfSecret(sha256, secret)}`;
}

/**
 * The id of the link a secret belongs to, active or not: whether it opens is for the engine to say. Undefined for a secret
 * that is nobody's, or several links' by mistake.
 *
 * Looked up by its hash, so how long that takes says nothing about any secret: who tries secrets cannot steer
 * what their hashes begin with.
 */
export function findLink(
  engine: Engine,
  secret: string,
  sha256: (bytes: Uint8Array) => Uint8Array,
): string | undefined {
  if (!isSecretText(secret)) return undefined;
  const { links } = snapshotOf(engine).tables;
  let byHash = known.get(links);
  if (byHash === undefined) {
    byHash = indexOf(links);
    known.set(links, byHash);
  }
  return byHash.get(linkHash(sha256, secret)) ?? undefined;
}

function indexOf(links: Table<HolderRecord>): Map<string, string | null> {
  const byHash = new Map<string, string | null>();
  for (const { id, document } of values(links)) {
    const { secretHash } = document as Link;
    if (secretHash === undefined) continue;
    byHash.set(secretHash, byHash.has(secretHash) ? null : id);
  }
  return byHash;
}
