import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../src/checks/time/schedule.js';
import { tableTimeZones } from '../../src/checks/time/table-zones.js';
import { compileZone } from '../../src/checks/time/zone.js';
import { weekOf, weekRange } from '../../src/cli/week.js';
import { weekPicture } from '../../src/cli/week-picture.js';
import { description, weekSvg } from '../../src/cli/week-svg.js';
import type { ScheduleBody } from '../../src/policy/document.js';
import { parseLocalDate } from '../../src/values/local-time.js';
import { wellFormed } from './xml.js';

const WEEKDAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
const ALWAYS: ScheduleBody = { windows: [{ days: WEEKDAYS, from: '00:00', until: '24:00' }] };
const NIGHTS: ScheduleBody = { windows: [{ days: WEEKDAYS, from: '22:00', until: '02:15' }] };

function week(
  body: ScheduleBody,
  timeZone: string,
  monday: string,
  title = 'Test',
  source = luxonTimeZones,
) {
  const firstDay = parseLocalDate(monday) ?? Number.NaN;
  const range = weekRange(firstDay);
  const schedule = compileSchedule(body, undefined, compileZone(source, timeZone));
  return weekOf({
    title,
    timeZone,
    firstDay,
    offsets: source.offsets(timeZone, range.from, range.until),
    spans: [...schedule.openSpans(range.from, range.until)],
    closedDays: new Map([[firstDay + 1, 'Day off']]),
    holidays: new Map([[firstDay + 2, 'Half a day & <more>']]),
  });
}

describe('a week as data', () => {
  test.each([
    ['Europe/Berlin', '2026-03-23', 6, [{ from: 120, until: 180 }], []],
    ['Europe/Berlin', '2026-10-19', 6, [], [{ from: 120, until: 180 }]],
    ['Australia/Lord_Howe', '2026-03-30', 6, [], [{ from: 90, until: 120 }]],
    ['Africa/Cairo', '2026-04-20', 4, [{ from: 0, until: 60 }], []],
    ['Pacific/Apia', '2011-12-26', 4, [{ from: 0, until: 1440 }], []],
    ['Antarctica/Troll', '2026-03-23', 6, [{ from: 60, until: 180 }], []],
    ['Asia/Kathmandu', '2026-03-23', 6, [], []],
  ])('of %s from %s has its gaps and repeats on day %i', (zone, monday, index, gaps, repeats) => {
    const { days } = week(ALWAYS, zone, monday);
    expect(days[index]?.gaps).toEqual(gaps);
    expect(days[index]?.repeats.map(({ from, until }) => ({ from, until }))).toEqual(repeats);
    const others = days.filter((_, day) => day !== index);
    expect(others.flatMap((day) => [...day.gaps, ...day.repeats])).toEqual([]);
  });

  test('open all the time is open at every minute that the clock shows', () => {
    const [, , , , , , sunday] = week(ALWAYS, 'Europe/Berlin', '2026-03-23').days;
    expect(sunday?.open).toEqual([
      { from: 0, until: 120 },
      { from: 180, until: 1440 },
    ]);
  });

  test('an hour that comes twice tells both times apart', () => {
    const [, , , , , , sunday] = week(NIGHTS, 'Europe/Berlin', '2026-10-19').days;
    const open = [{ from: 120, until: 135 }];
    expect(sunday?.repeats).toEqual([{ from: 120, until: 180, first: open, second: open }]);
  });

  test('comes from a table of zones as well', () => {
    const at = Date.UTC(2026, 2, 1);
    const change = Date.UTC(2026, 2, 29, 1);
    const table = tableTimeZones({
      version: 1,
      from: at,
      until: Date.UTC(2026, 4, 1),
      zones: {
        'Europe/Berlin': [
          [at, 3600],
          [change, 7200],
        ],
      },
    });
    expect(week(NIGHTS, 'Europe/Berlin', '2026-03-23', 'Test', table)).toEqual(
      week(NIGHTS, 'Europe/Berlin', '2026-03-23'),
    );
  });
});

