/**
 * The demo: a desk and a building with real lock machines in a worker of this page, so that somebody without a server and a radio can
 * open a lock. What the page holds of it is what it would hold of a server and of Bluetooth.
 */
import type { Transport } from 'doorwright/transport';
import { connectDemo } from './demo-link.js';

/** A lock of the demo building. */
export interface DemoLock {
  /** 16 hexadecimal digits, as in bundles and keys. */
  readonly id: string;
  /** The door's id in the policy. */
  readonly door: string;
  readonly label: string;
}

/** A bolt moved, or fell back. */
export interface DemoBolt {
  /** Its lock's id. */
  readonly lock: string;
  readonly open: boolean;
  /** When it falls back, Unix milliseconds; 0 for one that is shut. */
  readonly until: number;
}

/** A call to the demo's desk. */
export interface DemoRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Desk, radio and building in one. */
export interface Demo {
  /** What calls name as their address in a proof: absolute, ends in `/api/`. */
  readonly address: string;
  /** Asks the desk. @param path - relative to the page (`./api/bundle`), or absolute below `address`. */
  fetch(path: string, init?: DemoRequest): Promise<Response>;
  /** The radio. Whoever listens stands before the doors and has a hand on each, so every lock adverts. */
  readonly transport: Transport;
  readonly locks: readonly DemoLock[];
  /** Tells what bolts do from now on, until the returned function is called. */
  watch(listener: (bolt: DemoBolt) => void): () => void;
  /** Breaks the link: the present one at once; with none, the next one after the bolt moved and before the lock can say so. */
  loseLink(): void;
  /** Tears the building down: everything it and its desk remember is erased. The demo is over then. */
  forget(): Promise<void>;
  /** Ends the worker; what it remembers stays. */
  close(): void;
}

/**
 * Starts the demo, or goes on where it was: its memory is this page's IndexedDB.
 * @throws Error with the message `demo_elsewhere` while another tab runs it: two would be the same locks twice.
 */
export function openDemo(): Promise<Demo> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return connectDemo(worker);
}
