/** Weeks that are nobody's: of a door that stands open for everybody, and of a schedule by itself. */
import { compilePolicy, type Engine, type Policy, parsePolicy } from 'doorwright';
import { type OpenNeed, openHours } from 'doorwright/analysis';
import type { Site } from './sites.js';

/** A stretch of time, epoch milliseconds. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

/** When a door or stop stands unlocked, for somebody who holds no right at all; with a need where somebody must arrive first. */
export function unlockedHours(
  { policy }: Site,
  resource: { readonly type: string; readonly id: string },
  range: Range,
): readonly OpenNeed[] {
  const stranger = strangerTo(policy);
  const engine = engineOf({ ...policy, users: [...(policy.users ?? []), { id: stranger }] });
  return needsAt(engine, stranger, resource, range);
}

/** When a schedule is open, by the clock that it names, or the site's. */
export function scheduleHours(
  { policy, timeZone }: Site,
  schedule: string,
  range: Range,
): readonly OpenNeed[] {
  const { version, organization, calendars, schedules } = policy;
  const engine = engineOf({
    ...{ version, organization: { ...organization, timeZone } },
    ...{ calendars: calendars ?? [], schedules: schedules ?? [] },
    places: [{ id: 'place' }],
    doors: [{ id: 'door', place: 'place', unlock: [{ schedule }] }],
    users: [{ id: 'stranger' }],
  });
  return needsAt(engine, 'stranger', { type: 'door', id: 'door' }, range);
}

/** The clock of a schedule. */
export function scheduleZone({ policy, timeZone }: Site, schedule: string): string {
  return policy.schedules?.find(({ id }) => id === schedule)?.timeZone ?? timeZone;
}

/** Days that calendars name: their names by date. Of one schedule those of its calendar, else of all. */
export function specialDays(
  { policy }: Site,
  schedule: string | undefined,
): ReadonlyMap<string, string> {
  const used = policy.schedules?.find(({ id }) => id === schedule)?.calendar;
  const days = (policy.calendars ?? [])
    .filter(({ id }) => schedule === undefined || id === used)
    .flatMap((calendar) => calendar.days);
  return new Map(days.map(({ date, name }) => [date, name ?? '']));
}

function needsAt(
  engine: Engine,
  user: string,
  { type, id }: { readonly type: string; readonly id: string },
  range: Range,
): readonly OpenNeed[] {
  const hours = openHours(engine, { type: 'user', id: user }, range);
  return hours.find(({ resource }) => resource.type === type && resource.id === id)?.needs ?? [];
}

function engineOf(document: unknown): Engine {
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw new TypeError(parsed.issues[0]?.message);
  return compilePolicy(parsed.value) as Engine;
}

/** An id that nobody has. */
function strangerTo({ users = [] }: Policy): string {
  const taken = new Set<string>(users.map(({ id }) => id));
  let id = 'stranger';
  while (taken.has(id)) id += '-';
  return id;
}
