/** What every store checks of a page before it reads: limits are contracts, not hints. */
import type { EventQuery } from '../../admin/events/event.js';
import type { OutboxBounds } from './store.js';

/** Rows of the outbox dropped at once, at most. */
export const OUTBOX_TRIM_MAX = 10_000;
/** Records of one page, at most and by default. */
export const RECORDS_LIMIT_MAX = 10_000;
const RECORDS_LIMIT_DEFAULT = 1000;
/** Events of one page, at most and by default. */
export const EVENTS_LIMIT_MAX = 10_000;
const EVENTS_LIMIT_DEFAULT = 100;
/** Outbox rows of one page, at most and by default. */
const OUTBOX_LIMIT_MAX = 10_000;
const OUTBOX_LIMIT_DEFAULT = 1000;

/** @throws RangeError outside 1 to 10 000. */
export function recordsLimit(limit: number | undefined): number {
  return within(limit, RECORDS_LIMIT_MAX, RECORDS_LIMIT_DEFAULT, 'records');
}

/** @throws RangeError outside 1 to 10 000. */
export function outboxLimit(limit: number | undefined): number {
  return within(limit, OUTBOX_LIMIT_MAX, OUTBOX_LIMIT_DEFAULT, 'outbox rows');
}

/** @throws RangeError for a revision that none can be, or a time that is not of the stored form. */
export function requireOutboxBounds({ revision, before }: OutboxBounds): void {
  if (!Number.isSafeInteger(revision)) throw new RangeError(`no revision \`${revision}\``);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u.test(before))
    throw new RangeError(`not a time as rows of the outbox have it \`${before}\``);
}

/**
 * A query with its defaults.
 * @throws RangeError for a limit outside 1 to 10 000 or a number that no event can have.
 */
export function eventPage(query: EventQuery | undefined): Required<Omit<EventQuery, 'after'>> & {
  readonly after: number | undefined;
} {
  const { filter = {}, order = 'newest', after } = query ?? {};
  if (after !== undefined && !(Number.isSafeInteger(after) && after >= 0)) {
    throw new RangeError(`not the number of an event \`${after}\``);
  }
  const limit = within(query?.limit, EVENTS_LIMIT_MAX, EVENTS_LIMIT_DEFAULT, 'events');
  return { filter, order, after, limit };
}

function within(limit: number | undefined, most: number, usual: number, what: string): number {
  if (limit === undefined) return usual;
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new RangeError(`a page has 1 to ${most} ${what}, not \`${limit}\``);
}
