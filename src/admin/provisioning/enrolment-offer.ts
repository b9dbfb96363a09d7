/** Offering a credential by a one-time token that is mailed or comes with a pass (Kisi: token and e-mail). */
import { findElement } from '../../engine/elements.js';
import type { Credential } from '../../policy/document.js';
import { formatInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import type { SiteRecord } from '../record.js';
import { emailKey } from './email.js';
import { encodeTokenEnrolment, parseTokenEnrolment } from './enrolment.js';
import { needToEnrol, refusalToEnd, refusalToEnrol, rightToEnd } from './may-enrol.js';
import type { Draft, Planning } from './planning.js';
import { hashOfSecret, SECRET_BYTES, secretText } from './secret.js';

/** Wrong tokens or addresses after which an offer is over. */
export const ENROLMENT_ATTEMPTS = 5;
/** Seconds an offer stands, unless it says otherwise, and at most: a week and 90 days. */
export const ENROLMENT_SECONDS = { usual: 604_800, most: 7_776_000 } as const;

/** An offer to be made. */
export interface EnrolmentOrder {
  readonly user: string;
  readonly kind: Credential['kind'];
  /** The credential, where its id is known before, as of a pass in an envelope. */
  readonly credential?: string;
  readonly lifetimeSeconds?: number;
}

/** What whoever made an offer gets. The token is shown here and nowhere else. */
export interface EnrolmentOffer {
  readonly enrolment: string;
  readonly token: string;
  /** RFC 3339. */
  readonly until: string;
}

/** Why nothing is offered or taken back. */
export type OfferCode =
  | 'user_unknown'
  | 'email_missing'
  | 'lifetime'
  | 'may_not_enrol'
  | 'credential_known'
  | 'enrolment_unknown'
  | 'enrolment_over';

/**
 * Offers a credential to whoever has the token and knows the user's address. Where the credential is known
 * before, it becomes the user's at once, and inactive until the token is used.
 */
export function planOfferEnrolment(
  p: Planning,
  order: EnrolmentOrder,
): Outcome<Draft<EnrolmentOffer>, OfferCode> {
  const { user, kind, credential, lifetimeSeconds = ENROLMENT_SECONDS.usual } = order;
  const wrong = whyNotOffered(p, order, lifetimeSeconds);
  if (wrong !== undefined) return wrong;
  const id = p.newId();
  const secret = secretText(p.random(SECRET_BYTES));
  const until = p.time + lifetimeSeconds * 1000;
  const record = encodeTokenEnrolment({
    kind: 'token',
    id,
    user,
    credentialKind: kind,
    credential,
    tokenHash: hashOfSecret(p.sha256, secret),
    attemptsLeft: ENROLMENT_ATTEMPTS,
    offeredBy: p.actor,
    until,
    state: 'open',
  });
  const ends = formatInstant(until);
  return {
    ok: true,
    value: {
      value: { enrolment: id, token: `${id}.${secret}`, until: ends },
      ...waitingCredential(p, order),
      records: { put: [record] },
      needs: [needToEnrol(p, user)],
      notices: [
        {
          kind: 'enrolment',
          to: { type: 'user', id: user },
          object: { type: 'enrolment', id },
          data: { kind, until: ends },
        },
      ],
      audit: { object: { type: 'user', id: user }, data: { enrolment: id, kind } },
    },
  };
}

/** Takes an offer back: one's own, or whose one could make. A credential that waits for it stays inactive. */
export function planCancelEnrolment(
  p: Planning,
  record: SiteRecord | undefined,
): Outcome<Draft<{ readonly enrolment: string }>, OfferCode> {
  const enrolment = parseTokenEnrolment(record);
  if (enrolment === undefined) {
    return { ok: false, code: 'enrolment_unknown', detail: 'no such enrolment' };
  }
  if (enrolment.state !== 'open') {
    return { ok: false, code: 'enrolment_over', detail: `it is ${enrolment.state}` };
  }
  const reason = refusalToEnd(p, enrolment);
  if (reason !== undefined) return { ok: false, code: 'may_not_enrol', detail: reason };
  return {
    ok: true,
    value: {
      value: { enrolment: enrolment.id },
      records: { put: [encodeTokenEnrolment({ ...enrolment, state: 'cancelled' })] },
      ...rightToEnd(p, enrolment),
      audit: { object: { type: 'user', id: enrolment.user }, data: { enrolment: enrolment.id } },
    },
  };
}

/** The credential, where it is named and not there yet: the user's, and of no use until the token is. */
function waitingCredential(
  { engine }: Planning,
  { user, kind, credential: id }: EnrolmentOrder,
): Pick<Draft<unknown>, 'changes'> {
  if (id === undefined || findElement(engine, 'credentials', id) !== undefined) return {};
  return { changes: { put: { credentials: [{ id, kind, user, state: 'inactive' }] } } };
}

function whyNotOffered(
  p: Planning,
  { user: id, kind, credential }: EnrolmentOrder,
  lifetimeSeconds: number,
): Outcome<never, OfferCode> | undefined {
  const refuse = (code: OfferCode, detail: string) => ({ ok: false, code, detail }) as const;
  const user = findElement(p.engine, 'users', id);
  if (user === undefined) return refuse('user_unknown', `unknown user \`${id}\``);
  if (user.email === undefined || emailKey(user.email) === undefined) {
    return refuse('email_missing', `no e-mail address to check \`${id}\``);
  }
  const { most } = ENROLMENT_SECONDS;
  if (!Number.isSafeInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > most) {
    return refuse('lifetime', `not 1 to ${most} seconds \`${lifetimeSeconds}\``);
  }
  const known =
    credential === undefined ? undefined : findElement(p.engine, 'credentials', credential);
  if (known !== undefined && (known.user !== id || known.state !== 'inactive')) {
    return refuse('credential_known', `a credential already: \`${credential}\``);
  }
  const reason = refusalToEnrol(p, id, kind);
  return reason === undefined ? undefined : refuse('may_not_enrol', reason);
}
