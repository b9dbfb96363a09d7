/** The hash of what a policy says, for telling whether two documents say the same. */
import { nobleSha256 } from '../../protocol/crypto/noble-hashes.js';
import { policyContent } from '../policy/canonical.js';
import { canonicalJsonPieces } from '../policy/canonical-json.js';
import type { Policy } from '../policy/document.js';
import { toHex } from '../values/hex.js';

/** Characters gathered before they are turned into bytes: fewer and larger turns are faster. */
const GATHERED_CHARACTERS = 1 << 20;

/**
 * `sha256:` and 64 hexadecimal digits: SHA-256 (FIPS 180-4) over {@link contentBytes}. The same for policies that say
 * the same in another order; another one whenever anything else differs.
 * @throws TypeError for a value that is not of the shape of a policy.
 */
export function contentHash(policy: Policy): string {
  return `sha256:${toHex(nobleSha256(contentBytes(policy)))}`;
}

/**
 * The bytes that are hashed: the policy's content (docs/tooling.md, "Content hash") as RFC 8785 canonical JSON in UTF-8.
 * @throws TypeError for a value that is not of the shape of a policy.
 */
export function contentBytes(policy: Policy): Uint8Array {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let gathered: string[] = [];
  let characters = 0;
  const flush = (): void => {
    chunks.push(encoder.encode(gathered.join('')));
    gathered = [];
    characters = 0;
  };
  for (const piece of canonicalJsonPieces(policyContent(policy))) {
    gathered.push(piece);
    characters += piece.length;
    if (characters >= GATHERED_CHARACTERS) flush();
  }
  flush();
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
