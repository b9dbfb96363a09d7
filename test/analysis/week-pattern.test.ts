/** `whenOf`: what it says by week and dates is what the spans say, by a judge that reads the words alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whenOf } from '../../src/analysis/week-pattern.js';
import type { When } from '../../src/analysis/when.js';
import { luxonTimeZones } from '../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../src/checks/time/schedule.js';
import { compileZone, type Zone } from '../../src/checks/time/zone.js';
import type { ScheduleBody } from '../../src/policy/document.js';
import { DAY_MS, MINUTE_MS, type Span } from '../../src/values/instant.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kathmandu',
  // Midnight skipped and repeated; a date that never was.
  'America/Havana',
  'Africa/Cairo',
  'Pacific/Apia',
].map((name) => compileZone(luxonTimeZones, name));
const berlin = ZONES[0] as Zone;
const at = (text: string) => Date.parse(text);
const YEAR: Span = { from: at('2026-01-01T00:00:00Z'), until: at('2027-01-07T00:00:00Z') };

/** What a schedule opens within a span, as words. */
function wordsOf(body: ScheduleBody, zone: Zone, span: Span = YEAR): When {
  return whenOf(
    [...compileSchedule(body, undefined, zone).openSpans(span.from, span.until)],
    span,
    zone,
  );
}

/** Whether it holds at an instant, by week and dates alone: the reader's side of what `when.ts` promises. */
function said({ week, dates = [] }: When, zone: Zone, ms: number): boolean {
  if (week === 'always') return true;
  const wall = new Date(ms + zone.offsetAt(ms)).toISOString();
  const [date, time] = [wall.slice(0, 10), wall.slice(11, 23)];
  const lies = (from: string, until: string) => from <= time && (until === '24:00' || time < until);
  const other = dates.find((each) => each.date <= date && date < (each.until ?? next(each.date)));
  if (other !== undefined) return other.spans.some(({ from, until }) => lies(from, until));
  const days = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'];
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  const [today, yesterday] = [days[day] as string, days[(day + 6) % 7] as string];
  return (week ?? []).some(({ days: on, from, until }) =>
    from < until
      ? on.includes(today) && lies(from, until)
      : (on.includes(today) && from <= time) || (on.includes(yesterday) && time < until),
  );
}

