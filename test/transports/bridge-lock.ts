/** A real lock with an owner, as bytes in and bytes out, and bundles for a phone that may open it. */
import { signNow } from '../../protocol/crypto/steps.js';
import { newIssuerLock } from '../../protocol/issuer/issuer-lock.js';
import { raiseFloor } from '../../protocol/issuer/policy-change.js';
import { sealSnapshot } from '../../protocol/issuer/policy-seals.js';
import type { LockSetup } from '../../protocol/lock/state.js';
import type { BundleDoor } from '../../protocol/objects/bundle.js';
import { startCommissioning, stepCommissioning } from '../../protocol/phone/commissioning.js';
import { labelPsk } from '../../protocol/session/opening.js';
import { type ByteBridge, byteBridge } from '../../src/adapters/byte-bridge.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { filled, NOW, SITE_ID } from '../helpers/issuing.js';
import {
  bundleBytes,
  doorOf,
  grantBytes,
  LOCK_ID,
  signers,
  timeBytes,
  trust,
} from '../protocol/phone/bundles.js';
import { CAPABILITIES } from '../protocol/phone/scripted-lock.js';

const crypto = nodeCrypto();
const SETUP: LockSetup = {
  lockId: LOCK_ID,
  setupSecret: filled(0x31),
  setupPsk: labelPsk(crypto, LOCK_ID, filled(0x32, 16)),
  firmware: 'test',
  capabilities: CAPABILITIES,
};

/** A lock in a test's hand. */
export interface BridgeLock {
  readonly bridge: ByteBridge;
  /** What its bolt was told. */
  readonly moved: string[];
  readonly capabilities: Uint8Array;
  /** A bundle with a grant for this lock. */
  readonly bundle: Uint8Array;
  /** The same after everybody's rights at it were taken away. */
  readonly withdrawnBundle: Uint8Array;
}

/** Powers a lock up and gives it an owner. */
export function bridgeLock(): BridgeLock {
  const moved: string[] = [];
  const flash = new Map<string, Uint8Array>();
  let draws = 0;
  const host = {
    elapsedMs: () => 0,
    battery: () => 100,
    random: () => {
      draws += 1;
      return crypto.sha256(Uint8Array.of(draws & 255, draws >> 8));
    },
    write: (record: string, bytes: Uint8Array) => void flash.set(record, bytes),
    erase: (record: string) => void flash.delete(record),
    moveBolt: (operation: string, seconds: number) => {
      moved.push(`${operation} ${seconds}`);
      return true;
    },
  };
  const bridge = byteBridge(SETUP, flash, host, crypto);
  const keys = commission(bridge);
  const first = raiseFloor(newIssuerLock(LOCK_ID, 1, crypto), NOW - 100, crypto).lock;
  const second = raiseFloor(first, NOW, crypto).lock;
  const bundleAt = (lock: typeof first) => {
    const snapshot = signNow(sealSnapshot(lock, signers.policy.signer, crypto));
    const grants = [grantBytes({ timePolicy: 2 })];
    return bundleBytes({ doors: [doorOf({ ...keys, snapshot, grants })], time: timeBytes() });
  };
  const [bundle, withdrawnBundle] = [bundleAt(first), bundleAt(second)];
  return { bridge, moved, capabilities: CAPABILITIES, bundle, withdrawnBundle };
}

function commission(bridge: ByteBridge): Pick<BundleDoor, 'staticKeys' | 'identityKey'> {
  bridge.happen({ kind: 'button' });
  bridge.connect(185);
  const order = {
    lockId: LOCK_ID,
    setupKey: crypto.x25519Public(SETUP.setupSecret),
    setupPsk: SETUP.setupPsk,
    message: {
      trust,
      siteId: SITE_ID,
      readerId: filled(1, 4),
      logKey: crypto.x25519Public(filled(0x33)),
      advertKey: filled(0x42),
      time: NOW - 60,
    },
  };
  const link = { mtu: 185, capabilities: CAPABILITIES };
  let step = startCommissioning(order, link, filled(0x77), crypto);
  while (step.kind === 'going') {
    const answers = step.frames.flatMap((frame) => bridge.handleFrame(frame));
    if (answers.length === 0) throw new Error('the lock hung up');
    for (const answer of answers) {
      if (step.kind === 'going') step = stepCommissioning(step.state, answer, crypto);
    }
  }
  bridge.disconnect();
  if (step.kind !== 'done') throw new Error(step.code);
  const { staticKey, identityKey } = step.lock.claims;
  return { staticKeys: [staticKey], identityKey };
}
