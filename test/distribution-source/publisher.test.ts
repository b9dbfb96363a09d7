import { expect, test } from 'vitest';
import { beginEpoch, readEpoch } from '../../src/adapters/distribution/epoch.js';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import type { Published } from '../../src/adapters/distribution/publisher.js';
import { memoryStore, openSite } from '../../src/adapters/for-site.js';
import { writeToken } from '../../src/adapters/pdp/token.js';
import type { Delta, Heartbeat } from '../../src/distribution/message.js';
import {
  BOB_LEAVES,
  crypto,
  documentOf,
  ORGANIZATION,
  POLICY,
  publishing,
  STAFF_GET_VAULT,
  START,
  settle,
  signer,
  stillTime,
  write,
} from './ground.js';
import { opened, SmallReader } from './small-reader.js';

const rename = (name: string) => ({ put: { users: [{ id: 'ada', name }] } });
const OWNER = { type: 'user', id: 'owner' } as const;

test('a write of this process is told at once, and a reader follows it', async () => {
  const { site, publisher } = await publishing();
  const reader = new SmallReader();
  await reader.fetch(publisher);
  expect(reader.may('bob', 'front')).toBe(true);
  const told: Published[] = [];
  publisher.watch((published) => told.push(published));
  const revision = await write(site, BOB_LEAVES);
  await settle();
  expect(publisher.position.revision).toBe(revision);
  expect(told.map(({ kind, slice }) => [kind, slice])).toEqual([['delta', '']]);
  reader.hear(told[0]?.sealed as Uint8Array);
  expect(reader.may('bob', 'front')).toBe(false);
  expect(reader.may('ada', 'front')).toBe(true);
  expect(reader.faults).toEqual([]);
  await publisher.close();
});

test('a listener that throws keeps no other from hearing, and is no fault of the signer', async () => {
  const faults: string[] = [];
  const { site, publisher } = await publishing({ onFault: (fault) => faults.push(fault) });
  const told: string[] = [];
  publisher.watch(() => {
    throw new Error('the broker is full');
  });
  publisher.watch(({ kind }) => told.push(kind));
  await write(site, BOB_LEAVES);
  await settle();
  expect([told, faults]).toEqual([['delta'], []]);
  await publisher.close();
});

test('what another process wrote is told after the next look', async () => {
  const { store, publisher, time, host } = await publishing({ pollMilliseconds: 100 });
  const other = await openSite({ store, organization: ORGANIZATION, host });
  await write(other, BOB_LEAVES);
  expect(publisher.position.revision).toBe(0);
  await time.pass(100);
  expect(publisher.position.revision).toBe(1);
  await publisher.close();
});

test('two publishers of one store tell the same history, wherever each began', async () => {
  const { store, site, publisher, host } = await publishing();
  for (let turn = 0; turn < 300; turn++) await write(site, rename(`Ada ${turn}`));
  await publisher.wake();
  expect(await readEpoch(site.store)).toMatchObject({ base: 0, revision: expect.any(Number) });
  expect((await readEpoch(site.store))?.revision).toBeGreaterThanOrEqual(256);
  const otherSite = await openSite({ store, organization: ORGANIZATION, host });
  const other = await openPublisher({ site: otherSite, signer, crypto, ...still() });
  expect(other.position).toEqual(publisher.position);
  await write(otherSite, BOB_LEAVES);
  await Promise.all([publisher.wake(), other.wake()]);
  expect(other.position).toEqual(publisher.position);
  expect(other.position.revision).toBe(301);
  await publisher.close();
  await other.close();
});

test('deltas lead in order from where a reader is, and a heartbeat ends them', async () => {
  const { site, publisher } = await publishing();
  const reader = new SmallReader();
  await reader.fetch(publisher);
  const { position } = publisher;
  await write(site, BOB_LEAVES);
  await write(site, STAFF_GET_VAULT);
  const answer = await publisher.deltas('', position);
  if ('behind' in answer) throw new Error('behind');
  const deltas = answer.deltas.map((sealed) => opened(sealed) as Delta);
  expect(deltas.map(({ revision }) => revision)).toEqual([1, 2]);
  expect(deltas[0]?.previous).toBe(position.chain);
  expect(deltas[1]?.previous).toBe(deltas[0]?.chain);
  const heartbeat = opened(answer.heartbeat) as Heartbeat;
  expect(heartbeat).toMatchObject({ kind: 'heartbeat', ...publisher.position, withdrawnSince: 0 });
  await reader.fetch(publisher);
  expect(reader.may('bob', 'vault')).toBe(false);
  expect(reader.may('ada', 'vault')).toBe(true);
  await publisher.close();
});

