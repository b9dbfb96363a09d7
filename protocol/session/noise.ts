/**
 * Handshakes of the Noise Protocol Framework (rev 34) with 25519, ChaChaPoly and SHA256: NK for a phone
 * at a lock, NKpsk2 for commissioning, X for sealed log segments (offline.md §3.4, §3.9). A handshake is
 * plain data: each message gives a new state, and whoever goes on from an old one repeats nonces.
 */
import type { Crypto } from '../crypto/crypto.js';
import { requireLength } from '../crypto/lengths.js';
import { copyBytes, joinBytes } from '../wire/bytes.js';
import { NOISE_MESSAGE_MAX, NONCE_MAX, type NoiseTransport, TAG_BYTES } from './noise-cipher.js';
import {
  decryptAndHash,
  encryptAndHash,
  mixHash,
  mixKey,
  mixKeyAndHash,
  type Symmetric,
  split,
  startSymmetric,
} from './noise-symmetric.js';

/** The handshakes DKP/1 has. */
export type NoisePattern = 'NK' | 'NKpsk2' | 'X';

/** What one side knows when a handshake starts. All byte strings are copied. */
export interface NoiseOpening {
  readonly pattern: NoisePattern;
  /** Whether this side writes the first message. */
  readonly initiator: boolean;
  /** What both sides agreed on before, and must have seen alike. */
  readonly prologue: Uint8Array;
  /** The own static secret, 32 bytes: every responder's, and the initiator's of X. */
  readonly static?: Uint8Array;
  /** The responder's static public key, 32 bytes: every initiator knows it. */
  readonly remoteStatic?: Uint8Array;
  /** The pre-shared key of NKpsk2, 32 bytes. */
  readonly psk?: Uint8Array;
}

/** A handshake between two messages: plain data, never changed. It holds secrets. */
export interface NoiseState {
  readonly pattern: NoisePattern;
  readonly initiator: boolean;
  /** Messages written and read so far. */
  readonly step: number;
  readonly symmetric: Symmetric;
  readonly static?: Uint8Array;
  readonly ephemeral?: Uint8Array;
  /** The other side's static public key; after X, whoever sealed the message. */
  readonly remoteStatic?: Uint8Array;
  readonly remoteEphemeral?: Uint8Array;
  readonly psk?: Uint8Array;
  /** There after the last message; the secrets of the handshake are gone then. */
  readonly transport?: NoiseTransport;
}

/**
 * Begins a handshake.
 * @throws TypeError when a key is missing, superfluous or not 32 bytes long.
 */
export function startNoise(crypto: Crypto, opening: NoiseOpening): NoiseState {
  const { pattern, initiator } = opening;
  if (!MESSAGES.has(pattern)) throw new TypeError(`no Noise pattern \`${pattern}\``);
  const own = takeKey('static secret', opening.static, !initiator || pattern === 'X');
  const remote = takeKey('remote static key', opening.remoteStatic, initiator);
  const psk = takeKey('pre-shared key', opening.psk, pattern === 'NKpsk2');
  const responder = initiator ? remote : own && crypto.x25519Public(own);
  let symmetric = startSymmetric(crypto, `Noise_${pattern}_25519_ChaChaPoly_SHA256`);
  symmetric = mixHash(crypto, symmetric, opening.prologue);
  symmetric = mixHash(crypto, symmetric, responder as Uint8Array);
  const state: InTheMaking = { pattern, initiator, step: 0, symmetric };
  if (own !== undefined) state.static = own;
  if (remote !== undefined) state.remoteStatic = remote;
  if (psk !== undefined) state.psk = psk;
  return state;
}

/**
 * The next message, with a payload that is encrypted as the pattern says.
 * @param ephemeralSecret - 32 random bytes that serve this message and no other.
 * @returns undefined when the other side's key is of small order, so that there is no shared secret.
 * @throws TypeError when it is the other side's turn or the handshake is over; RangeError when the
 *   payload is too long.
 */
export function writeNoise(
  crypto: Crypto,
  state: NoiseState,
  ephemeralSecret: Uint8Array,
  payload: Uint8Array,
): { readonly state: NoiseState; readonly message: Uint8Array } | undefined {
  const tokens = requireTurn(state, true);
  requireLength('ephemeral secret', ephemeralSecret, 32);
  const now: InTheMaking = { ...state, ephemeral: copyBytes(ephemeralSecret) };
  const parts: Uint8Array[] = [];
  for (const token of tokens) {
    if (token === 'e' || token === 's') parts.push(writeKey(crypto, now, token));
    else if (!mixToken(crypto, now, token)) return undefined;
  }
  const { symmetric, sealed } = encryptAndHash(crypto, now.symmetric, payload);
  const message = joinBytes(...parts, sealed);
  if (message.length > NOISE_MESSAGE_MAX) {
    throw new RangeError(`a Noise message has at most ${NOISE_MESSAGE_MAX} bytes`);
  }
  now.symmetric = symmetric;
  return { state: advance(crypto, now), message };
}

/**
 * Reads the other side's next message.
 * @returns undefined when it is too short or too long, a tag is wrong or a key of small order: then the
 *   handshake is over and nothing of the message may be used.
 * @throws TypeError when it is this side's turn or the handshake is over.
 */
