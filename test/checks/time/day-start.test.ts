import { describe, expect, test } from 'vitest';
import { dayStart } from '../../../src/checks/time/day-start.js';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { tableTimeZones } from '../../../src/checks/time/table-zones.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { formatInstant } from '../../../src/values/instant.js';

const start = (name: string, date: string) =>
  formatInstant(dayStart(compileZone(luxonTimeZones, name), Date.parse(date) / 86_400_000));

describe('a local day begins', () => {
  test.each([
    ['at midnight in UTC', 'UTC', '2026-11-22', '2026-11-22T00:00:00Z'],
    ['at midnight of summer', 'Europe/Berlin', '2026-07-01', '2026-06-30T22:00:00Z'],
    ['at midnight of winter', 'Europe/Berlin', '2026-01-01', '2025-12-31T23:00:00Z'],
    ['at midnight of a day that changes', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
    ['at the midnight after it', 'Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z'],
    ['far east of UTC', 'Pacific/Kiritimati', '2026-11-22', '2026-11-21T10:00:00Z'],
    ['far west of UTC', 'Pacific/Pago_Pago', '2026-11-22', '2026-11-22T11:00:00Z'],
    [
      'after the jump where midnight was skipped',
      'Asia/Beirut',
      '2026-03-29',
      '2026-03-28T22:00:00Z',
    ],
    [
      'after the hour that its midnight put back',
      'Asia/Beirut',
      '2026-10-25',
      '2026-10-24T22:00:00Z',
    ],
    ['at the first of two midnights', 'America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
    ['where the next does when it never was', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
  ])('%s', (_, zone, date, expected) => {
    expect(start(zone, date)).toBe(expected);
  });

  test('no earlier than the wall shows it, and no later', () => {
    const zone = compileZone(luxonTimeZones, 'America/St_Johns');
    for (let day = 20_000; day < 20_800; day += 7) {
      const at = dayStart(zone, day);
      const wallDay = (ms: number) => Math.floor((ms + zone.offsetAt(ms)) / 86_400_000);
      expect(wallDay(at)).toBeGreaterThanOrEqual(day);
      expect(wallDay(at - 1)).toBeLessThan(day);
    }
  });

  test('at midnight even with the offset of a whole day less a second', () => {
    const far = tableTimeZones({
      version: 1,
      from: -20 * 86_400_000,
      until: 20 * 86_400_000,
      zones: { east: [[-20 * 86_400_000, 86_399]], west: [[-20 * 86_400_000, -86_399]] },
    });
    expect(dayStart(compileZone(far, 'east'), 1)).toBe(1000);
    expect(dayStart(compileZone(far, 'west'), 1)).toBe(2 * 86_400_000 - 1000);
  });
});
