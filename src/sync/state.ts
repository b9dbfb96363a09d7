/**
 * What the server keeps to say how far each offline lock lags behind: plain immutable data that survives
 * JSON. All times are Unix seconds by the server's clock, all hashes and ids of locks lower-case hex.
 * A *permission* is one assignment at one door. Source: design of the sync score, docs/sync.md.
 */

/** Everything known about one organisation. */
export interface SyncState {
  /** Of this format. */
  readonly version: 1;
  /** How far the server's clock may be from the truth, in seconds. */
  readonly clockErrorSeconds: number;
  /** The latest time an event brought: how far this state knows what happened. */
  readonly knownUntil: number;
  readonly doors: Readonly<Record<string, DoorRecord>>;
  /** Assignments by id: whose they are and at which doors. */
  readonly permissions: Readonly<Record<string, PermissionRecord>>;
  /** Offline locks by lock id. */
  readonly locks: Readonly<Record<string, LockRecord>>;
  readonly devices: Readonly<Record<string, DeviceRecord>>;
}

/** A door. */
export interface DoorRecord {
  readonly connection: 'online' | 'offline';
  /** The lock of an offline door; an online door has none. */
  readonly lock?: string;
}

/** Whose an assignment is, and where it opens. */
export interface PermissionRecord {
  readonly holder: string;
  readonly doors: readonly string[];
}

/** A policy version as the server issued it: what a lock may truthfully claim to hold. */
export interface IssuedVersion {
  readonly trustEpoch: number;
  readonly pv: number;
  /** Digest of the lock's whole policy at this version, 16 bytes. */
  readonly post: string;
}

/** What is wrong with a lock, and since when. */
export interface Alarm {
  /**
   * `clock`: its clock contradicts ours. `rollback`: two texts under one receipt number, or its counters ran
   * backwards. `fork`: our version number with another content. `unknown_state`: a version never issued.
   */
  readonly kind: 'clock' | 'rollback' | 'fork' | 'unknown_state';
  readonly at: number;
  /** The policy version of the receipt that showed it. */
  readonly pv: number;
  /** Of `fork` and `unknown_state`: proof of this version or a later one shows that our content is held. */
  readonly clearedFrom?: number;
}

/** One receipt that was seen, as far as later ones are compared with it. */
export interface ReceiptMark {
  readonly seq: number;
  readonly sha256: string;
  readonly trustEpoch: number;
  readonly pv: number;
  readonly ctr: string;
  readonly lo: number;
}

/** One offline lock. */
export interface LockRecord {
  readonly door: string;
  /** How fast its clock may drift, in parts per million. */
  readonly driftPpm: number;
  /** Whether grants that open on the lower bound of the clock alone (tpol 1) may exist here. */
  readonly lowerBoundGrants: boolean;
  /** `installed`: has no owner yet. `commissioned`: has, but no receipt yet. `active`: has proved a version. */
  readonly stage: 'installed' | 'commissioned' | 'active';
  /** The newest versions issued, ascending; the last one is desired. */
  readonly issued: readonly IssuedVersion[];
  /** Receipts of versions below this are neither believed nor suspected: those versions are forgotten. */
  readonly issuedFrom: number;
  /** No version below this may be issued next. */
  readonly versionMin: number;
  /** Whether the next version must be a snapshot: what a delta would build on is not known. */
  readonly snapshotNeeded: boolean;
  /** The newest version the lock proved, and when we learned it. */
  readonly ack?: { readonly pv: number; readonly at: number };
  /** The lower bound of its clock that it proved to have committed, and that cannot go back any more. */
  readonly provenLo?: number;
  /**
   * Resets of its clock that were issued and not seen to be applied, and the version with which the oldest of them
   * came. While one is open the lower bound may still go back, whatever a receipt says of it.
   */
  readonly clockResets?: { readonly pv: number; readonly open: number };
  /** Grants issued until `at` may exist that are not known here (a database came back from a backup). */
  readonly lost?: { readonly at: number; readonly refusedFrom?: number };
  /** At most one of each kind. */
  readonly alarms: readonly Alarm[];
  /** Ascending by number. */
  readonly receipts: readonly ReceiptMark[];
  /** Receipts with a number below this are no longer remembered. */
  readonly receiptsFrom: number;
  readonly changes: Readonly<Record<string, PermissionChanges>>;
  /** The last unsafe change among those forgotten: a bundle of an older version may be from before it. */
  readonly staleBelow?: number;
  /** Grants by the first 8 bytes of their SHA-256. */
  readonly grants: Readonly<Record<string, GrantRecord>>;
  readonly carriers: Readonly<Record<string, CarrierRecord>>;
  readonly lastOpening?: number;
}

/** What happened to one permission at one lock. */
export interface PermissionChanges {
  /** The version that carries its last unsafe change. */
  readonly rv?: number;
  /** Whether nothing is left of it. */
  readonly revoked: boolean;
  /** New, longer or wider rights that were not used yet. At most one for each device, and one without. */
  readonly widenings: readonly Widening[];
}

/** A widening on its way to its holder. */
export interface Widening {
  /** The device it is for; absent when a transponder or PIN holds the permission. */
  readonly device?: string;
  /** The first bundle that has it. */
  readonly bundle?: number;
  readonly acknowledged: boolean;
  /** After this there is nothing left to use. */
  readonly until?: number;
}

/** A grant that was issued for this lock. */
export interface GrantRecord {
  readonly device: string;
  readonly permissions: readonly string[];
  /** Its life, `[from, exp)`. */
  readonly from: number;
  readonly exp: number;
  /** What an uncertain clock means for it: 0 deny, 1 the lower bound suffices, 2 a fresh time token. */
  readonly tpol: number;
  readonly bundle: number;
  /** Permissions it was taken from, each with the version from which the lock refuses it. */
  readonly taken: Readonly<Record<string, number>>;
}

/** A device that opens this door now and then. */
export interface CarrierRecord {
  /** Since when its visits are counted. */
  readonly since: number;
  readonly visits: readonly number[];
  /** Versions it holds and since when, ascending in both; those the lock has proved are dropped. */
  readonly holdings: readonly { readonly pv: number; readonly at: number }[];
}

/** A device and its bundles. */
export interface DeviceRecord {
  /** Newest bundle it acknowledged by its signature; 0 when none. */
  readonly acknowledged: number;
  /** Newest bundle issued; 0 when none. */
  readonly issued: number;
  /** No bundle below this may be issued next. */
  readonly bundleMin: number;
  /** Bundles not acknowledged, ascending, each with the policy version it has for each lock. */
  readonly open: readonly OpenBundle[];
}

/** A bundle that its device has not acknowledged. */
export interface OpenBundle {
  readonly seq: number;
  readonly versions: Readonly<Record<string, number>>;
}

/** The state of an organisation of which nothing is known yet. */
export function emptyState(clockErrorSeconds: number): SyncState {
  return {
    version: 1,
    clockErrorSeconds,
    knownUntil: 0,
    doors: {},
    permissions: {},
    locks: {},
    devices: {},
  };
}
