/** Every change between any two of all small sites: a finite space leaves nothing to chance. */
import { expect, test } from 'vitest';
import { sameValue } from '../../src/admin/same-value.js';
import { withdraw } from '../../src/distribution/withdraw.js';
import { withdrawalsOf } from '../../src/distribution/withdrawals-of.js';
import type { Engine } from '../../src/engine/engine.js';
import type { AccessRequest } from '../../src/engine/request.js';
import { compilePolicy } from '../../src/index.js';
import type { Changes } from '../../src/policy/changes.js';
import { right, site, unlock } from '../helpers/builders.js';

type Loose = Record<string, readonly { readonly id: string }[]>;

const staff = (parts: object) => ({ id: 'staff', doors: ['front'], ...parts });
const card = (parts: object) => ({
  id: 'card',
  kind: 'card',
  user: 'ada',
  state: 'active',
  ...parts,
});
const readers = [{ id: 'in' }, { id: 'out', direction: 'exit' }];
const front = (parts: object) => ({ id: 'front', place: 'hq', readers, ...parts });
const atPlace = { role: 'place_door_access', scope: { type: 'place', id: 'hq' } };
const hours = (parts: object) => [{ id: 'hours', ...parts }];

/** What may stand in each collection. Names of schedules stand for themselves: each is there in every site. */
const CHOICES: Readonly<Record<string, readonly (readonly object[])[]>> = {
  groups: [[staff({})], [staff({ doors: [] })], [staff({ restrictions: { schedule: 'hours' } })]],
  credentials: [[], [card({})], [card({ state: 'lost' })]],
  assignments: [
    [right('a', 'ada')],
    [right('a', 'ada', atPlace), right('b', 'bob')],
    [right('a', 'ada', { validity: { schedule: 'hours' } })],
  ],
  doors: [[front({})], [front({ unlock: [{ schedule: 'hours' }] })]],
  schedules: [hours({}), hours({ windows: [{ days: ['mo'], from: '10:00', until: '14:00' }] })],
};

/** Every site of the space. */
function* sites(names = Object.keys(CHOICES)): Generator<Loose> {
  const [name, ...rest] = names;
  if (name === undefined) yield {};
  else
    for (const others of sites(rest)) {
      for (const choice of CHOICES[name]!) yield { ...others, [name]: choice } as Loose;
    }
}

/** The change from one site to another. */
function between(from: Loose, to: Loose): Changes {
  const put: Record<string, object[]> = {};
  const remove: Record<string, string[]> = {};
  for (const name of Object.keys(CHOICES)) {
    const [before, after] = [from[name]!, to[name]!];
    put[name] = after.filter((each) => !before.some((old) => sameValue(old, each)));
    remove[name] = before.map(({ id }) => id).filter((id) => !after.some((each) => each.id === id));
  }
  return { put, remove } as unknown as Changes;
}

const FACTS = ['in', 'out'].flatMap((reader) => [
  { method: 'tap', reader },
  { method: 'tap', reader, device: 'card' },
  { method: 'card', reader, device: 'card' },
]);
const REQUESTS: readonly AccessRequest[] = ['2026-03-02T12:00:00Z', '2026-03-02T20:00:00Z'].flatMap(
  (time) =>
    ['ada', 'bob'].flatMap((user) =>
      FACTS.map((facts) => unlock(user, 'front', { ...facts, time })),
    ),
);
const COMING_IN = REQUESTS.map(({ context }) => context.reader === 'in');

/** What is permitted, a bit for each request. */
const permitted = (engine: Engine) =>
  REQUESTS.reduce((bits, request, index) => bits + (engine.check(request) ? 2 ** index : 0), 0);
const ENTRIES = COMING_IN.reduce((bits, isIn, index) => bits + (isIn ? 2 ** index : 0), 0);

test('every change of a small site keeps out at least whom the site after it keeps out', () => {
  const all = [...sites()].map((parts) => {
    const engine: Engine = compilePolicy<unknown>(
      site({ users: [{ id: 'ada' }, { id: 'bob' }], ...parts }),
    );
    return { parts, engine, bits: permitted(engine) };
  });
  const counts = { changes: 0, withdrawn: 0, kept: 0 };
  for (const [index, from] of all.entries()) {
    for (const [step, to] of all.entries()) {
      // Heard of at its own state, and at one more.
      const withdrawal = withdrawalsOf(from.engine, between(from.parts, to.parts));
      counts.changes += 1;
      if (withdrawal === undefined) {
        if ((from.bits & ~to.bits & ENTRIES) !== 0) expect({ from, to }).toBe('withdrawn');
        continue;
      }
      counts.withdrawn += 1;
      const own = permitted(withdraw(from.engine, [withdrawal]));
      const other = all[(index * 31 + step * 17) % all.length]!;
      const elsewhere = permitted(withdraw(other.engine, [withdrawal]));
      const tooMuch = (own & ~to.bits & ENTRIES) | (own & ~from.bits) | (elsewhere & ~other.bits);
      if (tooMuch !== 0) expect({ from, to, other, withdrawal }).toBe('at most what both permit');
      if (own !== 0) counts.kept += 1;
    }
  }
  expect(all).toHaveLength(3 * 3 * 3 * 2 * 2);
  expect(counts.changes).toBe(108 * 108);
  expect(counts.withdrawn).toBeGreaterThan(5000);
  expect(counts.kept).toBeGreaterThan(1000);
});
