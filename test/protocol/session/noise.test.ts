import { expect, test } from 'vitest';
import { nobleCrypto } from '../../../protocol/crypto/noble.js';
import { readNoise, startNoise, writeNoise } from '../../../protocol/session/noise.js';
import { openTransport, sealTransport } from '../../../protocol/session/noise-cipher.js';

const crypto = nobleCrypto();
const bytes = (fill: number) => new Uint8Array(32).fill(fill);
test('NK leads two sides to one transport', () => {
  const s = bytes(1);
  const common = { pattern: 'NK', prologue: new Uint8Array(3) } as const;
  const a0 = startNoise(crypto, { ...common, initiator: true, remoteStatic: crypto.x25519Public(s) });
  const b0 = startNoise(crypto, { ...common, initiator: false, static: s });
  const m1 = writeNoise(crypto, a0, bytes(2), Uint8Array.of(9))!;
  const b1 = readNoise(crypto, b0, m1.message)!;
  expect(b1.payload).toEqual(Uint8Array.of(9));
  const m2 = writeNoise(crypto, b1.state, bytes(3), Uint8Array.of(8))!;
  const a2 = readNoise(crypto, m1.state, m2.message)!;
  expect(a2.payload).toEqual(Uint8Array.of(8));
  const sealed = sealTransport(crypto, a2.state.transport!, Uint8Array.of(7));
  expect(openTransport(crypto, m2.state.transport!, sealed.message)?.plain).toEqual(Uint8Array.of(7));
});
