/**
 * What offline locks must hear of a change of the policy: every right that a change takes away there is a revocation
 * in the making, found here and written in the transaction of the change. An issuer makes policy versions of it
 * (docs/sync.md); until a lock has proved one, the right may still open its door.
 */
import type { Engine } from '../../engine/engine.js';
import type { Changes } from '../../policy/changes.js';
import { v } from '../../policy/schema-nodes.js';
import type { SiteRecord } from '../record.js';
import { idField, idsField, wholeField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';
import { sameValue } from '../same-value.js';
import { type DoorRight, doorRights, nothingKnown } from './door-rights.js';
import { touchedDoors } from './touched-doors.js';

/** What became of one assignment at one offline door. */
export interface OfflineChange {
  /**
   * `revoke` takes all of it. `narrow` takes what was issued so far: hours, conditions, a lost phone. `widen`: new,
   * longer or for more phones; a lock need not know.
   */
  readonly kind: 'revoke' | 'narrow' | 'widen';
  /** Id of the assignment. */
  readonly assignment: string;
  /** Only these phones (ids of credentials), sorted; absent: all. */
  readonly devices?: readonly string[];
}

/** What the lock of one door must hear of, oldest change first. */
export interface OfflineDoorChanges {
  readonly door: string;
  readonly changes: readonly OfflineChange[];
}

/** More phones than these are not listed one by one: then all of the assignment's are meant. */
const DEVICES_MAX = 1000;

/**
 * The offline doors at which a change of the policy takes or gives something, sorted by id, each with its changes
 * sorted by assignment. May call narrowed what was not; never leaves out what was.
 * @param after - the engine after `changes` on `before`.
 */
export function offlineChanges(
  before: Engine,
  after: Engine,
  changes: Changes,
): readonly OfflineDoorChanges[] {
  const found: OfflineDoorChanges[] = [];
  const [knownBefore, knownAfter] = [nothingKnown(), nothingKnown()];
  const missing = missingDevices();
  for (const door of touchedDoors(before, after, changes)) {
    const was = doorRights(before, door, knownBefore);
    const is = doorRights(after, door, knownAfter);
    const ids = [...new Set([...was.keys(), ...is.keys()])].sort();
    const atDoor = ids.flatMap((id) => compared(id, was.get(id), is.get(id), missing));
    if (atDoor.length > 0) found.push({ door, changes: atDoor });
  }
  return found;
}

/**
 * The record of a door with more changes in it. A later change of the same kind and assignment takes the place of
 * an earlier one that it covers.
 * @param revision - of the policy after the change.
 */
export function withOfflineChanges(
  record: SiteRecord | undefined,
  { door, changes }: OfflineDoorChanges,
  revision: number,
): SiteRecord {
  const kept = pendingOf(record).filter(
    (old) => !changes.some((change) => change.assignment === old.assignment && covers(change, old)),
  );
  const pending = [...kept, ...changes.map((change) => ({ ...change, revision }))];
  return pendingShape.record(door, { pending });
}

/**
 * The record without what an issuer has taken up, or undefined when nothing is left.
 * @param revision - everything up to this revision was taken up.
 */
export function withoutOfflineChanges(
  record: SiteRecord,
  revision: number,
): SiteRecord | undefined {
  const pending = pendingOf(record).filter((change) => change.revision > revision);
  return pending.length === 0 ? undefined : pendingShape.record(record.id, { pending });
}

/** A change and the revision that made it. */
export interface PendingOfflineChange extends OfflineChange {
  readonly revision: number;
}

/**
 * What waits in a door's record, in the order in which it came.
 * @throws TypeError for a damaged record: a revocation in it would be lost.
 */
export function pendingOf(record: SiteRecord | undefined): readonly PendingOfflineChange[] {
  return record === undefined ? [] : pendingShape.ofRecord(record).pending;
}

/** The record `offline_change`; its id is the door's. */
const pendingShape = recordShape<{ readonly pending: readonly PendingOfflineChange[] }>(
  'offline_change',
  () =>
    v.strictObject({
      // Without a bound: nothing that waits may be dropped.
      pending: v.pipe(
        v.array(
          v.strictObject({
            kind: v.picklist(['revoke', 'narrow', 'widen']),
            assignment: idField,
            devices: v.optional(idsField(DEVICES_MAX)),
            revision: wholeField(0, Number.MAX_SAFE_INTEGER),
          }),
        ),
        v.maxLength(Number.MAX_SAFE_INTEGER),
      ),
    }),
);

function compared(
  assignment: string,
  was: DoorRight | undefined,
  is: DoorRight | undefined,
  missing: Missing,
): OfflineChange[] {
  if (was === undefined) return [{ kind: 'widen', assignment }];
  if (is === undefined) return [{ kind: 'revoke', assignment }];
  if (!sameValue(was.conditions, is.conditions)) return [{ kind: 'narrow', assignment }];
  const shorter = is.from > was.from || is.until < was.until;
  if (shorter) return [{ kind: 'narrow', assignment }];
  const longer = is.from < was.from || is.until > was.until;
  return [
    ...ofDevices('narrow', assignment, missing(was.devices, is.devices)),
    ...(longer
      ? [{ kind: 'widen', assignment } as const]
      : ofDevices('widen', assignment, missing(is.devices, was.devices))),
  ];
}

/** Phones that one side has and the other has not, sorted. */
type Missing = (some: DoorRight['devices'], others: DoorRight['devices']) => readonly string[];

/** Finds them once for the same two sides: an assignment has the same phones at every door. */
function missingDevices(): Missing {
  const found = new Map<DoorRight['devices'], Map<DoorRight['devices'], readonly string[]>>();
  return (some, others) => {
    const bySome = found.get(some) ?? new Map<DoorRight['devices'], readonly string[]>();
    found.set(some, bySome);
    const known = bySome.get(others);
    if (known !== undefined) return known;
    const devices = [...some].flatMap(([key, device]) => (others.has(key) ? [] : [device])).sort();
    bySome.set(others, devices);
    return devices;
  };
}

/** A change for these phones, if there are any. */
function ofDevices(
  kind: 'narrow' | 'widen',
  assignment: string,
  devices: readonly string[],
): OfflineChange[] {
  if (devices.length === 0) return [];
  return devices.length > DEVICES_MAX ? [{ kind, assignment }] : [{ kind, assignment, devices }];
}

/** Whether a lock or phone that hears of the newer change need not hear of the older one. */
function covers(newer: OfflineChange, older: OfflineChange): boolean {
  if (older.kind === 'widen') return newer.kind !== 'widen' || newer.devices === undefined;
  if (newer.kind === 'widen') return false;
  if (newer.kind === 'revoke') return true;
  if (older.kind === 'revoke') return false;
  const ofNewer = newer.devices;
  if (ofNewer === undefined) return true;
  return older.devices?.every((device) => ofNewer.includes(device)) ?? false;
}
