/** Payloads taken apart, and put together with one thing changed. */
import { BUNDLE_CAPS } from '../../objects/bundle.js';
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '../../wire/cbor.js';

/** A payload with one more member in its private map. */
export function withPrivate(payload: Uint8Array, label: number, value: CborValue): Uint8Array {
  const outer = new Map(decoded(payload) as CborMap);
  const inner = new Map(outer.get(-70_000) as CborMap);
  return encodeCbor(outer.set(-70_000, inner.set(label, value)));
}

/** A payload with one member set, or taken away where `value` is undefined. */
export function withClaim(
  payload: Uint8Array,
  label: number,
  value: CborValue | undefined,
): Uint8Array {
  const map = new Map(decoded(payload) as CborMap);
  if (value === undefined) map.delete(label);
  else map.set(label, value);
  return encodeCbor(map);
}

/** What these bytes hold. @throws Error when they are no CBOR of the profile. */
export function decoded(bytes: Uint8Array): CborValue {
  const value = decodeCbor(bytes, BUNDLE_CAPS);
  if (!value.ok) throw new Error(value.detail);
  return value.value;
}
