/** Locks in this process: a provider over simulated locks, for tests and trials. */
import { answerDesk } from './answer-desk.js';
import { lockCommands } from './lock-commands.js';
import { type LockTimers, processLockHost } from './lock-host.js';
import { unavailable } from './lock-order.js';
import type { LockProvider } from './lock-provider.js';
import { newsStand } from './news-stand.js';
import { type SimulatedLock, simulatedLock } from './simulated-lock.js';

/** Simulated locks and their provider. */
export interface MemoryLocks {
  readonly provider: LockProvider;
  /** The other end. @throws RangeError for a device that is none. */
  lock(device: string): SimulatedLock;
  /** Whether the way to a device is there. */
  setAvailable(device: string, available: boolean): void;
}

/** Locks of these ids, all within reach. */
export function memoryLocks(
  devices: readonly string[],
  timers: LockTimers = processLockHost,
): MemoryLocks {
  const news = newsStand(devices);
  const desk = answerDesk(timers);
  let closed = false;
  const locks = new Map(
    devices.map((device) => {
      const lock = simulatedLock(timers, {
        state: (state) => news.heard(device, { ...state, available: isThere(device) }),
        answer: (answer) => void desk.answer(device, answer),
        happened: (what) => news.happened(device, what),
      });
      news.heard(device, lock.state());
      return [device, lock];
    }),
  );
  const isThere = (device: string) => news.state(device)?.available ?? false;

  const commands = lockCommands({
    now: timers.now,
    isKnown: (device) => locks.has(device),
    async send(device, command, order) {
      if (closed || !isThere(device)) return unavailable('the lock is not there');
      return desk.ask(device, order, () => {
        locks.get(device)?.receive(command);
        return { left: true };
      });
    },
  });
  const provider: LockProvider = {
    ...commands,
    devices: async () =>
      devices.map((id) => ({ id, capabilities: { unlock: true, lock: true, hold: true } })),
    state: news.state,
    watch: news.watch,
    async close() {
      closed = true;
      desk.lost('the provider was closed');
    },
  };
  return {
    provider,
    lock(device) {
      const lock = locks.get(device);
      if (lock === undefined) throw new RangeError(`no lock \`${device}\``);
      return lock;
    },
    setAvailable: (device, available) => news.heard(device, { available }),
  };
}
