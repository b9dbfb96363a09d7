/**
 * A hundred thousand hostile bodies: every answer has one of six statuses and says nothing it should not, nothing is permitted that
 * the engine refuses, and nothing stays in memory.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { seededRandom } from '../../bench/random.js';
import { authzenPoint } from '../../src/adapters/authzen/authzen-point.js';
import type { Client } from '../../src/adapters/authzen/client.js';
import { enginePdp } from '../../src/adapters/pdp/engine-pdp.js';
import { compilePolicy } from '../../src/index.js';
import { right, site } from '../helpers/builders.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';
import { nextHostile } from './hostile-bodies.js';
import { NOON } from './http.js';

const STATUSES = new Set([200, 400, 401, 403, 413, 429]);
/** What may stay of some ten thousand exchanges: buckets of limits, and what the compiler keeps. */
const GROWTH_MAX = 6 * 1024 * 1024;
const engine = compilePolicy<unknown>(
  site({
    doors: [
      { id: 'front', place: 'hq', readers: [{ id: 'r1' }], restrictions: { geofence: {} } },
      { id: 'back', place: 'hq' },
    ],
    places: [{ id: 'hq', location: { latitude: 52.5, longitude: 13.4 } }],
    groups: [{ id: 'staff', doors: ['front', 'back'] }],
    users: [{ id: 'ada' }, { id: 'max' }],
    credentials: [{ id: 'phone', kind: 'phone', user: 'ada', state: 'active' }],
    assignments: [right('a', 'ada')],
  }),
);
const CLIENTS: Readonly<Record<string, Client>> = {
  'Bearer plain': { id: 'plain' },
  'Bearer full': {
    id: 'full',
    asserts: [
      'time',
      'method',
      'location',
      'reader',
      'device',
      'secondFactor',
      'arrivals',
      'occupancy',
      'presence',
      'companions',
      'scope',
    ],
    explain: true,
    consistency: true,
  },
  'Bearer slow': { id: 'slow', search: false, rate: { perSecond: 2, burst: 10 } },
};
let now = NOON;
const point = authzenPoint({
  pdp: enginePdp({ engine }),
  baseUrl: 'https://pdp.example',
  authenticate: (exchange) => CLIENTS[exchange.header('authorization') ?? ''],
  now: () => now,
  limits: { bodyBytes: 8192 },
});

/** Collects garbage, and answers what is left of the heap. */
function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test('no body makes an answer of another kind, a permit the engine refuses, or memory that stays', async () => {
  const count = runs(100_000);
  const seen = new Map<number, number>();
  const permits = new Set<string>();
  const decoder = new TextDecoder();
  let settled = 0;
  for (let index = 0; index < count; index++) {
    if (index === Math.floor(count / 2)) settled = heapAfterCollection();
    now = NOON + 50 * index;
    const { path, body, headers, remoteAddress } = nextHostile(seededRandom(SEED ^ (index * 7919)));
    const answer = await point.answer({
      method: 'POST',
      path,
      header: (name) => headers[name],
      body,
      remoteAddress,
    });
    const where = `${index}: ${path} ${answer.status} ${decoder.decode(body.subarray(0, 300))}`;
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    if (!STATUSES.has(answer.status)) throw new Error(where);
    if (/[\r\n]/u.test(Object.values(answer.headers).join(''))) throw new Error(where);
    if (answer.status !== 200) {
      if (answer.body === '' || answer.body.length > 300) throw new Error(where);
      continue;
    }
    const told = JSON.parse(answer.body) as {
      decision?: unknown;
      evaluations?: unknown;
      results?: unknown;
    };
    const isWhole =
      typeof told.decision === 'boolean' ||
      Array.isArray(told.evaluations) ||
      Array.isArray(told.results);
    if (!isWhole) throw new Error(where);
    if (told.decision !== true) continue;
    permits.add(path);
    const { subject, action, resource, context = {} } = JSON.parse(decoder.decode(body));
    const time = headers['authorization'] === 'Bearer full' ? (context?.time ?? now) : now;
    if (!engine.check({ subject, action, resource, context: { ...context, time } }))
      throw new Error(where);
  }
  const grown = heapAfterCollection() - settled;
  expect([...seen.keys()].sort()).toEqual([200, 400, 401, 403, 413, 429]);
  expect(seen.get(200)).toBeGreaterThan(count / 20);
  expect([...permits].sort()).toEqual(['/access/v1/evaluation', '/access/v1/evaluations']);
  expect(grown).toBeLessThan(GROWTH_MAX);
});
