import { expect, test } from 'vitest';
import { feedRules } from '../../src/adapters/distribution/feed-rules.js';
import type { Delta } from '../../src/distribution/message.js';
import { PolicyError } from '../../src/policy/issue.js';
import { BOB_LEAVES, documentOf, POLICY, publishing, STAFF_GET_VAULT, write } from './ground.js';
import { opened, SmallReader } from './small-reader.js';

const SLICES = { west: ['front'], safe: ['vault'] };

test('a slice is followed by itself, at the same positions as the whole', async () => {
  const { publisher, site } = await publishing({ slices: SLICES });
  expect(publisher.slices).toEqual(['', 'west', 'safe']);
  const readers = ['', 'west', 'safe'].map((slice) => new SmallReader(`of-${slice}`, slice));
  for (const reader of readers) await reader.fetch(publisher);
  const [whole, west, safe] = readers as [SmallReader, SmallReader, SmallReader];
  expect(west.may('bob', 'front')).toBe(true);
  expect(JSON.stringify(await documentOf(publisher, 'safe'))).not.toContain('front');
  await write(site, BOB_LEAVES);
  await write(site, STAFF_GET_VAULT);
  for (const reader of readers) await reader.fetch(publisher);
  expect(new Set(readers.map(({ state }) => state.position?.chain)).size).toBe(1);
  for (const [person, door] of [
    ['ada', 'front'],
    ['bob', 'front'],
    ['ada', 'vault'],
    ['bob', 'vault'],
  ] as const) {
    const of = door === 'front' ? west : safe;
    expect(of.may(person, door), `${person} ${door}`).toBe(whole.may(person, door));
  }
  expect(safe.may('ada', 'vault')).toBe(true);
  expect(safe.may('ada', 'front')).toBe(false);
  await publisher.close();
});

test('a slice hears of no names and nobody that it does not need', async () => {
  const policy = {
    ...POLICY,
    users: [...POLICY.users, { id: 'carla', name: 'Carla Secret', email: 'carla@acme.test' }],
  };
  const { publisher, site } = await publishing({ slices: SLICES, policy });
  const { position } = publisher;
  await write(site, { put: { users: [{ id: 'carla', name: 'Carla Hidden', active: false }] } });
  const answer = await publisher.deltas('safe', position);
  if ('behind' in answer) throw new Error('behind');
  const delta = opened(answer.deltas[0] as Uint8Array) as Delta;
  expect(delta.revision).toBe(1);
  expect(JSON.stringify(delta)).not.toContain('carla');
  expect(JSON.stringify(opened(answer.heartbeat))).not.toContain('carla');
  await publisher.close();
});

test('a slice that does not follow from its changes is made anew; its readers take a snapshot', async () => {
  let isWrong = false;
  const rules = {
    ...feedRules,
    sliceChanges: (...given: Parameters<typeof feedRules.sliceChanges>) =>
      isWrong ? { remove: { users: ['nobody'] } } : feedRules.sliceChanges(...given),
  };
  const { publisher, site, faults } = await publishing({ slices: SLICES, rules });
  const reader = new SmallReader('bridge', 'west');
  await reader.fetch(publisher);
  isWrong = true;
  await write(site, BOB_LEAVES);
  await publisher.wake();
  expect(faults).toEqual([
    ['slice_misfit', { slice: 'west', error: expect.any(PolicyError) }],
    ['slice_misfit', { slice: 'safe', error: expect.any(PolicyError) }],
  ]);
  isWrong = false;
  expect(
    await publisher.deltas('west', reader.state.position ?? { epoch: 0, revision: 0 }),
  ).toEqual({ behind: true });
  await reader.fetch(publisher);
  expect(reader.may('bob', 'front')).toBe(false);
  expect(reader.may('ada', 'front')).toBe(true);
  await write(site, STAFF_GET_VAULT);
  await reader.fetch(publisher);
  expect(reader.state.position).toEqual(publisher.position);
  await publisher.close();
});

test('names of slices are those of ids', async () => {
  await expect(publishing({ slices: { 'a b': [] } })).rejects.toThrow(TypeError);
  await expect(publishing({ heartbeatSeconds: 0 })).rejects.toThrow(RangeError);
  await expect(publishing({ partBytes: 4 })).rejects.toThrow(RangeError);
  await expect(publishing({ keepDeltas: Number.NaN })).rejects.toThrow(RangeError);
});
