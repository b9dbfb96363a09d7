/** Laws of presence over random days, against a model that knows nothing of records, counts and sweeps. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMuster, readOccupancy } from '../../src/adapters/site/muster.js';
import { setAlertPolicy, setCapacity } from '../../src/adapters/site/presence.js';
import { sweepPresence } from '../../src/adapters/site/presence-sweep.js';
import type { Capacity } from '../../src/admin/presence/capacity.js';
import { MINUTE, NOON, tap } from '../admin/presence/office.js';
import { runs } from '../helpers/runs.js';
import { type Office, openOffice, owner } from './scenes.js';

const PEOPLE = ['ada', 'bob', 'cy', 'dee', 'guest'] as const;
const READERS = ['front-in', 'front-out', 'side-in', 'side-out', 'inner-r'] as const;

/** One thing that happens, so many minutes after the one before. */
interface Step {
  readonly who: (typeof PEOPLE)[number];
  readonly reader: (typeof READERS)[number];
  readonly minutes: number;
  readonly sweep: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(...PEOPLE),
  reader: fc.constantFrom(...READERS),
  minutes: fc.integer({ min: 0, max: 50 }),
  sweep: fc.boolean(),
});
const days = fc.array(step, { maxLength: 30 });
const capacities: fc.Arbitrary<Capacity> = fc.constantFrom<Capacity>(
  { place: 'hq', mode: 'readers' },
  { place: 'hq', mode: 'readers', timeoutMinutes: 60 },
  { place: 'hq', mode: 'timeout', timeoutMinutes: 60 },
);

/** Where everybody is, told from the whole story each time. Times are whole minutes, so timers need no rounding. */
function whereabouts(capacity: Capacity, story: readonly (Step & { at: number })[], now: number) {
  const inside: string[] = [];
  const unknown: string[] = [];
  for (const who of PEOPLE) {
    let state: 'never' | 'inside' | 'outside' | 'unknown' = 'never';
    let seen = Number.NEGATIVE_INFINITY;
    const expire = (at: number) => {
      const timer = (capacity.timeoutMinutes ?? Infinity) * MINUTE;
      if (state === 'inside' && seen + timer <= at) state = 'unknown';
    };
    for (const { who: one, reader, at } of story) {
      if (one !== who) continue;
      expire(at);
      if (reader.endsWith('-out')) state = 'outside';
      else if (reader.endsWith('-in') || capacity.mode === 'timeout') state = 'inside';
      else if (state !== 'inside') state = 'unknown';
      seen = at;
    }
    expire(now);
    if (state === 'inside') inside.push(who);
    if (state === 'unknown') unknown.push(who);
  }
  return { inside: inside.sort(byName), unknown: unknown.sort(byName) };
}

/** As the list does: Ada has a name of her own, which begins alike. */
function byName(one: string, other: string): number {
  return one < other ? -1 : 1;
}

async function listed({ site }: Office) {
  const read = await readMuster(site, owner, 'hq');
  if (!read.ok) throw new Error(read.code);
  const ids = (lines: typeof read.value.inside) => lines.map(({ subject }) => subject.id);
  return { inside: ids(read.value.inside), unknown: ids(read.value.unknown) };
}

async function storedCount({ site }: Office): Promise<unknown> {
  return (await site.store.record('capacity_state', 'hq'))?.body['count'] ?? 0;
}

async function insideRecords({ site }: Office): Promise<number> {
  const records = await site.store.records('presence');
  return records.filter(({ body }) => body['state'] === 'inside').length;
}

