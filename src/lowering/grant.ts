/**
 * What lowering gives: a slice of the policy as plain numbers, for one device at one offline lock and a
 * short while. The issuer seals it; the lock knows no policy, no time zone and no engine.
 */
import type { RefusalCode } from '../engine/decision.js';

/** What to do while a lock's clock cannot tell: 0 deny, 1 go by the lower bound, 2 ask for a nonce token. */
export type TimePolicy = 0 | 1 | 2;

/** Scope: open the door. */
export const SCOPE_UNLOCK = 1;
/** Scope: throw the bolt again. */
export const SCOPE_SECURE = 2;
/** Scope: let the door stand open. */
export const SCOPE_HOLD_OPEN = 4;
/** Scope: fetch the lock's log. */
export const SCOPE_READ_LOG = 8;

/** Requirement: somebody asked for this opening. 2 (phone unlocked), 4 (hardware key), 8 (ranging) are the issuer's too. */
export const REQUIRE_INTENT = 1;
/** Every requirement an issuer may ask for at a door: 1, 2, 4 and 8. */
export const REQUIRE_ISSUER_MAX = 15;
/** Requirement: a second factor was checked. The policy's alone. */
export const REQUIRE_SECOND_FACTOR = 16;

/** One grant before it is sealed. A lock opens at `t` iff `nbf ≤ t < exp`, `t` lies in a window, and the proof asserts `requirements`. */
export interface LoweredGrant {
  /** Unix seconds: the first instant at which it opens. */
  readonly nbf: number;
  /** Unix seconds: the first instant after all at which it opens. */
  readonly exp: number;
  /**
   * `[start, end, start, end, …]` in minutes after `60·⌊nbf/60⌋`, half-open, ascending, never touching, at
   * most 32 pairs; absent: from `nbf` to `exp` without a pause. `nbf` may lie within the first minute and `exp` within the last.
   */
  readonly windows?: readonly number[];
  readonly timePolicy: TimePolicy;
  /** Sum of what the proof must assert: 1 intent, 2 phone unlocked, 4 hardware key, 8 ranging, 16 second factor. */
  readonly requirements: number;
  /** Sum of what it allows: 1 unlock, 2 secure, 4 hold open, 8 read the log. */
  readonly scope: number;
  /**
   * The assignment whose openings are counted, how many it has, and when it ends (Unix seconds; `exp` may be later,
   * the issuer cuts it). All grants of it share one counter.
   */
  readonly uses?: { readonly assignment: string; readonly count: number; readonly until: number };
  /** Ids of the assignments it rests on, sorted: withdrawing one of them supersedes the grant. */
  readonly assignments: readonly string[];
}

/**
 * Why a door gets no grant: what the engine answers at the beginning of the life, or `online_door`,
 * `no_entry_reader` (the door has readers, none for entry), `credential_not_phone`, `too_short` (it opens, but never for a second that a grant can say).
 */
export type NotLoweredReason =
  | RefusalCode
  | 'online_door'
  | 'no_entry_reader'
  | 'credential_not_phone'
  | 'too_short';

/** What one device gets at one door. */
export interface LoweredDoor {
  readonly door: string;
  /**
   * The life, Unix seconds `[from, until)`. Within it some grant opens exactly when the policy does (rules that
   * begin or end within a minute round to less); outside it none opens.
   */
  readonly from: number;
  readonly until: number;
  /** The least demanding first, counted ones last. Empty: see `reason`. */
  readonly grants: readonly LoweredGrant[];
  /** Present exactly if there is no grant. */
  readonly reason?: NotLoweredReason;
}

/** What one device gets at all offline doors within its holder's assignments. */
export interface LoweredDevice {
  /** Revision of the policy it was lowered from. */
  readonly revision: number;
  /** Doors with grants, by id. */
  readonly doors: readonly LoweredDoor[];
  /** Doors without, by id. */
  readonly notLowered: readonly { readonly door: string; readonly reason: NotLoweredReason }[];
}
