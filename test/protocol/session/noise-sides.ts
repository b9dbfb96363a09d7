/** Two sides of a handshake with keys from one byte each. */

import {
  type NoiseOpening,
  type NoisePattern,
  type NoiseState,
  readNoise,
  startNoise,
  writeNoise,
} from '../../../protocol/session/noise.js';
import { nodeCrypto } from '../../../src/adapters/node-crypto.js';

/** The backend of these tests; that all backends agree is shown in test/protocol/crypto. */
export const crypto = nodeCrypto();

/** 32 times one byte. */
export function key(fill: number): Uint8Array {
  return new Uint8Array(32).fill(fill);
}

/** The static secrets, and the ephemeral ones in the order of messages. */
export const SECRETS = { initiator: key(0x11), responder: key(0x22), psk: key(0x33) };
const EPHEMERALS = [key(0x44), key(0x55)];

/** What each side knows at the start; `changes` are laid over it. */
export function openings(
  pattern: NoisePattern,
  changes: Partial<NoiseOpening> = {},
): readonly [NoiseOpening, NoiseOpening] {
  const shared = {
    pattern,
    prologue: Uint8Array.of(1, 2, 3),
    ...(pattern === 'NKpsk2' && { psk: SECRETS.psk }),
  };
  const initiator = {
    ...shared,
    initiator: true,
    remoteStatic: crypto.x25519Public(SECRETS.responder),
    ...(pattern === 'X' && { static: SECRETS.initiator }),
  };
  return [
    { ...initiator, ...changes },
    { ...shared, initiator: false, static: SECRETS.responder },
  ];
}

/** A finished handshake, with each message that was sent. */
export interface Done {
  readonly initiator: NoiseState;
  readonly responder: NoiseState;
  /** The states before each message, whose writer comes first. */
  readonly before: readonly (readonly [writer: NoiseState, reader: NoiseState])[];
  readonly messages: readonly Uint8Array[];
}

/** Runs a handshake to its end; it must not fail. */
export function shake(pattern: NoisePattern, payloads: readonly Uint8Array[]): Done {
  const sides = openings(pattern).map((opening) => startNoise(crypto, opening));
  const before: [NoiseState, NoiseState][] = [];
  const messages: Uint8Array[] = [];
  for (const [index, payload] of payloads.entries()) {
    const [writer, reader] = [sides[index % 2]!, sides[1 - (index % 2)]!];
    before.push([writer, reader]);
    const written = writeNoise(crypto, writer, EPHEMERALS[index]!, payload)!;
    const read = readNoise(crypto, reader, written.message)!;
    messages.push(written.message);
    sides[index % 2] = written.state;
    sides[1 - (index % 2)] = read.state;
  }
  return { initiator: sides[0]!, responder: sides[1]!, before, messages };
}

/** How many messages a pattern has. */
export const LENGTHS: Readonly<Record<NoisePattern, number>> = { NK: 2, NKpsk2: 2, X: 1 };
