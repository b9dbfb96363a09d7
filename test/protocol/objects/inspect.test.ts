/** Looking at objects: every kind is recognised, nothing is believed, and no bytes make it fail. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signNow } from '../../../protocol/crypto/steps.js';
import { firstTrust, rotateTrust } from '../../../protocol/issuer/rotation.js';
import { sealTimeToken } from '../../../protocol/issuer/time-tokens.js';
import { logAckClaims } from '../../../protocol/objects/acknowledgements.js';
import { coseKey, keyId } from '../../../protocol/objects/cose-key.js';
import { OBJECT_TYPES, type ObjectKind, sealEnvelope } from '../../../protocol/objects/envelope.js';
import { inspectObject } from '../../../protocol/objects/inspect.js';
import { encodeCbor } from '../../../protocol/wire/cbor.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { certified, crypto, filled, NOW, nextRoot, root, signerOf } from '../../helpers/issuing.js';
import { runs } from '../../helpers/runs.js';

const signer = signerOf(13);
const sealed = (kind: ObjectKind, payload: Uint8Array) =>
  signNow(sealEnvelope(kind, signer, payload, crypto));

function looked(bytes: Uint8Array) {
  const inspected = inspectObject(bytes);
  if (!inspected.ok) throw new Error(inspected.code);
  return inspected.value;
}

test('every kind of object is told by its type', () => {
  for (const kind of Object.keys(OBJECT_TYPES) as ObjectKind[]) {
    const { kind: seen, algorithm, keyId: id, text } = looked(sealed(kind, encodeCbor(new Map())));
    expect({ seen, algorithm, id }).toEqual({
      seen: kind,
      algorithm: 'EdDSA',
      id: toHex(keyId(crypto, signer.publicKey)),
    });
    expect(text).toContain(`/ type: ${kind} /`);
  }
});

describe('an object', () => {
  test('shows its claims by name and its numbers by meaning', () => {
    const token = signNow(sealTimeToken({ now: NOW, errorSeconds: 2 }, signer, crypto));
    expect(looked(token).claims).toEqual({ iat: NOW - 5, radius: 7 });
    expect(looked(token).text).toContain('/ issued at: 2026-11-22T03:59:55Z /');
    const { text } = looked(certified(11, ['policy', 'time']).certificate);
    expect(text).toContain('10: 6, / may sign: policy, time /');
    expect(text).toContain('-1: 6, / curve: Ed25519 /');
    expect(text).toContain('11: 2592000, / longest grant: 2592000 s /');
  });

  test('of P-256 keys is told apart', () => {
    const hardware = signerOf(40, 'es256');
    const payload = logAckClaims.encode({ version: 1, lockId: filled(1, 8), iat: 1, sequence: 2 });
    const bytes = signNow(sealEnvelope('log-ack', hardware, payload, crypto));
    expect(looked(bytes)).toMatchObject({ kind: 'log-ack', algorithm: 'ES256' });
    const key = looked(encodeCbor(coseKey.write(hardware.publicKey)));
    expect(key.kind).toBe('key');
    expect(key.text).toContain('/ curve: P-256 /');
  });

  test('with a payload of another kind says what is wrong, and still shows it', () => {
    const payload = logAckClaims.encode({ version: 1, lockId: filled(1, 8), iat: 1, sequence: 2 });
    const { fault, claims, text } = looked(sealed('grant', payload));
    expect(fault?.code).toBe('claims_missing');
    expect(claims).toBeUndefined();
    expect(text).toContain("3: h'0101010101010101', / lock id /");
  });

  test('that is a pair of envelopes by two roots is a trust update', () => {
    const trust = firstTrust(root.publicKey, nextRoot.publicKey, crypto);
    const rotated = rotateTrust(trust, root, nextRoot, signerOf(3).publicKey, crypto);
    const { kind, claims, text } = looked(signNow(rotated).update);
    expect({ kind, epoch: claims?.['trustEpoch'] }).toEqual({ kind: 'trust-update', epoch: 2 });
    expect(text).toContain('/ by the old root /');
  });

  test('of none of our kinds is shown as it is', () => {
    expect(looked(encodeCbor([1, 'x']))).toEqual({ kind: 'unknown', text: '[1, "x"]' });
  });

  test('is not believed: a broken signature is not even noticed', () => {
    const token = signNow(sealTimeToken({ now: NOW, errorSeconds: 2 }, signer, crypto));
    token[token.length - 1] = token.at(-1)! ^ 1;
    expect(looked(token).kind).toBe('time-token');
  });
});

test('no bytes make it throw: it answers, or gives a code', () => {
  const token = signNow(sealTimeToken({ now: NOW, errorSeconds: 2 }, signer, crypto));
  const certificate = certified(11, ['grant']).certificate;
  const mutated = fc
    .tuple(fc.constantFrom(token, certificate), fc.nat(), fc.nat(255), fc.nat(3))
    .map(([bytes, at, byte, cut]) => {
      const copy = bytes.slice(0, cut === 0 ? at % bytes.length : bytes.length);
      if (copy.length > 0) copy[at % copy.length] = byte;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      const inspected = inspectObject(bytes);
      expect(inspected.ok ? inspected.value.text : inspected.code).not.toBe('');
    }),
    { numRuns: runs(400), seed: 7 },
  );
});
