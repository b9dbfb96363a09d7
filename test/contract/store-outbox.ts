/** Of the store's suite: letting go of the front of the outbox. */
import { describe, expect, test } from 'vitest';
import type { OrganizationStore } from '../../src/adapters/store/store.js';
import type { Policy } from '../../src/policy/document.js';
import type { Ground } from './store.js';

/** Times of rows: the first of January and days after it. */
const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString();
const EVER = day(300);

/** What trimming drops, what it leaves, and who hears of it. */
export function testOutbox(ground: Ground): void {
  const fresh = async () => {
    const id = ground.freshId();
    const made = await ground.store.create(policyOf(id));
    return { made, other: await ground.other.open(id) };
  };

  describe('the front of the outbox', () => {
    test('goes by revision and by time, and both have to be reached', async () => {
      const { made } = await fresh();
      for (let revision = 1; revision <= 9; revision++) await change(made, revision, day(revision));
      expect(await made.trimOutbox({ revision: 4, before: day(1) })).toBe(0);
      expect(await made.trimOutbox({ revision: 1, before: EVER })).toBe(0);
      expect(await made.trimOutbox({ revision: 4, before: day(3) })).toBe(2);
      expect(await revisions(made)).toEqual([3, 4, 5, 6, 7, 8, 9]);
      expect(await made.trimOutbox({ revision: 6, before: EVER })).toBe(3);
      expect(await revisions(made)).toEqual([6, 7, 8, 9]);
      expect(await made.trimOutbox({ revision: 6, before: EVER })).toBe(0);
    });

    test('stays behind a row that has to stay, though later ones are old by their clocks', async () => {
      const { made } = await fresh();
      const days = [1, 2, 9, 1, 1];
      for (const [index, at] of days.entries()) await change(made, index + 1, day(at));
      expect(await made.trimOutbox({ revision: 5, before: day(5) })).toBe(2);
      expect(await revisions(made)).toEqual([3, 4, 5]);
    });

    test('never is all of it: the newest row stays, and the next write follows it', async () => {
      const { made } = await fresh();
      expect(await made.trimOutbox({ revision: 10, before: EVER })).toBe(0);
      for (let revision = 1; revision <= 3; revision++) await change(made, revision, day(1));
      const most = { revision: Number.MAX_SAFE_INTEGER, before: EVER };
      expect(await made.trimOutbox(most)).toBe(2);
      expect(await made.trimOutbox(most)).toBe(0);
      await change(made, 4, day(1));
      expect(await revisions(made)).toEqual([3, 4]);
      expect((await made.policy()).users).toHaveLength(4);
      expect(await made.revision()).toBe(4);
    });

    test('is of one organisation', async () => {
      const [one, two] = [await fresh(), await fresh()];
      for (const { made } of [one, two])
        for (let revision = 1; revision <= 3; revision++) await change(made, revision, day(1));
      expect(await one.made.trimOutbox({ revision: 3, before: EVER })).toBe(2);
      expect(await revisions(two.made)).toEqual([1, 2, 3]);
    });

    test.each([
      { revision: 1.5, before: EVER },
      { revision: Number.NaN, before: EVER },
      { revision: 1, before: '2026-01-01' },
      { revision: 1, before: '' },
    ])('%o are no bounds', async (bounds) => {
      const { made } = await fresh();
      await expect(made.trimOutbox(bounds)).rejects.toThrow(RangeError);
    });

    test('does not go from inside a write', async () => {
      const { made } = await fresh();
      const inside = made.write(() => made.trimOutbox({ revision: 1, before: EVER }));
      await expect(inside).rejects.toThrow(TypeError);
    });

    test('goes while others write and read: who follows is led by every row, or sees that rows are gone', async () => {
      const { made, other } = await fresh();
      const { one, two, gone } = await together(made, other);
      const users = new Set((await made.policy()).users?.map(({ id }) => id));
      expect(users.size).toBe(1);
      for (const seen of [one, two]) expect(seen).toEqual({ users, revision: 2 * WRITES });
      expect(gone).toBeGreaterThan(0);
      expect(await revisions(made)).toContain(2 * WRITES);
    });
  });
}

/** Writes of each writer. */
const WRITES = 12;

/** Two write, two follow, one trims to the newest row all the while. */
async function together(made: OrganizationStore, other: OrganizationStore) {
  let isOver = false;
  const writing = async (store: OrganizationStore, who: number) => {
    for (let count = 0; count < WRITES; count++) await changeNext(store, `${who}-${count}`);
  };
  const trimming = async () => {
    let gone = 0;
    while (!isOver) {
      gone += await other.trimOutbox({ revision: await other.revision(), before: EVER });
    }
    return gone;
  };
  const following = async (store: OrganizationStore) => {
    const seen: Seen = { users: new Set(), revision: 0 };
    for (;;) {
      const wasOver = isOver;
      await follow(store, seen);
      if (wasOver) return seen;
    }
  };
  const done = Promise.all([writing(made, 1), writing(other, 2)]).finally(() => {
    isOver = true;
  });
  const all = [trimming(), following(made), following(other), done] as const;
  const [gone, one, two] = await Promise.all(all);
  return { gone, one, two };
}

interface Seen {
  users: Set<string>;
  revision: number;
}

/** One step of somebody who keeps a copy of the users: by the rows, or by the whole policy where they do not lead on. */
async function follow(store: OrganizationStore, seen: Seen): Promise<void> {
  for (const row of await store.outbox(seen.revision)) {
    if (row.revision !== seen.revision + 1) {
      const policy = await store.policy();
      seen.users = new Set(policy.users?.map(({ id }) => id));
      seen.revision = policy.revision ?? 0;
      return;
    }
    for (const { id } of row.changes.put?.users ?? []) seen.users.add(id);
    for (const id of row.changes.remove?.users ?? []) seen.users.delete(id);
    seen.revision = row.revision;
  }
}

function change(store: OrganizationStore, revision: number, at: string): Promise<void> {
  const put = { users: [{ id: `u${revision}` }] };
  return store.write((writer) => writer.putChanges({ revision, put }, at));
}

/** Puts a user in place of the one before: a row that is missed shows for good. */
function changeNext(store: OrganizationStore, name: string): Promise<void> {
  return store.write(async (writer) => {
    const revision = writer.revision + 1;
    const record = await writer.record('zone', 'last');
    const last = record?.body['user'] as string | undefined;
    await writer.putRecords({ put: [{ kind: 'zone', id: 'last', body: { user: name } }] });
    const remove = { users: last === undefined ? [] : [last] };
    await writer.putChanges({ revision, put: { users: [{ id: name }] }, remove }, day(1));
  });
}

async function revisions(store: OrganizationStore): Promise<number[]> {
  return (await store.outbox(-1, 10_000)).map(({ revision }) => revision);
}

function policyOf(id: string): Policy {
  const policy = { version: 1, organization: { id, timeZone: 'UTC', roles: 'kisi' } };
  return policy as unknown as Policy;
}
