/** Member check-ins: who was at a place on which day, by the first permitted entry of that day. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { zoneAt } from '../../engine/snapshot.js';
import { numberOf } from '../../engine/table.js';
import { v } from '../../policy/schema-nodes.js';
import { DAY_MS } from '../../values/instant.js';
import { formatLocalDate, parseLocalDate } from '../../values/local-time.js';
import type { Passing } from '../presence/passing.js';
import { idField, instantField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** One check-in. */
export interface CheckIn {
  readonly place: string;
  /** The local day at the place, `YYYY-MM-DD`. */
  readonly day: string;
  /** Id of the user. */
  readonly user: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The door or stop. */
  readonly door: string;
}

/** The record `check_in`. */
export const checkInShape = recordShape<CheckIn>('check_in', () =>
  v.strictObject({
    place: idField,
    day: v.pipe(
      v.string(),
      v.maxLength(10),
      v.check((day) => parseLocalDate(day) !== undefined, 'must be a date that exists'),
    ),
    user: idField,
    at: instantField,
    door: idField,
  }),
);

/** What all ids of one place's check-ins begin with, by ascending day; or those of one day. */
export function checkInPrefixOf(place: string, day?: string): string {
  return day === undefined ? `${place}/` : `${place}/${day}/`;
}

/** The id of the record of one check-in: a day has one for each user and place, however often it is written. */
export function checkInId({ place, day, user }: Pick<CheckIn, 'place' | 'day' | 'user'>): string {
  return `${checkInPrefixOf(place, day)}${user}`;
}

/**
 * The local day at a place; undefined where neither the place nor the organisation has a time zone.
 * @throws RangeError outside what the engine's time-zone source knows.
 */
export function localDay(engine: Engine, place: string, time: number): string | undefined {
  const s = snapshotOf(engine);
  const zone = zoneAt(s, numberOf(s.tables.places, place));
  if (zone === undefined) return undefined;
  return formatLocalDate(Math.floor((time + zone.offsetAt(time)) / DAY_MS));
}

/** The first local day that is kept when so many days are, today included; without a time zone by UTC. */
export function oldestDayKept(engine: Engine, place: string, time: number, days: number): string {
  const today = localDay(engine, place, time);
  const number = today === undefined ? Math.floor(time / DAY_MS) : (parseLocalDate(today) ?? 0);
  return formatLocalDate(number - days + 1);
}

/** The check-in that a permitted passing is, if it is one: of a user who stands there and does not leave. */
export function checkInOf(engine: Engine, passing: Passing): CheckIn | undefined {
  const { subject, place, door, direction, standing, time } = passing;
  if (subject.type !== 'user' || direction === 'exit' || !standing) return undefined;
  const day = localDay(engine, place, time);
  return day === undefined ? undefined : { place, day, user: subject.id, at: time, door };
}
