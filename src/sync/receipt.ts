/** What a receipt teaches about its lock. Nothing else raises the proven version. */
import type { ReceiptFacts } from './event.js';
import { found, mapped, put } from './keyed.js';
import { RESTORE_SKIP_MIN, VISITS_KEPT_MAX } from './limits.js';
import { newSteps, placeOf, receiptsWith } from './receipt-order.js';
import type { Alarm, CarrierRecord, GrantRecord, LockRecord, Widening } from './state.js';
import { judgeVersion, nextVersionOf, UNCHANGED } from './versions.js';

/**
 * The lock after a receipt arrived at `at`. A receipt seen before changes nothing; a late one cannot say what
 * the lock holds now, but may still show an opening or an alarm.
 * @param clockErrorSeconds - how far the server's own clock may be off.
 */
export function learnReceipt(
  lock: LockRecord,
  receipt: ReceiptFacts,
  at: number,
  clockErrorSeconds: number,
): LockRecord {
  // A memory that was put back repeats its numbers: nothing it says can be dated any more.
  if (hasAlarm(lock, 'rollback')) return lock;
  const place = placeOf(lock, receipt);
  if (place === 'seen' || place === 'forgotten') return lock;
  if (place === 'contradiction') return alarmed(lock, { kind: 'rollback', at, pv: receipt.pv });
  const isClockSound =
    receipt.committedLo <= at + clockErrorSeconds && !CLOCK_ALARMS.has(receipt.status);
  let next = withResets({ ...lock, ...receiptsWith(lock, receipt) }, newSteps(lock, receipt));
  if (!isClockSound) next = alarmed(next, { kind: 'clock', at, pv: receipt.pv });
  next = withVersion(next, receipt, at, place === 'newest');
  if (place === 'newest' && isClockSound && (next.clockResets?.open ?? 0) === 0) {
    next = { ...next, provenLo: receipt.committedLo };
  }
  return withOpening(next, receipt, at);
}

/** Whether this alarm is raised at the lock. */
export function hasAlarm(lock: LockRecord, kind: Alarm['kind']): boolean {
  return lock.alarms.some((alarm) => alarm.kind === kind);
}

/** The lock with an alarm. One that is raised already stays as it is, unless a higher version shows it again. */
export function alarmed(lock: LockRecord, alarm: Alarm): LockRecord {
  const before = lock.alarms.find(({ kind }) => kind === alarm.kind);
  const others = lock.alarms.filter(({ kind }) => kind !== alarm.kind);
  // A lock that waits for its snapshot says the same at every opening: that must not move the goal.
  if (before !== undefined && alarm.pv <= before.pv) return lock;
  const raised = { ...alarm, at: before?.at ?? alarm.at };
  if (alarm.kind !== 'fork' && alarm.kind !== 'unknown_state') {
    return { ...lock, alarms: [...others, raised] };
  }
  // Whatever we had issued may lie on top of content that is not ours: only a later snapshot counts, so far
  // above that nothing which phones carry from before is newer.
  const above = Math.min(alarm.pv + RESTORE_SKIP_MIN, Number.MAX_SAFE_INTEGER - 1);
  const clearedFrom = Math.max(nextVersionOf(lock).pv, above);
  return {
    ...lock,
    versionMin: clearedFrom,
    snapshotNeeded: true,
    alarms: [...others, { ...raised, clearedFrom }],
  };
}

/** Openings within so many seconds are one visit: carrying in the shopping is not coming again. */
const VISIT_SECONDS_MIN = 900;

/** Statuses by which a lock says that its clock and a signed time contradict each other. */
const CLOCK_ALARMS: ReadonlySet<string> = new Set(['clock_alarm', 'clock_contradiction']);

/** Each step back of the clock is a reset that was applied: it cannot be applied again. */
function withResets(lock: LockRecord, steps: number): LockRecord {
  const { clockResets } = lock;
  if (clockResets === undefined || steps === 0) return lock;
  return { ...lock, clockResets: { ...clockResets, open: clockResets.open - steps } };
}

