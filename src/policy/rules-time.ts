/** Rules about schedules, validity, calendars and time zones. Source: docs/policy.md, "Schedules". */
import { parseInstant } from '../values/instant.js';
import { parseLocalDate, parseLocalDateTime } from '../values/local-time.js';
import type { Calendar, Recurrence, ScheduleBody, Unlock, Validity } from './document.js';
import type { Report } from './issue-list.js';
import { quote } from './pointer.js';
import {
  DURATION_MINUTES_MAX,
  neverOccurs,
  parseDuration,
  parseRecurrenceRule,
} from './recurrence-rule.js';
import type { PolicyView } from './view.js';

/** The place whose zone counts: `undefined` for the organisation's alone, `null` where a scope does not exist. */
export type WherePlace = string | undefined | null;

/** A time zone that is written must be known: code `time_zone`. */
export function checkTimeZone(
  view: PolicyView,
  owner: { readonly timeZone?: string | undefined },
  pointer: string,
  report: Report,
): void {
  const { timeZone } = owner;
  if (timeZone === undefined || view.isTimeZone(timeZone)) return;
  const message = `unknown time zone ${quote(timeZone)}`;
  report({ pointer: `${pointer}/timeZone`, code: 'time_zone', message });
}

/** Codes `time_zone`, `reference` (calendar), `span`, `rrule`, `rrule_never`, `duration`. */
export function checkScheduleBody(
  view: PolicyView,
  body: ScheduleBody,
  pointer: string,
  report: Report,
): void {
  checkTimeZone(view, body, pointer, report);
  if (body.calendar !== undefined && view.find('calendars', body.calendar) === undefined) {
    const message = `unknown calendar ${quote(body.calendar)}`;
    report({ pointer: `${pointer}/calendar`, code: 'reference', message });
  }
  checkWindows(body.windows, `${pointer}/windows`, report);
  body.events?.forEach((event, index) => {
    const span = { from: parseLocalDateTime(event.from), until: parseLocalDateTime(event.until) };
    checkSpan(span, event.until, `${pointer}/events/${index}`, report);
  });
  body.except?.forEach((days, index) => {
    const span = { from: parseLocalDate(days.from), until: parseLocalDate(days.until) };
    checkSpan(span, days.until, `${pointer}/except/${index}`, report);
  });
  body.recurrences?.forEach((recurrence, index) => {
    checkRecurrence(recurrence, `${pointer}/recurrences/${index}`, report);
  });
}

/** Codes `span` and `duplicate`: a date written twice has no single meaning. */
export function checkCalendar(calendar: Calendar, pointer: string, report: Report): void {
  const seen = new Set<string>();
  calendar.days.forEach((day, index) => {
    const at = `${pointer}/days/${index}`;
    checkWindows(day.windows, `${at}/windows`, report);
    if (seen.has(day.date)) {
      report({
        pointer: `${at}/date`,
        code: 'duplicate',
        message: `date written twice ${quote(day.date)}`,
      });
    }
    seen.add(day.date);
  });
}

/** Codes `span`, `reference`, `time_zone_missing`, and those of an inline schedule. */
export function checkValidity(
  view: PolicyView,
  validity: Validity,
  place: WherePlace,
  pointer: string,
  report: Report,
): void {
  checkInstants(validity.from, validity.until, pointer, report);
  const { schedule } = validity;
  if (schedule === undefined) return;
  if (typeof schedule === 'string') {
    checkScheduleUse(view, schedule, place, `${pointer}/schedule`, report);
    return;
  }
  checkScheduleBody(view, schedule, `${pointer}/schedule`, report);
  if (schedule.timeZone === undefined) checkZoneAt(view, place, `${pointer}/schedule`, report);
}

/** Where both ends are written, the second must be later: code `span`. */
export function checkInstants(
  from: string | undefined,
  until: string | undefined,
  pointer: string,
  report: Report,
): void {
  if (from === undefined || until === undefined) return;
  checkSpan({ from: parseInstant(from), until: parseInstant(until) }, until, pointer, report);
}

