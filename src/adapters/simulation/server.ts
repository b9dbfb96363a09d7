/**
 * The server of a simulated site: it issues bundles, takes rights away, believes receipts and nothing else,
 * and keeps the sync score. It never sees a lock; everything goes by phone.
 */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { checkNow, type InstantSigner, signNow } from '../../../protocol/crypto/steps.js';
import { type DoorOrder, sealBundle } from '../../../protocol/issuer/bundles.js';
import type { SiteSigners } from '../../../protocol/issuer/certificates.js';
import { openDeviceAck } from '../../../protocol/issuer/device-acks.js';
import { heldUntil, type IssuerDevice } from '../../../protocol/issuer/issuer-device.js';
import { type IssuerLock, lockIdOf } from '../../../protocol/issuer/issuer-lock.js';
import { type LockChange, raiseFloor, revoke } from '../../../protocol/issuer/policy-change.js';
import { type SealedPolicy, sealPolicy } from '../../../protocol/issuer/policy-seals.js';
import { openReceipt, settleReceipt } from '../../../protocol/issuer/receipts.js';
import { sealTimeToken } from '../../../protocol/issuer/time-tokens.js';
import { tagOf } from '../../../protocol/objects/tag.js';
import type { Trust } from '../../../protocol/objects/trust-update.js';
import type { OutboxItem } from '../../../protocol/phone/outbox.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { applyEvent } from '../../sync/apply-event.js';
import type { SyncEvent, UnsafeChange } from '../../sync/event.js';
import { emptyState, type SyncState } from '../../sync/state.js';
import type { Dice } from './dice.js';
import { LogBook } from './log-book.js';
import { SiteKeys } from './site-keys.js';

/** A door with its offline lock, as the server knows it. */
export interface ServedDoor {
  readonly door: string;
  readonly staticKey: Uint8Array;
  readonly identityKey: Uint8Array;
  readonly advertKey: Uint8Array;
  row: IssuerLock;
}

/** Somebody with a phone. */
export interface ServedPerson {
  readonly person: string;
  /** Names of doors; none once the right was taken away. */
  readonly doors: readonly string[];
  /** Sum of operation bits. */
  readonly scope: number;
  device: IssuerDevice;
  isWithdrawn: boolean;
}

/** A lock's policy as signed, and from what. */
interface Sealed {
  readonly row: IssuerLock;
  readonly signers: SiteSigners<InstantSigner>;
  readonly policy: SealedPolicy;
}

/** How the site is run. */
export interface SitePolicy {
  /** How long grants live, in seconds. */
  readonly grantLife: number;
  /** Unix seconds at the beginning. */
  readonly startSeconds: number;
}

/** How far the server's clock may be off, in seconds. */
const CLOCK_ERROR = 2;

/** A server with its doors and people. */
export class Server {
  readonly doors = new Map<string, ServedDoor>();
  readonly people = new Map<string, ServedPerson>();
  readonly logs: LogBook;
  sync: SyncState = emptyState(CLOCK_ERROR);
  readonly #keys: SiteKeys;
  readonly #dice: Dice;
  readonly #crypto: Crypto;
  readonly #tagSecret: Uint8Array;
  readonly #grantLife: number;
  readonly #policies = new Map<string, Sealed>();

  constructor(policy: SitePolicy, random: Dice, crypto: Crypto) {
    this.#dice = random;
    this.#crypto = crypto;
    this.#grantLife = policy.grantLife;
    this.#keys = new SiteKeys(random, policy.startSeconds, crypto);
    this.#tagSecret = random.bytes();
    this.logs = new LogBook(random, crypto);
  }

  get trust(): Trust {
    return this.#keys.trust;
  }

  get siteId(): Uint8Array {
    return this.#keys.siteId;
  }

  /** A door whose lock was just commissioned gets its first policy. */
  addDoor(door: Omit<ServedDoor, 'row'>, row: IssuerLock, driftPpm: number, now: number): void {
    const { lockId: lock } = row;
    const { door: name } = door;
    const installed = { door: name, lock, driftPpm, lowerBoundGrants: false };
    this.#note({ kind: 'lock_installed', ...installed });
    this.#note({ kind: 'commissioned', lock });
    const served: ServedDoor = { ...door, row };
    this.doors.set(name, served);
    this.#change(served, raiseFloor(row, now, this.#crypto), []);
  }

  /** Somebody gets a right to some doors and a phone that may hold it. */
  addPerson(person: Omit<ServedPerson, 'isWithdrawn'>): void {
    this.people.set(person.person, { ...person, isWithdrawn: false });
    const { person: holder, doors } = person;
    this.#note({ kind: 'permission_given', permission: holder, holder, doors });
  }

  /** Takes all of somebody's rights away, at every door. */
  withdraw(name: string, now: number): void {
    const person = this.#person(name);
    person.isWithdrawn = true;
    const changes: UnsafeChange[] = [{ kind: 'revoke', permission: name }];
    for (const doorName of person.doors) {
      const door = this.#door(doorName);
      const tag = this.#personTag(door, person);
      const until = heldUntil(person.device, door.row.lockId);
      this.#change(door, revoke(door.row, [{ tag, until }], now, this.#crypto), changes);
    }
  }

