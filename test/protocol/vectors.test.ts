import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import { checkNow } from '../../protocol/crypto/steps.js';
import { deviceAckClaims, logAckClaims } from '../../protocol/objects/acknowledgements.js';
import { adminUpdateClaims } from '../../protocol/objects/admin-update.js';
import { BUNDLE_CAPS, bundleClaims } from '../../protocol/objects/bundle.js';
import { certificateClaims } from '../../protocol/objects/certificate.js';
import { keyId } from '../../protocol/objects/cose-key.js';
import {
  OBJECT_TYPES,
  type ObjectKind,
  openEnvelope,
  parseEnvelope,
} from '../../protocol/objects/envelope.js';
import { grantClaims } from '../../protocol/objects/grant.js';
import { lockIdentityClaims } from '../../protocol/objects/lock-identity.js';
import { policyUpdateClaims } from '../../protocol/objects/policy-update.js';
import { receiptClaims } from '../../protocol/objects/receipt.js';
import { timeTokenClaims } from '../../protocol/objects/time-token.js';
import {
  openTrustUpdate,
  rootHash,
  trustUpdateClaims,
} from '../../protocol/objects/trust-update.js';
import { addFrame, NO_FRAMES, splitFrames } from '../../protocol/session/frames.js';
import {
  parseHello,
  parseLockMessage,
  parsePhoneMessage,
} from '../../protocol/session/messages.js';
import { parseSetupMessage } from '../../protocol/session/setup-message.js';
import { vectorFiles } from '../../protocol/vectors/generate/files.js';
import { decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';
import { toHex } from '../../protocol/wire/hex.js';
import {
  bytesOf,
  keyOf,
  VECTORS_FOLDER,
  type Vector,
  vectors,
  vectorText,
} from './vector-files.js';

const crypto = nobleCrypto();
const keys = new Map(vectors('objects.json', 'keys').map(({ name, cose }) => [name, keyOf(cose)]));
const key = (name: string): PublicKey => keys.get(name) as PublicKey;

/** Reads a payload as the object it claims to be. */
const CLAIMS: Record<Exclude<ObjectKind, 'proof'>, Pick<typeof grantClaims, 'parse'> | object> = {
  certificate: certificateClaims,
  grant: grantClaims,
  'policy-update': policyUpdateClaims,
  'time-token': timeTokenClaims,
  receipt: receiptClaims,
  bundle: bundleClaims,
  'trust-update': trustUpdateClaims,
  'log-ack': logAckClaims,
  'device-ack': deviceAckClaims,
  'admin-update': adminUpdateClaims,
  'lock-identity': lockIdentityClaims,
};

describe('the committed vectors', () => {
  const files = vectorFiles();

  test('are, byte for byte, what the generator writes', () => {
    for (const [name, text] of files) expect(text === vectorText(name), name).toBe(true);
  });

  test('are all there, and no file is left over', () => {
    const names = readdirSync(VECTORS_FOLDER).filter((name) => name.endsWith('.json'));
    expect(names.sort()).toEqual([...files.keys()].sort());
  });

  test('have ids that name one vector in their list', () => {
    for (const [name, text] of files) {
      for (const [list, members] of Object.entries(JSON.parse(text) as Record<string, Vector[]>)) {
        if (!Array.isArray(members) || name === 'cbor.json') continue;
        const ids = members.map((member) => member['id'] ?? member['name']);
        expect(new Set(ids).size, `${name} ${list}`).toBe(ids.length);
      }
    }
  });
});

describe('this library judges every vector as it says:', () => {
  test('CBOR', () => {
    for (const { bytes } of vectors('cbor.json', 'accepted')) {
      const decoded = decodeCbor(bytesOf(bytes));
      expect(decoded.ok && toHex(encodeCbor(decoded.value)), bytes).toBe(bytes);
    }
    for (const { id, bytes, parts, code } of vectors('cbor.json', 'refused')) {
      const hex =
        bytes ?? parts.map(([part, times]: [string, number]) => part.repeat(times)).join('');
      expect(decodeCbor(bytesOf(hex)), id).toMatchObject({ ok: false, code });
    }
  });

  test('keys, their ids and hashes', () => {
    for (const { name, id, hash } of vectors('objects.json', 'keys')) {
      expect(crypto.admitsKey(key(name)), name).toBe(true);
      expect(toHex(keyId(crypto, key(name))), name).toBe(id);
      expect(toHex(rootHash(crypto, key(name))), name).toBe(hash);
    }
    for (const { id, cose } of vectors('refused.json', 'keys')) {
      expect(crypto.admitsKey(keyOf(cose)), id).toBe(false);
    }
  });

  test('objects and proofs', () => {
    for (const vector of [
      ...vectors('objects.json', 'objects'),
      ...vectors('objects.json', 'proofs'),
    ]) {
      const detached = vector['kind'] === 'proof' ? bytesOf(vector['payload']) : undefined;
      expect(judge({ ...vector, trusted: [vector['signer']], detached }), vector.id).toBe('good');
    }
  });

  test('objects with any one digit changed are refused', () => {
    for (const vector of vectors('objects.json', 'objects')) {
      const hex = vector['object'] as string;
      // One digit in about forty, so that every part of an object has its turn.
      for (let at = 0; at < hex.length; at += 41) {
        const digit = hex[at] === '0' ? '1' : '0';
        const object = hex.slice(0, at) + digit + hex.slice(at + 1);
        const changed = { ...vector, trusted: [vector['signer']], object };
        expect(judge(changed), `${vector.id} at ${at}`).not.toBe('good');
      }
    }
  });

  test('no object stands for one of another kind (A4)', () => {
    for (const { id, kind, object } of vectors('objects.json', 'objects')) {
      for (const other of Object.keys(OBJECT_TYPES) as ObjectKind[]) {
        const read = parseEnvelope(bytesOf(object), other, BUNDLE_CAPS);
        expect(read.ok, `${id} as ${other}`).toBe(other === kind);
      }
    }
  });

  test('the trust update', () => {
    const [update] = vectors('objects.json', 'trustUpdates') as [Vector];
    const trust = (first: string, epoch: number, next: string) => ({
      root: key(first),
      trustEpoch: epoch,
      nextRootHash: rootHash(crypto, key(next)),
    });
    const open = (pinned: ReturnType<typeof trust>) =>
      checkNow(openTrustUpdate(bytesOf(update['object']), pinned, crypto), crypto);
    expect(open(trust('root', 1, 'next root'))).toEqual({
      ok: true,
      value: trust('next root', 2, 'root after next'),
    });
    expect(open(trust('root', 0, 'next root'))).toMatchObject({ code: 'trust_epoch_skipped' });
    expect(open(trust('root', 2, 'next root'))).toMatchObject({ code: 'trust_epoch_known' });
    expect(open(trust('root', 1, 'stranger'))).toMatchObject({ code: 'trust_root_uncommitted' });
    expect(open(trust('stranger', 1, 'next root'))).toMatchObject({ code: 'trust_signature' });
  });

  test('refused envelopes', () => {
    for (const vector of vectors('refused.json', 'envelopes')) {
      const detached = vector['detached'] && bytesOf(vector['detached']);
      expect(judge({ ...vector, detached }), vector.id).toBe(vector['code']);
    }
  });

  test('refused payloads', () => {
    for (const { id, kind, payload, code } of vectors('refused.json', 'payloads')) {
      expect(parsed(kind, bytesOf(payload)), id).toMatchObject({ ok: false, code });
    }
  });

  test('frames', () => {
    for (const { id, mtu, message, frames } of vectors('frames.json', 'split')) {
      expect(splitFrames(bytesOf(message), mtu).map(toHex), id).toEqual(frames);
    }
    for (const { id, frames, messages, code } of vectors('frames.json', 'received')) {
      const judged = receive(frames);
      expect(judged, id).toEqual(code === undefined ? messages : `${code} at ${frames.length}`);
    }
  });

  test('messages of a session', () => {
    const readers: Record<string, (bytes: Uint8Array) => { readonly ok: boolean }> = {
      m2: parseHello,
      phone: parsePhoneMessage,
      lock: parseLockMessage,
      setup: parseSetupMessage,
    };
    for (const [list, ok] of [
      ['accepted', true],
      ['refused', false],
    ] as const) {
      for (const { id, from, bytes } of vectors('messages.json', list)) {
        expect(readers[from]?.(bytesOf(bytes)).ok, id).toBe(ok);
      }
    }
  });
});

function parsed(kind: ObjectKind, payload: Uint8Array) {
  const claims = CLAIMS[kind as Exclude<ObjectKind, 'proof'>] as typeof grantClaims;
  return claims.parse(payload, kind === 'bundle' ? BUNDLE_CAPS : undefined);
}

/** `good`, or the code of the first thing that is wrong. */
function judge(vector: Record<string, unknown>): string {
  const kind = vector['kind'] as ObjectKind;
  const envelope = parseEnvelope(bytesOf(vector['object'] as string), kind, BUNDLE_CAPS);
  if (!envelope.ok) return envelope.code;
  const trusted = (vector['trusted'] as (string | { readonly x: string })[]).map(
    (who): PublicKey =>
      typeof who === 'string' ? key(who) : { kind: 'ed25519', x: bytesOf(who.x) },
  );
  const detached = vector['detached'] as Uint8Array | undefined;
  const signed = checkNow(openEnvelope(envelope.value, trusted, crypto, detached), crypto);
  if (signed === undefined) return 'signature_wrong';
  if (kind === 'proof') return 'good';
  const claims = parsed(kind, envelope.value.payload as Uint8Array);
  return claims.ok ? 'good' : claims.code;
}

/** The messages that frames make, or the code and the number of the frame that ended it. */
function receive(frames: readonly string[]): string[] | string {
  let state = NO_FRAMES;
  const messages: string[] = [];
  for (const [index, frame] of frames.entries()) {
    const added = addFrame(state, bytesOf(frame));
    if (!added.ok) return `${added.code} at ${index + 1}`;
    state = added.value.state;
    if (added.value.message !== null) messages.push(toHex(added.value.message));
  }
  return messages;
}
