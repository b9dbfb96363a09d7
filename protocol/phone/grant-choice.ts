/** Which of a door's grants a phone offers, and in what order (offline.md §3.10). */
import type { Crypto, PublicKey } from '../crypto/crypto.js';
import { MESSAGE_BYTES_MAX } from '../limits.js';
import { openSpans } from '../lock/time-check.js';
import type { BundleDoor } from '../objects/bundle.js';
import { parseEnvelope } from '../objects/envelope.js';
import { type Grant, grantClaims, OPERATION_BITS } from '../objects/grant.js';
import { sameBytes } from '../wire/bytes.js';
import type { Wish } from './event.js';
import { remembered } from './remembered.js';

/** A grant the phone may offer. */
export interface Candidate {
  /** As signed. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  readonly grant: Grant;
  /** The key id of its signer, 8 bytes. */
  readonly signerId: Uint8Array;
}

/** Grants to offer, best first; when there is none, the least that must be asserted besides. */
export interface Choice {
  readonly candidates: readonly Candidate[];
  /** Requirement bits; 0 when a candidate is there, undefined when no grant has the operation. */
  readonly missing: number | undefined;
}

/** Grants offered in one visit: each costs a signature and an answer, while somebody waits. */
const CANDIDATES_MAX = 4;

/** Longest grant that still fits a message with its proof (120 bytes) and what goes around them. */
const GRANT_BYTES_MAX = MESSAGE_BYTES_MAX - 256;

/**
 * Grants of this door for this wish. Those open by the phone's clock come first; the others follow,
 * because the lock's clock decides and the phone's may be wrong.
 * @param now - Unix seconds by the phone's clock.
 */
export function chooseGrants(
  crypto: Crypto,
  door: BundleDoor,
  deviceKey: PublicKey,
  wish: Wish,
  now: number,
): Choice {
  const own = door.grants
    .flatMap((bytes): Candidate[] => {
      const read = readGrant(bytes);
      return read === undefined ? [] : [{ ...read, bytes, hash: crypto.sha256(bytes) }];
    })
    .filter(({ grant }) => {
      const isOurs = sameBytes(grant.lockId, door.lockId) && sameKey(grant.key, deviceKey);
      return isOurs && (grant.scope & OPERATION_BITS[wish.operation]) !== 0;
    });
  if (own.length === 0) return { candidates: [], missing: undefined };
  const lacks = (one: Candidate) => one.grant.requirements & ~wish.asserted;
  const satisfied = own.filter((one) => lacks(one) === 0);
  if (satisfied.length === 0) {
    const [least] = own.map(lacks).sort((a, b) => bitCount(a) - bitCount(b) || a - b);
    return { candidates: [], missing: least as number };
  }
  const open = satisfied.filter(({ grant }) => isOpenAt(grant, now));
  const closed = satisfied.filter(({ grant }) => !isOpenAt(grant, now));
  return { candidates: [...open, ...closed].slice(0, CANDIDATES_MAX), missing: 0 };
}

/** Whether a grant is open at `t`, Unix seconds, by its own word (offline.md §3.6, Open(t)). */
function isOpenAt(grant: Grant, t: number): boolean {
  const life = { from: grant.nbf, until: grant.exp };
  return openSpans(grant, life).some(({ from, until }) => from <= t && t < until);
}

/** A grant's claims without trust: whether it is signed is for the lock to judge. */
const readGrant = remembered((bytes): Pick<Candidate, 'grant' | 'signerId'> | undefined => {
  if (bytes.length > GRANT_BYTES_MAX) return undefined;
  const envelope = parseEnvelope(bytes, 'grant');
  if (!envelope.ok) return undefined;
  const claims = grantClaims.parse(envelope.value.payload as Uint8Array);
  if (!claims.ok) return undefined;
  return { grant: claims.value as Grant, signerId: envelope.value.keyId };
});

function sameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.kind === 'ed25519') return b.kind === 'ed25519' && sameBytes(a.x, b.x);
  return b.kind === 'es256' && sameBytes(a.x, b.x) && sameBytes(a.y, b.y);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
