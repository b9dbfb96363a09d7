/** A withdrawal as it came, read before it is applied: nothing of it may be lost because it was not understood. */
import { parseElement } from '../policy/parse.js';
import { parseLocalDate } from '../values/local-time.js';
import type { Withdrawal } from './withdrawal.js';

/** The withdrawal as it is, or `everything` when an element of it is not what a withdrawal may hold. */
export function readWithdrawal(withdrawal: Withdrawal): Withdrawal {
  return isReadable(withdrawal) ? withdrawal : { ...withdrawal, ...UNREADABLE };
}

/** What remains of the parts that can hold something ill-formed. */
const UNREADABLE = {
  credentials: [],
  members: [],
  openings: [],
  calendars: [],
  lockdowns: [],
  everything: true,
} as const satisfies Withdrawal;

function isReadable(withdrawal: Withdrawal): boolean {
  const { credentials, members, openings, calendars, lockdowns } = withdrawal;
  return (
    (credentials ?? []).every((element) => parseElement('credentials', element, '').ok) &&
    (lockdowns ?? []).every((element) => parseElement('lockdowns', element, '').ok) &&
    (members ?? []).every(({ users, teams }) => isIds(users) && isIds(teams)) &&
    (openings ?? []).every(({ doors, stops }) => isIds(doors) && isIds(stops)) &&
    (calendars ?? []).every(
      ({ dates }) => dates !== undefined && isIds(dates) && dates.every(isDate),
    )
  );
}

function isIds(ids: unknown): boolean {
  return ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === 'string'));
}

function isDate(date: string): boolean {
  return parseLocalDate(date) !== undefined;
}
