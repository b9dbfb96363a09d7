/** In which mode a zone is at an instant: by hand, by its alarm schedules, by an access that overrides them. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compiledFor, type Snapshot, zoneAt } from '../../engine/snapshot.js';
import { find, numberOf } from '../../engine/table.js';
import { v } from '../../policy/schema-nodes.js';
import { MINUTE_MS } from '../../values/instant.js';
import { idField, instantField, nameField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';
import type { Alarm, Zone, ZoneMode } from './zone.js';

/** What happened to a zone: one record beside the zone's. Instants are epoch milliseconds. */
export interface ZoneState {
  readonly place: string;
  readonly id: string;
  /** Armed or disarmed by somebody: from `since` on, until `until` or for good. */
  readonly manual?: {
    readonly mode: ZoneMode;
    readonly since: number;
    readonly until?: number;
    readonly by: string;
    readonly why?: string;
  };
  /** An authorised access. */
  readonly override?: { readonly mode: 'disarmed' | 'stay'; readonly until: number };
  /** Sounding since a violation; only a reset ends it. */
  readonly siren?: { readonly since: number; readonly door: string; readonly cause: string };
}

/** The record `zone_state`. */
export const zoneStateShape = recordShape<ZoneState>('zone_state', () =>
  v.strictObject({
    place: idField,
    id: idField,
    manual: v.optional(
      v.strictObject({
        mode: v.picklist(['disarmed', 'stay', 'away']),
        since: instantField,
        until: v.optional(instantField),
        by: idField,
        why: v.optional(nameField),
      }),
    ),
    override: v.optional(
      v.strictObject({ mode: v.picklist(['disarmed', 'stay']), until: instantField }),
    ),
    siren: v.optional(
      v.strictObject({
        since: instantField,
        door: idField,
        cause: v.picklist(['opened', 'forced', 'tampered']),
      }),
    ),
  }),
);

/** The mode at an instant, and what it rests on. */
export interface ZoneModeNow {
  readonly mode: ZoneMode;
  readonly because: 'manual' | 'override' | 'schedule' | 'default';
  /** The alarm schedule in force, where one is and nobody has armed or disarmed by hand. */
  readonly alarm: Alarm | undefined;
  /** Ids of alarm schedules that the policy lacks or has switched off: they arm nothing. */
  readonly missing: readonly string[];
}

const WATCH: readonly ZoneMode[] = ['disarmed', 'stay', 'away'];
const OVERRIDES: readonly NonNullable<Alarm['onAccess']>[] = ['disarm', 'stay', 'none'];

/**
 * In which mode a zone is.
 * @throws RangeError outside what the engine's time-zone source knows.
 */
export function zoneModeAt(
  engine: Engine,
  zone: Zone,
  state: ZoneState | undefined,
  time: number,
): ZoneModeNow {
  const open: Alarm[] = [];
  const missing: string[] = [];
  for (const alarm of zone.alarms ?? []) {
    const schedule = scheduleAt(snapshotOf(engine), zone.place, alarm.schedule);
    if (schedule === undefined) missing.push(alarm.schedule);
    else if (schedule.isOpen(time)) open.push(alarm);
  }
  const manual = state?.manual;
  if (manual !== undefined && manual.since <= time && time < (manual.until ?? Infinity)) {
    return { mode: manual.mode, because: 'manual', alarm: undefined, missing };
  }
  const alarm = closest(open);
  const mode = alarm?.mode ?? 'disarmed';
  const override = state?.override;
  if (override !== undefined && time < override.until && isLess(override.mode, mode)) {
    return { mode: override.mode, because: 'override', alarm, missing };
  }
  return { mode, because: alarm === undefined ? 'default' : 'schedule', alarm, missing };
}

/** The next instant at which an alarm schedule of the zone begins; undefined when none does. */
export function nextArming(engine: Engine, zone: Zone, time: number): number | undefined {
  let next: number | undefined;
  for (const { schedule, mode } of zone.alarms ?? []) {
    if (mode === 'disarmed') continue;
    const compiled = scheduleAt(snapshotOf(engine), zone.place, schedule);
    if (compiled === undefined) continue;
    let at = compiled.nextChange(time);
    if (at !== null && !compiled.isOpen(at)) at = compiled.nextChange(at);
    if (at !== null) next = Math.min(next ?? at, at);
  }
  return next;
}

/** The state after an authorised access at the zone: its override begins, or begins anew; or the same state. */
export function afterAccess(
  zone: Zone,
  state: ZoneState | undefined,
  now: ZoneModeNow,
  time: number,
): ZoneState | undefined {
  const { onAccess = 'none', minutes = 0, mode } = now.alarm ?? { mode: 'disarmed' };
  if (onAccess === 'none') return state;
  const lower = onAccess === 'disarm' ? 'disarmed' : 'stay';
  if (!isLess(lower, mode)) return state;
  const until = time + minutes * MINUTE_MS;
  const running = state?.override;
  // One that lets through more, or as much for longer, is not cut short.
  const lasts = running !== undefined && time < running.until;
  if (lasts && isLess(running.mode, lower)) return state;
  if (lasts && running.mode === lower && until <= running.until) return state;
  return { place: zone.place, id: zone.id, ...state, override: { mode: lower, until } };
}

function scheduleAt(s: Snapshot, place: string, id: string) {
  const record = find(s.tables.schedules, id);
  if (record === undefined || !record.enabled) return undefined;
  return compiledFor(s, record, zoneAt(s, numberOf(s.tables.places, place)));
}

/** The one that watches most closely; of two alike the one that an access overrides least. */
function closest(open: readonly Alarm[]): Alarm | undefined {
  const closeness = ({ mode, onAccess = 'none' }: Alarm) =>
    WATCH.indexOf(mode) * OVERRIDES.length + OVERRIDES.indexOf(onAccess);
  return open.reduce<Alarm | undefined>(
    (found, alarm) => (found === undefined || closeness(found) < closeness(alarm) ? alarm : found),
    undefined,
  );
}

function isLess(one: ZoneMode, other: ZoneMode): boolean {
  return WATCH.indexOf(one) < WATCH.indexOf(other);
}
