/** What is Web Bluetooth's own: the chooser, adverts of what was chosen, and one GATT operation at a time. */
import { afterEach, expect, test, vi } from 'vitest';
import type { LinkEvent, Sighting } from '../../protocol/session/transport.js';
import { webBluetoothTransport } from '../../src/adapters/for-web-bluetooth.js';
import { FakeLock } from './fake-lock.js';
import { domError, FakeWebBluetooth } from './fake-web-bluetooth.js';
import { settle, webRig } from './rigs.js';

afterEach(() => vi.unstubAllGlobals());

function rig(edits: Partial<Parameters<typeof webBluetoothTransport>[0]> = {}) {
  const locks = [1, 2].map((number) => new FakeLock(number, () => Promise.resolve()));
  const bluetooth = new FakeWebBluetooth(locks, () => Promise.resolve());
  const [device] = bluetooth.devices;
  if (device === undefined) throw new Error('no device');
  const faults: unknown[] = [];
  let ring: () => void = () => undefined;
  const timer = { waitedMs: 0, ring: () => ring(), isSet: false };
  const transport = webBluetoothTransport({
    bluetooth,
    onFault: (error) => void faults.push(error),
    after: (milliseconds, callback) => {
      timer.waitedMs = milliseconds;
      timer.isSet = true;
      ring = callback;
      return () => {
        timer.isSet = false;
      };
    },
    ...edits,
  });
  return { transport, bluetooth, device, faults, timer };
}

test('who chooses a lock is told its advert, and nothing is watched after it', async () => {
  const { transport, device, timer } = rig();
  const { advert, address } = device.lock;
  expect(await transport.choose()).toEqual({ ok: true, value: { address, advert } });
  await settle();
  expect(device.watching.size).toBe(0);
  expect(timer.isSet).toBe(false);
});

test('whoever listens while a lock is chosen is told its adverts, and goes on to be told', async () => {
  const { transport, device } = rig();
  const heard: Sighting[] = [];
  transport.listen((sighting) => void heard.push(sighting));
  await transport.choose();
  expect(heard).toHaveLength(1);
  await settle();
  device.hear();
  expect(heard).toHaveLength(2);
  expect(device.watching.size).toBe(1);
});

test('adverts of another service are none', async () => {
  const { transport, device, timer } = rig({ advertWaitMs: 700 });
  device.watchAdvertisements = async ({ signal }) => void device.watching.add(signal);
  const chosen = transport.choose();
  await settle();
  device.hear('0000fd00-1111-4222-8333-444455556666');
  await settle();
  expect(timer).toMatchObject({ isSet: true, waitedMs: 700 });
  timer.ring();
  expect(await chosen).toMatchObject({ ok: false, code: 'not_heard' });
});

test('devices that the browser remembers are heard without the chooser', async () => {
  const { transport, bluetooth } = rig();
  Object.assign(bluetooth, { getDevices: async () => bluetooth.devices });
  const heard: Sighting[] = [];
  const stop = transport.listen((sighting) => void heard.push(sighting));
  await settle();
  expect(heard.map(({ address }) => address)).toEqual(bluetooth.devices.map(({ id }) => id));
  stop();
  await settle();
  expect(bluetooth.devices.map(({ watching }) => watching.size)).toEqual([0, 0]);
});

test.each([
  ['NotFoundError', true, 'cancelled'],
  ['NotFoundError', false, 'no_adapter'],
  ['SecurityError', true, 'not_allowed'],
  ['NotAllowedError', true, 'not_allowed'],
  ['InvalidStateError', true, 'failed'],
] as const)(
  'a chooser that ends in %s, with an adapter: %s, is `%s`',
  async (name, isAvailable, code) => {
    const { transport, bluetooth } = rig();
    bluetooth.isAvailable = isAvailable;
    bluetooth.choice = () => {
      throw domError(name, 'said the browser');
    };
    expect(await transport.choose()).toEqual({ ok: false, code, detail: 'said the browser' });
  },
);

test('a browser that tells no adverts is told apart from a lock that is silent', async () => {
  const { transport, device } = rig();
  delete device.watchAdvertisements;
  expect(await transport.choose()).toMatchObject({ ok: false, code: 'adverts_not_told' });
});

test('a browser that forgets what was chosen is a fault, and what is chosen now is heard', async () => {
  const { transport, bluetooth, device, faults } = rig();
  const getDevices = () => Promise.reject(domError('NotSupportedError', 'not here'));
  Object.assign(bluetooth, { getDevices });
  expect(await transport.choose()).toMatchObject({ ok: true });
  await settle();
  expect(faults).toHaveLength(1);
  expect(device.watching.size).toBe(0);
});