test('who does not wait hears of a write that no look has seen yet', async () => {
  const { store, publisher, host } = await publishing();
  const { position } = publisher;
  const other = await openSite({ store, organization: ORGANIZATION, host });
  await write(other, BOB_LEAVES);
  const answer = await publisher.deltas('', position);
  expect('behind' in answer ? 'behind' : answer.deltas.length).toBe(1);
  await publisher.close();
});

test('a long poll is answered by the next write, by its end, or by nobody when the caller is gone', async () => {
  const { site, publisher, time } = await publishing();
  const { position } = publisher;
  const polled = publisher.deltas('', position, { waitSeconds: 30 });
  await settle();
  await write(site, BOB_LEAVES);
  const answer = await polled;
  expect('behind' in answer ? 'behind' : answer.deltas.length).toBe(1);
  const idle = publisher.deltas('', publisher.position, { waitSeconds: 30 });
  await time.pass(29_000);
  await time.pass(2_000);
  const nothing = await idle;
  expect('behind' in nothing ? 'behind' : nothing.deltas.length).toBe(0);
  const ending = new AbortController();
  const left = publisher.deltas('', publisher.position, {
    waitSeconds: 30,
    signal: ending.signal,
  });
  await settle();
  ending.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await publisher.close();
});

test('a thousand long polls wait on one timer', async () => {
  const { site, publisher, time } = await publishing();
  const before = time.pending();
  const { position } = publisher;
  const polls = Array.from({ length: 1000 }, () =>
    publisher.deltas('', position, { waitSeconds: 30 }),
  );
  await settle();
  expect(time.pending()).toBe(before + 1);
  await write(site, BOB_LEAVES);
  const answers = await Promise.all(polls);
  expect(new Set(answers.map((answer) => ('behind' in answer ? 0 : answer.deltas[0]))).size).toBe(
    1,
  );
  await publisher.close();
});

test('a revision that is no longer kept is behind; one that a restart recalls is not', async () => {
  const { site, publisher, store, host } = await publishing({ keepDeltas: 2 });
  const { epoch } = publisher.position;
  for (const name of ['A', 'B', 'C']) await write(site, rename(name));
  await publisher.wake();
  expect(await publisher.deltas('', { epoch, revision: 0 })).toEqual({ behind: true });
  expect(await publisher.deltas('', { epoch, revision: 1 })).toMatchObject({
    deltas: [expect.anything(), expect.anything()],
  });
  const again = await openPublisher({
    site: await openSite({ store, organization: ORGANIZATION, host }),
    signer,
    crypto,
    ...still(),
  });
  const recalled = await again.deltas('', { epoch, revision: 0 });
  if ('behind' in recalled) throw new Error('behind');
  expect(recalled.deltas.map((sealed) => (opened(sealed) as Delta).withdraws)).toEqual(
    Array.from({ length: 3 }, () => ({ everything: true })),
  );
  expect((opened(recalled.heartbeat) as Heartbeat).withdrawnSince).toBe(3);
  await publisher.close();
  await again.close();
});

test('heartbeats repeat what was taken away for a while, and say since when that is complete', async () => {
  const { site, publisher, time } = await publishing({ withdrawnSeconds: 60, heartbeatSeconds: 5 });
  const beats: Heartbeat[] = [];
  publisher.watch(({ kind, sealed }) => {
    if (kind === 'heartbeat') beats.push(opened(sealed) as Heartbeat);
  });
  await write(site, BOB_LEAVES);
  await write(site, STAFF_GET_VAULT);
  await time.pass(5_100);
  expect(beats.at(-1)).toMatchObject({ revision: 2, withdrawnSince: 0 });
  expect(beats.at(-1)?.withdrawn.map(({ revision }) => revision)).toContain(1);
  await time.pass(61_000);
  expect(beats.at(-1)).toMatchObject({ revision: 2, withdrawn: [] });
  expect(beats.at(-1)?.withdrawnSince).toBeGreaterThanOrEqual(1);
  await publisher.close();
});

