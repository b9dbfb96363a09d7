/** Whether the values of an event are what they are said to be: whole numbers, hex, lists within their caps. */
import { INSTANT_END } from '../values/instant.js';
import { ID_LENGTH_MAX, ID_LIST_MAX } from '../values/limits.js';
import type { BundleEvent, IssuedEvent, ReceiptFacts, SyncEvent } from './event.js';
import { DRIFT_PPM_MAX, GRANT_LIFE_SECONDS_MAX } from './limits.js';

/** What is wrong with the values of an event, or undefined. Says nothing about whether it fits the state. */
export function eventFault(event: SyncEvent): string | undefined {
  switch (event.kind) {
    case 'clock_error':
      return firstFault({ seconds: isSeconds(event.seconds) });
    case 'door_online':
      return firstFault({ door: isId(event.door) });
    case 'lock_installed':
      return firstFault({
        door: isId(event.door),
        lock: isHex(event.lock, 8),
        driftPpm: isCount(event.driftPpm) && event.driftPpm <= DRIFT_PPM_MAX,
      });
    case 'commissioned':
    case 'inspected':
      return firstFault({ lock: isHex(event.lock, 8) });
    case 'permission_given':
      return firstFault({
        permission: isId(event.permission),
        holder: isId(event.holder),
        doors: areIds(event.doors),
      });
    case 'permission_ended':
      return firstFault({ permission: isId(event.permission) });
    case 'issued':
      return issuedFault(event);
    case 'widened':
      return firstFault({
        door: isId(event.door),
        permission: isId(event.permission),
        devices: areIds(event.devices),
        until: event.until === undefined || isSeconds(event.until),
      });
    case 'bundle_issued':
      return bundleFault(event);
    case 'device_acknowledged':
      return firstFault({
        device: isId(event.device),
        seq: isCount(event.seq),
        at: isSeconds(event.at),
      });
    case 'receipt':
      return firstFault({ at: isSeconds(event.at) }) ?? receiptFault(event.receipt);
    case 'server_restored':
      return firstFault({ at: isSeconds(event.at) });
    default:
      return unreachable(event);
  }
}

/** A whole number from 0 on that JSON carries exactly, with room for one more. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && value !== Number.MAX_SAFE_INTEGER;
}

/** Unix seconds that RFC 3339 can write. */
export function isSeconds(value: unknown): value is number {
  return isCount(value) && value < INSTANT_END / 1000;
}

/** So many bytes in lower-case hex. */
export function isHex(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/u.test(value);
}

const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** An id as policies have them; never the name of something that every object has. */
export function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= ID_LENGTH_MAX &&
    /^[A-Za-z0-9._~:@+-]+$/u.test(value) &&
    !PROTOTYPE_NAMES.has(value)
  );
}

function areIds(values: readonly unknown[]): boolean {
  return values.length <= ID_LIST_MAX && values.every(isId);
}

function issuedFault(event: IssuedEvent): string | undefined {
  return firstFault({
    lock: isHex(event.lock, 8),
    version:
      isCount(event.version.trustEpoch) &&
      isCount(event.version.pv) &&
      isHex(event.version.post, 16),
    floor: event.floor === undefined || isSeconds(event.floor),
    changes: event.changes.every(
      ({ permission, devices }) => isId(permission) && (devices === undefined || areIds(devices)),
    ),
  });
}

function bundleFault(event: BundleEvent): string | undefined {
  return firstFault({
    device: isId(event.device),
    seq: isCount(event.seq),
    at: isSeconds(event.at),
    grants: event.locks.every(({ pv, grants }) => {
      return isCount(pv) && grants.every((grant) => isGrant(grant, event.at));
    }),
  });
}

/** A life above the cap would outlive what is assumed after a database was lost. */
function isGrant(
  grant: { hash: string; permissions: readonly string[]; from: number; exp: number; tpol: number },
  at: number,
): boolean {
  return (
    isHex(grant.hash, 8) &&
    areIds(grant.permissions) &&
    isSeconds(grant.from) &&
    isSeconds(grant.exp) &&
    grant.from < grant.exp &&
    grant.exp <= at + GRANT_LIFE_SECONDS_MAX &&
    (grant.tpol === 0 || grant.tpol === 1 || grant.tpol === 2)
  );
}

function receiptFault(receipt: ReceiptFacts): string | undefined {
  return firstFault({
    lockId: isHex(receipt.lockId, 8),
    seq: isCount(receipt.seq),
    trustEpoch: isCount(receipt.trustEpoch),
    pv: isCount(receipt.pv),
    post: isHex(receipt.post, 16),
    committedLo: isCount(receipt.committedLo),
    hi: receipt.hi === null || (isCount(receipt.hi) && receipt.hi >= receipt.committedLo),
    ctr: isHex(receipt.ctr, 8),
    grantHash: receipt.grantHash === null || isHex(receipt.grantHash, 8),
    sha256: isHex(receipt.sha256, 32),
    permission: receipt.permission === undefined || isId(receipt.permission),
    device: receipt.device === undefined || isId(receipt.device),
  });
}

function firstFault(holds: Readonly<Record<string, boolean>>): string | undefined {
  return Object.keys(holds).find((name) => holds[name] !== true);
}

function unreachable(value: never): string {
  return `unknown event \`${String(value)}\``;
}
