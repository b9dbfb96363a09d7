/**
 * A lock that speaks the session rightly and says what a test wants: also what no lock may say. It has
 * no rules of its own; the real machine is in protocol/lock.
 */
import { memorySigner, signNow } from '../../../protocol/crypto/steps.js';
import { sealEnvelope } from '../../../protocol/objects/envelope.js';
import { type Receipt, receiptClaims } from '../../../protocol/objects/receipt.js';
import { advertBytes } from '../../../protocol/session/advert.js';
import { addFrame, NO_FRAMES, splitFrames } from '../../../protocol/session/frames.js';
import {
  encodeHello,
  encodeLockMessage,
  type LockHello,
  type LockMessage,
  type PhoneMessage,
  parsePhoneMessage,
} from '../../../protocol/session/messages.js';
import { readNoise, startNoise, writeNoise } from '../../../protocol/session/noise.js';
import {
  type NoiseTransport,
  openTransport,
  sealTransport,
} from '../../../protocol/session/noise-cipher.js';
import { openM1, sessionPrologue } from '../../../protocol/session/opening.js';
import { nodeCrypto } from '../../../src/adapters/node-crypto.js';
import { filled } from '../../helpers/issuing.js';

const crypto = nodeCrypto();

export const CAPABILITIES = Uint8Array.of(1, 1, 1);
export const SALT = filled(0x5a, 8);

/** What a scripted lock is and says. */
export interface Script {
  readonly lockId: Uint8Array;
  readonly staticSecret: Uint8Array;
  readonly advertKey: Uint8Array;
  readonly identity: number;
  readonly hello: LockHello;
  /** The capabilities the lock itself puts into the prologue. */
  readonly capabilities: Uint8Array;
  readonly mtu: number;
  /** Undefined: says nothing; bytes: sends these as they are; null: hangs up. */
  readonly answer: (
    message: PhoneMessage,
    session: { readonly hash: Uint8Array; readonly heard: readonly PhoneMessage[] },
  ) => LockMessage | { readonly kind: 'raw'; readonly bytes: Uint8Array } | undefined | null;
}

/** A connected scripted lock: frames in, frames out; undefined when it hangs up. */
export interface ScriptedLock {
  readonly heard: PhoneMessage[];
  readonly advert: Uint8Array;
  handshakes: number;
  connect(): void;
  frame(bytes: Uint8Array): Uint8Array[] | undefined;
}

export const HELLO: LockHello = {
  counter: filled(3, 8),
  policyVersion: 1,
  trustEpoch: 1,
  committed: { lo: 1_795_000_000, hi: null },
  nonce: filled(9, 16),
  knownKeys: [],
  receiptSequence: 4,
};

export function scriptedLock(script: Script): ScriptedLock {
  let frames = NO_FRAMES;
  let transport: NoiseTransport | undefined;
  const lock: ScriptedLock = {
    heard: [],
    advert: advertBytes(crypto, script.advertKey, SALT, CAPABILITIES),
    handshakes: 0,
    connect() {
      frames = NO_FRAMES;
      transport = undefined;
    },
    frame(bytes) {
      const added = addFrame(frames, bytes);
      if (!added.ok) return undefined;
      frames = added.value.state;
      const { message } = added.value;
      if (message === null) return [];
      return transport === undefined ? shake(message) : talk(message);
    },
  };
  function shake(m1: Uint8Array): Uint8Array[] | undefined {
    const noise = openM1(crypto, script.advertKey, SALT, m1);
    if (noise === undefined) return undefined;
    const state = startNoise(crypto, {
      pattern: 'NK',
      initiator: false,
      prologue: sessionPrologue(script.lockId, script.capabilities),
      static: script.staticSecret,
    });
    const read = readNoise(crypto, state, noise);
    if (read === undefined) return undefined;
    lock.handshakes += 1;
    const ephemeral = crypto.sha256(filled(lock.handshakes, 5));
    const written = writeNoise(crypto, read.state, ephemeral, encodeHello(script.hello));
    transport = written?.state.transport;
    return written && splitFrames(written.message, script.mtu);
  }
  function talk(sealed: Uint8Array): Uint8Array[] | undefined {
    const opened = openTransport(crypto, transport as NoiseTransport, sealed);
    const parsed = opened && parsePhoneMessage(opened.plain);
    if (opened === undefined || !parsed?.ok) return undefined;
    transport = opened.transport;
    lock.heard.push(parsed.value);
    const said = script.answer(parsed.value, { hash: transport.hash, heard: lock.heard });
    if (said === null) return undefined;
    if (said === undefined) return [];
    const plain = said.kind === 'raw' ? said.bytes : encodeLockMessage(said);
    const out = sealTransport(crypto, transport, plain);
    transport = out.transport;
    return splitFrames(out.message, script.mtu);
  }
  return lock;
}

/** A receipt of the scripted lock; edits make it a wrong one. */
export function receiptOf(
  script: Pick<Script, 'lockId' | 'identity' | 'hello'>,
  edits: Partial<Receipt> = {},
): Uint8Array {
  const claims: Receipt = {
    version: 1,
    lockId: script.lockId,
    iat: 1_795_000_000,
    sequence: script.hello.receiptSequence + 1,
    policyVersion: 1,
    post: filled(1, 16),
    trustEpoch: 1,
    committed: script.hello.committed,
    counter: script.hello.counter,
    status: 0,
    logHead: filled(2, 14),
    firmware: 'test',
    battery: 80,
    boots: 1,
    ...edits,
  };
  const signer = memorySigner(crypto, 'ed25519', filled(script.identity));
  return signNow(sealEnvelope('receipt', signer, receiptClaims.encode(claims), crypto));
}
