/** Zones of a site: made and altered, armed and disarmed, reset. */

import { placeNeed } from '../../admin/place-need.js';
import type { Plan } from '../../admin/plan.js';
import type { SiteRecord } from '../../admin/record.js';
import { type Zone, zoneId, zonePrefix, zoneShape } from '../../admin/zones/zone.js';
import {
  type ModeOrder,
  planFollowSchedule,
  planMode,
  planNoZone,
  planReset,
  planZone,
  type ZoneCode,
} from '../../admin/zones/zone-order.js';
import {
  type ZoneModeNow,
  type ZoneState,
  zoneModeAt,
  zoneStateShape,
} from '../../admin/zones/zone-state.js';
import type { Outcome } from '../../values/outcome.js';
import { allRecords } from './all-records.js';
import { mayRead } from './api-keys.js';
import type { Actor, Planned, Site, SiteView, WriteResult } from './site.js';

/** A zone by its place and id. */
export type ZoneName = Pick<Zone, 'place' | 'id'>;

/** The place has no such zone. */
export type ZoneUnknown = 'unknown_zone';

/** A zone as it is now. */
export interface ZoneNow {
  readonly zone: Zone;
  readonly now: ZoneModeNow;
  readonly state: ZoneState | undefined;
}

/** Makes a zone, or alters it whole. */
export function setZone(
  site: Site,
  actor: Actor,
  order: Zone,
): Promise<WriteResult<Zone, ZoneCode>> {
  return site.write<Zone, ZoneCode>({
    actor,
    operation: 'zone.set',
    plan: async ({ engine, store }) => {
      const { place } = Object(order) as { place?: unknown };
      const zones =
        typeof place === 'string' ? await allRecords(store, 'zone', zonePrefix(place)) : [];
      return planZone(
        engine,
        zones.map((record) => zoneShape.ofRecord(record)),
        order,
      );
    },
  });
}

/** Takes a zone away. */
export function removeZone(site: Site, actor: Actor, name: ZoneName) {
  return overZone(site, actor, 'zone.remove', undefined, name, (_, zone, state) =>
    planNoZone(zone, state),
  );
}

/** Arms or disarms a zone by hand. @throws RangeError for a delay or end out of range. */
export function setZoneMode(site: Site, actor: Actor, name: ZoneName, order: ModeOrder) {
  return overZone(site, actor, 'zone.set_mode', order.why, name, ({ engine, time }, zone, state) =>
    planMode(engine, zone, state, order, actor.id, time),
  );
}

/** Lets the alarm schedules of a zone decide again. */
export function followAlarmSchedules(site: Site, actor: Actor, name: ZoneName, why?: string) {
  return overZone(site, actor, 'zone.follow', why, name, (_, zone, state) =>
    planFollowSchedule(zone, state),
  );
}

/** Silences the siren of a zone. */
export function resetZone(site: Site, actor: Actor, name: ZoneName, why?: string) {
  return overZone(site, actor, 'zone.reset', why, name, (_, zone, state) => planReset(zone, state));
}

/** The zones of a place as they are now, by ascending id. Needs `zone:view` there. */
export async function readZones(
  site: Site,
  actor: Extract<Actor, { type: 'user' }>,
  place: string,
): Promise<Outcome<readonly ZoneNow[], 'refused'>> {
  await site.refresh();
  const needs = [placeNeed('view', 'zone', '*', place)];
  if (!(await mayRead(site, actor, 'read.zones', needs))) {
    return { ok: false, code: 'refused', detail: `not to be known of \`${place}\`` };
  }
  const { store, engine, host } = site;
  const states = new Map(
    (await allRecords(store, 'zone_state', zonePrefix(place))).map((record) => [record.id, record]),
  );
  const value = (await allRecords(store, 'zone', zonePrefix(place))).map((record): ZoneNow => {
    const zone = zoneShape.ofRecord(record);
    const state = stateOf(states.get(record.id));
    return { zone, state, now: zoneModeAt(engine, zone, state, host.now()) };
  });
  return { ok: true, value };
}

function overZone<T>(
  site: Site,
  actor: Actor,
  operation: string,
  reason: string | undefined,
  name: ZoneName,
  plan: (view: SiteView, zone: Zone, state: ZoneState | undefined) => Plan & { readonly value: T },
): Promise<WriteResult<T, ZoneUnknown>> {
  return site.write<T, ZoneUnknown>({
    actor,
    operation,
    ...(reason === undefined ? {} : { reason }),
    plan: async (view): Promise<Outcome<Planned<T>, ZoneUnknown>> => {
      const record = await view.store.record('zone', zoneId(name));
      if (record === undefined) {
        return { ok: false, code: 'unknown_zone', detail: `no zone \`${zoneId(name)}\`` };
      }
      const state = stateOf(await view.store.record('zone_state', zoneId(name)));
      return { ok: true, value: plan(view, zoneShape.ofRecord(record), state) };
    },
  });
}

function stateOf(record: SiteRecord | undefined): ZoneState | undefined {
  return record && zoneStateShape.ofRecord(record);
}
