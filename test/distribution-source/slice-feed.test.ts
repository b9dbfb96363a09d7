import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SliceFeed } from '../../src/adapters/distribution/slice-feed.js';
import { waitingRoom } from '../../src/adapters/distribution/timers.js';
import { compilePolicy } from '../../src/index.js';
import { runs } from '../helpers/runs.js';
import { POLICY, settle, stillTime } from './ground.js';

const engine = compilePolicy(POLICY);
const BOUNDS = {
  deltas: 5,
  deltaBytes: 10_000,
  withdrawals: 3,
  withdrawalBytes: 200,
  withdrawalAge: 1000,
};

function fed(steps: readonly { takes: number; passes: number }[], bounds = BOUNDS) {
  const feed = new SliceFeed({ organization: 'acme', slice: '' }, engine, bounds);
  let at = 0;
  steps.forEach(({ takes, passes }, index) => {
    at += passes;
    const revision = index + 1;
    feed.advance({
      epoch: 1,
      revision,
      chain: `${revision}`,
      previous: `${index}`,
      changes: { revision },
      engine,
      withdraws: takes === 0 ? undefined : { users: Array.from({ length: takes }, () => 'ada') },
      at,
    });
  });
  return { feed, at };
}

test('what a heartbeat says of withdrawals is complete above where it says so, and within its bounds', () => {
  const step = fc.record({ takes: fc.nat(40), passes: fc.nat(400) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { feed, at } = fed(steps);
      const { withdrawn, withdrawnSince } = feed.withdrawn(at);
      const revisions = withdrawn.map(({ revision }) => revision);
      const all = steps.flatMap(({ takes }, index) => (takes > 0 ? [index + 1] : []));
      expect(revisions).toEqual(all.filter((revision) => revision > withdrawnSince));
      expect(withdrawn.length).toBeLessThanOrEqual(BOUNDS.withdrawals);
      const bytes = withdrawn.map(({ withdraws }) => JSON.stringify(withdraws).length);
      expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(200);
    }),
    { seed: 7, numRuns: runs(300) },
  );
});

test('deltas are dense up to the newest, and behind is said exactly where they are not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.nat(22), (steps, after) => {
      const { feed } = fed(Array.from({ length: steps }, () => ({ takes: 1, passes: 1 })));
      const kept = feed.after(after, 1000)?.map(({ delta }) => delta.revision);
      const oldest = Math.max(1, steps - BOUNDS.deltas + 1);
      const wanted = Array.from({ length: Math.max(0, steps - after) }, (_, i) => after + 1 + i);
      expect(kept).toEqual(after < oldest - 1 ? undefined : wanted);
    }),
    { seed: 7, numRuns: runs(300) },
  );
});

test('one delta is kept however large it is', () => {
  const { feed } = fed(
    [
      { takes: 0, passes: 0 },
      { takes: 0, passes: 0 },
    ],
    { ...BOUNDS, deltaBytes: 0 },
  );
  expect(feed.after(1, 10)).toHaveLength(1);
  expect(feed.after(0, 10)).toBeUndefined();
});

test('many wait on one timer; each leaves in time, at a wake, or by its signal', async () => {
  const time = stillTime();
  const room = waitingRoom(time.timers, time.now);
  const left: number[] = [];
  const ending = new AbortController();
  const enter = (milliseconds: number, signal?: AbortSignal) =>
    void room.wait(milliseconds, signal).then(() => left.push(milliseconds));
  enter(1000);
  enter(5000);
  enter(9000, ending.signal);
  expect(time.pending()).toBe(1);
  await time.pass(900);
  expect(left).toEqual([]);
  await time.pass(400);
  expect(left).toEqual([1000]);
  ending.abort();
  await settle();
  expect(left).toEqual([1000, 9000]);
  room.wake();
  await settle();
  expect(left).toEqual([1000, 9000, 5000]);
  expect([room.size, time.pending()]).toEqual([0, 0]);
  await room.wait(1000, ending.signal);
});
