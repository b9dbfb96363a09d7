import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type NoiseOpening,
  type NoisePattern,
  type NoiseState,
  readNoise,
  startNoise,
  writeNoise,
} from '../../../protocol/session/noise.js';
import { openTransport, sealTransport } from '../../../protocol/session/noise-cipher.js';
import { sameBytes } from '../../../protocol/wire/bytes.js';
import { runs } from '../../helpers/runs.js';
import { BACKENDS } from '../crypto/backends.js';
import { SMALL_ORDER_U } from '../crypto/crafted.js';
import { crypto, key, LENGTHS, openings, SECRETS, shake } from './noise-sides.js';

const PATTERNS: readonly NoisePattern[] = ['NK', 'NKpsk2', 'X'];
const NOTHING = new Uint8Array(0);
const text = fc.uint8Array({ maxLength: 200 });
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits, 'hex'));
const payloads = (pattern: NoisePattern, one = Uint8Array.of(7)) =>
  Array.from({ length: LENGTHS[pattern] }, () => one);

/** A state with its bytes as text, as a lock would write it to flash or a debugger show it. */
const asText = (state: NoiseState): string =>
  JSON.stringify(state, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );

interface Nkpsk2 {
  readonly responderStatic: string;
  readonly initiatorEphemeral: string;
  readonly responderEphemeral: string;
  readonly psk: string;
  readonly vectors: readonly {
    readonly prologue: string;
    readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
  }[];
}

const nkpsk2 = JSON.parse(
  readFileSync(new URL('./noise-nkpsk2.json', import.meta.url), 'utf8'),
) as Nkpsk2;

describe.each(BACKENDS.map((each) => [each.name, each] as const))('with %s', (_, backend) => {
  test.each(nkpsk2.vectors)('NKpsk2 is that of flynn/noise, %#', ({ prologue, messages }) => {
    const shared = { pattern: 'NKpsk2', prologue: hex(prologue), psk: hex(nkpsk2.psk) } as const;
    const secret = hex(nkpsk2.responderStatic);
    const remoteStatic = backend.x25519Public(secret);
    const phone = startNoise(backend, { ...shared, initiator: true, remoteStatic });
    const lock = startNoise(backend, { ...shared, initiator: false, static: secret });
    const [first, second, third, fourth] = messages.map(({ payload, ciphertext }) => ({
      payload: hex(payload),
      ciphertext: hex(ciphertext),
    }));

    const m1 = writeNoise(backend, phone, hex(nkpsk2.initiatorEphemeral), first!.payload)!;
    expect(m1.message).toEqual(first!.ciphertext);
    const r1 = readNoise(backend, lock, m1.message)!;
    expect(r1.payload).toEqual(first!.payload);
    const m2 = writeNoise(backend, r1.state, hex(nkpsk2.responderEphemeral), second!.payload)!;
    expect(m2.message).toEqual(second!.ciphertext);
    const r2 = readNoise(backend, m1.state, m2.message)!;
    expect(r2.payload).toEqual(second!.payload);
    const m3 = sealTransport(backend, r2.state.transport!, third!.payload);
    expect(m3.message).toEqual(third!.ciphertext);
    const m4 = sealTransport(backend, m2.state.transport!, fourth!.payload);
    expect(m4.message).toEqual(fourth!.ciphertext);
    expect(openTransport(backend, r2.state.transport!, m4.message)?.plain).toEqual(fourth!.payload);
  });
});

