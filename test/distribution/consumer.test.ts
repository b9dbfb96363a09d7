/** Consumers: from a source to decisions, over disks that were cut, and with knowledge that grows old. */
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { ConsumerOptions } from '../../src/adapters/distribution/consumer-options.js';
import { feedFolder } from '../../src/adapters/distribution/feed-folder.js';
import { type FeedMemory, noMemory } from '../../src/adapters/distribution/feed-memory.js';
import { asking, can, clock, decide, newFolder, start, until } from './consumers.js';
import { cutOff, ModelFeed, seal, stranger } from './model-feed.js';

describe('a consumer of a feed', () => {
  test('decides as the source does, and tells what it enforces', async () => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed);
    await consumer.ready;
    expect(can(consumer, 'bob', 'front')).toBe(true);
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => consumer.position()?.revision === 2);
    expect(can(consumer, 'bob', 'front')).toBe(false);
    await until(() => feed.acknowledged.at(-1)?.revision === 2);
    expect(feed.acknowledged.at(-1)).toMatchObject({
      organization: 'org',
      slice: '',
      consumer: 'bridge-1',
      epoch: 1,
      withdrawn: [],
    });
  });

  test('takes nothing from anybody whose key it was not given', async () => {
    const feed = new ModelFeed(() => clock.now);
    const faults: string[] = [];
    const consumer = await start(feed, {
      keys: [stranger.publicKey],
      onFault: (fault) => void faults.push(fault),
    });
    await until(() => faults.includes('carrier'));
    expect(consumer.pdp.local()).toMatchObject({ ok: false, code: 'not_ready' });
    expect(feed.acknowledged).toEqual([]);
  });

  test('a body that is not what the signed head says is never decided by', async () => {
    const feed = new ModelFeed(() => clock.now);
    const honest = feed.snapshot.bind(feed);
    feed.snapshot = async () => {
      const { head } = await honest();
      const body = new TextEncoder().encode(JSON.stringify(feed.source.head.policy));
      return {
        head,
        parts: (async function* () {
          yield body;
        })(),
      };
    };
    const faults: string[] = [];
    const consumer = await start(feed, { onFault: (_, detail) => void faults.push(detail) });
    await until(() => faults.length > 0);
    expect(faults[0]).toMatch(/part 1 is not what the head says/u);
    expect(consumer.position()).toBeUndefined();
  });

  test('waits for the state that a token names, and refuses when it does not come', async () => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed);
    await consumer.ready;
    const token = 'dw1.1.2.org';
    const coming = consumer.pdp.at({ kind: 'atLeast', token }, AbortSignal.timeout(5000));
    feed.write({ kind: 'lock_down', door: 0 });
    const view = await coming;
    expect(view.ok && view.value.engine.revision).toBe(2);
    const never = await consumer.pdp.at(
      { kind: 'atLeast', token: 'dw1.1.9.org' },
      AbortSignal.timeout(30),
    );
    expect(never).toMatchObject({ ok: false, code: 'stale' });
    expect(await consumer.pdp.at({ kind: 'atLeast', token: 'dw1.1.1.other' })).toMatchObject({
      code: 'token_unknown',
    });
    const before = await consumer.pdp.at({ kind: 'exact', token: 'dw1.1.1.org' });
    expect(before.ok && before.value.decide(asking('ada', 'front')).decision).toBe(true);
    expect(await consumer.pdp.at({ kind: 'exact', token: 'dw1.1.0.org' })).toMatchObject({
      code: 'not_retained',
    });
  });

  test('`latest` asks the source, and refuses when that does not answer', async () => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed, { waitSeconds: 3600 });
    await consumer.ready;
    feed.source.write({ kind: 'lock_down', door: 0 });
    const view = await consumer.pdp.at({ kind: 'latest' });
    expect(view.ok && view.value.engine.revision).toBe(2);
    feed.broken = cutOff();
    expect(await consumer.pdp.at({ kind: 'latest' })).toMatchObject({ ok: false, code: 'stale' });
  });

  test('takes a snapshot when deltas are no longer kept, and after the source was restored', async () => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed);
    await consumer.ready;
    feed.isForgetful = true;
    feed.write({ kind: 'lock_down', door: 0 });
    await until(() => consumer.position()?.revision === 2);
    feed.isForgetful = false;
    feed.source.restore(1, true);
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => consumer.position()?.epoch === 2 && consumer.position()?.revision === 2);
    expect([can(consumer, 'ada', 'front'), can(consumer, 'bob', 'front')]).toEqual([true, false]);
  });
});

