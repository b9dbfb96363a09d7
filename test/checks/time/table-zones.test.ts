import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import { exportTimeZones, tableTimeZones } from '../../../src/checks/time/table-zones.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { INSTANT_END, INSTANT_MIN } from '../../../src/values/instant.js';
import type { TimeZoneSource } from '../../../src/values/time-zone.js';

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

  const rows = (...utc: [number, number][]) => ({ ...table, zones: { UTC: utc } });
  const shape = {
    version: 'unknown time-zone table version `2`',
    span: (until: number, begin = from) => `time-zone table has no span \`${begin}..${until}\``,
    order: 'time-zone table is out of order at `UTC`',
    offset: 'time-zone table has no such offset at `UTC`',
    empty: 'time-zone table has no offsets of `UTC`',
  };
  test.each([
    ['another version', { ...table, version: 2 }, shape.version],
    ['no span', { ...table, until: from }, shape.span(from)],
    ['an end before its begin', { ...table, until: from - 1 }, shape.span(from - 1)],
    ['an end that is no whole number', { ...table, until: until + 0.5 }, shape.span(until + 0.5)],
    ['a begin that is none', { ...table, from: from + 0.5 }, shape.span(until, from + 0.5)],
    ['no rows', rows(), shape.empty],
    ['a first row that is late', rows([from + 1, 0]), shape.order],
    ['a first row that is early', rows([from - 1, 0]), shape.order],
    ['two rows at one time', rows([from, 0], [from, 1]), shape.order],
    ['a row before the one before', rows([from, 0], [from + 9, 1], [from + 8, 0]), shape.order],
    ['a row at the end of the span', rows([from, 0], [until, 1]), shape.order],
    ['a row at no whole millisecond', rows([from, 0], [from + 0.5, 1]), shape.order],
    ['an offset of a day', rows([from, 86_400]), shape.offset],
    ['an offset of a day the other way', rows([from, -86_400]), shape.offset],
    ['an offset that is no whole second', rows([from, 0.5]), shape.offset],
  ])('a table with %s is refused', (_, broken, message) => {
    expect(() => tableTimeZones(broken as never)).toThrow(new TypeError(message));
  });

  test('a table may reach to the last millisecond and the farthest offset', () => {
    const source = tableTimeZones(rows([from, 86_399], [until - 1, -86_399]));
    expect(source.span).toEqual({ from, until });
    expect(source.offsets('UTC', from, until)).toEqual([
      { at: from, offsetSeconds: 86_399 },
      { at: until - 1, offsetSeconds: -86_399 },
    ]);
    expect(source.offsets('UTC', from, until - 1)).toEqual([{ at: from, offsetSeconds: 86_399 }]);
    expect(source.offsets('UTC', until - 1, until)).toEqual([
      { at: until - 1, offsetSeconds: -86_399 },
    ]);
  });

  test('what a table does not know is named', () => {
    const source = tableTimeZones(table);
    expect(() => source.offsets('Europe/Paris', from, until)).toThrow(
      new RangeError('unknown time zone `Europe/Paris`'),
    );
    for (const [start, end] of [
      [from, from],
      [from + 1, from],
      [from - 1, from + 1],
      [until - 1, until + 1],
      [Number.NaN, until],
    ] as const) {
      expect(() => source.offsets('UTC', start, end)).toThrow(
        new RangeError(`outside the time-zone table \`${start}..${end}\``),
      );
    }
  });

  test('a table is exported for the whole of time or any part, its zones by name', () => {
    const fixed: TimeZoneSource = {
      has: () => true,
      offsets: (name, begin) => [{ at: begin, offsetSeconds: name.length }],
    };
    const all = exportTimeZones(fixed, ['west', 'east', 'west'], INSTANT_MIN, INSTANT_END);
    expect(all).toEqual({
      version: 1,
      from: INSTANT_MIN,
      until: INSTANT_END,
      zones: { east: [[INSTANT_MIN, 4]], west: [[INSTANT_MIN, 4]] },
    });
    expect(Object.keys(all.zones)).toEqual(['east', 'west']);
    for (const [start, end] of [
      [INSTANT_MIN - 1, 0],
      [0, INSTANT_END + 1],
      [5, 5],
      [6, 5],
    ] as const) {
      expect(() => exportTimeZones(luxonTimeZones, ['UTC'], start, end)).toThrow(
        new RangeError(`no such span \`${start}..${end}\``),
      );
    }
  });

  test('a span outside the years 0001 to 9999 is not exported', () => {
    expect(() => exportTimeZones(luxonTimeZones, ['UTC'], 0, INSTANT_END + 1)).toThrow(RangeError);
    expect(() => exportTimeZones(luxonTimeZones, ['Europe/Atlantis'], from, until)).toThrow(
      RangeError,
    );
  });
});
