/** Looking at an object without believing it: what kind it says it is, and everything it says. */
import type { Outcome } from '../../src/values/outcome.js';
import { type CborValue, decodeCbor } from '../wire/cbor.js';
import type { CborCode } from '../wire/cbor-read.js';
import { diagnose } from '../wire/diagnostic.js';
import { toHex } from '../wire/hex.js';
import { BUNDLE_CAPS } from './bundle.js';
import { coseKey } from './cose-key.js';
import { envelopeKind, type ObjectKind, parseEnvelope } from './envelope.js';
import { envelopeAnnotation, keyAnnotation, SHAPES, trustUpdateAnnotation } from './explain.js';

/** What bytes look like. No signature was checked. */
export interface Inspection {
  /** `key` is a COSE_Key by itself, `unknown` other CBOR of the profile. */
  readonly kind: ObjectKind | 'key' | 'unknown';
  /** Of the envelope that says one. */
  readonly algorithm?: 'EdDSA' | 'ES256';
  /** The envelope's key id in hex. */
  readonly keyId?: string;
  /** The claims by name, byte strings in hex; absent where the payload is not what the kind needs. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Why the payload is not what the kind needs. */
  readonly fault?: { readonly code: string; readonly detail: string };
  /** Diagnostic notation, with comments. */
  readonly text: string;
}

/** Looks at any object. @returns a code of the scanner for bytes that are no CBOR of the profile. */
export function inspectObject(bytes: Uint8Array): Outcome<Inspection, CborCode> {
  const decoded = decodeCbor(bytes, BUNDLE_CAPS);
  if (!decoded.ok) return decoded;
  const { value } = decoded;
  const pair = trustPair(value);
  if (pair !== undefined) {
    const text = diagnose(value, trustUpdateAnnotation());
    return { ok: true, value: { ...envelopeFacts(pair, 'trust-update'), text } };
  }
  const kind = envelopeKind(bytes, BUNDLE_CAPS);
  if (kind !== undefined) {
    const text = diagnose(value, envelopeAnnotation(kind));
    return { ok: true, value: { ...envelopeFacts(bytes, kind), text } };
  }
  if (coseKey.read(value) !== undefined) {
    return { ok: true, value: { kind: 'key', text: diagnose(value, keyAnnotation()) } };
  }
  return { ok: true, value: { kind: 'unknown', text: diagnose(value) } };
}

/** The first envelope of a trust update; undefined for anything else. */
function trustPair(value: CborValue): Uint8Array | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const envelopes = value.filter(
    (part): part is Uint8Array =>
      part instanceof Uint8Array && parseEnvelope(part, 'trust-update').ok,
  );
  return envelopes.length === 2 ? envelopes[0] : undefined;
}

function envelopeFacts(bytes: Uint8Array, kind: ObjectKind): Omit<Inspection, 'text'> {
  const envelope = parseEnvelope(bytes, kind, BUNDLE_CAPS);
  if (!envelope.ok) return { kind };
  const { algorithm, keyId, payload } = envelope.value;
  const facts = {
    kind,
    algorithm: algorithm === -8 ? ('EdDSA' as const) : ('ES256' as const),
    keyId: toHex(keyId),
  };
  const parsed = payload === null ? undefined : SHAPES[kind]?.parse(payload, BUNDLE_CAPS);
  if (parsed === undefined) return facts;
  if (!parsed.ok) return { ...facts, fault: { code: parsed.code, detail: parsed.detail } };
  return { ...facts, claims: plain(parsed.value) as Record<string, unknown> };
}

/** As JSON can say it: bytes in hex, and no secret. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'advertKey');
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}
