/** Whom somebody could bring along to a door that asks for two persons, for the nearest miss. */
import { COMPANIONS_MAX } from '../values/limits.js';
import { companionIds, vouches } from './companions.js';
import type { Encounter } from './encounter.js';
import { compareText } from './findings.js';
import { candidatesOf } from './holding.js';
import { usersWithin } from './lists.js';
import type { Snapshot } from './snapshot.js';
import { at } from './table.js';

/** People asked whether they could vouch now: beyond them any will do, as their hours may come. */
const ASKED_MAX = 256;

/**
 * Ids of other active users with a right that reaches this door, at most as many as a request may name: those who came
 * along first, then those who would vouch now, each by id. Independent of document order.
 */
export function possibleCompanions(s: Snapshot, e: Encounter, roles: Uint8Array): string[] {
  const own = e.holder?.kind === 'user' ? e.holder.id : undefined;
  const here = new Set(companionIds(e.facts.companions));
  const ids: string[] = [];
  for (const number of usersWithin(s, e.portal)) {
    const user = at(s.tables.users, number);
    if (user === undefined || !user.active || user.id === own) continue;
    if (candidatesOf(s, user, roles, e.portal.containers).length > 0) ids.push(user.id);
  }
  ids.sort(compareText);
  const came = ids.filter((id) => here.has(id));
  const others = ids.filter((id) => !here.has(id));
  const vouching = new Set(others.slice(0, ASKED_MAX).filter((id) => vouches(s, e, roles, id)));
  const rest = others.filter((id) => !vouching.has(id));
  return [...came, ...vouching, ...rest].slice(0, COMPANIONS_MAX);
}
