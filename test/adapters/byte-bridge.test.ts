import { beforeEach, describe, expect, test } from 'vitest';
import { signNow } from '../../protocol/crypto/steps.js';
import { newIssuerLock } from '../../protocol/issuer/issuer-lock.js';
import { raiseFloor } from '../../protocol/issuer/policy-change.js';
import { sealSnapshot } from '../../protocol/issuer/policy-seals.js';
import type { LockSetup } from '../../protocol/lock/state.js';
import type { Bundle, BundleDoor } from '../../protocol/objects/bundle.js';
import {
  type CommissioningOrder,
  type CommissioningStep,
  startCommissioning,
  stepCommissioning,
} from '../../protocol/phone/commissioning.js';
import { labelPsk } from '../../protocol/session/opening.js';
import {
  type ByteBridge,
  type ByteBridgeHost,
  byteBridge,
} from '../../src/adapters/byte-bridge.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { filled, NOW, SITE_ID } from '../helpers/issuing.js';
import {
  bundleBytes,
  device,
  doorOf,
  grantBytes,
  LOCK_ID,
  nextEpoch,
  setup as phoneSetup,
  signers,
  timeBytes,
  trust,
} from '../protocol/phone/bundles.js';
import { phoneHost } from '../protocol/phone/phone-host.js';
import { CAPABILITIES, type ScriptedLock } from '../protocol/phone/scripted-lock.js';

