import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import { exportTimeZones, tableTimeZones } from '../../../src/checks/time/table-zones.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { INSTANT_END } from '../../../src/values/instant.js';

describe('time zones from a table', () => {
  const from = Date.UTC(2025, 0, 1);
  const until = Date.UTC(2028, 0, 1);
  const table = exportTimeZones(luxonTimeZones, ['Europe/Berlin', 'UTC', 'UTC'], from, until);

  test('survive JSON and answer as their source does', () => {
    const source = tableTimeZones(JSON.parse(JSON.stringify(table)));
    expect(Object.keys(table.zones)).toEqual(['Europe/Berlin', 'UTC']);
    expect(source.offsets('Europe/Berlin', from, until)).toEqual(
      luxonTimeZones.offsets('Europe/Berlin', from, until),
    );
    const middle = Date.UTC(2026, 6, 1);
    expect(source.offsets('Europe/Berlin', middle, middle + 1)).toEqual([
      { at: middle, offsetSeconds: 7200 },
    ]);
    const zone = compileZone(source, 'Europe/Berlin');
    const other = compileZone(luxonTimeZones, 'Europe/Berlin');
    for (let ms = from; ms < until; ms += 7_654_321)
      expect(zone.offsetAt(ms)).toBe(other.offsetAt(ms));
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
      {
        recurrences: [
          {
            start: '2026-01-01T09:00',
            duration: 'PT1H',
            rrule: 'FREQ=DAILY;UNTIL=20500101T000000Z',
          },
        ],
      },
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
    [
      'rows out of order',
      {
        ...table,
        zones: {
          UTC: [
            [from, 0],
            [from, 1],
          ],
        },
      },
    ],
    [
      'a row beyond the span',
      {
        ...table,
        zones: {
          UTC: [
            [from, 0],
            [until, 1],
          ],
        },
      },
    ],
    ['an offset of a day', { ...table, zones: { UTC: [[from, 86_400]] } }],
    ['an offset that is no whole second', { ...table, zones: { UTC: [[from, 0.5]] } }],
  ])('a table with %s is refused', (_, broken) => {
    expect(() => tableTimeZones(broken as never)).toThrow(TypeError);
  });

  test('a span outside the years 0001 to 9999 is not exported', () => {
    expect(() => exportTimeZones(luxonTimeZones, ['UTC'], 0, INSTANT_END + 1)).toThrow(RangeError);
    expect(() => exportTimeZones(luxonTimeZones, ['Europe/Atlantis'], from, until)).toThrow(
      RangeError,
    );
  });
});
