/** Scheduled reports at a site: making and ending them, sending what is due, and the lines of one report. */

import type { EventFilter } from '../../admin/events/event.js';
import { eventLine, exportHeader } from '../../admin/events/event-line.js';
import { csvLine } from '../../admin/import/cell.js';
import {
  duePeriod,
  isUserOfPlace,
  lastPeriodEnd,
  type ReportPeriod,
  type ReportSchedule,
  reportNeeds,
  reportScheduleShape,
} from '../../admin/reports/report-schedule.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Assignment } from '../../policy/document.js';
import { allRecords } from './all-records.js';
import type { Actor, Site, WriteResult } from './site.js';

/** A report to be sent from now on. */
export type ReportOrder = Omit<ReportSchedule, 'maker' | 'sentUntil'>;

/** Why a report cannot be scheduled or ended. */
export type ReportCode =
  | 'malformed'
  | 'unknown_place'
  | 'unknown_user'
  | 'unknown_report'
  | 'no_time_zone';

/** Schedules a report. Its first period is the one that is running now. */
export function scheduleReport(
  site: Site,
  actor: Actor,
  order: ReportOrder,
): Promise<WriteResult<{ readonly id: string }, ReportCode>> {
  return site.write<{ readonly id: string }, ReportCode>({
    actor,
    operation: 'report_schedule.create',
    plan: ({ engine, time, newId }) => {
      const sentUntil = lastPeriodEnd(engine, order, time);
      if (sentUntil === undefined) {
        return { ok: false, code: 'no_time_zone', detail: 'a report needs a time zone' };
      }
      const read = reportScheduleShape.parse({ ...order, maker: actor.id, sentUntil });
      if (!read.ok) return read;
      const { place, to } = read.value;
      if (place !== undefined && findElement(engine, 'places', place) === undefined) {
        return { ok: false, code: 'unknown_place', detail: `unknown place \`${place}\`` };
      }
      const stranger = to.find((id) => findElement(engine, 'users', id) === undefined);
      if (stranger !== undefined) {
        return { ok: false, code: 'unknown_user', detail: `unknown user \`${stranger}\`` };
      }
      const id = newId();
      const records = { put: [reportScheduleShape.record(id, read.value)] };
      const needs = reportNeeds(read.value, 'create');
      const audit = { object: { type: 'report_schedule', id }, data: { name: read.value.name } };
      return { ok: true, value: { value: { id }, records, needs, audit } };
    },
  });
}

