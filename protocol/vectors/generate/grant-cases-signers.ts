/** Grants, proofs and who signed them (lines A11, A13, A14, C12, D). */

import { idOf, publicKey } from './actors.js';
import { fixedBytes, NOW, OTHER_LOCK_ID } from './fixed.js';
import { type Case, POLICY } from './grant-case.js';
import { certificateOf } from './samples.js';

/** Every such case. */
export const SIGNERS: readonly Case[] = [
  { line: 'C12', id: 'proof-of-another-device', expected: 'proof_wrong', device: 'other device' },
  {
    line: 'D14',
    id: 'proof-over-another-operation',
    expected: 'proof_wrong',
    proof: { operation: 4 },
  },
  {
    line: 'D14',
    id: 'proof-over-other-assertions',
    expected: 'proof_wrong',
    proof: { asserted: 0 },
    asserted: 1,
  },
  {
    line: 'D2',
    id: 'proof-of-another-session',
    expected: 'proof_wrong',
    proof: { handshakeHash: fixedBytes('another') },
  },
  {
    line: 'D2',
    id: 'proof-with-another-counter',
    expected: 'proof_wrong',
    proof: { counter: new Uint8Array(8) },
  },
  { line: 'D1', id: 'proof-of-another-request', expected: 'proof_wrong', proof: { request: 2 } },
  {
    line: 'C12',
    id: 'proof-over-another-grant',
    expected: 'proof_wrong',
    proof: { grantHash: fixedBytes('another') },
  },
  {
    line: 'C1',
    id: 'proof-for-another-lock',
    expected: 'proof_wrong',
    proof: { lockId: OTHER_LOCK_ID },
  },
  {
    line: 'A11',
    id: 'key-of-small-order',
    expected: 'proof_wrong',
    grant: { key: { kind: 'ed25519', x: Uint8Array.of(1, ...new Uint8Array(31)) } },
  },
  {
    line: 'C12',
    id: 'es256',
    expected: 'permitted',
    grant: { key: publicKey('device es256') },
    device: 'device es256',
  },
  {
    line: 'D5',
    id: 'es256-at-a-lock-without',
    expected: 'proof_wrong',
    grant: { key: publicKey('device es256') },
    device: 'device es256',
    facts: { acceptsEs256: false },
  },
  { line: 'A13', id: 'unknown-signer', expected: 'certificate_unknown', signer: 'stranger' },
  { line: 'A13', id: 'signed-by-the-root', expected: 'certificate_unknown', signer: 'root' },
  {
    line: 'A13',
    id: 'signed-by-policy',
    expected: 'certificate_refused',
    signer: 'policy',
    certificates: [certificateOf('policy')],
  },
  {
    line: 'A13',
    id: 'signed-by-time',
    expected: 'certificate_refused',
    signer: 'time',
    certificates: [certificateOf('time')],
  },
  {
    line: 'A14',
    id: 'certificate-of-another-epoch',
    expected: 'certificate_refused',
    certificates: [certificateOf('grant', { trustEpoch: 2 })],
  },
  {
    line: 'A14',
    id: 'certificate-of-another-site',
    expected: 'certificate_refused',
    certificates: [certificateOf('grant', { siteId: OTHER_LOCK_ID })],
  },
  {
    line: 'A14',
    id: 'certificate-expired',
    expected: 'certificate_refused',
    certificates: [certificateOf('grant', { exp: NOW })],
  },
  {
    line: 'A14',
    id: 'certificate-in-its-last-second',
    expected: 'permitted',
    certificates: [certificateOf('grant', { exp: NOW + 1 })],
  },
  {
    line: 'A14',
    id: 'certificate-not-yet-valid',
    expected: 'certificate_refused',
    certificates: [certificateOf('grant', { nbf: NOW + 1 })],
  },
  {
    line: 'A14',
    id: 'certificate-blocked',
    expected: 'certificate_refused',
    facts: { policy: { ...POLICY, blocked: [idOf('grant')] } },
  },
  {
    line: 'A14',
    id: 'two-certificates-of-one-key',
    expected: 'permitted',
    certificates: [certificateOf('grant', { lifeMax: 60 }), certificateOf('grant')],
  },
];