/** Unlock schedules of a door or stop: codes `reference` and `time_zone_missing`. */
export function checkUnlock(
  view: PolicyView,
  unlock: readonly Unlock[] | undefined,
  place: string,
  pointer: string,
  report: Report,
): void {
  unlock?.forEach(({ schedule, firstToArrive }, index) => {
    const at = `${pointer}/${index}`;
    checkScheduleUse(view, schedule, place, `${at}/schedule`, report);
    if (firstToArrive !== undefined) {
      checkScheduleUse(view, firstToArrive, place, `${at}/firstToArrive`, report);
    }
  });
}

/**
 * A schedule named where a place, or without one the organisation, gives the zone: it must exist
 * (`reference`), and one of the three must have a zone (`time_zone_missing`).
 */
export function checkScheduleUse(
  view: PolicyView,
  id: string,
  place: WherePlace,
  pointer: string,
  report: Report,
): void {
  const schedule = view.find('schedules', id);
  if (schedule === undefined) {
    report({ pointer, code: 'reference', message: `unknown schedule ${quote(id)}` });
  } else if (schedule.timeZone === undefined) checkZoneAt(view, place, pointer, report);
}

/** Whether a schedule without a zone of its own has one at a place; true where the place is unknown. */
export function hasZone(view: PolicyView, place: WherePlace): boolean {
  // What does not exist is told where it is named; more about its zone would only repeat it.
  if (place === null) return true;
  if (place !== undefined) {
    const found = view.find('places', place);
    if (found === undefined || found.timeZone !== undefined) return true;
  }
  return view.organization.timeZone !== undefined;
}

function checkZoneAt(view: PolicyView, place: WherePlace, pointer: string, report: Report): void {
  if (hasZone(view, place)) return;
  const where =
    typeof place !== 'string' ? 'the organisation' : `the organisation nor place ${quote(place)}`;
  const message = `no time zone: neither the schedule nor ${where} has one`;
  report({ pointer, code: 'time_zone_missing', message });
}

function checkWindows(
  windows: readonly { readonly from: string; readonly until: string }[] | undefined,
  pointer: string,
  report: Report,
): void {
  windows?.forEach((window, index) => {
    // An earlier end lies on the next day, so only an equal one is no span.
    if (window.from !== window.until) return;
    const message = `a window must not end when it begins (all day is 00:00 to 24:00) ${quote(window.until)}`;
    report({ pointer: `${pointer}/${index}/until`, code: 'span', message });
  });
}

function checkSpan(
  span: { readonly from: number | undefined; readonly until: number | undefined },
  until: string,
  pointer: string,
  report: Report,
): void {
  if (span.from !== undefined && span.until !== undefined && span.until > span.from) return;
  report({
    pointer: `${pointer}/until`,
    code: 'span',
    message: `the end is not after its start ${quote(until)}`,
  });
}

function checkRecurrence(recurrence: Recurrence, pointer: string, report: Report): void {
  const minutes = parseDuration(recurrence.duration);
  if (minutes === undefined || !(minutes > 0 && minutes <= DURATION_MINUTES_MAX)) {
    const message = `must last more than nothing and at most 31 days ${quote(recurrence.duration)}`;
    report({ pointer: `${pointer}/duration`, code: 'duration', message });
  }
  const rule = parseRecurrenceRule(recurrence.rrule);
  if (!rule.ok) {
    const message = `${rule.detail.replace(/ `[^`]*`$/u, '')} ${quote(recurrence.rrule)}`;
    report({ pointer: `${pointer}/rrule`, code: 'rrule', message });
    return;
  }
  const start = parseLocalDateTime(recurrence.start);
  if (start !== undefined && neverOccurs(rule.value, start)) {
    const message = `never occurs from ${recurrence.start} on ${quote(recurrence.rrule)}`;
    report({ pointer: `${pointer}/rrule`, code: 'rrule_never', message });
  }
}
