/** What a hostile or broken carrier, source, disk or clock might do to a consumer. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { feedFolder } from '../../src/adapters/distribution/feed-folder.js';
import type { FeedMemory } from '../../src/adapters/distribution/feed-memory.js';
import { can, clock, newFolder, start, until } from './consumers.js';
import { cutOff, ModelFeed, seal } from './model-feed.js';

describe('a carrier', () => {
  test('that brings an old snapshot does not put the disk back', async () => {
    const folder = newFolder();
    const feed = new ModelFeed(() => clock.now);
    const old = await feed.snapshot();
    const parts: Uint8Array[] = [];
    for await (const part of old.parts) parts.push(part);
    feed.write({ kind: 'lock_down', door: 1 });
    feed.write({ kind: 'end', user: 1, group: 0 });
    const first = await start(feed, { memory: feedFolder(folder) });
    await first.ready;
    await until(() => feed.acknowledged.at(-1)?.revision === 3);
    // From now on: nothing is kept, and the only snapshot is one from before the removal.
    let given = 0;
    feed.snapshot = async () => {
      given += 1;
      return {
        head: old.head,
        parts: (async function* () {
          yield* parts;
        })(),
      };
    };
    feed.isForgetful = true;
    feed.write({ kind: 'lift', door: 1 });
    await until(() => given > 1);
    expect(can(first, 'bob', 'front')).toBe(false);
    await first.stop();
    feed.broken = cutOff();
    feed.deltas = () => Promise.reject(cutOff());
    const second = await start(feed, { memory: feedFolder(folder) });
    expect(second.position()?.revision).toBeGreaterThanOrEqual(3);
    expect(can(second, 'bob', 'front')).toBe(false);
  });

  test('that always says that a snapshot is needed is not asked in a tight loop', async () => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed);
    await consumer.ready;
    feed.isForgetful = true;
    feed.write({ kind: 'lift', door: 1 });
    feed.write({ kind: 'lock_down', door: 1 });
    await until(() => consumer.position()?.revision === 2);
    const before = feed.asked.snapshots;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(feed.asked.snapshots - before).toBeLessThan(4);
  });

  test('that answers `latest` by what nobody signed, or by what was said long ago, proves nothing', async () => {
    const feed = new ModelFeed(() => clock.now);
    const old = seal(feed.source.heartbeat(clock.now));
    const consumer = await start(feed, { waitSeconds: 3600 });
    await consumer.ready;
    clock.now += 120_000;
    feed.source.write({ kind: 'end', user: 1, group: 0 });
    const deltas = feed.deltas.bind(feed);
    for (const heartbeat of [new Uint8Array(9), old]) {
      feed.deltas = async () => ({ deltas: [], heartbeat });
      const view = await consumer.pdp.at({ kind: 'latest' });
      expect(view).toMatchObject({ ok: false, code: 'stale' });
    }
    feed.deltas = deltas;
    const view = await consumer.pdp.at({ kind: 'latest' });
    expect(view.ok && view.value.engine.revision).toBe(2);
    feed.source.restore(0, true);
    const head = seal(feed.source.heartbeat(clock.now));
    feed.deltas = async () => ({ deltas: [], heartbeat: head });
    expect(await consumer.pdp.at({ kind: 'latest' })).toMatchObject({ ok: false, code: 'stale' });
  });
});

describe('a list', () => {
  test('is stale where a door is that no class names', async () => {
    const classes = [
      { doors: ['vault'], maxStalenessSeconds: Infinity, whenStale: 'fail_secure' as const },
    ];
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed, { classes });
    await consumer.ready;
    feed.broken = cutOff();
    clock.now += 300_001;
    const view = consumer.pdp.local();
    expect([can(consumer, 'ada', 'front'), can(consumer, 'ada', 'vault')]).toEqual([false, true]);
    expect(view.ok && view.value.stale).toBe(true);
  });
});

describe('a clock', () => {
  test('that is set back while nobody is heard makes no knowledge new again', async () => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed);
    await consumer.ready;
    feed.broken = cutOff();
    const began = clock.now;
    clock.now = began + 290_000;
    expect(can(consumer, 'ada', 'front')).toBe(true);
    clock.now = began + 245_000;
    expect(consumer.pdp.status().behindSeconds).toBe(290);
    clock.now = began + 1000;
    expect(can(consumer, 'ada', 'front')).toBe(false);
    expect(consumer.pdp.status().faults).toContain('clock');
    clock.now = began + 290_001;
    expect(can(consumer, 'ada', 'front')).toBe(true);
  });

  test('of the source that ran ahead for a moment does not make a restart believe the own one wrong for ever', async () => {
    const folder = newFolder();
    const ahead = { by: 0 };
    const feed = new ModelFeed(() => clock.now + ahead.by);
    const first = await start(feed, { memory: feedFolder(folder) });
    await first.ready;
    ahead.by = 86_400_000;
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => feed.acknowledged.at(-1)?.revision === 2);
    ahead.by = 0;
    await first.stop();
    const second = await start(feed, { memory: feedFolder(folder) });
    await until(() => second.pdp.status().behindSeconds === 0);
    expect(second.pdp.status().faults).not.toContain('clock');
    expect([can(second, 'ada', 'front'), can(second, 'bob', 'front')]).toEqual([true, false]);
  });
});

describe('a witness', () => {
  test('is told what is in force before the source is, and knows an old disk', async () => {
    const seen: { epoch: number; revision: number }[] = [];
    const witness = {
      read: async () => seen.at(-1),
      write: async (point: { epoch: number; revision: number }) => void seen.push(point),
    };
    const feed = new ModelFeed(() => clock.now);
    const first = await start(feed, { witness });
    await first.ready;
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => feed.acknowledged.at(-1)?.revision === 2);
    expect(seen.at(-1)).toEqual({ epoch: 1, revision: 2 });
    await first.stop();
    feed.source.told.length = 1;
    const second = await start(feed, { witness });
    await second.ready;
    expect(second.pdp.status().faults).toContain('old_disk');
    expect(can(second, 'bob', 'front')).toBe(false);
  });

  test('that cannot be told keeps the consumer from saying that anything is in force', async () => {
    const witness = {
      read: async () => undefined,
      write: () => Promise.reject(new Error('worn out')),
    };
    const faults: string[] = [];
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed, { witness, onFault: (fault) => void faults.push(fault) });
    await consumer.ready;
    await until(() => faults.includes('memory'));
    expect(feed.acknowledged).toEqual([]);
  });
});

describe('a disk', () => {
  test('that was full while a snapshot was finished is not left fuller', async () => {
    const folder = newFolder();
    const memory = feedFolder(folder);
    const broken: FeedMemory = {
      ...memory,
      begin: async (head) => {
        const draft = await memory.begin(head);
        // What is no bytes cannot be written: as if the disk had no room.
        return { ...draft, commit: () => draft.commit([undefined as never]) };
      },
    };
    const faults: string[] = [];
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed, {
      memory: broken,
      onFault: (fault) => void faults.push(fault),
    });
    await consumer.ready;
    await until(() => faults.includes('memory'));
    await until(() => !readdirSync(folder).some((name) => name.startsWith('g')));
    expect(feed.acknowledged).toEqual([]);
  });
});
