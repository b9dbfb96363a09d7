/** What must hold for any text that claims to be a recurrence rule. */
import { isDeepStrictEqual } from 'node:util';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { zoneTest } from '../../../src/engine/compile.js';
import type { Recurrence } from '../../../src/policy/document.js';
import { parseSchedule } from '../../../src/policy/parse-schedule.js';
import {
  parseDuration,
  parseRecurrenceRule,
  type RecurrenceRule,
} from '../../../src/policy/recurrence-rule.js';
import { DAY_MS, HOUR_MS, parseInstant } from '../../../src/values/instant.js';
import { occurrences, wallOf } from '../../reference/time.js';
import { type Attempt, type GuidedTarget, must } from './target.js';

const NAMES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];

/**
 * A rule, and on the lines after it the start, the duration and the number of a zone; what is missing is filled in.
 * An accepted rule is compiled, and asked beside the oracle of `test/reference`.
 */
export function rruleTarget(): GuidedTarget {
  return {
    name: 'rrule',
    structure: 'text',
    seeds: SEEDS,
    dictionary: DICTIONARY,
    attempt(input, attempt) {
      const [text = '', start = '', duration = '', zone = ''] = input.split('\n');
      const outcome = attempt.timed(() => parseRecurrenceRule(text));
      if (!outcome.ok) {
        must(outcome.code === 'rrule' && outcome.detail.length < 400, 'refused in other words');
        attempt.tell(outcome.detail.split('`', 1)[0] ?? '');
        return 'refused';
      }
      mustBeInRange(outcome.value);
      const written = ruleText(outcome.value);
      const again = parseRecurrenceRule(written);
      must(again.ok && isDeepStrictEqual(again.value, outcome.value), 'written out it is another');
      const timeZone = ZONES[Number(zone) % ZONES.length] ?? 'UTC';
      const body = {
        timeZone,
        recurrences: [
          { rrule: text, start: start || '2026-01-05T09:00', duration: duration || 'PT2H' },
        ],
      };
      const parsed = attempt.timed(() => parseSchedule(body, zoneTest(luxonTimeZones)));
      for (const { code } of parsed.ok ? [] : parsed.issues) attempt.tell(code);
      if (!parsed.ok) return 'judged';
      const recurrence = parsed.value.schedule.recurrences?.[0];
      must(recurrence !== undefined, 'the recurrence is lost');
      askBesideOracle(recurrence, timeZone, attempt);
      return 'accepted';
    },
  };
}

/** Days after the start at which both are asked: the oracle walks there day by day. */
const DAYS = [-1, 0, 1, 6, 7, 30, 59, 181, 366, 800];

function askBesideOracle(recurrence: Recurrence, timeZone: string, attempt: Attempt): void {
  const zone = compileZone(luxonTimeZones, timeZone);
  const compiled = attempt.timed(() => {
    return compileSchedule({ timeZone, recurrences: [recurrence] }, undefined, zone);
  });
  const start = parseInstant(`${recurrence.start}:00Z`);
  const oracle = oracleOf(recurrence, timeZone, Math.floor(start / DAY_MS) + ORACLE_DAYS);
  for (const days of DAYS) {
    const at = start + days * DAY_MS + (days % 3) * HOUR_MS;
    if (!(at > FIRST && at < LAST)) continue;
    const open = attempt.timed(() => compiled.isOpen(at));
    must(open === oracle(at), `the oracle says otherwise \`${at}\``);
    const next = attempt.timed(() => compiled.nextChange(at));
    attempt.tell(`${open} ${next === null ? 'never' : Math.floor(Math.log2(next - at))}`);
    if (next === null) continue;
    must(next > at, 'the next change is not later');
    must(compiled.isOpen(next - 1) === open, `changed before \`${at}\``);
    // Beyond 80 years the search may end without a change.
    if (next - at < 79 * 366 * DAY_MS) must(compiled.isOpen(next) !== open, `no change \`${at}\``);
    if (next - start < (ORACLE_DAYS - 2) * DAY_MS && next < LAST) {
      must(oracle(next) === !open, `the oracle sees no change \`${at}\``);
    }
  }
  const spans = attempt.timed(() => [...compiled.openSpans(start, start + 60 * DAY_MS)]);
  for (const [index, { from, until }] of spans.entries()) {
    must(from < until && from >= (spans[index - 1]?.until ?? start - 1), 'spans out of order');
  }
}

/** Days from the start for which the oracle lists what occurs. */
const ORACLE_DAYS = 900;
const FIRST = parseInstant('0001-02-01T00:00:00Z');
const LAST = parseInstant('9990-01-01T00:00:00Z');

/** Whether the oracle holds it to be open at an instant: its occurrences are listed once. */
function oracleOf(
  recurrence: Recurrence,
  timeZone: string,
  lastDay: number,
): (ms: number) => boolean {
  const starts = occurrences(recurrence, timeZone, lastDay);
  const length = parseDuration(recurrence.duration) ?? 0;
  return (ms) => {
    const minute = wallOf(ms, timeZone);
    return starts.some((from) => from <= minute && minute < from + length);
  };
}

