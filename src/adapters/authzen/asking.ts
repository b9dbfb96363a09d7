/** What every item of one exchange is asked of. */
import type { ViewResult } from '../pdp/pdp.js';
import type { Asked } from './asked.js';
import type { Client } from './client.js';
import type { Setup } from './setup.js';

/** What a question is asked of: taken once for all items of a batch. */
export interface Asking {
  readonly setup: Setup;
  readonly client: Client;
  readonly asked: Asked;
  readonly view: ViewResult;
  /** Epoch milliseconds: one time for all items. */
  readonly now: number;
}
