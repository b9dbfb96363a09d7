/** The worker's end of the demo: a building behind messages. */
import { type Building, type BuildingParts, openBuilding } from './building.js';
import type { DemoOrder, DemoPort, DemoTidings } from './demo-messages.js';
import { RadioServer } from './serve-radio.js';

/** What the demo stands on, besides what it makes itself. */
export interface DemoGround extends Omit<BuildingParts, 'onBolt' | 'onFault'> {
  /** Erases all that the building remembers. */
  readonly erase: () => Promise<void>;
}

/** Serves one page, whose orders come after `start`. */
export function serveDemo(port: DemoPort<DemoTidings, DemoOrder>, ground: DemoGround): void {
  const server = new DemoServer(port, ground);
  port.addEventListener('message', ({ data }) => void server.take(data));
}

/** Says why there is no demo. */
export function refuseDemo(port: DemoPort<DemoTidings, DemoOrder>, message: string): void {
  port.postMessage({ kind: 'failed', message });
}

interface Open {
  readonly building: Building;
  readonly radio: RadioServer;
}

class DemoServer {
  readonly #port: DemoPort<DemoTidings, DemoOrder>;
  readonly #ground: DemoGround;
  #open: Open | undefined;

  constructor(port: DemoPort<DemoTidings, DemoOrder>, ground: DemoGround) {
    this.#port = port;
    this.#ground = ground;
  }

  async take(order: DemoOrder): Promise<void> {
    try {
      if (order.kind === 'start') await this.#start();
      else if (this.#open !== undefined) await this.#obey(order, this.#open);
    } catch (error) {
      refuseDemo(this.#port, String(error));
    }
  }

  async #start(): Promise<void> {
    const building = await openBuilding({
      ...this.#ground,
      onBolt: (bolt) => {
        this.#port.postMessage({ kind: 'bolt', bolt });
        // The radio in memory calls a lock by its id.
        if (bolt.open) this.#open?.radio.boltMoves(bolt.lock);
      },
      // A lock goes on by itself, and whoever asked the desk is answered with a refusal.
      onFault: () => {},
    });
    const radio = new RadioServer({
      phone: building.phone,
      touch: () => void building.touch(),
      tell: (tidings) => this.#port.postMessage(tidings),
    });
    this.#open = { building, radio };
    this.#port.postMessage({ kind: 'ready', locks: building.locks });
  }

  async #obey(
    order: Exclude<DemoOrder, { kind: 'start' }>,
    { building, radio }: Open,
  ): Promise<void> {
    if (order.kind === 'ask') return this.#answer(order, building);
    if (order.kind !== 'forget') {
      radio.take(order);
      return;
    }
    radio.stop();
    building.stop();
    await this.#ground.erase();
    this.#port.postMessage({ kind: 'forgotten' });
  }

  async #answer(ask: Extract<DemoOrder, { kind: 'ask' }>, { desk }: Building): Promise<void> {
    const { call, url, method, headers, body } = ask;
    const response = await desk.fetch(
      new Request(url, { method, headers, ...(body === null ? {} : { body }) }),
    );
    const answer = { status: response.status, body: await response.text() };
    // Over HTTP every server tells its time, by which a phone knows that its own clock is wrong.
    const date = new Date(this.#ground.wallMs()).toUTCString();
    const told = { ...Object.fromEntries(response.headers), date };
    this.#port.postMessage({ kind: 'answer', call, headers: told, ...answer });
  }
}