const crypto = nodeCrypto();
const SETUP: LockSetup = {
  lockId: LOCK_ID,
  setupSecret: filled(0x31),
  setupPsk: labelPsk(crypto, LOCK_ID, filled(0x32, 16)),
  firmware: 'test',
  capabilities: CAPABILITIES,
};
const ORDER: CommissioningOrder = {
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

/** A lock's surroundings: memory, bolt and a clock that a test moves. */
class Surroundings implements ByteBridgeHost {
  readonly flash = new Map<string, Uint8Array>();
  readonly moved: string[] = [];
  ms = 0;
  failsAfter = Number.POSITIVE_INFINITY;
  isStuck = false;
  #draws = 0;
  elapsedMs = () => this.ms;
  battery = () => 77;
  random = () => {
    this.#draws += 1;
    return crypto.sha256(Uint8Array.of(this.#draws & 255, this.#draws >> 8));
  };
  write(record: string, bytes: Uint8Array): void {
    if (this.failsAfter <= 0) throw new Error('the memory is gone');
    this.failsAfter -= 1;
    this.flash.set(record, bytes);
  }
  erase(record: string): void {
    this.flash.delete(record);
  }
  moveBolt(operation: string, seconds: number): boolean {
    this.moved.push(`${operation} ${seconds}`);
    return !this.isStuck;
  }
}

let host: Surroundings;
let bridge: ByteBridge;
beforeEach(() => {
  host = new Surroundings();
  bridge = byteBridge(SETUP, host.flash, host, crypto);
});

/** Runs a commissioning to its end; undefined when the lock hangs up. */
function commission(order = ORDER, capabilities = CAPABILITIES): CommissioningStep | undefined {
  bridge.connect(185);
  let step = startCommissioning(order, { mtu: 185, capabilities }, filled(0x77), crypto);
  while (step.kind === 'going') {
    const answers = step.frames.flatMap((frame) => bridge.handleFrame(frame));
    if (answers.length === 0) return undefined;
    for (const frame of answers) {
      if (step.kind === 'going') step = stepCommissioning(step.state, frame, crypto);
    }
  }
  bridge.disconnect();
  return step;
}

describe('commissioning a lock from a phone', () => {
  test('gives the keys that the lock made, signed for this session and root', () => {
    bridge.happen({ kind: 'button' });
    expect(bridge.advert?.slice(0, 13)).toEqual(new Uint8Array(13));
    const step = commission();
    expect(step?.kind).toBe('done');
    if (step?.kind !== 'done') return;
    expect(step.lock.claims.staticKey).toHaveLength(32);
    expect(step.lock.claims.staticKey).not.toEqual(ORDER.setupKey);
    expect(bridge.advert).toBeNull();
  });

  test('J2 needs the button, the label’s key and the label’s secret', () => {
    expect(commission()).toBeUndefined();
    bridge.happen({ kind: 'button' });
    // NKpsk2 mixes the secret into M2: the lock answers, and the phone finds the tag wrong.
    expect(commission({ ...ORDER, setupPsk: filled(1) })).toEqual({
      kind: 'failed',
      code: 'lock_not_authentic',
    });
    expect(commission({ ...ORDER, setupKey: crypto.x25519Public(filled(9)) })).toBeUndefined();
    expect(commission({ ...ORDER, lockId: filled(9, 8) })).toBeUndefined();
    bridge.happen({ kind: 'button' });
    expect(commission()?.kind).toBe('done');
  });

  test('J3 is refused by a lock that has an owner', () => {
    bridge.happen({ kind: 'button' });
    expect(commission()?.kind).toBe('done');
    bridge.happen({ kind: 'button' });
    expect(bridge.advert).toBeNull();
    expect(commission()).toBeUndefined();
  });

  test('D5 is not tried with a lock of another version', () => {
    expect(commission(ORDER, Uint8Array.of(2, 1, 0))).toEqual({
      kind: 'failed',
      code: 'lock_incompatible',
    });
  });

  test('fails on any bit of the answers altered', () => {
    for (const at of [2, 20, 40, 51, 60, 100, 150]) {
      bridge = byteBridge(SETUP, new Map(), new Surroundings(), crypto);
      bridge.happen({ kind: 'button' });
      bridge.connect(517);
      let step = startCommissioning(
        ORDER,
        { mtu: 517, capabilities: CAPABILITIES },
        filled(7),
        crypto,
      );
      while (step.kind === 'going') {
        const frames: Uint8Array[] = step.frames.flatMap((frame) => bridge.handleFrame(frame));
        for (const frame of frames) {
          const altered = frame.slice();
          if (at < altered.length) altered[at]! ^= 1;
          if (step.kind === 'going') step = stepCommissioning(step.state, altered, crypto);
        }
        if (frames.length === 0) break;
      }
      expect(step.kind, `byte ${at}`).toBe('failed');
    }
  });
});

describe('a commissioned lock', () => {
  let door: BundleDoor;
  beforeEach(() => {
    bridge.happen({ kind: 'button' });
    const step = commission();
    if (step?.kind !== 'done') throw new Error('not commissioned');
    const { staticKey, identityKey } = step.lock.claims;
    const { lock } = raiseFloor(newIssuerLock(LOCK_ID, 1, crypto), NOW - 100, crypto);
    const snapshot = signNow(sealSnapshot(lock, signers.policy.signer, crypto));
    door = doorOf({ staticKeys: [staticKey], identityKey, snapshot });
  });

  /** A phone beside it whose server answers for time at once. */
  function visit(more: Partial<Bundle> = {}) {
    bridge.happen({ kind: 'touched' });
    const radio: ScriptedLock = {
      heard: [],
      handshakes: 0,
      advert: bridge.advert ?? new Uint8Array(0),
      connect: () => bridge.connect(23),
      frame: (bytes) => {
        const frames = bridge.handleFrame(bytes);
        return bridge.isConnected || frames.length > 0 ? frames : undefined;
      },
    };
    const phone = phoneHost(phoneSetup, device, radio);
    const grants = [grantBytes({ timePolicy: 2 })];
    const bundle = { doors: [{ ...door, grants }], time: timeBytes(), ...more };
    phone.send({ kind: 'bundle', bytes: bundleBytes(bundle) });
    phone.send({ kind: 'open', wish: { lockId: LOCK_ID, operation: 'unlock', asserted: 1 } });
    const asked = phone.effects.find((effect) => effect.kind === 'fetch-time-token');
    if (asked?.kind === 'fetch-time-token') {
      phone.send({ kind: 'time-token', bytes: timeBytes(asked.nonce, NOW) });
    }
    return phone;
  }

  test('opens for a phone with a grant, and the phone keeps its receipt', () => {
    expect(visit().results()).toMatchObject([{ code: 'permitted', receipt: 'kept' }]);
    expect(host.moved).toEqual(['unlock 5']);
    expect(bridge.isConnected).toBe(false);
  });

  test('learns of a new root from a phone, and of which keys it certified anew', () => {
    expect(visit().results()).toMatchObject([{ code: 'permitted' }]);
    const { update, chain } = nextEpoch;
    // The new root certified the key for bundles and, at first, none for grants.
    const some = { trust: [update], chain: chain.slice(3, 4) };
    expect(visit(some).results()).toMatchObject([{ code: 'refused', status: 'denied' }]);
    expect(visit().results()).toMatchObject([{ code: 'refresh_needed', status: 'denied' }]);
    expect(host.moved).toHaveLength(1);
    expect(visit({ trust: [update], chain }).results()).toMatchObject([{ code: 'permitted' }]);
  });

  test('says that its bolt did not move', () => {
    host.isStuck = true;
    expect(visit().results()).toMatchObject([{ code: 'refused', status: 'bolt_failed' }]);
  });

  test('is void when memory fails, opens nothing, and is whole again after power-up', () => {
    host.failsAfter = 0;
    expect(() => visit()).toThrow('the memory is gone');
    expect(host.moved).toEqual([]);
    expect(bridge.isWhole).toBe(false);
    expect(() => bridge.happen({ kind: 'touched' })).toThrow(TypeError);
    host.failsAfter = Number.POSITIVE_INFINITY;
    bridge = byteBridge(SETUP, new Map(host.flash), host, crypto);
    expect(bridge.isWhole).toBe(true);
    expect(visit().results()).toMatchObject([{ code: 'permitted' }]);
  });

  test('takes no frame without a connection, and forgets one that ended', () => {
    expect(bridge.handleFrame(Uint8Array.of(0xc0, 0, 1, 1))).toEqual([]);
    bridge.connect(23);
    bridge.disconnect();
    bridge.disconnect();
    expect(bridge.isConnected).toBe(false);
    bridge.connect(23);
    expect(bridge.handleFrame(Uint8Array.of(0x00, 1))).toEqual([]);
    expect(bridge.isConnected).toBe(false);
  });

  test('asks to be woken, and is silent when its advert is over', () => {
    bridge.happen({ kind: 'touched' });
    expect(bridge.advert).not.toBeNull();
    host.ms = bridge.wakeMs ?? 0;
    bridge.happen({ kind: 'tick' });
    expect(bridge.advert).toBeNull();
  });
});
