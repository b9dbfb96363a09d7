/** Doors that stand open to everybody by accident, unlocks that never take effect, hours that never meet. */
import type { CompiledSchedule } from '../../checks/time/schedule.js';
import type { Zone } from '../../checks/time/zone.js';
import type { PortalRecord, ScheduleRecord, UnlockRecord } from '../../engine/records.js';
import { GROUP, scopeCode } from '../../engine/scope-code.js';
import { compiledFor, zoneAt, zoneOf } from '../../engine/snapshot.js';
import { at, find } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';
import { DAY_MS } from '../../values/instant.js';
import { type Ground, type Path, portalsIn } from './ground.js';
import { enabledSchedule, meet, reachOf } from './meeting.js';
import { capped, nameOf } from './words.js';

/** Spans of an unlock schedule that are looked at for an arrival that could begin them: years of days. */
const SPANS_MAX = 2000;

/** What an unlock's schedules come to: the same at every door of a zone. */
interface Timing {
  readonly always: boolean;
  /** Whether a first arrival could begin a span; true where none is asked for. */
  readonly begins: boolean;
}

/** Codes `unlock_always_open` and `unlock_never_opens`. */
export function lintUnlocks(ground: Ground): void {
  const known = new Map<string, Timing>();
  const timingOf = (unlock: UnlockRecord, zone: Zone | undefined): Timing => {
    const key = `${unlock.schedule} ${unlock.arrival} ${zone?.name ?? ''}`;
    const found = known.get(key) ?? findTiming(ground, unlock, zone);
    known.set(key, found);
    return found;
  };
  for (const { portal, path } of ground.openables) {
    portal.unlocks.forEach((unlock, index) => {
      const timing = timingOf(unlock, zoneAt(ground.s, portal.place));
      lintUnlock(ground, portal, unlock, timing, [...path, 'unlock', index]);
    });
  }
}

/** The code `hours_never_meet`: of a door with its place, and of a group with its doors. */
export function lintHours(ground: Ground): void {
  const { s } = ground;
  const known = new Map<string, boolean>();
  /** Whether schedules that do open, each for itself, never do so together. */
  const apart = (numbers: readonly number[], zone: Zone | undefined): boolean => {
    const key = `${numbers.join(' ')} ${zone?.name ?? ''}`;
    let found = known.get(key);
    if (found === undefined) {
      const records = numbers.flatMap((number) => enabledSchedule(s, number) ?? []);
      found =
        records.length > 1 &&
        !records.some((record) => ground.unexamined.has(record)) &&
        records.every((record) => meet(s, [record], zone, ground.now)) &&
        !meet(s, records, zone, ground.now);
      known.set(key, found);
    }
    return found;
  };
  for (const { portal, path } of ground.openables) {
    const own = portal.restrictions?.schedule ?? -1;
    const above = at(s.tables.places, portal.place)?.restrictions?.schedule ?? -1;
    if (own < 0 || above < 0 || !apart([own, above], zoneAt(s, portal.place))) continue;
    const message = `the hours of ${nameOf(portal)} and of its place never meet`;
    ground.report('hours_never_meet', [...path, 'restrictions', 'schedule'], message);
  }
  ground.policy.groups?.forEach(({ id }, index) => {
    const group = find(s.tables.groups, id);
    const own = group?.restrictions?.schedule ?? -1;
    if (group === undefined || own < 0) return;
    const shut = portalsIn(ground, scopeCode(GROUP, group.number)).filter((portal) => {
      const above = at(s.tables.places, portal.place)?.restrictions?.schedule ?? -1;
      const numbers = [own, portal.restrictions?.schedule ?? -1, above].filter((each) => each >= 0);
      return apart(numbers, zoneAt(s, portal.place));
    });
    if (shut.length === 0) return;
    const names = capped(shut.map(nameOf));
    const message = `the hours of group ${quote(id)} never meet those at ${names}`;
    const related = shut.map((portal) => ground.pathOf.get(portal) ?? []);
    ground.report(
      'hours_never_meet',
      ['groups', index, 'restrictions', 'schedule'],
      message,
      related,
    );
  });
}

