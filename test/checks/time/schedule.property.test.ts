import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../../src/checks/time/schedule.js';
import { compileZone } from '../../../src/checks/time/zone.js';
import { runs } from '../../helpers/runs.js';
import { isOpenOnWall, localOf, schedulesAround } from './wall-definition.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Zones with every kind of transition, and a time in which some lie. */
const ZONES: Record<string, readonly [string, string]> = {
  'Europe/Berlin': ['2025-01-01', '2028-01-01'],
  'Europe/Dublin': ['2025-01-01', '2028-01-01'],
  'America/New_York': ['2025-01-01', '2028-01-01'],
  'Australia/Lord_Howe': ['2025-01-01', '2028-01-01'],
  'Pacific/Apia': ['2010-06-01', '2013-01-01'],
  'Africa/Casablanca': ['2024-01-01', '2028-01-01'],
  'Africa/Cairo': ['2024-01-01', '2028-01-01'],
  'Antarctica/Troll': ['2025-01-01', '2028-01-01'],
  'Pacific/Chatham': ['2025-01-01', '2028-01-01'],
  'America/Nuuk': ['2022-01-01', '2027-01-01'],
  'Asia/Kathmandu': ['1985-06-01', '1986-06-01'],
  'America/Havana': ['2025-01-01', '2028-01-01'],
  'Africa/Monrovia': ['1971-06-01', '1972-06-01'],
  'Europe/Amsterdam': ['1937-01-01', '1940-08-01'],
};

const transitions = Object.entries(ZONES).flatMap(([zone, [from, until]]) =>
  luxonTimeZones
    .offsets(zone, Date.parse(from), Date.parse(until))
    .slice(1)
    .map((change) => ({ zone, at: change.at })),
);

/** A zone with an instant around which the test looks: at a transition, or any. */
const places = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...transitions) },
  {
    weight: 1,
    arbitrary: fc.record({
      zone: fc.constantFrom(...Object.keys(ZONES)),
      at: fc.integer({ min: 0, max: 40_000 }).map((hour) => Date.UTC(2024, 0, 1) + hour * HOUR_MS),
    }),
  },
);

const worlds = places.chain(({ zone, at }) =>
  schedulesAround(Math.floor(at / DAY_MS)).map(({ schedule, calendar }) => ({
    zone,
    at,
    compiled: compileSchedule(schedule, calendar, compileZone(luxonTimeZones, zone)),
    defined: (ms: number) => isOpenOnWall(schedule, calendar, localOf(ms, zone)),
    schedule,
    calendar,
  })),
);

describe('a compiled schedule', () => {
  test('has zones with transitions to be tried at', () => {
    for (const zone of Object.keys(ZONES)) {
      expect(
        transitions.filter((each) => each.zone === zone),
        zone,
      ).not.toEqual([]);
    }
  });

  test('is open exactly when the definition says so', () => {
    const offsets = fc.array(
      fc.oneof(
        fc.integer({ min: -4 * HOUR_MS, max: 4 * HOUR_MS }),
        fc.integer({ min: -5 * DAY_MS, max: 5 * DAY_MS }),
        fc.constantFrom(-1, 0, 1),
      ),
      { minLength: 30, maxLength: 60 },
    );
    fc.assert(
      fc.property(worlds, offsets, ({ at, compiled, defined }, away) => {
        for (const offset of away) {
          expect(compiled.isOpen(at + offset), new Date(at + offset).toISOString()).toBe(
            defined(at + offset),
          );
        }
      }),
      { seed: 20261122, numRuns: runs(400) },
    );
  });

  test('changes, and is open in spans, exactly as a scan of every minute finds', () => {
    fc.assert(
      fc.property(worlds, ({ at, compiled }) => {
        // Local mean times had seconds, so their minutes begin between ours.
        const from = at - 2 * DAY_MS - (at % 60_000) + 17_000;
        const until = from + 4 * DAY_MS;
        const found = [...compiled.openSpans(from, until)].flatMap((span) => [
          span.from,
          span.until,
        ]);
        const edges = new Set(found.filter((edge) => edge !== from && edge !== until));
        for (const edge of edges) {
          expect(compiled.isOpen(edge - 1)).not.toBe(compiled.isOpen(edge));
          expect(compiled.nextChange(edge - 1)).toBe(edge);
        }
        const inside = (ms: number): boolean => found.filter((edge) => edge <= ms).length % 2 === 1;
        for (let ms = from; ms < until; ms += 60_000) {
          if (compiled.isOpen(ms) !== inside(ms))
            throw new Error(`differs at ${new Date(ms).toISOString()}`);
        }
        for (let ms = from; ms < until; ms += 7 * HOUR_MS) {
          const change = compiled.nextChange(ms);
          const next = [...edges].find((edge) => edge > ms);
          if (next !== undefined) expect(change).toBe(next);
          else expect(change === null || change >= until).toBe(true);
        }
      }),
      { seed: 20261122, numRuns: runs(120) },
    );
  });

  test('jumps to the same next change as a walk by days', () => {
    fc.assert(
      fc.property(worlds, ({ at, compiled }) => {
        const end = at + 90 * DAY_MS;
        const change = compiled.nextChange(at);
        const span = [...compiled.openSpans(at, end)][0];
        const first = span === undefined ? end : span.from > at ? span.from : span.until;
        if (first < end) expect(change).toBe(first);
        else expect(change === null || change >= end).toBe(true);
        for (let ms = at; ms < Math.min(change ?? end, end); ms += HOUR_MS / 2) {
          expect(compiled.isOpen(ms)).toBe(compiled.isOpen(at));
        }
      }),
      { seed: 20261122, numRuns: runs(100) },
    );
  });

  test('began on the day to which a walk back over open minutes of the wall leads', () => {
    fc.assert(
      fc.property(worlds, ({ zone, at, compiled, schedule, calendar }) => {
        const now = localOf(at, zone);
        const day = compiled.openedOn(at);
        if (!isOpenOnWall(schedule, calendar, now)) {
          expect(day).toBeUndefined();
          return;
        }
        let first = now.day * 1440 + now.minute;
        const limit = first - 20 * 1440;
        const open = (minute: number): boolean =>
          isOpenOnWall(schedule, calendar, {
            day: Math.floor(minute / 1440),
            minute: ((minute % 1440) + 1440) % 1440,
          });
        while (first > limit && open(first - 1)) first--;
        if (first > limit) expect(day).toBe(Math.floor(first / 1440));
        else expect(day).toBeLessThanOrEqual(Math.floor(first / 1440));
      }),
      { seed: 20261122, numRuns: runs(80) },
    );
  });
});
