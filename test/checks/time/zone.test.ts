import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { exportTimeZones, tableTimeZones } from '../../../src/checks/time/table-zones.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { INSTANT_END, INSTANT_MIN } from '../../../src/values/instant.js';
import type { TimeZoneSource } from '../../../src/values/time-zone.js';

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
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 3_600_000)
      zone.offsetAt(ms);
    const once = asked.length;
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 3_600_000)
      zone.offsetAt(ms);
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

  test('is refused by name when its source does not know it', () => {
    const none: TimeZoneSource = { has: () => false, offsets: () => [] };
    expect(() => compileZone(none, 'Europe/Atlantis')).toThrow(
      new RangeError('unknown time zone `Europe/Atlantis`'),
    );
    expect(compileZone(luxonTimeZones, 'Europe/Berlin').name).toBe('Europe/Berlin');
  });

  test('names the instant that lies outside the years 0001 to 9999', () => {
    const zone = compileZone(luxonTimeZones, 'UTC');
    for (const ask of [zone.offsetAt, zone.segmentAt]) {
      expect(() => ask(INSTANT_END)).toThrow(new RangeError(`no such instant \`${INSTANT_END}\``));
    }
  });
});

describe('a zone whose source knows only some years', () => {
  const [from, until] = [Date.UTC(2026, 0, 10), Date.UTC(2026, 9, 30)];
  const table = tableTimeZones(exportTimeZones(luxonTimeZones, ['Europe/Berlin'], from, until));

  test('answers for all of them and refuses the rest', () => {
    const zone = compileZone(table, 'Europe/Berlin');
    const whole = compileZone(luxonTimeZones, 'Europe/Berlin');
    for (const ms of [from, from + 1, Date.UTC(2026, 2, 29, 1), until - 1]) {
      expect(zone.offsetAt(ms)).toBe(whole.offsetAt(ms));
      const { from: begin, until: end, offsetMs } = zone.segmentAt(ms);
      expect(offsetMs).toBe(whole.offsetAt(ms));
      expect(begin <= ms && ms < end).toBe(true);
      expect(begin).toBeGreaterThanOrEqual(from);
      expect(end).toBeLessThanOrEqual(until);
    }
    for (const ms of [from - 1, until]) expect(() => zone.offsetAt(ms)).toThrow(RangeError);
  });

  test('gives the same answers in any order, near the edges too', () => {
    const whole = compileZone(luxonTimeZones, 'Europe/Berlin');
    const zone = compileZone(table, 'Europe/Berlin');
    const asked = [until - 1, from, until - 9_000_000_000, from + 9_000_000_000, until - 1, from];
    expect(asked.map((ms) => zone.offsetAt(ms))).toEqual(asked.map((ms) => whole.offsetAt(ms)));
  });

  test('gives no answer of one part of a stretch of months to another', () => {
    const block = 128 * 86_400_000;
    const begin = Math.floor(Date.UTC(2026, 2, 29) / block) * block;
    const day = 86_400_000;
    for (const [first, second] of [
      [10, 99],
      [99, 10],
    ] as const) {
      // The source knows a hundred days of the 128; the offset changes between the two asked about.
      const source = steps(begin - 300 * day, begin + 100 * day, begin + 50 * day);
      const zone = compileZone(source, 'Made/Up');
      const offset = (days: number) => (days < 50 ? 0 : 3_600_000);
      expect(zone.offsetAt(begin + first * day)).toBe(offset(first));
      expect(zone.offsetAt(begin + second * day)).toBe(offset(second));
      expect(zone.segmentAt(begin + first * day).offsetMs).toBe(offset(first));
      expect(() => zone.offsetAt(begin + 101 * day)).toThrow(RangeError);
    }
  });

  test('gives none to an earlier part either, where the source begins within it', () => {
    const day = 86_400_000;
    const begin = Math.floor(Date.UTC(2026, 2, 29) / (128 * day)) * 128 * day;
    const source = steps(begin + 20 * day, begin + 300 * day, begin + 50 * day);
    const zone = compileZone(source, 'Made/Up');
    expect(zone.offsetAt(begin + 100 * day)).toBe(3_600_000);
    expect(zone.offsetAt(begin + 34 * day)).toBe(0);
    expect(() => zone.offsetAt(begin + 10 * day)).toThrow(RangeError);
  });

  test('passes on what its source throws that is no end of its knowledge', () => {
    const broken: TimeZoneSource = {
      has: () => true,
      offsets: () => {
        throw new TypeError('broken');
      },
    };
    expect(() => compileZone(broken, 'UTC').offsetAt(0)).toThrow(new TypeError('broken'));
  });
});

describe('two seasons', () => {
  test('are asked for once each, whichever is asked about in between', () => {
    let asked = 0;
    const counted: TimeZoneSource = {
      has: () => true,
      offsets: (...span) => {
        asked += 1;
        return luxonTimeZones.offsets(...span);
      },
    };
    const zone = compileZone(counted, 'Europe/Berlin');
    const block = 128 * 86_400_000;
    const middle = (Math.floor(Date.UTC(2026, 7, 1) / block) + 0.5) * block;
    for (const ms of [middle, middle + block, middle + 1, middle + block + 1, middle]) {
      zone.offsetAt(ms);
      zone.segmentAt(ms);
    }
    expect(asked).toBe(2);
  });

  test('that share a place in memory are told apart', () => {
    const zone = compileZone(luxonTimeZones, 'Europe/Berlin');
    const block = 128 * 86_400_000;
    const base = Math.floor(Date.UTC(2026, 7, 1) / block) * block + block / 2;
    const far = base + 256 * block;
    const fresh = (ms: number) => compileZone(luxonTimeZones, 'Europe/Berlin').segmentAt(ms);
    for (const ms of [base, far, base, far]) expect(zone.segmentAt(ms)).toEqual(fresh(ms));
  });
});

/** A zone that is an hour ahead from `at` on, of which only `[from, until)` is known. */
function steps(from: number, until: number, at: number): TimeZoneSource {
  const changes = [
    [from, 0],
    [at, 3600],
  ] as const;
  return tableTimeZones({ version: 1, from, until, zones: { 'Made/Up': changes } });
}
