/** Many answers of many schedules in one digest, for comparison between hosts. */
import { createHash } from 'node:crypto';
import { Settings } from 'luxon';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import type { TimeZoneTable } from '../../../src/checks/time/table-zones.js';
import { exportTimeZones, tableTimeZones } from '../../../src/checks/time/table-zones.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import type { ScheduleBody } from '../../../src/policy/document.js';

const FROM = Date.UTC(2010, 0, 1);
const UNTIL = Date.UTC(2030, 0, 1);
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Apia',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
];

const SCHEDULES: readonly ScheduleBody[] = [
  { windows: [{ days: ['sa', 'su'], from: '22:00', until: '02:30' }] },
  {
    windows: [{ days: ['mo', 'su'], from: '02:15', until: '02:45' }],
    except: [{ from: '2011-12-30', until: '2012-01-02' }],
  },
  {
    recurrences: [
      {
        start: '2005-01-01T01:30',
        duration: 'PT26H',
        rrule: 'FREQ=MONTHLY;BYDAY=-1SU,1SU;UNTIL=20281231T120000Z',
      },
    ],
  },
  {
    recurrences: [
      {
        start: '2010-03-01T23:30',
        duration: 'PT2H',
        rrule: 'FREQ=DAILY;COUNT=3000',
        exdates: ['2011-12-31T23:30'],
      },
    ],
  },
  { events: [{ from: '2011-12-29T12:00', until: '2011-12-31T12:00' }] },
];

/**
 * The digest and the number of answers. `table` is where zones come from: luxon when absent; `'make'`
 * returns the table as JSON instead.
 */
export function digest(options: { now: number; table?: TimeZoneTable | 'make' }): string {
  Settings.now = () => options.now;
  if (options.table === 'make')
    return JSON.stringify(exportTimeZones(luxonTimeZones, ZONES, FROM, UNTIL));
  const source = options.table === undefined ? luxonTimeZones : tableTimeZones(options.table);
  const answers: unknown[] = [];
  for (const name of ZONES) {
    const zone = compileZone(source, name);
    for (const body of SCHEDULES) {
      const schedule = compileSchedule(body, undefined, zone);
      for (const year of [2011, 2024, 2026]) {
        const from = Date.UTC(year, 0, 1);
        for (const span of schedule.openSpans(from, Date.UTC(year + 1, 0, 15))) {
          answers.push(span.from, span.until, schedule.openedOn(span.from));
        }
        for (let ms = from; ms < from + 370 * 86_400_000; ms += 86_400_000)
          answers.push(schedule.isOpen(ms));
      }
    }
  }
  return `${createHash('sha256').update(JSON.stringify(answers)).digest('hex')} ${answers.length}`;
}
