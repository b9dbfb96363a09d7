/** A phone without any sense of its own: it says in a session what a vector wants said, also what is wrong. */
import { hkdfSha256 } from '../../crypto/crypto.js';
import type { LockEffect } from '../../lock/event.js';
import { type Grant, grantClaims } from '../../objects/grant.js';
import { proofPayload } from '../../objects/proof.js';
import { addFrame, NO_FRAMES, splitFrames } from '../../session/frames.js';
import {
  encodePhoneMessage,
  type LockMessage,
  type PhoneMessage,
  parseHello,
  parseLockMessage,
} from '../../session/messages.js';
import { readNoise, startNoise, writeNoise } from '../../session/noise.js';
import { type NoiseTransport, openTransport, sealTransport } from '../../session/noise-cipher.js';
import type { Symmetric } from '../../session/noise-symmetric.js';
import { sealM1, sessionPrologue, setupPrologue } from '../../session/opening.js';
import { joinBytes } from '../../wire/bytes.js';
import { textBytes } from '../../wire/text.js';
import { type SignerName, sealed } from './actors.js';
import { crypto, fixedBytes, LOCK_ID } from './fixed.js';
import type { Writable } from './notation.js';
import { type Run, SETUP } from './run.js';

const MTU = 185;
const ADVERT_KEY = fixedBytes('advert key');

/** What a request names, where it shall not be the plain one. */
export interface Asking {
  readonly grant: Uint8Array;
  readonly operation?: number;
  readonly asserted?: number;
  readonly number?: number;
  readonly signer?: SignerName;
  /** Members of the proof that shall be others than those of this session. */
  readonly proof?: Partial<Parameters<typeof proofPayload>[0]>;
}

/** A session after its handshake, or what there was instead. */
export class Caller {
  readonly run: Run;
  readonly connection: number;
  readonly transcript: { from: string; plain: Uint8Array; bytes: Uint8Array }[] = [];
  /** The handshake as `noise.json` has it, for judges that replay it. */
  handshake: { readonly [member: string]: Writable } = {};
  hello: { readonly counter: Uint8Array; readonly nonce: Uint8Array } = {
    counter: new Uint8Array(8),
    nonce: new Uint8Array(16),
  };
  private transport: NoiseTransport | undefined;

  /** Connects; `mtu` is the ATT MTU. */
  constructor(run: Run, connection: number, mtu = MTU) {
    this.run = run;
    this.connection = connection;
    this.effects = run.tell({ kind: 'connected', connection, mtu });
    this.mtu = mtu;
  }

  /** What the lock did last. */
  effects: readonly LockEffect[];
  private readonly mtu: number;

  /** Whether the lock cut this connection off in its last step. */
  isCutOff(): boolean {
    return this.effects.some(
      (effect) => effect.kind === 'disconnect' && effect.connection === this.connection,
    );
  }

  /** M1 for the advert that is shown, without sending it. */
  firstMessage(capabilities = SETUP.capabilities): Uint8Array {
    const salt = this.run.state.advertising.at(-1)?.salt ?? new Uint8Array(8);
    const prologue = sessionPrologue(LOCK_ID, capabilities);
    const { message } = this.begin('NK', prologue, this.lockSecrets().static);
    return sealM1(crypto, ADVERT_KEY, salt, message);
  }

  /** What both sides have mixed before M1. */
  startOfHandshake(): Symmetric {
    const remoteStatic = crypto.x25519Public(this.lockSecrets().static);
    const prologue = sessionPrologue(LOCK_ID, SETUP.capabilities);
    return startNoise(crypto, { pattern: 'NK', initiator: true, prologue, remoteStatic }).symmetric;
  }

  /** Shakes hands at a door whose X25519 secret is this. False when the lock did not answer. */
  shakeHands(capabilities = SETUP.capabilities, secret = this.lockSecrets().static): boolean {
    const salt = this.run.state.advertising.at(-1)?.salt ?? new Uint8Array(8);
    const begun = this.begin('NK', sessionPrologue(LOCK_ID, capabilities), secret);
    const payload = this.finish(begun, sealM1(crypto, ADVERT_KEY, salt, begun.message));
    const hello = payload && parseHello(payload);
    if (hello?.ok !== true) return false;
    this.hello = hello.value;
    return true;
  }

  /** Shakes hands for a commissioning. */
  shakeHandsForSetup(psk = SETUP.setupPsk): boolean {
    const begun = this.begin(
      'NKpsk2',
      setupPrologue(LOCK_ID, SETUP.capabilities),
      SETUP.setupSecret,
      psk,
    );
    return this.finish(begun, begun.message) !== undefined;
  }

  /** Sends a message of the session, and gives the plaintext of the answer. */
  exchange(plain: Uint8Array): Uint8Array | undefined {
    this.send(this.seal(plain));
    return this.answer();
  }

  /** Sends a message of the session, and gives the answer; undefined when none came. */
  say(message: PhoneMessage): LockMessage | undefined {
    const plain = this.exchange(encodePhoneMessage(message));
    const answer = plain && parseLockMessage(plain);
    return answer?.ok === true ? answer.value : undefined;
  }

