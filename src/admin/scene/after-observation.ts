/** What has to be written after something was seen at a door: people who went through, a zone that was violated. */
import type { Engine } from '../../engine/engine.js';
import type { EventDraft } from '../events/event.js';
import { eventTime } from '../events/event-time.js';
import { withAlerts } from '../presence/alerts.js';
import { openWindowMs } from '../presence/capacity.js';
import type { PendingPassing } from '../presence/capacity-state.js';
import { type PlaceScene, sceneChanges } from '../presence/place-scene.js';
import { withPending } from '../presence/sweep.js';
import { type DoorObservation, isViolation, withSiren } from '../zones/violation.js';
import { zoneId } from '../zones/zone.js';
import { zoneModeAt, zoneStateShape } from '../zones/zone-state.js';
import type { SceneOutcome } from './after-opening.js';
import { movePeople } from './move-people.js';
import { placeNow, type ZoneScene } from './opening-scene.js';

/** What is there when something is seen at a door. */
export interface ObservationScene {
  /** Where the place keeps count; with the presences of whoever may have opened. */
  readonly place: PlaceScene | undefined;
  /** The zone the door is in. */
  readonly zone: ZoneScene | undefined;
}

const NOTHING: SceneOutcome = { records: {}, events: [], notices: [] };

/**
 * Who was let in here within the time to open: all of them went through, since one opening lets in many. The clocks of
 * lock and site may differ, so it does not matter which of the two says what came first.
 */
export function whoOpened(
  { capacity, state }: Pick<PlaceScene, 'capacity' | 'state'>,
  { kind, door, time }: DoorObservation,
): readonly PendingPassing[] {
  if (kind !== 'opened') return [];
  const most = openWindowMs(capacity);
  return state.pending.filter((one) => one.door === door && Math.abs(time - one.at) <= most);
}

/** What an observation leaves behind. @param newId - a fresh UUID at each call, for events. */
export function afterObservation(
  engine: Engine,
  observation: DoorObservation,
  { place, zone }: ObservationScene,
  newId: () => string,
): SceneOutcome {
  const moves = place === undefined ? NOTHING : moved(engine, observation, place, newId);
  const alarm = zone === undefined ? NOTHING : alarmed(engine, observation, zone, newId);
  const put = [...(moves.records.put ?? []), ...(alarm.records.put ?? [])];
  return {
    records: { put, remove: moves.records.remove ?? [] },
    events: [...moves.events, ...alarm.events],
    notices: [...moves.notices, ...alarm.notices],
  };
}

function moved(
  engine: Engine,
  observation: DoorObservation,
  before: PlaceScene,
  newId: () => string,
): SceneOutcome {
  const { door, time } = observation;
  const opened = whoOpened(before, observation);
  if (opened.length === 0) return NOTHING;
  const now = withPending(placeNow(before, time), time);
  const pending = now.state.pending.filter((one) => !opened.includes(one));
  const { place } = now.state;
  const moves = opened.map((one) => ({ ...one, place, time }));
  const ground = { engine, resource: { type: 'door', id: door }, newId };
  const after = movePeople(ground, { ...now, state: { ...now.state, pending } }, moves);
  const alerted = withAlerts(after.place, time, newId);
  return {
    records: sceneChanges(before, alerted.scene),
    events: [...after.events, ...alerted.events],
    notices: alerted.notices,
  };
}

/** Each violation is an event; people are told of the first, with which the siren begins. */
function alarmed(
  engine: Engine,
  observation: DoorObservation,
  { zone, state }: ZoneScene,
  newId: () => string,
): SceneOutcome {
  const now = zoneModeAt(engine, zone, state, observation.time);
  if (!isViolation(zone, now, observation)) return NOTHING;
  const after = withSiren(zone, state, observation);
  const object = { type: 'zone', id: zone.id };
  const data = { mode: now.mode, door: observation.door, cause: observation.kind };
  const event: EventDraft = {
    log: 'access',
    id: newId(),
    type: 'doorwright.zone.policy_violated',
    time: eventTime(observation.time),
    object,
    place: zone.place,
    outcome: 'done',
    data,
  };
  const told = after === state ? [] : (zone.notify ?? []);
  return {
    records: after === state ? {} : { put: [zoneStateShape.record(zoneId(zone), after)] },
    events: [event],
    notices: told.map((user) => {
      return { kind: 'zone_violated', to: { type: 'user', id: user }, object, data };
    }),
  };
}
