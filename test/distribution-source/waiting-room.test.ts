import { expect, test } from 'vitest';
import { type Timers, waitingRoom } from '../../src/adapters/distribution/timers.js';
import { settle } from './ground.js';

test('a clock that is set back keeps nobody waiting for longer than he asked for', async () => {
  let wall = 1_000_000_000;
  let passed = 0;
  const set = new Map<() => void, number>();
  const timers: Timers = {
    set(callback, milliseconds) {
      set.set(callback, passed + milliseconds);
      return () => void set.delete(callback);
    },
  };
  const pass = async (milliseconds: number): Promise<void> => {
    passed += milliseconds;
    wall += milliseconds;
    for (const [callback, at] of [...set]) {
      if (at > passed) continue;
      set.delete(callback);
      callback();
    }
    await settle();
  };
  const room = waitingRoom(timers, () => wall);
  let left = 0;
  const leave = (): void => void left++;
  room.wait(30_000).then(leave);
  await pass(1000);
  wall -= 86_400_000;
  room.wait(30_000).then(leave);
  await pass(30_000);
  expect(left).toBeGreaterThanOrEqual(1);
  await pass(30_000);
  expect(left).toBe(2);
  expect([room.size, set.size]).toEqual([0, 0]);
});
