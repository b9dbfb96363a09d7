import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { exportTimeZones, tableTimeZones } from '../../../src/checks/time/table-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { INSTANT_END, INSTANT_MIN } from '../../../src/values/instant.js';
import type { OffsetChange, TimeZoneSource } from '../../../src/values/time-zone.js';
import { runs } from '../../helpers/runs.js';

const FROM = Date.UTC(1970, 0, 1);
const UNTIL = Date.UTC(2038, 0, 1);
const names = Intl.supportedValuesOf('timeZone');

/** Milliseconds east of UTC as Intl writes them. */
function intlOffset(name: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: name,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return (ms) => {
    const match = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/u.exec(format.format(ms)) as RegExpExecArray;
    const [, day, month, year, hour, minute, second] = match.map(Number) as [number, number, number, number, number, number, number];
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  };
}

describe('time zones from Intl', () => {
  test('every zone of the host agrees with Intl at random instants of 1970 to 2037', () => {
    expect(names.length).toBeGreaterThan(400);
    const instants = fc.sample(fc.integer({ min: FROM, max: UNTIL - 1 }), { seed: 20261122, numRuns: runs(6) });
    for (const name of names) {
      const zone = compileZone(luxonTimeZones, name);
      const offsetAt = intlOffset(name);
      for (const ms of instants) expect(zone.offsetAt(ms), `${name} ${ms}`).toBe(offsetAt(ms));
    }
  });

  test('the offset changes exactly at the instants told', () => {
    for (const name of ['Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Africa/Monrovia', 'Pacific/Apia', 'Asia/Gaza']) {
      const offsetAt = intlOffset(name);
      const changes = luxonTimeZones.offsets(name, Date.UTC(1971, 0, 1), Date.UTC(2027, 0, 1));
      expect(changes.length, name).toBeGreaterThan(1);
      for (const { at, offsetSeconds } of changes) {
        expect(offsetAt(at)).toBe(offsetSeconds * 1000);
        if (at !== changes[0]?.at) expect(offsetAt(at - 1)).not.toBe(offsetSeconds * 1000);
      }
    }
  });

  test('the shortest stretches between two changes are found', () => {
    // Recife 2000: a week of summer time; Tunis 1943: eight days between two.
    const week = luxonTimeZones.offsets('America/Recife', Date.UTC(2000, 8, 1), Date.UTC(2000, 11, 1));
    expect(week.map((change) => change.offsetSeconds)).toEqual([-10_800, -7200, -10_800]);
    const days = luxonTimeZones.offsets('Africa/Tunis', Date.UTC(1943, 3, 1), Date.UTC(1943, 4, 1));
    expect(days.map((change) => change.offsetSeconds)).toEqual([3600, 7200, 3600, 7200].slice(-days.length));
    expect(days).toHaveLength(3);
  });

  test('a part of a span holds the same changes as the whole', () => {
    const whole = luxonTimeZones.offsets('Africa/Casablanca', FROM, UNTIL);
    const offsetAt = (ms: number): number => (whole.filter((change) => change.at <= ms).at(-1) as OffsetChange).offsetSeconds;
    fc.assert(
      fc.property(fc.integer({ min: FROM, max: UNTIL - 1 }), fc.integer({ min: 1, max: 3 * 365 * 86_400_000 }), (from, length) => {
        const until = Math.min(from + length, UNTIL);
        expect(luxonTimeZones.offsets('Africa/Casablanca', from, until)).toEqual([
          { at: from, offsetSeconds: offsetAt(from) },
          ...whole.filter((change) => change.at > from && change.at < until),
        ]);
      }),
      { seed: 20261122, numRuns: runs(25) },
    );
  });

  test.each(['UTC', 'GMT', 'Etc/GMT+5', 'Etc/GMT-14', 'EST5EDT', 'Asia/Kolkata', 'Asia/Calcutta', 'US/Eastern', 'NZ-CHAT', 'America/Port-au-Prince', 'America/North_Dakota/New_Salem'])('%s is a name', (name) => {
    expect(luxonTimeZones.has(name)).toBe(true);
  });

  test.each(['', 'local', 'system', '+02:00', '-0500', 'UTC+2', 'utc', 'europe/berlin', 'EUROPE/BERLIN', 'Europe/BERLIN', 'US/EASTERN', 'Europe/Atlantis', 'Europe/Berlin ', 'Europe//Berlin', 'Europe/', '__proto__', 'A'.repeat(65)])('`%s` is no name', (name) => {
    expect(luxonTimeZones.has(name)).toBe(false);
    expect(() => luxonTimeZones.offsets(name, FROM, UNTIL)).toThrow(RangeError);
    expect(() => compileZone(luxonTimeZones, name)).toThrow(RangeError);
  });

  test('every name of the host is a name', () => {
    expect(names.filter((name) => !luxonTimeZones.has(name))).toEqual([]);
  });
});

