/** Loading what a site keeps beside its policy that bears on one opening or one observation. */
import { checkInId, localDay } from '../../admin/check-ins/check-in.js';
import { alertPolicyPrefix, alertPolicyShape } from '../../admin/presence/alert-policy.js';
import { capacityShape } from '../../admin/presence/capacity.js';
import { capacityStateShape, emptyState } from '../../admin/presence/capacity-state.js';
import { doorwayOf, isPassing, type Passing } from '../../admin/presence/passing.js';
import { needsSweep, type PlaceScene } from '../../admin/presence/place-scene.js';
import {
  type Bearer,
  type Presence,
  presenceId,
  presencePrefix,
  presenceShape,
} from '../../admin/presence/presence.js';
import { takesTwo, type Waiting, waitingId, waitingShape } from '../../admin/presence/waiting.js';
import { type ObservationScene, whoOpened } from '../../admin/scene/after-observation.js';
import {
  companionsComing,
  type OpeningScene,
  type ZoneScene,
} from '../../admin/scene/opening-scene.js';
import type { DoorObservation } from '../../admin/zones/violation.js';
import { zoneId, zoneOfDoor, zonePrefix, zoneShape } from '../../admin/zones/zone.js';
import { zoneStateShape } from '../../admin/zones/zone-state.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { StoreReader } from '../store/store.js';
import { allRecords } from './all-records.js';

/** Pages of what a place has a few of, and of its presences: an opening waits for them. */
const FEW = 16;
const MANY = 500;

/**
 * What bears on an opening. Where something will be written after it, this is read in the same transaction.
 * @throws RequestError when the time is missing or ill-typed; TypeError for a damaged record.
 */
export async function readOpeningScene(
  store: StoreReader,
  engine: Engine,
  request: AccessRequest,
): Promise<OpeningScene> {
  const doorway = doorwayOf(engine, request);
  if (doorway === undefined) {
    const nothing = undefined;
    return { doorway, place: nothing, waiting: nothing, zone: nothing, checkedIn: nothing };
  }
  const zone =
    doorway.type === 'door' ? await readZone(store, doorway.place, doorway.door) : undefined;
  if (!isPassing(doorway)) {
    return { doorway, place: undefined, waiting: undefined, zone, checkedIn: undefined };
  }
  const waiting = await readWaiting(store, doorway);
  const coming = companionsComing(engine, request, waiting, doorway);
  const people: Bearer[] = [doorway.subject, ...coming];
  const place = await readPlace(store, engine, doorway.place, doorway.time, () => people);
  const checkedIn =
    place?.capacity.checkIns === true
      ? await readCheckedIn(store, engine, doorway, people)
      : undefined;
  return { doorway, place, waiting, zone, checkedIn };
}

/** What bears on something seen at a door; read in the transaction that writes what follows. */
export async function readObservationScene(
  store: StoreReader,
  engine: Engine,
  observation: DoorObservation,
): Promise<ObservationScene> {
  const { door, time } = observation;
  const place = findElement(engine, 'doors', door)?.place;
  if (place === undefined) return { place: undefined, zone: undefined };
  return {
    place: await readPlace(store, engine, place, time, (scene) =>
      whoOpened(scene, observation).map(({ subject }) => subject),
    ),
    zone: await readZone(store, place, door),
  };
}

/** A place that keeps count, with every presence; undefined for any other. */
export function readWholePlace(
  store: StoreReader,
  engine: Engine,
  place: string,
): Promise<PlaceScene | undefined> {
  return readPlace(store, engine, place, Number.POSITIVE_INFINITY, () => []);
}

/** A place that keeps count, with the presence of one person; not swept. */
export function readPlaceOf(
  store: StoreReader,
  engine: Engine,
  place: string,
  subject: Bearer,
): Promise<PlaceScene | undefined> {
  return readPlace(store, engine, place, Number.NEGATIVE_INFINITY, () => [subject]);
}

/** @param people - whose presence is needed, where a sweep does not need everybody's. */
async function readPlace(
  store: StoreReader,
  engine: Engine,
  place: string,
  time: number,
  people: (scene: PlaceScene) => readonly Bearer[],
): Promise<PlaceScene | undefined> {
  const settings = await store.record('capacity', place);
  if (settings === undefined) return undefined;
  const state = await store.record('capacity_state', place);
  const alerts = await allRecords(store, 'alert_policy', alertPolicyPrefix(place), FEW);
  const scene: PlaceScene = {
    capacity: capacityShape.ofRecord(settings),
    people: findElement(engine, 'places', place)?.capacity,
    state: state === undefined ? emptyState(place) : capacityStateShape.ofRecord(state),
    presences: new Map(),
    alerts: alerts.map((record) => alertPolicyShape.ofRecord(record)),
  };
  const records =
    time === Number.POSITIVE_INFINITY || needsSweep(scene, time)
      ? await allRecords(store, 'presence', presencePrefix(place), MANY)
      : await Promise.all(
          people(scene).map((bearer) => store.record('presence', presenceId(place, bearer))),
        );
  const presences = new Map<string, Presence>();
  for (const record of records) {
    if (record !== undefined) presences.set(record.id, presenceShape.ofRecord(record));
  }
  return { ...scene, presences };
}

async function readWaiting(store: StoreReader, passing: Passing): Promise<Waiting | undefined> {
  if (!takesTwo(passing)) return undefined;
  const record = await store.record('companion', waitingId(passing));
  return record && waitingShape.ofRecord(record);
}

async function readZone(
  store: StoreReader,
  place: string,
  door: string,
): Promise<ZoneScene | undefined> {
  const zones = await allRecords(store, 'zone', zonePrefix(place), FEW);
  const zone = zoneOfDoor(
    zones.map((record) => zoneShape.ofRecord(record)),
    door,
  );
  if (zone === undefined) return undefined;
  const state = await store.record('zone_state', zoneId(zone));
  return { zone, state: state && zoneStateShape.ofRecord(state) };
}

async function readCheckedIn(
  store: StoreReader,
  engine: Engine,
  { place, time }: Passing,
  people: readonly Bearer[],
): Promise<ReadonlySet<string>> {
  const day = localDay(engine, place, time);
  const users = people.filter(({ type }) => type === 'user').map(({ id }) => id);
  if (day === undefined) return new Set();
  const records = await Promise.all(
    users.map((user) => store.record('check_in', checkInId({ place, day, user }))),
  );
  return new Set(users.filter((_, at) => records[at] !== undefined));
}