function withVersion(
  lock: LockRecord,
  receipt: ReceiptFacts,
  at: number,
  isNewest: boolean,
): LockRecord {
  const { pv } = receipt;
  // The lock itself refused a second content under its version number.
  if (receipt.status === 'fork') return alarmed(lock, { kind: 'fork', at, pv });
  const judgement = judgeVersion(lock, receipt);
  if (judgement === 'forgotten') return lock;
  if (judgement !== 'issued') {
    // It has proved a later version of ours since: what it held before no longer matters.
    if (!isNewest && lock.ack !== undefined && lock.ack.pv > pv) return lock;
    return alarmed(lock, { kind: judgement === 'fork' ? 'fork' : 'unknown_state', at, pv });
  }
  if (!isNewest) return lock;
  const alarms = lock.alarms.filter(
    ({ kind, clearedFrom }) =>
      kind !== 'unknown_state' || pv < (clearedFrom ?? Number.POSITIVE_INFINITY),
  );
  if (alarms.some(({ kind }) => kind === 'unknown_state' || kind === 'fork')) return lock;
  return {
    ...lock,
    alarms,
    stage: 'active',
    ack: { pv, at },
    carriers: mapped(lock.carriers, (carrier) => withoutProved(carrier, pv)),
  };
}

function withoutProved(carrier: CarrierRecord, pv: number): CarrierRecord {
  const holdings = carrier.holdings.filter((holding) => holding.pv > pv);
  return holdings.length === carrier.holdings.length ? carrier : { ...carrier, holdings };
}

/** An opening: closes the widenings whose grant it used, and is a visit of its device. */
function withOpening(lock: LockRecord, receipt: ReceiptFacts, at: number): LockRecord {
  if (receipt.status !== 'permitted' || receipt.grantHash === null) return lock;
  const openedAt = openingTime(receipt, at);
  const grant = found(lock.grants, receipt.grantHash);
  const device = receipt.device ?? grant?.device;
  const carrier = device === undefined ? undefined : found(lock.carriers, device);
  return {
    ...lock,
    lastOpening: Math.max(lock.lastOpening ?? 0, openedAt),
    changes: withoutUsed(lock.changes, receipt, grant),
    carriers:
      device === undefined || carrier === undefined
        ? lock.carriers
        : put(lock.carriers, device, withVisit(carrier, openedAt)),
  };
}

/** When it was: the lock's lower bound where it has an upper one too, else when we heard of it. */
function openingTime(receipt: ReceiptFacts, at: number): number {
  return receipt.hi === null ? at : Math.min(receipt.committedLo, at);
}

function withoutUsed(
  changes: LockRecord['changes'],
  receipt: ReceiptFacts,
  grant: GrantRecord | undefined,
): LockRecord['changes'] {
  const names = new Set(grant?.permissions ?? []);
  if (receipt.permission !== undefined) names.add(receipt.permission);
  let after = changes;
  for (const name of names) {
    const { widenings, ...rest } = found(after, name) ?? UNCHANGED;
    const open = widenings.filter(
      (widening) =>
        !isUsedBy(widening, grant) && !(widening.device === undefined && isByOther(receipt, name)),
    );
    if (open.length < widenings.length) after = put(after, name, { ...rest, widenings: open });
  }
  return after;
}

/** A grant from a bundle before the widening does not show that the widening arrived. */
function isUsedBy({ device, bundle }: Widening, grant: GrantRecord | undefined): boolean {
  return (
    grant !== undefined && device === grant.device && bundle !== undefined && grant.bundle >= bundle
  );
}

/** A transponder or PIN shows in a receipt by its permission alone. */
function isByOther(receipt: ReceiptFacts, permission: string): boolean {
  return receipt.permission === permission && receipt.device === undefined;
}

function withVisit(carrier: CarrierRecord, openedAt: number): CarrierRecord {
  const isSame = carrier.visits.some((visit) => Math.abs(openedAt - visit) < VISIT_SECONDS_MIN);
  if (isSame || openedAt < carrier.since) return carrier;
  const visits = [...carrier.visits, openedAt].sort((one, other) => one - other);
  if (visits.length <= VISITS_KEPT_MAX) return { ...carrier, visits };
  // The rate is counted from the visit that is dropped on.
  return { ...carrier, since: visits[0] ?? carrier.since, visits: visits.slice(1) };
}