export function readNoise(
  crypto: Crypto,
  state: NoiseState,
  message: Uint8Array,
): { readonly state: NoiseState; readonly payload: Uint8Array } | undefined {
  const tokens = requireTurn(state, false);
  if (message.length > NOISE_MESSAGE_MAX) return undefined;
  const now: InTheMaking = { ...state };
  let at = 0;
  for (const token of tokens) {
    if (token === 'e' || token === 's') {
      const length = token === 's' ? 32 + TAG_BYTES : 32;
      if (message.length < at + length) return undefined;
      if (!readKey(crypto, now, token, copyBytes(message, at, at + length))) return undefined;
      at += length;
    } else if (!mixToken(crypto, now, token)) return undefined;
  }
  const opened = decryptAndHash(crypto, now.symmetric, copyBytes(message, at));
  if (opened === undefined) return undefined;
  now.symmetric = opened.symmetric;
  return { state: advance(crypto, now), payload: opened.plain };
}

/** The state that one message makes: its own copy, whose members alone are replaced. */
type InTheMaking = { -readonly [K in keyof NoiseState]: NoiseState[K] };

type Token = 'e' | 's' | 'es' | 'ee' | 'ss' | 'psk';

/** The messages of each pattern (Noise §7.4, §7.5, §9.4); the initiator writes the first, third, … */
const MESSAGES: ReadonlyMap<NoisePattern, readonly (readonly Token[])[]> = new Map([
  [
    'NK',
    [
      ['e', 'es'],
      ['e', 'ee'],
    ],
  ],
  [
    'NKpsk2',
    [
      ['e', 'es'],
      ['e', 'ee', 'psk'],
    ],
  ],
  ['X', [['e', 'es', 's', 'ss']]],
]);

function takeKey(
  what: string,
  key: Uint8Array | undefined,
  needed: boolean,
): Uint8Array | undefined {
  if (needed !== (key !== undefined)) {
    throw new TypeError(`this side of the pattern ${needed ? 'needs a' : 'has no'} ${what}`);
  }
  if (key === undefined) return undefined;
  requireLength(what, key, 32);
  return copyBytes(key);
}

/** The tokens of the next message, if it is ours to write, or to read. */
function requireTurn(state: NoiseState, toWrite: boolean): readonly Token[] {
  const tokens = MESSAGES.get(state.pattern)?.[state.step];
  if (tokens === undefined) throw new TypeError('the Noise handshake is over');
  const writes = state.initiator === (state.step % 2 === 0);
  if (writes !== toWrite) throw new TypeError('it is the other side’s turn in the handshake');
  return tokens;
}

/** Mixes our key in; what goes over the wire for it. */
function writeKey(crypto: Crypto, now: InTheMaking, token: 'e' | 's'): Uint8Array {
  const key = crypto.x25519Public((token === 'e' ? now.ephemeral : now.static) as Uint8Array);
  if (token === 'e') {
    mixEphemeral(crypto, now, key);
    return key;
  }
  const { symmetric, sealed } = encryptAndHash(crypto, now.symmetric, key);
  now.symmetric = symmetric;
  return sealed;
}

/** Mixes the other side's key in; false when its tag is wrong. */
function readKey(crypto: Crypto, now: InTheMaking, token: 'e' | 's', bytes: Uint8Array): boolean {
  if (token === 'e') {
    now.remoteEphemeral = bytes;
    mixEphemeral(crypto, now, bytes);
    return true;
  }
  const opened = decryptAndHash(crypto, now.symmetric, bytes);
  if (opened === undefined) return false;
  now.symmetric = opened.symmetric;
  now.remoteStatic = opened.plain;
  return true;
}

/** With a pre-shared key the ephemeral key is also mixed into the chaining key (Noise §9.2). */
function mixEphemeral(crypto: Crypto, now: InTheMaking, key: Uint8Array): void {
  const hashed = mixHash(crypto, now.symmetric, key);
  now.symmetric = now.pattern === 'NKpsk2' ? mixKey(crypto, hashed, key) : hashed;
}

/** A shared secret or the pre-shared key; false when the secret is all zero (Noise §12.1 lets us refuse it). */
function mixToken(crypto: Crypto, now: InTheMaking, token: Exclude<Token, 'e' | 's'>): boolean {
  if (token === 'psk') {
    now.symmetric = mixKeyAndHash(crypto, now.symmetric, now.psk as Uint8Array);
    return true;
  }
  // The first letter is the initiator's key, the second the responder's.
  const [ours, theirs] = now.initiator ? [token[0], token[1]] : [token[1], token[0]];
  const own = ours === 'e' ? now.ephemeral : now.static;
  const remote = theirs === 'e' ? now.remoteEphemeral : now.remoteStatic;
  const secret = crypto.x25519(own as Uint8Array, remote as Uint8Array);
  if (secret === undefined) return false;
  now.symmetric = mixKey(crypto, now.symmetric, secret);
  return true;
}

/** After the last message nothing is kept but the transport and whom it leads to. */
function advance(crypto: Crypto, state: NoiseState): NoiseState {
  const { pattern, initiator, symmetric, remoteStatic } = state;
  const step = state.step + 1;
  if (MESSAGES.get(pattern)?.[step] !== undefined) return { ...state, step };
  const [there, back] = split(crypto, symmetric);
  // X goes one way: a cipher without any nonce left seals and opens nothing (Noise §7.4).
  const answer = pattern === 'X' ? { key: new Uint8Array(32), nonce: NONCE_MAX } : back;
  const [send, receive] = initiator ? [there, answer] : [answer, there];
  return {
    pattern,
    initiator,
    step,
    symmetric: { hash: symmetric.hash, chainingKey: new Uint8Array(32) },
    ...(remoteStatic && { remoteStatic }),
    transport: { send, receive, hash: symmetric.hash },
  };
}