/** Ends a scheduled report. */
export function endReport(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<undefined, ReportCode>> {
  return site.write<undefined, ReportCode>({
    actor,
    operation: 'report_schedule.delete',
    plan: async ({ store }) => {
      const record = await store.record('report_schedule', id);
      if (record === undefined) {
        return { ok: false, code: 'unknown_report', detail: `unknown report \`${id}\`` };
      }
      const schedule = reportScheduleShape.ofRecord(record);
      const records = { remove: [{ kind: 'report_schedule' as const, id }] };
      const audit = { object: { type: 'report_schedule', id } };
      const right =
        schedule.maker === actor.id
          ? { own: true as const }
          : { needs: reportNeeds(schedule, 'delete') };
      return { ok: true, value: { value: undefined, records, audit, ...right } };
    },
  });
}

/**
 * Leaves a notice of kind `report` for everybody whose report is due, each period once. A schedule whose maker has
 * lost his right to it sends nothing. To be called every few minutes.
 * @returns ids of the schedules sent.
 */
export async function sendDueReports(site: Site): Promise<readonly string[]> {
  const sent: string[] = [];
  for (const { id } of await allRecords(site.store, 'report_schedule')) {
    const result = await site.write<boolean, never>({
      actor: { type: 'system', id: 'reports' },
      operation: 'report_schedule.send',
      plan: async ({ engine, time, store }) => {
        const record = await store.record('report_schedule', id);
        const schedule = record && reportScheduleShape.ofRecord(record);
        const period = schedule && duePeriod(engine, schedule, time);
        if (schedule === undefined || period === undefined || !mayStill(engine, schedule, time)) {
          return { ok: true, value: { value: false } };
        }
        const next = { ...schedule, sentUntil: period.until };
        const { name, report, format } = schedule;
        const object = { type: 'report_schedule', id };
        const notices = schedule.to.map((to) => ({
          kind: 'report',
          to: { type: 'user', id: to },
          object,
          data: { name, report, format, from: period.from, until: period.until },
        }));
        const records = { put: [reportScheduleShape.record(id, next)] };
        return { ok: true, value: { value: true, records, notices, audit: { object } } };
      },
    });
    if (result.ok && result.value) sent.push(id);
  }
  return sent;
}

/** Events fetched at once for a report. */
const PAGE = 1000;

/**
 * The lines of a report, each with its line end, as whoever delivers a notice needs them. Users and rights are those
 * of this moment.
 * @param period - as `periodOfReport` gives it for the dates that the notice names.
 */
export async function* renderReport(
  site: Site,
  schedule: Pick<ReportSchedule, 'report' | 'log' | 'place' | 'format'>,
  period: Pick<ReportPeriod, 'start' | 'end'>,
): AsyncGenerator<string, void, undefined> {
  const isCsv = schedule.format === 'csv';
  if (schedule.report !== 'events') {
    yield* rowLines(
      schedule.report === 'users' ? users(site, schedule.place) : rights(site, schedule.place),
      isCsv,
    );
    return;
  }
  const { log = 'access', place } = schedule;
  const format = isCsv ? 'csv' : 'cloudevents';
  const range = { from: period.start, until: period.end };
  const filter: EventFilter = place === undefined ? range : { ...range, place };
  yield exportHeader(format);
  for (let after = 0; ; ) {
    const page = await site.store.events(log, { filter, order: 'oldest', after, limit: PAGE });
    for (const event of page) yield eventLine(event, site.organization, format);
    if (page.length < PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}

type Row = Readonly<Record<string, string>>;

function* rowLines(rows: Iterable<Row>, isCsv: boolean): Generator<string> {
  let isFirst = true;
  for (const row of rows) {
    if (isCsv && isFirst) yield csvLine(Object.keys(row));
    isFirst = false;
    yield isCsv ? csvLine(Object.values(row)) : `${JSON.stringify(row)}\n`;
  }
}

function* users({ engine }: Site, place: string | undefined): Generator<Row> {
  for (const { id, name = '', email = '', segment = '', active } of elementsOf(engine, 'users')) {
    if (place !== undefined && !isUserOfPlace(engine, id, place)) continue;
    yield { id, name, email, segment, active: String(active !== false) };
  }
}

function* rights({ engine }: Site, place: string | undefined): Generator<Row> {
  for (const right of elementsOf(engine, 'assignments')) {
    const { id, subject, role, scope, validity = {}, grantedBy = '', enabled } = right;
    if (place !== undefined && placeOf(engine, scope) !== place) continue;
    yield {
      id,
      subject: `${subject.type} ${subject.id}`,
      role,
      scope: `${scope.type} ${scope.id}`,
      from: validity.from ?? '',
      until: validity.until ?? '',
      granted_by: grantedBy,
      enabled: String(enabled !== false),
    };
  }
}

function placeOf(engine: Engine, scope: Assignment['scope']): string | undefined {
  if (scope.type === 'place') return scope.id;
  if (scope.type === 'group') return findElement(engine, 'groups', scope.id)?.place;
  return scope.type === 'door' ? findElement(engine, 'doors', scope.id)?.place : undefined;
}

/** Whether its maker could make it still. */
function mayStill(engine: Engine, schedule: ReportSchedule, time: number): boolean {
  const subject = { type: 'user', id: schedule.maker };
  return reportNeeds(schedule, 'create').every(({ action, resource }) =>
    engine.check({ subject, action: { name: action }, resource, context: { time } }),
  );
}
