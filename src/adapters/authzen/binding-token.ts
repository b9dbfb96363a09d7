/**
 * Binds a refusal to what is asked for later: a JWS with HMAC-SHA-256 (RFC 7515, RFC 7518 §3.2) over the question, so that this
 * decision point need not remember it, and any process with the same secret can check it.
 * @see AuthZEN Access Request and Approval Profile, "Denial Binding Claims"
 */
import { nobleHmacSha256 } from '../../../protocol/crypto/noble-hashes.js';
import { sameHash } from '../../admin/provisioning/secret.js';
import type { RefusalCode } from '../../engine/decision.js';
import { textBytes } from '../../values/utf8.js';
import { decodeText, encodeBytes, encodeText } from './base64url.js';
import { isSent, type Sent } from './body.js';
import type { Mac } from './profiles.js';

/** What a token says. Times are epoch seconds. */
export interface BoundDenial {
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** The client that was refused: nobody else may ask by this. */
  readonly azp: string;
  readonly reason: RefusalCode;
  readonly denial_expires_at: string;
  /** No fact is bound: what a person may ask for does not depend on where he stood. */
  readonly binding_context_members: readonly never[];
  readonly subject: unknown;
  readonly action: unknown;
  readonly resource: unknown;
}

/** Octets of a secret: as many as the hash has. @see RFC 7518 §3.2 */
const SECRET_OCTETS_MIN = 32;
/** Characters of a token: a question with long ids and properties fits. */
const TOKEN_LENGTH_MAX = 16_384;
const HEADER = encodeText('{"alg":"HS256","typ":"JWT"}');

/** A MAC by a secret in memory. @throws RangeError for one of fewer than 32 octets. */
export function secretMac(secret: Uint8Array): Mac {
  if (secret.length < SECRET_OCTETS_MIN) {
    throw new RangeError(`a secret has at least ${SECRET_OCTETS_MIN} octets`);
  }
  const own = secret.slice();
  return (message) => nobleHmacSha256(own, message);
}

/** The token of a refusal; undefined for a question that is too long to be opened again. */
export async function sealDenial(mac: Mac, denial: BoundDenial): Promise<string | undefined> {
  const { subject, action, resource } = denial;
  if (lengthOf(subject) + lengthOf(action) + lengthOf(resource) > TOKEN_LENGTH_MAX)
    return undefined;
  const signed = `${HEADER}.${encodeText(JSON.stringify(denial))}`;
  const token = `${signed}.${encodeBytes(await mac(textBytes(signed)))}`;
  return token.length <= TOKEN_LENGTH_MAX ? token : undefined;
}

const lengths = new WeakMap<object, number>();

/** Characters of a part as JSON, counted once: a thousand items of a batch may share the one that its body has room for. */
function lengthOf(part: unknown): number {
  const object = Object(part) as object;
  const length = lengths.get(object) ?? JSON.stringify(object).length;
  lengths.set(object, length);
  return length;
}

/** What a token says, if this secret sealed it. Nothing of it is looked at before. */
export async function openDenial(mac: Mac, token: unknown): Promise<BoundDenial | undefined> {
  if (typeof token !== 'string' || token.length > TOKEN_LENGTH_MAX) return undefined;
  const [header, payload, signature, ...more] = token.split('.');
  if (header !== HEADER || payload === undefined || signature === undefined || more.length > 0) {
    return undefined;
  }
  if (!/^[A-Za-z0-9_-]*$/u.test(payload)) return undefined;
  const expected = encodeBytes(await mac(textBytes(`${header}.${payload}`)));
  if (!sameHash(expected, signature)) return undefined;
  const text = decodeText(payload);
  return text === undefined ? undefined : (JSON.parse(text) as BoundDenial);
}

/** Whether two JSON values are the same, whatever the order of members. @see "Structural Comparison" */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  }
  if (!isSent(a) || !isSent(b)) return false;
  const names = Object.keys(a);
  const others: Sent = b;
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(others, name) && sameJson(a[name], others[name]))
  );
}
