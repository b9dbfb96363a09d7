/** When doors open, against the oracle: exact where permitted, and complete for whoever comes in. */
import { expect, test, vi } from 'vitest';
import type { OpenHours } from '../../../src/analysis/questions/need.js';
import { openHours } from '../../../src/analysis/questions/open-hours.js';
import { compilePolicy } from '../../../src/index.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { overWorlds } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';

// Seconds on a quiet machine, and minutes on a busy one or with DOORWRIGHT_RUNS.
vi.setConfig({ testTimeout: 1_200_000 });

const DAY_MS = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

const needsAt = (hours: readonly OpenHours[], type: string, id: string, time: number) =>
  (hours.find(({ resource }) => resource.type === type && resource.id === id)?.needs ?? []).filter(
    ({ when }) =>
      when.spans.some((span) => Date.parse(span.from) <= time && time < Date.parse(span.until)),
  );

test('whoever comes in is inside the hours of a need, and every edge of the hours is one', () => {
  let [permits, edges] = [0, 0];
  overWorlds(30, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    const [from, until] = [anchor - 2 * DAY_MS, anchor + 3 * DAY_MS];
    for (let draws = 0; draws < 12; draws++) {
      const request = drawOpening(draw, policy, anchor);
      const hours = openHours(engine, request.subject, { from: iso(from), until: iso(until) });
      for (const { needs } of hours) {
        for (const { need, when, witness } of needs) {
          expect(referenceDecide(policy, witness).decision).toBe(true);
          if (need.company || need.arrival || draws > 3) continue;
          const may = (ms: number) =>
            referenceDecide(policy, { ...witness, context: { ...need.facts, time: iso(ms) } })
              .decision;
          for (const span of when.spans.slice(0, 4)) {
            const [begin, end] = [Date.parse(span.from), Date.parse(span.until)];
            edges += 1;
            expect([may(begin), may(end - 1)]).toEqual([true, true]);
            if (begin > from) expect(may(begin - 1)).toBe(false);
            if (end < until) expect(may(end)).toBe(false);
          }
        }
      }
      const time = new Date(request.context.time).getTime();
      const exit = [...(policy.doors ?? []), ...(policy.elevators ?? [])]
        .flatMap(({ readers }) => readers ?? [])
        .some(({ id, direction }) => id === request.context.reader && direction === 'exit');
      if (exit || time < from || time >= until) continue;
      if (!referenceDecide(policy, request).decision) continue;
      permits += 1;
      const { type, id } = request.resource;
      if (needsAt(hours, type, id, time).length === 0) expect({ request, hours }).toBe('inside');
    }
  });
  expect(permits).toBeGreaterThan(50);
  expect(edges).toBeGreaterThan(100);
});

test('with facts given, the hours are those of requests with these very facts', () => {
  let permits = 0;
  overWorlds(60, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    const [from, until] = [anchor - 2 * DAY_MS, anchor + 3 * DAY_MS];
    for (let draws = 0; draws < 12; draws++) {
      const request = drawOpening(draw, policy, anchor);
      const { time: _, ...facts } = request.context;
      const hours = openHours(engine, request.subject, { from, until, facts });
      const { type, id } = request.resource;
      for (let times = 0; times < 6; times++) {
        const time = from + draw.int(0, 5 * 48 - 1) * 1_800_000;
        const asked = { ...request, context: { ...facts, time } };
        const decided = referenceDecide(policy, asked).decision;
        permits += decided ? 1 : 0;
        const isInside = needsAt(hours, type, id, time).length > 0;
        if (isInside !== decided) expect({ asked, hours }).toBe(decided);
      }
    }
  });
  expect(permits).toBeGreaterThan(100);
});

test('two ways in are two needs, each with its own week', () => {
  const engine = compilePolicy({
    version: 1,
    organization: { id: 'o', timeZone: 'Europe/Berlin' },
    places: [{ id: 'p', location: { latitude: 52.5, longitude: 13.4 } }],
    doors: [{ id: 'd', place: 'p', readers: [{ id: 'r' }] }],
    groups: [
      { id: 'near', doors: ['d'], restrictions: { geofence: { radius: 100 }, schedule: 'day' } },
      { id: 'safe', doors: ['d'], restrictions: { secondFactor: true } },
    ],
    users: [{ id: 'ada' }],
    schedules: [{ id: 'day', windows: [{ days: ['mo', 'tu'], from: '08:00', until: '17:00' }] }],
    assignments: ['near', 'safe'].map((id) => ({
      id,
      subject: { type: 'user', id: 'ada' },
      role: 'door_access',
      scope: { type: 'group', id },
    })),
  });
  const from = '2026-11-23T00:00:00+01:00';
  const until = '2026-12-21T00:00:00+01:00';
  const [door] = openHours(engine, { type: 'user', id: 'ada' }, { from, until });
  const said = door?.needs.map(({ need, when }) => [need.facts, when.week]);
  const week = [{ days: ['mo', 'tu'], from: '08:00', until: '17:00' }];
  expect(said).toEqual([
    [{ method: 'tap', reader: 'r' }, week],
    [{ location: { latitude: 52.5, longitude: 13.4, accuracy: 0 } }, week],
    [{ secondFactor: true }, 'always'],
  ]);
  const none = openHours(engine, { type: 'user', id: 'ada' }, { from, until, facts: {} });
  expect(none).toEqual([]);
});

test('a span that does not end after it begins is refused', () => {
  const engine = compilePolicy({ version: 1, organization: { id: 'o' } });
  const ask = () => openHours(engine, { type: 'user', id: 'u' }, { from: 5, until: 5 });
  expect(ask).toThrow(RangeError);
});
