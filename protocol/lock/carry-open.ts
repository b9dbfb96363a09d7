/** What every carried object needs: by what it is judged, and its claims once somebody trusted signed them. */
import type { Outcome } from '../../src/values/outcome.js';
import { checkNow } from '../crypto/steps.js';
import type { CertificateRole } from '../objects/certificate.js';
import type { ObjectKind } from '../objects/envelope.js';
import type { Status } from '../status.js';
import type { Turn } from './state.js';
import { type KnownCertificate, openCertified, type TrustFacts } from './trust-store.js';
import { intervalNow, keepingOf, selfOf } from './turn.js';

/** The claims of a carried object, or the answer to who carried it. */
export type Carried<T> =
  | {
      readonly kind: 'opened';
      readonly claims: T;
      /** Every certificate of the key that signed. */
      readonly certificates: readonly KnownCertificate[];
    }
  | { readonly kind: 'refused'; readonly status: Status };

/** By what this lock judges certificates now. @throws TypeError when nobody owns it. */
export function trustFacts(turn: Turn): TrustFacts {
  const { certificates, policy } = keepingOf(turn);
  const { owner } = selfOf(turn);
  if (owner === null) throw new TypeError('nobody owns this lock');
  return {
    root: owner.trust.root,
    trustEpoch: owner.trust.trustEpoch,
    siteId: owner.siteId,
    certificates,
    blocked: policy.blocked,
    interval: intervalNow(turn),
    acceptsEs256: turn.state.setup.acceptsEs256,
  };
}

/** Reads an object of `kind` that a key certified for `role` must have signed. */
export function openCarried<T>(
  turn: Turn,
  bytes: Uint8Array,
  kind: ObjectKind,
  role: CertificateRole,
  parse: (payload: Uint8Array) => Outcome<T, string>,
  facts: TrustFacts = trustFacts(turn),
): Carried<T> {
  const signed = checkNow(openCertified(bytes, kind, role, facts, turn.crypto), turn.crypto);
  if (signed.kind === 'refused') {
    // A phone that carries for others learns whether it was the bytes, never which check on the signer.
    const isMalformed = signed.status === 'grant_malformed';
    return { kind: 'refused', status: isMalformed ? 'carry_malformed' : 'carry_untrusted' };
  }
  const claims = parse(signed.payload);
  if (!claims.ok) return { kind: 'refused', status: 'carry_malformed' };
  return { kind: 'opened', claims: claims.value, certificates: signed.certificates };
}
