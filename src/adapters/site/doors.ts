/** Doors of a site: how they stand, and what the last to leave does to them. */

import { doorRecordId, parseDoorRecord } from '../../admin/door-state/door-record.js';
import { type DoorState, doorState } from '../../admin/door-state/door-state.js';
import {
  type EndUnlockCode,
  planEndUnlock,
  planResumeUnlock,
} from '../../admin/door-state/end-unlock.js';
import { strangerAt, strangersRequest } from '../../admin/door-state/stranger.js';
import type { EntityName } from '../../admin/events/event.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import { readOpeningScene } from './scene.js';
import type { Actor, Site, WriteResult } from './site.js';

/**
 * How a door or stop stands, by the policy and what the site remembers. Undefined for one that does not exist.
 * @param time - epoch milliseconds; default now.
 */
export async function readDoorState(
  site: Site,
  door: EntityName,
  time: number = site.host.now(),
): Promise<DoorState | undefined> {
  const { store } = site;
  const engine = await site.refresh();
  const request = strangersRequest(door, time, []);
  if (strangerAt(engine, door, time, []) === undefined) return undefined;
  const { zone } = await readOpeningScene(store, engine, request);
  const record = await store.record('door_state', doorRecordId(door));
  return doorState(engine, door, { time, remembered: parseDoorRecord(record), zone });
}

/**
 * Ends the unlock schedules that hold a door unlocked now, until the next span begins: for the button at the
 * exit, whose presses come from the system, and for people who may alter unlock schedules there.
 */
export function endUnlock(
  site: Site,
  actor: Actor,
  door: EntityName,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, EndUnlockCode>> {
  return writePlanned(
    site,
    actor,
    'door.end_unlock',
    async (p, { store }) =>
      planEndUnlock(p, door, parseDoorRecord(await store.record('door_state', doorRecordId(door)))),
    options,
  );
}

/** Takes an early end back. Unlocking is for people. */
export function resumeUnlock(
  site: Site,
  actor: Person,
  door: EntityName,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, EndUnlockCode>> {
  return writePlanned(
    site,
    actor,
    'door.resume_unlock',
    async (p, { store }) =>
      planResumeUnlock(
        p,
        door,
        parseDoorRecord(await store.record('door_state', doorRecordId(door))),
      ),
    options,
  );
}
