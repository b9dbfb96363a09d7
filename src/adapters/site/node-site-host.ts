/** The clock, the randomness and the hash of a Node process. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SiteHost } from './site.js';

/** What `openSite` takes where it runs in Node. */
export const nodeSiteHost: SiteHost = {
  now: () => Date.now(),
  random: (length) => new Uint8Array(randomBytes(length)),
  newId: () => randomUUID(),
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
};
