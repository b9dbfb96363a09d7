/** Of the store's suite: pages of logs, against their plain meaning. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventFilter, EventQuery, StoredEvent } from '../../src/admin/events/event.js';
import { EVENT_OUTCOMES } from '../../src/admin/events/event.js';
import { eventTime } from '../../src/admin/events/event-time.js';
import { matchesFilter } from '../../src/admin/events/filter.js';
import { arbitraryDrafts, opening } from '../admin/events/drafts.js';
import { runs } from '../helpers/runs.js';
import type { Ground } from './store.js';
import { allEvents } from './store-logs.js';
import { smallPolicy } from './store-policy.js';

const SEED = 20261122;

/** The page that a query means. */
export function meantPage(
  events: readonly StoredEvent[],
  query: EventQuery,
): readonly StoredEvent[] {
  const { filter = {}, order = 'newest', after, limit = 100 } = query;
  return (order === 'newest' ? [...events].reverse() : events)
    .filter(({ seq }) => after === undefined || (order === 'newest' ? seq < after : seq > after))
    .filter((event) => matchesFilter(event, filter))
    .slice(0, limit);
}

export function testEvents(ground: Ground): void {
  describe('pages of events', () => {
    test('any query finds what its filter means', async () => {
      const made = await ground.store.create(smallPolicy(ground.freshId()));
      await fc.assert(
        fc.asyncProperty(
          arbitraryDrafts('access', 20),
          fc.array(arbitraryQuery(), { minLength: 20, maxLength: 20 }),
          async (drafts, queries) => {
            await made.append(drafts);
            const all = await allEvents(made, 'access');
            for (const query of queries) {
              expect(await made.events('access', query)).toEqual(meantPage(all, query));
            }
          },
        ),
        { seed: SEED, numRuns: runs(12) },
      );
    });

    test('names that differ in a character a database cannot hold, or in length, are not mixed up', async () => {
      const made = await ground.store.create(smallPolicy(ground.freshId()));
      const long = 'x'.repeat(3000);
      const ids = [
        'a',
        'a\u0000',
        '\u0000',
        `${long}1`,
        `${long}2`,
        'é',
        'e\u0301',
        '"',
        '["user","a"]',
      ];
      await made.append(
        ids.map((id, number) =>
          opening(number, {
            object: { type: 'door', id },
            place: id,
            reason: id,
            personal: { actor: { type: 'user', id } },
          }),
        ),
      );
      for (const [index, id] of [...ids, `${long}3`, 'b', '\ud800', '#'].entries()) {
        const filters: EventFilter[] = [
          { object: { type: 'door', id } },
          { place: id },
          { reason: id },
          { actor: { type: 'user', id } },
        ];
        for (const filter of filters) {
          const found = (await made.events('access', { filter })).map(({ seq }) => seq);
          expect(found).toEqual(index < ids.length ? [index + 1] : []);
        }
      }
    });

    test('a span that no time is in has no events', async () => {
      const made = await ground.store.create(smallPolicy(ground.freshId()));
      await made.append([opening(1)]);
      for (const filter of [
        { from: 'yesterday' },
        { until: '' },
        { from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' },
        { from: '2026-01-01T00:00:01Z', until: '2026-01-01T00:00:01Z' },
        { types: [] },
        { outcome: '\u0000' as 'done' },
      ] satisfies EventFilter[]) {
        expect(await made.events('access', { filter })).toEqual([]);
      }
      const whole = { from: '0001-01-01T00:00:00+01:00', until: '9999-12-31T23:59:59.9999-01:00' };
      expect(await made.events('access', { filter: whole })).toHaveLength(1);
      const day = { from: '2026-01-01T01:00:01+01:00', until: '2026-01-01T00:00:02Z' };
      expect(await made.events('access', { filter: day })).toHaveLength(1);
    });

    test.each([-1, 1.5, Number.NaN, 2 ** 53])('after event %d is refused', async (after) => {
      const made = await ground.store.create(smallPolicy(ground.freshId()));
      await expect(made.events('access', { after })).rejects.toThrow(RangeError);
    });
  });
}

function arbitraryQuery(): fc.Arbitrary<EventQuery> {
  const name = fc.constantFrom('ann', 'bob', 'cy', 'Zoë', 'door-1', '__proto__', '📦');
  const entity = fc.record({ type: fc.constantFrom('user', 'link', 'door'), id: name });
  const time = fc.integer({ min: 0, max: 4e12 }).map(eventTime);
  const types = ['doorwright.door.opened', 'doorwright.door.refused', 'policy.changed', 'no.such'];
  const filter = fc.record(
    {
      types: fc.array(fc.constantFrom(...types), { maxLength: 3 }),
      object: entity,
      subject: entity,
      actor: entity,
      place: name,
      outcome: fc.constantFrom(...EVENT_OUTCOMES),
      reason: fc.constantFrom('granted', 'schedule'),
      from: time,
      until: time,
    },
    { requiredKeys: [] },
  );
  // One or two members at a time: with more, hardly anything would be found.
  const few = fc.tuple(filter, fc.nat(8), fc.nat(8)).map(([whole, a, b]) => {
    const entries = Object.entries(whole);
    return Object.fromEntries(
      [a, b].flatMap((index) => entries[index] ?? []).length > 0
        ? [a, b].flatMap((index) => (entries[index] ? [entries[index]] : []))
        : [],
    );
  });
  return fc.record(
    {
      filter: few,
      order: fc.constantFrom('newest' as const, 'oldest' as const),
      after: fc.nat(100),
      limit: fc.integer({ min: 1, max: 30 }),
    },
    { requiredKeys: ['filter'] },
  );
}
