/**
 * A lock that is none: obeys commands as a good firmware does, and can be told to be slow, deaf, mute or broken. For
 * tests and trials of whatever sends commands to locks.
 */
import type { LockAnswer } from './answer-desk.js';
import type { LockTimers } from './lock-host.js';
import { isCommandId, isUnlockSeconds, type LockOperation } from './lock-order.js';
import type { LockHappening, LockState } from './lock-provider.js';

/** A command as a lock gets it. */
export interface LockCommand {
  readonly commandId: string;
  readonly operation: LockOperation;
  /** 0 for `lock`. */
  readonly seconds: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** How it behaves from now on. */
export interface LockBehaviour {
  /** Time between a command and the bolt. */
  readonly delayMs?: number;
  /** Hears no command. */
  readonly deaf?: boolean;
  /** Acts, and never answers. */
  readonly mute?: boolean;
  /** Answers everything twice. */
  readonly twice?: boolean;
  /** Refuses with this reason. */
  readonly refuse?: string;
  /** The bolt sticks. */
  readonly jam?: boolean;
}

/** Whoever listens to it. */
export interface LockListener {
  /** How it stands, after every change. */
  state(state: LockState): void;
  /** What became of a command. */
  answer(answer: LockAnswer): void;
  /** What else happened at it. */
  happened(what: LockHappening): void;
}

/** The lock. */
export interface SimulatedLock {
  /** Every time the bolt was moved by a command. */
  readonly moves: readonly { readonly at: number; readonly command: LockCommand }[];
  /** A command arrives. */
  receive(command: LockCommand): void;
  /** Behaves so from the next command on; what is left out, as a good lock does. */
  behave(behaviour: LockBehaviour): void;
  /** Somebody opens or closes the door. */
  moveDoor(door: 'open' | 'closed'): void;
  /** Something else happens at it. */
  happen(what: LockHappening): void;
  /** The battery has so many percent from now on. */
  setBattery(percent: number): void;
  /** How it stands now. */
  state(): LockState;
}

/** Command ids a lock remembers: as many as can be sent before the oldest has expired. */
const REMEMBERED_MAX = 256;

/** A locked lock behind a closed door. */
export function simulatedLock(timers: LockTimers, listener: LockListener): SimulatedLock {
  const moves: { at: number; command: LockCommand }[] = [];
  const answers = new Map<string, LockAnswer | undefined>();
  let behaviour: LockBehaviour = {};
  let state: LockState = { bolt: 'locked', door: 'closed', battery: 100, available: true };

  const become = (more: Partial<LockState>) => {
    state = { ...state, ...more };
    listener.state(state);
  };
  const say = (answer: LockAnswer, { mute = false, twice = false }: LockBehaviour) => {
    answers.set(answer.commandId, answer);
    if (mute) return;
    listener.answer(answer);
    if (twice) listener.answer(answer);
  };
  const turn = boltOf(timers, (bolt) => become({ bolt }));
  const act = (command: LockCommand, how: LockBehaviour) => {
    const { commandId, operation, seconds } = command;
    if (timers.now() >= command.expiresAt)
      return say({ commandId, result: 'refused', reason: 'expired' }, how);
    if (how.refuse !== undefined)
      return say({ commandId, result: 'refused', reason: how.refuse }, how);
    moves.push({ at: timers.now(), command });
    if (how.jam === true) {
      become({ bolt: 'jammed' });
      return say({ commandId, result: 'failed', reason: 'jammed' }, how);
    }
    turn(operation, seconds);
    say({ commandId, result: 'done' }, how);
  };
  return {
    moves,
    receive(command) {
      const { commandId, operation, seconds } = command;
      const isSound = isCommandId(commandId) && (operation === 'lock' || isUnlockSeconds(seconds));
      if (behaviour.deaf === true || !isSound) return;
      if (answers.has(commandId)) {
        // A second delivery moves nothing; the first answer is said again, once there is one.
        const answer = answers.get(commandId);
        if (answer !== undefined) say(answer, behaviour);
        return;
      }
      const [oldest] = answers.keys();
      if (answers.size >= REMEMBERED_MAX && oldest !== undefined) answers.delete(oldest);
      answers.set(commandId, undefined);
      const how = behaviour;
      if (how.delayMs === undefined) act(command, how);
      else timers.after(how.delayMs, () => act(command, how));
    },
    behave(next) {
      behaviour = next;
    },
    moveDoor: (door) => become({ door }),
    happen: (what) => listener.happened(what),
    setBattery: (battery) => become({ battery }),
    state: () => state,
  };
}

/** A bolt that locks by itself when its time is over. */
function boltOf(timers: LockTimers, become: (bolt: 'locked' | 'unlocked') => void) {
  let unlockedUntil = 0;
  let forget: () => void = () => undefined;
  const relock = () => {
    if (timers.now() >= unlockedUntil) become('locked');
    else forget = timers.after(unlockedUntil - timers.now(), relock);
  };
  return (operation: LockOperation, seconds: number) => {
    forget();
    const until = timers.now() + seconds * 1000;
    // What holds it unlocked already is never shortened, except by an order to lock.
    unlockedUntil = operation === 'lock' ? 0 : Math.max(unlockedUntil, until);
    become(operation === 'lock' ? 'locked' : 'unlocked');
    if (operation !== 'lock') forget = timers.after(unlockedUntil - timers.now(), relock);
  };
}
