/** First to arrive: which openings are remembered, and which are of no more use. */
import { countingReader } from '../../checks/place/reader.js';
import type { CompiledSchedule } from '../../checks/time/schedule.js';
import type { Zone } from '../../checks/time/zone.js';
import { readRequest } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import { isOpening } from '../../engine/decide.js';
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import { compiledFor, zoneOf } from '../../engine/snapshot.js';
import { at } from '../../engine/table.js';
import { DAY_MS } from '../../values/instant.js';
import type { EntityName } from '../events/event.js';
import type { DoorRecord } from './door-record.js';
import { type Stranger, strangerAt } from './stranger.js';

/**
 * What to give the engine as `arrivals` of a door at an instant: what is remembered and lies not in the future. None for
 * a door whose record cannot be read.
 */
export function arrivalsFor({ arrivals, damaged }: DoorRecord, time: number): readonly number[] {
  return damaged ? [] : arrivals.filter((arrival) => arrival <= time);
}

/**
 * What is to be remembered after an opening; undefined when that is what is remembered already, so that a busy door
 * is written about once a day and not once a person.
 *
 * An arrival is an opening permitted to somebody by a right of his, not at an exit reader, inside the arrival schedule
 * of one of the door's unlocks. Of each such unlock the one of the latest local date suffices (D3 asks for
 * no more than that date), and only while it may still count: today, or since the present span began.
 */
export function rememberArrival(
  engine: Engine,
  request: AccessRequest,
  decision: Decision,
  remembered: DoorRecord,
): DoorRecord | undefined {
  const { zones } = snapshotOf(engine);
  const time = readRequest(request, zones);
  if (remembered.damaged || !isArrival(engine, request, decision, time)) return undefined;
  const waits = waitsOf(engine, request.resource, time);
  // Of what lies before the table of time zones begins, no date can be told.
  const before = remembered.arrivals.filter((each) => each >= zones.from);
  const isNew = waits.some(
    (wait) =>
      wait.arrivals.isOpen(time) &&
      before.every(
        (each) => !wait.arrivals.isOpen(each) || dateIn(wait.zone, each) < dateIn(wait.zone, time),
      ),
  );
  if (!isNew) return undefined;
  const all = [...before, time];
  const arrivals = all.filter((each) => waits.some((wait) => isOfUse(wait, each, all, time)));
  return { ...remembered, arrivals: arrivals.sort((a, b) => a - b) };
}

/** One unlock that waits for a first arrival. */
interface Wait {
  /** The zone in which the unlock's dates are read. */
  readonly zone: Zone;
  readonly unlock: CompiledSchedule;
  readonly arrivals: CompiledSchedule;
}

function isArrival(
  engine: Engine,
  request: AccessRequest,
  { decision, context }: Decision,
  time: number,
): boolean {
  if (!decision || context.reason !== 'granted' || !isOpening(request)) return false;
  const portal = strangerAt(engine, request.resource, time, [])?.portal;
  const { method, reader } = request.context;
  return (
    portal !== undefined && countingReader(portal.readers, method, reader)?.direction !== 'exit'
  );
}

function waitsOf(engine: Engine, door: EntityName, time: number): Wait[] {
  const stranger = strangerAt(engine, door, time, []);
  if (stranger === undefined) return [];
  return stranger.portal.unlocks.flatMap((unlock) => waitOf(stranger, unlock) ?? []);
}

function waitOf(
  { s, e }: Stranger,
  unlock: { readonly schedule: number; readonly arrival: number },
): Wait | undefined {
  const schedule = at(s.tables.schedules, unlock.schedule);
  const arrival = unlock.arrival < 0 ? undefined : at(s.tables.schedules, unlock.arrival);
  if (schedule === undefined || arrival === undefined || !arrival.enabled) return undefined;
  const zone = zoneOf(s, schedule, e.zone);
  const compiled = compiledFor(s, schedule, e.zone);
  const arrivals = compiledFor(s, arrival, e.zone);
  if (zone === undefined || compiled === undefined || arrivals === undefined) return undefined;
  return { zone, unlock: compiled, arrivals };
}

/** Whether an arrival may still hold an unlock: no other has a later date, and its own is today or in the present span. */
function isOfUse(wait: Wait, arrival: number, all: readonly number[], time: number): boolean {
  if (!wait.arrivals.isOpen(arrival)) return false;
  const date = dateIn(wait.zone, arrival);
  const isLatest = all.every((other) => {
    if (!wait.arrivals.isOpen(other)) return true;
    const otherDate = dateIn(wait.zone, other);
    return otherDate < date || (otherDate === date && other >= arrival);
  });
  const began = wait.unlock.openedOn(time);
  return isLatest && (date >= dateIn(wait.zone, time) || (began !== undefined && date >= began));
}

function dateIn(zone: Zone, instant: number): number {
  return Math.floor((instant + zone.offsetAt(instant)) / DAY_MS);
}
