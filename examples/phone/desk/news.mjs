// @ts-check
// What a change of the policy takes from locks, and how the desk says so: marks in the lock's next version, and the same in the sync score
// (docs/offline.md, "Withdrawing"; docs/sync.md).
import { offlineChanges } from 'doorwright/admin';
import { heldUntil, lockIdOf, revoke, tagOf } from 'doorwright/issuer';
import { applyEvent, nextPolicyVersion } from 'doorwright/sync';
import { deviceNamed } from './records.mjs';
import { changedEngine, differences, engineOf } from './rights.mjs';

/**
 * @typedef {import('./records.mjs').DeskState} DeskState
 * @typedef {import('./records.mjs').DeskLock} DeskLock
 * @typedef {import('doorwright/admin').OfflineChange} OfflineChange
 * @typedef {{ crypto: import('doorwright/protocol').Crypto, tagSecret: Uint8Array, now: number }} Ground
 */

/**
 * The state with another policy in force. Every right that is taken at a lock becomes a mark for each phone that may hold a grant
 * resting on it, in one new version of that lock.
 * @param {DeskState} state @param {import('doorwright').Policy} wanted @param {Ground} ground @returns {DeskState}
 */
export function withPolicy(state, wanted, ground) {
  const before = engineOf(state.policy);
  const changes = differences(state.policy, wanted);
  if (changes === undefined) return state;
  const after = changedEngine(state.policy, changes);
  /** @type {DeskState} */
  let next = { ...state, policy: after.policy };
  for (const { door, changes: list } of offlineChanges(before, after, changes)) {
    const lock = Object.values(next.locks).find((one) => one.door === door);
    if (lock !== undefined) next = atLock(next, lock, list, ground);
  }
  return withoutEnded(next, state);
}

/** The state after an event of the sync score. @param {DeskState} state @param {import('doorwright/sync').SyncEvent} event @returns {DeskState} */
export function withEvent(state, event) {
  const applied = applyEvent(state.sync, event);
  // The desk tells what it did itself, so a refusal is its own mistake; nothing of the call may leave then.
  if (!applied.ok) throw new Error(`${event.kind}: ${applied.code}, ${applied.detail}`);
  return { ...state, sync: applied.value };
}

/** The state in which a lock has another row, and the sync score knows of the version. @param {DeskState} state @param {DeskLock} lock
 * @param {import('doorwright/issuer').IssuerLock} row @param {readonly OfflineChange[]} taken @returns {DeskState} */
export function withVersion(state, lock, row, taken) {
  const issued = row.issued.at(-1);
  if (issued === undefined) throw new TypeError('a row without a version');
  const { trustEpoch, policyVersion: pv, post } = issued;
  const isFloor = row.floor.version === pv;
  const next = { ...state, locks: { ...state.locks, [row.lockId]: { ...lock, row } } };
  return withEvent(next, {
    kind: 'issued',
    lock: row.lockId,
    version: { trustEpoch, pv, post },
    // Bundles always have the whole of it beside what is new.
    snapshot: true,
    changes: taken.map(({ kind, assignment, devices }) =>
      kind === 'revoke' || devices === undefined
        ? { kind: kind === 'revoke' ? kind : 'narrow', permission: assignment }
        : { kind: 'narrow', permission: assignment, devices },
    ),
    ...(isFloor ? { floor: row.floor.issuedUntil } : {}),
  });
}

/**
 * Tells the sync score of an assignment at a door. A door where it is known already stays.
 * @param {DeskState} state @param {string} assignment @param {string} door @returns {DeskState}
 */
export function withPermission(state, assignment, door) {
  if (state.sync.permissions[assignment]?.doors.includes(door)) return state;
  const subject = state.policy.assignments?.find(({ id }) => id === assignment)?.subject;
  const holder = subject?.id ?? assignment;
  return withEvent(state, {
    kind: 'permission_given',
    permission: assignment,
    holder,
    doors: [door],
  });
}

/** @param {DeskState} state @param {DeskLock} lock @param {readonly OfflineChange[]} changes @param {Ground} ground @returns {DeskState} */
function atLock(state, lock, changes, ground) {
  let next = state;
  const taken = changes.filter(
    ({ kind, assignment }) =>
      kind !== 'widen' && state.sync.permissions[assignment]?.doors.includes(lock.door),
  );
  const holders = new Set(taken.flatMap((change) => holdersOf(state, lock, change)));
  if (holders.size > 0) {
    const marks = [...holders].map((device) => markOf(state, lock, device, ground));
    const { lock: row } = revoke(readyRow(state, lock), marks, ground.now, ground.crypto);
    next = withVersion(next, lock, row, taken);
  }
  for (const change of changes) {
    if (change.kind === 'widen') next = withWidening(next, lock.door, change);
  }
  return next;
}

/**
 * The row from which the next version is made. After a lock met content that is not the desk's, versions are skipped, and no delta may
 * be made across them.
 * @param {DeskState} state @param {DeskLock} lock
 */
function readyRow(state, { row }) {
  const { pv } = nextPolicyVersion(state.sync, row.lockId);
  return pv === row.policyVersion + 1 ? row : { ...row, policyVersion: pv - 1, deltasFrom: pv };
}

/** Phones that ever got a grant here that rests on the assignment. @param {DeskState} state @param {DeskLock} lock @param {OfflineChange} change @returns {string[]} */
function holdersOf(state, lock, { assignment, devices }) {
  return Object.values(state.sync.locks[lock.row.lockId]?.grants ?? {})
    .filter(({ permissions }) => permissions.includes(assignment))
    .map(({ device }) => device)
    .filter((device) => devices === undefined || devices.includes(device));
}

/** @param {DeskState} state @param {DeskLock} lock @param {string} device @param {Ground} ground */
function markOf(state, { row }, device, { crypto, tagSecret }) {
  const known = deviceNamed(state, device);
  const tag = tagOf(crypto, tagSecret, 'device', device, lockIdOf(row));
  // Unknown ends are taken for the longest life there is.
  return { tag, until: known === undefined ? 0 : heldUntil(known.row, row.lockId) };
}

/** @param {DeskState} state @param {string} door @param {OfflineChange} change @returns {DeskState} */
function withWidening(state, door, { assignment, devices }) {
  const next = withPermission(state, assignment, door);
  const phones = devices ?? phonesOf(state, assignment);
  // Nobody waits for it: whoever enrols later is told by the same way.
  if (phones.length === 0) return next;
  return withEvent(next, { kind: 'widened', door, permission: assignment, devices: phones });
}

/** Phones enrolled here of whoever holds an assignment. @param {DeskState} state @param {string} assignment */
function phonesOf({ policy, devices }, assignment) {
  const subject = policy.assignments?.find(({ id }) => id === assignment)?.subject;
  const members =
    subject?.type === 'team'
      ? (policy.teams?.find(({ id }) => id === subject.id)?.users ?? [])
      : [subject?.id];
  return Object.values(devices)
    .filter(({ row, isWithdrawn }) => !isWithdrawn && members.includes(row.personId))
    .map(({ row }) => row.deviceId);
}

/** Assignments that are gone, whether or not somebody held a grant by them. @param {DeskState} next @param {DeskState} before @returns {DeskState} */
function withoutEnded(next, before) {
  const left = new Set((next.policy.assignments ?? []).map(({ id }) => id));
  let ended = next;
  for (const { id } of before.policy.assignments ?? []) {
    if (left.has(id) || ended.sync.permissions[id] === undefined) continue;
    ended = withEvent(ended, { kind: 'permission_ended', permission: id });
  }
  return ended;
}