test('a watch that fails is a fault, and other devices are watched all the same', async () => {
  const { transport, bluetooth, device, faults } = rig();
  device.watchAdvertisements = () => Promise.reject(domError('InvalidStateError', 'no adapter'));
  Object.assign(bluetooth, { getDevices: async () => bluetooth.devices });
  const heard: Sighting[] = [];
  transport.listen((sighting) => void heard.push(sighting));
  await settle();
  expect(heard.map(({ address }) => address)).toEqual([bluetooth.devices[1]?.id]);
  expect(faults).toHaveLength(1);
});

test('a watch that fails while the browser still says what it remembers is one fault, not two', async () => {
  const { transport, bluetooth, device, faults } = rig();
  await transport.choose();
  await settle();
  device.watchAdvertisements = () => Promise.reject(domError('InvalidStateError', 'no adapter'));
  // By then the watch of the lock that was chosen here has failed.
  Object.assign(bluetooth, { getDevices: () => settle().then(() => [device]) });
  transport.listen(() => undefined);
  await settle();
  await settle();
  expect(faults).toHaveLength(1);
});

test('a lock that is chosen again is heard, though the watch of its adverts had failed', async () => {
  const { transport, device, faults } = rig();
  const { advert, address } = device.lock;
  await transport.choose();
  await settle();
  const { watchAdvertisements } = device;
  device.watchAdvertisements = () => Promise.reject(domError('NotFoundError', 'no adapter'));
  transport.listen(() => undefined);
  await settle();
  expect(faults).toHaveLength(1);
  Object.assign(device, { watchAdvertisements });
  const chosen = transport.choose();
  await settle();
  expect(device.watching.size).toBe(1);
  expect(await chosen).toEqual({ ok: true, value: { address, advert } });
  // Chosen once more, the watch that goes on is enough.
  const again = transport.choose();
  await settle();
  expect(device.watching.size).toBe(1);
  device.hear();
  expect(await again).toMatchObject({ ok: true });
});

test('a host without Web Bluetooth throws, and so does an MTU that no link has', () => {
  const onFault = () => undefined;
  vi.stubGlobal('navigator', {});
  expect(() => webBluetoothTransport({ onFault })).toThrow(TypeError);
  const bluetooth = new FakeWebBluetooth([], () => Promise.resolve());
  vi.stubGlobal('navigator', { bluetooth });
  expect(() => webBluetoothTransport({ onFault })).not.toThrow();
  for (const mtu of [0, 22, 518, 23.5]) {
    expect(() => webBluetoothTransport({ onFault, mtu })).toThrow(RangeError);
  }
});

test('a connection that never comes about ends when it is given up, and the next one is not disturbed', async () => {
  const { transport, device, locks, leftovers } = await webRig();
  await settle();
  locks[0].isInRange = false;
  const told: string[] = [];
  const tell = (event: LinkEvent) =>
    void told.push(event.kind === 'disconnected' ? event.end : event.kind);
  const link = transport.connect(device.id, tell);
  await settle();
  expect(told).toEqual([]);
  link.disconnect();
  locks[0].isInRange = true;
  transport.connect(device.id, tell);
  await settle();
  expect(told).toEqual(['local', 'connected']);
  expect(leftovers()).toEqual([
    'gattserverdisconnected',
    'characteristicvaluechanged',
    'a connection',
  ]);
});

test('a browser that connects long after it was told not to does not disturb the link after it', async () => {
  const { transport, device } = await webRig();
  await settle();
  const { gatt } = device;
  const [connect, operate] = [gatt.connect.bind(gatt), gatt.operate.bind(gatt)];
  let comeAbout: () => void = () => undefined;
  gatt.connect = () =>
    new Promise((resolve) => {
      comeAbout = () => resolve(gatt);
    });
  const told: string[] = [];
  transport.connect(device.id, ({ kind }) => told.push(kind)).disconnect();
  const old = transport.connect(device.id, ({ kind }) => told.push(kind));
  await settle();
  old.disconnect();
  gatt.connect = connect;
  transport.connect(device.id, ({ kind }) => told.push(kind));
  await settle();
  expect(told).toEqual(['disconnected', 'disconnected', 'connected']);
  let operations = 0;
  gatt.operate = (...words) => {
    operations += 1;
    return operate(...words);
  };
  comeAbout();
  await settle();
  expect(operations).toBe(0);
  expect(told).toHaveLength(3);
  expect(gatt.phone).not.toBeNull();
});
