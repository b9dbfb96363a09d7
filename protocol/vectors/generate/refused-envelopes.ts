/** Envelopes that must be refused (lines A, B, C of README.md's table of attacks), each made from a good one. */
import { OBJECT_TYPES, type ObjectKind } from '../../objects/envelope.js';
import { grantClaims } from '../../objects/grant.js';
import { joinBytes } from '../../wire/bytes.js';
import { type CborMap, type CborValue, encodeCbor } from '../../wire/cbor.js';
import { fromHex } from '../../wire/hex.js';
import { idOf, type SignerName, sealed, signer } from './actors.js';
import { decoded } from './edits.js';
import type { Writable } from './notation.js';
import { BASE_POINT, NEUTRAL, NEUTRAL_ID, NOT_CANONICAL, ORDER_OF_ED25519 } from './numbers.js';
import { PLAIN_GRANT } from './object-cases.js';
import { grantOf, receiptPayload } from './samples.js';

/** One envelope, who is trusted to sign it, and why it is refused. */
interface Refused {
  readonly id: string;
  readonly line: string;
  readonly kind: ObjectKind;
  readonly object: Uint8Array;
  readonly trusted: readonly (SignerName | Uint8Array)[];
  readonly code: string;
  readonly detached?: Uint8Array;
}

const payload = grantClaims.encode(grantOf());
const [header, , , signature] = decoded(PLAIN_GRANT) as readonly [
  Uint8Array,
  CborMap,
  Uint8Array,
  Uint8Array,
];
const map = (...pairs: readonly (readonly [number, CborValue])[]): CborMap => new Map(pairs);
const envelope = (
  protectedBytes: CborValue,
  unprotected: CborValue,
  body: CborValue,
  sign: CborValue,
) => encodeCbor([protectedBytes, unprotected, body, sign]);
const hex = (text: string) => fromHex(text) as Uint8Array;
const none = map();
const coded = (...pairs: readonly (readonly [number, CborValue])[]) => encodeCbor(map(...pairs));
const shape = 'envelope_header';
/** The external data, in ASCII. */
const DKP1 = hex('444b502f31');
const kid = idOf('grant');
const typ = OBJECT_TYPES.grant;
/** A grant with another protected header, properly signed over that. */
const withHeader = (
  protectedBytes: Uint8Array,
  unprotected: CborMap = none,
  name: SignerName = 'grant',
) =>
  envelope(
    protectedBytes,
    unprotected,
    payload,
    signer(name).sign(encodeCbor(['Signature1', protectedBytes, DKP1, payload])),
  );

/** Every refused envelope. */
export function refusedEnvelopes(): Writable[] {
  return [...signatures(), ...algorithms(), ...headers(), ...shapes()].map(
    ({ trusted, ...rest }) => ({
      ...rest,
      trusted: trusted.map((name) => (typeof name === 'string' ? name : { x: name })),
    }),
  );
}

function grantCase(
  line: string,
  id: string,
  object: Uint8Array,
  code: string,
  trusted: Refused['trusted'] = ['grant'],
): Refused {
  return { id: `${line}-${id}`, line, kind: 'grant', object, trusted, code };
}

