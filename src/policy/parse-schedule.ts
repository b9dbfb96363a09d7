/** A schedule outside a document, as `doorwright schedule` takes it. */
import {
  type Calendar,
  LOOSE_SCHEDULE_SCHEMA,
  type Organization,
  type Policy,
  SCHEDULE_FILE_SCHEMA,
  type ScheduleBody,
} from './document.js';
import { guarded, unlessUnreadable } from './guarded.js';
import { issueList, type Report } from './issue-list.js';
import type { Parsed } from './parse.js';
import { resolveModel } from './resolve-model.js';
import { eachElement, indexDocument } from './rules-document.js';
import { checkCalendar, checkScheduleBody } from './rules-time.js';
import { type Shaped, shapeOf } from './shape.js';
import { kindOf } from './shape-issues.js';
import { viewOf } from './view.js';

/** A schedule with the calendars it may name. */
export interface LooseSchedule {
  readonly schedule: ScheduleBody & {
    readonly id?: string | undefined;
    readonly name?: string | undefined;
  };
  readonly calendars: readonly Calendar[];
}

/**
 * A schedule as it stands in a document, its id optional, or `{ "schedule": …, "calendars": […] }`: without
 * calendars beside it, a schedule that names one is refused (`reference`). A frozen copy; never throws.
 */
export function parseSchedule(
  input: unknown,
  isTimeZone: (name: string) => boolean,
): Parsed<LooseSchedule> {
  const issues = issueList();
  const isFile = holdsSchedule(input);
  const shaped = shapeOf(isFile ? SCHEDULE_FILE_SCHEMA : LOOSE_SCHEDULE_SCHEMA)(
    input,
    issues.report,
  );
  unlessUnreadable(() => {
    const file = fileOf(guarded(shaped), isFile);
    if (file !== undefined) checkFile(file, isFile ? '/schedule' : '', isTimeZone, issues.report);
  });
  const file = fileOf(shaped.value, isFile);
  if (issues.count() > 0 || file === undefined) return { ok: false, issues: issues.inOrder() };
  return {
    ok: true,
    value: Object.freeze({ ...file, calendars: file.calendars ?? Object.freeze([]) }),
  };
}

/** A file as written: calendars may be missing. */
interface ScheduleFile {
  readonly schedule: LooseSchedule['schedule'];
  readonly calendars?: readonly Calendar[] | undefined;
}

function holdsSchedule(input: unknown): boolean {
  try {
    return kindOf(input) === 'object' && Object.hasOwn(input as object, 'schedule');
  } catch {
    // A proxy that refuses to be looked at; the shape says so.
    return false;
  }
}

function fileOf(value: Shaped['value'], isFile: boolean): ScheduleFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return isFile ? (value as ScheduleFile) : { schedule: value as LooseSchedule['schedule'] };
}

function checkFile(
  file: ScheduleFile,
  pointer: string,
  isTimeZone: (name: string) => boolean,
  report: Report,
): void {
  // The rules look things up in a document: this one holds nothing but the calendars.
  const organization: Organization = { id: 'schedule' };
  const policy: Policy = {
    version: 1,
    organization,
    get calendars() {
      return file.calendars;
    },
  };
  const view = viewOf(policy, indexDocument(policy, report), () => resolveModel(organization), {
    isTimeZone,
    allowDeprecatedRoles: false,
  });
  unlessUnreadable(() => checkScheduleBody(view, file.schedule, pointer, report));
  eachElement(policy, 'calendars', (calendar, index) => {
    checkCalendar(calendar, `/calendars/${index}`, report);
  });
}