describe.each(PATTERNS)('%s', (pattern) => {
  test('brings any payload over, and both sides to one hash', () => {
    fc.assert(
      fc.property(text, (payload) => {
        const { initiator, responder, before, messages } = shake(
          pattern,
          payloads(pattern, payload),
        );
        for (const [index, [, reader]] of before.entries()) {
          expect(readNoise(crypto, reader, messages[index]!)?.payload).toEqual(payload);
        }
        expect(initiator.transport?.hash).toEqual(responder.transport?.hash);
        const { message } = sealTransport(crypto, initiator.transport!, payload);
        expect(openTransport(crypto, responder.transport!, message)?.plain).toEqual(payload);
      }),
      { numRuns: runs(20), seed: 20261122 },
    );
  });

  test('refuses a message with any one bit turned, at any length, or with a byte more', () => {
    const { before, messages } = shake(pattern, payloads(pattern));
    for (const [index, [, reader]] of before.entries()) {
      const message = messages[index]!;
      for (let bit = 0; bit < 8 * message.length; bit++) {
        // X25519 does not look at the highest bit of a key, but the hash does.
        const turned = message.slice();
        turned[bit >> 3] = turned[bit >> 3]! ^ (1 << (bit & 7));
        expect(readNoise(crypto, reader, turned), `bit ${bit}`).toBeUndefined();
      }
      for (let length = 0; length < message.length; length++) {
        expect(readNoise(crypto, reader, message.subarray(0, length))).toBeUndefined();
      }
      expect(readNoise(crypto, reader, Uint8Array.of(...message, 0))).toBeUndefined();
      expect(readNoise(crypto, reader, message)).toBeDefined();
    }
  });

  test.each<[string, Partial<NoiseOpening>]>([
    ['another prologue', { prologue: Uint8Array.of(1, 2, 4) }],
    ['another static key of the responder', { remoteStatic: crypto.x25519Public(key(9)) }],
  ])('fails at the first message between sides with %s', (_what, changes) => {
    const [a, b] = openings(pattern, changes).map((opening) => startNoise(crypto, opening));
    const { message } = writeNoise(crypto, a!, key(0x44), NOTHING)!;
    expect(readNoise(crypto, b!, message)).toBeUndefined();
  });

  test('keeps no secret of the handshake once it is done', () => {
    const { initiator, responder } = shake(pattern, payloads(pattern));
    const secrets = [...Object.values(SECRETS), key(0x44), key(0x55)];
    for (const state of [initiator, responder]) {
      for (const secret of secrets) {
        expect(asText(state)).not.toContain(Buffer.from(secret).toString('hex'));
      }
      expect(state.symmetric.chainingKey).toEqual(key(0));
    }
  });

  test('never changes a state, and goes on from its copy all the same', () => {
    const { before, messages } = shake(pattern, payloads(pattern));
    for (const [index, sides] of before.entries()) {
      const [writer, reader] = sides.map((state) => structuredClone(state));
      const texts = sides.map(asText);
      const again = writeNoise(crypto, writer!, key(index === 0 ? 0x44 : 0x55), Uint8Array.of(7))!;
      expect(again.message).toEqual(messages[index]);
      expect(readNoise(crypto, reader!, again.message)?.payload).toEqual(Uint8Array.of(7));
      expect(readNoise(crypto, reader!, NOTHING)).toBeUndefined();
      expect([writer!, reader!].map(asText)).toEqual(texts);
    }
  });

  test('throws when a side speaks out of turn, or after the end', () => {
    const { initiator, responder, before, messages } = shake(pattern, payloads(pattern));
    for (const [index, [writer, reader]] of before.entries()) {
      expect(() => readNoise(crypto, writer, messages[index]!)).toThrow(/turn/u);
      expect(() => writeNoise(crypto, reader, key(1), NOTHING)).toThrow(/turn/u);
    }
    for (const state of [initiator, responder]) {
      expect(() => readNoise(crypto, state, messages[0]!)).toThrow(/over/u);
      expect(() => writeNoise(crypto, state, key(1), NOTHING)).toThrow(/over/u);
    }
  });

  test('has no message for a static key of small order, and takes no ephemeral one', () => {
    for (const remoteStatic of SMALL_ORDER_U) {
      const [opening] = openings(pattern, { remoteStatic });
      const state = startNoise(crypto, opening);
      expect(writeNoise(crypto, state, key(0x44), NOTHING)).toBeUndefined();
    }
    const { before, messages } = shake(pattern, payloads(pattern));
    for (const [index, [, reader]] of before.entries()) {
      for (const point of SMALL_ORDER_U) {
        const forged = Uint8Array.of(...point, ...messages[index]!.subarray(32));
        expect(readNoise(crypto, reader, forged)).toBeUndefined();
      }
    }
  });

  test('throws for a message over 65535 bytes, and reads none', () => {
    const [a, b] = openings(pattern).map((opening) => startNoise(crypto, opening));
    const overhead = pattern === 'X' ? 96 : 48;
    const longest = new Uint8Array(65_535 - overhead);
    const { message } = writeNoise(crypto, a!, key(1), longest)!;
    expect(message).toHaveLength(65_535);
    expect(sameBytes(readNoise(crypto, b!, message)!.payload, longest)).toBe(true);
    const tooLong = new Uint8Array(65_536 - overhead);
    expect(() => writeNoise(crypto, a!, key(1), tooLong)).toThrow(RangeError);
    expect(readNoise(crypto, b!, new Uint8Array(65_536))).toBeUndefined();
  });

  test('throws for a key that is missing, superfluous or of the wrong length', () => {
    for (const side of [0, 1] as const) {
      const opening = openings(pattern)[side];
      for (const name of ['static', 'remoteStatic', 'psk'] as const) {
        const { [name]: own, ...rest } = opening;
        const wrong: readonly NoiseOpening[] =
          own === undefined
            ? [{ ...opening, [name]: key(1) }]
            : [rest, { ...opening, [name]: new Uint8Array(31) }];
        for (const each of wrong) expect(() => startNoise(crypto, each), name).toThrow(TypeError);
      }
    }
    const state = startNoise(crypto, openings(pattern)[0]);
    expect(() => writeNoise(crypto, state, new Uint8Array(31), NOTHING)).toThrow(TypeError);
  });

  test('keeps copies: buffers may be used again for something else', () => {
    const [phone, lock] = openings(pattern).map((opening) => {
      const buffers: NoiseOpening = {
        ...opening,
        prologue: Buffer.from(opening.prologue),
        ...(opening.static && { static: Buffer.from(opening.static) }),
        ...(opening.remoteStatic && { remoteStatic: Buffer.from(opening.remoteStatic) }),
        ...(opening.psk && { psk: Buffer.from(opening.psk) }),
      };
      const state = startNoise(crypto, buffers);
      for (const value of Object.values(buffers)) if (value instanceof Buffer) value.fill(0);
      return state;
    });
    const ephemeral = Buffer.from(key(0x44));
    const payload = Buffer.of(7);
    const written = writeNoise(crypto, phone!, ephemeral, payload)!;
    ephemeral.fill(0);
    payload.fill(0);
    const radio = Buffer.from(written.message);
    const read = readNoise(crypto, lock!, radio)!;
    radio.fill(0);
    const done = shake(pattern, payloads(pattern));
    expect(written.message).toEqual(done.messages[0]);
    expect(read.payload).toEqual(Uint8Array.of(7));
    if (pattern === 'X') return;
    const answer = writeNoise(crypto, read.state, key(0x55), Uint8Array.of(7))!;
    expect(answer.message).toEqual(done.messages[1]);
    expect(readNoise(crypto, written.state, answer.message)?.payload).toEqual(Uint8Array.of(7));
  });
});

