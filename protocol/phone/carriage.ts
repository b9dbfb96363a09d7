/**
 * What a phone brings a lock before it asks for anything: whatever M2 shows to be missing, in the order
 * in which one thing makes the next believable (offline.md §3.4, §3.7). Carrying is a duty: a grant
 * names the policy version that the lock must have first.
 */
import type { BundleDoor } from '../objects/bundle.js';
import type { CertificateRole } from '../objects/certificate.js';
import type { CarriedKind, LockHello } from '../session/messages.js';
import { sameBytes } from '../wire/bytes.js';
import type { OpenedBundle } from './bundle-check.js';
import { certificatesFor } from './certificate-check.js';
import type { Candidate } from './grant-choice.js';
import { logAckOf, policyVersionsOf, signerOf, trustEpochOf } from './unchecked.js';

/** One object on its way to the lock. */
export interface Cargo {
  readonly object: CarriedKind;
  readonly bytes: Uint8Array;
}

/** What to carry, in order, and what stays behind because the lock says that it has it. */
export interface Carriage {
  readonly cargo: readonly Cargo[];
  /** Certificates under key ids the lock knows: it may know an older one of the same key. */
  readonly withheld: readonly Cargo[];
}

/** Trust updates in one session; a phone that is further ahead goes on in the next. */
const TRUST_UPDATES_MAX = 16;

/** What this lock needs before any of these grants, by what it said of itself. */
export function carriageFor(
  carried: OpenedBundle,
  door: BundleDoor,
  candidates: readonly Candidate[],
  timeToken: Uint8Array | null,
  hello: LockHello,
): Carriage {
  const trust = carried.bundle.trust
    .filter((bytes) => (trustEpochOf(bytes) ?? 0) > hello.trustEpoch)
    .slice(0, TRUST_UPDATES_MAX)
    .map((bytes): Cargo => ({ object: 'trust-update', bytes }));
  const admin = door.admin.map((bytes): Cargo => ({ object: 'admin-update', bytes }));
  const policy = policyCargo(door, hello);
  const time: Cargo[] = timeToken === null ? [] : [{ object: 'time-token', bytes: timeToken }];
  const rest = [...admin, ...policy, ...time];
  const grants = candidates.map(
    ({ signerId, grant }): Signed => ({ role: 'grant', signerId, iat: grant.iat }),
  );
  // What a lock verified under an old root is worth nothing under the new one.
  const known = trust.length > 0 ? [] : hello.knownKeys;
  const certificates = certificateCargo(carried, [...grants, ...rest.flatMap(signedCargo)], known);
  return { cargo: [...trust, ...certificates.cargo, ...rest], withheld: certificates.withheld };
}

/** The log acknowledgements for this lock and the certificates they need: for after the request. */
export function acknowledgementsFor(
  carried: OpenedBundle,
  lockId: Uint8Array,
  knownKeys: readonly Uint8Array[],
): readonly Cargo[] {
  const acks = carried.bundle.logAcks
    .filter((bytes) => sameBytes(logAckOf(bytes)?.lockId ?? new Uint8Array(0), lockId))
    .map((bytes): Cargo => ({ object: 'log-ack', bytes }));
  const { cargo } = certificateCargo(carried, acks.flatMap(signedCargo), knownKeys);
  return [...cargo, ...acks];
}

/** A time token and the certificates it needs: for a lock that asked for one with its nonce. */
export function timeTokenCargo(
  carried: OpenedBundle,
  token: Uint8Array,
  knownKeys: readonly Uint8Array[],
): readonly Cargo[] {
  const time: Cargo = { object: 'time-token', bytes: token };
  return [...certificateCargo(carried, signedCargo(time), knownKeys).cargo, time];
}

/** The delta where it leads from what the lock has to the newest, else the snapshot, where that is newer. */
function policyCargo(door: BundleDoor, hello: LockHello): readonly Cargo[] {
  const snapshot = door.snapshot === null ? undefined : policyVersionsOf(door.snapshot);
  const delta = door.delta === null ? undefined : policyVersionsOf(door.delta);
  const has = hello.policyVersion;
  const newest = snapshot?.policyVersion ?? 0;
  const leads =
    delta?.base !== undefined &&
    delta.base <= has &&
    has < delta.policyVersion &&
    newest <= delta.policyVersion;
  if (leads && door.delta !== null) return [{ object: 'policy-update', bytes: door.delta }];
  if (newest <= has || door.snapshot === null) return [];
  return [{ object: 'policy-update', bytes: door.snapshot }];
}

interface Signed {
  readonly role: CertificateRole;
  readonly signerId: Uint8Array;
  /** Unix seconds. */
  readonly iat: number;
}

/** Every certificate that some signer here needs, once; split by whether the lock knows the key. */
function certificateCargo(
  carried: OpenedBundle,
  signed: readonly Signed[],
  knownKeys: readonly Uint8Array[],
): Carriage {
  const cargo: Cargo[] = [];
  const withheld: Cargo[] = [];
  const taken: Uint8Array[] = [];
  for (const { role, signerId, iat } of signed) {
    const named = carried.certificates.filter(({ keyId }) => sameBytes(keyId, signerId));
    for (const { keyId, bytes } of certificatesFor(named, role, iat)) {
      if (taken.some((one) => sameBytes(one, bytes))) continue;
      taken.push(bytes);
      const isKnown = knownKeys.some((known) => sameBytes(known, keyId));
      (isKnown ? withheld : cargo).push({ object: 'certificate', bytes });
    }
  }
  return { cargo, withheld };
}

/** The role that must have signed what is carried; certificates and trust updates are the root's own. */
const ROLES: Readonly<Partial<Record<CarriedKind, CertificateRole>>> = {
  'policy-update': 'policy',
  'time-token': 'time',
  'log-ack': 'policy',
  'admin-update': 'admin',
};

function signedCargo({ object, bytes }: Cargo): readonly Signed[] {
  const role = ROLES[object];
  const signer = signerOf(object, bytes);
  if (role === undefined || signer === undefined) return [];
  return [{ role, signerId: signer.signerId, iat: signer.iat }];
}