test('a source that cannot read its store does not call what it knows new', async () => {
  const { store, time, host } = await publishing();
  const inner = await store.open(ORGANIZATION);
  let isDown = false;
  const broken = {
    ...store,
    open: async () =>
      new Proxy(inner, {
        get: (target, name) => {
          if ((name === 'outbox' || name === 'revision') && isDown)
            return () => Promise.reject(new Error('no connection'));
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  };
  const site = await openSite({ store: broken, organization: ORGANIZATION, host });
  const faults: string[] = [];
  const publisher = await openPublisher({
    site,
    signer,
    crypto,
    now: time.now,
    timers: time.timers,
    heartbeatSeconds: 1,
    onFault: (fault) => faults.push(fault),
  });
  const beats: Heartbeat[] = [];
  publisher.watch(({ sealed }) => beats.push(opened(sealed) as Heartbeat));
  await time.pass(3_000);
  const count = beats.length;
  expect(count).toBeGreaterThan(0);
  isDown = true;
  const since = time.now();
  await time.pass(10_000);
  expect(faults).toContain('store');
  expect(publisher.faults).toEqual(['store']);
  expect(beats.length).toBeLessThanOrEqual(count + 1);
  const answer = await publisher.deltas('', publisher.position);
  if ('behind' in answer) throw new Error('behind');
  expect(opened(answer.heartbeat).at).toBeLessThanOrEqual(since);
  isDown = false;
  await time.pass(1_000);
  expect(publisher.faults).toEqual([]);
  expect(beats.at(-1)?.at).toBeGreaterThan(since);
  await publisher.close();
});

test('what is told is true as of when the look at the store began, not as of when it ended', async () => {
  const { store, time, host } = await publishing();
  const inner = await store.open(ORGANIZATION);
  let now = time.now();
  const slow = {
    ...store,
    open: async () =>
      new Proxy(inner, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            const answer: unknown = await value.apply(target, given);
            // What is written from here on is not in the answer.
            if (name === 'revision' || name === 'outbox') now += 1000;
            return answer;
          };
        },
      }),
  };
  const site = await openSite({ store: slow, organization: ORGANIZATION, host });
  const { timers } = time;
  const publisher = await openPublisher({ site, signer, crypto, now: () => now, timers });
  const asked = now;
  const answer = await publisher.deltas('', publisher.position);
  if ('behind' in answer) throw new Error('behind');
  expect(now).toBeGreaterThan(asked);
  expect(opened(answer.heartbeat).at).toBe(asked);
  await publisher.close();
});

test('a snapshot is the policy, in parts of the size wanted, each as its head says', async () => {
  const users = Array.from({ length: 500 }, (_, index) => ({
    id: `u${index}`,
    name: `Zoë ${index} 🚪`,
  }));
  const policy = { ...POLICY, users: [...POLICY.users, ...users] };
  const { publisher } = await publishing({ policy, partBytes: 1024 });
  const { head, parts } = await publisher.snapshot('');
  const told = opened(head);
  if (told.kind !== 'snapshot') throw new Error('no snapshot');
  let index = 0;
  for await (const part of parts) {
    const { bytes, sha256 } = told.parts[index++] ?? { bytes: 0, sha256: '' };
    expect(part.length).toBe(bytes);
    expect(part.length).toBeLessThanOrEqual(1024);
    expect(Buffer.from(crypto.sha256(part)).toString('hex')).toBe(sha256);
  }
  expect(index).toBe(told.parts.length);
  expect(index).toBeGreaterThan(15);
  const document = await documentOf(publisher);
  expect(document).toMatchObject({ version: 1, revision: 0, organization: policy.organization });
  expect(new Set(document.users?.map(({ id, name }) => `${id} ${name}`))).toEqual(
    new Set(policy.users.map((user) => `${user.id} ${'name' in user ? user.name : undefined}`)),
  );
  await publisher.close();
});

test('a snapshot that is larger than the shelf is written anew, byte for byte', async () => {
  const { publisher } = await publishing({ snapshotBytes: 10 });
  const [one, two] = [await documentOf(publisher), await documentOf(publisher)];
  expect(one).toEqual(two);
  expect(one.users).toHaveLength(3);
  await publisher.close();
});

