/**
 * Whether and how a place keeps count of who is inside: one record a place. Without it nothing about anybody's
 * whereabouts is kept there, and nothing is told to the engine.
 */
import { v } from '../../policy/schema-nodes.js';
import { MINUTE_MS } from '../../values/instant.js';
import type { Outcome } from '../../values/outcome.js';
import { idField, idsField, wholeField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** Longest time after which somebody of whom nothing was seen is no longer counted: a week. */
const TIMEOUT_MINUTES_MAX = 10_080;

/** Longest time for which it is kept that somebody has left, or that nobody knows: a year. */
const FORGET_HOURS_MAX = 8_760;

/** Roles and segments that one place exempts: more would be a role or segment of its own. */
const EXEMPT_MAX = 64;

/** How a place keeps count, as written. */
export interface Capacity {
  /** Id of the place, and of the record. */
  readonly place: string;
  /**
   * `timeout`: one reader; inside from a permitted entry until `timeoutMinutes` after the last one. `readers`: only
   * entry and exit readers move anybody, a timer besides if there is one. `off`: no count, check-ins at most.
   */
  readonly mode: 'timeout' | 'readers' | 'off';
  /** Required for `timeout`. */
  readonly timeoutMinutes?: number;
  /** Nobody moves before the door was seen to open. Default: a permit is enough. */
  readonly onlyWhenOpened?: boolean;
  /** How long after a permit the door may be seen to open. Default 30. */
  readonly openSeconds?: number;
  /** Of `timeout`: opening from afar counts too. Default: only who stands at the door is coming in. */
  readonly remoteCounts?: boolean;
  /** Who holds one of these roles at a scope that contains the place is exempt from anti-passback. */
  readonly exemptRoles?: readonly string[];
  /** Whoever is of one of these segments is exempt from anti-passback. */
  readonly exemptSegments?: readonly string[];
  /** After how long it is forgotten that somebody left, or was last seen. Default 24. */
  readonly forgetHours?: number;
  /** Whether members are checked in. Default: no. */
  readonly checkIns?: boolean;
  /** For how many days check-ins are kept. Default 90. */
  readonly checkInDays?: number;
}

/** The record `capacity`. */
export const capacityShape = recordShape<Capacity>('capacity', () =>
  v.strictObject({
    place: idField,
    mode: v.picklist(['timeout', 'readers', 'off']),
    timeoutMinutes: v.optional(wholeField(1, TIMEOUT_MINUTES_MAX)),
    onlyWhenOpened: v.optional(v.boolean()),
    openSeconds: v.optional(wholeField(1, 300)),
    remoteCounts: v.optional(v.boolean()),
    exemptRoles: v.optional(idsField(EXEMPT_MAX)),
    exemptSegments: v.optional(
      v.pipe(v.array(v.pipe(v.string(), v.maxLength(256))), v.maxLength(EXEMPT_MAX)),
    ),
    forgetHours: v.optional(wholeField(1, FORGET_HOURS_MAX)),
    checkIns: v.optional(v.boolean()),
    checkInDays: v.optional(wholeField(1, 3660)),
  }),
);

/** What an administrator orders, read: shape, and that the members fit together. */
export function parseCapacity(input: unknown): Outcome<Capacity, 'malformed'> {
  const read = capacityShape.parse(input);
  if (!read.ok || read.value.mode !== 'timeout' || read.value.timeoutMinutes !== undefined) {
    return read;
  }
  return { ok: false, code: 'malformed', detail: '/timeoutMinutes: missing for mode `timeout`' };
}

/** How long after a permit the door may be seen to open, in milliseconds. */
export function openWindowMs({ openSeconds = 30 }: Capacity): number {
  return openSeconds * 1000;
}

/** When the timer of somebody seen at `time` runs out: at a whole minute, so that a minute needs one sweep. */
export function timerEnd({ timeoutMinutes }: Capacity, time: number): number | undefined {
  if (timeoutMinutes === undefined) return undefined;
  return Math.ceil(time / MINUTE_MS) * MINUTE_MS + timeoutMinutes * MINUTE_MS;
}
