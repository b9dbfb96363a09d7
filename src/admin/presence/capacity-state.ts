/** How many are inside a place, and what has come of it: one small record a place, beside its presences. */
import { v } from '../../policy/schema-nodes.js';
import { CAPACITY_MAX } from '../../values/limits.js';
import { bearerField, idField, instantField, wholeField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';
import type { Bearer } from './presence.js';

/** People let in who have not been seen to open the door: fifty turnstiles for half a minute, and some. */
export const PENDING_MAX = 1024;

/** Highest alert threshold, percent. */
export const THRESHOLD_MAX = 1000;

/** Thresholds of one policy, and policies of one place. */
export const THRESHOLDS_MAX = 16;
export const ALERT_POLICIES_MAX = 64;

/** Which way somebody passes; `unknown` where no reader tells. */
export type Direction = 'entry' | 'exit' | 'unknown';

/** Somebody who may pass and was not seen to do so yet. */
export interface PendingPassing {
  readonly subject: Bearer;
  readonly door: string;
  readonly direction: Direction;
  /** Not from afar. */
  readonly standing: boolean;
  readonly at: number;
  /** Whether one more would be inside. */
  readonly adds: boolean;
}

/** A threshold of an alert policy that was reached and not fallen below since. */
export interface Reached {
  readonly policy: string;
  readonly threshold: number;
}

/** How many are inside. */
export interface CapacityState {
  /** Id of the place, and of the record. */
  readonly place: string;
  /** Presences of the place with state `inside`: always, or `recount` heals it. */
  readonly count: number;
  readonly pending: readonly PendingPassing[];
  readonly reached: readonly Reached[];
  /** No timer runs out before this instant. Absent: none runs. */
  readonly nextSweep?: number;
}

/** The record `capacity_state`. */
export const capacityStateShape = recordShape<CapacityState>('capacity_state', () =>
  v.strictObject({
    place: idField,
    count: wholeField(0, CAPACITY_MAX),
    pending: v.pipe(
      v.array(
        v.strictObject({
          subject: bearerField,
          door: idField,
          direction: v.picklist(['entry', 'exit', 'unknown']),
          standing: v.boolean(),
          at: instantField,
          adds: v.boolean(),
        }),
      ),
      v.maxLength(PENDING_MAX),
    ),
    reached: v.pipe(
      v.array(v.strictObject({ policy: idField, threshold: wholeField(1, THRESHOLD_MAX) })),
      v.maxLength(THRESHOLDS_MAX * ALERT_POLICIES_MAX),
    ),
    nextSweep: v.optional(instantField),
  }),
);

/** Nobody inside, nothing reached. */
export function emptyState(place: string): CapacityState {
  return { place, count: 0, pending: [], reached: [] };
}
