/** Commissioning: a lock without an owner is told whose it is, and answers with its keys (offline.md §3.9). */
import { memorySigner, signNow } from '../crypto/steps.js';
import { sealEnvelope } from '../objects/envelope.js';
import { lockIdentityClaims } from '../objects/lock-identity.js';
import { policyDigest } from '../objects/policy-digest.js';
import { rootHash } from '../objects/trust-update.js';
import { parseSetupMessage, type SetupMessage } from '../session/setup-message.js';
import { endAdverts } from './adverts.js';
import { clockAfterBoot, INSTANT_MAX } from './clock.js';
import { EMPTY_LOG } from './log.js';
import { appendLog, NOBODY } from './log-keeping.js';
import { dropConnection, sendSealed } from './outgoing.js';
import type { LockPolicy } from './policy-store.js';
import { FIRST_CONFIG } from './records.js';
import { commit, saveCertificates, savePolicy, saveSelf, saveUses } from './saving.js';
import { Secret } from './secret.js';
import type { Connection, Keeping, Session, Turn } from './state.js';
import { isKeyUsable } from './trust-store.js';
import { selfOf } from './turn.js';

/** Takes the one message of a commissioning session; anything unexpected ends the connection. */
export function takeSetupMessage(
  turn: Turn,
  { id }: Connection,
  session: Session,
  plain: Uint8Array,
): void {
  const setup = parseSetupMessage(plain);
  const isOpen = turn.moment.elapsedMs < turn.state.setupUntilMs;
  const isFree = selfOf(turn).owner === null;
  if (!setup.ok || !isOpen || !isFree || !isUsable(turn, setup.value)) {
    dropConnection(turn, id);
    return;
  }
  own(turn, setup.value);
  const identity = sealIdentity(turn, session, setup.value);
  endAdverts(turn);
  sendSealed(turn, id, identity);
  for (const other of turn.state.connections) {
    if (other.id !== id) dropConnection(turn, other.id);
  }
}

/** The root may be used here, the log key leads to a shared secret, and the time is one a clock can have. */
function isUsable(turn: Turn, { trust, logKey, time }: SetupMessage): boolean {
  const { static: own } = selfOf(turn).secrets.reveal();
  return (
    time <= INSTANT_MAX &&
    isKeyUsable(trust.root, turn.state.setup, turn.crypto) &&
    turn.crypto.x25519(own, logKey) !== undefined
  );
}

/** Everything an owner needs is written first; the record that names him makes all of it count at once. */
function own(turn: Turn, { trust, siteId, readerId, logKey, advertKey, time }: SetupMessage): void {
  const { elapsedMs } = turn.moment;
  const { setup } = turn.state;
  const clock = clockAfterBoot(time, elapsedMs, setup.driftPpm);
  turn.state.clock = clock;
  turn.state.keeping = firstKeeping(turn);
  savePolicy(turn, firstPolicy(turn));
  saveCertificates(turn, []);
  saveUses(turn, []);
  appendLog(turn, { tag: NOBODY, operation: 0, result: 'commissioned' });
  commit(turn);
  const owner = { trust, siteId, readerId, logKey, advertKey: new Secret(advertKey) };
  saveSelf(turn, { ...selfOf(turn), owner });
}

function firstKeeping(turn: Turn): Keeping {
  const journal = {
    committed: { lo: 0, hi: null },
    receiptSequence: 0,
    adminSequence: 0,
    config: FIRST_CONFIG,
    logSequence: 0,
    logReleased: 0,
    alarm: null,
  };
  return { journal, policy: firstPolicy(turn), certificates: [], uses: [], log: EMPTY_LOG };
}

/** A policy that refuses nothing by itself: without certificates and grants nobody opens anyway. */
function firstPolicy(turn: Turn): LockPolicy {
  const floor = { issuedUntil: 0, version: 0 };
  const content = { policyVersion: 0, floor, marks: [], blocked: [] };
  const { lockId } = turn.state.setup;
  return { ...content, post: policyDigest(turn.crypto, lockId, { ...content, configVersion: 0 }) };
}

function sealIdentity(turn: Turn, session: Session, { trust }: SetupMessage): Uint8Array {
  const { crypto } = turn;
  const secrets = selfOf(turn).secrets.reveal();
  const signer = memorySigner(crypto, 'ed25519', secrets.identity);
  const payload = lockIdentityClaims.encode({
    version: 1,
    staticKey: crypto.x25519Public(secrets.static),
    identityKey: signer.publicKey.x,
    counter: session.counter,
    handshakeHash: session.handshakeHash,
    rootHash: rootHash(crypto, trust.root),
  });
  return signNow(sealEnvelope('lock-identity', signer, payload, crypto));
}
