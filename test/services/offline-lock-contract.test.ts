/**
 * The transport over noble keeps the contract of the port: noble as the phone, bleno as two locks, each with its own code for
 * HCI, L2CAP, ATT and GATT, and virtual controllers between them.
 */
import { afterEach } from 'vitest';
import { lockPeripheral } from '../../examples/offline-lock/lock.mjs';
import { nobleTransport } from '../../examples/offline-lock/noble-transport.mjs';
import { startBleno, startNoble } from '../../examples/offline-lock/stacks.mjs';
import type { Sighting } from '../../protocol/session/transport.js';
import type { FrameReceiver } from '../../src/adapters/hosted-lock.js';
import { describeTransport, type LockEnd } from '../contract/transport.js';
import { type TestAir, testAir } from './offline-lock-air.js';

/** What bleno and noble agree on. */
const MTU = 256;
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A lock that only remembers what it was sent. */
async function lockOn(air: TestAir, number: number) {
  const stack = await startBleno(air.controller(`lock ${number}`));
  stops.push(stack.stop);
  const advert = new Uint8Array(16).fill(number);
  const capabilities = Uint8Array.of(1, 1, number);
  const received: Uint8Array[] = [];
  let phone: FrameReceiver | null = null;
  const peripheral = await lockPeripheral(stack, {
    capabilities: () => capabilities,
    connect: (mtu: number, receiver: FrameReceiver) => {
      if (mtu !== MTU) throw new Error(`connected with an MTU of ${mtu}`);
      phone = receiver;
      return {
        send: (frame: Uint8Array) => void received.push(frame),
        close: () => {
          phone = null;
        },
      };
    },
    onFault: (error: unknown) => {
      throw error;
    },
  });
  peripheral.advertise(advert);
  const end: Omit<LockEnd, 'address'> = {
    advert,
    capabilities,
    received,
    isConnected: () => phone !== null,
    send: (frame) => phone?.frame(frame),
    hangUp: () => {
      phone?.closed();
      phone = null;
    },
  };
  return end;
}

describeTransport('noble, over virtual controllers', async () => {
  const air = testAir();
  const ends = [await lockOn(air, 1), await lockOn(air, 2)];
  const phone = await startNoble(air.controller('phone'));
  stops.push(phone.stop);
  const transport = nobleTransport(phone.noble, { onFault: () => undefined });
  const heard = new Map<number | undefined, Sighting>();
  const stop = transport.listen((sighting: Sighting) => heard.set(sighting.advert[0], sighting));
  await air.settle();
  stop();
  await air.settle();
  const at = (number: number) => {
    const { address } = heard.get(number) as Sighting;
    return { ...(ends[number - 1] as (typeof ends)[number]), address } satisfies LockEnd;
  };
  return { transport, mtu: MTU, locks: [at(1), at(2)] as const, settle: () => air.settle() };
});