test('whoever asks while a snapshot is made waits for that one, however long it takes', async () => {
  let heads = 0;
  const { publisher, time } = await publishing({
    snapshotSeconds: 2,
    signer: {
      publicKey: signer.publicKey,
      sign: async (bytes) => {
        if (Buffer.from(bytes).includes('"kind":"snapshot"')) heads++;
        // Making it takes longer than it is shared for.
        await time.pass(5_000);
        return signer.sign(bytes);
      },
    },
  });
  const asked = Array.from({ length: 20 }, () => publisher.snapshot(''));
  await Promise.all(asked);
  expect(heads).toBe(1);
  await time.pass(5_000);
  await Promise.all([publisher.snapshot(''), publisher.snapshot('')]);
  expect(heads).toBe(2);
  await publisher.close();
});

test('a snapshot is shared for a moment, never beyond what deltas bridge', async () => {
  const { publisher, site, time } = await publishing({ keepDeltas: 1, snapshotSeconds: 2 });
  const headOf = async () => opened((await publisher.snapshot('')).head).revision;
  expect(await headOf()).toBe(0);
  await write(site, rename('A'));
  expect(await headOf()).toBe(0);
  await write(site, rename('B'));
  expect(await headOf()).toBe(2);
  await write(site, rename('C'));
  await time.pass(2_500);
  expect(await headOf()).toBe(3);
  await publisher.close();
});

test('a slice there is not is refused', async () => {
  const { publisher } = await publishing();
  await expect(publisher.snapshot('west')).rejects.toMatchObject({ retryable: false });
  await expect(publisher.deltas('west', publisher.position)).rejects.toMatchObject({
    name: 'CarrierError',
  });
  await publisher.close();
});

test('a reader that knows more than the store is refused and told of, hears nothing that makes it fresh, and follows a new epoch', async () => {
  const { store, publisher, faults, site, time } = await publishing();
  const reader = new SmallReader();
  await write(site, BOB_LEAVES);
  await reader.fetch(publisher);
  expect(reader.state.position?.revision).toBe(1);
  await publisher.close();
  // The store as a backup knew it.
  const restored = memoryStore();
  await restored.create(POLICY);
  const backup = await restored.open(ORGANIZATION);
  const record = await (await store.open(ORGANIZATION)).record('feed', 'epoch');
  const genesis = {
    ...record?.body,
    revision: 0,
    chain: publisherGenesis(await readEpoch(site.store)),
  };
  await backup.write((writer) =>
    writer.putRecords({ put: [{ kind: 'feed', id: 'epoch', body: genesis }] }),
  );
  const again = await publishing({ store: restored });
  expect(again.publisher.position.epoch).toBe(publisher.position.epoch);
  await expect(reader.acknowledge(again.publisher)).rejects.toMatchObject({ retryable: true });
  await expect(reader.acknowledge(again.publisher)).rejects.toMatchObject({ retryable: true });
  const detail = expect.stringContaining('`bridge-1` enforces revision 1');
  expect(again.faults).toEqual([['consumer_ahead', detail]]);
  expect(again.publisher.faults).toEqual([]);
  expect(await again.publisher.enforced(0)).toMatchObject({ enforced: 0, of: 1 });
  // Whoever took this for a proof would be fresh without knowing what the restored store knows.
  const { heardAt } = reader.state;
  await again.time.pass(10_000);
  await reader.fetch(again.publisher, START + 10_000);
  expect(reader.state.heardAt).toBe(heardAt);
  const begun = await beginEpoch(again.site, OWNER);
  expect(begun).toMatchObject({ ok: true });
  await again.time.pass(1_000);
  expect(again.publisher.position.epoch).toBeGreaterThan(publisher.position.epoch);
  await reader.fetch(again.publisher, START + 11_000);
  await reader.acknowledge(again.publisher);
  expect(await again.publisher.enforced(0)).toMatchObject({ enforced: 1, of: 1 });
  expect(reader.state.position).toEqual(again.publisher.position);
  expect(reader.may('bob', 'front')).toBe(true);
  expect(faults).toEqual([]);
  expect(time.now()).toBe(START);
  await again.publisher.close();
});