function mustBeInRange(rule: RecurrenceRule): void {
  must(rule.interval >= 1 && rule.interval <= 999, 'an interval out of range');
  must(
    rule.count === undefined || (rule.count >= 1 && rule.count <= 10_000),
    'a count out of range',
  );
  must(rule.count === undefined || rule.until === undefined, 'both COUNT and UNTIL');
  const within = (list: readonly number[], most: number, least: number) =>
    list.every(
      (value) => Number.isInteger(value) && value !== 0 && value >= least && value <= most,
    );
  must(within(rule.byMonth, 12, 1), 'BYMONTH out of range');
  must(within(rule.byMonthDay, 31, -31), 'BYMONTHDAY out of range');
  must(within(rule.byYearDay, 366, -366), 'BYYEARDAY out of range');
  must(within(rule.byWeekNo, 53, -53), 'BYWEEKNO out of range');
  must(within(rule.bySetPos, 366, -366), 'BYSETPOS out of range');
}

/** The rule as RFC 5545 writes it. */
function ruleText(rule: RecurrenceRule): string {
  const list = (name: string, values: readonly unknown[]) =>
    values.length === 0 ? [] : [`${name}=${values.join(',')}`];
  const days = rule.byDay.map(({ ordinal, weekday }) => `${ordinal || ''}${NAMES[weekday]}`);
  return [
    `FREQ=${rule.freq}`,
    `INTERVAL=${rule.interval}`,
    ...(rule.count === undefined ? [] : [`COUNT=${rule.count}`]),
    ...(rule.until === undefined ? [] : [`UNTIL=${endText(rule.until)}`]),
    ...list('BYMONTH', rule.byMonth),
    ...list('BYMONTHDAY', rule.byMonthDay),
    ...list('BYDAY', days),
    ...list('BYYEARDAY', rule.byYearDay),
    ...list('BYWEEKNO', rule.byWeekNo),
    ...list('BYSETPOS', rule.bySetPos),
    `WKST=${NAMES[rule.weekStart]}`,
  ].join(';');
}

function endText(end: NonNullable<RecurrenceRule['until']>): string {
  const ms = end.kind === 'wall' ? end.wallMinutes * 60_000 : end.instant;
  const text = new Date(ms).toISOString().slice(0, 19).replace(/[-:]/gu, '');
  return end.kind === 'wall' ? text : `${text}Z`;
}

const SEEDS = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=10;COUNT=5\n2026-03-28T02:30\nP1D',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU\n2026-01-06T22:00\nPT9H\n1',
  'FREQ=WEEKLY;UNTIL=20261224T000000Z;BYDAY=MO,WE,FR\n2026-10-19T02:00\nPT30M\n2',
  'FREQ=MONTHLY;BYDAY=1MO,-1FR\n2026-01-05T09:00\nPT2H',
  'FREQ=MONTHLY;BYMONTHDAY=-1,31;BYSETPOS=1',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;INTERVAL=3',
  'FREQ=YEARLY;BYWEEKNO=20,-1,53;BYDAY=MO\n2020-01-01T00:00\nP31D',
  'FREQ=YEARLY;BYYEARDAY=1,100,-366;UNTIL=20401231',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29\n2024-02-29T23:59\nPT1M',
  'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
  'FREQ=YEARLY;BYDAY=53MO,-53SU;COUNT=10000\n0001-01-01T00:00\nPT1M',
  'FREQ=WEEKLY;COUNT=3\n9999-12-20T23:00\nP1DT1H1M\n3',
];

const NUMBERED = ['BYMONTH', 'BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYSETPOS'];
const EDGES = [1, 2, 5, 12, 28, 29, 30, 31, 52, 53, 365, 366, -1, -2, -28, -29, -31, -53, -366];

const DICTIONARY = [
  ...NUMBERED.flatMap((name) => EDGES.map((number) => `${name}=${number}`)),
  ...['FREQ=DAILY', 'FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=YEARLY', 'WKST=SU', 'WKST=TH'],
  ...[
    'BYDAY=MO',
    'BYDAY=SA,SU',
    'BYDAY=1MO',
    'BYDAY=-1SU',
    'BYDAY=5WE',
    'BYDAY=MO,TU,WE,TH,FR,SA,SU',
  ],
  ...[1, 2, 3, 12, 13, 52, 366, 999].map((interval) => `INTERVAL=${interval}`),
  ...[1, 2, 10, 366, 10_000].map((count) => `COUNT=${count}`),
  ...['UNTIL=20261225', 'UNTIL=20270101T120000', 'UNTIL=20260329T010000Z', 'UNTIL=99991231'],
  ...['P28D', 'P29D', 'P30D', 'P31D', 'P7D', 'P6DT23H59M', 'PT744H', 'PT25H'],
  ...['FREQ=', 'INTERVAL=', 'COUNT=', 'UNTIL=', 'BYMONTH=', 'BYMONTHDAY=', 'BYDAY=', 'BYYEARDAY='],
  ...['BYWEEKNO=', 'BYSETPOS=', 'WKST=', 'BYHOUR=', 'BYMINUTE=', 'BYEASTER=', 'RSCALE=', 'RRULE:'],
  ...['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'HOURLY', 'SECONDLY', ...NAMES, '1MO', '-1SU', '5TH'],
  ...['+1', '-1', '0', '00', '007', '53', '-53', '366', '-366', '999', '1000', '10000', '10001'],
  ...['20260329T023000', '20261025T003000Z', '99991231', '00010101', '20240229', '20230229T000000'],
  ...[
    '2026-03-29T02:30',
    '2026-10-25T02:30',
    '9999-12-31T23:59',
    '0001-01-01T00:00',
    '2024-02-29T00:00',
  ],
  ...['P1D', 'PT1M', 'P31D', 'PT44640M', 'P0D', 'PT', 'P', 'PT24H', 'P31DT1M', '0', '1', '2', '3'],
  ...[';', ',', '=', 'freq=daily', ' ', '\t', '１', '٣'],
];
