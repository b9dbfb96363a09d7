/** A phone that says exactly what a test wants said, right or wrong. */
import { type InstantSigner, signNow } from '../../protocol/crypto/steps.js';
import { parseEnvelope, sealEnvelope, signedBytes } from '../../protocol/objects/envelope.js';
import { lockIdentityClaims } from '../../protocol/objects/lock-identity.js';
import { proofPayload } from '../../protocol/objects/proof.js';
import { type Receipt, receiptClaims } from '../../protocol/objects/receipt.js';
import { addFrame, NO_FRAMES, splitFrames } from '../../protocol/session/frames.js';
import {
  type CarriedKind,
  encodePhoneMessage,
  type LockHello,
  type LockMessage,
  type PhoneMessage,
  parseHello,
  parseLockMessage,
} from '../../protocol/session/messages.js';
import { readNoise, startNoise, writeNoise } from '../../protocol/session/noise.js';
import {
  type NoiseTransport,
  openTransport,
  sealTransport,
} from '../../protocol/session/noise-cipher.js';
import { sealM1, sessionPrologue, setupPrologue } from '../../protocol/session/opening.js';
import { encodeSetupMessage, type SetupMessage } from '../../protocol/session/setup-message.js';
import { statusOf } from '../../protocol/status.js';
import { type Flash, LockHost, SETUP } from './lock-host.js';
import {
  advertKey,
  certificateOf,
  crypto,
  LOCK_ID,
  logSecret,
  phoneKey,
  SITE_ID,
  T0,
  trust,
} from './lock-objects.js';

/** The keys a lock showed at its commissioning. */
export interface LockKeys {
  readonly staticKey: Uint8Array;
  readonly identityKey: Uint8Array;
}

/** What may differ in a request from what an honest phone sends. */
export interface RequestEdits {
  readonly operation?: number;
  readonly asserted?: number;
  readonly signer?: InstantSigner;
  /** The number in the message. */
  readonly request?: number;
  /** What the proof is over where it differs from the message. */
  readonly signed?: Partial<Parameters<typeof proofPayload>[0]>;
  /** The proof itself. */
  readonly proof?: Uint8Array;
}

/** An answer with its numbers read. */
export interface Answer {
  readonly status: string;
  readonly receipt: Receipt | null;
  readonly bytes: Uint8Array | null;
}

let ephemerals = 0;

/** The session of a phone at a lock. */
export class PhoneSession {
  readonly host: LockHost;
  readonly id: number;
  transport: NoiseTransport;
  readonly hello: LockHello;
  readonly lockKeys: LockKeys;
  requests = 0;

  constructor(
    host: LockHost,
    id: number,
    transport: NoiseTransport,
    hello: LockHello,
    lockKeys: LockKeys,
  ) {
    this.host = host;
    this.id = id;
    this.transport = transport;
    this.hello = hello;
    this.lockKeys = lockKeys;
  }

  /** Whether the lock ended the connection. */
  get isDropped(): boolean {
    return this.host.dropped.has(this.id);
  }

  /** Seals and sends; undefined when no answer came. */
  say(message: PhoneMessage): LockMessage | undefined {
    return this.sayBytes(encodePhoneMessage(message));
  }

  /** As `say`, for plaintext that no honest phone writes. */
  sayBytes(plain: Uint8Array): LockMessage | undefined {
    const sealed = sealTransport(crypto, this.transport, plain);
    this.transport = sealed.transport;
    deliver(this.host, this.id, sealed.message);
    return this.hear();
  }

  /** Reads one answer, if there is one. */
  hear(): LockMessage | undefined {
    const message = collect(this.host, this.id);
    if (message === undefined) return undefined;
    const opened = openTransport(crypto, this.transport, message);
    if (opened === undefined) throw new Error('the lock sealed something wrong');
    this.transport = opened.transport;
    const parsed = parseLockMessage(opened.plain);
    if (!parsed.ok) throw new Error(parsed.detail);
    return parsed.value;
  }

  /** Carries one object; the name of the status. */
  carry(object: CarriedKind, bytes: Uint8Array): string {
    const answer = this.say({ kind: 'carry', object, bytes });
    if (answer?.kind !== 'carried') throw new Error('no answer to a carry');
    return statusOf(answer.status) as string;
  }

