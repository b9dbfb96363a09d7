/** One scan for all who listen, whatever becomes of it. */
import { expect, test } from 'vitest';
import type { Sighting } from '../../protocol/session/transport.js';
import type { GattRadio } from '../../src/adapters/gatt/gatt-radio.js';
import { sharedScan } from '../../src/adapters/gatt/shared-scan.js';
import { settle } from './rigs.js';

const HEARD: Sighting = { address: 'a', advert: Uint8Array.of(1, 2) };

function rig() {
  const calls: string[] = [];
  const faults: unknown[] = [];
  const scanner = {
    calls,
    faults,
    fails: 0,
    tell(_: Sighting): void {},
    end(_: unknown): void {},
  };
  const radio: GattRadio = {
    startScan: async (onSighting, onFailed) => {
      calls.push('start');
      scanner.tell = onSighting;
      scanner.end = onFailed;
      if (scanner.fails-- > 0) throw new Error('no permission');
    },
    stopScan: async () => {
      calls.push('stop');
      if (scanner.fails-- > 0) throw new Error('no scan');
    },
    peer: () => {
      throw new Error('nobody connects here');
    },
  };
  return { ...scanner, scanner, listen: sharedScan(radio, (error) => void faults.push(error)) };
}

test('the first who listens starts it, the last who stops ends it', async () => {
  const { listen, calls } = rig();
  const stops = [listen(() => undefined), listen(() => undefined)];
  expect(calls).toEqual([]);
  await settle();
  expect(calls).toEqual(['start']);
  stops[0]?.();
  stops[0]?.();
  await settle();
  expect(calls).toEqual(['start']);
  stops[1]?.();
  await settle();
  expect(calls).toEqual(['start', 'stop']);
});

test('who listens and stops at once costs no scan', async () => {
  const { listen, calls } = rig();
  listen(() => undefined)();
  await settle();
  expect(calls).toEqual([]);
});

test('one function that listens twice is told twice, and once after one stop', async () => {
  const { listen, scanner } = rig();
  const heard: Sighting[] = [];
  const hear = (sighting: Sighting) => void heard.push(sighting);
  const stop = listen(hear);
  listen(hear);
  await settle();
  scanner.tell(HEARD);
  expect(heard).toEqual([HEARD, HEARD]);
  stop();
  scanner.tell(HEARD);
  expect(heard).toHaveLength(3);
});

test('listeners share no memory, and one that throws does not keep the others from hearing', async () => {
  const { listen, scanner, faults } = rig();
  const heard: Sighting[] = [];
  listen(({ advert }) => {
    advert.fill(0);
    throw new Error('a mistake of the app');
  });
  listen((sighting) => void heard.push(sighting));
  await settle();
  scanner.tell(HEARD);
  expect(heard).toEqual([{ address: 'a', advert: Uint8Array.of(1, 2) }]);
  expect(faults).toHaveLength(1);
});

test('who is stopped while an advert is told is not told it', async () => {
  const { listen, scanner } = rig();
  const heard: string[] = [];
  listen(() => {
    heard.push('first');
    stopSecond();
  });
  const stopSecond = listen(() => heard.push('second'));
  await settle();
  scanner.tell(HEARD);
  expect(heard).toEqual(['first']);
});

test('a scan that does not start is told once, and tried again by the next who listens', async () => {
  const { listen, scanner, calls, faults } = rig();
  scanner.fails = 1;
  listen(() => undefined);
  await settle();
  expect(calls).toEqual(['start']);
  expect(faults).toEqual([new Error('no permission')]);
  listen(() => undefined);
  await settle();
  // What is left of the first is taken away before the second begins.
  expect(calls).toEqual(['start', 'stop', 'start']);
});

test('a scan that ends by itself is told, and tried again by the next who listens', async () => {
  const { listen, scanner, calls, faults } = rig();
  listen(() => undefined);
  await settle();
  scanner.end(new Error('Bluetooth was switched off'));
  await settle();
  expect(faults).toEqual([new Error('Bluetooth was switched off')]);
  listen(() => undefined);
  await settle();
  expect(calls).toEqual(['start', 'stop', 'start']);
});

test('a scan that cannot be stopped is told, and does not keep the next one', async () => {
  const { listen, scanner, calls, faults } = rig();
  const stop = listen(() => undefined);
  await settle();
  scanner.fails = 1;
  stop();
  await settle();
  expect(faults).toEqual([new Error('no scan')]);
  listen(() => undefined);
  await settle();
  expect(calls).toEqual(['start', 'stop', 'stop', 'start']);
});
