/** What a site remembers of one door or stop between openings: who came first, and when the last one left. */
import { formatInstant, parseInstant } from '../../values/instant.js';
import { UNLOCKS_MAX } from '../../values/limits.js';
import type { EntityName } from '../events/event.js';
import type { Json, SiteRecord } from '../record.js';

/** An unlock schedule whose span the last to leave has ended. */
export interface EndedUnlock {
  /** Id of the schedule. */
  readonly schedule: string;
  /** Epoch milliseconds. The span of that instant is over; the next one begins as ever. */
  readonly at: number;
}

/** What is remembered of a door or stop. */
export interface DoorRecord {
  /** Epoch milliseconds of authorised openings that may still hold the door unlocked, ascending. */
  readonly arrivals: readonly number[];
  readonly ended: readonly EndedUnlock[];
  /** What was remembered cannot be read: until somebody puts that right, no schedule unlocks the door. */
  readonly damaged?: true;
}

/** Of a door of which nothing is remembered. */
export const NOTHING_REMEMBERED: DoorRecord = { arrivals: [], ended: [] };

/** The id of the record of a door or stop; the two may share ids. */
export function doorRecordId({ type, id }: EntityName): string {
  return `${type} ${id}`;
}

/** What is remembered, as a record. */
export function encodeDoorRecord(door: EntityName, { arrivals, ended }: DoorRecord): SiteRecord {
  return {
    kind: 'door_state',
    id: doorRecordId(door),
    body: {
      arrivals: arrivals.slice(-UNLOCKS_MAX).map((arrival) => formatInstant(arrival)),
      ended: ended.map(({ schedule, at }) => ({ schedule, at: formatInstant(at) })),
    },
  };
}

/**
 * What a record says of a door; nothing for no record. Of a damaged one nothing is believed, and no schedule unlocks
 * the door.
 */
export function parseDoorRecord(record: SiteRecord | undefined): DoorRecord {
  if (record === undefined) return NOTHING_REMEMBERED;
  const arrivals = listOf(record.body['arrivals'], instantOf);
  const ended = listOf(record.body['ended'], endedOf);
  if (arrivals === undefined || ended === undefined) {
    return { ...NOTHING_REMEMBERED, damaged: true };
  }
  return { arrivals: arrivals.sort((a, b) => a - b), ended };
}

/** Every element read, or undefined if one cannot be, or there are more than a door has unlocks. */
function listOf<T>(value: Json | undefined, read: (each: Json) => T | undefined): T[] | undefined {
  if (!Array.isArray(value) || value.length > UNLOCKS_MAX) return undefined;
  const all = (value as readonly Json[]).map(read);
  const known = all.filter((each) => each !== undefined);
  return known.length === all.length ? known : undefined;
}

function instantOf(value: Json | undefined): number | undefined {
  const instant = typeof value === 'string' ? parseInstant(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

function endedOf(value: Json): EndedUnlock | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { schedule, at } = value as { readonly [member: string]: Json };
  const instant = instantOf(at);
  return typeof schedule === 'string' && instant !== undefined
    ? { schedule, at: instant }
    : undefined;
}
