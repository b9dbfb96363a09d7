/** One event after another makes the state. Pure: the same events give the same state, whoever applies them. */
import type { Outcome } from '../values/outcome.js';
import { acknowledgeBundle, issueBundle } from './bundles.js';
import { eventFault } from './checks.js';
import type { IssuedEvent, SyncEvent, SyncRefusal, WidenedEvent } from './event.js';
import { found, kept, mapped, put } from './keyed.js';
import { RESTORE_SKIP_MIN } from './limits.js';
import { alarmed, hasAlarm, learnReceipt } from './receipt.js';
import type { LockRecord, SyncState, Widening } from './state.js';
import { issueVersion, type NextVersion, nextVersionOf, UNCHANGED } from './versions.js';

/** A new state, or why the event changes nothing. */
export type Applied = Outcome<SyncState, SyncRefusal>;

/**
 * The state after an event. Receipts and acknowledgements may come twice, late, or in any order: what was seen
 * changes nothing, and what is old proves nothing new. A receipt that raises an alarm is applied, too.
 * @returns a code of {@link SyncRefusal} for an event that does not fit; the state stays what it was.
 */
export function applyEvent(state: SyncState, event: SyncEvent): Applied {
  const fault = eventFault(event);
  if (fault !== undefined) return refused('value', `malformed event at \`${fault}\``);
  const after = changedBy(state, event);
  if (!after.ok || !('at' in event) || event.at <= after.value.knownUntil) return after;
  return applied({ ...after.value, knownUntil: event.at });
}

function changedBy(state: SyncState, event: SyncEvent): Applied {
  switch (event.kind) {
    case 'clock_error':
      return applied({ ...state, clockErrorSeconds: event.seconds });
    case 'door_online':
      return applied({ ...state, doors: put(state.doors, event.door, { connection: 'online' }) });
    case 'lock_installed':
      return install(state, event);
    case 'commissioned':
      return overLock(state, event.lock, (lock) => applied(recommissioned(lock)));
    case 'inspected':
      return overLock(state, event.lock, (lock) => applied(inspected(lock)));
    case 'permission_given':
      return give(state, event);
    case 'permission_ended':
      return end(state, event.permission);
    case 'issued':
      return issue(state, event);
    case 'widened':
      return widen(state, event);
    case 'bundle_issued':
      return issueBundle(state, event);
    case 'device_acknowledged':
      return acknowledgeBundle(state, event.device, event.seq, event.at);
    case 'receipt':
      return overLock(state, event.receipt.lockId, (lock) =>
        lock.stage === 'installed'
          ? refused('not_commissioned', 'a lock without owner has no receipts')
          : applied(learnReceipt(lock, event.receipt, event.at, state.clockErrorSeconds)),
      );
    case 'server_restored':
      return applied(restored(state, event.at));
    default:
      return unreachable(event);
  }
}

/**
 * What the next policy version of a lock has to be: one above everything known of it, and a snapshot with a
 * new floor where the lock may hold what we do not know.
 * @throws RangeError for a lock that is not known.
 */
export function nextPolicyVersion(state: SyncState, lock: string): NextVersion {
  const record = found(state.locks, lock);
  if (record === undefined) throw new RangeError(`unknown lock \`${lock}\``);
  return nextVersionOf(record);
}

function install(
  state: SyncState,
  event: Extract<SyncEvent, { readonly kind: 'lock_installed' }>,
): Applied {
  const { door, lock, driftPpm, lowerBoundGrants } = event;
  const before = found(state.doors, door);
  if (before?.lock !== undefined && before.lock !== lock) {
    return refused('door_taken', `the door has lock \`${before.lock}\``);
  }
  const known = found(state.locks, lock);
  if (known !== undefined && known.door !== door) {
    return refused('lock_taken', `the lock is at door \`${known.door}\``);
  }
  // The options of a lock may change; that it was commissioned and what it proved does not.
  const record: LockRecord = { ...(known ?? NEW_LOCK), door, driftPpm, lowerBoundGrants };
  // A grant that opens on the lower bound alone may have been issued before that was forbidden.
  const mayHave = lowerBoundGrants || known?.lowerBoundGrants === true;
  return applied({
    ...state,
    doors: put(state.doors, door, { connection: 'offline', lock }),
    locks: put(state.locks, lock, { ...record, lowerBoundGrants: mayHave }),
  });
}

const NEW_LOCK: Omit<LockRecord, 'door' | 'driftPpm' | 'lowerBoundGrants'> = {
  stage: 'installed',
  issued: [],
  issuedFrom: 0,
  versionMin: 1,
  snapshotNeeded: true,
  alarms: [],
  receipts: [],
  receiptsFrom: 0,
  changes: {},
  grants: {},
  carriers: {},
};

/** New keys, empty memory: its numbers begin again, and nothing it was told before holds. */
function recommissioned(lock: LockRecord): LockRecord {
  const { ack: _ack, provenLo: _lo, clockResets: _resets, ...rest } = lock;
  return {
    ...rest,
    stage: 'commissioned',
    snapshotNeeded: true,
    alarms: [],
    receipts: [],
    receiptsFrom: 0,
    carriers: mapped(lock.carriers, (carrier) => ({ ...carrier, holdings: [] })),
  };
}

