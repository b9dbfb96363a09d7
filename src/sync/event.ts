/** What can happen: the events from which a state is made, and why one may be refused. */
import type { IssuedVersion } from './state.js';

/**
 * A receipt as the protocol decoded it. The caller has verified its signature with the identity key of the
 * lock's **last** commissioning: nothing here can tell a forged receipt from a real one.
 */
export interface ReceiptFacts {
  /** 8 bytes, lower-case hex, as all hashes here. */
  readonly lockId: string;
  readonly seq: number;
  readonly trustEpoch: number;
  readonly pv: number;
  /** 16 bytes. */
  readonly post: string;
  /** The committed bounds of the lock's clock, Unix seconds; `hi` null when it has no upper one. */
  readonly committedLo: number;
  readonly hi: number | null;
  /** Boots and sessions of the lock, 8 bytes big-endian: hex in this order compares as the number does. */
  readonly ctr: string;
  /** Name in the protocol's status table; `permitted` with a grant is an opening. */
  readonly status: string;
  /** First 8 bytes of the SHA-256 of the grant that was judged; null when none was. */
  readonly grantHash: string | null;
  /** SHA-256 of the receipt's bytes. */
  readonly sha256: string;
  /** Which permission and device opened, where the server knows better than by the grant. */
  readonly permission?: string;
  readonly device?: string;
}

/** An unsafe change of one permission: every right it gave that may no longer be used. */
export interface UnsafeChange {
  /** `revoke` takes all of it. `narrow` takes what was issued so far: narrowed, handed over, a credential lost. */
  readonly kind: 'revoke' | 'narrow';
  readonly permission: string;
  /** Only what these devices hold is taken; absent: what anybody holds. Not for `revoke`. */
  readonly devices?: readonly string[];
}

/** A new policy version for a lock, with the unsafe changes it carries (none for one that only repeats). */
export interface IssuedEvent {
  readonly kind: 'issued';
  readonly lock: string;
  readonly version: IssuedVersion;
  /** Whether it is a snapshot, which a lock takes from any older version. */
  readonly snapshot: boolean;
  readonly changes: readonly UnsafeChange[];
  /** The floor it sets: every grant issued until then is refused. Unix seconds. */
  readonly floor?: number;
  /**
   * Whether it comes with an admin update that sets the lock's clock back. Such an update may be applied much later
   * than its version: until a receipt shows the step back, nothing that the lock's clock proves counts.
   */
  readonly clockReset?: boolean;
}

/** A grant inside a bundle. */
export interface IssuedGrant {
  readonly hash: string;
  readonly permissions: readonly string[];
  readonly from: number;
  readonly exp: number;
  readonly tpol: number;
}

/**
 * A bundle was signed for a device; whether it ever arrives is not known. To be told before it leaves the
 * server, and one that is refused must not leave: nothing here would know of its grants.
 */
export interface BundleEvent {
  readonly kind: 'bundle_issued';
  readonly device: string;
  readonly seq: number;
  readonly at: number;
  readonly locks: readonly {
    readonly lock: string;
    /** The version of the snapshot inside. */
    readonly pv: number;
    readonly grants: readonly IssuedGrant[];
  }[];
}

/** A permission became new, longer or wider at a door. */
export interface WidenedEvent {
  readonly kind: 'widened';
  readonly door: string;
  readonly permission: string;
  /** Devices that must hear of it; none when a transponder or PIN holds the permission. */
  readonly devices: readonly string[];
  readonly until?: number;
}

/** One thing that happened. `at` is the server's clock when it learned of it, Unix seconds. */
export type SyncEvent =
  | { readonly kind: 'clock_error'; readonly seconds: number }
  | { readonly kind: 'door_online'; readonly door: string }
  | {
      readonly kind: 'lock_installed';
      readonly door: string;
      readonly lock: string;
      readonly driftPpm: number;
      readonly lowerBoundGrants: boolean;
    }
  /** The lock was commissioned, for the first time or again: it has new keys and has forgotten everything. */
  | { readonly kind: 'commissioned'; readonly lock: string }
  /** Somebody was there and mended the clock or found the reason of a fork. */
  | { readonly kind: 'inspected'; readonly lock: string }
  /** A permission is known, or reaches other doors than before; says nothing about any grant. */
  | {
      readonly kind: 'permission_given';
      readonly permission: string;
      readonly holder: string;
      readonly doors: readonly string[];
    }
  /** Nothing is left of it by its own end. Where a lock has news of it pending, it stays listed until that is over. */
  | { readonly kind: 'permission_ended'; readonly permission: string }
  | IssuedEvent
  | WidenedEvent
  | BundleEvent
  /** The device signed that it holds this bundle. */
  | {
      readonly kind: 'device_acknowledged';
      readonly device: string;
      readonly seq: number;
      readonly at: number;
    }
  | { readonly kind: 'receipt'; readonly receipt: ReceiptFacts; readonly at: number }
  /** This state was read back from a backup: what happened after the backup is not known. */
  | { readonly kind: 'server_restored'; readonly at: number };

/**
 * Why an event was not applied; the state is then the one before.
 *
 * `value` (a number, hash or list out of range), `unknown_door`, `unknown_lock`, `unknown_permission`,
 * `unknown_device`, `unknown_bundle` (acknowledged but never issued), `door_taken` (has another lock),
 * `lock_taken` (is at another door), `not_commissioned`, `version_too_low` (see `nextPolicyVersion`),
 * `version_unknown` (a bundle with a version never issued), `snapshot_needed`, `bundle_too_low` (see
 * `nextBundleSequence`), `bundle_stale` (lowered before an unsafe change of a permission it has: it must not leave,
 * lower and seal again), `permission_revoked` (a grant for it), `permission_elsewhere` (not at this door), `grant_reused` (its
 * hash is another grant's), `lower_bound` (a tpol 1 grant at a door that has none).
 */
export type SyncRefusal =
  | 'value'
  | 'unknown_door'
  | 'unknown_lock'
  | 'unknown_permission'
  | 'unknown_device'
  | 'unknown_bundle'
  | 'door_taken'
  | 'lock_taken'
  | 'not_commissioned'
  | 'version_too_low'
  | 'version_unknown'
  | 'snapshot_needed'
  | 'bundle_too_low'
  | 'bundle_stale'
  | 'permission_revoked'
  | 'permission_elsewhere'
  | 'grant_reused'
  | 'lower_bound';