  /** Asks with a grant; undefined when the lock gave no answer. */
  request(grant: Uint8Array, edits: RequestEdits = {}): Answer | undefined {
    const message = this.requestMessage(grant, edits);
    const answer = this.say(message);
    return answer?.kind === 'answer' ? this.read(answer) : undefined;
  }

  /** The message of a request, not yet sent. */
  requestMessage(grant: Uint8Array, edits: RequestEdits = {}): PhoneMessage & { kind: 'request' } {
    this.requests += 1;
    const { operation = 1, asserted = 0, signer = phoneKey, request = this.requests } = edits;
    const payload = proofPayload({
      handshakeHash: this.transport.hash,
      lockId: LOCK_ID,
      grantHash: crypto.sha256(grant),
      operation,
      asserted,
      counter: this.hello.counter,
      request,
      ...edits.signed,
    });
    const proof = edits.proof ?? signNow(sealEnvelope('proof', signer, payload, crypto));
    return { kind: 'request', grant, operation, asserted, proof, request };
  }

  /** The answer with its receipt checked against the lock's identity. */
  read(answer: LockMessage & { kind: 'answer' }): Answer {
    const status = statusOf(answer.status) as string;
    const receipt = answer.receipt && receiptOf(answer.receipt, this.lockKeys.identityKey);
    return { status, receipt, bytes: answer.receipt };
  }
}

/** The receipt in an envelope that this identity signed. */
export function receiptOf(bytes: Uint8Array, identityKey: Uint8Array): Receipt {
  const envelope = parseEnvelope(bytes, 'receipt');
  if (!envelope.ok) throw new Error(envelope.detail);
  const { protectedBytes, payload, signature } = envelope.value;
  const message = signedBytes(protectedBytes, payload as Uint8Array);
  if (!crypto.verify({ kind: 'ed25519', x: identityKey }, message, signature)) {
    throw new Error('a receipt that this lock did not sign');
  }
  const claims = receiptClaims.parse(payload as Uint8Array);
  if (!claims.ok) throw new Error(claims.detail);
  return claims.value;
}

/** Touches the lock, connects and shakes hands; undefined when the lock would not. */
export function tryHandshake(
  host: LockHost,
  lockKeys: LockKeys,
  edits: {
    readonly id?: number;
    readonly touch?: boolean;
    readonly capabilities?: Uint8Array;
    readonly lockId?: Uint8Array;
    readonly mtu?: number;
    readonly m1?: (m1: Uint8Array) => Uint8Array;
  } = {},
): PhoneSession | undefined {
  const { id = 1, touch = true, capabilities = SETUP.capabilities, lockId = LOCK_ID } = edits;
  if (touch) host.step({ kind: 'touched' });
  host.dropped.delete(id);
  host.take(id);
  host.step({ kind: 'connected', connection: id, mtu: edits.mtu ?? 247 });
  const salt = (host.advert ?? new Uint8Array(16)).slice(5, 13);
  ephemerals += 1;
  const secret = crypto.sha256(Uint8Array.of(9, ephemerals >> 8, ephemerals));
  const start = startNoise(crypto, {
    pattern: 'NK',
    initiator: true,
    prologue: sessionPrologue(lockId, capabilities),
    remoteStatic: lockKeys.staticKey,
  });
  const first = writeNoise(crypto, start, secret, new Uint8Array(0));
  if (first === undefined) throw new Error('no first message');
  const m1 = sealM1(crypto, advertKey, salt, first.message);
  deliver(host, id, edits.m1?.(m1) ?? m1);
  const m2 = collect(host, id);
  if (m2 === undefined) return undefined;
  const read = readNoise(crypto, first.state, m2);
  const transport = read?.state.transport;
  if (read === undefined || transport === undefined) return undefined;
  const hello = parseHello(read.payload);
  if (!hello.ok) throw new Error(hello.detail);
  return new PhoneSession(host, id, transport, hello.value, lockKeys);
}

