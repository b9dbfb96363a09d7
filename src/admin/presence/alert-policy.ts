/** Who is told when a place fills up: alert policies, and which thresholds a count crosses. */
import { v } from '../../policy/schema-nodes.js';
import type { Outcome } from '../../values/outcome.js';
import { idField, idsField, nameField, wholeField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';
import { type Reached, THRESHOLD_MAX, THRESHOLDS_MAX } from './capacity-state.js';

/** People that one policy tells: who needs more wants a mailing list. */
const NOTIFIED_MAX = 100;

/** Percent of the capacity at which Kisi alerts. */
const THRESHOLDS_DEFAULT: readonly number[] = [75, 100, 150];
const HYSTERESIS_DEFAULT = 5;

/** One alert policy of a place. */
export interface AlertPolicy {
  readonly place: string;
  /** Unique at its place. */
  readonly id: string;
  readonly name?: string;
  /** Percent of the capacity of the place, ascending. Default 75, 100, 150. */
  readonly thresholds?: readonly number[];
  /** How far below a threshold the count must fall before it alerts again: percentage points. Default 5. */
  readonly hysteresis?: number;
  /** Ids of the users who are told. */
  readonly notify: readonly string[];
}

/** The record `alert_policy`. */
export const alertPolicyShape = recordShape<AlertPolicy>('alert_policy', () =>
  v.strictObject({
    place: idField,
    id: idField,
    name: v.optional(nameField),
    thresholds: v.optional(
      v.pipe(v.array(wholeField(1, THRESHOLD_MAX)), v.minLength(1), v.maxLength(THRESHOLDS_MAX)),
    ),
    hysteresis: v.optional(wholeField(0, 100)),
    notify: idsField(NOTIFIED_MAX),
  }),
);

/** What an administrator orders, read. The lowest threshold must lie above the hysteresis, or nothing is ever below it. */
export function parseAlertPolicy(input: unknown): Outcome<AlertPolicy, 'malformed'> {
  const read = alertPolicyShape.parse(input);
  if (!read.ok) return read;
  const { thresholds = THRESHOLDS_DEFAULT, hysteresis = HYSTERESIS_DEFAULT } = read.value;
  if (!thresholds.every((each, at) => at === 0 || (thresholds[at - 1] as number) < each)) {
    return { ok: false, code: 'malformed', detail: '/thresholds: must ascend' };
  }
  if (hysteresis < (thresholds[0] ?? 0)) return read;
  return { ok: false, code: 'malformed', detail: '/hysteresis: not below the lowest threshold' };
}

/** What all ids of a place's alert policies begin with. */
export function alertPolicyPrefix(place: string): string {
  return `${place}/`;
}

/** The id of the record of an alert policy. */
export function alertPolicyId({ place, id }: Pick<AlertPolicy, 'place' | 'id'>): string {
  return `${alertPolicyPrefix(place)}${id}`;
}

/** A change of what is reached. */
export interface Crossings {
  readonly reached: readonly Reached[];
  /** Reached now and not before. */
  readonly up: readonly Reached[];
  /** Fallen below, hysteresis included. */
  readonly down: readonly Reached[];
}

/**
 * What a count reaches. A threshold is reached at that many percent of the capacity, and stays so until the count is
 * below it by the hysteresis: in between nothing is said twice.
 * @param capacity - of the place; without one nothing is reached.
 */
export function crossings(
  policies: readonly AlertPolicy[],
  before: readonly Reached[],
  count: number,
  capacity: number | undefined,
): Crossings {
  if (capacity === undefined) return { reached: [], up: [], down: [] };
  const reached: Reached[] = [];
  const up: Reached[] = [];
  const down: Reached[] = [];
  for (const { id, thresholds = THRESHOLDS_DEFAULT, hysteresis = HYSTERESIS_DEFAULT } of policies) {
    for (const threshold of thresholds) {
      const crossing = { policy: id, threshold };
      const was = before.some((one) => one.policy === id && one.threshold === threshold);
      const level = threshold - (was ? hysteresis : 0);
      if (count * 100 >= level * capacity) {
        reached.push(crossing);
        if (!was) up.push(crossing);
      } else if (was) down.push(crossing);
    }
  }
  return { reached, up, down };
}
