import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeHashOf, genesisChain, nextChain } from '../../src/adapters/distribution/chain.js';
import {
  registerConsumer,
  registeredConsumers,
  removeConsumer,
} from '../../src/adapters/distribution/consumers.js';
import { beginEpoch, readEpoch, writeCheckpoint } from '../../src/adapters/distribution/epoch.js';
import { memoryStore, openSite } from '../../src/adapters/for-site.js';
import { nodeSiteHost } from '../../src/adapters/site/node-site-host.js';
import type { Changes } from '../../src/policy/changes.js';
import { runs } from '../helpers/runs.js';
import { BOB_LEAVES, ORGANIZATION, POLICY, publishing, START } from './ground.js';
import { SmallReader } from './small-reader.js';

const { sha256 } = nodeSiteHost;
const OWNER = { type: 'user', id: 'owner' } as const;
const ADA = { type: 'user', id: 'ada' } as const;

async function sited(now = () => START) {
  const store = memoryStore();
  await store.create(POLICY);
  return openSite({ store, organization: ORGANIZATION, host: { ...nodeSiteHost, now } });
}

describe('the chain', () => {
  const genesis = { organization: 'acme', epoch: 7, base: 3, salt: 'a'.repeat(64) };

  test('its bytes are those of the description', () => {
    const start = genesisChain(genesis, sha256);
    expect(start).toBe(hex(`doorwright feed genesis/1\n["acme",7,3,"${'a'.repeat(64)}"]`));
    const change = changeHashOf({ revision: 4, remove: { users: ['ada'] } }, sha256);
    expect(change).toBe(hex('doorwright feed change/1\n{"remove":{"users":["ada"]},"revision":4}'));
    expect(nextChain(start, 4, change, sha256)).toBe(
      hex(`doorwright feed chain/1\n${start}\n4\n${change}`),
    );
  });

  test('another organisation, epoch, base or salt is another chain', () => {
    const others = [
      { ...genesis, organization: 'acme7' },
      { ...genesis, epoch: 8 },
      { ...genesis, base: 4 },
      { ...genesis, salt: 'b'.repeat(64) },
    ];
    const chains = [genesis, ...others].map((each) => genesisChain(each, sha256));
    expect(new Set(chains).size).toBe(5);
  });

  test('the order in which a store gives members back changes nothing, and everything else does', () => {
    const names = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'name', 'id'), fc.jsonValue());
    fc.assert(
      fc.property(names, names, (one, two) => {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        const hash = (value: unknown) => changeHashOf(value as Changes, sha256);
        expect(hash(reversed)).toBe(hash(one));
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(two));
        expect(hash(one) === hash(two)).toBe(isSame);
      }),
      { seed: 1, numRuns: runs(200) },
    );
  });
});

describe('an epoch', () => {
  test('is begun by who may change settings, after the one before and not before the clock', async () => {
    const site = await sited();
    const first = await beginEpoch(site, OWNER);
    expect(first).toMatchObject({ ok: true, value: { epoch: START / 1000, base: 0 } });
    const second = await beginEpoch(site, OWNER);
    expect(second).toMatchObject({ ok: true, value: { epoch: START / 1000 + 1 } });
    const [a, b] = [first, second].map((each) => each.ok && each.value.salt);
    expect(a).not.toBe(b);
    expect(await beginEpoch(site, ADA)).toMatchObject({ ok: false, code: 'refused' });
    expect(await readEpoch(site.store)).toMatchObject({ epoch: START / 1000 + 1 });
    const events = await site.store.events('audit', { order: 'oldest' });
    expect(events.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['doorwright.feed.begin_epoch', 'done'],
      ['doorwright.feed.begin_epoch', 'done'],
      ['doorwright.feed.begin_epoch', 'refused'],
    ]);
  });

  test('a clock that went back does not make it smaller', async () => {
    let now = START;
    const site = await sited(() => now);
    await beginEpoch(site, OWNER);
    now -= 86_400_000;
    expect(await beginEpoch(site, OWNER)).toMatchObject({
      ok: true,
      value: { epoch: START / 1000 + 1 },
    });
  });

  test('a checkpoint goes forward alone, and into its own epoch alone', async () => {
    const site = await sited();
    const begun = await beginEpoch(site, OWNER);
    if (!begun.ok) throw new Error(begun.detail);
    const { epoch, salt } = begun.value;
    const [low, high] = ['1'.repeat(64), '2'.repeat(64)];
    await writeCheckpoint(site.store, { epoch, salt, revision: 9, chain: high });
    await writeCheckpoint(site.store, { epoch, salt, revision: 5, chain: low });
    await writeCheckpoint(site.store, { epoch: epoch + 1, salt, revision: 20, chain: low });
    await writeCheckpoint(site.store, { epoch, salt: low, revision: 20, chain: low });
    expect(await readEpoch(site.store)).toMatchObject({ revision: 9, chain: high });
  });

  test('a damaged record is told, never guessed', async () => {
    const site = await sited();
    await site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'feed', id: 'epoch', body: { epoch: 'one' } }] }),
    );
    await expect(readEpoch(site.store)).rejects.toThrow('damaged');
  });

  test('one begun while a publisher runs is taken over, and readers begin anew', async () => {
    const { publisher, site, time, faults } = await publishing();
    const reader = new SmallReader();
    await reader.fetch(publisher);
    const before = publisher.position;
    await time.pass(2_000);
    await beginEpoch(site, OWNER);
    await time.pass(200);
    expect(publisher.position.epoch).toBeGreaterThan(before.epoch);
    expect(await publisher.deltas('', before)).toEqual({ behind: true });
    await reader.fetch(publisher);
    expect(reader.state.position).toEqual(publisher.position);
    expect(faults).toEqual([]);
    expect(BOB_LEAVES.put?.teams).toHaveLength(1);
    await publisher.close();
  });
});

describe('the consumers that are counted on', () => {
  test('are registered and removed by who may, and are those that must enforce a change', async () => {
    const { publisher, site } = await publishing();
    expect(await registerConsumer(site, OWNER, { consumer: 'b2', slice: 'west' })).toMatchObject({
      ok: true,
    });
    await registerConsumer(site, OWNER, { consumer: 'b1' });
    expect(await registerConsumer(site, OWNER, { consumer: 'no id' })).toMatchObject({
      ok: false,
      code: 'malformed',
    });
    expect(await registerConsumer(site, ADA, { consumer: 'b3' })).toMatchObject({
      ok: false,
      code: 'refused',
    });
    expect(await registeredConsumers(site.store)).toEqual([
      { consumer: 'b1', slice: '', registered: START },
      { consumer: 'b2', slice: 'west', registered: START },
    ]);
    const reader = new SmallReader('b1');
    await reader.fetch(publisher);
    await reader.acknowledge(publisher);
    expect(await publisher.enforced(0)).toMatchObject({
      enforced: 1,
      of: 2,
      missing: [{ consumer: 'b2' }],
    });
    expect(await removeConsumer(site, ADA, 'b2')).toMatchObject({ ok: false, code: 'refused' });
    expect(await removeConsumer(site, OWNER, 'b2')).toMatchObject({ ok: true });
    expect(await removeConsumer(site, OWNER, 'b2')).toMatchObject({ code: 'unknown_consumer' });
    expect(await publisher.enforced(0)).toMatchObject({ enforced: 1, of: 1 });
    await publisher.close();
  });
});

function hex(text: string): string {
  return Buffer.from(sha256(new TextEncoder().encode(text))).toString('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
