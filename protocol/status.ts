/**
 * The numbered status table (protocol/README.md, "Status"), shared by the answer M4, the receipt's
 * label 44, the log and the answers to carried objects. Numbers never change their meaning.
 */

/** Every status and its number. */
export const STATUS_NUMBERS = {
  /** The bolt moved, or the carried object was applied. */
  permitted: 0,
  /** Said before a valid proof, whatever the reason was. */
  denied: 1,
  version_unknown: 2,
  life_too_long: 3,
  issued_outside_certificate: 4,
  issued_in_future: 5,
  below_floor: 6,
  revoked: 7,
  pending: 8,
  expired: 9,
  inactive_hours: 10,
  time_uncertain: 11,
  time_token_needed: 12,
  policy_version_missing: 13,
  intent_missing: 14,
  phone_locked: 15,
  hardware_key_missing: 16,
  ranging_missing: 17,
  second_factor_missing: 18,
  uses_spent: 19,
  uses_full: 20,
  operation_unknown: 21,
  bolt_failed: 22,
  storage_failed: 23,
  /** No record may be overwritten before the server has it, and there is no room for another. */
  log_full: 24,
  /** Reasons that a lock keeps to itself: the phone reads `denied`. */
  grant_malformed: 32,
  certificate_unknown: 33,
  certificate_refused: 34,
  signature_wrong: 35,
  wrong_lock: 36,
  wrong_scope: 37,
  proof_wrong: 38,
  request_out_of_order: 39,
  /** Answers to a carried object. */
  applied: 64,
  already_known: 65,
  carry_malformed: 66,
  carry_untrusted: 67,
  carry_wrong_lock: 68,
  base_missing: 69,
  fork: 70,
  version_jump: 71,
  stamp_invalid: 72,
  clock_contradiction: 73,
  epoch_skipped: 74,
  floor_missing: 75,
  /** A state of the lock that a receipt reports. */
  commissioned: 96,
  reset: 97,
  clock_alarm: 98,
  rekeyed: 99,
} as const;

/** One status by name. */
export type Status = keyof typeof STATUS_NUMBERS;

const NAMES = new Map<number, Status>(
  Object.entries(STATUS_NUMBERS).map(([name, number]) => [number, name as Status]),
);

/** The status of a number, or undefined for a number that this version does not know. */
export function statusOf(number: number): Status | undefined {
  return NAMES.get(number);
}
