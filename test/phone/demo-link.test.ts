/** The demo's page and worker over a channel of Node: the radio keeps the contract of every radio, and the rest does what it says. */
import { readFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { mapMemory } from '../../examples/phone/desk/records.mjs';
import type { Demo, DemoBolt } from '../../examples/phone/src/demo/demo.js';
import { connectDemo, type DemoWorker } from '../../examples/phone/src/demo/demo-link.js';
import type {
  DemoOrder,
  DemoPort,
  DemoTidings,
} from '../../examples/phone/src/demo/demo-messages.js';
import { refuseDemo, serveDemo } from '../../examples/phone/src/demo/serve-demo.js';
import { RadioServer } from '../../examples/phone/src/demo/serve-radio.js';
import { memoryRadio } from '../../src/adapters/memory-transport.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { describeTransport, type LockEnd } from '../contract/transport.js';
import { NodePhone, type PhoneGround } from './node-phone.js';

const BASE = 'http://127.0.0.1/page/?x=1#y';
const POLICY: unknown = JSON.parse(
  readFileSync(new URL('../../examples/housing/policy.json', import.meta.url), 'utf8'),
);

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** Both ends of a channel; ending the worker closes it. */
function channel() {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const page = Object.assign(port1, { terminate: () => port1.close() }) as unknown as DemoWorker;
  port1.start();
  port2.start();
  return { page, worker: port2 as unknown as DemoPort<DemoTidings, DemoOrder> };
}

/** A few turns of the loop: every message that was sent has come, and so has its answer. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
}

describeTransport('the demo’s, over messages', async () => {
  const { page, worker } = channel();
  const radio = memoryRadio(1);
  const server = new RadioServer({
    phone: () => radio.phone(64),
    touch: () => {},
    tell: (tidings) => worker.postMessage(tidings),
  });
  open.push({ close: () => server.stop() });
  worker.addEventListener('message', ({ data }) => {
    if (data.kind === 'start') worker.postMessage({ kind: 'ready', locks: [] });
    else if (data.kind !== 'ask' && data.kind !== 'forget') server.take(data);
  });
  const locks = [lockEnd(radio, 1), lockEnd(radio, 2)] as const;
  const { transport } = await connectDemo(page, BASE);
  const settle = async () => {
    await turns();
    radio.runUntil(radio.nowMs + 5000);
    await turns();
  };
  return { transport, mtu: 64, locks, settle };
});

describe('the demo', () => {
  const memory = () => ({ records: new Map<string, Uint8Array>(), erased: 0 });

  async function demo(kept = memory()): Promise<{ demo: Demo; kept: typeof kept }> {
    const { page, worker } = channel();
    serveDemo(worker, {
      ...{ policy: POLICY, doors: ['l4-f07'], memory: mapMemory(kept.records) },
      crypto: nodeCrypto(),
      elapsedMs: () => performance.now(),
      wallMs: () => Date.now(),
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      erase: async () => {
        kept.erased += 1;
        kept.records.clear();
      },
    });
    const opened = await connectDemo(page, BASE);
    open.push(opened);
    return { demo: opened, kept };
  }

  function groundOf({ transport, address, fetch }: Demo): PhoneGround {
    const asked = (url: string, init: RequestInit) => fetch(url, init as never);
    return {
      ...{ crypto: nodeCrypto(), transport, address, fetch: asked },
      now: () => Math.floor(Date.now() / 1000),
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    };
  }

  /** Johanna's phone, enrolled by a code that the demo tells. */
  async function enrolled(at: Demo): Promise<NodePhone> {
    const answer = await at.fetch('./api/demo');
    const { people } = (await answer.json()) as { people: { id: string; code: string }[] };
    const phone = new NodePhone(groundOf(at));
    await phone.enrol(people.find(({ id }) => id === 'johanna')?.code ?? '');
    await phone.meet();
    return phone;
  }

  test('lets a stranger enrol and open, and tells what the bolt does', async () => {
    const at = (await demo()).demo;
    expect(at.address).toBe('http://127.0.0.1/page/api/');
    const bolts: DemoBolt[] = [];
    const stop = at.watch((bolt) => bolts.push(bolt));
    const phone = await enrolled(at);
    const [lock] = at.locks;
    expect(lock).toMatchObject({ door: 'l4-f07', label: 'Flat 7, third floor left' });
    expect((await phone.open(lock?.id ?? '')).code).toBe('permitted');
    expect(bolts).toMatchObject([{ lock: lock?.id, open: true }]);
    expect(bolts[0]?.until).toBeGreaterThan(Date.now());
    stop();
  });

  test('loses a link after the bolt moved: the outcome is unknown, and the next opening is as any', async () => {
    const at = (await demo()).demo;
    const phone = await enrolled(at);
    const bolts: DemoBolt[] = [];
    at.watch((bolt) => bolts.push(bolt));
    at.loseLink();
    const lock = at.locks[0]?.id ?? '';
    expect(await phone.open(lock)).toMatchObject({ code: 'outcome_unknown', mayHaveActed: true });
    expect(bolts).toMatchObject([{ open: true }]);
    expect((await phone.open(lock)).code).toBe('permitted');
  });

  test('goes on where it was: the same locks take the same phone', async () => {
    const first = await demo();
    const phone = await enrolled(first.demo);
    first.demo.close();
    const again = (await demo(first.kept)).demo;
    expect(again.locks).toEqual(first.demo.locks);
    const moved = phone.movedTo(groundOf(again));
    expect((await moved.open(again.locks[0]?.id ?? '')).code).toBe('permitted');
    await moved.meet();
    expect(moved.outbox).toEqual([]);
  });

  test('is torn down when it is forgotten', async () => {
    const { demo: at, kept } = await demo();
    await at.forget();
    expect(kept).toMatchObject({ erased: 1 });
    expect(kept.records.size).toBe(0);
  });

  test('that ends tells whoever waits', async () => {
    const { demo: at } = await demo();
    const call = at.fetch('./api/demo');
    const ends: string[] = [];
    at.transport.connect(at.locks[0]?.id ?? '', (event) => ends.push(event.kind));
    at.close();
    await expect(call).rejects.toThrow('demo_closed');
    expect(ends).toEqual(['disconnected']);
  });

  test('that cannot start says why', async () => {
    const { page, worker } = channel();
    worker.addEventListener('message', () => refuseDemo(worker, 'demo_elsewhere'));
    await expect(connectDemo(page, BASE)).rejects.toThrow('demo_elsewhere');
  });
});

function lockEnd(radio: ReturnType<typeof memoryRadio>, number: number): LockEnd {
  const received: Uint8Array[] = [];
  const capabilities = Uint8Array.of(1, 1, number);
  const advert = new Uint8Array(16).fill(number);
  let connection = 0;
  const link = radio.lock(`lock-${number}`, {
    capabilities,
    connected: (one) => {
      connection = one;
    },
    frame: (_, bytes) => void received.push(bytes),
    disconnected: () => {
      connection = 0;
    },
  });
  link.advertise(advert);
  return {
    ...{ address: `lock-${number}`, advert, capabilities, received },
    isConnected: () => connection !== 0,
    send: (frame) => link.send(connection, frame),
    hangUp: () => link.disconnect(connection),
  };
}