test('NKpsk2 between sides with another pre-shared key fails at the second message', () => {
  const [a, b] = openings('NKpsk2', { psk: key(1) }).map((each) => startNoise(crypto, each));
  const m1 = writeNoise(crypto, a!, key(0x44), NOTHING)!;
  const r1 = readNoise(crypto, b!, m1.message)!;
  const m2 = writeNoise(crypto, r1.state, key(0x55), NOTHING)!;
  expect(readNoise(crypto, m1.state, m2.message)).toBeUndefined();
});

test('X tells the reader who sealed the message', () => {
  const { responder } = shake('X', payloads('X'));
  expect(responder.remoteStatic).toEqual(crypto.x25519Public(SECRETS.initiator));
});

test('a message of one session is none of another, nor an answer to itself', () => {
  const one = shake('NK', payloads('NK'));
  const [phone, lock] = openings('NK').map((opening) => startNoise(crypto, opening));
  const other = writeNoise(crypto, phone!, key(0x66), Uint8Array.of(7))!;
  expect(readNoise(crypto, other.state, one.messages[1]!)).toBeUndefined();
  expect(readNoise(crypto, other.state, other.message)).toBeUndefined();
  // A first message can be replayed: the lock's own ephemeral key makes the session another one.
  const replayed = readNoise(crypto, lock!, one.messages[0]!)!;
  const answer = writeNoise(crypto, replayed.state, key(0x77), NOTHING)!;
  const old = sealTransport(crypto, one.initiator.transport!, Uint8Array.of(1));
  expect(openTransport(crypto, answer.state.transport!, old.message)).toBeUndefined();
  expect(answer.state.transport!.hash).not.toEqual(one.responder.transport!.hash);
});

test('no pattern is taken from outside the list', () => {
  const [opening] = openings('NK');
  for (const pattern of ['XX', 'toString', '__proto__', '']) {
    expect(() => startNoise(crypto, { ...opening, pattern: pattern as never })).toThrow(TypeError);
  }
});
