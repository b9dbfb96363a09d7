/** The commands of a provider: each well-formed, to a lock that is known, and sent once. */
import { commandBook } from './command-book.js';
import { type LockOperation, requireOrder, unavailable } from './lock-order.js';
import type { LockCommandResult, LockOrder, LockProvider } from './lock-provider.js';
import type { LockCommand } from './simulated-lock.js';

/** What a provider adds: the way to the lock. */
export interface CommandParts {
  /** Epoch milliseconds. */
  now(): number;
  /** Whether there is such a lock. */
  isKnown(device: string): boolean;
  /** Sends and waits. Called once for each command. What it rejects with counts as a command that may have acted. */
  send(device: string, command: LockCommand, order: LockOrder): Promise<LockCommandResult>;
}

/** The commands of the port. */
export function lockCommands(parts: CommandParts): Pick<LockProvider, 'unlock' | 'hold' | 'lock'> {
  const book = commandBook(parts.now);
  const give = async (
    device: string,
    operation: LockOperation,
    order: LockOrder,
    seconds: number,
  ): Promise<LockCommandResult> => {
    requireOrder(order, operation === 'lock' ? undefined : seconds);
    const { commandId, expiresAt } = order;
    return book.once(order, { device, operation, seconds }, async () => {
      if (!parts.isKnown(device)) return unavailable('no such lock', { retryable: false });
      return parts.send(device, { commandId, operation, seconds, expiresAt }, order);
    });
  };
  return {
    unlock: (device, order) => give(device, 'unlock', order, order.seconds),
    hold: (device, order) => give(device, 'hold', order, order.seconds),
    lock: (device, order) => give(device, 'lock', order, 0),
  };
}
