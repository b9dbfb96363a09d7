/** A small site with a feed, a clock and timers that move when a test says so, and a reader of the feed. */
import { memorySigner } from '../../protocol/crypto/steps.js';
import type { FeedSource } from '../../src/adapters/distribution/carrier.js';
import type { FeedRules } from '../../src/adapters/distribution/feeds.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import type { Publisher, PublisherOptions } from '../../src/adapters/distribution/publisher.js';
import type { Timers } from '../../src/adapters/distribution/timers.js';
import { memoryStore, openSite, type Site, type Store } from '../../src/adapters/for-site.js';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { nodeSiteHost } from '../../src/adapters/site/node-site-host.js';
import type { Changes } from '../../src/policy/changes.js';
import type { Policy } from '../../src/policy/document.js';

export const crypto = nodeCrypto();
export const signer = memorySigner(crypto, 'ed25519', new Uint8Array(32).fill(7));
export const keys = [signer.publicKey];
export const ORGANIZATION = 'acme';
export const START = Date.UTC(2026, 10, 22, 12);

/** A house with a vault; Bob and Ada may go through the front door, by a team. */
export const POLICY = {
  version: 1,
  organization: { id: ORGANIZATION, timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'vault', place: 'hq' },
  ],
  groups: [
    { id: 'all', doors: ['front'] },
    { id: 'safe', doors: ['vault'] },
  ],
  users: [{ id: 'owner' }, { id: 'ada' }, { id: 'bob' }],
  teams: [{ id: 'staff', users: ['ada', 'bob'] }],
  assignments: [
    {
      id: 'o',
      subject: { type: 'user', id: 'owner' },
      role: 'organization_owner',
      scope: { type: 'organization', id: ORGANIZATION },
    },
    {
      id: 'a',
      subject: { type: 'team', id: 'staff' },
      role: 'door_access',
      scope: { type: 'group', id: 'all' },
    },
  ],
} as const satisfies Policy;

export const BOB_LEAVES: Changes = { put: { teams: [{ id: 'staff', users: ['ada'] }] } };
export const STAFF_GET_VAULT: Changes = {
  put: {
    assignments: [
      {
        id: 'v',
        subject: { type: 'team', id: 'staff' },
        role: 'door_access',
        scope: { type: 'group', id: 'safe' },
        grantedBy: 'owner',
      },
    ],
  },
};

/** A clock and timers that stand still. */
export function stillTime(start = START) {
  let time = start;
  const set = new Set<{ at: number; callback: () => void }>();
  const timers: Timers = {
    set(callback, milliseconds) {
      const timer = { at: time + milliseconds, callback };
      set.add(timer);
      return () => void set.delete(timer);
    },
  };
  return {
    now: () => time,
    timers,
    /** How many timers are set. */
    pending: () => set.size,
    /** Lets time pass, timers in their order, and what follows from each. */
    async pass(milliseconds: number): Promise<void> {
      const until = time + milliseconds;
      for (;;) {
        await settle();
        const [next] = [...set].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        set.delete(next);
        time = Math.max(time, next.at);
        next.callback();
      }
      time = until;
      await settle();
    },
  };
}

/** Lets everything that is ready run: promises, and what waits for the next turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Writes a change of the owner. */
export async function write(site: Site, changes: Changes, operation = 'test.change') {
  const written = await site.write<undefined, never>({
    actor: { type: 'user', id: 'owner' },
    operation,
    plan: () => ({ ok: true, value: { value: undefined, changes } }),
  });
  if (!written.ok) throw new Error(written.detail);
  return written.revision;
}

/** A site in memory with a publisher over it. */
export async function publishing(
  options: Partial<PublisherOptions> & { store?: Store; policy?: Policy } = {},
) {
  const { store: given, policy = POLICY, ...more } = options;
  const time = stillTime();
  const store = given ?? memoryStore();
  if (!(await store.organizations()).includes(ORGANIZATION)) await store.create(policy);
  const host = { ...nodeSiteHost, now: time.now };
  const site = await openSite({ store, organization: ORGANIZATION, host });
  const faults: [string, unknown][] = [];
  const publisher: Publisher = await openPublisher({
    site,
    signer,
    crypto,
    now: time.now,
    timers: time.timers,
    onFault: (fault, detail) => faults.push([fault, detail]),
    ...more,
  });
  return { store, site, publisher, time, faults, host };
}

/** Everything of an async iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** The document of a snapshot, checked against its head by nobody. */
export async function documentOf(source: FeedSource, slice = ''): Promise<Policy> {
  const { parts } = await source.snapshot(slice);
  const bytes = await all(parts);
  return JSON.parse(Buffer.concat(bytes).toString('utf8')) as Policy;
}

export type { FeedRules };
