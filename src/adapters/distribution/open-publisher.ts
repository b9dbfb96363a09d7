/** Opening a publisher. */
import type { Publisher, PublisherOptions } from './publisher.js';
import { RunningPublisher } from './running-publisher.js';

/**
 * Opens a publisher over a site. Any number may run over one store: they tell the same history.
 * @throws StoreError when the store cannot be read, or lies behind its own feed.
 * @throws RangeError, TypeError for options that are none.
 */
export function openPublisher(options: PublisherOptions): Promise<Publisher> {
  return RunningPublisher.open(options);
}
