/** Of the store's suite: transactions. */
import { describe, expect, test } from 'vitest';
import type { StoreWriter } from '../../src/adapters/store/store.js';
import { opening } from '../admin/events/drafts.js';
import { inOrder } from '../helpers/changes.js';
import type { Ground } from './store.js';
import { expectChain } from './store-logs.js';
import { smallPolicy } from './store-policy.js';

const user = (id: string) => ({ put: { users: [{ id }] } });

export function testWrites(ground: Ground): void {
  const fresh = async () => {
    const id = ground.freshId();
    return {
      id,
      made: await ground.store.create(smallPolicy(id)),
      other: await ground.other.open(id),
    };
  };

  describe('writes', () => {
    test('what a write throws comes out as it is, and nothing of the write stays', async () => {
      const { id, made } = await fresh();
      const before = inOrder(await made.policy());
      const failure = new Error('no');
      const write = made.write(async (writer) => {
        await writeAll(writer, 1);
        throw failure;
      });
      await expect(write).rejects.toBe(failure);
      expect(inOrder(await made.policy())).toEqual(before);
      expect(await made.revision()).toBe(0);
      expect(await made.outbox(-1)).toEqual([]);
      expect(await made.records('zone')).toEqual([]);
      expect(await made.events('audit')).toEqual([]);
      // The next write begins where the last good one ended, in its chains too.
      await made.write((writer) => writeAll(writer, 1));
      expect(await made.revision()).toBe(1);
      expect(await expectChain(made, id, 'audit')).toHaveLength(1);
    });

    test('a write answers what its work answers, and is seen from everywhere once it has', async () => {
      const { made, other } = await fresh();
      const answer = await made.write(async (writer) => {
        expect(writer.revision).toBe(0);
        await writeAll(writer, 1);
        return 'done';
      });
      expect(answer).toBe('done');
      expect(await other.revision()).toBe(1);
      expect((await other.policy()).users?.map(({ id }) => id)).toEqual(['ada', 'bob', 'user-1']);
      expect(await other.record('zone', 'z')).toEqual({ kind: 'zone', id: 'z', body: { at: 1 } });
    });

    test.each([0, 2, -1, 1.5, Number.NaN])('revision %d after 0 is refused', async (revision) => {
      const { made } = await fresh();
      await made.write(async (writer) => {
        const put = writer.putChanges({ ...user('x'), revision }, 'now');
        await expect(put).rejects.toThrow(RangeError);
        // Nothing was sent to the database: the write can go on.
        await writer.putChanges({ ...user('y'), revision: 1 }, 'now');
      });
      expect((await made.policy()).users?.map(({ id }) => id)).toEqual(['ada', 'bob', 'y']);
    });

    test('the policy is changed once in a write', async () => {
      const { made } = await fresh();
      const write = made.write(async (writer) => {
        await writer.putChanges({ ...user('x'), revision: 1 }, 'now');
        await writer.putChanges({ ...user('y'), revision: 2 }, 'now');
      });
      await expect(write).rejects.toThrow(RangeError);
      expect(await made.revision()).toBe(0);
    });

    test('writers from all sides take turns: revisions are dense and no count is lost', async () => {
      const { id, made, other } = await fresh();
      const writes = Array.from({ length: 24 }, (_, index) =>
        (index % 2 === 0 ? made : other).write(async (writer) => {
          const count = Number((await writer.record('zone', 'count'))?.body['n'] ?? 0);
          await writeAll(writer, writer.revision + 1);
          await writer.putRecords({ put: [{ kind: 'zone', id: 'count', body: { n: count + 1 } }] });
          if (index % 6 === 5) throw new Error('this one gives up');
          return writer.revision;
        }),
      );
      const results = await Promise.allSettled(writes);
      const seen = results.flatMap((result) =>
        result.status === 'fulfilled' ? [result.value] : [],
      );
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
      expect((await other.record('zone', 'count'))?.body).toEqual({ n: 20 });
      const rows = await made.outbox(0);
      expect(rows.map(({ revision }) => revision)).toEqual(rows.map((_, index) => index + 1));
      expect(await expectChain(made, id, 'audit')).toHaveLength(20);
    });

    test('inside a write anything but its writer is refused, instead of waiting for ever', async () => {
      const { made, id } = await fresh();
      await made.write(async () => {
        await expect(made.write(async () => 1)).rejects.toThrow(TypeError);
        await expect(made.append([opening(1)])).rejects.toThrow(TypeError);
        await expect(made.policy()).rejects.toThrow(TypeError);
        await expect(made.record('zone', 'a')).rejects.toThrow(TypeError);
        await expect(ground.store.open(id)).rejects.toThrow(TypeError);
      });
      await expect(made.write(async () => 1)).resolves.toBe(1);
    });

    test('a writer ends with its write', async () => {
      const { made } = await fresh();
      const writer = await made.write(async (writer) => writer);
      await expect(
        writer.putRecords({ put: [{ kind: 'zone', id: 'a', body: {} }] }),
      ).rejects.toThrow(TypeError);
      await expect(writer.append([opening(1)])).rejects.toThrow(TypeError);
      expect(await made.records('zone')).toEqual([]);
    });
  });
}

async function writeAll(writer: StoreWriter, revision: number): Promise<void> {
  await writer.putChanges({ ...user(`user-${revision}`), revision }, 'now');
  await writer.putRecords({ put: [{ kind: 'zone', id: 'z', body: { at: revision } }] });
  await writer.append([opening(revision, { log: 'audit' })]);
}
