/** The worker's end of a radio behind messages: what a page asks of it, and what the page is told. */
import type { Link, Transport } from 'doorwright/transport';
import type { DemoOrder, DemoTidings } from './demo-messages.js';

/** An order that is of the radio. */
export type RadioOrder = Extract<
  DemoOrder,
  { readonly kind: 'listen' | 'connect' | 'send' | 'hang-up' | 'lose-link' }
>;

/** What the radio is made of. */
export interface RadioGround {
  /** The radio of one more phone. */
  readonly phone: () => Transport;
  /** A hand on every lock. */
  readonly touch: () => void;
  readonly tell: (tidings: DemoTidings) => void;
}

/** How long a lock shows itself after a touch is its own matter; the hand stays while somebody listens. */
const TOUCH_EVERY_MS = 10_000;

interface OpenLink {
  readonly link: Link;
  /** What the radio calls the lock. */
  readonly address: string;
}

/** A radio for one page. */
export class RadioServer {
  readonly #ground: RadioGround;
  readonly #links = new Map<number, OpenLink>();
  #stopListening: () => void = () => {};
  /** Whether the next link that moves a bolt breaks there. */
  #losesNext = false;

  constructor(ground: RadioGround) {
    this.#ground = ground;
  }

  take(order: RadioOrder): void {
    switch (order.kind) {
      case 'listen':
        this.#listen(order.on);
        return;
      case 'connect':
        this.#connect(order.link, order.address);
        return;
      case 'send':
        this.#links.get(order.link)?.link.send(order.frame);
        return;
      case 'hang-up':
        this.#links.get(order.link)?.link.disconnect();
        return;
      case 'lose-link':
        this.#losesNext = this.#links.size === 0;
        for (const { address } of [...this.#links.values()]) this.#lose(address);
        return;
    }
  }

  /** A bolt opens, and its lock has not said so yet. */
  boltMoves(address: string): void {
    if (this.#losesNext) this.#lose(address);
  }

  stop(): void {
    this.#stopListening();
  }

  #listen(on: boolean): void {
    this.#stopListening();
    this.#stopListening = () => {};
    if (!on) return;
    const { phone, touch, tell } = this.#ground;
    touch();
    const timer = setInterval(touch, TOUCH_EVERY_MS);
    const stop = phone().listen((sighting) => tell({ kind: 'sighted', ...sighting }));
    this.#stopListening = () => {
      clearInterval(timer);
      stop();
    };
  }

  #connect(number: number, address: string): void {
    const { phone, tell } = this.#ground;
    const link = phone().connect(address, (event) => {
      // A link that was lost on purpose says nothing more.
      if (!this.#links.has(number)) return;
      if (event.kind === 'disconnected') this.#links.delete(number);
      tell({ kind: 'link', link: number, event });
    });
    this.#links.set(number, { link, address });
  }

  #lose(address: string): void {
    this.#losesNext = false;
    for (const [number, open] of [...this.#links]) {
      if (open.address !== address) continue;
      this.#links.delete(number);
      open.link.disconnect();
      this.#ground.tell({
        kind: 'link',
        link: number,
        event: { kind: 'disconnected', end: 'lost' },
      });
    }
  }
}