  /** The next bundle of somebody's phone; undefined when there is nothing to give. */
  bundleFor(name: string, now: number): Uint8Array | undefined {
    const person = this.#person(name);
    if (person.isWithdrawn) return undefined;
    const signers = this.#keys.signersAt(now);
    const doors = person.doors.map((door) => this.#order(this.#door(door), person, now));
    const sealed = signNow(
      sealBundle(
        {
          device: person.device,
          doors,
          trust: [],
          logAcks: doors.flatMap(({ lock }) =>
            this.logs.acknowledgement(lock.lockId, signers.policy.signer, now),
          ),
          now,
          errorSeconds: CLOCK_ERROR,
          random: this.#dice.bytes(),
          tagSecret: this.#tagSecret,
        },
        signers,
        this.#crypto,
      ),
    );
    if (!sealed.ok) throw new RangeError(sealed.detail);
    person.device = sealed.value.device;
    const { device } = person;
    const locks = sealed.value.doors.map(({ lockId, grants }) => ({
      lock: lockId,
      pv: this.#doorOf(lockId).row.policyVersion,
      grants: grants.map(({ bytes, claims, assignments }) => ({
        hash: toHex(this.#crypto.sha256(bytes).slice(0, 8)),
        permissions: assignments,
        from: claims.nbf,
        exp: claims.exp,
        tpol: claims.timePolicy,
      })),
    }));
    const { deviceId, sequence } = device;
    this.#note({ kind: 'bundle_issued', device: deviceId, seq: sequence, at: now, locks });
    return sealed.value.bytes;
  }

  /** Takes what a phone uploads. What does not hold is dropped: anybody can upload anything. */
  take(name: string, item: OutboxItem, now: number): void {
    const person = this.#person(name);
    switch (item.kind) {
      case 'device-ack': {
        const opened = checkNow(
          openDeviceAck(item.bytes, person.device, this.#crypto),
          this.#crypto,
        );
        if (!opened.ok) return;
        person.device = opened.value;
        const { deviceId: device, acknowledged: seq } = opened.value;
        this.#note({ kind: 'device_acknowledged', device, seq, at: now });
        return;
      }
      case 'receipt':
        this.#takeReceipt(item, now);
        return;
      case 'log-segment':
        if (item.lockId !== null) {
          const { row, staticKey } = this.#doorOf(toHex(item.lockId));
          this.logs.take(row.lockId, staticKey, item.bytes);
        }
        return;
    }
  }

  /** A time token, with a lock's nonce or without. */
  timeToken(now: number, nonce?: Uint8Array): Uint8Array {
    const order = { now, errorSeconds: CLOCK_ERROR, ...(nonce && { nonce }) };
    const { time } = this.#keys.signersAt(now);
    return signNow(sealTimeToken(order, time.signer, this.#crypto));
  }

  #takeReceipt({ bytes, lockId }: OutboxItem, now: number): void {
    const door = lockId === null ? undefined : this.#doorOf(toHex(lockId));
    if (door === undefined || lockId === null) return;
    const known = { lockId, identityKey: door.identityKey };
    const opened = checkNow(openReceipt(bytes, known, this.#crypto), this.#crypto);
    if (!opened.ok) return;
    const settled = settleReceipt(door.row, opened.value.facts);
    if (settled.ok) door.row = settled.value;
    this.#note({ kind: 'receipt', receipt: opened.value.facts, at: now });
  }

  #order(door: ServedDoor, person: ServedPerson, now: number): DoorOrder {
    const { row, staticKey, identityKey, advertKey, door: label } = door;
    const policy = this.#sealed(row, this.#keys.signersAt(now));
    const grant = {
      nbf: now,
      exp: now + this.#grantLife,
      timePolicy: 2,
      requirements: 1,
      scope: person.scope,
      assignments: [person.person],
    } as const;
    const keys = { staticKeys: [staticKey], identityKey, advertKey };
    return { lock: row, policy, ...keys, label, grants: [grant] };
  }

  /** Signed once for a version, not once for a phone. */
  #sealed(row: IssuerLock, signers: SiteSigners<InstantSigner>): SealedPolicy {
    const known = this.#policies.get(row.lockId);
    if (known?.row === row && known.signers === signers) return known.policy;
    const policy = signNow(sealPolicy(row, signers, this.#crypto));
    this.#policies.set(row.lockId, { row, signers, policy });
    return policy;
  }

  /** Issues a lock's next version, and tells the score what it takes away. */
  #change(door: ServedDoor, { lock }: LockChange, changes: readonly UnsafeChange[]): void {
    const isFloor = lock.floor.version !== door.row.floor.version;
    door.row = lock;
    const state = lock.issued.at(-1);
    if (state === undefined) throw new TypeError('a change without a version');
    const { trustEpoch, policyVersion: pv, post } = state;
    this.#note({
      kind: 'issued',
      lock: lock.lockId,
      version: { trustEpoch, pv, post },
      snapshot: true,
      changes,
      ...(isFloor && { floor: lock.floor.issuedUntil }),
    });
  }

  #note(event: SyncEvent): void {
    const applied = applyEvent(this.sync, event);
    if (!applied.ok) throw new TypeError(`${event.kind}: ${applied.detail}`);
    this.sync = applied.value;
  }

  #personTag(door: ServedDoor, person: ServedPerson): Uint8Array {
    const { personId } = person.device;
    return tagOf(this.#crypto, this.#tagSecret, 'person', personId, lockIdOf(door.row));
  }

  #person(name: string): ServedPerson {
    const person = this.people.get(name);
    if (person === undefined) throw new RangeError(`nobody is called \`${name}\``);
    return person;
  }

  #door(name: string): ServedDoor {
    const door = this.doors.get(name);
    if (door === undefined) throw new RangeError(`no door is called \`${name}\``);
    return door;
  }

  #doorOf(lockId: string): ServedDoor {
    const door = [...this.doors.values()].find(({ row }) => row.lockId === lockId);
    if (door === undefined) throw new RangeError(`no lock \`${lockId}\``);
    return door;
  }
}
