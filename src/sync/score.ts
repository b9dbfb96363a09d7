/** The score of a permission at a door: one number from 0 to 5 for what its lock may not know yet. */
import { carriersOf } from './carriers.js';
import { type Exposure, type ExposureReason, exposureOf, isAcknowledged } from './exposure.js';
import { expectedBy } from './forecast.js';
import { found } from './keyed.js';
import type { LockRecord, SyncState, Widening } from './state.js';
import { UNCHANGED } from './versions.js';

/** From worst to best. */
export type Score = 0 | 1 | 2 | 3 | 4 | 5;

/** One colour for each score. */
export type Colour = 'grey' | 'red' | 'orange' | 'yellow' | 'light_green' | 'dark_green';

/** What to do about it. */
export type SyncAction =
  | 'inspect_on_site'
  | 'send_someone'
  | 'wait_until'
  | 'wait_for_any_opening'
  | 'none';

/**
 * Why a score is what it is, worst first. `never_commissioned`: no owner, or no receipt after its first
 * version. `rollback_alarm`, `fork_alarm`, `clock_alarm`. `unknown_state`: the lock claims a version we never
 * issued. `server_restored`: grants from after the backup may exist. `unsafe_pending`: something was taken away
 * that the lock may still open. `lower_bound_grant`: among that, a grant that need not end by itself.
 * `no_carrier`, `carrier_overdue`, `carried`: nobody holds the change, somebody should have come, somebody will.
 * `widening_unacknowledged`, `widening_unused`. `online`; `acknowledged`, `expired`, `unchanged`: why nothing is
 * pending (its last version is proved; every grant has ended or is refused; nothing was ever taken).
 */
export type SyncReason =
  | 'never_commissioned'
  | 'rollback_alarm'
  | 'fork_alarm'
  | 'clock_alarm'
  | ExposureReason
  | 'no_carrier'
  | 'carrier_overdue'
  | 'carried'
  | 'widening_unacknowledged'
  | 'widening_unused'
  | 'online'
  | 'acknowledged'
  | 'expired'
  | 'unchanged';

/** A score with what explains it. Times are Unix seconds. */
export interface PermissionScore {
  readonly permission: string;
  readonly door: string;
  readonly holder: string;
  readonly score: Score;
  readonly colour: Colour;
  readonly action: SyncAction;
  readonly reasons: readonly SyncReason[];
  /** Until when something taken away might still open the door; null when nothing might. */
  readonly exposedUntil: number | null | 'unbounded';
  /** When a carrier has brought the change with 90 % probability; null when none holds it or none is pending. */
  readonly expectedBy: number | null;
  readonly carriersHolding: readonly string[];
  readonly carriersPending: readonly string[];
  readonly lastOpening: number | null;
  /** The version the lock proved last, and when that became known. */
  readonly lastAck: { readonly pv: number; readonly at: number } | null;
}

/** The colour and the action of each score. */
export const SCORES: readonly {
  readonly colour: Colour;
  readonly action: SyncAction;
}[] = [
  { colour: 'grey', action: 'inspect_on_site' },
  { colour: 'red', action: 'send_someone' },
  { colour: 'orange', action: 'wait_until' },
  { colour: 'yellow', action: 'wait_for_any_opening' },
  { colour: 'light_green', action: 'none' },
  { colour: 'dark_green', action: 'none' },
];

/**
 * The score of a permission at a door at `now`, Unix seconds of the server's clock. It may lag behind the truth
 * and never runs ahead of it: above 2, the lock refuses everything that was taken from this permission.
 * @throws RangeError for a door or permission that the state does not know, or a time out of range.
 */
