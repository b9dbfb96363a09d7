/** Using the token of an offer: every attempt is counted before it is judged, and one succeeds. */
import { findElement } from '../../engine/elements.js';
import type { Outcome } from '../../values/outcome.js';
import type { SiteRecord } from '../record.js';
import { emailKey } from './email.js';
import { encodeTokenEnrolment, parseTokenEnrolment, type TokenEnrolment } from './enrolment.js';
import { needToEnrol } from './may-enrol.js';
import type { Draft, Planning } from './planning.js';
import { hashOfSecret, isSecretText, sameHash } from './secret.js';

/** What somebody with a token says. */
export interface Redemption {
  readonly token: string;
  readonly email: string;
  /** The credential, where the offer does not name it: the phone's or card's id. */
  readonly credential?: string;
}

/**
 * Why nothing is enrolled. `enrolment_refused`: no such offer, or token or address are wrong; which, is not told.
 * `enrolment_over`: used, cancelled, ended, or tried too often.
 */
export type RedemptionCode =
  | 'enrolment_refused'
  | 'enrolment_over'
  | 'credential_known'
  | 'credential_missing';

/** What became of an attempt: only `right` may be redeemed. */
export type AttemptVerdict = 'right' | 'enrolment_refused' | 'enrolment_over';

/** The id and the secret in a token; undefined for what is none. */
export function parseToken(
  token: unknown,
): { readonly enrolment: string; readonly secret: string } | undefined {
  if (typeof token !== 'string') return undefined;
  const dot = token.lastIndexOf('.');
  const secret = token.slice(dot + 1);
  const enrolment = token.slice(0, Math.max(dot, 0));
  return enrolment.length > 0 && enrolment.length <= 128 && isSecretText(secret)
    ? { enrolment, secret }
    : undefined;
}

/**
 * Counts one attempt, before it is judged: so parallel guesses are counted too. Written by the system. The value
 * says whether token and address are right and the offer stands; then the redemption may be planned.
 */
export function planAttempt(
  p: Pick<Planning, 'engine' | 'time' | 'sha256'>,
  record: SiteRecord | undefined,
  said: Redemption,
): Draft<{ readonly verdict: AttemptVerdict }> {
  const enrolment = parseTokenEnrolment(record);
  const verdict = verdictOf(p, enrolment, said);
  if (enrolment === undefined || enrolment.state !== 'open' || enrolment.attemptsLeft <= 0) {
    return { value: { verdict } };
  }
  const counted = { ...enrolment, attemptsLeft: enrolment.attemptsLeft - 1 };
  return {
    value: { verdict },
    records: { put: [encodeTokenEnrolment(counted)] },
    audit: { object: { type: 'enrolment', id: enrolment.id }, data: { verdict } },
  };
}

/**
 * Makes the credential the user's and active, and the offer used. Planned by the one who made the offer: if he
 * may not any more, nothing is enrolled. The attempt has been counted before.
 */
export function planRedemption(
  p: Planning,
  record: SiteRecord | undefined,
  said: Redemption,
): Outcome<Draft<{ readonly user: string; readonly credential: string }>, RedemptionCode> {
  const enrolment = parseTokenEnrolment(record);
  const counted = enrolment && { ...enrolment, attemptsLeft: enrolment.attemptsLeft + 1 };
  const verdict = verdictOf(p, counted, said);
  if (enrolment === undefined || verdict !== 'right' || enrolment.offeredBy !== p.actor) {
    const code = verdict === 'right' ? 'enrolment_refused' : verdict;
    return { ok: false, code, detail: 'the token does not enrol anything' };
  }
  const { user, credentialKind: kind } = enrolment;
  const credential = enrolment.credential ?? said.credential;
  if (credential === undefined) {
    return { ok: false, code: 'credential_missing', detail: 'say which credential it is' };
  }
  const known = findElement(p.engine, 'credentials', credential);
  const isWaiting = enrolment.credential !== undefined && known?.state === 'inactive';
  if (known !== undefined && (known.user !== user || !isWaiting)) {
    return {
      ok: false,
      code: 'credential_known',
      detail: `a credential already: \`${credential}\``,
    };
  }
  return {
    ok: true,
    value: {
      value: { user, credential },
      changes: { put: { credentials: [{ id: credential, kind, user, state: 'active' }] } },
      records: { put: [encodeTokenEnrolment({ ...enrolment, state: 'used' })] },
      needs: [needToEnrol(p, user)],
      audit: { object: { type: 'user', id: user }, data: { enrolment: enrolment.id, credential } },
    },
  };
}

/** Judges token, address and offer; the same work is done for an offer that is not there. */
function verdictOf(
  { engine, time, sha256 }: Pick<Planning, 'engine' | 'time' | 'sha256'>,
  enrolment: TokenEnrolment | undefined,
  { token, email }: Redemption,
): AttemptVerdict {
  const parsed = parseToken(token);
  const hash = hashOfSecret(sha256, parsed?.secret ?? '');
  const isRight = sameHash(hash, enrolment?.tokenHash ?? hash.replace(/./gu, '-'));
  const user = enrolment && findElement(engine, 'users', enrolment.user);
  const address = user?.email === undefined ? undefined : emailKey(user.email);
  const isTheirs = address !== undefined && address === emailKey(email);
  const isThis = parsed !== undefined && parsed.enrolment === enrolment?.id;
  if (enrolment === undefined || !isRight || !isTheirs || !isThis) return 'enrolment_refused';
  const { state, attemptsLeft, until } = enrolment;
  const stands = state === 'open' && attemptsLeft > 0 && time < until && user?.active !== false;
  return stands ? 'right' : 'enrolment_over';
}
