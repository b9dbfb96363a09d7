import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalsFor, rememberArrival } from '../../../src/admin/door-state/arrivals.js';
import { decideAtDoor } from '../../../src/admin/door-state/decide-at-door.js';
import { type DoorRecord, NOTHING_REMEMBERED } from '../../../src/admin/door-state/door-record.js';
import type { Engine } from '../../../src/engine/engine.js';
import {
  compilePolicy,
  exportTimeZones,
  luxonTimeZones,
  tableTimeZones,
} from '../../../src/index.js';
import { runs } from '../../helpers/runs.js';

const week = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
const POLICY = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'hq' }],
  schedules: [
    { id: 'day', windows: [{ days: week, from: '08:00', until: '18:00' }] },
    { id: 'night', windows: [{ days: week, from: '22:00', until: '06:00' }] },
    { id: 'morning', windows: [{ days: week, from: '07:00', until: '12:00' }] },
    { id: 'late', windows: [{ days: week, from: '20:00', until: '02:00' }] },
    {
      id: 'long',
      timeZone: 'Pacific/Auckland',
      events: [{ from: '2026-03-25T09:00', until: '2026-04-03T09:00' }],
    },
    { id: 'always' },
    { id: 'off', enabled: false },
  ],
  doors: [
    {
      id: 'front',
      place: 'hq',
      readers: [{ id: 'in' }, { id: 'out', direction: 'exit' }],
      unlock: [
        { schedule: 'day', firstToArrive: 'morning' },
        { schedule: 'night', firstToArrive: 'late' },
      ],
    },
    { id: 'fair', place: 'hq', unlock: [{ schedule: 'long', firstToArrive: 'always' }] },
    { id: 'shop', place: 'hq', unlock: [{ schedule: 'always', firstToArrive: 'morning' }] },
    { id: 'dead', place: 'hq', unlock: [{ schedule: 'day', firstToArrive: 'off' }] },
    { id: 'plain', place: 'hq', unlock: [{ schedule: 'day' }] },
  ],
  users: [{ id: 'ada' }],
  assignments: [
    {
      id: 'a',
      subject: { type: 'user', id: 'ada' },
      role: 'place_door_access',
      scope: { type: 'place', id: 'hq' },
    },
  ],
} as const;
const engine: Engine = compilePolicy(POLICY);
// The week in which Berlin's clocks go forward; Auckland's go back a week later.
const START = Date.parse('2026-03-26T00:00:00Z');
const HOUR = 3_600_000;

const ask = (user: string, door: string, time: number, facts: object = {}) => ({
  subject: { type: 'user', id: user },
  action: { name: 'unlock' },
  resource: { type: 'door', id: door },
  context: { time, ...facts },
});

/** What is remembered after ada opened a door at an instant. */
function opened(
  remembered: DoorRecord,
  door: string,
  time: number,
  facts: object = {},
): DoorRecord {
  const request = ask('ada', door, time, facts);
  // By her right, also where the door stands unlocked already.
  const decision = engine.decide({ ...request, context: { ...request.context, arrivals: [] } });
  return rememberArrival(engine, request, decision, remembered) ?? remembered;
}

