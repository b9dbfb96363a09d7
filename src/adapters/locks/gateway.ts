/**
 * The gateway between decisions and online locks, as a port: who asks it for a door, what it is made of, and how it
 * answers. `lockGateway` makes one.
 */
import type { Entity, Facts } from '../../engine/request.js';
import type { Pdp, ServedDecision } from '../pdp/pdp.js';
import type { Logger, Watcher } from '../pdp/telling.js';
import type { Site } from '../site/site.js';
import type { LockHost } from './lock-host.js';
import type { LockCommandResult, LockProvider } from './lock-provider.js';

/** Which lock is at a door. */
export interface GatewayDoor {
  /** One of the gateway's providers. */
  readonly provider: string;
  /** The provider's name for the lock. */
  readonly device: string;
  /** How long an opening lasts. Default 5. */
  readonly unlockSeconds?: number;
}

/** What a gateway is made of. */
export interface LockGatewayOptions {
  readonly pdp: Pdp;
  readonly providers: Readonly<Record<string, LockProvider>>;
  readonly doors: Readonly<Record<string, GatewayDoor>>;
  /** Remembers what doors and locks tell; and knows first arrivals, last leavings and zones, on which unlock schedules hang. */
  readonly site?: Site;
  /** Default: this process's clock, randomness and timers. */
  readonly host?: LockHost;
  /** For one request, from asking to the lock's answer. Default 8000; 100 to 60 000. */
  readonly waitMs?: number;
  /** Requests under way at one door. Default 4; more are answered `busy`. */
  readonly perDoorMax?: number;
  readonly logger?: Logger;
  readonly watcher?: Watcher;
}

/** Somebody wants a door. The clock is the gateway's: a `time` that comes along is not looked at. */
export interface DoorRequest {
  readonly subject: Entity;
  readonly resource: { readonly type: string; readonly id: string };
  /** The enforcement point's word, and whoever calls this is one. */
  readonly context?: Partial<Facts>;
}

/** How one request is handled. */
export interface DoorRequestOptions {
  /**
   * Names the request: asked again, it is not sent again and gets the first answer. For at least ten minutes, if it led to
   * a command. Default: a fresh id. 1 to 64 of letters, digits and `. _ ~ : -`.
   */
  readonly requestId?: string;
  /** Ends the waiting. Before the command is sent it ends the request; afterwards the door may open. */
  readonly signal?: AbortSignal;
  /** By which way it came, for watchers: `mqtt`, `http`. Default `gateway`. */
  readonly via?: string;
}

/**
 * Why nobody was asked or nothing was sent although nobody refused. `busy`: too many requests at this door. `undecided`: the
 * decision point failed, did not answer in time, or could not remember a permit. `withdrawn`: the permit did not outlive
 * the moment before the command left.
 */
export type DoorFault = 'busy' | 'undecided' | 'withdrawn';

/** What became of a request, as far as anybody can know. */
export interface DoorReport {
  readonly requestId: string;
  /** Null where there is none. */
  readonly decision: ServedDecision | null;
  /** Null where none was sent: no permit, or a fault. */
  readonly command: LockCommandResult | null;
  readonly fault: DoorFault | null;
  /** Whether the door may have been moved for this request. */
  readonly mayHaveActed: boolean;
  /** The permit ended (a lockdown, a withdrawal) while the lock was answering: the command could not be called back. */
  readonly withdrawnMeanwhile: boolean;
}

/** A gateway. */
export interface LockGateway {
  /** Its doors. */
  readonly doors: readonly string[];
  /**
   * Decides, and if that is a permit, sends one command and waits for its answer. Never sends a second.
   * @throws RangeError (rejects) for a door that is not the gateway's.
   * @throws TypeError (rejects) for a request that is none, or a request id that named another.
   */
  unlock(request: DoorRequest, options?: DoorRequestOptions): Promise<DoorReport>;
  /** Locks at once. Decided like an unlock: who may not open a door does not shut it from afar either. @throws as `unlock` */
  lock(request: DoorRequest, options?: DoorRequestOptions): Promise<DoorReport>;
  /** Holds doors unlocked while their unlock schedules do, and locks them when they end. At most once at a time. */
  followUnlockSchedules(options?: FollowOptions): UnlockFollower;
  /** How the lock of a door stands. */
  state(door: string): ReturnType<LockProvider['state']>;
  /** Ends listening and following; locks what was held; waits for requests under way. The providers are the caller's, and stay open until then. */
  close(): Promise<void>;
}

/** How unlock schedules are followed. */
export interface FollowOptions {
  /** Default: all. */
  readonly doors?: readonly string[];
  /** How long a lock stays unlocked if it hears nothing more. Renewed at half of it. Default 60; 10 to 3600. */
  readonly leaseSeconds?: number;
  /** How often is looked for what no clock foretells: lockdowns, stale knowledge, arrivals. Default 1000; with a site, whose store is asked, 5000. */
  readonly lookMs?: number;
}

/** Following, under way. */
export interface UnlockFollower {
  /** Looks at once: something of the policy is new. */
  wake(): void;
  /** The doors that it holds unlocked, or may. */
  held(): readonly string[];
  /** Locks what is held; resolves when the locks said so or did not answer. */
  stop(): Promise<void>;
}