describe('old knowledge', () => {
  const exits = { method: 'tap', reader: 'front-out' };
  const lost = async (parts: Partial<ConsumerOptions>) => {
    const feed = new ModelFeed(() => clock.now);
    const consumer = await start(feed, parts);
    await consumer.ready;
    feed.broken = cutOff();
    return consumer;
  };

  test('permits for five minutes, then refuses with `stale`, and says so', async () => {
    const consumer = await lost({});
    const began = clock.now;
    clock.now = began + 300_000;
    expect(can(consumer, 'ada', 'front')).toBe(true);
    clock.now = began + 300_001;
    expect(decide(consumer, asking('ada', 'front'))).toMatchObject({
      decision: false,
      context: { reason: 'stale', grants: [] },
    });
    // A refusal keeps its own reason.
    expect(decide(consumer, asking('bob', 'vault'))).toMatchObject({
      context: { reason: 'no_access_right' },
    });
    expect(consumer.pdp.status()).toMatchObject({ ready: true, behindSeconds: 300.001 });
  });

  test('of a kinder door still lets in who came through it before', async () => {
    const classes = [
      { doors: ['vault'], maxStalenessSeconds: 0, whenStale: 'fail_secure' as const },
      { maxStalenessSeconds: 60, whenStale: 'degrade' as const },
    ];
    const consumer = await lost({ classes });
    expect(can(consumer, 'ada', 'front')).toBe(true);
    clock.now += 61_000;
    expect(can(consumer, 'ada', 'front')).toBe(true);
    expect(can(consumer, 'bob', 'front')).toBe(false);
    expect(can(consumer, 'ada', 'vault')).toBe(false);
  });

  test('locks nobody in: at an exit reader the engine decides, or everybody leaves', async () => {
    const secure = [{ maxStalenessSeconds: 60, whenStale: 'fail_secure' as const }];
    const open = [{ maxStalenessSeconds: 60, whenStale: 'egress_open' as const }];
    const [first, second] = [await lost({ classes: secure }), await lost({ classes: open })];
    clock.now += 61_000;
    expect([can(first, 'ada', 'front', exits), can(first, 'eve', 'front', exits)]).toEqual([
      true,
      false,
    ]);
    expect([can(second, 'ada', 'front', exits), can(second, 'eve', 'front', exits)]).toEqual([
      true,
      true,
    ]);
    expect(can(second, 'ada', 'front')).toBe(false);
  });
});

