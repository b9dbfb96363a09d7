/** The digest by which a server knows what a lock holds (offline.md §3.7, `post`). */
import type { Crypto } from '../crypto/crypto.js';
import { compareBytes } from '../wire/bytes.js';
import { encodeCbor } from '../wire/cbor.js';
import { type Floor, floorForm, type Mark, markForm } from './policy-update.js';

/** Everything a lock refuses at one policy version. */
export interface PolicyContent {
  readonly policyVersion: number;
  readonly floor: Floor;
  readonly marks: readonly Mark[];
  /** Version of the lock's configuration, 0 before any. */
  readonly configVersion: number;
  /** Key ids of 8 bytes. */
  readonly blocked: readonly Uint8Array[];
}

/** 16 bytes over the lock's id and its content; the order of marks and blocked keys does not matter. */
export function policyDigest(
  crypto: Crypto,
  lockId: Uint8Array,
  content: PolicyContent,
): Uint8Array {
  const marks = content.marks.map((mark) => markForm.write(mark));
  const encoded = marks.map((mark) => ({ mark, bytes: encodeCbor(mark) }));
  const sorted = encoded.sort((a, b) => compareBytes(a.bytes, b.bytes)).map(({ mark }) => mark);
  const blocked = [...content.blocked].sort(compareBytes);
  const { policyVersion, floor, configVersion } = content;
  const whole = [lockId, policyVersion, floorForm.write(floor), sorted, configVersion, blocked];
  return crypto.sha256(encodeCbor(whole)).slice(0, 16);
}
