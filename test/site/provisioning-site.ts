/** A site in memory for tests of provisioning, with a clock the test sets. */
import {
  memoryStore,
  nodeSiteHost,
  openSite,
  type Site,
  type Store,
} from '../../src/adapters/for-site.js';
import type { Policy } from '../../src/policy/document.js';

export const MONDAY = Date.parse('2026-11-23T10:00:00Z');

/** A user as actor. */
export function person(id: string) {
  return { type: 'user', id } as const;
}

/** A site over a policy, and its clock. */
export interface TimedSite {
  readonly site: Site;
  readonly clock: { now: number };
}

/** Opens a policy as a site in memory, or in another store. */
export async function timedSite(policy: Policy, store: Store = memoryStore()): Promise<TimedSite> {
  const clock = { now: MONDAY };
  await store.create(policy);
  const host = { ...nodeSiteHost, now: () => clock.now };
  const site = await openSite({ store, organization: policy.organization.id, host });
  return { site, clock };
}
