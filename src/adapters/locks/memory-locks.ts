/** Locks in this process: a provider over simulated locks, for tests and trials. */
import { answerDesk } from './answer-desk.js';
import { commandBook } from './command-book.js';
import { type LockTimers, processLockHost } from './lock-host.js';
import { type LockOperation, requireOrder, unavailable } from './lock-order.js';
import type { LockOrder, LockProvider } from './lock-provider.js';
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
  const book = commandBook(timers.now);
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

  const command = async (
    device: string,
    operation: LockOperation,
    order: LockOrder,
    seconds: number,
  ) => {
    requireOrder(order, operation === 'lock' ? undefined : seconds);
    const { commandId, expiresAt } = order;
    return book.once(order, { device, operation, seconds }, async () => {
      const lock = locks.get(device);
      if (lock === undefined) return unavailable('no such lock', { retryable: false });
      if (closed || !isThere(device)) return unavailable('the lock is not there');
      return desk.ask(device, order, () => {
        lock.receive({ commandId, operation, seconds, expiresAt });
        return { left: true };
      });
    });
  };
  const provider: LockProvider = {
    devices: async () =>
      devices.map((id) => ({ id, capabilities: { unlock: true, lock: true, hold: true } })),
    unlock: (device, order) => command(device, 'unlock', order, order.seconds),
    hold: (device, order) => command(device, 'hold', order, order.seconds),
    lock: (device, order) => command(device, 'lock', order, 0),
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
