/** The demo's worker: a desk and four doors of the housing example, with no server and no radio. */
import { nobleCrypto } from 'doorwright/noble';
import policy from '../../../housing/policy.json';
import { takeDemoMemory } from './demo-memory.js';
import type { DemoOrder, DemoPort, DemoTidings } from './demo-messages.js';
import { refuseDemo, serveDemo } from './serve-demo.js';

/** A cellar for everybody of a house, a laundry with hours, a flat that was handed over, and a heating room for service providers. */
const DOORS = ['l4-cellar', 'l4-laundry', 'l4-f07', 'u11-heating'];

const page = globalThis as unknown as DemoPort<DemoTidings, DemoOrder>;

// Orders may come while the memory is still being opened.
const early: DemoOrder[] = [];
const hearers: ((event: { readonly data: DemoOrder }) => void)[] = [
  ({ data }) => void early.push(data),
];
page.addEventListener('message', (event) => {
  for (const hear of hearers) hear(event);
});

takeDemoMemory().then(
  ({ erase, ...memory }) => {
    const port: DemoPort<DemoTidings, DemoOrder> = {
      postMessage: (message) => page.postMessage(message),
      addEventListener: (_, listener) => {
        hearers[0] = listener;
        for (const data of early) listener({ data });
      },
    };
    serveDemo(port, {
      ...{ policy, doors: DOORS, memory, erase },
      crypto: nobleCrypto(),
      elapsedMs: () => performance.now(),
      wallMs: () => Date.now(),
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    });
  },
  (error: unknown) => refuseDemo(page, error instanceof Error ? error.message : String(error)),
);
