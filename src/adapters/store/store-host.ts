/** The clock, the salts and the hash of stores on Node, fast: many events are sealed one after the other. */
import { hash, randomFillSync } from 'node:crypto';
import type { EventHost } from './seal-batch.js';

/** Random bytes are drawn this many at a time: asking the kernel costs more than the bytes. */
const POOL_BYTES = 4096;

/** What `sqlStore` uses if it is given nothing else. */
export function storeHost(): EventHost {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    now: () => Date.now(),
    random(length) {
      if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length));
      if (used + length > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const bytes = pool.slice(used, used + length);
      // No salt stays behind in the pool.
      pool.fill(0, used, used + length);
      used += length;
      return bytes;
    },
    sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
    sha256Text: (text) => hash('sha256', text),
  };
}
