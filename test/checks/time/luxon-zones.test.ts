import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import type { OffsetChange } from '../../../src/values/time-zone.js';
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
    const match = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/u.exec(
      format.format(ms),
    ) as RegExpExecArray;
    const [, day, month, year, hour, minute, second] = match.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  };
}

describe('time zones from Intl', () => {
  test('every zone of the host agrees with Intl at random instants of 1970 to 2037', () => {
    expect(names.length).toBeGreaterThan(400);
    const instants = fc.sample(fc.integer({ min: FROM, max: UNTIL - 1 }), {
      seed: 20261122,
      numRuns: runs(6),
    });
    for (const name of names) {
      const zone = compileZone(luxonTimeZones, name);
      const offsetAt = intlOffset(name);
      for (const ms of instants) expect(zone.offsetAt(ms), `${name} ${ms}`).toBe(offsetAt(ms));
    }
  });

  test('the offset changes exactly at the instants told', () => {
    for (const name of [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'Africa/Monrovia',
      'Pacific/Apia',
      'Asia/Gaza',
    ]) {
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
    const week = luxonTimeZones.offsets(
      'America/Recife',
      Date.UTC(2000, 8, 1),
      Date.UTC(2000, 11, 1),
    );
    expect(week.map((change) => change.offsetSeconds)).toEqual([-10_800, -7200, -10_800]);
    const days = luxonTimeZones.offsets('Africa/Tunis', Date.UTC(1943, 3, 1), Date.UTC(1943, 4, 1));
    expect(days.map((change) => change.offsetSeconds)).toEqual(
      [3600, 7200, 3600, 7200].slice(-days.length),
    );
    expect(days).toHaveLength(3);
  });

  test('a change at the end of a span belongs to the next one', () => {
    const change = Date.UTC(2026, 2, 29, 1);
    const told = (from: number, until: number) =>
      luxonTimeZones.offsets('Europe/Berlin', from, until);
    const before = { at: change - 1000, offsetSeconds: 3600 };
    expect(told(change - 1000, change)).toEqual([before]);
    expect(told(change - 1000, change + 1)).toEqual([before, { at: change, offsetSeconds: 7200 }]);
    expect(told(change, change + 1000)).toEqual([{ at: change, offsetSeconds: 7200 }]);
  });

  test('a part of a span holds the same changes as the whole', () => {
    const whole = luxonTimeZones.offsets('Africa/Casablanca', FROM, UNTIL);
    const offsetAt = (ms: number): number =>
      (whole.filter((change) => change.at <= ms).at(-1) as OffsetChange).offsetSeconds;
    fc.assert(
      fc.property(
        fc.integer({ min: FROM, max: UNTIL - 1 }),
        fc.integer({ min: 1, max: 3 * 365 * 86_400_000 }),
        (from, length) => {
          const until = Math.min(from + length, UNTIL);
          expect(luxonTimeZones.offsets('Africa/Casablanca', from, until)).toEqual([
            { at: from, offsetSeconds: offsetAt(from) },
            ...whole.filter((change) => change.at > from && change.at < until),
          ]);
        },
      ),
      { seed: 20261122, numRuns: runs(25) },
    );
  });

  test.each([
    'UTC',
    'GMT',
    'Etc/GMT+5',
    'Etc/GMT-14',
    'EST5EDT',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'US/Eastern',
    'NZ-CHAT',
    'America/Port-au-Prince',
    'America/North_Dakota/New_Salem',
  ])('%s is a name', (name) => {
    expect(luxonTimeZones.has(name)).toBe(true);
  });

  test.each([
    '',
    'local',
    'system',
    '+02:00',
    '-0500',
    'UTC+2',
    'utc',
    'europe/berlin',
    'EUROPE/BERLIN',
    'Europe/BERLIN',
    'Europe/BErlin',
    'Europe/BeRlin',
    'US/EASTERN',
    'Europe/Atlantis',
    'Europe/Berlin ',
    'Europe//Berlin',
    'Europe/',
    '__proto__',
    'A'.repeat(65),
  ])('`%s` is no name', (name) => {
    expect(luxonTimeZones.has(name)).toBe(false);
    expect(() => luxonTimeZones.offsets(name, FROM, UNTIL)).toThrow(
      new RangeError(`unknown time zone \`${name}\``),
    );
    expect(() => compileZone(luxonTimeZones, name)).toThrow(RangeError);
  });

  test('every name of the host is a name', () => {
    expect(names.filter((name) => !luxonTimeZones.has(name))).toEqual([]);
  });
});