describe('a disk', () => {
  test('is enough to start from, with everything that was acknowledged', async () => {
    const folder = newFolder();
    const feed = new ModelFeed(() => clock.now);
    const first = await start(feed, { memory: feedFolder(folder) });
    await first.ready;
    feed.write({ kind: 'end', user: 1, group: 0 });
    feed.write({ kind: 'lock_down', door: 1 });
    await until(() => feed.acknowledged.at(-1)?.revision === 3);
    await first.stop();
    feed.broken = cutOff();
    const second = await start(feed, { memory: feedFolder(folder) });
    await second.ready;
    expect(second.position()).toEqual(first.position());
    expect([
      can(second, 'ada', 'front'),
      can(second, 'bob', 'front'),
      can(second, 'ada', 'vault'),
    ]).toEqual([true, false, false]);
  });

  test('keeps a removal that came before the changes it follows', async () => {
    const folder = newFolder();
    const feed = new ModelFeed(() => clock.now);
    const first = await start(feed, { memory: feedFolder(folder), waitSeconds: 3600 });
    await first.ready;
    feed.source.write({ kind: 'grant', user: 2, group: 0 });
    feed.source.write({ kind: 'end', user: 0, group: 0 });
    const { delta } = feed.source.head;
    const broadcast = seal({ ...delta, at: clock.now } as never);
    const deaf = { ...feed, broken: cutOff() };
    await first.stop();
    // A carrier brings the newer of two, and nobody answers questions.
    feed.broken = cutOff();
    const heard = await start(feed, {
      memory: feedFolder(folder),
      broadcast: {
        follow: async (_, onMessage, { signal }) => {
          onMessage(broadcast);
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      },
    });
    await until(() => !can(heard, 'ada', 'front'));
    await heard.stop();
    const again = await start(feed, { memory: feedFolder(folder) });
    expect(again.position()?.revision).toBe(1);
    expect(can(again, 'ada', 'front')).toBe(false);
    expect(can(again, 'bob', 'front')).toBe(true);
    expect(deaf.broken).toBeDefined();
  });

  test('whose last write was cut loses that alone; one that is spoilt is taken for empty', async () => {
    const folder = newFolder();
    const feed = new ModelFeed(() => clock.now);
    const first = await start(feed, { memory: feedFolder(folder) });
    await first.ready;
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => feed.acknowledged.at(-1)?.revision === 2);
    await first.stop();
    feed.broken = cutOff();
    const generation = readdirSync(folder).find((name) => name.startsWith('g')) as string;
    appendFileSync(join(folder, generation, 'log'), Uint8Array.of(0, 0, 1, 0, 9, 9, 9, 9, 1, 2, 3));
    const second = await start(feed, { memory: feedFolder(folder) });
    expect(second.position()?.revision).toBe(2);
    await second.stop();
    writeFileSync(join(folder, generation, 'snapshot'), 'spoilt');
    const faults: string[] = [];
    const third = await start(feed, {
      memory: feedFolder(folder),
      onFault: (fault) => void faults.push(fault),
    });
    expect(third.position()).toBeUndefined();
    feed.broken = undefined;
    await third.ready;
    expect(third.position()?.revision).toBe(2);
  });

  test('that fails is a fault, and nothing is acknowledged that would not outlive the process', async () => {
    const feed = new ModelFeed(() => clock.now);
    const failing: FeedMemory = {
      load: () => Promise.resolve(undefined),
      begin: () => Promise.reject(new Error('no space left')),
      append: () => Promise.reject(new Error('no space left')),
      prove: () => Promise.reject(new Error('no space left')),
      close: () => Promise.resolve(),
    };
    const faults: string[] = [];
    const consumer = await start(feed, {
      memory: failing,
      onFault: (fault) => void faults.push(fault),
    });
    await consumer.ready;
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => consumer.position()?.revision === 2);
    expect(can(consumer, 'bob', 'front')).toBe(false);
    expect(faults).toContain('memory');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(feed.acknowledged).toEqual([]);
  });

  test('that is full in the middle of a snapshot does not keep the policy from being decided by', async () => {
    const feed = new ModelFeed(() => clock.now);
    const abandon = vi.fn(() => Promise.resolve());
    const full: FeedMemory = {
      load: () => Promise.resolve(undefined),
      begin: () =>
        Promise.resolve({
          write: () => Promise.reject(new Error('no space left')),
          commit: () => Promise.reject(new Error('commits what it has not')),
          abandon,
        }),
      append: () => Promise.resolve(),
      prove: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const consumer = await start(feed, { memory: full });
    await consumer.ready;
    expect(can(consumer, 'ada', 'front')).toBe(true);
    expect(consumer.pdp.status().faults).toContain('memory');
    expect(abandon).toHaveBeenCalledTimes(1);
  });

  test('that is none gathers nothing', async () => {
    const feed = new ModelFeed(() => clock.now);
    const append = vi.fn(() => Promise.resolve());
    const consumer = await start(feed, { memory: { ...noMemory(), append } });
    await consumer.ready;
    feed.write({ kind: 'end', user: 1, group: 0 });
    await until(() => feed.acknowledged.at(-1)?.revision === 2);
    expect(append).not.toHaveBeenCalled();
  });

  test('is used by one process at a time', () => {
    const folder = newFolder();
    const held = feedFolder(folder);
    expect(() => feedFolder(folder)).toThrow(/already uses/u);
    return held.close();
  });
});