  /** A request with its proof. */
  request({
    grant,
    operation = 1,
    asserted = 3,
    number = 1,
    signer = 'device',
    proof = {},
  }: Asking): PhoneMessage {
    const claims = {
      handshakeHash: this.transport?.hash ?? new Uint8Array(32),
      lockId: LOCK_ID,
      grantHash: crypto.sha256(grant),
      operation,
      asserted,
      counter: this.hello.counter,
      request: number,
      ...proof,
    };
    return {
      kind: 'request',
      grant,
      operation,
      asserted,
      proof: sealed('proof', signer, proofPayload(claims)),
      request: number,
    };
  }

  /** Tells the lock that the bolt moved, or did not, and gives what it says then. */
  moveBolt(moved = true): LockMessage | undefined {
    const order = this.effects.find((effect) => effect.kind === 'move-bolt');
    if (order?.kind !== 'move-bolt') throw new Error(`${this.run.id}: no bolt was to move`);
    this.effects = this.run.tell({ kind: 'bolt', order: order.order, moved });
    const plain = this.answer();
    const answer = plain && parseLockMessage(plain);
    return answer?.ok === true ? answer.value : undefined;
  }

  /** Seals the next message of the phone. */
  seal(plain: Uint8Array): Uint8Array {
    if (this.transport === undefined) throw new Error(`${this.run.id}: no session`);
    const { transport, message } = sealTransport(crypto, this.transport, plain);
    this.transport = transport;
    this.transcript.push({ from: 'initiator', plain, bytes: message });
    return message;
  }

  /** Sends bytes as one message, whatever they are; all that the lock does then is in `effects`. */
  send(message: Uint8Array): void {
    const all: LockEffect[] = [];
    for (const bytes of splitFrames(message, this.mtu))
      all.push(...this.run.tell({ kind: 'frame', connection: this.connection, bytes }));
    this.effects = all;
  }

  /** Opens what the lock sent in `effects`. */
  private answer(): Uint8Array | undefined {
    const message = this.received();
    if (message === undefined || this.transport === undefined) return undefined;
    const opened = openTransport(crypto, this.transport, message);
    if (opened === undefined) throw new Error(`${this.run.id}: the lock's answer does not open`);
    this.transport = opened.transport;
    this.transcript.push({ from: 'responder', plain: opened.plain, bytes: message });
    return opened.plain;
  }

  private received(): Uint8Array | undefined {
    let state = NO_FRAMES;
    for (const effect of this.effects) {
      if (effect.kind !== 'send' || effect.connection !== this.connection) continue;
      const added = addFrame(state, effect.frame);
      if (!added.ok) throw new Error(added.code);
      if (added.value.message !== null) return added.value.message;
      state = added.value.state;
    }
    return undefined;
  }

  private begin(
    pattern: 'NK' | 'NKpsk2',
    prologue: Uint8Array,
    staticSecret: Uint8Array,
    psk?: Uint8Array,
  ) {
    const ephemeral = fixedBytes(
      `${this.run.id} phone ${this.connection} ${this.run.steps.length}`,
    );
    const remoteStatic = crypto.x25519Public(staticSecret);
    const opening = { pattern, initiator: true, prologue, remoteStatic, ...(psk && { psk }) };
    const written = writeNoise(crypto, startNoise(crypto, opening), ephemeral, new Uint8Array(0));
    if (written === undefined) throw new Error('no handshake');
    const known = {
      name: `Noise_${pattern}_25519_ChaChaPoly_SHA256`,
      prologue,
      responderStatic: staticSecret,
      psk,
    };
    return { ...written, ephemeral, known };
  }

  private finish(begun: ReturnType<Caller['begin']>, m1: Uint8Array): Uint8Array | undefined {
    const { device } = this.lockSecrets();
    this.send(m1);
    const m2 = this.received();
    const read = m2 && readNoise(crypto, begun.state, m2);
    this.transport = read?.state.transport;
    if (m2 === undefined || read === undefined) return undefined;
    const counter = this.run.state.connections.find(({ id }) => id === this.connection)?.session
      ?.counter as Uint8Array;
    const random = this.run.steps.at(-1)?.random as Uint8Array;
    const info = joinBytes(textBytes('DKP/1 e'), counter);
    this.handshake = {
      id: `${this.run.id}#${this.run.handshakes++}`,
      run: this.run.id,
      ...begun.known,
      device,
      random,
      counter,
      ephemerals: [begun.ephemeral, hkdfSha256(crypto, random, device, info, 32)],
      messages: [
        { payload: new Uint8Array(0), bytes: begun.message },
        { payload: read.payload, bytes: m2 },
      ],
      hash: this.transport?.hash,
      transport: this.transcript,
    };
    return read.payload;
  }

  private lockSecrets() {
    const secrets = this.run.state.self?.secrets.reveal();
    if (secrets === undefined) throw new Error(`${this.run.id}: the lock has no self`);
    return secrets;
  }
}

/** A grant as signed. */
export function grantObject(grant: Grant, signer: SignerName = 'grant'): Uint8Array {
  return sealed('grant', signer, grantClaims.encode(grant));
}