describe('for any day', () => {
  test('the list, the count and the records say who is inside, as a naive recount does', async () => {
    await fc.assert(
      fc.asyncProperty(capacities, days, async (capacity, day) => {
        const office = await openOffice();
        await setCapacity(office.site, owner, capacity);
        const story: (Step & { at: number })[] = [];
        for (const each of day) {
          office.clock.now += each.minutes * MINUTE;
          if (each.sweep) await sweepPresence(office.site);
          const at = office.clock.now;
          const { decision } = await office.open(tap(each.who, each.reader, at));
          expect(decision.decision).toBe(true);
          story.push({ ...each, at });
          expect(await storedCount(office)).toBe(await insideRecords(office));
          expect(await listed(office)).toEqual(whereabouts(capacity, story, at));
        }
        office.clock.now += 30 * MINUTE;
        const end = whereabouts(capacity, story, office.clock.now);
        expect(await listed(office)).toEqual(end);
        const counted = await readOccupancy(office.site, owner, 'hq');
        expect(counted.ok && counted.value.count).toBe(end.inside.length);
        await sweepPresence(office.site);
        expect(await storedCount(office)).toBe(end.inside.length);
      }),
      { seed: 4102, numRuns: runs(60) },
    );
  });

  test('nobody is kept in, and a limit is never exceeded, by whichever of two doors people come', async () => {
    const limits = fc.integer({ min: 1, max: 4 });
    const modes = fc.constantFrom('hard', 'soft');
    await fc.assert(
      fc.asyncProperty(days, limits, modes, async (day, limit, mode) => {
        const guard = { restrictions: { antiPassback: { mode } } };
        const place = { restrictions: { occupancyLimit: limit } };
        const office = await openOffice({ place, front: guard });
        await setCapacity(office.site, owner, { place: 'hq', mode: 'readers' });
        for (const { who, reader, minutes } of day) {
          office.clock.now += minutes * MINUTE;
          const before = await listed(office);
          const { decision } = await office.open(tap(who, reader, office.clock.now));
          const { inside } = await listed(office);
          if (reader.endsWith('-out')) {
            expect(decision.decision).toBe(true);
            expect(inside).not.toContain(who);
          }
          expect(inside.length).toBeLessThanOrEqual(limit);
          const twice = reader === 'front-in' && before.inside.includes(who);
          if (twice) expect(decision.decision).toBe(mode === 'soft');
        }
      }),
      { seed: 4103, numRuns: runs(60) },
    );
  });

  test('alerts and their ends take turns, for each threshold', async () => {
    await fc.assert(
      fc.asyncProperty(days, fc.integer({ min: 1, max: 5 }), async (day, capacity) => {
        const office = await openOffice({ place: { capacity } });
        await setCapacity(office.site, owner, { place: 'hq', mode: 'readers', timeoutMinutes: 60 });
        await setAlertPolicy(office.site, owner, { place: 'hq', id: 'a', notify: ['owner'] });
        let notices = 0;
        for (const { who, reader, minutes, sweep } of day) {
          office.clock.now += minutes * MINUTE;
          if (sweep) await sweepPresence(office.site);
          notices += (await office.open(tap(who, reader, office.clock.now))).outcome.notices.length;
        }
        const told = await office.site.store.events('access', { order: 'oldest' });
        const on = new Map<unknown, boolean>();
        let ups = 0;
        for (const { type, content } of told) {
          if (!type.startsWith('doorwright.occupancy.')) continue;
          const { threshold, count } = JSON.parse(content!).data;
          const isUp = type.endsWith('.reached');
          expect(on.get(threshold) ?? false).toBe(!isUp);
          expect(count * 100 >= threshold * capacity).toBe(isUp);
          on.set(threshold, isUp);
          ups += isUp ? 1 : 0;
        }
        expect(notices).toBe(ups);
      }),
      { seed: 4104, numRuns: runs(60) },
    );
  });
});

describe('for any interleaving', () => {
  test('people at different doors at once are all counted, each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...PEOPLE]),
        fc.infiniteStream(fc.boolean()),
        async (people, side) => {
          const office = await openOffice();
          await setCapacity(office.site, owner, { place: 'hq', mode: 'readers' });
          const doors = people.map(() => (side.next().value ? 'side' : 'front'));
          const all = (way: 'in' | 'out', some: readonly string[]) =>
            Promise.all(some.map((who, at) => office.open(tap(who, `${doors[at]}-${way}`, NOON))));
          await all('in', people);
          expect(await storedCount(office)).toBe(people.length);
          const first = people.slice(0, 2);
          await Promise.all([all('out', first), all('in', people.slice(2))]);
          expect((await listed(office)).inside).toEqual([...people.slice(2)].sort(byName));
          expect(await storedCount(office)).toBe(await insideRecords(office));
        },
      ),
      { seed: 4105, numRuns: runs(30) },
    );
  });

  test('what each person did in its order makes the same list, however the stories are mixed', async () => {
    await fc.assert(
      fc.asyncProperty(
        capacities,
        days,
        fc.infiniteStream(fc.nat()),
        async (capacity, day, dice) => {
          const run = async (steps: readonly Step[]) => {
            const office = await openOffice();
            await setCapacity(office.site, owner, capacity);
            for (const { who, reader } of steps) await office.open(tap(who, reader, NOON));
            return listed(office);
          };
          const queues = PEOPLE.map((who) => day.filter((each) => each.who === who));
          const mixed: Step[] = [];
          while (mixed.length < day.length) {
            const full = queues.filter((queue) => queue.length > 0);
            mixed.push(full[dice.next().value % full.length]!.shift()!);
          }
          expect(await run(mixed)).toEqual(await run(day));
        },
      ),
      { seed: 4106, numRuns: runs(40) },
    );
  });
});