test('a reader that says it knows another chain is refused, told of once, counts for nothing, and stops nobody', async () => {
  const { publisher, site, faults } = await publishing({ consumers: ['bridge-1', 'bridge-2'] });
  await write(site, rename('A'));
  await write(site, rename('B'));
  await publisher.wake();
  const { position } = publisher;
  const said = {
    organization: ORGANIZATION,
    slice: '',
    consumer: 'bridge-1',
    withdrawn: [],
    at: START,
  };
  const other = { ...said, ...position, chain: 'f'.repeat(64) };
  await publisher.acknowledge({ ...said, ...position });
  await publisher.acknowledge({ ...said, ...position, consumer: 'bridge-2' });
  expect(await publisher.enforced(2)).toMatchObject({ enforced: 2, of: 2 });
  const lies = [
    { ...other, revision: 1 },
    other,
    { ...other, revision: 99 },
    { ...other, epoch: position.epoch + 1 },
  ];
  for (const lie of lies) {
    await expect(publisher.acknowledge(lie)).rejects.toThrow('cannot be true');
  }
  expect(faults.map(([fault]) => fault)).toEqual(['consumer_ahead']);
  expect(publisher.faults).toEqual([]);
  expect(await publisher.enforced(2)).toMatchObject({ enforced: 1, of: 2 });
  expect(await publisher.deltas('', { ...position, revision: 0 })).toMatchObject({
    deltas: { length: 2 },
  });
  await publisher.acknowledge({ ...said, ...position });
  expect(await publisher.enforced(2)).toMatchObject({ enforced: 2 });
  await expect(publisher.acknowledge(other)).rejects.toThrow('cannot be true');
  expect(faults).toHaveLength(2);
  await publisher.close();
});

test('a store that is put back under a running publisher stops it for good', async () => {
  const { store, time, host } = await publishing();
  let current = await store.open(ORGANIZATION);
  const swapped = {
    ...store,
    open: async () =>
      new Proxy(current, {
        get: (_, name) => {
          const value: unknown = Reflect.get(current, name);
          return typeof value === 'function' ? value.bind(current) : value;
        },
      }),
  };
  const site = await openSite({ store: swapped, organization: ORGANIZATION, host });
  const publisher = await openPublisher({
    site,
    signer,
    crypto,
    now: time.now,
    timers: time.timers,
  });
  await write(site, rename('A'));
  await publisher.wake();
  const record = await current.record('feed', 'epoch');
  const restored = memoryStore();
  await restored.create(POLICY);
  current = await restored.open(ORGANIZATION);
  await current.write(async (writer) => {
    await writer.putRecords({
      put: [{ kind: 'feed', id: 'epoch', body: record?.body ?? {} }],
    });
    await writer.putChanges({ revision: 1, ...rename('Z') }, 'another time');
  });
  // Of the same revision: seen at the next of the looks that go deeper.
  await time.pass(6_000);
  expect(publisher.faults).toEqual(['source_went_back']);
  await current.write(async (writer) => {
    await writer.putRecords({
      put: [{ kind: 'feed', id: 'epoch', body: { ...record?.body, epoch: 2e9 } }],
    });
  });
  await time.pass(1_000);
  // This process has compiled what is no longer true.
  expect(publisher.faults).toContain('source_went_back');
  await expect(publisher.snapshot('')).rejects.toThrow('went back');
  await publisher.close();
});

test('a token of a write says how far it is in force', async () => {
  const { publisher, site } = await publishing({ consumers: ['bridge-1', 'bridge-2'] });
  const [one, two] = [new SmallReader('bridge-1'), new SmallReader('bridge-2')];
  await one.fetch(publisher);
  await two.fetch(publisher);
  const revision = await write(site, BOB_LEAVES);
  const token = writeToken({ organization: ORGANIZATION, epoch: 0, revision });
  expect(await publisher.enforced(token)).toMatchObject({ enforced: 0, of: 2 });
  const everywhere = publisher.untilEnforced(token);
  await one.fetch(publisher);
  await one.acknowledge(publisher);
  expect(await publisher.enforced(revision)).toEqual({
    revision,
    enforced: 1,
    of: 2,
    missing: [{ consumer: 'bridge-2', revision: undefined, lastHeard: undefined }],
  });
  await two.fetch(publisher);
  await two.acknowledge(publisher);
  expect(await everywhere).toMatchObject({ enforced: 2, of: 2, missing: [] });
  await expect(publisher.enforced(9)).rejects.toThrow(RangeError);
  await expect(publisher.enforced('dw1.0.1.other')).rejects.toThrow(RangeError);
  await expect(publisher.enforced('dw1.5.1.acme')).rejects.toThrow(RangeError);
  await publisher.close();
});

function still() {
  const { now, timers } = stillTime();
  return { now, timers };
}

function publisherGenesis(epoch: Awaited<ReturnType<typeof readEpoch>>): string {
  if (epoch?.base !== epoch?.revision) throw new Error('not at its base');
  return epoch?.chain ?? '';
}