export function scorePermission(
  state: SyncState,
  permission: string,
  door: string,
  now: number,
): PermissionScore {
  if (!Number.isFinite(now)) throw new RangeError(`time out of range \`${now}\``);
  const record = found(state.permissions, permission);
  if (record === undefined) throw new RangeError(`unknown permission \`${permission}\``);
  if (!record.doors.includes(door)) {
    throw new RangeError(`permission is not at this door \`${door}\``);
  }
  const lock = lockOf(state, door);
  const about = { permission, door, holder: record.holder };
  if (lock === undefined) return { ...about, ...scored(5, ['online']), ...NOTHING_PENDING };
  const exposure = exposureOf(state, lock, permission, now);
  const carriers = carriersOf(lock, exposure, now);
  const isPending = exposure.reasons.length > 0;
  const expected = isPending ? expectedBy(carriers.holding) : null;
  return {
    ...about,
    ...judged(lock, permission, exposure, expected, now),
    exposedUntil: exposure.until,
    expectedBy: expected,
    carriersHolding: isPending ? carriers.holding.map(({ device }) => device) : [],
    carriersPending: isPending ? carriers.pending : [],
    lastOpening: lock.lastOpening ?? null,
    lastAck: lock.ack ?? null,
  };
}

/** The lock of an offline door; undefined for an online one. @throws RangeError for an unknown door. */
export function lockOf(state: SyncState, door: string): LockRecord | undefined {
  const record = found(state.doors, door);
  if (record === undefined) throw new RangeError(`unknown door \`${door}\``);
  if (record.connection === 'online') return undefined;
  const lock = record.lock === undefined ? undefined : found(state.locks, record.lock);
  // Without its lock nothing is known of the door: that must not read as being online.
  if (lock === undefined) throw new RangeError(`offline door without lock \`${door}\``);
  return lock;
}

/** Why the lock must be looked at before anything else is said of it; empty when it need not. */
export function alarmReasons(lock: LockRecord): SyncReason[] {
  const raised = (['rollback', 'fork', 'clock'] as const).filter((kind) =>
    lock.alarms.some((alarm) => alarm.kind === kind),
  );
  const reasons = raised.map((kind): SyncReason => `${kind}_alarm`);
  return lock.stage === 'active' ? reasons : ['never_commissioned', ...reasons];
}

/** A score with its colour and action. */
export function scored(
  score: Score,
  reasons: readonly SyncReason[],
): Pick<PermissionScore, 'score' | 'colour' | 'action' | 'reasons'> {
  const { colour, action } = SCORES[score] as (typeof SCORES)[number];
  return { score, colour, action, reasons };
}

const NOTHING_PENDING = {
  exposedUntil: null,
  expectedBy: null,
  carriersHolding: [],
  carriersPending: [],
  lastOpening: null,
  lastAck: null,
} as const;

/** The table of docs/sync.md: the first row that fits. Rows 5 to 3 ask that nothing unsafe is pending. */
function judged(
  lock: LockRecord,
  permission: string,
  exposure: Exposure,
  expected: number | null,
  now: number,
): Pick<PermissionScore, 'score' | 'colour' | 'action' | 'reasons'> {
  const alarms = alarmReasons(lock);
  if (alarms.length > 0) return scored(0, [...alarms, ...exposure.reasons]);
  if (exposure.reasons.length > 0) {
    if (expected === null) return scored(1, [...exposure.reasons, 'no_carrier']);
    if (now > expected) return scored(1, [...exposure.reasons, 'carrier_overdue']);
    return scored(2, [...exposure.reasons, 'carried']);
  }
  const { rv, widenings } = found(lock.changes, permission) ?? UNCHANGED;
  const open = widenings.filter((widening) => isOpen(widening, now));
  const isAck = isAcknowledged(lock, permission);
  const settled = rv === undefined ? 'unchanged' : isAck ? 'acknowledged' : 'expired';
  if (open.length === 0) return scored(5, [settled]);
  if (open.every(({ acknowledged }) => acknowledged)) return scored(4, ['widening_unused']);
  return scored(3, ['widening_unacknowledged']);
}

function isOpen({ until }: Widening, now: number): boolean {
  return until === undefined || now < until;
}
