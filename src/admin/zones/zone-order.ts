/** Orders about zones: made and altered, armed and disarmed, reset. */
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { formatInstant } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import { placeNeed } from '../place-need.js';
import type { Plan } from '../plan.js';
import {
  parseZone,
  ZONES_MAX,
  type Zone,
  type ZoneMode,
  zoneId,
  zoneOfDoor,
  zoneShape,
} from './zone.js';
import { nextArming, type ZoneState, zoneStateShape } from './zone-state.js';

/** A plan and what it makes. */
export type ZonePlan<T> = Plan & { readonly value: T };

/** Why an order about a zone is none. */
export type ZoneCode =
  | 'malformed'
  | 'unknown_place'
  | 'unknown_door'
  | 'unknown_schedule'
  | 'unknown_user'
  | 'door_taken'
  | 'too_many';

/** Longest delay of arming, in seconds: to leave the building. */
const DELAY_SECONDS_MAX = 600;

/** Arming, disarming: who, how, for how long, why. */
export interface ModeOrder {
  readonly mode: ZoneMode;
  /** Epoch milliseconds; without one an armed zone stays armed, a disarmed one until its next alarm schedule begins. */
  readonly until?: number;
  /** Time to leave before it is armed: 0 to 600. */
  readonly delaySeconds?: number;
  readonly why?: string;
}

/**
 * Makes or alters a zone. Needs `zone:create` or `update` at the place.
 * @param zones - all zones of the place.
 * @param order - a {@link Zone}; outside data.
 */
export function planZone(
  engine: Engine,
  zones: readonly Zone[],
  order: unknown,
): Outcome<ZonePlan<Zone>, ZoneCode> {
  const read = parseZone(order);
  if (!read.ok) return read;
  const { value } = read;
  const { place, id } = value;
  if (findElement(engine, 'places', place) === undefined) return refused('unknown_place', place);
  const others = zones.filter((zone) => zone.id !== id);
  const fault = faultOf(engine, others, value);
  if (fault !== undefined) return fault;
  const isNew = others.length === zones.length;
  if (isNew && others.length >= ZONES_MAX) return refused('too_many', place);
  return {
    ok: true,
    value: {
      value,
      records: { put: [zoneShape.record(zoneId(value), value)] },
      needs: [placeNeed(isNew ? 'create' : 'update', 'zone', id, place)],
      audit: { object: { type: 'zone', id }, data: { place, doors: value.doors.length } },
    },
  };
}

/** Takes a zone away, siren and all. Needs `zone:delete`, and `reset` while its siren sounds. */
export function planNoZone(zone: Zone, state: ZoneState | undefined): ZonePlan<Zone> {
  const { place, id } = zone;
  const needs = [placeNeed('delete', 'zone', id, place)];
  return {
    value: zone,
    records: {
      remove: [
        { kind: 'zone', id: zoneId(zone) },
        { kind: 'zone_state', id: zoneId(zone) },
      ],
    },
    needs: state?.siren === undefined ? needs : [...needs, placeNeed('reset', 'zone', id, place)],
    audit: { object: { type: 'zone', id }, data: { place } },
  };
}

/**
 * Arms or disarms a zone by hand. An override by access ends with it; a siren does not. Needs `zone:update`.
 * @param by - id of the user.
 * @throws RangeError for a delay or end out of range: the caller's mistake.
 */
export function planMode(
  engine: Engine,
  zone: Zone,
  state: ZoneState | undefined,
  order: ModeOrder,
  by: string,
  time: number,
): ZonePlan<ZoneState> {
  const { mode, delaySeconds = 0, why } = order;
  if (!(Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= DELAY_SECONDS_MAX)) {
    throw new RangeError(`not a delay of 0 to ${DELAY_SECONDS_MAX} seconds \`${delaySeconds}\``);
  }
  const since = time + delaySeconds * 1000;
  // Armed means until told otherwise; disarmed and forgotten, it would stay so through the night.
  const until = order.until ?? (mode === 'disarmed' ? nextArming(engine, zone, time) : undefined);
  if (until !== undefined && !(until > since))
    throw new RangeError(`ends before it begins \`${until}\``);
  const { override: _override, ...rest } = state ?? { place: zone.place, id: zone.id };
  const ends = until === undefined ? {} : { until };
  const manual = { mode, since, by, ...ends, ...(why === undefined ? {} : { why }) };
  const data = { mode, ...(until === undefined ? {} : { until: formatInstant(until) }) };
  return statePlan(zone, { ...rest, manual }, 'update', data);
}

/** Lets the alarm schedules of a zone decide again. Needs `zone:update`. */
export function planFollowSchedule(zone: Zone, state: ZoneState | undefined): ZonePlan<ZoneState> {
  const { manual: _manual, ...rest } = state ?? { place: zone.place, id: zone.id };
  return statePlan(zone, rest, 'update', {});
}

/** Silences the siren. Needs `zone:reset`. What set it off stays in the access log. */
export function planReset(zone: Zone, state: ZoneState | undefined): ZonePlan<ZoneState> {
  const { siren, ...rest } = state ?? { place: zone.place, id: zone.id };
  const data =
    siren === undefined
      ? {}
      : { since: formatInstant(siren.since), door: siren.door, cause: siren.cause };
  return statePlan(zone, rest, 'reset', data);
}

function statePlan(
  zone: Zone,
  state: ZoneState,
  action: 'update' | 'reset',
  data: Readonly<Record<string, string>>,
): ZonePlan<ZoneState> {
  return {
    value: state,
    records: { put: [zoneStateShape.record(zoneId(zone), state)] },
    needs: [placeNeed(action, 'zone', zone.id, zone.place)],
    audit: { object: { type: 'zone', id: zone.id }, data: { place: zone.place, ...data } },
  };
}

function faultOf(engine: Engine, others: readonly Zone[], zone: Zone) {
  for (const door of zone.doors) {
    if (findElement(engine, 'doors', door)?.place !== zone.place)
      return refused('unknown_door', door);
    if (zoneOfDoor(others, door) !== undefined) return refused('door_taken', door);
  }
  for (const { schedule } of zone.alarms ?? []) {
    if (findElement(engine, 'schedules', schedule) === undefined) {
      return refused('unknown_schedule', schedule);
    }
  }
  const stranger = zone.notify?.find((user) => findElement(engine, 'users', user) === undefined);
  return stranger === undefined ? undefined : refused('unknown_user', stranger);
}

function refused(code: ZoneCode, what: string) {
  return { ok: false, code, detail: `${code.replaceAll('_', ' ')} \`${what}\`` } as const;
}