describe('a compiled zone', () => {
  const source: TimeZoneSource = {
    has: () => true,
    offsets: (_, from, until) => {
      asked.push([from, until]);
      return luxonTimeZones.offsets('Europe/Berlin', from, until);
    },
  };
  const asked: [number, number][] = [];

  test('asks its source once for what it already knows', () => {
    const zone = compileZone(source, 'Europe/Berlin');
    expect(asked).toEqual([]);
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 3_600_000) zone.offsetAt(ms);
    const once = asked.length;
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 3_600_000) zone.offsetAt(ms);
    expect(once).toBeGreaterThan(0);
    expect(asked).toHaveLength(once);
  });

  test('has segments in which the offset holds and around which it is told', () => {
    const zone = compileZone(luxonTimeZones, 'Europe/Berlin');
    const change = Date.UTC(2026, 2, 29, 1);
    expect(zone.segmentAt(change)).toMatchObject({ from: change, offsetMs: 7_200_000 });
    expect(zone.segmentAt(change - 1)).toMatchObject({ until: change, offsetMs: 3_600_000 });
  });

  test('reaches from the year 0001 to the year 9999', () => {
    const zone = compileZone(luxonTimeZones, 'Europe/Berlin');
    expect(zone.offsetAt(INSTANT_MIN)).toBe(3_208_000);
    expect(zone.offsetAt(INSTANT_END - 1)).toBe(3_600_000);
    expect(zone.offsetAt(Date.UTC(9999, 6, 1))).toBe(7_200_000);
    for (const ms of [INSTANT_MIN - 1, INSTANT_END, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => zone.offsetAt(ms)).toThrow(RangeError);
    }
  });
});

describe('time zones from a table', () => {
  const from = Date.UTC(2025, 0, 1);
  const until = Date.UTC(2028, 0, 1);
  const table = exportTimeZones(luxonTimeZones, ['Europe/Berlin', 'UTC', 'UTC'], from, until);

  test('survive JSON and answer as their source does', () => {
    const source = tableTimeZones(JSON.parse(JSON.stringify(table)));
    expect(Object.keys(table.zones)).toEqual(['Europe/Berlin', 'UTC']);
    expect(source.offsets('Europe/Berlin', from, until)).toEqual(luxonTimeZones.offsets('Europe/Berlin', from, until));
    const middle = Date.UTC(2026, 6, 1);
    expect(source.offsets('Europe/Berlin', middle, middle + 1)).toEqual([{ at: middle, offsetSeconds: 7200 }]);
    const zone = compileZone(source, 'Europe/Berlin');
    const other = compileZone(luxonTimeZones, 'Europe/Berlin');
    for (let ms = from; ms < until; ms += 7_654_321) expect(zone.offsetAt(ms)).toBe(other.offsetAt(ms));
    expect(zone.offsetAt(until - 1)).toBe(3_600_000);
  });

  test('know nothing of other zones and outside their span', () => {
    const source = tableTimeZones(table);
    const zone = compileZone(source, 'Europe/Berlin');
    expect(source.has('Europe/Paris')).toBe(false);
    expect(source.has('toString')).toBe(false);
    expect(() => source.offsets('Europe/Paris', from, until)).toThrow(RangeError);
    for (const ms of [from - 1, until]) {
      expect(() => source.offsets('UTC', ms, ms + 1)).toThrow(RangeError);
      expect(() => zone.offsetAt(ms)).toThrow(RangeError);
    }
  });

  test('an UNTIL beyond the table does not keep a schedule from being asked', () => {
    const schedule = compileSchedule(
      { recurrences: [{ start: '2026-01-01T09:00', duration: 'PT1H', rrule: 'FREQ=DAILY;UNTIL=20500101T000000Z' }] },
      undefined,
      compileZone(tableTimeZones(table), 'Europe/Berlin'),
    );
    expect(schedule.isOpen(Date.UTC(2027, 5, 1, 7, 30))).toBe(true);
  });

  test.each([
    ['another version', { ...table, version: 2 }],
    ['no span', { ...table, until: from }],
    ['no rows', { ...table, zones: { UTC: [] } }],
    ['a first row that is late', { ...table, zones: { UTC: [[from + 1, 0]] } }],
    ['rows out of order', { ...table, zones: { UTC: [[from, 0], [from, 1]] } }],
    ['a row beyond the span', { ...table, zones: { UTC: [[from, 0], [until, 1]] } }],
    ['an offset of a day', { ...table, zones: { UTC: [[from, 86_400]] } }],
    ['an offset that is no whole second', { ...table, zones: { UTC: [[from, 0.5]] } }],
  ])('a table with %s is refused', (_, broken) => {
    expect(() => tableTimeZones(broken as never)).toThrow(TypeError);
  });

  test('a span outside the years 0001 to 9999 is not exported', () => {
    expect(() => exportTimeZones(luxonTimeZones, ['UTC'], 0, INSTANT_END + 1)).toThrow(RangeError);
    expect(() => exportTimeZones(luxonTimeZones, ['Europe/Atlantis'], from, until)).toThrow(RangeError);
  });
});

describe('answers', () => {
  /** A digest of many answers, computed in a process with another time zone, clock or no Intl. */
  function digest(environment: Record<string, string>): string {
    const script = fileURLToPath(new URL('digest-host.mjs', import.meta.url));
    const { PATH = '' } = process.env;
    const child = spawnSync(process.execPath, [script], { env: { PATH, ...environment }, encoding: 'utf8' });
    if (child.status !== 0) throw new Error(child.stderr);
    return child.stdout.trim();
  }

  test('do not depend on the zone or the clock of the host', () => {
    const expected = digest({ TZ: 'UTC', CLOCK: '2024-01-15T00:00:00Z' });
    expect(expected).toMatch(/^[0-9a-f]{64} \d{4,}$/u);
    for (const TZ of ['America/New_York', 'Pacific/Apia', 'Asia/Kolkata']) {
      expect(digest({ TZ, CLOCK: '2024-07-15T00:00:00Z' }), TZ).toBe(expected);
    }
  });

  test('come from a table where there is no Intl at all', () => {
    expect(digest({ TZ: 'America/New_York', INTL: 'none' })).toBe(digest({ TZ: 'UTC', INTL: 'table' }));
  });
});
