/**
 * The phone's side of a commissioning: Noise_NKpsk2 with the key and the secret on the lock's label, one
 * message that says whose the lock is, and the lock's answer with the keys it made (offline.md §3.9).
 */
import type { Crypto } from '../crypto/crypto.js';
import { checkNow } from '../crypto/steps.js';
import { type LockIdentityCode, openLockIdentity } from '../issuer/commissioning.js';
import { Secret } from '../lock/secret.js';
import type { LockIdentity } from '../objects/lock-identity.js';
import { parseCapabilities } from '../session/advert.js';
import { addFrame, NO_FRAMES, type Reassembly, splitFrames } from '../session/frames.js';
import { type NoiseState, readNoise, startNoise, writeNoise } from '../session/noise.js';
import { type NoiseTransport, openTransport, sealTransport } from '../session/noise-cipher.js';
import { setupPrologue } from '../session/opening.js';
import { encodeSetupMessage, type SetupMessage } from '../session/setup-message.js';

/** What stands on the lock's label, and what it is to be told. */
export interface CommissioningOrder {
  /** 8 bytes. */
  readonly lockId: Uint8Array;
  /** X25519, 32 bytes. */
  readonly setupKey: Uint8Array;
  /** From the label's secret (`labelPsk`), 32 bytes. */
  readonly setupPsk: Uint8Array;
  readonly message: SetupMessage;
}

/** One commissioning under way, to be handed to the next step: it holds secrets, and is neither read nor stored. */
export interface Commissioning {
  readonly order: CommissioningOrder;
  readonly mtu: number;
  readonly frames: Reassembly;
  readonly noise: Secret<NoiseState>;
  /** There once the lock has proved that it holds what its label says. */
  readonly transport: Secret<NoiseTransport> | null;
}

/** Why a commissioning ended without a lock. */
export type CommissioningCode =
  | LockIdentityCode
  | 'lock_incompatible'
  /** Another lock than the label's, another secret, or nobody pressed its button. */
  | 'lock_not_authentic'
  | 'lock_misbehaved';

/** The lock's answer, for the server: as signed, its claims, and the session it is of. */
export interface CommissionedLock {
  readonly identity: Uint8Array;
  readonly claims: LockIdentity;
  readonly handshakeHash: Uint8Array;
}

/** What to do next: frames to send, then wait; or the end, after which the link is to be closed. */
export type CommissioningStep =
  | {
      readonly kind: 'going';
      readonly state: Commissioning;
      readonly frames: readonly Uint8Array[];
    }
  | { readonly kind: 'done'; readonly lock: CommissionedLock }
  | { readonly kind: 'failed'; readonly code: CommissioningCode };

/**
 * The link is there: sends M1, without a code, as the lock has no advert key yet.
 * @param capabilities - what the INFO characteristic holds.
 * @param random - 32 fresh random bytes.
 */
export function startCommissioning(
  order: CommissioningOrder,
  link: { readonly mtu: number; readonly capabilities: Uint8Array },
  random: Uint8Array,
  crypto: Crypto,
): CommissioningStep {
  const { mtu, capabilities } = link;
  if (parseCapabilities(capabilities) === undefined) return failed('lock_incompatible');
  const noise = startNoise(crypto, {
    pattern: 'NKpsk2',
    initiator: true,
    prologue: setupPrologue(order.lockId, capabilities),
    remoteStatic: order.setupKey,
    psk: order.setupPsk,
  });
  const written = writeNoise(crypto, noise, random, new Uint8Array(0));
  if (written === undefined) return failed('lock_not_authentic');
  const state = {
    order,
    mtu,
    frames: NO_FRAMES,
    noise: new Secret(written.state),
    transport: null,
  };
  return { kind: 'going', state, frames: splitFrames(written.message, mtu) };
}

/** One frame of the lock: M2, to which the setup message answers, or its identity. */
export function stepCommissioning(
  state: Commissioning,
  frame: Uint8Array,
  crypto: Crypto,
): CommissioningStep {
  const added = addFrame(state.frames, frame);
  if (!added.ok) return failed('lock_misbehaved');
  const { state: frames, message } = added.value;
  if (message === null) return { kind: 'going', state: { ...state, frames }, frames: [] };
  return state.transport === null
    ? tell({ ...state, frames }, message, crypto)
    : conclude(state.order, state.transport.reveal(), message, crypto);
}

/** Only who opened M2 with the label's secret hears whose the lock is to be. */
function tell(state: Commissioning, m2: Uint8Array, crypto: Crypto): CommissioningStep {
  const read = readNoise(crypto, state.noise.reveal(), m2);
  if (read?.state.transport === undefined) return failed('lock_not_authentic');
  if (read.payload.length !== 0) return failed('lock_misbehaved');
  const plain = encodeSetupMessage(state.order.message);
  const { transport, message } = sealTransport(crypto, read.state.transport, plain);
  return {
    kind: 'going',
    state: { ...state, noise: new Secret(read.state), transport: new Secret(transport) },
    frames: splitFrames(message, state.mtu),
  };
}

function conclude(
  order: CommissioningOrder,
  transport: NoiseTransport,
  message: Uint8Array,
  crypto: Crypto,
): CommissioningStep {
  const opened = openTransport(crypto, transport, message);
  if (opened === undefined) return failed('lock_misbehaved');
  const { hash: handshakeHash } = transport;
  const { root } = order.message.trust;
  const work = openLockIdentity(opened.plain, { handshakeHash, root }, crypto);
  const identity = checkNow(work, crypto);
  if (!identity.ok) return failed(identity.code);
  const lock = { identity: opened.plain, claims: identity.value, handshakeHash };
  return { kind: 'done', lock };
}

function failed(code: CommissioningCode): CommissioningStep {
  return { kind: 'failed', code };
}
