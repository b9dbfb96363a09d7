/** What runs in an app runs in a bare engine: no Buffer, no `atob`, no timers, nothing of Node or the DOM. */
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LinkEvent, Transport } from '../../protocol/session/transport.js';
import type * as BlePlx from '../../src/adapters/for-ble-plx.js';
import type * as Capacitor from '../../src/adapters/for-capacitor.js';
import type { FakeLock } from './fake-lock.js';
import { blePlxRig, capacitorRig, settle } from './rigs.js';

let blePlx: typeof BlePlx;
let capacitor: typeof Capacitor;
beforeAll(async () => {
  blePlx = await bare('src/adapters/for-ble-plx.ts');
  capacitor = await bare('src/adapters/for-capacitor.ts');
});

/** What a file exports in a context that has nothing but the language. */
async function bare<T>(entry: string): Promise<T> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'exported',
    platform: 'neutral',
    target: 'es2022',
  });
  const context = createContext({});
  return runInContext(`${outputFiles[0]?.text}; exported`, context) as T;
}

const onFault = (error: unknown) => {
  throw error;
};

async function carries(transport: Transport, lock: FakeLock): Promise<void> {
  const events: LinkEvent[] = [];
  const heard: string[] = [];
  const stop = transport.listen(({ address }) => heard.push(address));
  await settle();
  expect(heard).toContain(lock.address);
  stop();
  const link = transport.connect(lock.address, (event) => events.push(event));
  await settle();
  link.send(Uint8Array.of(255, 254, 0));
  lock.send(Uint8Array.of(251, 0));
  await settle();
  expect(lock.received.map((bytes) => [...bytes])).toEqual([[255, 254, 0]]);
  expect(events.map(({ kind }) => kind)).toEqual(['connected', 'frame']);
  expect(events[1]?.kind === 'frame' && [...events[1].bytes]).toEqual([251, 0]);
  link.disconnect();
  await settle();
  expect(events.at(-1)).toEqual({ kind: 'disconnected', end: 'local' });
}

describe('in a bare engine', () => {
  test('react-native-ble-plx carries frames both ways', async () => {
    const { manager, locks } = await blePlxRig();
    await carries(blePlx.blePlxTransport(manager, { onFault }), locks[0]);
  });

  test('Capacitor carries frames both ways', async () => {
    const { client, locks } = await capacitorRig();
    await carries(capacitor.capacitorTransport(client, { onFault }), locks[0]);
  });
});
