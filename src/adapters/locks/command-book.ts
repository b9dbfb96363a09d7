/** Which commands were given: a command id is sent once, and whoever asks again gets the first one's result. */
import { type LockOperation, timedOut, unavailable } from './lock-order.js';
import type { LockCommandResult, LockOrder } from './lock-provider.js';

/** One command's identity. Another order of the same id must agree in all of it. */
export interface CommandFace {
  readonly device: string;
  readonly operation: LockOperation;
  /** 0 for `lock`. */
  readonly seconds: number;
}

/** The commands of one provider. */
export interface CommandBook {
  /**
   * Runs `send` for an id that is new; answers the first run's result for one that is not.
   * @throws TypeError for an id that named another command.
   */
  once(
    order: LockOrder,
    face: CommandFace,
    send: () => Promise<LockCommandResult>,
  ): Promise<LockCommandResult>;
}

interface Entry {
  readonly text: string;
  readonly expiresAt: number;
  readonly result: Promise<LockCommandResult>;
  ended: boolean;
}

/** Commands remembered: a thousand doors with ten each. Beyond, those whose time is over are forgotten first. */
const COMMANDS_MAX = 10_000;

/** An empty book. @param most - for tests. */
export function commandBook(now: () => number, most: number = COMMANDS_MAX): CommandBook {
  const entries = new Map<string, Entry>();
  return {
    async once(order, { device, operation, seconds }, send) {
      const { commandId, expiresAt } = order;
      const text = JSON.stringify([device, operation, seconds]);
      const known = entries.get(commandId);
      if (known !== undefined) {
        if (known.text !== text) throw new TypeError('a command id that named another command');
        return known.result;
      }
      if (expiresAt <= now() || order.signal?.aborted === true) return timedOut(false);
      if (entries.size >= most && !makeRoom(entries, now()))
        return unavailable('too many commands are under way');
      const result = attempt(send);
      const entry: Entry = { text, expiresAt, result, ended: false };
      entries.set(commandId, entry);
      void result.then(() => {
        entry.ended = true;
      });
      return result;
    },
  };
}

/** What a provider's own fault throws may have happened after the command left. */
async function attempt(send: () => Promise<LockCommandResult>): Promise<LockCommandResult> {
  try {
    return await send();
  } catch {
    return unavailable('the provider failed', { mayHaveActed: true, retryable: false });
  }
}

/** Forgets a tenth of what can no longer be sent by anybody, oldest first. */
function makeRoom(entries: Map<string, Entry>, time: number): boolean {
  const wanted = Math.max(1, Math.ceil(entries.size / 10));
  let gone = 0;
  for (const [id, { ended, expiresAt }] of entries) {
    if (gone >= wanted) break;
    if (!ended || expiresAt > time) continue;
    entries.delete(id);
    gone++;
  }
  return gone > 0;
}
