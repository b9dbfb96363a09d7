/** What stops a run before it takes access away that it should not: a read one cannot believe, too many removals. */
import type { Outcome } from '../../values/outcome.js';
import type { DirectoryPlan } from './directory-line.js';
import type { DirectoryRules } from './rules.js';
import { DIRECTORY_LISTS, type DirectoryCounts, type DirectoryList } from './snapshot.js';

/** A run that takes away more than 20 % and more than 5 rights is held by default. */
export const BRAKE_DEFAULT = { percent: 20, count: 5 } as const;

/** Lists that are empty every now and then without anything being wrong. */
const MAY_BE_EMPTY: readonly DirectoryList[] = ['bookings', 'dayPasses'];

/** Lists that are empty and were not at the last run that succeeded: more likely a fault than the truth. */
export function suspiciousLists(
  counts: DirectoryCounts,
  before: DirectoryCounts | undefined,
  rules: DirectoryRules,
): DirectoryList[] {
  const mayBeEmpty: readonly DirectoryList[] = rules.mayBeEmpty ?? MAY_BE_EMPTY;
  return DIRECTORY_LISTS.filter(
    (list) => counts[list] === 0 && (before?.[list] ?? 0) > 0 && !mayBeEmpty.includes(list),
  );
}

/**
 * Whether the brake lets a plan through: what it takes away is few, or was confirmed with its exact number. A
 * confirmation of another number was given for another plan and holds the run too.
 */
export function checkBrake(
  plan: Pick<DirectoryPlan, 'live' | 'withdrawals'>,
  rules: DirectoryRules,
  confirmed?: number,
): Outcome<number, 'brake'> {
  const { live, withdrawals } = plan;
  const { percent, count } = rules.brake ?? BRAKE_DEFAULT;
  const isMany = withdrawals > count && withdrawals * 100 > live * percent;
  const holds = confirmed === undefined ? isMany : confirmed !== withdrawals;
  if (!holds) return { ok: true, value: withdrawals };
  const said = confirmed === undefined ? '' : `, not ${confirmed}`;
  const detail = `would take away ${withdrawals}${said} of ${live} rights`;
  return { ok: false, code: 'brake', detail };
}
