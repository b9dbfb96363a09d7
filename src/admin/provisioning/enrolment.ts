/** Enrolments as they are kept: an offer to whoever has a token, or a reader that waits for a card. */
import type { Credential } from '../../policy/document.js';
import { formatInstant, parseInstant } from '../../values/instant.js';
import type { JsonObject, SiteRecord } from '../record.js';

/** An offer by mail: whoever has the token and the user's address gets the credential. */
export interface TokenEnrolment {
  readonly kind: 'token';
  readonly id: string;
  readonly user: string;
  readonly credentialKind: Credential['kind'];
  /** The credential, where it is known before: it waits, inactive. */
  readonly credential: string | undefined;
  /** SHA-256 of the token's secret, hex. */
  readonly tokenHash: string;
  readonly attemptsLeft: number;
  /** Whose rights carry it: they are asked again when the token is used. */
  readonly offeredBy: string;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly state: 'open' | 'used' | 'cancelled';
}

/** A reader in enrolment mode: the next unknown card is the user's. */
export interface ReaderEnrolment {
  readonly kind: 'reader';
  readonly reader: string;
  readonly user: string;
  readonly credentialKind: Credential['kind'];
  readonly offeredBy: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** The id of the record of a reader in enrolment mode: a reader enrols for one user at a time. */
export function readerEnrolmentId(reader: string): string {
  return `reader ${reader}`;
}

/** An offer as a record. */
export function encodeTokenEnrolment(enrolment: TokenEnrolment): SiteRecord {
  const { id, credential, until, ...rest } = enrolment;
  const body: JsonObject = {
    ...rest,
    ...(credential === undefined ? {} : { credential }),
    until: formatInstant(until),
  };
  return { kind: 'enrolment', id, body };
}

/** A reader in enrolment mode as a record. */
export function encodeReaderEnrolment(enrolment: ReaderEnrolment): SiteRecord {
  const { until, ...rest } = enrolment;
  const body: JsonObject = { ...rest, until: formatInstant(until) };
  return { kind: 'enrolment', id: readerEnrolmentId(enrolment.reader), body };
}

/** The offer a record holds; undefined for no record, or one that is none: then nothing is enrolled. */
export function parseTokenEnrolment(record: SiteRecord | undefined): TokenEnrolment | undefined {
  if (record === undefined) return undefined;
  const { kind, user, credentialKind, credential, tokenHash, attemptsLeft, offeredBy } =
    record.body;
  const { state } = record.body;
  const until = instantOf(record.body['until']);
  if (
    kind !== 'token' ||
    typeof user !== 'string' ||
    !isKind(credentialKind) ||
    (credential !== undefined && typeof credential !== 'string') ||
    typeof tokenHash !== 'string' ||
    !/^[0-9a-f]{64}$/u.test(tokenHash) ||
    !Number.isSafeInteger(attemptsLeft) ||
    typeof offeredBy !== 'string' ||
    (state !== 'open' && state !== 'used' && state !== 'cancelled') ||
    Number.isNaN(until)
  ) {
    return undefined;
  }
  const left = attemptsLeft as number;
  const { id } = record;
  return {
    kind,
    id,
    user,
    credentialKind,
    credential,
    tokenHash,
    attemptsLeft: left,
    offeredBy,
    until,
    state,
  };
}

/** The reader in enrolment mode that a record holds; undefined for no record, or one that is none. */
export function parseReaderEnrolment(record: SiteRecord | undefined): ReaderEnrolment | undefined {
  if (record === undefined) return undefined;
  const { kind, reader, user, credentialKind, offeredBy } = record.body;
  const until = instantOf(record.body['until']);
  if (
    kind !== 'reader' ||
    typeof reader !== 'string' ||
    record.id !== readerEnrolmentId(reader) ||
    typeof user !== 'string' ||
    !isKind(credentialKind) ||
    typeof offeredBy !== 'string' ||
    Number.isNaN(until)
  ) {
    return undefined;
  }
  return { kind, reader, user, credentialKind, offeredBy, until };
}

/** Whether an enrolment can never be used any more; so can none that is damaged. */
export function isEnrolmentOver(record: SiteRecord, time: number): boolean {
  const offer = parseTokenEnrolment(record);
  if (offer !== undefined) return offer.state !== 'open' || time >= offer.until;
  const reader = parseReaderEnrolment(record);
  return reader === undefined || time >= reader.until;
}

function isKind(value: unknown): value is Credential['kind'] {
  return value === 'phone' || value === 'pass' || value === 'card' || value === 'pin';
}

function instantOf(value: unknown): number {
  return typeof value === 'string' ? parseInstant(value) : Number.NaN;
}
