/**
 * The new-enemy problem at a door: Bob leaves the team, then the team is given the vault. Whoever hears of the second and not of the
 * first opens the vault to Bob. Every case is played twice: by our reader, and by one without the mitigation, which takes changes
 * as they come. The second shows that the case is one.
 */
import { describe, expect, test } from 'vitest';
import type { FeedSource } from '../../src/adapters/distribution/carrier.js';
import type { Published } from '../../src/adapters/distribution/publisher.js';
import type { Engine } from '../../src/engine/engine.js';
import { compilePolicy } from '../../src/index.js';
import {
  BOB_LEAVES,
  documentOf,
  publishing,
  STAFF_GET_VAULT,
  START,
  settle,
  write,
} from './ground.js';
import { opened, SmallReader } from './small-reader.js';

/** Takes every change as it comes: no gap is seen, no withdrawal is heard. */
class CarelessReader {
  #engine: Engine | undefined;

  async fetch(source: FeedSource): Promise<void> {
    this.#engine ??= compilePolicy(await documentOf(source)) as Engine;
  }

  hear(sealed: Uint8Array): void {
    const message = opened(sealed);
    if (message.kind !== 'delta' || this.#engine === undefined) return;
    if (message.revision <= this.#engine.revision) return;
    this.#engine = this.#engine.apply(message.changes);
  }

  may(subject: string, door: string): boolean {
    return this.#engine?.can(subject, 'unlock', door, { time: START }) ?? false;
  }
}

interface Hears {
  fetch(source: FeedSource): Promise<void>;
  hear(sealed: Uint8Array): void;
  may(subject: string, door: string): boolean;
}

/** Plays both changes to a reader; `pick` is what the carrier lets through, and in which order. */
async function played(reader: Hears, pick: (told: readonly Published[]) => Published[]) {
  const { publisher, site, time } = await publishing({ heartbeatSeconds: 5 });
  await reader.fetch(publisher);
  expect([reader.may('bob', 'front'), reader.may('bob', 'vault')]).toEqual([true, false]);
  const told: Published[] = [];
  publisher.watch((published) => told.push(published));
  await write(site, BOB_LEAVES);
  await write(site, STAFF_GET_VAULT);
  await settle();
  await time.pass(5_100);
  expect(told.map(({ kind }) => kind)).toEqual(['delta', 'delta', 'heartbeat']);
  for (const { sealed } of pick(told)) reader.hear(sealed);
  return { publisher, reader };
}

const LOST: readonly (readonly [string, (told: readonly Published[]) => Published[]])[] = [
  ['the first change is lost', (told) => told.slice(1, 2)],
  ['the second comes again and again', ([, second]) => [second, second, second] as Published[]],
];

describe.each(LOST)('%s:', (_, pick) => {
  test('the vault stays shut to Bob', async () => {
    const { reader, publisher } = await played(new SmallReader(), pick);
    expect(reader.may('bob', 'vault')).toBe(false);
    // Nor is it open to Ada yet: what is given counts in order alone.
    expect(reader.may('ada', 'vault')).toBe(false);
    await reader.fetch(publisher);
    expect([reader.may('ada', 'vault'), reader.may('bob', 'vault')]).toEqual([true, false]);
    expect(reader.may('bob', 'front')).toBe(false);
    await publisher.close();
  });

  test('without the mitigation it opens to him', async () => {
    const { reader, publisher } = await played(new CarelessReader(), pick);
    expect(reader.may('bob', 'vault')).toBe(true);
    await publisher.close();
  });
});

test('one heartbeat heals what was lost: Bob is out although nobody heard that he left', async () => {
  const { reader, publisher } = await played(new SmallReader(), (told) => told.slice(2));
  expect([reader.may('bob', 'front'), reader.may('ada', 'front')]).toEqual([false, true]);
  expect([reader.may('bob', 'vault'), reader.may('ada', 'vault')]).toEqual([false, false]);
  await publisher.close();
});

test('without the mitigation he walks in as before', async () => {
  const { reader, publisher } = await played(new CarelessReader(), (told) => told.slice(2));
  expect(reader.may('bob', 'front')).toBe(true);
  await publisher.close();
});

test('what is in force by a withdrawal alone is acknowledged, and counts', async () => {
  const { publisher, site, time } = await publishing({ consumers: ['bridge-1'] });
  const reader = new SmallReader('bridge-1');
  await reader.fetch(publisher);
  const told: Published[] = [];
  publisher.watch((published) => told.push(published));
  await write(site, { put: { users: [{ id: 'ada', name: 'Ada' }] } });
  const revision = await write(site, BOB_LEAVES);
  await settle();
  reader.hear((told[1] as Published).sealed);
  expect(reader.state.position?.revision).toBe(0);
  await reader.acknowledge(publisher, time.now());
  expect(await publisher.enforced(revision)).toMatchObject({ enforced: 1, of: 1 });
  // The change before it takes nothing away: it counts when the reader has caught up.
  expect(await publisher.enforced(revision - 1)).toMatchObject({ enforced: 0, of: 1 });
  await publisher.close();
});
