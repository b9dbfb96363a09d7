/**
 * A small building in which everything can go wrong: locks, phones, a network that keeps, drops and repeats
 * messages, and a server that issues, learns and is sometimes put back to a backup.
 */
import { applyEvent, nextPolicyVersion } from '../../src/sync/apply-event.js';
import { nextBundleSequence } from '../../src/sync/bundles.js';
import type { ReceiptFacts, SyncEvent } from '../../src/sync/event.js';
import { emptyState, type SyncState } from '../../src/sync/state.js';
import {
  type Grant,
  hex,
  type Mark,
  modelLock,
  type SimulatedLock,
  type Stamp,
  sha256,
  type Update,
} from './lock-model.js';

export const LOCKS = ['a0'.repeat(8), 'b0'.repeat(8)] as const;
export const DEVICES = ['phone-1', 'phone-2', 'phone-3', 'honest'] as const;
/** Each held by some devices at both doors; `care` by the honest one. */
export const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  flat: ['phone-1', 'phone-2'],
  guest: ['phone-2'],
  cleaning: ['phone-3', 'phone-1'],
  care: ['honest'],
};
export const CLOCK_ERROR = 30;
export const START = 1_800_000_000;

/** What the server's database holds. Immutable, so that a backup is a reference to it. */
export interface Server {
  readonly state: SyncState;
  /** By lock, every snapshot, the newest last. */
  readonly policies: Readonly<Record<string, readonly Update[]>>;
  /** Permissions by id: devices that may still hold them. */
  readonly holders: Readonly<Record<string, readonly string[]>>;
  /** How often each lock was commissioned. */
  readonly commissionings: Readonly<Record<string, number>>;
}

/** A bundle as a phone has it. */
interface Bundle {
  readonly seq: number;
  readonly updates: Readonly<Record<string, readonly Update[]>>;
  readonly stamp: Stamp;
  readonly grants: readonly Grant[];
}

interface Phone {
  /** The newest bundle on the server. */
  offered?: Bundle;
  held?: Bundle;
  /** Every grant it ever downloaded: an attacker keeps them. */
  readonly grants: Grant[];
}

export interface Message {
  readonly event: SyncEvent;
  /** Which commissioning of the lock signed it: an older one no longer verifies. */
  readonly signedBy?: number;
}

export class World {
  now = START;
  server: Server;
  readonly backups: Server[] = [];
  readonly locks: Record<string, SimulatedLock> = {};
  /** Since the last commissioning: was its flash put back? */
  readonly wasRestored: Record<string, boolean> = {};
  readonly images: Record<string, unknown[]> = {};
  readonly commissionings: Record<string, number> = {};
  readonly phones: Record<string, Phone> = {};
  readonly network: Message[] = [];
  /** Every grant that ever was. */
  readonly grants: Grant[] = [];
  private readonly clockOffset: number;
  private serial = 0;

  constructor(clockOffset: number, drift: number) {
    this.clockOffset = clockOffset;
    this.server = {
      state: emptyState(CLOCK_ERROR),
      policies: {},
      holders: PERMISSIONS,
      commissionings: {},
    };
    for (const device of DEVICES) this.phones[device] = { grants: [] };
    LOCKS.forEach((lock, index) => {
      this.locks[lock] = modelLock(lock, 100, drift);
      this.images[lock] = [];
      this.apply({
        kind: 'lock_installed',
        door: `door-${index}`,
        lock,
        driftPpm: 100,
        // One of the two doors has grants that open on the lower bound alone.
        lowerBoundGrants: index === 1,
      });
    });
    const doors = LOCKS.map((_, index) => `door-${index}`);
    for (const permission of Object.keys(PERMISSIONS)) {
      this.apply({ kind: 'permission_given', permission, holder: `of-${permission}`, doors });
    }
    for (const lock of LOCKS) this.commission(lock);
    for (const lock of LOCKS) this.mend(lock);
  }

  /** What the server's clock shows. */
  get serverNow(): number {
    return this.now + this.clockOffset;
  }

  doorOf(lock: string): string {
    return this.server.state.locks[lock]?.door ?? '';
  }

  /** The server's own events are never wrong: a refusal is a fault of the test. */
  apply(event: SyncEvent): void {
    const after = applyEvent(this.server.state, event);
    if (!after.ok) throw new Error(`${event.kind}: ${after.code} ${after.detail}`);
    this.server = { ...this.server, state: after.value };
  }