/** A rollback stays: its receipts cannot be told from those of before, so only new keys help. */
function inspected(lock: LockRecord): LockRecord {
  const fork = lock.alarms.find(({ kind }) => kind === 'fork');
  const alarms = lock.alarms.filter(({ kind }) => kind !== 'clock' && kind !== 'fork');
  const { provenLo, ...rest } = lock;
  const isClockKnown = provenLo !== undefined && !hasAlarm(lock, 'clock');
  const after = { ...rest, alarms, ...(isClockKnown ? { provenLo } : {}) };
  // The lock still holds what is not ours, until it proves a later version.
  return fork === undefined ? after : alarmed(after, { ...fork, kind: 'unknown_state' });
}

/** A door once reached stays listed until `tidy` finds nothing open there: a withdrawal must not hide itself. */
function give(
  state: SyncState,
  event: Extract<SyncEvent, { readonly kind: 'permission_given' }>,
): Applied {
  const unknown = event.doors.find((door) => found(state.doors, door) === undefined);
  if (unknown !== undefined) return refused('unknown_door', `unknown door \`${unknown}\``);
  const before = found(state.permissions, event.permission)?.doors ?? [];
  const doors = [...new Set([...before, ...event.doors])];
  const record = { holder: event.holder, doors };
  return applied({ ...state, permissions: put(state.permissions, event.permission, record) });
}

/** At online doors it is gone; at a lock it is over, which `tidy` finds when nothing of it is open any more. */
function end(state: SyncState, id: string): Applied {
  const permission = found(state.permissions, id);
  if (permission === undefined) return refused('unknown_permission', `permission \`${id}\``);
  const isHere = (lock: LockRecord): boolean => permission.doors.includes(lock.door);
  const doors = permission.doors.filter((door) => found(state.doors, door)?.lock !== undefined);
  return applied({
    ...state,
    permissions:
      doors.length > 0
        ? put(state.permissions, id, { ...permission, doors })
        : kept(state.permissions, (_, name) => name !== id),
    locks: mapped(state.locks, (lock) => {
      if (!isHere(lock)) return lock;
      const before = found(lock.changes, id) ?? UNCHANGED;
      const after = { ...before, revoked: true, widenings: [] };
      return { ...lock, changes: put(lock.changes, id, after) };
    }),
  });
}

function issue(state: SyncState, event: IssuedEvent): Applied {
  return overLock(state, event.lock, (lock) => {
    for (const { permission: id } of event.changes) {
      const permission = found(state.permissions, id);
      if (permission === undefined) return refused('unknown_permission', `permission \`${id}\``);
      if (!permission.doors.includes(lock.door)) {
        return refused('permission_elsewhere', `permission \`${id}\` is not at this door`);
      }
    }
    return issueVersion(lock, event);
  });
}

function widen(state: SyncState, event: WidenedEvent): Applied {
  const { permission, door, devices, until } = event;
  const record = found(state.permissions, permission);
  if (record === undefined) return refused('unknown_permission', `permission \`${permission}\``);
  if (!record.doors.includes(door)) {
    return refused('permission_elsewhere', `permission \`${permission}\` is not at this door`);
  }
  const id = found(state.doors, door)?.lock;
  // An online door is asked each time: there is nothing to wait for.
  if (id === undefined) return applied(state);
  return overLock(state, id, (lock) => {
    const before = found(lock.changes, permission) ?? UNCHANGED;
    const holders: readonly (string | undefined)[] = devices.length === 0 ? [undefined] : devices;
    const added = holders.map(
      (device): Widening => ({
        ...(device === undefined ? {} : { device }),
        acknowledged: false,
        ...(until === undefined ? {} : { until }),
      }),
    );
    const others = before.widenings.filter(({ device }) => !holders.includes(device));
    const after = { ...before, revoked: false, widenings: [...others, ...added] };
    return applied({ ...lock, changes: put(lock.changes, permission, after) });
  });
}

/** With what is skipped at least, less than the jump of 65 536 that a lock takes. */
const RESTORE_SKIP_MAX = 61_440;

/** Numbers given out after the backup are skipped, and grants given out after it are feared. */
function restored(state: SyncState, at: number): SyncState {
  const lostAt = at + 2 * state.clockErrorSeconds;
  const minutes = Math.max(0, Math.floor((at - state.knownUntil) / 60));
  const skip = Math.min(RESTORE_SKIP_MIN + minutes, RESTORE_SKIP_MAX);
  return {
    ...state,
    locks: mapped(state.locks, (lock) => ({
      ...lock,
      versionMin: nextVersionOf(lock).pv + skip,
      snapshotNeeded: true,
      lost: { at: Math.max(lock.lost?.at ?? 0, lostAt) },
    })),
    devices: mapped(state.devices, (device) => ({
      ...device,
      bundleMin: Math.max(device.issued + 1, device.bundleMin) + skip,
    })),
  };
}

function overLock(
  state: SyncState,
  id: string,
  change: (lock: LockRecord) => Outcome<LockRecord, SyncRefusal>,
): Applied {
  const lock = found(state.locks, id);
  if (lock === undefined) return refused('unknown_lock', `unknown lock \`${id}\``);
  const after = change(lock);
  if (!after.ok) return after;
  return applied(
    after.value === lock ? state : { ...state, locks: put(state.locks, id, after.value) },
  );
}

function applied<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

function refused(
  code: SyncRefusal,
  detail: string,
): { readonly ok: false; readonly code: SyncRefusal; readonly detail: string } {
  return { ok: false, code, detail };
}

function unreachable(event: never): Applied {
  return refused('value', `unknown event \`${String(event)}\``);
}
