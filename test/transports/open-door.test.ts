/** A real phone opens a real lock over each transport: the fakes of the libraries stand between them. */
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { NOW } from '../helpers/issuing.js';
import { device, LOCK_ID, setup, timeBytes } from '../protocol/phone/bundles.js';
import { type BridgeLock, bridgeLock } from './bridge-lock.js';
import type { FakeLock } from './fake-lock.js';
import { phoneOnTransport } from './phone-on-transport.js';
import { blePlxRig, capacitorRig, type Rig, settle, webRig } from './rigs.js';

const crypto = nodeCrypto();
const WISH = { lockId: LOCK_ID, operation: 'unlock', asserted: 1 } as const;
const MTU = 185;

/** Puts the real lock behind the fake one, as its firmware would be. */
function joined(fake: FakeLock, { bridge, capabilities }: BridgeLock): void {
  bridge.happen({ kind: 'touched' });
  fake.advert.set(bridge.advert as Uint8Array);
  fake.capabilities.set(capabilities);
  const attach = fake.attach;
  fake.attach = (phone) => {
    bridge.connect(MTU);
    attach.call(fake, phone);
  };
  fake.take = (bytes) => {
    fake.received.push(bytes.slice());
    for (const answer of bridge.handleFrame(bytes.slice())) fake.send(answer);
    if (!bridge.isConnected) fake.hangUp();
  };
}

function phoneOn(rig: Rig, bundle: Uint8Array) {
  let draws = 0;
  const phone = phoneOnTransport({
    transport: rig.transport,
    setup,
    signer: device,
    crypto,
    now: NOW,
    elapsedMs: () => performance.now(),
    random: () => crypto.sha256(Uint8Array.of(7, ++draws)),
    timeToken: async (nonce) => timeBytes(nonce, NOW),
  });
  expect(phone.takeBundle(bundle)).toBe(true);
  return phone;
}

const RIGS: Readonly<Record<string, () => Promise<Rig>>> = {
  'Web Bluetooth': () => webRig(),
  'react-native-ble-plx': () => blePlxRig(),
  Capacitor: () => capacitorRig(),
};

describe.each(Object.entries(RIGS))('over %s', (_, makeRig) => {
  test('a grant opens the lock, and its receipt is kept', async () => {
    const rig = await makeRig();
    const lock = bridgeLock();
    joined(rig.locks[0], lock);
    const phone = phoneOn(rig, lock.bundle);
    expect(await phone.open(WISH)).toMatchObject({ code: 'permitted', receipt: 'kept' });
    expect(lock.moved).toEqual(['unlock 5']);
    await settle();
    expect(rig.leftovers()).toEqual([]);
    expect(rig.faults).toEqual([]);
  });

  test('a withdrawn grant does not, since the phone brings the news itself', async () => {
    const rig = await makeRig();
    const lock = bridgeLock();
    joined(rig.locks[0], lock);
    const phone = phoneOn(rig, lock.withdrawnBundle);
    expect(await phone.open(WISH)).toMatchObject({ code: 'refresh_needed', mayHaveActed: false });
    expect(lock.moved).toEqual([]);
  });

  test('a lock with other keys is told nothing', async () => {
    const rig = await makeRig();
    const lock = bridgeLock();
    joined(rig.locks[0], lock);
    const phone = phoneOn(rig, lock.bundle);
    // Whoever shows the door's advert without its keys answers M1 with anything.
    rig.locks[0].take = (bytes) => rig.locks[0].send(bytes);
    const result = await phone.open(WISH);
    expect(result.code).toBe('lock_not_authentic');
    expect(lock.moved).toEqual([]);
  });
});
