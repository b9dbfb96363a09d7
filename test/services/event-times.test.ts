import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { nodeSiteHost } from '../../src/adapters/site/node-site-host.js';
import { postgresDriver, postgresStore } from '../../src/adapters/store/open-postgres.js';
import type { SqlDriver } from '../../src/adapters/store/sql.js';
import { sqlStore } from '../../src/adapters/store/sql-store.js';
import type { OrganizationStore, Store } from '../../src/adapters/store/store.js';
import type { StoredEvent } from '../../src/admin/events/event.js';
import { eventTime } from '../../src/admin/events/event-time.js';
import { opening } from '../admin/events/drafts.js';
import { meantPage } from '../contract/store-events.js';
import { allEvents } from '../contract/store-logs.js';
import { smallPolicy } from '../contract/store-policy.js';
import { runs } from '../helpers/runs.js';
import { databaseUrl } from './server.js';

// So many that events come later than the store takes for granted: see DISPLACEMENT in event-rows.ts.
const COUNT = 20_000;
const START = Date.UTC(2026, 0, 1);
const random = seededRandom(20261122);
let store: Store;
let site: OrganizationStore;
let all: readonly StoredEvent[];

beforeAll(async () => {
  // By this clock events are written when they happen or later, but for one from a clock that is far ahead.
  let written = 0;
  const host = { ...nodeSiteHost, now: () => START + written * 1000 };
  store = await postgresStore({ connectionString: databaseUrl(), schema: 'event_times', host });
  site = await store.create(smallPolicy('times'));
  const drafts = Array.from({ length: COUNT }, (_, index) =>
    opening(index, {
      time: eventTime(START + timeOf(index)),
      object: { type: 'door', id: `door-${random.below(7)}` },
    }),
  );
  for (let from = 0; from < COUNT; ) {
    const part = drafts.slice(from, from + 1 + random.below(3000));
    from += part.length;
    written = from;
    await site.append(part);
  }
  all = await allEvents(site, 'access');
});

afterAll(() => store?.close());

test('any span of time is found whole, however late its events came', async () => {
  for (let round = 0; round < runs(20); round++) {
    const from = random.below(COUNT * 1000);
    const until = from + random.below(round % 2 === 0 ? 60_000 : COUNT * 1000);
    const filter = {
      ...(round % 5 === 0 ? {} : { from: eventTime(START + from) }),
      ...(round % 7 === 0 ? {} : { until: eventTime(START + until) }),
      ...(round % 3 === 0 ? { object: { type: 'door', id: 'door-3' } } : {}),
    };
    for (const order of ['newest', 'oldest'] as const) {
      for (const page of [{}, { after: random.below(COUNT) }]) {
        const query = { filter, order, limit: 1 + random.below(500), ...page };
        const found = await site.events('access', query);
        expect(found.map(({ seq }) => seq)).toEqual(meantPage(all, query).map(({ seq }) => seq));
      }
    }
  }
});

test('an event that is written while a page is read is not passed over for a later one', async () => {
  const driver = await postgresDriver({ connectionString: databaseUrl() });
  // Runs once, between the statement that looks for the span and the one that reads the page.
  let meanwhile: (() => Promise<unknown>) | undefined;
  const between: SqlDriver = {
    ...driver,
    async connect() {
      const connection = await driver.connect();
      return {
        ...connection,
        async query(...statement) {
          const rows = await connection.query(...statement);
          if (statement[0].includes('AS past')) await meanwhile?.();
          meanwhile = undefined;
          return rows;
        },
      };
    },
  };
  const host = { ...nodeSiteHost, now: () => Date.UTC(2026, 0, 2) };
  const other = await sqlStore(between, { schema: 'event_times_between', host });
  const made = await other.create(smallPolicy('between'));
  // The second is of a clock that is far ahead, so that it is looked for by its time and not by its number.
  const drafts = [opening(1), opening(2, { time: eventTime(Date.UTC(2027, 0, 1)) })];
  meanwhile = () => made.append(drafts);
  const filter = { from: '2026-01-01T00:00:00Z' };
  const seqs: number[] = [];
  for (let page = 0; page < 3; page++) {
    const after = seqs.at(-1) ?? 0;
    const found = await made.events('access', { filter, order: 'oldest', after, limit: 1 });
    seqs.push(...found.map(({ seq }) => seq));
  }
  expect(seqs).toEqual([1, 2]);
  await other.close();
});

test('some events were told by their number and some were not: both ways were tried', async () => {
  const driver = await postgresDriver({ connectionString: databaseUrl() });
  const connection = await driver.connect();
  const [row] = await connection.query(
    'SELECT count(*) FILTER (WHERE astray) AS astray, count(*) AS count FROM event_times.event',
  );
  connection.release(false);
  await driver.close();
  expect(Number(row?.['count'])).toBe(COUNT);
  expect(Number(row?.['astray'])).toBeGreaterThan(COUNT / 20);
  expect(Number(row?.['astray'])).toBeLessThan(COUNT / 2);
});

/** Most a second apart, some a little late, some as late as they can be, one from a clock far ahead. */
function timeOf(index: number): number {
  if (index === 5000) return 1e12;
  const late = random.below(10);
  if (late === 0) return random.below(index + 1) * 1000;
  return late < 4 ? Math.max(0, index - random.below(50)) * 1000 : index * 1000;
}
