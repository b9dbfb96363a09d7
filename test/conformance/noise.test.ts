import { describe, expect, test } from 'vitest';
import type { Crypto } from '../../protocol/crypto/crypto.js';
import {
  type NoisePattern,
  type NoiseState,
  readNoise,
  startNoise,
  writeNoise,
} from '../../protocol/session/noise.js';
import { openTransport, sealTransport } from '../../protocol/session/noise-cipher.js';
import { BACKENDS } from '../protocol/crypto/backends.js';
import { hex, readVectors, tally } from './vectors.js';

interface Vector {
  readonly protocol_name: string;
  readonly init_prologue: string;
  readonly init_static?: string;
  readonly init_ephemeral: string;
  readonly init_remote_static?: string;
  readonly resp_prologue: string;
  readonly resp_static?: string;
  readonly resp_ephemeral?: string;
  readonly handshake_hash?: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

/** The patterns of DKP/1. The vectors of NKpsk2 stand in test/protocol/session: these files have none. */
const PATTERNS: Readonly<Record<string, NoisePattern>> = {
  Noise_NK_25519_ChaChaPoly_SHA256: 'NK',
  Noise_X_25519_ChaChaPoly_SHA256: 'X',
};

const FILES = ['cacophony', 'snow'].map(
  (name) =>
    [
      name,
      readVectors<{ readonly vectors: readonly Vector[] }>(`noise/${name}-25519-chachapoly.json`)
        .vectors,
    ] as const,
);

describe.each(BACKENDS.map((crypto) => [crypto.name, crypto] as const))('%s', (name, crypto) => {
  test.each(FILES)('speaks NK and X as the vectors of %s', (file, vectors) => {
    const counts = tally(`Noise ${file}, ${name}`);
    for (const vector of vectors) {
      const pattern = PATTERNS[vector.protocol_name];
      if (pattern === undefined) {
        counts.count('left out: a pattern or hash that DKP/1 does not have');
        continue;
      }
      replay(crypto, pattern, vector);
      counts.count(`of ${pattern} agreed`);
    }
    expect(counts.total()).toEqual({
      'of NK agreed': 1,
      'of X agreed': 1,
      'left out: a pattern or hash that DKP/1 does not have': vectors.length - 2,
    });
    expect(vectors).toHaveLength(32);
  });
});

/** Writes each message of a vector on one side and reads it on the other. */
function replay(crypto: Crypto, pattern: NoisePattern, vector: Vector): void {
  const both = [
    startNoise(crypto, {
      pattern,
      initiator: true,
      prologue: hex(vector.init_prologue),
      remoteStatic: hex(vector.init_remote_static!),
      ...(pattern === 'X' && { static: hex(vector.init_static!) }),
    }),
    startNoise(crypto, {
      pattern,
      initiator: false,
      prologue: hex(vector.resp_prologue),
      static: hex(vector.resp_static!),
    }),
  ];
  const ephemerals = [vector.init_ephemeral, vector.resp_ephemeral];
  for (const [index, { payload, ciphertext }] of vector.messages.entries()) {
    // Only the initiator speaks in a one-way pattern.
    const from = pattern === 'X' ? 0 : index % 2;
    const sides = exchange(crypto, both[from]!, both[1 - from]!, {
      ephemeral: ephemerals[from],
      payload: hex(payload),
      ciphertext: hex(ciphertext),
    });
    both[from] = sides.sender;
    both[1 - from] = sides.reader;
  }
  for (const { transport } of both) {
    expect(transport).toBeDefined();
    if (vector.handshake_hash) expect(transport?.hash).toEqual(hex(vector.handshake_hash));
  }
}

function exchange(
  crypto: Crypto,
  sender: NoiseState,
  reader: NoiseState,
  wanted: {
    readonly ephemeral: string | undefined;
    readonly payload: Uint8Array;
    readonly ciphertext: Uint8Array;
  },
): { readonly sender: NoiseState; readonly reader: NoiseState } {
  if (sender.transport === undefined || reader.transport === undefined) {
    const written = writeNoise(crypto, sender, hex(wanted.ephemeral!), wanted.payload)!;
    expect(written.message).toEqual(wanted.ciphertext);
    const read = readNoise(crypto, reader, wanted.ciphertext)!;
    expect(read.payload).toEqual(wanted.payload);
    return { sender: written.state, reader: read.state };
  }
  const sealed = sealTransport(crypto, sender.transport, wanted.payload);
  expect(sealed.message).toEqual(wanted.ciphertext);
  const opened = openTransport(crypto, reader.transport, wanted.ciphertext)!;
  expect(opened.plain).toEqual(wanted.payload);
  return {
    sender: { ...sender, transport: sealed.transport },
    reader: { ...reader, transport: opened.transport },
  };
}