/** A1, A10, A11, A15, C10, C12: everything but the signature is in order. */
function signatures(): Refused[] {
  const raised = grantClaims.encode(grantOf({ exp: grantOf().exp + 1 }));
  const wrong = 'signature_wrong';
  const withSignature = (sign: Uint8Array, body = payload) => envelope(header, none, body, sign);
  const lowS = joinBytes(signature.slice(0, 32), addOrder(signature.slice(32)));
  const forged = joinBytes(BASE_POINT, Uint8Array.of(1), new Uint8Array(31));
  const neutralHeader = encodeCbor(map([1, -8], [4, NEUTRAL_ID], [16, typ]));
  return [
    grantCase('A1', 'protected', envelope(flipped(header, 5), none, payload, signature), wrong),
    grantCase('A1', 'payload', withSignature(signature, flipped(payload, 5)), wrong),
    grantCase('A1', 'signature-first-byte', withSignature(flipped(signature, 0)), wrong),
    grantCase('A1', 'signature-last-byte', withSignature(flipped(signature, 63)), wrong),
    grantCase('A10', 's-plus-order', withSignature(lowS), wrong),
    grantCase(
      'A10',
      'r-not-canonical',
      withSignature(joinBytes(NOT_CANONICAL, signature.slice(32))),
      wrong,
    ),
    grantCase(
      'A11',
      'neutral-key-signs-anything',
      envelope(neutralHeader, none, payload, forged),
      wrong,
      [NEUTRAL],
    ),
    grantCase('A13', 'by-the-root-itself', sealed('grant', 'root', payload), wrong),
    grantCase('A13', 'by-the-policy-key', sealed('grant', 'policy', payload), wrong),
    grantCase('A15', '63-bytes', withSignature(signature.slice(1)), 'envelope_shape'),
    grantCase(
      'A15',
      '65-bytes',
      withSignature(joinBytes(signature, Uint8Array.of(0))),
      'envelope_shape',
    ),
    grantCase('A15', 'zeros', withSignature(new Uint8Array(64)), wrong),
    grantCase('C10', 'longer-life', withSignature(signature, raised), wrong),
    { ...proofCase('other-payload', 'C12', 'device', wrong), detached: encodeCbor([1]) },
    { ...proofCase('by-another-device', 'C12', 'other device', wrong), detached: PROOF_PAYLOAD },
  ];
}

/** A2, A3: another algorithm, under a good signature. */
function algorithms(): Refused[] {
  const algorithm = 'envelope_algorithm';
  return [
    grantCase('A2', 'algorithm-none', withHeader(coded([1, 0], [4, kid], [16, typ])), algorithm),
    grantCase(
      'A2',
      'algorithm-unknown',
      withHeader(coded([1, -35], [4, kid], [16, typ])),
      algorithm,
    ),
    grantCase(
      'A2',
      'algorithm-text',
      withHeader(coded([1, 'EdDSA'], [4, kid], [16, typ])),
      algorithm,
    ),
    grantCase('A2', 'algorithm-missing', withHeader(coded([4, kid], [16, typ])), shape),
    grantCase(
      'A3',
      'es256-with-ed25519-key',
      withHeader(coded([1, -7], [4, kid], [16, typ])),
      'signature_wrong',
    ),
    grantCase(
      'A3',
      'eddsa-with-p256-key',
      withHeader(coded([1, -8], [4, idOf('device es256')], [16, typ]), none, 'device es256'),
      'signature_wrong',
      ['device es256'],
    ),
  ];
}

/** A4 to A7, A9, B: the header says something else, under a good signature. */
function headers(): Refused[] {
  return [
    grantCase('A4', 'receipt-as-grant', sealed('receipt', 'grant', payload), 'envelope_type'),
    grantCase(
      'A4',
      'certificate-as-grant',
      sealed('certificate', 'grant', payload),
      'envelope_type',
    ),
    grantCase('A4', 'type-missing', withHeader(coded([1, -8], [4, kid])), shape),
    grantCase(
      'A4',
      'type-text',
      withHeader(coded([1, -8], [4, kid], [16, 'grant'])),
      'envelope_type',
    ),
    grantCase(
      'A5',
      'unknown-protected-label',
      withHeader(coded([1, -8], [4, kid], [16, typ], [17, 0])),
      shape,
    ),
    grantCase(
      'A5',
      'critical-label',
      withHeader(coded([1, -8], [2, [4]], [4, kid], [16, typ])),
      shape,
    ),
    grantCase('A6', 'unprotected-label', withHeader(header, map([4, kid])), shape),
    grantCase('A6', 'unprotected-is-null', envelope(header, null, payload, signature), shape),
    grantCase(
      'A7',
      'algorithm-unprotected',
      withHeader(coded([4, kid], [16, typ]), map([1, -8])),
      shape,
    ),
    grantCase(
      'A7',
      'key-id-unprotected',
      withHeader(coded([1, -8], [16, typ]), map([4, kid])),
      shape,
    ),
    grantCase(
      'A7',
      'key-id-of-7-bytes',
      withHeader(coded([1, -8], [4, kid.slice(1)], [16, typ])),
      shape,
    ),
    grantCase('A9', 'protected-empty', withHeader(new Uint8Array(0)), 'cbor_truncated'),
    grantCase('A9', 'protected-empty-map', withHeader(Uint8Array.of(0xa0)), shape),
    grantCase('B3', 'protected-unsorted', withHeader(unsortedHeader()), 'cbor_key_order'),
    grantCase('B4', 'protected-not-minimal', withHeader(longHeader()), 'cbor_not_minimal'),
  ];
}

