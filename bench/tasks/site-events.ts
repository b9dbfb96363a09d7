/** Pages of a large log. */
import type { SqlDriver } from '../../src/adapters/store/sql.js';
import { sqlStore } from '../../src/adapters/store/sql-store.js';
import type { EventFilter } from '../../src/admin/events/event.js';
import type { Policy } from '../../src/policy/document.js';
import { type Random, seededRandom } from '../random.js';
import { summarise } from '../statistics.js';
import type { Row } from '../table.js';

/** Between two events, in seconds: a million of them are a year. */
const STEP_SECONDS = 30;
const START = Date.UTC(2025, 0, 1);

/** One row for each filter. Closes the driver. */
export async function eventRows(
  name: string,
  driver: SqlDriver,
  events: number,
  rounds: number,
): Promise<Row[]> {
  const store = await sqlStore(driver);
  const policy = { version: 1, organization: { id: 'bench', timeZone: 'UTC', roles: 'kisi' } };
  const site = await store.create(policy as unknown as Policy);
  await fill(driver, events);
  const random = seededRandom(11);
  const rows: Row[] = [];
  for (const [kind, filterOf] of filters(events)) {
    const times: number[] = [];
    let found = 0;
    for (let round = 0; round < rounds * 4; round++) {
      const query = { filter: filterOf(random), order: random.pick(ORDERS) };
      const begin = performance.now();
      found += (await site.events('access', query)).length;
      times.push(performance.now() - begin);
    }
    const { median, max } = summarise(times);
    rows.push({
      name: `${name}, ${kind}`,
      median,
      worst: max,
      found: Math.round(found / times.length),
    });
  }
  await store.close();
  return rows;
}

const ORDERS = ['newest', 'oldest'] as const;

function filters(events: number): readonly (readonly [string, (random: Random) => EventFilter])[] {
  const at = (share: number) => new Date(START + share * events * STEP_SECONDS * 1000);
  const span = (random: Random, share: number): EventFilter => {
    const from = (random.below(1000) / 1000) * (1 - share);
    return { from: at(from).toISOString(), until: at(from + share).toISOString() };
  };
  const door = (random: Random) => ({ type: 'door', id: `door-${random.below(1000)}` });
  const user = (random: Random) => ({ type: 'user', id: `user-${random.below(10_000)}` });
  return [
    ['none', () => ({})],
    ['type', (random) => ({ types: [`doorwright.door.kind${random.below(20)}`] })],
    [
      'three types',
      (random) => ({ types: [1, 2, 3].map(() => `doorwright.door.kind${random.below(20)}`) }),
    ],
    ['outcome', (random) => ({ outcome: random.pick(['permitted', 'refused', 'done', 'failed']) })],
    ['object', (random) => ({ object: door(random) })],
    ['place', (random) => ({ place: `place-${random.below(20)}` })],
    ['reason', (random) => ({ reason: `reason-${random.below(12)}` })],
    ['subject', (random) => ({ subject: user(random) })],
    ['actor', (random) => ({ actor: user(random) })],
    ['an hour', (random) => span(random, 1 / 8766)],
    ['a day', (random) => span(random, 1 / 365)],
    ['a month', (random) => span(random, 1 / 12)],
    ['half of the log', (random) => span(random, 1 / 2)],
    ['object, a month', (random) => ({ object: door(random), ...span(random, 1 / 12) })],
    [
      'subject, outcome, half of the log',
      (random) => ({ subject: user(random), outcome: 'refused', ...span(random, 1 / 2) }),
    ],
  ];
}

/** Rows as appends would leave them, but for their hashes: made by the database, in a minute instead of ten. */
async function fill(driver: SqlDriver, events: number): Promise<void> {
  const connection = await driver.connect();
  const zeros = `repeat('0', 64)`;
  await connection.query(
    `WITH drawn AS (
       SELECT n, to_char(timestamp '2025-01-01' + make_interval(secs => ${STEP_SECONDS} *
         CASE WHEN random() < 0.1 THEN greatest(0, n - random() * $1 * 2 / 3) ELSE n END),
         'YYYY-MM-DD"T"HH24:MI:SS".000Z"') AS time
       FROM generate_series(1, $1::int) AS n),
     ordered AS (SELECT n, time, max(time) OVER (ORDER BY n) AS latest FROM drawn),
     settled AS (SELECT *, lag(latest, 4000) OVER (ORDER BY n) AS before FROM ordered)
     INSERT INTO doorwright.event (organization, log, seq, id, type, time, outcome, content, personal, salt,
       content_hash, commitment, hash, object, place, reason, actor, subject, latest, astray)
     SELECT 1, 1, n, 'event-' || n, 'doorwright.door.kind' || (random() * random() * 20)::int, time,
       (ARRAY['permitted', 'permitted', 'refused', 'done', 'failed'])[1 + (n + (random() * 3)::int) % 5],
       repeat('x', 200), repeat('y', 60), repeat('0', 32), ${zeros}, ${zeros}, ${zeros},
       '["door","door-' || (random() * 1000)::int || '"]', '"place-' || (random() * 20)::int || '"',
       '"reason-' || (random() * 12)::int || '"',
       CASE WHEN n % 10 = 0 THEN '["user","user-' || (random() * 10000)::int || '"]' END,
       '["user","user-' || (random() * 10000)::int || '"]', latest, time < coalesce(before, '')
     FROM settled ORDER BY n`,
    [events],
  );
  await connection.query('ANALYZE doorwright.event');
  connection.release(false);
}
