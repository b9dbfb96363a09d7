import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
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
});