describe('a week in text', () => {
  test('is this picture', () => {
    expect(weekPicture(week(NIGHTS, 'Europe/Berlin', '2026-10-19')).join('\n')).toBe(`
            00    03    06    09    12    15    18    21    24
            |     |     |     |     |     |     |     |     |
Mon 19 Oct  ####+.......................................####  00:00-02:15
                                                              22:00-24:00
Tue 20 Oct  ####+xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx####  00:00-02:15
                                                              22:00-24:00
                                                              (Day off)
Wed 21 Oct  ####+.......................................####  00:00-02:15
                                                              22:00-24:00
                                                              (Half a day & <mo~
Thu 22 Oct  ####+.......................................####  00:00-02:15
                                                              22:00-24:00
Fri 23 Oct  ####+.......................................####  00:00-02:15
                                                              22:00-24:00
Sat 24 Oct  ####+.......................................####  00:00-02:15
                                                              22:00-24:00
Sun 25 Oct  ####2:......................................####  00:00-02:15
                                                              22:00-24:00
                                                              02:00-03:00 twice

            # open   . closed   + open in part   x closed day
            2 open in an hour that comes twice
            : closed in an hour that comes twice`);
  });

  test('says that a date is skipped', () => {
    const lines = weekPicture(week(ALWAYS, 'Pacific/Apia', '2011-12-26'));
    expect(lines).toContain(`Fri 30 Dec  ${'/'.repeat(48)}  date skipped`);
  });
});

describe('a week as an image', () => {
  const spring = weekSvg(
    week(NIGHTS, 'Europe/Berlin', '2026-03-23', 'Nights & <days> "late"\u0001'),
  );
  const autumn = weekSvg(week(NIGHTS, 'Europe/Berlin', '2026-10-19', 'Nights'));
  const textOf = (image: string, tag: string) =>
    [...image.matchAll(new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`, 'gu'))].map((match) => match[1]);

  test('is well-formed, whatever its title', () => {
    expect([wellFormed(spring), wellFormed(autumn)]).toEqual(['svg', 'svg']);
    expect(spring).toContain('Nights &amp; &lt;days&gt; &quot;late&quot;\ufffd');
  });

  test('is named and described for those who do not see it', () => {
    expect(autumn).toMatch(/<svg [^>]*role="img" aria-labelledby="dw-title dw-desc"/u);
    expect(textOf(autumn, 'title')[0]).toBe('Nights: week of 2026-10-19, Europe/Berlin');
    const [desc] = textOf(autumn, 'desc');
    expect(desc).toContain('Mon 19 Oct: 00:00-02:15, 22:00-24:00.');
    expect(desc).toContain('Sun 25 Oct: 00:00-02:15, 22:00-24:00, 02:00-03:00 twice.');
    expect(description(week(ALWAYS, 'Pacific/Apia', '2011-12-26'))).toContain(
      'Fri 30 Dec: date skipped.',
    );
  });

  test('writes the times into it, day by day', () => {
    const labels = textOf(autumn, 'text');
    expect(labels).toEqual(
      expect.arrayContaining(['Mon 19 Oct', 'Sun 25 Oct', '00:00', '24:00', '22:00–24:00']),
    );
    expect(autumn.match(/<g id="dw-day-/gu)).toHaveLength(7);
  });

  test('hatches the hour that is skipped and doubles the one that comes twice', () => {
    expect(spring.match(/class="dw-gap"[^>]*><title>no 02:00–03:00/gu)).toHaveLength(1);
    expect(spring).toContain('>time the clock skips<');
    expect(spring).not.toContain('second time');
    expect(
      autumn.match(/class="dw-again"[^>]*><title>02:00–03:00, (?:first|second) time: open/gu),
    ).toHaveLength(2);
    expect(autumn).toContain('>time the clock shows twice<');
    expect(autumn).not.toContain('class="dw-gap"');
  });

  test('crosses closed days, names holidays, and follows light and dark', () => {
    expect(autumn.match(/<line class="dw-cross"/gu)).toHaveLength(2);
    expect(textOf(autumn, 'text')).toEqual(
      expect.arrayContaining(['Day off', 'Half a day &amp; &lt;m…']),
    );
    expect(autumn).toContain('@media (prefers-color-scheme:dark)');
  });

  test('keeps its inner names apart from another image on the same page', () => {
    const other = weekSvg(week(NIGHTS, 'Europe/Berlin', '2026-10-19'), { idPrefix: 'second' });
    const idsIn = (image: string) =>
      [...image.matchAll(/\bid="([^"]+)"/gu)].map((match) => match[1]);
    expect(idsIn(other).filter((id) => idsIn(autumn).includes(id))).toEqual([]);
    expect(other).toContain('url(#second-hatch)');
  });
});
