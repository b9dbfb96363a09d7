/**
 * The chain of a feed: one hash for everything that happened since an epoch began, the same for whoever computes it from the
 * outbox, so that any number of publishers of one store tell one history.
 */
import { canonicalJson } from '../../admin/events/canonical-json.js';
import type { Sha256 } from '../../admin/events/chain.js';
import type { Json } from '../../admin/record.js';
import type { Changes } from '../../policy/changes.js';
import { toHex } from '../../values/hex.js';
import { textBytes } from '../../values/utf8.js';

/** Where an epoch begins. */
export interface Genesis {
  readonly organization: string;
  /** A positive integer. */
  readonly epoch: number;
  /** The revision at which it began. */
  readonly base: number;
  /** Random, 64 hex digits: an epoch that is begun twice, after two restores of one backup, is not the same one. */
  readonly salt: string;
}

/** What SHA-256 is taken over begins with its purpose, so that no hash of one kind is one of another. */
const GENESIS = 'doorwright feed genesis/1';
const LINK = 'doorwright feed chain/1';
const CHANGE = 'doorwright feed change/1';

/** The chain at the base of an epoch, 64 hex digits. */
export function genesisChain({ organization, epoch, base, salt }: Genesis, sha256: Sha256): string {
  return digest(sha256, GENESIS, canonicalJson([organization, epoch, base, salt]));
}

/** The chain at `revision`, from the chain at the revision before and the hash of the change. */
export function nextChain(
  previous: string,
  revision: number,
  changeHash: string,
  sha256: Sha256,
): string {
  return digest(sha256, LINK, `${previous}\n${revision}\n${changeHash}`);
}

/**
 * The hash of a change: over its canonical JSON, since a store may give members back in another order than it took them.
 */
export function changeHashOf(changes: Changes, sha256: Sha256): string {
  // Members that are undefined do not survive a database; a store in memory keeps them.
  const plain = JSON.parse(JSON.stringify(changes)) as Json;
  return digest(sha256, CHANGE, canonicalJson(plain));
}

function digest(sha256: Sha256, purpose: string, text: string): string {
  return toHex(sha256(textBytes(`${purpose}\n${text}`)));
}
