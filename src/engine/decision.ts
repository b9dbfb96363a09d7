/** The engine's answer, in the shape of the OpenID AuthZEN Authorization API 1.0. */

/** Why a request was refused, in the order in which reasons sort. Stable across minor versions. */
export const REASON_CODES = [
  'action_unknown',
  'resource_unknown',
  'lockdown',
  'subject_unknown',
  'subject_inactive',
  'credential_missing',
  'credential_unknown',
  'credential_foreign',
  'credential_inactive',
  'offline_door',
  'geofence',
  'reader',
  'schedule',
  'primary_device',
  'second_factor',
  'app_access',
  'occupancy_limit',
  'anti_passback',
  'two_person',
  'disabled',
  'pending',
  'expired',
  'inactive_hours',
  'no_access_right',
  'tenancy',
] as const;

/** A refusal's code. */
export type RefusalCode = (typeof REASON_CODES)[number];
/** `granted`: an assignment permits (D9, A1). `door_unlocked`: the door stands open (D3). */
export type PermitCode = 'granted' | 'door_unlocked';
/** Any reason an answer may give. */
export type ReasonCode = RefusalCode | PermitCode;

/** One reason, and where in the policy it arose. */
export interface Reason {
  readonly code: ReasonCode;
  /** The lockdown, subject, credential, door, stop, place, group or assignment that refused; else the resource. */
  readonly at: { readonly type: string; readonly id: string };
  /**
   * Geofence: `missing`, `inaccurate`, `outside`; reader: `missing`, `elsewhere`; credential_inactive: its state;
   * occupancy_limit: `missing`, `full`; anti_passback: `missing`, `inside`; two_person: `missing`, `unauthorised`.
   */
  readonly detail?: string;
}

/** The answer to one request. */
export interface Decision {
  readonly decision: boolean;
  readonly context: {
    /** The code of the first of `reasons`. */
    readonly reason: ReasonCode;
    /** Every reason of the clause that decided, sorted by clause, code, `at.type`, `at.id`. Never empty. */
    readonly reasons: readonly Reason[];
    /** Ids of all assignments that permit, sorted. Empty for a refusal and for `door_unlocked`. */
    readonly grants: readonly string[];
    /** Only on request: the first instant (RFC 3339, UTC) at which the answer could differ with the same facts; null: never. */
    readonly validUntil?: string | null;
    /** The policy's revision. */
    readonly revision: number;
  };
}
