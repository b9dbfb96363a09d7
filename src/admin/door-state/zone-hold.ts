/** What the intrusion zone of a door means for how the door stands. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compiledFor, zoneAt } from '../../engine/snapshot.js';
import { find, numberOf } from '../../engine/table.js';
import { type ZoneVerdict, zoneVerdict } from '../zones/decide-in-zone.js';
import type { Zone } from '../zones/zone.js';
import { type ZoneState, zoneModeAt } from '../zones/zone-state.js';

/** A zone that has the door, and what happened to it. */
export interface DoorZone {
  readonly zone: Zone;
  readonly state: ZoneState | undefined;
}

/** What a zone says of its doors at an instant; without a zone nothing. */
export function zoneHold(engine: Engine, of: DoorZone | undefined, time: number): ZoneVerdict {
  if (of === undefined) return 'none';
  return zoneVerdict(of.zone, zoneModeAt(engine, of.zone, of.state, time));
}

/** The next instant at which the clock may change that; Infinity for none. */
export function nextZoneChange(engine: Engine, of: DoorZone | undefined, time: number): number {
  if (of === undefined) return Number.POSITIVE_INFINITY;
  const { zone, state } = of;
  const instants = [state?.manual?.since, state?.manual?.until, state?.override?.until];
  const s = snapshotOf(engine);
  const fallback = zoneAt(s, numberOf(s.tables.places, zone.place));
  for (const { schedule } of zone.alarms ?? []) {
    const record = find(s.tables.schedules, schedule);
    const compiled = record?.enabled ? compiledFor(s, record, fallback) : undefined;
    instants.push(compiled?.nextChange(time) ?? undefined);
  }
  const later = instants.filter((each) => each !== undefined && each > time);
  return Math.min(Number.POSITIVE_INFINITY, ...(later as number[]));
}
