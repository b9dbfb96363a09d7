/** Bundles: what was signed for a device, and what the device proved to hold. */
import type { Outcome } from '../values/outcome.js';
import type { BundleEvent, IssuedGrant, SyncRefusal } from './event.js';
import { found, mapped, put } from './keyed.js';
import { BUNDLES_OPEN_MAX, VERSIONS_KEPT_MAX } from './limits.js';
import type {
  CarrierRecord,
  DeviceRecord,
  GrantRecord,
  LockRecord,
  PermissionChanges,
  SyncState,
  Widening,
} from './state.js';
import { UNCHANGED } from './versions.js';

/** The lowest number for the next bundle of a device. After a backup came back, forgotten numbers are skipped. */
export function nextBundleSequence(state: SyncState, device: string): number {
  const record = found(state.devices, device) ?? NEW_DEVICE;
  return Math.max(record.issued + 1, record.bundleMin);
}

/** The state after a bundle was signed. Nothing is thereby anywhere but on the server. */
export function issueBundle(state: SyncState, event: BundleEvent): Outcome<SyncState, SyncRefusal> {
  const least = nextBundleSequence(state, event.device);
  if (event.seq < least) {
    return { ok: false, code: 'bundle_too_low', detail: `bundle must be at least ${least}` };
  }
  let { locks } = state;
  const versions: Record<string, number> = {};
  for (const { lock: id, pv, grants } of event.locks) {
    const lock = found(locks, id);
    if (lock === undefined) {
      return { ok: false, code: 'unknown_lock', detail: `unknown lock \`${id}\`` };
    }
    const issued = issueGrants(state, lock, { ...event, pv, grants });
    if (!issued.ok) return issued;
    locks = put(locks, id, issued.value);
    versions[id] = pv;
  }
  const record = found(state.devices, event.device) ?? NEW_DEVICE;
  const open = [...record.open, { seq: event.seq, versions }].slice(-BUNDLES_OPEN_MAX);
  const device = { ...record, issued: event.seq, open };
  return {
    ok: true,
    value: { ...state, locks, devices: put(state.devices, event.device, device) },
  };
}

/** The state after a device signed that it holds a bundle. An acknowledgement seen before changes nothing. */
export function acknowledgeBundle(
  state: SyncState,
  device: string,
  seq: number,
  at: number,
): Outcome<SyncState, SyncRefusal> {
  const record = found(state.devices, device);
  if (record === undefined) {
    return { ok: false, code: 'unknown_device', detail: `unknown device \`${device}\`` };
  }
  if (seq > record.issued) {
    return { ok: false, code: 'unknown_bundle', detail: `bundle never issued \`${seq}\`` };
  }
  const bundle = record.open.find((open) => open.seq === seq);
  if (bundle === undefined) return { ok: true, value: state };
  let { locks } = state;
  for (const [id, pv] of Object.entries(bundle.versions)) {
    const lock = found(locks, id);
    if (lock !== undefined) locks = put(locks, id, heldBy(lock, device, { seq, pv, at }));
  }
  const after: DeviceRecord = {
    ...record,
    acknowledged: seq,
    open: record.open.filter((open) => open.seq > seq),
  };
  return { ok: true, value: { ...state, locks, devices: put(state.devices, device, after) } };
}

/** A device of which nothing is known. */
export const NEW_DEVICE: DeviceRecord = { acknowledged: 0, issued: 0, bundleMin: 1, open: [] };

/** The part of a bundle that is for one lock. */
interface LockPart {
  readonly device: string;
  readonly seq: number;
  readonly pv: number;
  readonly grants: readonly IssuedGrant[];
}

function issueGrants(
  state: SyncState,
  lock: LockRecord,
  part: LockPart,
): Outcome<LockRecord, SyncRefusal> {
  if (!lock.issued.some(({ pv }) => pv === part.pv)) {
    return { ok: false, code: 'version_unknown', detail: `version never issued \`${part.pv}\`` };
  }
  let after = lock;
  for (const { hash, permissions, from, exp, tpol } of part.grants) {
    const refusal = grantRefusal(state, lock, permissions, { tpol, pv: part.pv });
    if (refusal !== undefined) return { ok: false, code: refusal, detail: `grant \`${hash}\`` };
    if (Object.hasOwn(after.grants, hash)) {
      return { ok: false, code: 'grant_reused', detail: `grant hash of another \`${hash}\`` };
    }
    const { device, seq: bundle } = part;
    const record: GrantRecord = { device, permissions, from, exp, tpol, bundle, taken: {} };
    after = { ...after, grants: put(after.grants, hash, record) };
  }
  const carried = new Set(part.grants.flatMap(({ permissions }) => permissions));
  return { ok: true, value: { ...after, changes: sentIn(after.changes, carried, part) } };
}

function grantRefusal(
  state: SyncState,
  lock: LockRecord,
  permissions: readonly string[],
  { tpol, pv }: { readonly tpol: number; readonly pv: number },
): SyncRefusal | undefined {
  if (tpol === 1 && !lock.lowerBoundGrants) return 'lower_bound';
  for (const id of permissions) {
    const permission = found(state.permissions, id);
    if (permission === undefined) return 'unknown_permission';
    if (!permission.doors.includes(lock.door)) return 'permission_elsewhere';
    const change = found(lock.changes, id);
    if (change?.revoked === true) return 'permission_revoked';
    // It was lowered while its permission was being taken: a lock that knows of neither would open for it.
    if (pv < Math.max(change?.rv ?? 0, lock.staleBelow ?? 0)) return 'bundle_stale';
  }
  return undefined;
}

/** The first bundle with a grant of a widened permission is the one that has the widening. */
function sentIn(
  changes: LockRecord['changes'],
  carried: ReadonlySet<string>,
  { device, seq }: LockPart,
): LockRecord['changes'] {
  let after = changes;
  for (const name of carried) {
    const change: PermissionChanges = found(after, name) ?? UNCHANGED;
    const waits = change.widenings.some((one) => one.device === device && one.bundle === undefined);
    if (!waits) continue;
    const widenings = change.widenings.map((one) =>
      one.device === device && one.bundle === undefined ? { ...one, bundle: seq } : one,
    );
    after = put(after, name, { ...change, widenings });
  }
  return after;
}

function heldBy(
  lock: LockRecord,
  device: string,
  { seq, pv, at }: { readonly seq: number; readonly pv: number; readonly at: number },
): LockRecord {
  const isIn = ({ device: of, bundle }: Widening): boolean =>
    of === device && bundle !== undefined && bundle <= seq;
  const changes = mapped(lock.changes, (change) =>
    change.widenings.some(isIn)
      ? {
          ...change,
          widenings: change.widenings.map((one) =>
            isIn(one) ? { ...one, acknowledged: true } : one,
          ),
        }
      : change,
  );
  const carrier = found(lock.carriers, device) ?? { since: at, visits: [], holdings: [] };
  return { ...lock, changes, carriers: put(lock.carriers, device, withHolding(carrier, pv, at)) };
}

function withHolding(carrier: CarrierRecord, pv: number, at: number): CarrierRecord {
  const { holdings } = carrier;
  const newest = holdings[holdings.length - 1];
  if (newest !== undefined && newest.pv >= pv) return carrier;
  return { ...carrier, holdings: [...holdings, { pv, at }].slice(-VERSIONS_KEPT_MAX) };
}
