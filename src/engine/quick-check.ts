/**
 * The way to a plain door: nothing about door, place or organisation can refuse or unlock, no device to
 * judge. Allocates nothing. Whatever is not that plain is left to `judge`, which decides all alike.
 */
import { HOLDING_WIDTH, type HolderRecord, type Holdings, type PortalRecord } from './records.js';
import type { AccessRequest } from './request.js';
import type { Snapshot } from './snapshot.js';
import { at, find } from './table.js';

/** Permitted, refused, or not for this way to say. */
export type QuickVerdict = 'permit' | 'deny' | 'unsure';

/** Decides a request for a door if both are plain enough. The request has been read. */
export function quickCheck(s: Snapshot, request: AccessRequest, portal: PortalRecord): QuickVerdict {
  const roles = s.mayUnlock;
  if (roles === undefined || !portal.plain || s.lockdowns.length > 0) return 'unsure';
  const place = at(s.tables.places, portal.place);
  if (place === undefined || !place.plain) return 'unsure';
  const { context, subject } = request;
  if (context.device !== undefined || context.method === 'card') return 'unsure';
  if (subject.type !== 'user') return 'unsure';
  const holder = find(s.tables.users, subject.id);
  if (holder === undefined || !holder.active) return 'deny';
  return quickHolder(s, holder, portal, roles);
}

function quickHolder(
  s: Snapshot,
  holder: HolderRecord,
  portal: PortalRecord,
  roles: Uint8Array,
): QuickVerdict {
  let verdict = quickHoldings(s, holder.holdings, portal, roles);
  for (let direct = 0; direct < holder.teams.length && verdict !== 'permit'; direct++) {
    const above = at(s.tables.teams, holder.teams[direct] as number)?.above;
    for (let team = 0; above !== undefined && team < above.length; team++) {
      const holdings = at(s.tables.teams, above[team] as number)?.holdings;
      if (holdings === undefined) continue;
      const found = quickHoldings(s, holdings, portal, roles);
      if (found === 'permit') return found;
      if (found === 'unsure') verdict = found;
    }
  }
  return verdict;
}

/** Walks two sorted lists, what is held and what contains the door, galloping through the longer one. */
function quickHoldings(
  s: Snapshot,
  holdings: Holdings,
  portal: PortalRecord,
  roles: Uint8Array,
): QuickVerdict {
  const { containers } = portal;
  const end = holdings.length;
  const last = containers.length;
  const long = end > last * 16;
  let verdict: QuickVerdict = 'deny';
  let container = 0;
  let index = 0;
  while (index < end && container < last) {
    const scope = holdings[index] as number;
    const wanted = containers[container] as number;
    if (scope < wanted) {
      index = long ? firstNotBefore(holdings, index, wanted) : index + HOLDING_WIDTH;
      continue;
    }
    if (scope > wanted) {
      container += 1;
      continue;
    }
    const packed = holdings[index + 1] as number;
    if (roles[packed >> 2] === 1) {
      if ((packed & 3) !== 0) verdict = 'unsure';
      else if ((scope & 3) !== 2 || at(s.tables.groups, scope >> 2)?.plain === true) return 'permit';
      else verdict = 'unsure';
    }
    index += HOLDING_WIDTH;
  }
  return verdict;
}

/** Index of the first holding, from `index` on, whose scope is not before `scope`, in logarithmic time. */
function firstNotBefore(holdings: Holdings, index: number, scope: number): number {
  let step = HOLDING_WIDTH;
  let low = index;
  while (low + step < holdings.length && (holdings[low + step] as number) < scope) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, holdings.length);
  while (low < high) {
    const middle = low + Math.floor((high - low) / HOLDING_WIDTH / 2) * HOLDING_WIDTH;
    if ((holdings[middle] as number) < scope) low = middle + HOLDING_WIDTH;
    else high = middle;
  }
  return low;
}
