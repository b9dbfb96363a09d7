/** Grants: lowered plain data becomes signed objects for one device at one lock (offline.md §3.3, §3.7). */

import type { LoweredGrant } from '../../src/lowering/grant.js';
import type { Outcome } from '../../src/values/outcome.js';
import type { Crypto } from '../crypto/crypto.js';
import type { Signer, Signing } from '../crypto/steps.js';
import { GRANT_LIFE_MAX } from '../limits.js';
import { sealEnvelope } from '../objects/envelope.js';
import { type Grant, grantClaims, REQUIREMENT_BITS } from '../objects/grant.js';
import { tagOf } from '../objects/tag.js';
import { numberBytes } from '../wire/bytes.js';
import { toHex } from '../wire/hex.js';
import type { CertifiedSigner } from './certificates.js';
import { deviceKeyOf, type IssuerDevice } from './issuer-device.js';
import { type IssuerLock, isSealedIn, lockIdOf } from './issuer-lock.js';
import { stampAt } from './stamp.js';

/** Why a device gets no grant at a lock although the policy lets it in. */
export type NotIssuedReason =
  /** The lock has no policy version yet, so nothing could be withdrawn from it. */
  | 'no_policy'
  /** The server came back from a backup, and the root was not rotated since (`recoverFrom`). */
  | 'trust_not_rotated'
  /** Every lowered grant wants a key in hardware, and this device's is not. */
  | 'hardware_key_missing'
  /** The issuer's clock stands before a mark or floor that hits this device. */
  | 'clock_behind'
  /** The key that signs grants is not certified now. */
  | 'certificate_not_valid'
  /** Every usable grant is of a share of counted openings that ends in more than 30 days. */
  | 'share_too_early'
  /** Nothing is left of the lives within what the certificate allows. */
  | 'too_short';

/** What grants for one device at one lock are made from. */
export interface GrantOrder {
  readonly lock: IssuerLock;
  readonly device: IssuerDevice;
  /** As `lower` gave them for this device and the lock's door. */
  readonly grants: readonly LoweredGrant[];
  /** Unix seconds. */
  readonly now: number;
  /** 32 random bytes for this bundle alone: the grants' ids come from them. */
  readonly random: Uint8Array;
  /** The organisation's tag key, 32 bytes; it never leaves the issuer. */
  readonly tagSecret: Uint8Array;
}

/** One grant as signed, with its claims and what it rests on. */
export interface IssuedGrant {
  readonly bytes: Uint8Array;
  readonly claims: Grant;
  /** The assignments whose withdrawal supersedes it. */
  readonly assignments: readonly string[];
}

/** Signs every lowered grant that the device can use, in the order given; at least one, or why none. */
export function* sealGrants<S extends Signer>(
  order: GrantOrder,
  signer: CertifiedSigner<S>,
  crypto: Crypto,
): Signing<Outcome<readonly IssuedGrant[], NotIssuedReason>, S> {
  const made = grantsOf(order, signer, crypto);
  if (!made.ok) return made;
  const issued: IssuedGrant[] = [];
  for (const { claims, assignments } of made.value) {
    const payload = grantClaims.encode(claims);
    const bytes = yield* sealEnvelope('grant', signer.signer, payload, crypto);
    issued.push({ bytes, claims, assignments });
  }
  return { ok: true, value: issued };
}

type Unsigned = Omit<IssuedGrant, 'bytes'>;

