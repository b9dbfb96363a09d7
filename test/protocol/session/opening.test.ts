import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../../protocol/crypto/noble.js';
import {
  labelPsk,
  M1_BYTES,
  openM1,
  sealM1,
  sessionPrologue,
  setupPrologue,
} from '../../../protocol/session/opening.js';
import { encodeSetupMessage, parseSetupMessage } from '../../../protocol/session/setup-message.js';
import { decodeCbor, encodeCbor } from '../../../protocol/wire/cbor.js';

const crypto = nobleCrypto();
const fill = (value: number, length = 32) => new Uint8Array(length).fill(value);
const lockId = fill(3, 8);
const salt = fill(4, 8);
const noise = Uint8Array.from({ length: 48 }, (_, index) => index);

describe('M1', () => {
  test('begins with eight bytes of HMAC over salt and ephemeral key', () => {
    const code = createHmac('sha256', fill(1)).update(salt).update(noise.subarray(0, 32)).digest();
    const m1 = sealM1(crypto, fill(1), salt, noise);
    expect(Buffer.from(m1)).toEqual(Buffer.concat([code.subarray(0, 8), noise]));
    expect(m1).toHaveLength(M1_BYTES);
  });

  test('opens under the same key and salt alone, with no bit of code or key altered', () => {
    const m1 = sealM1(crypto, fill(1), salt, noise);
    expect(openM1(crypto, fill(1), salt, m1)).toEqual(noise);
    expect(openM1(crypto, fill(2), salt, m1)).toBeUndefined();
    expect(openM1(crypto, fill(1), fill(5, 8), m1)).toBeUndefined();
    for (let bit = 0; bit < 40 * 8; bit++) {
      const altered = m1.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(openM1(crypto, fill(1), salt, altered), `bit ${bit}`).toBeUndefined();
    }
  });

  test('of another length does not open (D7)', () => {
    const m1 = sealM1(crypto, fill(1), salt, noise);
    for (const length of [0, 8, 40, 55]) {
      expect(openM1(crypto, fill(1), salt, m1.slice(0, length))).toBeUndefined();
    }
    expect(openM1(crypto, fill(1), salt, Uint8Array.of(...m1, 0))).toBeUndefined();
  });
});

describe('prologues', () => {
  test('name the protocol, the lock and its capabilities', () => {
    const session = decodeCbor(sessionPrologue(lockId, Uint8Array.of(1, 1, 0)));
    expect(session.ok && session.value).toEqual(['DKP/1', lockId, Uint8Array.of(1, 1, 0)]);
    const setup = decodeCbor(setupPrologue(lockId, Uint8Array.of(1, 1, 0)));
    expect(setup.ok && setup.value).toEqual(['DKP/1 setup', lockId, Uint8Array.of(1, 1, 0)]);
  });
});

describe('the secret on a label', () => {
  test('makes the pre-shared key by HKDF, another at every lock', () => {
    const info = Buffer.from('DKP/1 setup psk');
    const expected = new Uint8Array(hkdfSync('sha256', fill(9, 16), lockId, info, 32));
    expect(labelPsk(crypto, lockId, fill(9, 16))).toEqual(expected);
    expect(labelPsk(crypto, fill(8, 8), fill(9, 16))).not.toEqual(expected);
    expect(() => labelPsk(crypto, lockId, fill(9, 15))).toThrow(TypeError);
  });
});

describe('a setup message', () => {
  const root = crypto.ed25519Public(fill(1));
  const message = {
    trust: { root, trustEpoch: 4, nextRootHash: fill(2) },
    siteId: fill(5, 8),
    readerId: fill(6, 3),
    logKey: fill(7),
    advertKey: fill(8),
    time: 1_800_000_000,
  };

  test('goes round', () => {
    for (const one of [message, { ...message, time: 1 }]) {
      expect(parseSetupMessage(encodeSetupMessage(one))).toEqual({ ok: true, value: one });
    }
  });

  const decoded = decodeCbor(encodeSetupMessage(message));
  const parts = decoded.ok ? (decoded.value as never[]) : [];
  const WRONG: readonly (readonly [string, number, unknown])[] = [
    ['version', 0, 2],
    ['root', 1, new Map()],
    ['epoch', 2, -1],
    ['hash', 3, fill(2, 31)],
    ['site', 4, fill(5, 9)],
    ['empty reader', 5, fill(5, 0)],
    ['long reader', 5, fill(5, 33)],
    ['log key', 6, fill(5, 31)],
    ['advert key', 7, null],
    ['time', 8, 'now'],
    ['time that is none', 8, null],
    ['time of zero', 8, 0],
  ];
  test.each(WRONG)('with a wrong %s is refused', (_, index, value) => {
    const altered = parts.map((part, place) => (place === index ? (value as never) : part));
    expect(parseSetupMessage(encodeCbor(altered))).toMatchObject({ code: 'setup_malformed' });
  });

  test('with a member more or less, or that is no array, is refused', () => {
    const refused = { ok: false, code: 'setup_malformed' };
    expect(parseSetupMessage(encodeCbor(parts.slice(0, 8)))).toMatchObject(refused);
    expect(parseSetupMessage(encodeCbor([...parts, null]))).toMatchObject(refused);
    expect(parseSetupMessage(encodeCbor(new Map()))).toMatchObject(refused);
    expect(parseSetupMessage(new Uint8Array(0))).toMatchObject(refused);
  });
});
