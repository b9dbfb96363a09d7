/** What is taken away from groups, doors, places, schedules and calendars, laid over a policy. */
import { sameValue } from '../admin/same-value.js';
import type { Lockdown, Schedule } from '../policy/document.js';
import { less, type Overlay } from './overlay.js';
import type { Withdrawal } from './withdrawal.js';

/** No id of a document: the schedule of groups that let nobody in. */
const NEVER = 'withdrawn/never';

/** Groups that give nothing or less, doors and places that stay shut, lockdowns to be in force. */
export function withdrawOpenings(overlay: Overlay, withdrawal: Withdrawal): void {
  for (const { group: id, doors, stops } of withdrawal.openings ?? []) {
    leaveGroup(overlay, id, doors, stops);
  }
  for (const id of withdrawal.groups ?? []) {
    const group = overlay.find('groups', id);
    if (group === undefined || group.enabled === false) continue;
    overlay.lay('groups', { ...group, enabled: false });
  }
  for (const id of withdrawal.narrowedGroups ?? []) narrowGroup(overlay, id);
  for (const id of withdrawal.doors ?? []) {
    if (overlay.find('doors', id) !== undefined) shut(overlay, { type: 'door', id });
  }
  for (const id of withdrawal.places ?? []) {
    if (overlay.find('places', id) !== undefined) shut(overlay, { type: 'place', id });
  }
  for (const lockdown of withdrawal.lockdowns ?? []) lockDown(overlay, lockdown);
}

/** Shuts every door. Whoever lays this over closes all other questions, too. */
export function closeEverything(overlay: Overlay): void {
  shut(overlay, { type: 'organization', id: overlay.organization });
}

/** Schedules that are never open, and days on which nothing is. */
export function withdrawHours(overlay: Overlay, withdrawal: Withdrawal): void {
  for (const id of withdrawal.schedules ?? []) {
    const schedule = overlay.find('schedules', id);
    if (schedule === undefined || isNever(schedule)) continue;
    const { timeZone } = schedule;
    overlay.lay('schedules', never(id, timeZone === undefined ? {} : { timeZone }));
    // The calendar is no longer used here, and may seem to lie in one place.
    if (schedule.calendar !== undefined) overlay.close('calendar');
  }
  for (const { calendar: id, dates } of withdrawal.calendars ?? []) {
    const calendar = overlay.find('calendars', id);
    if (calendar === undefined) continue;
    const closed = new Set(dates);
    for (const { date, windows } of calendar.days) if (windows === undefined) closed.delete(date);
    if (closed.size === 0) continue;
    const kept = calendar.days.filter(({ date }) => !closed.has(date));
    const days = Object.freeze([...kept, ...[...closed].map((date) => Object.freeze({ date }))]);
    overlay.lay('calendars', { ...calendar, days });
  }
}

function leaveGroup(
  overlay: Overlay,
  id: string,
  doors: readonly string[] | undefined,
  stops: readonly string[] | undefined,
): void {
  const group = overlay.find('groups', id);
  if (group === undefined) return;
  const doorsLeft = less(group.doors, doors);
  const stopsLeft = less(group.stops, stops);
  if (doorsLeft === group.doors && stopsLeft === group.stops) return;
  overlay.lay('groups', {
    ...group,
    ...(doorsLeft === undefined ? {} : { doors: doorsLeft }),
    ...(stopsLeft === undefined ? {} : { stops: stopsLeft }),
  });
}

/** An access schedule that is never open, since that is what does not refuse at an exit reader (D11). */
function narrowGroup(overlay: Overlay, id: string): void {
  const group = overlay.find('groups', id);
  if (group === undefined || group.restrictions?.schedule === NEVER) return;
  const restrictions = Object.freeze({ ...group.restrictions, schedule: NEVER });
  overlay.lay('schedules', never(NEVER, {}));
  overlay.lay('groups', { ...group, restrictions });
  // The group's own schedule is no longer used here, and may seem to lie in one place; so may its calendar.
  for (const type of ['access_schedule', 'unlock_schedule', 'schedule', 'calendar']) {
    overlay.close(type);
  }
}

/** A schedule without a single event is never open; one that is switched off would demand nothing. */
function never(id: string, zone: Pick<Schedule, 'timeZone'>): Schedule {
  return { id, ...zone, events: Object.freeze([]) };
}

function isNever({ events, windows, recurrences, calendar }: Schedule): boolean {
  const others = windows ?? recurrences ?? calendar;
  return others === undefined && events?.length === 0;
}

/** A lockdown of one's own, that spares nobody but whoever leaves. */
function shut(overlay: Overlay, scope: Lockdown['scope']): void {
  const id = `withdrawn/${scope.type}/${scope.id}`;
  if (overlay.find('lockdowns', id) === undefined) overlay.lay('lockdowns', { id, scope });
}

/**
 * A lockdown of the source, beside whatever the state knows under its id: either may lock what the other does not. Its
 * own id here says all of it, so that two versions of one lockdown are two.
 */
function lockDown(overlay: Overlay, lockdown: Lockdown): void {
  const { type, id } = lockdown.scope;
  const isKnown =
    type === 'organization'
      ? id === overlay.organization
      : overlay.find(type === 'door' ? 'doors' : 'places', id) !== undefined;
  if (!isKnown || sameValue(overlay.find('lockdowns', lockdown.id), lockdown)) return;
  const { since = '', until = '', exempt = [], blocksExit = false } = lockdown;
  const said = [lockdown.id, type, id, since, until, blocksExit ? 'exits' : '', ...exempt].join(
    '/',
  );
  const own = `withdrawn/lockdown/${said}`;
  if (overlay.find('lockdowns', own) === undefined) {
    overlay.lay('lockdowns', { ...lockdown, id: own });
  }
}