/** A8, A16, B6, C13: another shape round the same parts. */
function shapes(): Refused[] {
  return [
    grantCase('A8', 'tag-18', joinBytes(hex('d2'), PLAIN_GRANT), 'cbor_forbidden_type'),
    grantCase('A8', 'tag-998', joinBytes(hex('d903e6'), PLAIN_GRANT), 'cbor_forbidden_type'),
    grantCase('A16', 'grant-detached', envelope(header, none, null, signature), 'envelope_payload'),
    {
      ...proofCase('proof-attached', 'A16', 'device', 'envelope_payload'),
      object: attachedProof(),
      detached: PROOF_PAYLOAD,
    },
    grantCase('A16', 'three-members', encodeCbor([header, none, payload]), 'envelope_shape'),
    grantCase(
      'A16',
      'five-members',
      encodeCbor([header, none, payload, signature, signature]),
      'envelope_shape',
    ),
    grantCase('A16', 'map-instead', encodeCbor(map([1, header], [2, payload])), 'envelope_shape'),
    grantCase('B6', 'trailing-byte', joinBytes(PLAIN_GRANT, Uint8Array.of(0)), 'cbor_trailing'),
    grantCase('B7', 'truncated', PLAIN_GRANT.slice(0, -1), 'cbor_truncated'),
    grantCase('B7', 'empty', new Uint8Array(0), 'cbor_truncated'),
    grantCase('C13', 'two-grants', joinBytes(PLAIN_GRANT, PLAIN_GRANT), 'cbor_trailing'),
    grantCase('C13', 'list-of-grants', encodeCbor([PLAIN_GRANT, PLAIN_GRANT]), 'envelope_shape'),
    grantCase('C13', 'grant-in-a-grant', sealed('grant', 'grant', PLAIN_GRANT), 'claims_shape'),
    grantCase(
      'C13',
      'receipt-claims',
      sealed('grant', 'grant', receiptPayload()),
      'claims_missing',
    ),
  ];
}

const PROOF_PAYLOAD = encodeCbor([1, 2, 3]);

function proofCase(id: string, line: string, name: SignerName, code: string): Refused {
  return {
    id: `${line}-${id}`,
    line,
    kind: 'proof',
    object: sealed('proof', name, PROOF_PAYLOAD),
    trusted: ['device'],
    code,
  };
}

function attachedProof(): Uint8Array {
  const parts = decoded(sealed('proof', 'device', PROOF_PAYLOAD)) as readonly CborValue[];
  return encodeCbor([parts[0] as CborValue, none, PROOF_PAYLOAD, parts[3] as CborValue]);
}

/** Labels 4, 1, 16 in this order. */
function unsortedHeader(): Uint8Array {
  const [one, four, sixteen] = [
    encodeCbor(map([1, -8])),
    encodeCbor(map([4, kid])),
    encodeCbor(map([16, typ])),
  ];
  return joinBytes(Uint8Array.of(0xa3), four.slice(1), one.slice(1), sixteen.slice(1));
}

/** -8 written in two bytes. */
function longHeader(): Uint8Array {
  const [four, sixteen] = [encodeCbor(map([4, kid])), encodeCbor(map([16, typ]))];
  return joinBytes(Uint8Array.of(0xa3, 0x01, 0x38, 0x07), four.slice(1), sixteen.slice(1));
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

function addOrder(s: Uint8Array): Uint8Array {
  const sum = new Uint8Array(32);
  let carry = 0;
  for (let index = 0; index < 32; index++) {
    carry += (s[index] as number) + (ORDER_OF_ED25519[index] as number);
    sum[index] = carry & 255;
    carry >>= 8;
  }
  return sum;
}
