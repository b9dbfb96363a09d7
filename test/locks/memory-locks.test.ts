import { memoryLocks } from '../../src/adapters/for-locks.js';
import { describeLockProvider } from '../contract/lock-provider.js';
import { testClock } from './clock.js';

describeLockProvider('in memory', async () => {
  const clock = testClock();
  const locks = memoryLocks(['a', 'b'], clock);
  return {
    provider: locks.provider,
    devices: ['a', 'b'],
    waitMs: 5000,
    holds: true,
    now: clock.now,
    pass: clock.pass,
    behave: (device, behaviour) => locks.lock(device).behave(behaviour),
    moves: (device) => locks.lock(device).moves.map(({ command }) => command),
    moveDoor: (device, door) => locks.lock(device).moveDoor(door),
    leave: async (device) => locks.setAvailable(device, false),
    stop: () => locks.provider.close(),
  };
});
