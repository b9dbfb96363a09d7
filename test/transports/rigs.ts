/** Each transport for phones with two locks at its other end, behind a fake of its library. */
import { blePlxTransport } from '../../src/adapters/ble-plx/transport.js';
import { capacitorTransport } from '../../src/adapters/capacitor/transport.js';
import { webBluetoothTransport } from '../../src/adapters/web-bluetooth/transport.js';
import type { TransportUnderTest } from '../contract/transport.js';
import { FakeBlePlx } from './fake-ble-plx.js';
import { FakeCapacitor } from './fake-capacitor.js';
import { FakeLock, type Wait } from './fake-lock.js';
import { type FakeDevice, FakeWebBluetooth } from './fake-web-bluetooth.js';

/** A transport under test that a test may make fail. */
export interface Rig extends TransportUnderTest {
  readonly locks: readonly [FakeLock, FakeLock];
  readonly faults: unknown[];
  /** What the library still holds for this transport. */
  leftovers(): string[];
}

/** Lets everything come to rest that was begun and waits for nothing. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

const AT_ONCE: Wait = () => Promise.resolve();

/** Over Web Bluetooth, both locks chosen already. */
export async function webRig(wait: Wait = AT_ONCE, mtu?: number) {
  const locks = twoLocks(wait);
  const bluetooth = new FakeWebBluetooth(locks, wait);
  const faults: unknown[] = [];
  const transport = webBluetoothTransport({
    bluetooth,
    onFault: (error) => void faults.push(error),
    ...(mtu !== undefined && { mtu }),
  });
  for (const device of bluetooth.devices) {
    bluetooth.choice = () => device;
    void transport.choose();
  }
  const leftovers = () =>
    bluetooth.devices.flatMap((device) => [
      ...(device.watching.size > 0 ? ['a watch'] : []),
      ...[device, ...device.gatt.characteristics].flatMap(({ listeners }) =>
        [...listeners].flatMap(([type, { size }]) => (size > 0 ? [type] : [])),
      ),
      ...(device.gatt.phone ? ['a connection'] : []),
    ]);
  const rig: Rig = { transport, mtu: mtu ?? 23, locks, settle, faults, leftovers };
  return { ...rig, transport, bluetooth, device: bluetooth.devices[0] as FakeDevice };
}

/** Over react-native-ble-plx. */
export async function blePlxRig(wait: Wait = AT_ONCE, grantedMtu: number | null = 185) {
  const locks = twoLocks(wait);
  const manager = new FakeBlePlx(locks, wait);
  manager.grantedMtu = grantedMtu;
  const faults: unknown[] = [];
  const transport = blePlxTransport(manager, { onFault: (error) => void faults.push(error) });
  const leftovers = () => [
    ...(manager.scan ? ['a scan'] : []),
    ...[...manager.lostListeners].map(([id]) => `a listener of ${id}`),
    ...[...manager.connections].map(([id]) => `a connection to ${id}`),
  ];
  const rig: Rig = { transport, mtu: grantedMtu ?? 23, locks, settle, faults, leftovers };
  return { ...rig, manager };
}

/** Over Capacitor. */
export async function capacitorRig(wait: Wait = AT_ONCE, told: number | null = 247) {
  const locks = twoLocks(wait);
  const client = new FakeCapacitor(locks, wait);
  client.mtu = told;
  const faults: unknown[] = [];
  const transport = capacitorTransport(client, { onFault: (error) => void faults.push(error) });
  const leftovers = () => [
    ...(client.scan ? ['a scan'] : []),
    ...[...client.notified].map(([id]) => `a listener of ${id}`),
    ...[...client.connections].map(([id]) => `a connection to ${id}`),
  ];
  const mtu = told === null || told < 23 ? 23 : Math.min(told, 515);
  const rig: Rig = { transport, mtu, locks, settle, faults, leftovers };
  return { ...rig, client };
}

function twoLocks(wait: Wait): readonly [FakeLock, FakeLock] {
  return [new FakeLock(1, wait), new FakeLock(2, wait)];
}