  commission(lock: string): void {
    this.locks[lock]?.reset();
    this.wasRestored[lock] = false;
    this.images[lock] = [];
    this.commissionings[lock] = (this.commissionings[lock] ?? 0) + 1;
    const commissionings = { ...this.server.commissionings, [lock]: this.commissionings[lock] };
    this.server = { ...this.server, commissionings };
    this.apply({ kind: 'commissioned', lock });
    this.issue(lock, []);
  }

  /** Whether nothing can be claimed of a lock: its memory was put back, and no receipt has shown it yet. */
  isSuspect(lock: string): boolean {
    const record = this.server.state.locks[lock];
    const isKnown = record?.alarms.some(({ kind }) => kind === 'rollback') === true;
    const isOurs = this.server.commissionings[lock] === this.commissionings[lock];
    return !isOurs || (this.wasRestored[lock] === true && !isKnown);
  }

  /** Issues a policy version with these changes; marks every device they take a grant from. */
  issue(
    lock: string,
    changes: readonly {
      kind: 'revoke' | 'narrow';
      permission: string;
      devices?: readonly string[];
    }[],
    withFloor = false,
  ): void {
    const next = nextPolicyVersion(this.server.state, lock);
    const history = this.server.policies[lock] ?? [];
    const before = history[history.length - 1];
    const marks = new Map((before?.marks ?? []).map((mark) => [mark.device, mark]));
    for (const { permission, devices } of changes) {
      const grants = Object.values(this.server.state.locks[lock]?.grants ?? {});
      const meant = grants.filter(
        (grant) =>
          grant.permissions.includes(permission) &&
          (devices === undefined || devices.includes(grant.device)),
      );
      for (const grant of meant) {
        const old = marks.get(grant.device);
        marks.set(grant.device, {
          device: grant.device,
          t: this.serverNow,
          v: next.pv,
          until: Math.max(old?.until ?? 0, ...meant.map(({ exp }) => exp)),
        } satisfies Mark);
      }
    }
    const iat =
      withFloor || next.floor !== undefined
        ? Math.max(next.floor ?? 0, this.serverNow)
        : (before?.floor.iat ?? 0);
    const content = { floor: { iat, v: 0 }, marks: [...marks.values()] };
    const post = sha256(JSON.stringify([lock, next.pv, content])).slice(0, 32);
    const update: Update = { trustEpoch: 1, pv: next.pv, post, ...content };
    this.server = {
      ...this.server,
      policies: { ...this.server.policies, [lock]: [...history, update] },
    };
    this.apply({
      kind: 'issued',
      lock,
      version: { trustEpoch: 1, pv: next.pv, post },
      snapshot: true,
      changes,
      floor: iat,
    });
  }

  /** Signs a bundle with all that the device may hold now. */
  offer(device: string, tpol: 0 | 1 | 2, lifeSeconds: number): void {
    const { state, holders } = this.server;
    const seq = nextBundleSequence(state, device);
    const permissions = Object.keys(holders).filter((id) => holders[id]?.includes(device) === true);
    const grants = LOCKS.flatMap((lock): Grant[] => {
      const here = permissions.filter((id) => state.locks[lock]?.changes[id]?.revoked !== true);
      if (here.length === 0) return [];
      const newest = this.newest(lock);
      const minpv = newest?.pv ?? 0;
      const isLoose = state.locks[lock]?.lowerBoundGrants === true;
      this.serial += 1;
      return [
        {
          hash: hex(this.serial, 16),
          lock,
          device,
          permissions: here,
          // After a floor a new grant must be newer than it.
          iat: Math.max(this.serverNow, (newest?.floor.iat ?? 0) + 1),
          from: this.serverNow - 60,
          exp: this.serverNow + lifeSeconds,
          tpol: tpol === 1 && !isLoose ? 0 : tpol,
          minpv,
        },
      ];
    });
    if (grants.length === 0) return;
    this.apply({
      kind: 'bundle_issued',
      device,
      seq,
      at: this.serverNow,
      locks: grants.map((grant) => ({ lock: grant.lock, pv: grant.minpv, grants: [grant] })),
    });
    const updates = Object.fromEntries(grants.map(({ lock }) => [lock, this.updatesFor(lock)]));
    this.grants.push(...grants);
    const phone = this.phones[device];
    if (phone !== undefined) phone.offered = { seq, updates, stamp: this.stamp(false), grants };
  }

