import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  NONCE_MAX,
  type NoiseTransport,
  openTransport,
  sealTransport,
} from '../../../protocol/session/noise-cipher.js';
import { runs } from '../../helpers/runs.js';
import { crypto, shake } from './noise-sides.js';

const NOTHING = new Uint8Array(0);
const { initiator, responder } = shake('NK', [NOTHING, NOTHING]);
const phone = initiator.transport!;
const lock = responder.transport!;
const oneWay = shake('X', [NOTHING]);

/** Seals several messages one after the other. */
function sealAll(transport: NoiseTransport, plains: readonly Uint8Array[]): Uint8Array[] {
  let now = transport;
  return plains.map((plain) => {
    const sealed = sealTransport(crypto, now, plain);
    now = sealed.transport;
    return sealed.message;
  });
}

describe('a transport', () => {
  test('opens the messages in their order and in no other', () => {
    const order = fc.array(fc.nat(4), { maxLength: 8 });
    fc.assert(
      fc.property(order, (sequence) => {
        const messages = sealAll(
          phone,
          [0, 1, 2, 3, 4].map((each) => Uint8Array.of(each)),
        );
        let now = lock;
        let next = 0;
        for (const index of sequence) {
          const opened = openTransport(crypto, now, messages[index]!);
          // Replayed, skipped and swapped ones fail; the right one still opens afterwards.
          expect(opened?.plain).toEqual(index === next ? Uint8Array.of(index) : undefined);
          if (opened === undefined) continue;
          now = opened.transport;
          next += 1;
        }
      }),
      { numRuns: runs(60), seed: 20261122 },
    );
  });

  test('opens none of its own messages, nor those of another session', () => {
    const { message } = sealTransport(crypto, phone, Uint8Array.of(1));
    expect(openTransport(crypto, phone, message)).toBeUndefined();
    const other = shake('NKpsk2', [NOTHING, NOTHING]).responder.transport!;
    expect(openTransport(crypto, other, message)).toBeUndefined();
    expect(openTransport(crypto, lock, message)?.plain).toEqual(Uint8Array.of(1));
  });

  test('opens nothing shorter than a tag, cut, longer or under another text beside it', () => {
    const ad = Uint8Array.of(9);
    const { message } = sealTransport(crypto, phone, Uint8Array.of(1, 2), ad);
    expect(openTransport(crypto, lock, message, ad)?.plain).toEqual(Uint8Array.of(1, 2));
    expect(openTransport(crypto, lock, message)).toBeUndefined();
    expect(openTransport(crypto, lock, Uint8Array.of(...message, 0), ad)).toBeUndefined();
    for (let length = 0; length < message.length; length++) {
      expect(openTransport(crypto, lock, message.subarray(0, length), ad)).toBeUndefined();
    }
    // Plain text in place of a message, as a downgraded lock of another maker took it.
    expect(openTransport(crypto, lock, Uint8Array.of(1, 2))).toBeUndefined();
  });

  test('is not changed by use', () => {
    const text = JSON.stringify(phone);
    sealTransport(crypto, phone, NOTHING);
    openTransport(crypto, phone, NOTHING);
    expect(JSON.stringify(phone)).toBe(text);
  });

  test('ends before a nonce repeats', () => {
    const last = {
      ...phone,
      send: { ...phone.send, nonce: NONCE_MAX - 1 },
      receive: { ...lock.send, nonce: NONCE_MAX - 1 },
    };
    const sealed = sealTransport(crypto, last, NOTHING);
    expect(sealed.transport.send.nonce).toBe(NONCE_MAX);
    expect(() => sealTransport(crypto, sealed.transport, NOTHING)).toThrow(RangeError);
    const opened = openTransport(
      crypto,
      last,
      sealTransport(crypto, { ...last, send: last.receive }, NOTHING).message,
    )!;
    expect(opened.transport.receive.nonce).toBe(NONCE_MAX);
    const past = { ...last, receive: { ...last.receive, nonce: NONCE_MAX } };
    expect(openTransport(crypto, past, sealed.message)).toBeUndefined();
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, NONCE_MAX, 2 ** 32, 2 ** 53])(
    'uses no nonce of %s',
    (nonce) => {
      const broken = {
        ...phone,
        send: { ...phone.send, nonce },
        receive: { ...phone.receive, nonce },
      };
      expect(() => sealTransport(crypto, broken, NOTHING)).toThrow(RangeError);
      expect(openTransport(crypto, broken, new Uint8Array(16))).toBeUndefined();
    },
  );

  test('counts in 64 bits little-endian after four zeroes', () => {
    const nonce = 0x0102_0304;
    const at = { ...phone, send: { ...phone.send, nonce } };
    expect(sealTransport(crypto, at, NOTHING).message).toEqual(
      crypto.encrypt(
        phone.send.key,
        Uint8Array.of(0, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0),
        NOTHING,
        NOTHING,
      ),
    );
  });

  test('seals no message over 65535 bytes, and opens none', () => {
    const longest = sealTransport(crypto, phone, new Uint8Array(65_519));
    expect(longest.message).toHaveLength(65_535);
    expect(openTransport(crypto, lock, longest.message)?.plain).toHaveLength(65_519);
    expect(() => sealTransport(crypto, phone, new Uint8Array(65_520))).toThrow(RangeError);
    expect(openTransport(crypto, lock, new Uint8Array(65_536))).toBeUndefined();
  });
});

test('after X the reader seals nothing, and the writer opens nothing', () => {
  const there = oneWay.initiator.transport!;
  const back = oneWay.responder.transport!;
  const { message } = sealTransport(crypto, there, Uint8Array.of(1));
  expect(openTransport(crypto, back, message)?.plain).toEqual(Uint8Array.of(1));
  expect(() => sealTransport(crypto, back, NOTHING)).toThrow(RangeError);
  const zero = crypto.encrypt(new Uint8Array(32), new Uint8Array(12), NOTHING, NOTHING);
  expect(openTransport(crypto, there, zero)).toBeUndefined();
});
