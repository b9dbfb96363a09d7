// The server's side: it knows the policy, holds the keys, and never speaks with the lock. Everything here is in memory; a real one stores
// each row before what was sealed from it leaves, and keeps its keys in an HSM (docs/offline.md).
import { hkdfSync, randomBytes } from 'node:crypto';
import { compilePolicy, parsePolicy } from 'doorwright';
import {
  certify,
  firstTrust,
  heldUntil,
  issueBundle,
  lockIdOf,
  newIssuerDevice,
  newIssuerLock,
  openReceipt,
  raiseFloor,
  revoke,
  sealPolicy,
  sealTimeToken,
  settleReceipt,
  tagOf,
} from 'doorwright/issuer';
import { checkNow, fromHex, memorySigner, signNow } from 'doorwright/protocol';

const DAY = 86_400;
const ROLES = ['grant', 'policy', 'time', 'bundle', 'admin'];
/** How far this machine's clock may be off, in seconds. */
const ERROR_SECONDS = 2;

/**
 * @param {object} policy - the document.
 * @param {{ crypto: import('doorwright/protocol').Crypto, now: () => number, random?: (size: number) => Uint8Array }} host - `now` in Unix seconds.
 */
export function openSite(policy, { crypto, now, random = freshBytes }) {
  return new Site(policy, crypto, now, random);
}

class Site {
  #policy;
  #crypto;
  #now;
  #random;
  #signers;
  #tagSecret;
  #advertKey;
  /** The lock's row, and its own keys as it told them when it was commissioned. */
  #lock = null;
  #keys = null;
  #devices = new Map();
  /** What a phone pins when it is enrolled. */
  trust;
  siteId;

  constructor(policy, crypto, now, random) {
    this.#crypto = crypto;
    this.#now = now;
    this.#random = random;
    this.#tagSecret = random(32);
    this.#advertKey = random(32);
    this.siteId = random(8);
    this.#takePolicy(policy);
    const signer = () => memorySigner(crypto, 'ed25519', random(32));
    const [root, nextRoot] = [signer(), signer()];
    this.trust = firstTrust(root.publicKey, nextRoot.publicKey, crypto);
    const order = { from: now() - DAY, until: now() + 29 * DAY, lifeMax: 30 * DAY, trustEpoch: 1 };
    this.#signers = Object.fromEntries(
      ROLES.map((role) => {
        const wanted = { ...order, roles: [role], siteId: this.siteId };
        return [role, signNow(certify(root, signer(), wanted, crypto))];
      }),
    );
  }

  /** What whoever commissions the lock tells it, from what stands on its label. @param {import('doorwright/node').LockLabel} label */
  commissioningOrder(label) {
    const lockId = fromHex(label.lockId);
    // protocol/README.md §6: what proves that somebody has the label in hand.
    const psk = hkdfSync('sha256', fromHex(label.secret), lockId, 'DKP/1 setup psk', 32);
    const message = {
      trust: this.trust,
      siteId: this.siteId,
      readerId: new TextEncoder().encode('shed'),
      logKey: this.#crypto.x25519Public(this.#random(32)),
      advertKey: this.#advertKey,
      time: this.#now(),
    };
    return { lockId, setupKey: fromHex(label.setupKey), setupPsk: new Uint8Array(psk), message };
  }

  /** A lock that was commissioned. @param {string} lockId @param {{ staticKey: Uint8Array, identityKey: Uint8Array }} keys */
  takeLock(lockId, { staticKey, identityKey }) {
    const made = newIssuerLock(fromHex(lockId), 1, this.#crypto);
    this.#lock = raiseFloor(made, this.#now() - 60, this.#crypto).lock;
    this.#keys = { staticKeys: [staticKey], identityKey };
  }

  /** A phone of somebody, by its public key. */
  enrol(user, key) {
    const device = { deviceId: `phone-${user}`, personId: user, key, hardwareKey: false };
    this.#devices.set(user, newIssuerDevice(device));
  }

  /** What somebody's phone gets when it asks: grants, and the lock's news for everybody. */
  bundleFor(user) {
    const crypto = this.#crypto;
    const shed = {
      lock: this.#lock,
      policy: signNow(sealPolicy(this.#lock, this.#signers, crypto)),
      ...this.#keys,
      advertKey: this.#advertKey,
      label: 'Shed',
    };
    const order = {
      ...{ user, credential: `phone-${user}`, device: this.#devices.get(user) },
      ...{ locks: new Map([['shed', shed]]), trust: [], logAcks: [] },
      ...{ now: this.#now(), errorSeconds: ERROR_SECONDS },
      ...{ random: this.#random(32), tagSecret: this.#tagSecret },
    };
    const issued = signNow(issueBundle(compilePolicy(this.#policy), order, this.#signers, crypto));
    if (!issued.ok) throw new Error(issued.detail);
    this.#devices.set(user, issued.value.device);
    return issued.value.bytes;
  }

  /** Somebody may no longer enter: out of the policy, and a mark for the lock at every phone of his. */
  withdraw(user) {
    const { assignments } = this.#policy;
    const kept = assignments.filter(({ subject }) => subject.id !== user);
    this.#takePolicy({ ...this.#policy, assignments: kept });
    const device = this.#devices.get(user);
    const id = lockIdOf(this.#lock);
    const tag = tagOf(this.#crypto, this.#tagSecret, 'device', device.deviceId, id);
    const until = heldUntil(device, this.#lock.lockId);
    this.#lock = revoke(this.#lock, [{ tag, until }], this.#now(), this.#crypto).lock;
  }

  /** The time, for a lock that asked with this nonce. */
  timeToken(nonce) {
    const order = { now: this.#now(), errorSeconds: ERROR_SECONDS, nonce };
    return signNow(sealTimeToken(order, this.#signers.time.signer, this.#crypto));
  }

  /** What a phone brought back: receipts prove what the lock holds. @returns {string[]} the ids of what is safe here. */
  takeBack(items) {
    for (const { kind, bytes } of items) {
      if (kind !== 'receipt') continue;
      const known = { lockId: lockIdOf(this.#lock), identityKey: this.#keys.identityKey };
      const receipt = checkNow(openReceipt(bytes, known, this.#crypto), this.#crypto);
      if (!receipt.ok) continue;
      const settled = settleReceipt(this.#lock, receipt.value.facts);
      if (settled.ok) this.#lock = settled.value;
    }
    return items.map(({ id }) => id);
  }

  /** Whether the lock proved that it holds everything it must refuse. */
  get isLockInformed() {
    return this.#lock.proved?.policyVersion === this.#lock.policyVersion;
  }

  #takePolicy(policy) {
    const parsed = parsePolicy(policy);
    if (!parsed.ok) throw new TypeError('this is no valid policy');
    this.#policy = parsed.value;
  }
}

function freshBytes(size) {
  return new Uint8Array(randomBytes(size));
}
