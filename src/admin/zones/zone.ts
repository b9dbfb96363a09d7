/** Zones: doors that share an alarm schedule and a siren. One record a zone. */
import { v } from '../../policy/schema-nodes.js';
import type { Outcome } from '../../values/outcome.js';
import { idField, idsField, nameField, wholeField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** Doors of one zone: one siren that nobody can place is no help. */
const ZONE_DOORS_MAX = 1000;

/** Zones of one place. Kisi has four. */
export const ZONES_MAX = 64;

/** Alarm schedules of one zone. */
const ALARMS_MAX = 16;

/** Longest override by an access: a day. */
const OVERRIDE_MINUTES_MAX = 1440;

/** How a zone watches: not, its exterior doors, or all of its doors. */
export type ZoneMode = 'disarmed' | 'stay' | 'away';

/** While the schedule is open the zone is in a mode, unless somebody with access overrides it by opening. */
export interface Alarm {
  /** Id of a schedule of the policy. */
  readonly schedule: string;
  readonly mode: ZoneMode;
  /** What an authorised access makes of the mode for `minutes`; it never watches more closely. Default `none`. */
  readonly onAccess?: 'none' | 'disarm' | 'stay';
  /** Required unless `onAccess` is `none`. */
  readonly minutes?: number;
}

/** One zone of a place, as written. */
export interface Zone {
  readonly place: string;
  /** Unique at its place. */
  readonly id: string;
  readonly name?: string;
  /** Doors of the place; a door is in one zone at most. */
  readonly doors: readonly string[];
  /** Those of them that lead outside: what `stay` watches. Default: all. */
  readonly exterior?: readonly string[];
  /** Disarmed where none is open; where several are, the one that watches most closely counts. */
  readonly alarms?: readonly Alarm[];
  /** Whether `away` refuses everybody who wants in. Default: it only raises the alarm, as Kisi does. */
  readonly awayDeniesUnlock?: boolean;
  /** Whether `away` keeps doors locked that an unlock schedule would open, unless an access may override it. Default: yes. */
  readonly suppressesUnlock?: boolean;
  /** Ids of the users who are told of a violation. */
  readonly notify?: readonly string[];
}

/** The record `zone`. */
export const zoneShape = recordShape<Zone>('zone', () =>
  v.strictObject({
    place: idField,
    id: idField,
    name: v.optional(nameField),
    doors: v.pipe(v.array(idField), v.minLength(1), v.maxLength(ZONE_DOORS_MAX)),
    exterior: v.optional(idsField(ZONE_DOORS_MAX)),
    alarms: v.optional(
      v.pipe(
        v.array(
          v.strictObject({
            schedule: idField,
            mode: v.picklist(['disarmed', 'stay', 'away']),
            onAccess: v.optional(v.picklist(['none', 'disarm', 'stay'])),
            minutes: v.optional(wholeField(1, OVERRIDE_MINUTES_MAX)),
          }),
        ),
        v.maxLength(ALARMS_MAX),
      ),
    ),
    awayDeniesUnlock: v.optional(v.boolean()),
    suppressesUnlock: v.optional(v.boolean()),
    notify: v.optional(idsField(100)),
  }),
);

/** What an administrator orders, read: shape, and that the members fit together. */
export function parseZone(input: unknown): Outcome<Zone, 'malformed'> {
  const read = zoneShape.parse(input);
  if (!read.ok) return read;
  const { doors, exterior = [], alarms = [] } = read.value;
  const fault =
    (new Set(doors).size < doors.length ? '/doors: a door twice' : undefined) ??
    exterior
      .filter((door) => !doors.includes(door))
      .map((door) => `/exterior: not a door of the zone \`${door}\``)[0] ??
    alarms
      .filter(({ onAccess = 'none', minutes }) => (onAccess === 'none') !== (minutes === undefined))
      .map(({ schedule }) => `/alarms: \`minutes\` belongs to an override \`${schedule}\``)[0];
  return fault === undefined ? read : { ok: false, code: 'malformed', detail: fault };
}

/** What all ids of a place's zones begin with. */
export function zonePrefix(place: string): string {
  return `${place}/`;
}

/** The id of the records of a zone. */
export function zoneId({ place, id }: Pick<Zone, 'place' | 'id'>): string {
  return `${zonePrefix(place)}${id}`;
}

/** The zone a door is in. */
export function zoneOfDoor(zones: readonly Zone[], door: string): Zone | undefined {
  return zones.find(({ doors }) => doors.includes(door));
}
