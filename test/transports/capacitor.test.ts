/** What is Capacitor's own: one queue for everything, and filters by service data. */
import { expect, test } from 'vitest';
import type { LinkEvent } from '../../protocol/session/transport.js';
import { capacitorTransport } from '../../src/adapters/for-capacitor.js';
import { capacitorRig, settle } from './rigs.js';

test('scans for extended adverts with a lock’s service data, or for what lists the service', async () => {
  const { client, transport } = await capacitorRig();
  const stop = transport.listen(() => undefined);
  await settle();
  const how = { allowExtendedAdvertising: true, allowDuplicates: true, scanMode: 2 };
  const service = '432364a4-5ab7-8cf4-99ba-4e7b43780775';
  expect(client.scan).toEqual({ serviceData: [{ serviceUuid: service }], ...how });
  stop();
  await settle();
  expect(client.scan).toBeNull();
  const onlyListed = capacitorTransport(client, { onFault: () => undefined, onlyListed: true });
  onlyListed.listen(() => undefined);
  await settle();
  expect(client.scan).toEqual({ services: [service], ...how });
});

test('a lock that is away holds the queue only until the plugin gives up', async () => {
  const { transport, locks, faults } = await capacitorRig();
  locks[0].isInRange = false;
  const events: LinkEvent[][] = [[], []];
  for (const index of [0, 1] as const) {
    transport.connect(locks[index].address, (event) => events[index]?.push(event));
  }
  await settle();
  expect(events[0]).toEqual([{ kind: 'disconnected', end: 'unreachable' }]);
  expect(events[1]).toMatchObject([{ kind: 'connected' }]);
  expect(faults).toEqual([new Error('Connection timeout.')]);
});

test('a lock that hung up leaves no listener of the plugin’s', async () => {
  const { transport, locks, client, leftovers } = await capacitorRig();
  const events: LinkEvent[] = [];
  transport.connect(locks[0].address, (event) => events.push(event));
  await settle();
  expect(client.notified.size).toBe(1);
  locks[0].hangUp();
  await settle();
  expect(events.at(-1)).toEqual({ kind: 'disconnected', end: 'remote' });
  expect(leftovers()).toEqual([]);
});

test('what is written is what was given, however long the queue is', async () => {
  const { transport, locks } = await capacitorRig();
  const link = transport.connect(locks[0].address, () => undefined);
  await settle();
  const memory = Uint8Array.of(0, 1, 2, 3);
  link.send(memory.subarray(1, 3));
  memory.fill(9);
  await settle();
  expect(locks[0].received).toEqual([Uint8Array.of(1, 2)]);
});
