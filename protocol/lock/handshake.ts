/** The handshake of a session at a door: Noise NK with the lock as responder (offline.md §3.4). */
import { hkdfSha256 } from '../crypto/crypto.js';
import { encodeHello } from '../session/messages.js';
import { type NoiseState, readNoise, startNoise, writeNoise } from '../session/noise.js';
import { sessionPrologue, setupPrologue } from '../session/opening.js';
import { joinBytes, numberBytes } from '../wire/bytes.js';
import { toHex } from '../wire/hex.js';
import { textBytes } from '../wire/text.js';
import { admitM1, takeToken } from './adverts.js';
import { trustFacts } from './carry-open.js';
import { dropConnection, keepConnection, sendPlain } from './outgoing.js';
import { Secret } from './secret.js';
import { raiseCeiling } from './stamps.js';
import type { Connection, Session, Turn } from './state.js';
import { isCertificateGood } from './trust-store.js';
import { drawBytes, intervalNow, keepingOf, selfOf } from './turn.js';

/** From M2 to the first request, in milliseconds. */
const REQUEST_MS = 15_000;

const EPHEMERAL_INFO = textBytes('DKP/1 e');

/** Bytes of message 1 of Noise NK and NKpsk2 with an empty payload. */
const NOISE_M1_BYTES = 48;

/** The largest number of a session in one boot. */
const SESSIONS_MAX = 0xffff_ffff;

/** Takes the first message of a connection: M1 at a door, or the first of a commissioning. */
export function takeFirstMessage(turn: Turn, connection: Connection, message: Uint8Array): void {
  if (turn.state.sessions >= SESSIONS_MAX) {
    dropConnection(turn, connection.id);
    return;
  }
  const isOwned = turn.state.self?.owner != null;
  const read = isOwned ? readDoor(turn, message) : readSetup(turn, message);
  if (read === undefined) {
    dropConnection(turn, connection.id);
    return;
  }
  const sessions = turn.state.sessions + 1;
  turn.state.sessions = sessions;
  const counter = joinBytes(numberBytes(turn.state.boots, 4), numberBytes(sessions, 4));
  const nonce = drawBytes(turn, 'nonce').slice(0, 16);
  const payload = isOwned ? helloOf(turn, counter, nonce) : new Uint8Array(0);
  const written = writeNoise(turn.crypto, read, ephemeralOf(turn, counter), payload);
  const transport = written?.state.transport;
  if (written === undefined || transport === undefined) {
    dropConnection(turn, connection.id);
    return;
  }
  const now = turn.moment.elapsedMs;
  const session: Session = {
    kind: isOwned ? 'door' : 'setup',
    transport: new Secret(transport),
    counter,
    handshakeHash: transport.hash,
    nonce,
    startedMs: now,
    messages: 0,
    requests: 0,
    raiseCeiling: raiseCeiling(intervalNow(turn).lo),
    hasChanged: false,
    hasTimeToken: false,
    mayReadLog: false,
    overAdmin: [],
  };
  keepConnection(turn, { ...connection, dueMs: now + REQUEST_MS, session });
  sendPlain(turn, connection, written.message);
}

/** Salted with the device's secret and numbered, so that repeated random bytes repeat no key. */
function ephemeralOf(turn: Turn, counter: Uint8Array): Uint8Array {
  const { device } = selfOf(turn).secrets.reveal();
  const info = joinBytes(EPHEMERAL_INFO, counter);
  return hkdfSha256(turn.crypto, turn.moment.random, device, info, 32);
}

/** The present static key first, then the former one while phones may still have it. */
function readDoor(turn: Turn, message: Uint8Array): NoiseState | undefined {
  const opened = admitM1(turn, message);
  if (opened === undefined) return undefined;
  const { lockId, capabilities } = turn.state.setup;
  const prologue = sessionPrologue(lockId, capabilities);
  for (const secret of staticSecrets(turn)) {
    const state = startNoise(turn.crypto, {
      pattern: 'NK',
      initiator: false,
      prologue,
      static: secret,
    });
    const read = readNoise(turn.crypto, state, opened);
    if (read !== undefined) return read.payload.length === 0 ? read.state : undefined;
  }
  return undefined;
}

function staticSecrets(turn: Turn): Uint8Array[] {
  const { secrets, rekeying } = selfOf(turn);
  const { static: present, formerStatic } = secrets.reveal();
  const until = rekeying?.until ?? null;
  const isOver = until !== null && intervalNow(turn).lo >= until;
  return formerStatic === null || isOver ? [present] : [present, formerStatic];
}

/** Only while the window after the button is open, and with the psk of the label. */
function readSetup(turn: Turn, message: Uint8Array): NoiseState | undefined {
  const { setup, self, setupUntilMs } = turn.state;
  const isOpen = self !== null && turn.moment.elapsedMs < setupUntilMs;
  if (!isOpen || message.length !== NOISE_M1_BYTES || !takeToken(turn)) return undefined;
  const { setupSecret, setupPsk } = setup.secrets.reveal();
  const state = startNoise(turn.crypto, {
    pattern: 'NKpsk2',
    initiator: false,
    prologue: setupPrologue(setup.lockId, setup.capabilities),
    static: setupSecret,
    psk: setupPsk,
  });
  return readNoise(turn.crypto, state, message)?.state;
}

function helloOf(turn: Turn, counter: Uint8Array, nonce: Uint8Array): Uint8Array {
  const facts = trustFacts(turn);
  const { journal, policy } = keepingOf(turn);
  const good = facts.certificates.filter((known) => isCertificateGood(known, facts));
  return encodeHello({
    counter,
    policyVersion: policy.policyVersion,
    trustEpoch: facts.trustEpoch,
    committed: journal.committed,
    nonce,
    knownKeys: [...new Map(good.map(({ keyId }) => [toHex(keyId), keyId])).values()],
    receiptSequence: journal.receiptSequence,
  });
}
