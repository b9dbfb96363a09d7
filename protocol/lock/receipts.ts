/** Receipts: what the lock says of itself, signed, numbered, and true in its memory before it is said. */
import type { PublicKey } from '../crypto/crypto.js';
import { signNow } from '../crypto/steps.js';
import { sealEnvelope } from '../objects/envelope.js';
import { type Receipt, receiptClaims } from '../objects/receipt.js';
import { STATUS_NUMBERS, type Status } from '../status.js';
import { commit } from './saving.js';
import type { Secret } from './secret.js';
import type { LockSecrets, Session, Turn } from './state.js';
import { keepingOf, selfOf } from './turn.js';

/** The largest number of a receipt: a lock that gave so many gives no more, and opens for nobody. */
export const RECEIPTS_MAX = 0xffff_ffff;

/** Whether another receipt can be numbered. */
export function hasReceiptLeft(turn: Turn): boolean {
  return keepingOf(turn).journal.receiptSequence < RECEIPTS_MAX;
}

/**
 * A signed receipt, or null when no number is left. The number and the clock are committed first.
 * @param grantHash - SHA-256 of the grant, after its proof held; null when no grant was judged.
 */
export function makeReceipt(
  turn: Turn,
  session: Pick<Session, 'counter'>,
  status: Status,
  grantHash: Uint8Array | null,
): Uint8Array | null {
  if (!hasReceiptLeft(turn)) return null;
  const sequence = keepingOf(turn).journal.receiptSequence + 1;
  commit(turn, { receiptSequence: sequence });
  const { journal, policy, log } = keepingOf(turn);
  const { owner, secrets, rekeying } = selfOf(turn);
  const { identity, static: staticSecret } = secrets.reveal();
  // An opening is always called one; anything else makes room for an alarm.
  const told = status === 'permitted' ? status : (journal.alarm?.status ?? status);
  const claims: ReceiptInTheMaking = {
    version: 1,
    lockId: turn.state.setup.lockId,
    iat: journal.committed.lo,
    sequence,
    policyVersion: policy.policyVersion,
    post: policy.post,
    trustEpoch: owner?.trust.trustEpoch ?? 0,
    committed: journal.committed,
    counter: session.counter,
    status: STATUS_NUMBERS[told],
    logHead: log.link,
    firmware: turn.state.setup.firmware,
    battery: batteryOf(turn),
    boots: turn.state.boots,
  };
  if (grantHash !== null) claims.grantHash = grantHash.slice(0, 8);
  if (rekeying !== null) claims.newStaticKey = turn.crypto.x25519Public(staticSecret);
  const signer = {
    publicKey: identityKeyOf(turn, secrets),
    sign: (message: Uint8Array) => turn.crypto.ed25519Sign(identity, message),
  };
  return signNow(sealEnvelope('receipt', signer, receiptClaims.encode(claims), turn.crypto));
}

type ReceiptInTheMaking = { -readonly [K in keyof Receipt]: Receipt[K] };

/** The public half of the identity: made once for a life of the lock, for each receipt names it. */
function identityKeyOf({ crypto }: Turn, secrets: Secret<LockSecrets>): PublicKey {
  const known = IDENTITIES.get(secrets) ?? crypto.ed25519Public(secrets.reveal().identity);
  IDENTITIES.set(secrets, known);
  return known;
}

const IDENTITIES = new WeakMap<Secret<LockSecrets>, PublicKey>();

function batteryOf({ moment }: Turn): number {
  const { battery } = moment;
  return Number.isFinite(battery) ? Math.min(100, Math.max(0, Math.round(battery))) : 0;
}
