import { describe, expect, test } from 'vitest';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { OBJECT_TYPES, type ObjectKind, parseEnvelope } from '../../protocol/objects/envelope.js';
import { type CborValue, decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';
import { BACKENDS } from '../protocol/crypto/backends.js';
import { hex, readVectors, tally, vectorFiles } from './vectors.js';
import { holds, VERIFIERS } from './verifiers.js';

interface JsonKey {
  readonly kty: string;
  readonly crv?: string;
  readonly x_hex?: string;
  readonly y_hex?: string;
  readonly d_hex?: string;
  readonly x?: string;
  readonly y?: string;
}

interface Signing {
  readonly key: JsonKey;
  readonly alg?: string;
  readonly external?: string;
  readonly protected?: { readonly alg?: string };
}

/** A file of the COSE working group. */
interface WgFile {
  readonly fail?: boolean;
  readonly input: {
    readonly sign0?: Signing;
    readonly sign?: { readonly signers: readonly Signing[] };
  };
  readonly intermediates: {
    readonly ToBeSign_hex?: string;
    readonly signers?: readonly { readonly ToBeSign_hex: string }[];
  };
  readonly output: { readonly cbor: string };
}

/** A file of gluecose. */
interface GluecoseFile {
  readonly key: JsonKey;
  readonly alg: string;
  readonly 'sign1::verify': {
    readonly taggedCOSESign1: { readonly cborHex: string };
    readonly external?: string;
    readonly shouldVerify: boolean;
  };
}

/** Either, as far as it matters here. */
interface Example {
  readonly file: string;
  readonly message: Uint8Array;
  readonly signing: Signing | undefined;
  readonly toBeSigned: Uint8Array | undefined;
  /** Whether the file says that the message is good. */
  readonly good: boolean;
}

const FOLDERS = ['sign1-tests', 'eddsa-examples', 'ecdsa-examples', 'CWT', 'sign-tests'];
const EXAMPLES: readonly Example[] = [
  ...FOLDERS.flatMap((folder) => vectorFiles(`cose-wg/${folder}`)).map(fromWg),
  ...vectorFiles('gluecose').map(fromGluecose),
];

describe.each(VERIFIERS)('%s', (name, verify) => {
  test('takes the good signatures of others, under their own structure, and no bad one', async () => {
    const counts = tally(`COSE, ${name}`);
    for (const example of EXAMPLES) {
      const { file, signing, good } = example;
      const key = signing && ourKey(signing);
      if (typeof key !== 'object') {
        counts.count(`left out: ${key ?? 'no signature, but a MAC or encryption'}`);
        continue;
      }
      const { structure, signature } = takeApart(example);
      if (good && example.toBeSigned) expect(structure, file).toEqual(example.toBeSigned);
      const answer = await holds(verify, key, structure, signature);
      // Of these two nothing but the tag is wrong, which stands outside what is signed.
      const wrongTag = file.endsWith('/sign-fail-01.json');
      expect(answer, file).toBe(good || wrongTag);
      counts.count(answer ? (good ? 'accepted' : 'accepted once the wrong tag is off') : 'refused');
    }
    expect(counts.total()).toEqual({
      accepted: 14,
      'accepted once the wrong tag is off': 2,
      refused: 10,
      'left out: a key of Ed448': 2,
      'left out: a key of P-384': 3,
      'left out: a key of P-521': 3,
      'left out: a key of RSA': 3,
      'left out: P-256 with ES512': 2,
      'left out: no signature, but a MAC or encryption': 4,
    });
  });
});

describe.each(BACKENDS.map((crypto) => [crypto.name, crypto] as const))('%s', (_, crypto) => {
  test('makes the Ed25519 signatures of the working group itself', () => {
    const own = EXAMPLES.filter(({ signing }) => signing?.key.crv === 'Ed25519');
    for (const example of own) {
      const { structure, signature } = takeApart(example);
      const seed = hex(example.signing!.key.d_hex!);
      expect(crypto.ed25519Sign(seed, structure), example.file).toEqual(signature);
    }
    expect(own).toHaveLength(2);
  });
});

test('none of these messages is an envelope of DKP/1, as tags and unprotected headers are refused', () => {
  const counts = tally('COSE messages as envelopes');
  for (const { file, message } of EXAMPLES) {
    for (const kind of Object.keys(OBJECT_TYPES) as ObjectKind[]) {
      const outcome = parseEnvelope(message, kind);
      expect(outcome.ok, `${file} ${kind}`).toBe(false);
      if (kind === 'grant' && !outcome.ok) counts.count(`refused: ${outcome.code}`);
    }
  }
  expect(counts.total()).toEqual({
    'refused: cbor_forbidden_type': 41,
    'refused: envelope_header': 1,
    'refused: envelope_shape': 1,
  });
});

function fromWg(file: string): Example {
  const { fail, input, intermediates, output } = readVectors<WgFile>(file);
  const digits = intermediates.ToBeSign_hex ?? intermediates.signers?.[0]?.ToBeSign_hex;
  return {
    file,
    message: hex(output.cbor),
    signing: input.sign0 ?? input.sign?.signers[0],
    toBeSigned: digits === undefined ? undefined : hex(digits),
    good: fail !== true,
  };
}

function fromGluecose(file: string): Example {
  const { key, alg, 'sign1::verify': verify } = readVectors<GluecoseFile>(file);
  const { external } = verify;
  return {
    file,
    message: hex(verify.taggedCOSESign1.cborHex),
    signing: { key, alg, ...(external !== undefined && { external }) },
    toBeSigned: undefined,
    good: verify.shouldVerify,
  };
}

/** The key, or why the profile has no such signature. */
function ourKey({ key, alg, protected: header }: Signing): PublicKey | string {
  const algorithm = alg ?? header?.alg ?? '';
  const bytes = (digits?: string, base64?: string) =>
    digits === undefined ? Uint8Array.from(Buffer.from(base64!, 'base64url')) : hex(digits);
  if (key.crv === 'Ed25519') return { kind: 'ed25519', x: bytes(key.x_hex, key.x) };
  if (key.crv !== 'P-256') return `a key of ${key.crv ?? key.kty}`;
  if (algorithm !== 'ES256') return `P-256 with ${algorithm}`;
  return { kind: 'es256', x: bytes(key.x_hex, key.x), y: bytes(key.y_hex, key.y) };
}

/** What was signed (RFC 9052 §4.4) and the signature, read through our own border once the tag is off. */
function takeApart({ file, message, signing }: Example): {
  readonly structure: Uint8Array;
  readonly signature: Uint8Array;
} {
  const untagged = Buffer.from(message)
    .toString('hex')
    .replace(/^(?:d2|d862|d903e6)/u, '');
  const decoded = decodeCbor(hex(untagged));
  if (!decoded.ok) throw new Error(`${file}: ${decoded.code}`);
  const [body, , payload, last] = decoded.value as [Uint8Array, CborValue, Uint8Array, CborValue];
  const ad = hex(signing?.external ?? '');
  if (last instanceof Uint8Array) {
    const structure = encodeCbor(['Signature1', asSigned(body), ad, payload]);
    return { structure, signature: last };
  }
  const [signer] = last as [[Uint8Array, CborValue, Uint8Array]];
  const structure = encodeCbor(['Signature', asSigned(body), asSigned(signer[0]), ad, payload]);
  return { structure, signature: signer[2] };
}

/** An empty map is signed as no bytes; our own headers are never empty. */
function asSigned(header: Uint8Array): Uint8Array {
  return header.length === 1 && header[0] === 0xa0 ? new Uint8Array(0) : header;
}
