/** What is react-native-ble-plx's own: base64, the MTU that must be asked for, and what its errors mean. */
import { describe, expect, test } from 'vitest';
import type { LinkEvent } from '../../protocol/session/transport.js';
import { blePlxTransport } from '../../src/adapters/for-ble-plx.js';
import { FakeBleError } from './fake-ble-plx.js';
import { blePlxRig, settle } from './rigs.js';

async function connected() {
  const rig = await blePlxRig();
  const events: LinkEvent[] = [];
  const link = rig.transport.connect(rig.locks[0].address, (event) => events.push(event));
  await settle();
  return { ...rig, link, events };
}

test('scans for extended adverts of everything, or only for what lists the service', async () => {
  const { manager, transport } = await blePlxRig();
  const stop = transport.listen(() => undefined);
  await settle();
  const options = { legacyScan: false, allowDuplicates: true, scanMode: 2 };
  expect(manager.scan).toEqual({ uuids: null, options });
  stop();
  await settle();
  expect(manager.scan).toBeNull();
  const onlyListed = blePlxTransport(manager, { onFault: () => undefined, onlyListed: true });
  onlyListed.listen(() => undefined);
  await settle();
  expect(manager.scan?.uuids).toEqual(['432364a4-5ab7-8cf4-99ba-4e7b43780775']);
});

test('a scan that ends is told, and the next who listens starts it anew', async () => {
  const { manager, transport, faults } = await blePlxRig();
  transport.listen(() => undefined);
  await settle();
  const off = new FakeBleError(102);
  manager.scan = null;
  manager.failScan(off);
  expect(faults).toEqual([off]);
  transport.listen(() => undefined);
  await settle();
  expect(manager.scan).not.toBeNull();
});

describe('the end of a link', () => {
  test.each([
    ['remote', 'remote'],
    ['lost', 'lost'],
  ] as const)('is `%s` when the platform says so', async (how, end) => {
    const { locks, events } = await connected();
    locks[0].hangUp(how);
    await settle();
    expect(events.slice(1)).toEqual([{ kind: 'disconnected', end }]);
  });

  test('is `lost` where a monitor fails while the connection lasts, and the connection is ended', async () => {
    const { manager, locks, events } = await connected();
    const [connection] = [...manager.connections.values()];
    for (const monitor of connection?.monitors ?? []) monitor(new FakeBleError(403), null);
    await settle();
    expect(events.slice(1)).toEqual([{ kind: 'disconnected', end: 'lost' }]);
    expect(locks[0].isConnected()).toBe(false);
  });

  test.each([null, 'no base64'])(
    'is `lost` when a notification has no bytes: %s',
    async (value) => {
      const { manager, events } = await connected();
      const [connection] = [...manager.connections.values()];
      for (const monitor of connection?.monitors ?? []) monitor(null, { value });
      await settle();
      expect(events.slice(1)).toEqual([{ kind: 'disconnected', end: 'lost' }]);
    },
  );

  test('leaves no subscription, whoever ended it', async () => {
    for (const end of ['local', 'remote'] as const) {
      const { link, locks, manager } = await connected();
      const [connection] = [...manager.connections.values()];
      expect(connection?.monitors.size).toBe(1);
      expect(manager.lostListeners.size).toBe(1);
      if (end === 'local') link.disconnect();
      else locks[0].hangUp();
      await settle();
      expect(connection?.monitors.size).toBe(0);
      expect(manager.lostListeners.size).toBe(0);
    }
  });
});

test('INFO that is no base64 is no lock', async () => {
  const rig = await blePlxRig();
  rig.manager.readCharacteristicForDevice = async () => ({ value: null as unknown as string });
  const events: LinkEvent[] = [];
  rig.transport.connect(rig.locks[0].address, (event) => events.push(event));
  await settle();
  expect(events).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
  expect(rig.leftovers()).toEqual([]);
});

test('a connection that never comes about is cancelled when it is given up', async () => {
  const { transport, locks, leftovers } = await blePlxRig();
  locks[0].isInRange = false;
  const events: LinkEvent[] = [];
  const link = transport.connect(locks[0].address, (event) => events.push(event));
  await settle();
  link.disconnect();
  await settle();
  expect(events).toEqual([{ kind: 'disconnected', end: 'local' }]);
  expect(leftovers()).toEqual([]);
});