function findTiming(ground: Ground, unlock: UnlockRecord, zone: Zone | undefined): Timing {
  const { schedules } = ground.s.tables;
  const schedule = at(schedules, unlock.schedule);
  const arrival = unlock.arrival < 0 ? undefined : at(schedules, unlock.arrival);
  return {
    always: schedule !== undefined && isAlwaysOpen(ground, schedule, zone),
    begins:
      schedule === undefined || arrival === undefined || mayBegin(ground, schedule, arrival, zone),
  };
}

function lintUnlock(
  ground: Ground,
  portal: PortalRecord,
  unlock: UnlockRecord,
  timing: Timing,
  path: Path,
): void {
  const { s, now } = ground;
  const name = nameOf(portal);
  const schedule = at(s.tables.schedules, unlock.schedule);
  if (schedule === undefined) return;
  if (!schedule.enabled) {
    const message = `the unlock schedule of ${name} is switched off`;
    ground.report('unlock_never_opens', [...path, 'schedule'], message);
    return;
  }
  const arrival = unlock.arrival < 0 ? undefined : at(s.tables.schedules, unlock.arrival);
  if (arrival !== undefined && !arrival.enabled) {
    const message = `the arrival schedule of ${name} is switched off, so nobody counts as first`;
    ground.report('unlock_never_opens', [...path, 'firstToArrive'], message);
    return;
  }
  const handedOver = now !== undefined && portal.tenant >= 0 && portal.tenantSince <= now;
  if (!handedOver && timing.always) {
    const since = arrival === undefined ? '' : ' once somebody has arrived';
    const message = `${name} stands open to everybody at all hours${since}`;
    ground.report('unlock_always_open', path, message);
  }
  if (!timing.begins) {
    const message = `nobody can arrive in time at ${name}: the arrival schedule never opens on a day of the unlock schedule before it ends`;
    ground.report('unlock_never_opens', [...path, 'firstToArrive'], message);
  }
}

/** Open without a pause, exceptional days aside. */
function isAlwaysOpen(ground: Ground, record: ScheduleRecord, zone: Zone | undefined): boolean {
  const { windows, recurrences, events } = record.document;
  if (windows === undefined && recurrences === undefined && events === undefined) return true;
  if (ground.unexamined.has(record)) return false;
  const compiled = compiledFor(ground.s, record, zone);
  if (compiled === undefined) return false;
  const { from } = reachOf(ground.s, [record], ground.now);
  return untilUnknown(false, () => compiled.isOpen(from) && compiled.nextChange(from) === null);
}

/**
 * Whether some span of the unlock schedule could be begun by an arrival: inside the arrival schedule, on or after the
 * date on which the span began, before it ends (D3). True where too much would have to be looked at.
 */
function mayBegin(
  ground: Ground,
  schedule: ScheduleRecord,
  arrival: ScheduleRecord,
  fallback: Zone | undefined,
): boolean {
  const { s, now, unexamined } = ground;
  if (unexamined.has(schedule) || unexamined.has(arrival)) return true;
  const unlocks = compiledFor(s, schedule, fallback);
  const arrivals = compiledFor(s, arrival, fallback);
  const zone = zoneOf(s, schedule, fallback);
  if (unlocks === undefined || arrivals === undefined || zone === undefined) return true;
  const { from, until } = reachOf(s, [schedule, arrival], now);
  return untilUnknown(true, () => {
    let spans = 0;
    for (const span of unlocks.openSpans(from, until)) {
      if (++spans > SPANS_MAX) return true;
      const began = unlocks.openedOn(span.from);
      if (began === undefined || began === Number.NEGATIVE_INFINITY) return true;
      const day = began * DAY_MS - zone.offsetAt(span.from);
      if (opensIn(arrivals, Math.min(day, span.from), span.until)) return true;
    }
    // A schedule that never opens is told as such.
    return spans === 0;
  });
}

function opensIn(schedule: CompiledSchedule, from: number, until: number): boolean {
  if (schedule.isOpen(from)) return true;
  const change = schedule.nextChange(from);
  return change !== null && change < until;
}

/** An answer, or another one where the source of zones ends. */
function untilUnknown<T>(otherwise: T, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}
