/** Last to leave: ending the unlock schedules of a door early, and taking that back (Kisi: terminate unlock schedules). */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { at } from '../../engine/table.js';
import type { Outcome } from '../../values/outcome.js';
import { doorEvent } from '../events/access-event.js';
import type { EntityName } from '../events/event.js';
import type { PermissionNeed } from '../plan.js';
import type { Draft, Planning } from '../provisioning/planning.js';
import { type DoorRecord, type EndedUnlock, encodeDoorRecord } from './door-record.js';
import { type Stranger, strangerAt } from './stranger.js';
import { stillEnded, unlockStandings } from './unlock-standing.js';

/** Why nothing is ended, or taken back. `not_unlocked`: no schedule unlocks it now. `not_ended`: nothing was ended. */
export type EndUnlockCode = 'door_unknown' | 'not_unlocked' | 'not_ended';

/**
 * Ends the present span of every unlock schedule that unlocks the door now: it stays locked until the next span of one of
 * them begins, also when somebody arrives. A schedule that still waits for its first arrival goes on waiting.
 */
export function planEndUnlock(
  p: Planning,
  door: EntityName,
  remembered: DoorRecord,
): Outcome<Draft<{ readonly ended: readonly string[] }>, EndUnlockCode> {
  const stranger = strangerAt(p.engine, door, p.time, remembered.arrivals);
  if (stranger === undefined) return unknownDoor(door);
  const ended = unlockStandings(stranger, remembered)
    .filter(({ standing }) => standing === 'open')
    .map(({ schedule }): EndedUnlock => ({ schedule, at: p.time }));
  if (ended.length === 0) {
    return { ok: false, code: 'not_unlocked', detail: `no schedule unlocks \`${door.id}\` now` };
  }
  const names = ended.map(({ schedule }) => schedule);
  const before = stillEnded(stranger, remembered).filter(
    ({ schedule }) => !names.includes(schedule),
  );
  const next = { arrivals: remembered.arrivals, ended: [...before, ...ended] };
  return { ok: true, value: draftOf(p, stranger, door, next, 'scheduled_unlock_ended', names) };
}

/**
 * Takes an early end back: schedules unlock the door again as the clock says. Also puts a damaged record right, and
 * forgets what stood in it.
 */
export function planResumeUnlock(
  p: Planning,
  door: EntityName,
  remembered: DoorRecord,
): Outcome<Draft<{ readonly ended: readonly string[] }>, EndUnlockCode> {
  const stranger = strangerAt(p.engine, door, p.time, remembered.arrivals);
  if (stranger === undefined) return unknownDoor(door);
  const names = stillEnded(stranger, remembered).map(({ schedule }) => schedule);
  if (names.length === 0 && !remembered.damaged) {
    return { ok: false, code: 'not_ended', detail: `nothing was ended at \`${door.id}\`` };
  }
  const next = { arrivals: remembered.arrivals, ended: [] };
  return { ok: true, value: draftOf(p, stranger, door, next, 'scheduled_unlock_started', names) };
}

function draftOf(
  p: Planning,
  stranger: Stranger,
  door: EntityName,
  next: DoorRecord,
  what: 'scheduled_unlock_ended' | 'scheduled_unlock_started',
  names: readonly string[],
): Draft<{ readonly ended: readonly string[] }> {
  const place = at(stranger.s.tables.places, stranger.portal.place)?.document.id;
  const event = doorEvent({
    engine: p.engine,
    type: `doorwright.door.${what}`,
    object: door,
    id: p.newId(),
    time: p.time,
    data: { schedules: names },
  });
  return {
    value: { ended: names },
    records: { put: [encodeDoorRecord(door, next)] },
    needs: [needAt(p.engine, door, place)],
    events: [event],
    audit: { object: { type: door.type, id: door.id }, data: { schedules: names } },
  };
}

/** Altering unlock schedules there; in a model that does not name them, altering the door. */
function needAt(engine: Engine, door: EntityName, place: string | undefined): PermissionNeed {
  const named = snapshotOf(engine).model.actions.get('unlock_schedule')?.has('update') ?? false;
  const scope =
    door.type === 'door' ? { type: 'door', id: door.id } : { type: 'place', id: place ?? '' };
  const type = named ? 'unlock_schedule' : 'door';
  return { action: 'update', resource: { type, id: '*', properties: { scope } } };
}

function unknownDoor({ type, id }: EntityName): Outcome<never, EndUnlockCode> {
  return { ok: false, code: 'door_unknown', detail: `unknown ${type} \`${id}\`` };
}
