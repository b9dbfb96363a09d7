/** The PostgreSQL that all tests of services share: started before the first, ended after the last. */
import { startCluster } from './cluster.js';

const VARIABLE = 'DOORWRIGHT_SERVICES_URL';

/** Vitest calls it before it starts any test, and what it answers after all of them. */
export async function setup(): Promise<() => Promise<void>> {
  // Nothing of this one has to survive a power cut.
  const cluster = await startCluster({ durable: false });
  process.env[VARIABLE] = cluster.url;
  return () => cluster.remove();
}

/** Its address, for a test. */
export function databaseUrl(): string {
  const url = process.env[VARIABLE];
  if (url === undefined) throw new Error('no server: npm run test:services starts one');
  return url;
}
