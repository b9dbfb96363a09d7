/** The page's end of the demo: calls, a radio and bolts, over messages. */
import type { Link, LinkEvent, Sighting, Transport } from 'doorwright/transport';
import type { Demo, DemoBolt, DemoRequest } from './demo.js';
import type { DemoOrder, DemoPort, DemoTidings } from './demo-messages.js';

/** A worker, as far as it is used. */
export interface DemoWorker extends DemoPort<DemoOrder, DemoTidings> {
  terminate(): void;
}

/**
 * Starts the demo behind a port. Rejects with what the worker says when it cannot start.
 * @param base - the page's address; the desk is `api/` beside it.
 */
export function connectDemo(worker: DemoWorker, base = document.baseURI): Promise<Demo> {
  const address = new URL('./api/', base).href;
  return new Promise((resolve, reject) => {
    const end = new DemoEnd(worker, address);
    worker.addEventListener('message', ({ data }) => {
      if (data.kind === 'ready') resolve(end.demo(data.locks, base));
      else if (data.kind === 'failed') reject(new Error(data.message));
      end.take(data);
    });
    // A script that cannot be loaded says so here alone.
    (worker as EventTarget & DemoWorker).addEventListener('error', () =>
      reject(new Error('demo_failed')),
    );
    worker.postMessage({ kind: 'start', address });
  });
}

interface OpenLink {
  readonly tell: (event: LinkEvent) => void;
  mtu: number | null;
}

class DemoEnd {
  readonly #worker: DemoWorker;
  readonly #address: string;
  readonly #calls = new Map<number, { done(answer: Response): void; fail(why: Error): void }>();
  readonly #links = new Map<number, OpenLink>();
  readonly #hearers = new Set<(sighting: Sighting) => void>();
  readonly #watchers = new Set<(bolt: DemoBolt) => void>();
  #forgotten: () => void = () => {};
  #numbers = 0;

  constructor(worker: DemoWorker, address: string) {
    this.#worker = worker;
    this.#address = address;
  }

  demo(locks: Demo['locks'], base: string): Demo {
    const transport: Transport = {
      listen: (onSighting) => this.#listen(onSighting),
      connect: (address, onEvent) => this.#connect(address, onEvent),
    };
    return {
      address: this.#address,
      fetch: (path, init = {}) => this.#fetch(new URL(path, base).href, init),
      transport,
      locks,
      watch: (listener) => {
        this.#watchers.add(listener);
        return () => void this.#watchers.delete(listener);
      },
      loseLink: () => this.#worker.postMessage({ kind: 'lose-link' }),
      forget: () => this.#forget(),
      close: () => this.#close('demo_closed'),
    };
  }

  take(tidings: DemoTidings): void {
    switch (tidings.kind) {
      case 'answer': {
        const { call, status, headers, body } = tidings;
        this.#calls.get(call)?.done(new Response(body, { status, headers }));
        this.#calls.delete(call);
        return;
      }
      case 'sighted': {
        const { address, advert } = tidings;
        for (const hear of [...this.#hearers]) hear({ address, advert: advert.slice() });
        return;
      }
      case 'link':
        this.#hear(tidings.link, tidings.event);
        return;
      case 'bolt':
        for (const watch of [...this.#watchers]) watch(tidings.bolt);
        return;
      case 'failed':
        this.#close(tidings.message);
        return;
      case 'forgotten':
        this.#forgotten();
        return;
      case 'ready':
        return;
    }
  }

  #fetch(url: string, { method = 'GET', headers = {}, body }: DemoRequest): Promise<Response> {
    this.#numbers += 1;
    const call = this.#numbers;
    return new Promise((done, fail) => {
      this.#calls.set(call, { done, fail });
      const order = { kind: 'ask', call, url, method, headers, body: body ?? null } as const;
      this.#worker.postMessage(order);
    });
  }

  #listen(onSighting: (sighting: Sighting) => void): () => void {
    this.#hearers.add(onSighting);
    this.#worker.postMessage({ kind: 'listen', on: true });
    return () => {
      this.#hearers.delete(onSighting);
      if (this.#hearers.size === 0) this.#worker.postMessage({ kind: 'listen', on: false });
    };
  }

  #connect(address: string, onEvent: (event: LinkEvent) => void): Link {
    this.#numbers += 1;
    const number = this.#numbers;
    this.#links.set(number, { tell: onEvent, mtu: null });
    this.#worker.postMessage({ kind: 'connect', link: number, address });
    return {
      send: (frame) => this.#send(number, frame),
      disconnect: () => {
        if (this.#links.has(number)) this.#worker.postMessage({ kind: 'hang-up', link: number });
      },
    };
  }

  #send(number: number, frame: Uint8Array): void {
    const link = this.#links.get(number);
    if (link === undefined) return;
    if (link.mtu === null) throw new TypeError('this link is not connected yet');
    if (frame.length === 0 || frame.length > link.mtu - 3) {
      throw new RangeError(`a frame has 1 to ${link.mtu - 3} bytes here, not \`${frame.length}\``);
    }
    this.#worker.postMessage({ kind: 'send', link: number, frame: frame.slice() });
  }

  #hear(number: number, event: LinkEvent): void {
    const link = this.#links.get(number);
    if (link === undefined) return;
    if (event.kind === 'connected') link.mtu = event.mtu;
    if (event.kind === 'disconnected') this.#links.delete(number);
    link.tell(event);
  }

  #forget(): Promise<void> {
    return new Promise((resolve) => {
      this.#forgotten = () => {
        this.#close('demo_closed');
        resolve();
      };
      this.#worker.postMessage({ kind: 'forget' });
    });
  }

  /** Whoever still waits for something is told that it will not come. */
  #close(why: string): void {
    this.#worker.terminate();
    for (const { fail } of this.#calls.values()) fail(new Error(why));
    this.#calls.clear();
    for (const number of [...this.#links.keys()]) {
      this.#hear(number, { kind: 'disconnected', end: 'lost' });
    }
    this.#hearers.clear();
  }
}