/** As `tryHandshake`, where it must work. */
export function handshake(
  host: LockHost,
  lockKeys: LockKeys,
  edits: Parameters<typeof tryHandshake>[2] = {},
): PhoneSession {
  const session = tryHandshake(host, lockKeys, edits);
  if (session === undefined) throw new Error('the lock did not shake hands');
  return session;
}

/** A setup message of the usual organisation. */
export function setupMessage(edits: Partial<SetupMessage> = {}): SetupMessage {
  return {
    trust,
    siteId: SITE_ID,
    readerId: Uint8Array.of(7),
    logKey: crypto.x25519Public(logSecret),
    advertKey,
    time: T0 - 10,
    ...edits,
  };
}

/** Commissions a lock; undefined when it would not be. */
export function tryCommission(
  host: LockHost,
  edits: {
    readonly psk?: Uint8Array;
    readonly button?: boolean;
    readonly message?: Uint8Array;
    readonly staticKey?: Uint8Array;
  } = {},
): (LockKeys & { readonly envelope: Uint8Array; readonly hash: Uint8Array }) | undefined {
  const id = 9;
  if (edits.button !== false) host.step({ kind: 'button' });
  host.dropped.delete(id);
  host.step({ kind: 'connected', connection: id, mtu: 247 });
  ephemerals += 1;
  const start = startNoise(crypto, {
    pattern: 'NKpsk2',
    initiator: true,
    prologue: setupPrologue(LOCK_ID, SETUP.capabilities),
    remoteStatic: edits.staticKey ?? crypto.x25519Public(SETUP.setupSecret),
    psk: edits.psk ?? SETUP.setupPsk,
  });
  const secret = crypto.sha256(Uint8Array.of(8, ephemerals >> 8, ephemerals));
  const first = writeNoise(crypto, start, secret, new Uint8Array(0));
  if (first === undefined) throw new Error('no first message');
  deliver(host, id, first.message);
  const m2 = collect(host, id);
  const read = m2 && readNoise(crypto, first.state, m2);
  const transport = read?.state.transport;
  if (transport === undefined) return undefined;
  const plain = edits.message ?? encodeSetupMessage(setupMessage());
  const sealed = sealTransport(crypto, transport, plain);
  deliver(host, id, sealed.message);
  const answer = collect(host, id);
  const opened = answer && openTransport(crypto, sealed.transport, answer);
  if (opened === undefined) return undefined;
  const envelope = parseEnvelope(opened.plain, 'lock-identity');
  if (!envelope.ok) throw new Error(envelope.detail);
  const claims = lockIdentityClaims.parse(envelope.value.payload as Uint8Array);
  if (!claims.ok) throw new Error(claims.detail);
  host.step({ kind: 'disconnected', connection: id });
  const { staticKey, identityKey } = claims.value;
  return { staticKey, identityKey, envelope: opened.plain, hash: transport.hash };
}

/** The message that the lock sent to a connection, put together. */
export function collect(host: LockHost, id: number): Uint8Array | undefined {
  let state = NO_FRAMES;
  for (const frame of host.take(id)) {
    const added = addFrame(state, frame);
    if (!added.ok) throw new Error(added.detail);
    state = added.value.state;
    if (added.value.message !== null) return added.value.message;
  }
  return undefined;
}

/** Sends one message in frames. */
export function deliver(host: LockHost, id: number, message: Uint8Array): void {
  for (const bytes of splitFrames(message, 247))
    host.step({ kind: 'frame', connection: id, bytes });
}

let owned: { readonly flash: Flash; readonly keys: LockKeys } | undefined;

/** A lock that was commissioned at T0 - 10 and knows all five certificates and the time T0 ± 10 s. */
export function ownedLock(): { readonly host: LockHost; readonly keys: LockKeys } {
  if (owned === undefined) {
    const host = new LockHost();
    const keys = tryCommission(host);
    if (keys === undefined) throw new Error('not commissioned');
    const session = handshake(host, keys);
    for (const role of ['grant', 'policy', 'time', 'admin'] as const) {
      const status = session.carry('certificate', certificateOf(role));
      if (status !== 'applied') throw new Error(status);
    }
    session.say({ kind: 'close' });
    owned = { flash: new Map(host.flash), keys };
  }
  return { host: new LockHost(owned.flash, SETUP, 5000), keys: owned.keys };
}
