/** Of the store's suite: how logs are written, chained and erased. */
import { describe, expect, test } from 'vitest';
import type { OrganizationStore } from '../../src/adapters/store/store.js';
import { chainStart } from '../../src/admin/events/chain.js';
import type { EventLog, StoredEvent } from '../../src/admin/events/event.js';
import {
  endChainCheck,
  startChainCheck,
  verifyChain,
} from '../../src/admin/events/verify-chain.js';
import { opening, sha256 } from '../admin/events/drafts.js';
import type { Ground } from './store.js';
import { smallPolicy } from './store-policy.js';

/** All events of a log, oldest first, in pages. */
export async function allEvents(
  made: OrganizationStore,
  log: EventLog,
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const page = await made.events(log, { order: 'oldest', after, limit: 10_000 });
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/** Fails unless the log is one chain from its start, without a gap. Answers its events. */
export async function expectChain(
  made: OrganizationStore,
  organization: string,
  log: EventLog,
): Promise<readonly StoredEvent[]> {
  const events = await allEvents(made, log);
  const start = startChainCheck(chainStart(organization, log, sha256));
  const { broken, checked } = endChainCheck(verifyChain(start, events, sha256));
  expect(broken).toBeUndefined();
  expect(checked).toBe(events.length);
  return events;
}

export function testLogs(ground: Ground): void {
  const fresh = async () => {
    const id = ground.freshId();
    return {
      id,
      made: await ground.store.create(smallPolicy(id)),
      other: await ground.other.open(id),
    };
  };

  describe('logs', () => {
    test('events are numbered from 1 in each log, and answered in the order given', async () => {
      const { id, made } = await fresh();
      const drafts = (['access', 'audit', 'access', 'notice', 'audit'] as const).map((log, index) =>
        opening(index, { log }),
      );
      const stored = await made.append(drafts);
      expect(stored.map(({ log, seq, id }) => [log, seq, id])).toEqual([
        ['access', 1, 'event-0'],
        ['audit', 1, 'event-1'],
        ['access', 2, 'event-2'],
        ['notice', 1, 'event-3'],
        ['audit', 2, 'event-4'],
      ]);
      for (const log of ['access', 'audit', 'notice'] as const) {
        expect(await expectChain(made, id, log)).toEqual(stored.filter((each) => each.log === log));
      }
    });

    test('appending nothing writes nothing', async () => {
      const { made } = await fresh();
      expect(await made.append([])).toEqual([]);
      expect(await made.write((writer) => writer.append([]))).toEqual([]);
      expect(await made.events('access')).toEqual([]);
    });

    test('appends from all sides are one chain, each event in it once and each append together', async () => {
      const { id, made, other } = await fresh();
      const appends = Array.from({ length: 120 }, (_, index) => {
        const drafts = Array.from({ length: 1 + (index % 4) }, (_, part) =>
          opening(index, { id: `${index}.${part}`, log: index % 7 === 0 ? 'audit' : 'access' }),
        );
        const way = index % 2 === 0 ? made : other;
        return index % 11 === 0 ? way.write((writer) => writer.append(drafts)) : way.append(drafts);
      });
      const stored = (await Promise.all(appends)).flat();
      const found = [
        ...(await expectChain(made, id, 'access')),
        ...(await expectChain(other, id, 'audit')),
      ];
      const bySeq = (events: readonly StoredEvent[]) =>
        [...events].sort((a, b) => a.log.localeCompare(b.log) || a.seq - b.seq);
      expect(bySeq(found)).toEqual(bySeq(stored));
      for (const events of await Promise.all(appends)) {
        const seqs = events.map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] as number) + index));
      }
    });

    test('a draft that cannot be is refused alone, with all of its own append', async () => {
      const { id, made } = await fresh();
      const results = await Promise.allSettled([
        made.append([opening(1)]),
        made.append([opening(2), opening(3, { type: 'no type' })]),
        made.append([opening(4, { log: 'elsewhere' as 'access' })]),
        made.append([opening(5)]),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
      ]);
      const ids = (await expectChain(made, id, 'access')).map((event) => event.id);
      expect(ids).toEqual(['event-1', 'event-5']);
    });

    test('a draft that cannot be leaves nothing of its append inside a write either', async () => {
      const { id, made } = await fresh();
      await made.write(async (writer) => {
        await writer.append([opening(1)]);
        const wrong = [opening(2), opening(3, { time: 'yesterday' })];
        await expect(writer.append(wrong)).rejects.toThrow(TypeError);
        await writer.append([opening(4)]);
      });
      const ids = (await expectChain(made, id, 'access')).map((event) => event.id);
      expect(ids).toEqual(['event-1', 'event-4']);
    });

    test('a large append is one chain too', async () => {
      const { id, made } = await fresh();
      const drafts = Array.from({ length: 2500 }, (_, index) => opening(index));
      const stored = await made.append(drafts);
      expect(stored.map(({ seq }) => seq)).toEqual(drafts.map((_, index) => index + 1));
      await made.append([opening(3000)]);
      expect(await expectChain(made, id, 'access')).toHaveLength(2501);
    });
  });

  describe('erasure', () => {
    test.each([
      [true, false],
      [false, true],
      [true, true],
    ])(
      'content %j, personal part %j: gone, not to be found, and the chain holds',
      async (content, personal) => {
        const { id, made } = await fresh();
        const before = await made.append([1, 2, 3, 4].map((number) => opening(number)));
        await made.append([opening(5, { log: 'audit' })]);
        const seqs = [2, 3, 3, 99];
        expect(await made.erase('access', { seqs, content, personal })).toBe(2);
        expect(await made.erase('access', { seqs, content, personal })).toBe(0);
        const after = await expectChain(made, id, 'access');
        expect(after).toEqual(
          before.map((event) =>
            event.seq !== 2 && event.seq !== 3
              ? event
              : {
                  ...event,
                  ...(content ? { content: null } : {}),
                  ...(personal ? { personal: null, salt: null } : {}),
                },
          ),
        );
        const found = async (filter: object) =>
          (await made.events('access', { filter })).map(({ seq }) => seq);
        const left = (isGone: boolean) => (isGone ? [4, 1] : [4, 3, 2, 1]);
        const ann = { type: 'user', id: 'ann' };
        expect(await found({ object: { type: 'door', id: 'front' } })).toEqual(left(content));
        expect(await found({ place: 'hq' })).toEqual(left(content));
        expect(await found({ reason: 'granted' })).toEqual(left(content));
        expect(await found({ subject: ann })).toEqual(left(personal));
        expect(await found({ actor: ann })).toEqual(left(personal));
        expect(await found({ types: ['doorwright.door.opened'] })).toEqual([4, 3, 2, 1]);
        expect((await made.events('audit'))[0]?.content).not.toBeNull();
      },
    );

    test('what there is none of is not counted', async () => {
      const { made } = await fresh();
      const { personal: _, ...anonymous } = opening(1);
      await made.append([anonymous]);
      const what = { seqs: [1, -1, 0, 1.5, Number.NaN], content: false };
      expect(await made.erase('access', { ...what, personal: true })).toBe(0);
      expect(await made.erase('access', { ...what, personal: false })).toBe(0);
      expect(await made.erase('access', { seqs: [], content: true, personal: true })).toBe(0);
    });
  });
}