  /** The phone downloads what is offered; its signed acknowledgement goes on the network. */
  fetch(device: string): void {
    const phone = this.phones[device];
    const bundle = phone?.offered;
    if (phone === undefined || bundle === undefined || phone.held === bundle) return;
    phone.held = bundle;
    phone.grants.push(...bundle.grants);
    this.network.push({
      event: { kind: 'device_acknowledged', device, seq: bundle.seq, at: this.serverNow },
    });
  }

  /** A phone stands before a lock. A dishonest one keeps the news to itself, or uses an old grant. */
  visit(
    device: string,
    lock: string,
    how: { readonly withholds: boolean; readonly grant: number; readonly isOnline: boolean },
  ): void {
    const phone = this.phones[device];
    const simulated = this.locks[lock];
    const grants = phone?.grants.filter((grant) => grant.lock === lock) ?? [];
    const grant = grants[grants.length - 1 - (how.grant % Math.max(1, grants.length))];
    if (phone?.held === undefined || simulated === undefined || grant === undefined) return;
    if (!how.withholds) {
      for (const update of phone.held.updates[lock] ?? []) simulated.carryUpdate(update);
    }
    simulated.carryStamp(phone.held.stamp);
    const stamp = how.isOnline ? this.stamp(true) : undefined;
    if (stamp !== undefined) simulated.carryStamp(stamp);
    const receipt: ReceiptFacts = simulated.request(grant, stamp);
    const signedBy = this.commissionings[lock] ?? 0;
    this.network.push({ event: { kind: 'receipt', receipt, at: 0 }, signedBy });
  }

  /** A message arrives. What does not verify, or is refused, changes nothing. */
  deliver(message: Message): void {
    const { event, signedBy } = message;
    if (event.kind === 'receipt') {
      const { lockId } = event.receipt;
      if (signedBy !== this.server.commissionings[lockId]) return;
    }
    const at = this.serverNow;
    const after = applyEvent(this.server.state, { ...event, at } as SyncEvent);
    if (after.ok) this.server = { ...this.server, state: after.value };
  }

  restoreServer(index: number): void {
    const backup = this.backups[index % Math.max(1, this.backups.length)];
    if (backup === undefined) return;
    this.server = backup;
    this.apply({ kind: 'server_restored', at: this.serverNow });
    // Phones still hold what was offered; the server offers what it knows.
    for (const phone of Object.values(this.phones)) delete phone.offered;
  }

  /** What an honest carrier and an attentive server do: news, bundle, acknowledgement, visit, receipt. */
  mend(lock: string): void {
    const next = nextPolicyVersion(this.server.state, lock);
    if (next.snapshot || next.floor !== undefined) this.issue(lock, []);
    // A floor stamped a little ahead must have passed before a grant above it is valid.
    this.pass(2 * CLOCK_ERROR + 5);
    this.offer('honest', 0, 86_400);
    this.fetch('honest');
    const acknowledgement = this.network.pop();
    if (acknowledgement !== undefined) this.deliver(acknowledgement);
    this.visit('honest', lock, { withholds: false, grant: 0, isOnline: true });
    const receipt = this.network.pop();
    if (receipt !== undefined) this.deliver(receipt);
  }

  pass(seconds: number): void {
    this.now += seconds;
    for (const lock of Object.values(this.locks)) lock.pass(seconds);
  }

  /** A time as the server signs it: five seconds early, with a radius that covers its error. */
  stamp(fresh: boolean): Stamp {
    return { t: this.serverNow - 5, radius: CLOCK_ERROR + 5, fresh };
  }

  private newest(lock: string): Update | undefined {
    const history = this.server.policies[lock] ?? [];
    return history[history.length - 1];
  }

  /** The newest snapshot; before it a delta from what the lock proved, where nothing unknown lies in between. */
  private updatesFor(lock: string): Update[] {
    const snapshot = this.newest(lock);
    const record = this.server.state.locks[lock];
    if (snapshot === undefined) return [];
    const base = this.server.policies[lock]?.find(({ pv }) => pv === record?.ack?.pv);
    const isKnown = record?.alarms.length === 0 && record.snapshotNeeded === false;
    if (!isKnown || base === undefined) return [snapshot];
    const old = new Set(base.marks.map((mark) => JSON.stringify(mark)));
    const marks = snapshot.marks.filter((mark) => !old.has(JSON.stringify(mark)));
    return [{ ...snapshot, base: base.pv, marks }, snapshot];
  }
}
