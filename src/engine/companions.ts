/** Two persons at a door: whether somebody who came along may open it too (`two_person` of docs/clauses.md). */
import { COMPANIONS_MAX } from '../values/limits.js';
import { type Encounter, encounter, placeOf } from './encounter.js';
import { lockedDown } from './opening.js';
import type { PortalRecord } from './records.js';
import { mayPass } from './rights.js';
import type { Snapshot } from './snapshot.js';
import { at, find } from './table.js';

/**
 * The encounter with what its companions are worth, where a restriction may ask for them. Apart from reading a request,
 * because a companion is judged by the clauses himself.
 * @param roles - role index → 1 if the role has the permission asked about.
 */
export function accompanied(s: Snapshot, e: Encounter, roles: Uint8Array): Encounter {
  const { companions } = e.facts;
  if (companions === undefined || companions === null || !asksForTwo(s, e.portal)) return e;
  const own = e.holder?.kind === 'user' ? e.holder.id : undefined;
  const others = companionIds(companions).filter((id) => id !== own);
  if (others.length === 0) return e;
  const vouched = others.some((id) => vouches(s, e, roles, id));
  return { ...e, company: vouched ? 'vouched' : 'unauthorised' };
}

/** The companions a fact names, as far as they are looked at: ids among the first sixteen elements. */
export function companionIds(companions: unknown): string[] {
  const ids: string[] = [];
  try {
    if (!Array.isArray(companions)) return ids;
    for (let index = 0; index < companions.length && index < COMPANIONS_MAX; index++) {
      const id: unknown = companions[index];
      if (typeof id === 'string') ids.push(id);
    }
  } catch {
    // A proxy of the caller's that throws: what was read is there, the rest is not.
  }
  return ids;
}

/** Whether the door or stop, its place or a group that holds it asks for two persons. */
export function asksForTwo(s: Snapshot, portal: PortalRecord): boolean {
  return (
    portal.restrictions?.presence?.twoPerson === true ||
    placeOf(s, portal).restrictions?.presence?.twoPerson === true ||
    portal.groups.some(
      (group) => at(s.tables.groups, group)?.restrictions?.presence?.twoPerson === true,
    )
  );
}

/**
 * Whether a user could vouch: active, spared by every lockdown (D2), and with a right that counts at this very opening (D7,
 * D8, D10), two persons not asked for. Of the facts only those of the opening are his too: whatever is said of the
 * subject's own device, second factor, position or presence is not known of him, and holds nothing.
 */
export function vouches(s: Snapshot, e: Encounter, roles: Uint8Array, id: string): boolean {
  const user = find(s.tables.users, id);
  if (user === undefined || !user.active) return false;
  const { time, method, reader, occupancy } = e.facts;
  const asked = { subject: { type: 'user', id }, context: { time, method, reader, occupancy } };
  const own: Encounter = { ...encounter(s, e.portal, asked, e.time), company: 'vouched' };
  return !lockedDown(s, own, undefined) && mayPass(s, own, roles, undefined);
}