function next(date: string): string {
  return new Date(at(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

function agree(when: When, spans: readonly Span[], lookedAt: Span, zone: Zone, step = MINUTE_MS) {
  const edges = spans.flatMap(({ from, until }) => [from - 1, from, until - 1, until]);
  for (let ms = lookedAt.from; ms < lookedAt.until; ms += step) edges.push(ms);
  for (const ms of edges) {
    if (ms < lookedAt.from || ms >= lookedAt.until) continue;
    const holds = spans.some(({ from, until }) => from <= ms && ms < until);
    if (said(when, zone, ms) !== holds)
      throw new Error(
        `${new Date(ms).toISOString()} holds: ${holds}, said: ${JSON.stringify(when)}`,
      );
  }
}

describe('a week and its dates', () => {
  const office: ScheduleBody = {
    windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', until: '17:00' }],
  };

  it('a schedule with two holidays is one week and two dates, whatever the clock does in March and October', () => {
    const except = [
      { from: '2026-05-01', until: '2026-05-02' },
      { from: '2026-12-24', until: '2026-12-25' },
    ];
    const when = wordsOf({ ...office, except }, berlin);
    expect(when.timeZone).toBe('Europe/Berlin');
    expect(when.week).toEqual([
      { days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', until: '17:00' },
    ]);
    expect(when.dates).toEqual([
      { date: '2026-05-01', spans: [] },
      { date: '2026-12-24', spans: [] },
    ]);
  });

  it('a window that meets a skipped and a repeated hour has no date on which it is otherwise', () => {
    const windows: ScheduleBody['windows'] = [
      { days: ['su', 'sa'], from: '01:30', until: '02:30' },
    ];
    const when = wordsOf({ windows }, berlin);
    expect(when.dates).toEqual([]);
    expect(when.week).toEqual([{ days: ['sa', 'su'], from: '01:30', until: '02:30' }]);
  });

  it('a night is one span, and an evening before a free morning its own', () => {
    const night = wordsOf(
      { windows: [{ days: ['fr', 'sa'], from: '22:00', until: '02:00' }] },
      berlin,
    );
    expect(night.week).toEqual([{ days: ['fr', 'sa'], from: '22:00', until: '02:00' }]);
    const whole = wordsOf(
      { windows: [{ days: ['sa', 'su'], from: '00:00', until: '24:00' }] },
      berlin,
    );
    expect(whole.week).toEqual([{ days: ['sa', 'su'], from: '00:00', until: '24:00' }]);
  });

  it('what goes on from a date on is a week and one stretch of dates', () => {
    const from = at('2026-06-30T22:00:00Z');
    const open = [...compileSchedule(office, undefined, berlin).openSpans(from, YEAR.until)];
    const when = whenOf(open, YEAR, berlin);
    expect(when.week).toHaveLength(1);
    expect(when.dates).toEqual([{ date: '2026-01-01', until: '2026-07-01', spans: [] }]);
    const always = whenOf([{ from, until: YEAR.until }], YEAR, berlin);
    expect([always.week, always.dates]).toEqual([
      [{ days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], from: '00:00', until: '24:00' }],
      [{ date: '2026-01-01', until: '2026-07-01', spans: [] }],
    ]);
  });

  it('a single event is a date and no week, to the second where it has seconds', () => {
    const event = { from: at('2026-03-04T08:00:30Z'), until: at('2026-03-04T23:00:00Z') };
    const when = whenOf([event], YEAR, berlin);
    expect(when.week).toEqual([]);
    expect(when.dates).toEqual([
      { date: '2026-03-04', spans: [{ from: '09:00:30', until: '24:00' }] },
    ]);
  });

  it('all of the time is `always`, without a zone too; without a zone nothing else is said', () => {
    expect(whenOf([YEAR], YEAR, undefined)).toEqual({
      spans: [{ from: '2026-01-01T00:00:00Z', until: '2027-01-07T00:00:00Z' }],
      week: 'always',
      dates: [],
    });
    const part = { from: YEAR.from, until: YEAR.from + DAY_MS };
    expect(Object.keys(whenOf([part], YEAR, undefined))).toEqual(['spans']);
    expect(whenOf([], YEAR, berlin)).toEqual({
      spans: [],
      timeZone: 'Europe/Berlin',
      week: [],
      dates: [],
    });
  });

  it('an hour shown twice that holds only once is left to the spans', () => {
    const once = { from: at('2026-10-25T00:15:00Z'), until: at('2026-10-25T00:45:00Z') };
    const when = whenOf([once], YEAR, berlin);
    expect(when.spans).toEqual([{ from: '2026-10-25T00:15:00Z', until: '2026-10-25T00:45:00Z' }]);
    expect([when.week, when.dates]).toEqual([undefined, undefined]);
  });

  it('spans in any order, touching and beyond what is looked at, are cut and joined', () => {
    const noon = at('2026-03-04T12:00:00Z');
    const when = whenOf(
      [
        { from: noon + 5, until: noon + MINUTE_MS },
        { from: noon - 5, until: noon + 5 },
        { from: 0, until: YEAR.from + 1000 },
        { from: noon + 10, until: noon + 20 },
      ],
      YEAR,
      berlin,
    );
    expect(when.spans).toEqual([
      { from: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:01Z' },
      { from: '2026-03-04T11:59:59.995Z', until: '2026-03-04T12:01:00Z' },
    ]);
  });
});

describe('the law: week and dates say of every minute what the spans say', () => {
  // A zone's days with a jump are where a wrong day boundary shows; a wrong trim of a run shows at its last dates.
  const instants = (lookedAt: Span) =>
    fc.integer({ min: -200, max: Math.floor((lookedAt.until - lookedAt.from) / (15 * MINUTE_MS)) });

  it('of random spans, around the jumps of many clocks', () => {
    const starts = [
      '2026-03-07T07:30',
      '2026-10-30T00:00',
      '2011-12-20T05:17',
      '2026-03-26T00:00',
      '2026-10-22T12:01',
    ];
    let weeks = 0;
    const property = fc.property(
      fc.constantFrom(...ZONES),
      fc.constantFrom(...starts),
      fc.integer({ min: 1, max: 40 }),
      fc.gen(),
      (zone, start, days, g) => {
        const from = at(`${start}:00Z`);
        const lookedAt = { from, until: from + days * DAY_MS };
        const spans = g(() =>
          fc.array(fc.tuple(instants(lookedAt), fc.nat(200)), { maxLength: 12 }),
        ).map(([first, length]) => ({
          from: from + first * 15 * MINUTE_MS,
          until: from + (first + length) * 15 * MINUTE_MS,
        }));
        const when = whenOf(spans, lookedAt, zone);
        const exact = when.spans.map((span) => ({ from: at(span.from), until: at(span.until) }));
        for (let ms = lookedAt.from; ms < lookedAt.until; ms += 15 * MINUTE_MS) {
          const inside = (list: readonly Span[]) =>
            list.some((span) => span.from <= ms && ms < span.until);
          if (inside(spans) !== inside(exact)) throw new Error(`spans are wrong at ${ms}`);
        }
        if (when.week === undefined) return;
        weeks += 1;
        agree(when, exact, lookedAt, zone, 7.5 * MINUTE_MS);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: runs(150) });
    // Few sets of spans hit one half of a repeated hour only: nearly all must be said.
    expect(weeks).toBeGreaterThan(runs(150) * 0.7);
  });

  it('of random weekly schedules with exceptions, in few words', () => {
    const window = fc.record({
      days: fc.subarray(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const, { minLength: 1 }),
      hours: fc.tuple(fc.nat(47), fc.nat(47)).filter(([from, until]) => from !== until),
    });
    const clock = (half: number) =>
      `${String(half >> 1).padStart(2, '0')}:${half & 1 ? '30' : '00'}`;
    const property = fc.property(
      fc.constantFrom(...ZONES),
      fc.array(window, { minLength: 1, maxLength: 2 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 3 }),
      (zone, windows, closed) => {
        const dates = closed.map((day) =>
          new Date(YEAR.from + day * DAY_MS).toISOString().slice(0, 10),
        );
        const body: ScheduleBody = {
          windows: windows.map(({ days, hours: [from, until] }) => ({
            days,
            from: clock(from),
            until: clock(until),
          })),
          except: dates.map((date) => ({ from: date, until: next(date) })),
        };
        const span = { from: YEAR.from, until: YEAR.until };
        const spans = [...compileSchedule(body, undefined, zone).openSpans(span.from, span.until)];
        const when = whenOf(spans, span, zone);
        agree(when, spans, span, zone, 6 * 60 * MINUTE_MS + 7 * MINUTE_MS);
        // A closed day takes its own hours and the tail it would have had on the day after.
        expect(when.dates?.length).toBeLessThanOrEqual(2 * closed.length);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: runs(60) });
  });
});
