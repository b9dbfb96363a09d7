/**
 * Online locks as a port: whoever can reach locks (a broker, a vendor's cloud, a bus) is a provider, and the gateway
 * need not know which. Devices with capabilities and commands that are tracked to their end follow the shape of Seam.
 */

/** What a device can do. A gateway asks nothing else of it. */
export interface LockCapabilities {
  /** Unlocks for some seconds and locks again by itself. */
  readonly unlock: boolean;
  /** Locks when told. */
  readonly lock: boolean;
  /** Stays unlocked for a lease, and locks by itself when nobody renews it. */
  readonly hold: boolean;
}

/** One lock. */
export interface LockDevice {
  /** The provider's name for it. */
  readonly id: string;
  readonly name?: string;
  readonly capabilities: LockCapabilities;
}

/** One command. */
export interface LockOrder {
  /**
   * Names this command for ever: a second order of the same id is the same command, is not sent again, and gets the
   * same result. 1 to 64 of letters, digits and `. _ ~ : -`.
   */
  readonly commandId: string;
  /** Epoch milliseconds after which the lock must not act any more and nobody waits any longer. */
  readonly expiresAt: number;
  /** Ends the waiting, not the command: that cannot be called back. */
  readonly signal?: AbortSignal;
}

/** A command to unlock, or to stay unlocked. */
export interface UnlockOrder extends LockOrder {
  /** 1 to 3600, whole. */
  readonly seconds: number;
}

/**
 * What became of a command. `confirmed`: the lock said that it did it. `refused`: lock or vendor said that it did not.
 * `timed_out`: nobody answered in time. `unavailable`: the way to the lock is not there, or broke.
 */
export type CommandOutcome = 'confirmed' | 'refused' | 'timed_out' | 'unavailable';

/** A command's end. */
export interface LockCommandResult {
  readonly outcome: CommandOutcome;
  /** Whether the lock may have done it. False only where it is known that it has not and will not. */
  readonly mayHaveActed: boolean;
  /** Whether asking anew, by a new request that is decided anew, may help. Nobody does so by himself. */
  readonly retryable: boolean;
  /** For people and logs: names no person and holds no secret. */
  readonly detail: string;
}

/** The bolt, as the lock says. */
export type BoltState = 'locked' | 'unlocked' | 'locking' | 'unlocking' | 'jammed' | 'unknown';

/** How a lock stands, as far as it was heard. */
export interface LockState {
  readonly bolt: BoltState;
  /** The contact of the door. */
  readonly door: 'open' | 'closed' | 'unknown';
  /** Percent; null where nobody knows. */
  readonly battery: number | null;
  /** Whether the lock can be reached. */
  readonly available: boolean;
}

/** What a lock tells besides its state. `exited`: somebody inside pressed the button. */
export type LockHappening = 'forced_open' | 'held_open' | 'held_open_ended' | 'tampered' | 'exited';

/** Something a lock told. */
export type LockNews =
  | { readonly kind: 'state'; readonly device: string; readonly state: LockState }
  | { readonly kind: 'happened'; readonly device: string; readonly what: LockHappening };

/**
 * Whoever reaches locks. Commands never reject for what outside does; a mistake of the caller (an ill-formed order, or
 * a command id that named another command) throws or rejects with `TypeError` or `RangeError`, before anything is sent.
 * A command is sent at most once, whatever fails.
 */
export interface LockProvider {
  /** All devices it knows. Rejects where they cannot be learnt. */
  devices(): Promise<readonly LockDevice[]>;
  /** Unlocks for some seconds. */
  unlock(device: string, order: UnlockOrder): Promise<LockCommandResult>;
  /** Stays unlocked for a lease; renewed by another order before it ends. Never shortens what holds it unlocked already. */
  hold(device: string, order: UnlockOrder): Promise<LockCommandResult>;
  /** Locks, and ends every hold. */
  lock(device: string, order: LockOrder): Promise<LockCommandResult>;
  /** How a device stands, as last heard; undefined for one that it does not know. */
  state(device: string): LockState | undefined;
  /** Tells what is heard from now on. What the listener throws is dropped. Answers how to stop. */
  watch(listener: (news: LockNews) => void): () => void;
  /** Lets go of connections. Commands under way end as `unavailable`. */
  close(): Promise<void>;
}

/** The state of a lock of which nothing was heard. */
export const NOTHING_HEARD: LockState = {
  bolt: 'unknown',
  door: 'unknown',
  battery: null,
  available: false,
};