describe('the first to arrive', () => {
  const eight = Date.parse('2026-03-26T07:30:00Z');

  test('is remembered inside the arrival schedule, and nobody after him that day', () => {
    const first = opened(NOTHING_REMEMBERED, 'front', eight);
    expect(first.arrivals).toEqual([eight]);
    expect(opened(first, 'front', eight + HOUR)).toBe(first);
    expect(opened(NOTHING_REMEMBERED, 'front', eight + 6 * HOUR)).toBe(NOTHING_REMEMBERED);
  });

  test('takes the place of the day before', () => {
    const first = opened(NOTHING_REMEMBERED, 'front', eight);
    const next = opened(first, 'front', eight + 24 * HOUR);
    expect(next.arrivals).toEqual([eight + 24 * HOUR]);
  });

  test('comes in: who goes out by an exit reader does not arrive', () => {
    const out = { method: 'tap', reader: 'out' };
    expect(opened(NOTHING_REMEMBERED, 'front', eight, out)).toBe(NOTHING_REMEMBERED);
    const into = { method: 'tap', reader: 'in' };
    expect(opened(NOTHING_REMEMBERED, 'front', eight, into).arrivals).toEqual([eight]);
  });

  test('has a right: neither a refusal, nor passing an unlocked door, nor another question counts', () => {
    for (const request of [
      ask('nobody', 'front', eight),
      ask('nobody', 'plain', eight + HOUR),
      { ...ask('ada', 'front', eight), action: { name: 'view' } },
    ]) {
      const decision = engine.decide(request);
      expect(rememberArrival(engine, request, decision, NOTHING_REMEMBERED)).toBeUndefined();
    }
  });

  test('is of no interest where no unlock waits, or the arrival schedule is switched off', () => {
    for (const door of ['plain', 'dead']) {
      expect(opened(NOTHING_REMEMBERED, door, eight)).toBe(NOTHING_REMEMBERED);
    }
  });

  test('is not believed from a damaged record, nor written over one', () => {
    const damaged: DoorRecord = { arrivals: [eight], ended: [], damaged: true };
    expect(arrivalsFor(damaged, eight)).toEqual([]);
    expect(opened(damaged, 'front', eight)).toBe(damaged);
  });

  test('is not believed from the future', () => {
    expect(arrivalsFor({ arrivals: [eight, eight + 1], ended: [] }, eight)).toEqual([eight]);
  });

  test('of a time before the table of zones begins is forgotten, and opening goes on', () => {
    const from = Date.parse('2026-03-01T00:00:00Z');
    const zones = ['Europe/Berlin', 'Pacific/Auckland'];
    const table = exportTimeZones(luxonTimeZones, zones, from, from + 90 * 24 * HOUR);
    const timeZones = tableTimeZones(table);
    const short: Engine = compilePolicy(POLICY, { timeZones });
    const old = {
      arrivals: [Date.parse('2026-02-01T08:00:00Z')],
      ended: [{ schedule: 'day', at: 0 }],
    };
    const request = ask('ada', 'front', eight);
    const next = rememberArrival(short, request, decideAtDoor(short, request, old), old);
    expect(next?.arrivals).toEqual([eight]);
    // What was ended before anything is known stays ended.
    expect(decideAtDoor(short, ask('stranger', 'front', eight), next!).decision).toBe(false);
    const fresh = { ...next!, ended: [] };
    expect(decideAtDoor(short, ask('stranger', 'front', eight), fresh).decision).toBe(true);
  });
});

describe('what is remembered is all that matters', () => {
  test('for a stranger at any later instant, with all openings or with what is kept of them', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 * 60 }), { minLength: 1, maxLength: 25 });
    const doors = fc.constantFrom('front', 'fair', 'shop', 'dead', 'plain');
    let unlocked = 0;
    fc.assert(
      fc.property(doors, steps, fc.integer({ min: 0, max: 3 * 24 * 60 }), (door, minutes, wait) => {
        let remembered = NOTHING_REMEMBERED;
        let time = START;
        const all: number[] = [];
        for (const step of minutes) {
          time += step * 60_000;
          remembered = opened(remembered, door, time);
          const isGranted =
            engine.decide(ask('ada', door, time, { arrivals: [] })).context.reason === 'granted';
          if (isGranted) all.push(time);
          expect(remembered.arrivals.length).toBeLessThanOrEqual(2);
        }
        for (const later of [time, time + wait * 60_000]) {
          const kept = decideAtDoor(engine, ask('stranger', door, later), remembered);
          const told = engine.decide(ask('stranger', door, later, { arrivals: all }));
          expect(kept).toEqual(told);
          if (kept.decision) unlocked++;
        }
      }),
      { seed: 20261122, numRuns: runs(300) },
    );
    expect(unlocked).toBeGreaterThan(50);
  });

  test('a busy door is written about once a day', () => {
    let remembered = NOTHING_REMEMBERED;
    let writes = 0;
    for (let minute = 0; minute < 3 * 24 * 60; minute += 5) {
      const next = opened(remembered, 'front', START + minute * 60_000);
      if (next !== remembered) writes++;
      remembered = next;
    }
    // Once each morning, and of each night once before midnight and once after.
    expect(writes).toBeLessThanOrEqual(3 * 3 + 1);
    expect(writes).toBeGreaterThanOrEqual(6);
  });
});
