/** What the page and the worker of the demo say to each other. */
import type { LinkEvent } from 'doorwright/transport';
import type { DemoBolt, DemoLock } from './demo.js';

/** From the page. Calls and links are numbered by it, from 1. */
export type DemoOrder =
  /** Once, first of all. `address` is what the desk's calls are named by. */
  | { readonly kind: 'start'; readonly address: string }
  | {
      readonly kind: 'ask';
      readonly call: number;
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | null;
    }
  | { readonly kind: 'listen'; readonly on: boolean }
  | { readonly kind: 'connect'; readonly link: number; readonly address: string }
  | { readonly kind: 'send'; readonly link: number; readonly frame: Uint8Array }
  | { readonly kind: 'hang-up'; readonly link: number }
  | { readonly kind: 'lose-link' }
  | { readonly kind: 'forget' };

/** From the worker. */
export type DemoTidings =
  | { readonly kind: 'ready'; readonly locks: readonly DemoLock[] }
  /** The demo did not start, or cannot go on. */
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'answer';
      readonly call: number;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'sighted'; readonly address: string; readonly advert: Uint8Array }
  | { readonly kind: 'link'; readonly link: number; readonly event: LinkEvent }
  | { readonly kind: 'bolt'; readonly bolt: DemoBolt }
  | { readonly kind: 'forgotten' };

/** One end of the way between them: a `Worker`, what a worker has of its page, or a `MessagePort`. */
export interface DemoPort<Out, In> {
  postMessage(message: Out): void;
  addEventListener(type: 'message', listener: (event: { readonly data: In }) => void): void;
}
