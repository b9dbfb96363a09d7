/** A site in memory for tests of provisioning, with a clock the test sets. */
import {
  memoryStore,
  nodeSiteHost,
  openSite,
  type Site,
  type Store,
} from '../../src/adapters/for-site.js';
import { readDoorScene } from '../../src/adapters/site/doors.js';
import {
  askAtDoor,
  concludeAtDoor,
  planAfterOpening,
} from '../../src/admin/door-state/decide-at-door.js';
import type { Decision } from '../../src/engine/decision.js';
import type { AccessRequest } from '../../src/engine/request.js';
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

/** One opening with what bears on it and what follows, in one transaction, as `site.open` makes it. */
export async function openInScene(site: Site, request: AccessRequest): Promise<Decision> {
  const written = await site.write<Decision, never>({
    actor: { type: 'system', id: 'opening' },
    operation: 'door.open',
    plan: async ({ engine, store }) => {
      const scene = await readDoorScene(store, engine, request);
      const asked = askAtDoor(engine, request, scene);
      const answer = asked.engine.decide(asked.request);
      const decision = concludeAtDoor(engine, request, answer, scene);
      const plan = planAfterOpening(engine, request, decision, scene);
      return { ok: true, value: { ...plan, value: decision } };
    },
  });
  if (!written.ok) throw new Error(written.detail);
  return written.value;
}
