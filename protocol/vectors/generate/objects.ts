/** Vectors of every signed object: what it says, its payload, what is signed, and the whole envelope. */
import { signNow } from '../../crypto/steps.js';
import { BUNDLE_CAPS } from '../../objects/bundle.js';
import { coseKey } from '../../objects/cose-key.js';
import { OBJECT_TYPES, parseEnvelope, signedBytes } from '../../objects/envelope.js';
import { proofPayload } from '../../objects/proof.js';
import { rootHash, sealTrustUpdate } from '../../objects/trust-update.js';
import { type CborValue, encodeCbor } from '../../wire/cbor.js';
import { idOf, publicKey, SIGNER_NAMES, sealed, signer } from './actors.js';
import { decoded } from './edits.js';
import { crypto, fixedBytes, LOCK_ID } from './fixed.js';
import { fileText, labelled, type Writable } from './notation.js';
import { CASES, type Case, PLAIN_GRANT } from './object-cases.js';

/** Text of `objects.json`. */
export function objectsFile(): string {
  const keys = SIGNER_NAMES.map((name) => ({
    name,
    kind: publicKey(name).kind,
    secret: fixedBytes(name),
    key: labelled(coseKey.write(publicKey(name))),
    cose: encodeCbor(coseKey.write(publicKey(name))),
    id: idOf(name),
    hash: rootHash(crypto, publicKey(name)),
  }));
  return fileText(
    'Every signed object. `claims` encode to `payload`; `signed` is the Sig_structure under `signature`; `object` is the envelope as it travels. A proof and a trust update differ: see README.md.',
    { keys, objects: CASES.map(objectVector), proofs: proofs(), trustUpdates: [trustUpdate()] },
  );
}

function objectVector({ id, kind, signer: name, payload, note }: Case): Writable {
  const object = sealed(kind, name, payload);
  const envelope = parseEnvelope(object, kind, BUNDLE_CAPS);
  if (!envelope.ok) throw new Error(`vector ${id}: ${envelope.detail}`);
  const { protectedBytes, signature } = envelope.value;
  return {
    id,
    kind,
    type: OBJECT_TYPES[kind],
    signer: name,
    note,
    claims: labelled(decoded(payload)),
    payload,
    protected: protectedBytes,
    signed: signedBytes(protectedBytes, payload),
    signature,
    object,
  };
}

function proofs(): Writable[] {
  return (['device', 'device es256'] as const).map((name) => {
    const claims = {
      handshakeHash: fixedBytes('handshake hash'),
      lockId: LOCK_ID,
      grantHash: crypto.sha256(PLAIN_GRANT),
      operation: 1,
      asserted: 3,
      counter: Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2),
      request: 1,
    };
    const payload = proofPayload(claims);
    const object = sealed('proof', name, payload);
    const envelope = parseEnvelope(object, 'proof');
    if (!envelope.ok) throw new Error(envelope.detail);
    const { protectedBytes, signature } = envelope.value;
    return {
      id: name === 'device' ? 'proof' : 'proof-es256',
      kind: 'proof',
      type: OBJECT_TYPES.proof,
      signer: name,
      grant: PLAIN_GRANT,
      claims: labelled(decoded(payload)),
      payload,
      protected: protectedBytes,
      signed: signedBytes(protectedBytes, payload),
      signature,
      object,
    };
  });
}

function trustUpdate(): Writable {
  const next = {
    root: publicKey('next root'),
    trustEpoch: 2,
    nextRootHash: rootHash(crypto, publicKey('root after next')),
  };
  const object = signNow(sealTrustUpdate(next, signer('root'), signer('next root'), crypto));
  const [first, second] = decoded(object) as readonly Uint8Array[];
  const payload = (decoded(first as Uint8Array) as readonly CborValue[])[2] as Uint8Array;
  return {
    id: 'trust-update',
    kind: 'trust-update',
    type: OBJECT_TYPES['trust-update'],
    signers: ['root', 'next root'],
    claims: labelled(decoded(payload)),
    payload,
    first,
    second,
    object,
  };
}
