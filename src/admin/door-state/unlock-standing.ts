/** How each unlock schedule of a door stands at an instant. */
import type { CompiledSchedule } from '../../checks/time/schedule.js';
import { unlockHolds } from '../../engine/opening.js';
import type { UnlockRecord } from '../../engine/records.js';
import { compiledFor, type Snapshot } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import type { Schedule } from '../../policy/document.js';
import type { DoorRecord, EndedUnlock } from './door-record.js';
import type { Stranger } from './stranger.js';

/**
 * `open`: it unlocks the door. `waiting`: it would, had somebody arrived. `ended`: it did, until the last one left.
 * `closed`: not now, or switched off.
 */
export interface UnlockStanding {
  /** Id of the schedule. */
  readonly schedule: string;
  readonly standing: 'open' | 'waiting' | 'ended' | 'closed';
  /** Of `ended`: since when, epoch milliseconds. */
  readonly since?: number;
}

/** The standing of every unlock of a door, in the order of the policy. Lockdowns and tenancies are not looked at. */
export function unlockStandings(stranger: Stranger, remembered: DoorRecord): UnlockStanding[] {
  const { s, e, portal } = stranger;
  return portal.unlocks.map((unlock): UnlockStanding => {
    const { id: schedule, compiled, enabled } = scheduleOf(s, unlock, stranger);
    if (!enabled || !(compiled?.isOpen(e.time) ?? false)) return { schedule, standing: 'closed' };
    if (!unlockHolds(s, e, unlock)) return { schedule, standing: 'waiting' };
    if (remembered.damaged) return { schedule, standing: 'ended' };
    const ended = remembered.ended.find(
      (each) => each.schedule === schedule && isSameSpan(compiled, each.at, e.time),
    );
    return ended === undefined
      ? { schedule, standing: 'open' }
      : { schedule, standing: 'ended', since: ended.at };
  });
}

/** Those of the ended unlocks of a door whose span still goes on. */
export function stillEnded(stranger: Stranger, remembered: DoorRecord): EndedUnlock[] {
  const { s, e, portal } = stranger;
  return remembered.ended.filter((each) =>
    portal.unlocks.some((unlock) => {
      const { id, compiled } = scheduleOf(s, unlock, stranger);
      return id === each.schedule && isSameSpan(compiled, each.at, e.time);
    }),
  );
}

/** The next instant at which an unlock schedule of the door opens or closes; Infinity for none. */
export function nextUnlockChange(stranger: Stranger): number {
  const { s, e, portal } = stranger;
  let next = Number.POSITIVE_INFINITY;
  for (const unlock of portal.unlocks) {
    const { compiled, enabled } = scheduleOf(s, unlock, stranger);
    if (enabled && compiled !== undefined) next = Math.min(next, changeOf(s, compiled, e.time));
  }
  return next;
}

function changeOf(s: Snapshot, compiled: CompiledSchedule, time: number): number {
  try {
    return compiled.nextChange(time) ?? Number.POSITIVE_INFINITY;
  } catch (error) {
    // A table of zones ends where it ends; what is beyond could be anything.
    if (error instanceof RangeError) return s.zones.until;
    throw error;
  }
}

function scheduleOf(s: Snapshot, unlock: UnlockRecord, { e }: Stranger) {
  const record = at(s.tables.schedules, unlock.schedule);
  return {
    id: (record?.document as Schedule | undefined)?.id ?? '',
    enabled: record?.enabled ?? false,
    compiled: record && compiledFor(s, record, e.zone),
  };
}

/**
 * Whether a schedule is open at two instants and at all between. A clock that was put back does not unlock what was
 * ended later.
 */
function isSameSpan(compiled: CompiledSchedule | undefined, one: number, other: number): boolean {
  const from = Math.min(one, other);
  const to = Math.max(one, other);
  if (compiled === undefined) return false;
  try {
    if (!compiled.isOpen(from)) return false;
    const change = compiled.nextChange(from);
    return change === null || change > to;
  } catch (error) {
    // Before the table of time zones begins: what was ended stays so.
    if (error instanceof RangeError) return true;
    throw error;
  }
}
