/** Commands that wait for the lock's answer: each ends once, by the answer, by the clock, or because the way broke. */
import type { LockTimers } from './lock-host.js';
import { confirmed, refused, timedOut, unavailable } from './lock-order.js';
import type { LockCommandResult, LockOrder } from './lock-provider.js';

/** What a lock says of a command. `refused`: nothing was done. `failed`: it was tried; the bolt may have moved. */
export interface LockAnswer {
  readonly commandId: string;
  readonly result: 'done' | 'refused' | 'failed';
  /** A word: `expired`, `busy`, `jammed`, `low_battery`, … */
  readonly reason?: string;
}

/** Whether a command left. Once it may have, nobody can say that the lock will not act. */
export type Dispatch = { readonly left: true } | { readonly left: false; readonly detail: string };

/** Where answers are waited for. */
export interface AnswerDesk {
  /** Registers, then sends, then waits; ends at `expiresAt` at the latest. */
  ask(device: string, order: LockOrder, send: () => Dispatch): Promise<LockCommandResult>;
  /** A lock's answer. One that nobody waits for, or of another device's command, is dropped: false. */
  answer(device: string, answer: LockAnswer): boolean;
  /** Ends one command that is known not to have reached its lock, or may have. */
  end(device: string, commandId: string, result: LockCommandResult): void;
  /** The way to all locks broke: whatever was under way may arrive or have arrived. */
  lost(detail: string): void;
}

/** Reasons of a refusal that pass by themselves. */
const PASSING = new Set(['expired', 'busy']);

/** An empty desk. */
export function answerDesk(timers: LockTimers): AnswerDesk {
  const waiting = new Map<string, (result: LockCommandResult) => void>();
  const end = (device: string, commandId: string, result: LockCommandResult) =>
    waiting.get(keyOf(device, commandId))?.(result);
  return {
    ask: (device, order, send) =>
      new Promise((resolve) => {
        const key = keyOf(device, order.commandId);
        const giveUp = () => settle(timedOut(true));
        const settle = (result: LockCommandResult) => {
          if (!waiting.delete(key)) return;
          forget();
          order.signal?.removeEventListener('abort', giveUp);
          resolve(result);
        };
        waiting.set(key, settle);
        const forget = timers.after(order.expiresAt - timers.now(), giveUp);
        order.signal?.addEventListener('abort', giveUp, { once: true });
        const dispatch = send();
        if (!dispatch.left) settle(unavailable(dispatch.detail));
      }),
    answer(device, answer) {
      const settle = waiting.get(keyOf(device, answer.commandId));
      settle?.(resultOf(answer));
      return settle !== undefined;
    },
    end,
    lost(detail) {
      for (const settle of [...waiting.values()])
        settle(unavailable(detail, { mayHaveActed: true }));
    },
  };
}

function keyOf(device: string, commandId: string): string {
  return `${commandId} ${device}`;
}

function resultOf({ result, reason = 'no reason given' }: LockAnswer): LockCommandResult {
  if (result === 'done') return confirmed();
  if (result === 'failed') return refused(`the lock failed: ${reason}`, { mayHaveActed: true });
  return refused(`the lock refused: ${reason}`, { retryable: PASSING.has(reason) });
}
