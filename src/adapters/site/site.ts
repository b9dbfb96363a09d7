/**
 * A site at work: one organisation of a store with its engine in this process. Every write goes one way: lock,
 * catch up, plan, authorise, apply, store, record. This file is the port that workflows, SCIM, importers and
 * the command line are written against; `openSite` makes one.
 */
import type { SeenAtDoor } from '../../admin/events/access-event.js';
import type { EntityName, StoredEvent } from '../../admin/events/event.js';
import type { Plan } from '../../admin/plan.js';
import type { JsonObject } from '../../admin/record.js';
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Issue } from '../../policy/issue.js';
import type { Outcome } from '../../values/outcome.js';
import type { OrganizationStore, StoreReader } from '../store/store.js';

/** Who writes. Rights are always those of a user; the system may only withdraw. */
export type Actor =
  | {
      readonly type: 'user';
      readonly id: string;
      /** By which way: an API key (whose scopes bind besides), a portal session, the command line. */
      readonly via?: { readonly type: string; readonly id?: string };
    }
  | { readonly type: 'system'; readonly id: string };

/** What a plan is made from: everything as it stands inside the transaction. */
export interface SiteView {
  /** Its id. */
  readonly organization: string;
  readonly engine: Engine;
  /** The time of this write, epoch milliseconds; the same for everything in it. */
  readonly time: number;
  /** The same as RFC 3339 text, UTC. */
  readonly now: string;
  readonly actor: Actor;
  readonly store: StoreReader;
  /** A fresh UUID. */
  newId(): string;
  /** So many fresh random bytes. */
  random(length: number): Uint8Array;
  /** SHA-256. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** One write. */
export interface WriteOrder<T, Code extends string> {
  readonly actor: Actor;
  /** What is being done, for the audit event: `assignment.grant`, `link.create`, `scim.user.patch`. */
  readonly operation: string;
  /** Why, in the actor's words. */
  readonly reason?: string;
  /** Refused with `conflict` unless the policy is at this revision. */
  readonly expectedRevision?: number;
  /** Judge and answer as if, write nothing. */
  readonly dryRun?: boolean;
  /** `changes`: an audit event only where the policy changes, for what happens at every opening. Default: always. */
  readonly audit?: 'changes';
  /** Whether a refused order gets an audit event of its own. Default: yes; never with `dryRun`. */
  readonly recordRefusal?: boolean;
  /** Makes the plan. Called once, inside the transaction. What it throws ends the write; nothing is written. */
  readonly plan: (view: SiteView) => Promise<Outcome<Planned<T>, Code>> | Outcome<Planned<T>, Code>;
}

/** A plan and what the caller gets when it was written. */
export interface Planned<T> extends Plan {
  readonly value: T;
}

/**
 * Why nothing was written, beside the codes of plans. `refused`: see `decision`. `conflict`: the revision is
 * another. `invalid`: the policy would be; see `issues`. `not_a_withdrawal`: the system wanted more than it may.
 */
export type WriteCode = 'refused' | 'conflict' | 'invalid' | 'not_a_withdrawal';

/** What became of a write. */
export type WriteResult<T, Code extends string> =
  | {
      readonly ok: true;
      readonly value: T;
      /** The revision at which it can be seen. */
      readonly revision: number;
      /** The numbers of its events, in order. */
      readonly events: readonly StoredEvent[];
    }
  | {
      readonly ok: false;
      readonly code: Code | WriteCode;
      readonly detail: string;
      /** Of `refused`. */
      readonly decision?: Decision;
      /** Of `invalid`: pointers lead into the changes. */
      readonly issues?: readonly Issue[];
    };

/** A decision at a door, made and remembered. */
export interface Opening {
  readonly decision: Decision;
  /** Undefined where the log mode of the door or of the person keeps nothing. */
  readonly event: StoredEvent | undefined;
}

/** Something a door, lock or bridge tells of. */
export interface Observed extends Pick<SeenAtDoor, 'type' | 'object' | 'data' | 'personal'> {
  /** When it happened, epoch milliseconds; default now. */
  readonly time?: number;
}

/** One organisation, its engine and its store. */
export interface Site {
  readonly organization: string;
  readonly store: OrganizationStore;
  /** Its clock, randomness and hash. */
  readonly host: SiteHost;
  /** At the newest revision this process knows. After a write of this process: at least that one's. */
  readonly engine: Engine;
  /** Catches up with what other processes wrote. */
  refresh(): Promise<Engine>;
  /** Calls back whenever `engine` became newer, so that nobody has to look; answers how to stop. */
  watch?(listener: () => void): () => void;
  /** Plans, authorises, writes and records one order, in one transaction. */
  write<T, Code extends string>(order: WriteOrder<T, Code>): Promise<WriteResult<T, Code>>;
  /**
   * Decides at a door with the facts of the enforcement point and what the site knows (arrivals, presence,
   * occupancy, uses of links), and remembers it. A decision is answered although it could not be remembered only
   * if it is a refusal, or lets somebody out: any other permit that would leave no trace, where one is due, is an error.
   */
  open(request: AccessRequest): Promise<Opening>;
  /**
   * Remembers what happened at a door without being asked (opened, closed, forced, held open, tampered), with what follows
   * for presence and zones. Answers with the events that were kept.
   */
  observe(observed: Observed): Promise<readonly StoredEvent[]>;
}

/** What a host gives a site. */
export interface SiteHost {
  /** Epoch milliseconds. */
  now(): number;
  /** So many fresh random bytes. */
  random(length: number): Uint8Array;
  /** A fresh UUID. */
  newId(): string;
  /** SHA-256: 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** For audit data: who, as entity. */
export function actorName(actor: Actor): EntityName {
  return { type: actor.type, id: actor.id };
}

/** For audit data: by which way, or nothing. */
export function actorWay(actor: Actor): JsonObject {
  if (actor.type !== 'user' || actor.via === undefined) return {};
  const { type, id } = actor.via;
  return { via: id === undefined ? { type } : { type, id } };
}
