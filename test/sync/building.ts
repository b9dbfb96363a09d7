/** One offline door with small events, for tables of examples. All times count from `T0`. */
import { applyEvent } from '../../src/sync/apply-event.js';
import type { IssuedEvent, ReceiptFacts, SyncEvent } from '../../src/sync/event.js';
import { emptyState, type SyncState } from '../../src/sync/state.js';
import { hex, sha256 } from './lock-model.js';

export const T0 = 1_800_000_000;
export const LOCK = '0123456789abcdef';
/** 30 s of the server and 100 ppm over 30 days. */
export const SKEW = 30 + 260;

/** The state after events, each of which must be accepted. */
export function having(state: SyncState, ...events: readonly SyncEvent[]): SyncState {
  return events.reduce((before, event) => {
    const next = applyEvent(before, event);
    if (!next.ok) throw new Error(`${event.kind}: ${next.code} ${next.detail}`);
    return next.value;
  }, state);
}

/** The code with which an event is refused, or `applied`. */
export function refusal(state: SyncState, event: SyncEvent): string {
  const next = applyEvent(state, event);
  return next.ok ? 'applied' : next.code;
}

export function postOf(pv: number): string {
  return sha256(`post ${pv}`).slice(0, 32);
}

export function issued(pv: number, more: Partial<IssuedEvent> = {}): IssuedEvent {
  const version = { trustEpoch: 1, pv, post: postOf(pv) };
  return { kind: 'issued', lock: LOCK, version, snapshot: true, changes: [], ...more };
}

/** A bundle with one grant of `permission`; its hash is `seq` and the device's last digit. */
export function bundle(
  device: string,
  seq: number,
  pv: number,
  grant: { permission?: string; exp?: number; tpol?: number; at?: number } = {},
): SyncEvent {
  const at = grant.at ?? T0;
  return {
    kind: 'bundle_issued',
    device,
    seq,
    at,
    locks: [
      {
        lock: LOCK,
        pv,
        grants: [
          {
            hash: grantHash(device, seq),
            permissions: [grant.permission ?? 'flat'],
            from: at,
            exp: grant.exp ?? at + 86_400,
            tpol: grant.tpol ?? 0,
          },
        ],
      },
    ],
  };
}

export function grantHash(device: string, seq: number): string {
  return sha256(`${device} ${seq}`).slice(0, 16);
}

export function acknowledged(device: string, seq: number, at = T0): SyncEvent {
  return { kind: 'device_acknowledged', device, seq, at };
}

/** A receipt of the lock; what is not said is in order. */
export function receipt(
  seq: number,
  pv: number,
  more: Partial<ReceiptFacts> = {},
  at = T0,
): SyncEvent {
  const facts: ReceiptFacts = {
    lockId: LOCK,
    seq,
    trustEpoch: 1,
    pv,
    post: postOf(pv),
    committedLo: T0 - 1000 + seq,
    hi: T0 + 1000,
    ctr: hex(1, 8) + hex(seq, 8),
    status: 'denied',
    grantHash: null,
    sha256: sha256(`receipt ${seq}`),
    ...more,
  };
  return { kind: 'receipt', receipt: facts, at };
}

/** A lock that proved version 1, and permissions `flat`, `guest`, `care` at its door. */
export function building(): SyncState {
  const give = (permission: string): SyncEvent => ({
    kind: 'permission_given',
    permission,
    holder: `of-${permission}`,
    doors: ['door', 'front'],
  });
  return having(
    emptyState(30),
    { kind: 'door_online', door: 'front' },
    { kind: 'lock_installed', door: 'door', lock: LOCK, driftPpm: 100, lowerBoundGrants: true },
    { kind: 'commissioned', lock: LOCK },
    issued(1),
    give('flat'),
    give('guest'),
    give('care'),
    receipt(1, 1),
  );
}
