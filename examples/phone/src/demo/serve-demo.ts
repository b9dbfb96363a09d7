/** The worker's end of the demo: a building behind messages. */
import type { Link } from 'doorwright/transport';
import { type Building, type BuildingParts, openBuilding } from './building.js';
import type { DemoOrder, DemoPort, DemoTidings } from './demo-messages.js';

/** What the demo stands on, besides what it makes itself. */
export interface DemoGround extends Omit<BuildingParts, 'onBolt' | 'onFault'> {
  /** Erases all that the building remembers. */
  readonly erase: () => Promise<void>;
}

/** How long a lock shows itself after a touch is a lock's own matter; a hand stays on it while somebody listens. */
const TOUCH_EVERY_MS = 10_000;

/** Serves one page, whose orders come after `start`. */
export function serveDemo(port: DemoPort<DemoTidings, DemoOrder>, ground: DemoGround): void {
  const server = new DemoServer(port, ground);
  port.addEventListener('message', ({ data }) => void server.take(data));
}

/** Says why there is no demo. */
export function refuseDemo(port: DemoPort<DemoTidings, DemoOrder>, message: string): void {
  port.postMessage({ kind: 'failed', message });
}

interface OpenLink {
  readonly link: Link;
  readonly lock: string;
}

class DemoServer {
  readonly #port: DemoPort<DemoTidings, DemoOrder>;
  readonly #ground: DemoGround;
  readonly #links = new Map<number, OpenLink>();
  #building: Building | undefined;
  #stopListening: () => void = () => {};
  /** Whether the next link that moves a bolt breaks there. */
  #losesNext = false;

  constructor(port: DemoPort<DemoTidings, DemoOrder>, ground: DemoGround) {
    this.#port = port;
    this.#ground = ground;
  }

  async take(order: DemoOrder): Promise<void> {
    try {
      if (order.kind === 'start') await this.#start();
      else if (this.#building !== undefined) await this.#obey(order, this.#building);
    } catch (error) {
      this.#port.postMessage({ kind: 'failed', message: String(error) });
    }
  }

  async #start(): Promise<void> {
    this.#building = await openBuilding({
      ...this.#ground,
      onBolt: (bolt) => {
        if (bolt.open && this.#losesNext) this.#lose(bolt.lock);
        this.#port.postMessage({ kind: 'bolt', bolt });
      },
      // The lock or the desk goes on by itself; what was asked of it is answered as a fault.
      onFault: () => {},
    });
    this.#port.postMessage({ kind: 'ready', locks: this.#building.locks });
  }

  async #obey(order: Exclude<DemoOrder, { kind: 'start' }>, building: Building): Promise<void> {
    switch (order.kind) {
      case 'ask':
        return this.#answer(order, building);
      case 'listen':
        this.#listen(order.on, building);
        return;
      case 'connect':
        this.#connect(order.link, order.address, building);
        return;
      case 'send':
        this.#links.get(order.link)?.link.send(order.frame);
        return;
      case 'hang-up':
        this.#links.get(order.link)?.link.disconnect();
        return;
      case 'lose-link':
        this.#losesNext = this.#links.size === 0;
        for (const { lock } of [...this.#links.values()]) this.#lose(lock);
        return;
      case 'forget':
        this.#stopListening();
        building.stop();
        await this.#ground.erase();
        this.#port.postMessage({ kind: 'forgotten' });
        return;
    }
  }

  async #answer(ask: Extract<DemoOrder, { kind: 'ask' }>, { desk }: Building): Promise<void> {
    const { call, url, method, headers, body } = ask;
    const response = await desk.fetch(
      new Request(url, { method, headers, ...(body === null ? {} : { body }) }),
    );
    const answer = { status: response.status, body: await response.text() };
    const told = Object.fromEntries(response.headers);
    this.#port.postMessage({ kind: 'answer', call, headers: told, ...answer });
  }

  #listen(on: boolean, building: Building): void {
    this.#stopListening();
    this.#stopListening = () => {};
    if (!on) return;
    const touch = () => void building.touch();
    touch();
    const timer = setInterval(touch, TOUCH_EVERY_MS);
    const stop = building.phone().listen(({ address, advert }) => {
      this.#port.postMessage({ kind: 'sighted', address, advert });
    });
    this.#stopListening = () => {
      clearInterval(timer);
      stop();
    };
  }

  #connect(number: number, address: string, building: Building): void {
    const link = building.phone().connect(address, (event) => {
      // A link that was lost on purpose says nothing more.
      if (!this.#links.has(number)) return;
      if (event.kind === 'disconnected') this.#links.delete(number);
      this.#port.postMessage({ kind: 'link', link: number, event });
    });
    // The radio in memory calls a lock by its id.
    this.#links.set(number, { link, lock: address });
  }

  #lose(lock: string): void {
    this.#losesNext = false;
    for (const [number, open] of [...this.#links]) {
      if (open.lock !== lock) continue;
      this.#links.delete(number);
      open.link.disconnect();
      const event = { kind: 'disconnected', end: 'lost' } as const;
      this.#port.postMessage({ kind: 'link', link: number, event });
    }
  }
}