function grantsOf(
  order: GrantOrder,
  { claims: certificate }: CertifiedSigner,
  crypto: Crypto,
): Outcome<readonly Unsigned[], NotIssuedReason> {
  const { lock, device, now, random, tagSecret } = order;
  if (random.length !== 32 || tagSecret.length !== 32) {
    throw new TypeError('randomness and the tag key have 32 bytes each');
  }
  if (lock.policyVersion < 1) return notIssued('no_policy');
  if (!isSealedIn(lock, certificate.trustEpoch)) return notIssued('trust_not_rotated');
  const lockId = lockIdOf(lock);
  const tag = (kind: 'device' | 'person' | 'use', id: string) =>
    tagOf(crypto, tagSecret, kind, id, lockId);
  const tags = [tag('device', device.deviceId), tag('person', device.personId)];
  const iat = issuedAt(lock, tags, now);
  if (iat > now) return notIssued('clock_behind');
  if (iat < certificate.nbf || iat >= certificate.exp) return notIssued('certificate_not_valid');
  const usable = order.grants.filter(
    ({ requirements }) =>
      device.hardwareKey || (requirements & REQUIREMENT_BITS['hardware-key']) === 0,
  );
  if (usable.length === 0 && order.grants.length > 0) return notIssued('hardware_key_missing');
  const end = Math.min(iat + Math.min(certificate.lifeMax, GRANT_LIFE_MAX), certificate.exp);
  const timely = usable.filter((lowered) => isTimely(lowered, iat));
  if (timely.length === 0 && usable.length > 0) return notIssued('share_too_early');
  const made = timely.flatMap((lowered, index): Unsigned[] => {
    const time = shortened(lowered, Math.min(end, lowered.uses?.until ?? end));
    if (time === undefined) return [];
    const { uses, timePolicy, requirements, scope, assignments } = lowered;
    const claims: Grant = {
      version: 1,
      lockId,
      ...time,
      iat,
      id: grantId(crypto, random, lockId, index),
      key: deviceKeyOf(device),
      scope,
      tags,
      timePolicy,
      requirements,
      policyVersion: lock.policyVersion,
      ...(uses && { uses: { useId: tag('use', uses.assignment), count: uses.count } }),
    };
    return [{ claims, assignments }];
  });
  return made.length > 0 ? { ok: true, value: made } : notIssued('too_short');
}

/**
 * Whether a share of counted openings may be issued yet. A lock forgets a use 30 days after the end of the grant that
 * counted. The share's first grant ends after its stamp, so where the share ends within 30 days of every stamp, no
 * grant of it lives when the use is forgotten.
 */
function isTimely({ uses }: LoweredGrant, iat: number): boolean {
  return uses === undefined || uses.until <= iat + GRANT_LIFE_MAX;
}

/** The stamp of new grants: after every mark and floor that would hit them, and no earlier than usual. */
function issuedAt(lock: IssuerLock, tags: readonly Uint8Array[], now: number): number {
  const names = tags.map(toHex);
  const own = lock.marks.filter((mark) => names.includes(mark.tag));
  const after = [lock.floor, ...own].map(({ issuedUntil }) => issuedUntil + 1);
  return Math.max(stampAt(now), ...after);
}

/** The grant's own times, none of them at or after `end`; windows keep their beginning. */
function shortened(
  { nbf, exp, windows }: LoweredGrant,
  end: number,
): Pick<Grant, 'nbf' | 'exp' | 'windows'> | undefined {
  const until = Math.min(exp, end);
  if (until <= nbf) return undefined;
  if (windows === undefined) return { nbf, exp: until };
  const base = 60 * Math.floor(nbf / 60);
  const minutes = Math.ceil((until - base) / 60);
  const kept: number[] = [];
  for (let index = 0; index + 1 < windows.length; index += 2) {
    const [from, to] = [windows[index] as number, windows[index + 1] as number];
    if (from < minutes) kept.push(from, Math.min(to, minutes));
  }
  const last = kept.at(-1);
  if (last === undefined) return undefined;
  const whole = Math.min(until, base + 60 * last);
  return whole > nbf ? { nbf, exp: whole, windows: kept } : undefined;
}

/** Ids differ wherever lock or number differ, and say nothing of either. */
function grantId(
  crypto: Crypto,
  random: Uint8Array,
  lockId: Uint8Array,
  index: number,
): Uint8Array {
  const message = new Uint8Array(12);
  message.set(lockId);
  message.set(numberBytes(index, 4), 8);
  return crypto.hmacSha256(random, message).slice(0, 8);
}

function notIssued(code: NotIssuedReason): Outcome<never, NotIssuedReason> {
  return { ok: false, code, detail: `no grant: ${code}` };
}
