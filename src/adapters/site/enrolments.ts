/** Enrolling credentials: by a token and an e-mail address, or at a reader. */
import { parseReaderEnrolment, readerEnrolmentId } from '../../admin/provisioning/enrolment.js';
import {
  type EnrolmentOffer,
  type EnrolmentOrder,
  type OfferCode,
  planCancelEnrolment,
  planOfferEnrolment,
} from '../../admin/provisioning/enrolment-offer.js';
import {
  planCloseReaderEnrolment,
  planEnrolCard,
  planOpenReaderEnrolment,
  type ReaderEnrolmentCode,
  type ReaderEnrolmentOrder,
} from '../../admin/provisioning/reader-enrolment.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Offers a credential by a token, which the answer shows and nothing else ever does: mail it, or print it. */
export function offerEnrolment(
  site: Site,
  actor: Person,
  order: EnrolmentOrder,
  options?: WriteOptions,
): Promise<WriteResult<EnrolmentOffer, OfferCode>> {
  const operation = 'enrolment.offer';
  return writePlanned(site, actor, operation, (p) => planOfferEnrolment(p, order), options);
}

/** Takes an offer back. */
export function cancelEnrolment(
  site: Site,
  actor: Person,
  enrolment: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly enrolment: string }, OfferCode>> {
  return writePlanned(
    site,
    actor,
    'enrolment.cancel',
    async (p, { store }) => planCancelEnrolment(p, await store.record('enrolment', enrolment)),
    options,
  );
}

/** Puts a reader into enrolment mode for a user. */
export function openReaderEnrolment(
  site: Site,
  actor: Person,
  order: ReaderEnrolmentOrder,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly until: string }, ReaderEnrolmentCode>> {
  const id = readerEnrolmentId(order.reader);
  return writePlanned(
    site,
    actor,
    'enrolment.open_reader',
    async (p, { store }) => planOpenReaderEnrolment(p, await store.record('enrolment', id), order),
    options,
  );
}

/** Ends the enrolment mode of a reader. */
export function closeReaderEnrolment(
  site: Site,
  actor: Person,
  reader: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly reader: string }, ReaderEnrolmentCode>> {
  const id = readerEnrolmentId(reader);
  return writePlanned(
    site,
    actor,
    'enrolment.close_reader',
    async (p, { store }) => planCloseReaderEnrolment(p, await store.record('enrolment', id)),
    options,
  );
}

/**
 * A card presented at a reader: enrolled if the reader waits for one and nobody has it, by the rights of whoever put the
 * reader into enrolment mode. With `not_enrolling` nothing was written: decide as ever.
 */
export async function enrolCard(
  site: Site,
  presented: { readonly reader: string; readonly card: string },
): Promise<
  WriteResult<{ readonly user: string; readonly credential: string }, ReaderEnrolmentCode>
> {
  const id = readerEnrolmentId(presented.reader);
  const open = parseReaderEnrolment(await site.store.record('enrolment', id));
  if (open === undefined) {
    return { ok: false, code: 'not_enrolling', detail: 'the reader is not in enrolment mode' };
  }
  const actor: Person = { type: 'user', id: open.offeredBy, via: { type: 'enrolment', id } };
  return writePlanned(site, actor, 'enrolment.card', async (p, { store }) =>
    planEnrolCard(p, await store.record('enrolment', id), presented.card),
  );
}
