/** Enrolling cards at a reader in enrolment mode: the next unknown card presented there is the user's. */
import { snapshotOf } from '../../engine/compile.js';
import { findElement } from '../../engine/elements.js';
import { find } from '../../engine/table.js';
import type { Credential } from '../../policy/document.js';
import { formatInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import type { SiteRecord } from '../record.js';
import { encodeReaderEnrolment, parseReaderEnrolment, readerEnrolmentId } from './enrolment.js';
import { needToEnrol, refusalToEnd, refusalToEnrol, rightToEnd } from './may-enrol.js';
import type { Draft, Planning } from './planning.js';

/** Seconds a reader waits for a card, unless the order says otherwise, and at most. */
export const READER_ENROLMENT_SECONDS = { usual: 120, most: 3600 } as const;

/** A reader to be put into enrolment mode for a user. */
export interface ReaderEnrolmentOrder {
  readonly reader: string;
  readonly user: string;
  /** Default `card`. */
  readonly kind?: Credential['kind'];
  readonly lifetimeSeconds?: number;
}

/** Why a reader does not enrol. `not_enrolling`: it is not in enrolment mode, or no longer. */
export type ReaderEnrolmentCode =
  | 'reader_unknown'
  | 'reader_busy'
  | 'user_unknown'
  | 'lifetime'
  | 'may_not_enrol'
  | 'not_enrolling'
  | 'credential_known';

/** Puts a reader into enrolment mode for a user, for a time. It enrols for one user at a time. */
export function planOpenReaderEnrolment(
  p: Planning,
  record: SiteRecord | undefined,
  order: ReaderEnrolmentOrder,
): Outcome<Draft<{ readonly until: string }>, ReaderEnrolmentCode> {
  const { reader, user, kind = 'card', lifetimeSeconds = READER_ENROLMENT_SECONDS.usual } = order;
  const refuse = (code: ReaderEnrolmentCode, detail: string) =>
    ({ ok: false, code, detail }) as const;
  if (find(snapshotOf(p.engine).tables.readers, reader) === undefined) {
    return refuse('reader_unknown', `unknown reader \`${reader}\``);
  }
  if (findElement(p.engine, 'users', user) === undefined) {
    return refuse('user_unknown', `unknown user \`${user}\``);
  }
  const { most } = READER_ENROLMENT_SECONDS;
  if (!Number.isSafeInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > most) {
    return refuse('lifetime', `not 1 to ${most} seconds \`${lifetimeSeconds}\``);
  }
  const open = parseReaderEnrolment(record);
  if (open !== undefined && p.time < open.until) {
    return refuse('reader_busy', `the reader enrols for somebody already \`${reader}\``);
  }
  const reason = refusalToEnrol(p, user, kind);
  if (reason !== undefined) return refuse('may_not_enrol', reason);
  const until = p.time + lifetimeSeconds * 1000;
  const next = { kind: 'reader', reader, user, credentialKind: kind, until } as const;
  return {
    ok: true,
    value: {
      value: { until: formatInstant(until) },
      records: { put: [encodeReaderEnrolment({ ...next, offeredBy: p.actor })] },
      needs: [needToEnrol(p, user)],
      audit: {
        object: { type: 'reader', id: reader },
        data: { user, until: formatInstant(until) },
      },
    },
  };
}

/**
 * The card presented at a reader in enrolment mode becomes the user's, and the mode ends. Planned by the one who put
 * the reader into it: if he may not any more, nothing is enrolled. A known card is refused, and the mode stays.
 */
export function planEnrolCard(
  p: Planning,
  record: SiteRecord | undefined,
  card: string,
): Outcome<Draft<{ readonly user: string; readonly credential: string }>, ReaderEnrolmentCode> {
  const open = parseReaderEnrolment(record);
  if (open === undefined || p.time >= open.until || open.offeredBy !== p.actor) {
    return { ok: false, code: 'not_enrolling', detail: 'the reader is not in enrolment mode' };
  }
  if (findElement(p.engine, 'credentials', card) !== undefined) {
    return { ok: false, code: 'credential_known', detail: `a credential already: \`${card}\`` };
  }
  const { user, credentialKind: kind, reader } = open;
  return {
    ok: true,
    value: {
      value: { user, credential: card },
      changes: { put: { credentials: [{ id: card, kind, user, state: 'active' }] } },
      records: { remove: [{ kind: 'enrolment', id: readerEnrolmentId(reader) }] },
      needs: [needToEnrol(p, user)],
      audit: { object: { type: 'user', id: user }, data: { reader, credential: card } },
    },
  };
}

/** Ends the enrolment mode of a reader. Ending what is over already does no harm. */
export function planCloseReaderEnrolment(
  p: Planning,
  record: SiteRecord | undefined,
): Outcome<Draft<{ readonly reader: string }>, ReaderEnrolmentCode> {
  const open = parseReaderEnrolment(record);
  if (open === undefined) {
    return { ok: false, code: 'not_enrolling', detail: 'the reader is not in enrolment mode' };
  }
  const reason = refusalToEnd(p, open);
  if (reason !== undefined) return { ok: false, code: 'may_not_enrol', detail: reason };
  const { reader } = open;
  return {
    ok: true,
    value: {
      value: { reader },
      records: { remove: [{ kind: 'enrolment', id: readerEnrolmentId(reader) }] },
      ...rightToEnd(p, open),
      audit: { object: { type: 'reader', id: reader } },
    },
  };
}
