/** Of the store's suite: records and the outbox. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrganizationStore } from '../../src/adapters/store/store.js';
import type { JsonObject, SiteRecord } from '../../src/admin/record.js';
import { runs } from '../helpers/runs.js';
import type { Ground } from './store.js';
import { smallPolicy } from './store-policy.js';

const SEED = 20261122;

/** Texts that sort differently by code points, locales and bytes, and those that databases refuse. */
const ODD_IDS = [
  'a',
  'B',
  'b',
  'aa',
  'é',
  'z',
  '~',
  '\u0000',
  '\u0001',
  '\u0000a',
  '\u007f',
  '\u0080',
].concat(
  ['\uffff', '\ud83d\ude00', '\ud800', '\ue000', '%', "'", '"', '\\', '\\u0000', ' ', '__proto__'],
  ['x'.repeat(512), '\uffff'.repeat(512)],
);

const record = (id: string, body: JsonObject = {}): SiteRecord => ({ kind: 'zone', id, body });

export function testRecords(ground: Ground): void {
  const fresh = () => ground.store.create(smallPolicy(ground.freshId()));

  describe('records', () => {
    test('any JSON object is read back as it was written', async () => {
      const made = await fresh();
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
          fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
          async (id, value) => {
            const body = JSON.parse(JSON.stringify(value)) as JsonObject;
            await made.write((writer) => writer.putRecords({ put: [record(id, body)] }));
            expect(await made.record('zone', id)).toEqual(record(id, body));
          },
        ),
        { seed: SEED, numRuns: runs(50) },
      );
    });

    test('pages hold every record once, by code units of their ids', async () => {
      const made = await fresh();
      await put(made, [...ODD_IDS].reverse());
      for (const limit of [1, 3, 7, 100]) {
        const found: string[] = [];
        for (let page = await made.records('zone', { limit }); page.length > 0; ) {
          expect(page.length).toBeLessThanOrEqual(limit);
          found.push(...page.map(({ id }) => id));
          page = await made.records('zone', { limit, after: found.at(-1) as string });
        }
        expect(found).toEqual([...ODD_IDS].sort());
      }
    });

    test('putting replaces whole, removing what is not there does nothing, kinds are apart', async () => {
      const made = await fresh();
      await made.write(async (writer) => {
        await writer.putRecords({
          put: [record('a', { x: 1, y: 2 }), { ...record('a'), kind: 'device' }],
        });
      });
      await made.write(async (writer) => {
        await writer.putRecords({
          put: [record('a', { x: 3 })],
          remove: [
            { kind: 'device', id: 'a' },
            { kind: 'device', id: 'b' },
          ],
        });
        expect((await writer.record('zone', 'a'))?.body).toEqual({ x: 3 });
        expect(await writer.records('device')).toEqual([]);
      });
      expect(await made.record('zone', 'a')).toEqual(record('a', { x: 3 }));
      expect(await made.record('device', 'a')).toBeUndefined();
    });

    test('a record belongs to the store: changing what was given or got changes nothing', async () => {
      const made = await fresh();
      const body = { list: [1] };
      await made.write(async (writer) => {
        const done = writer.putRecords({ put: [record('a', body)] });
        body.list.push(2);
        await done;
      });
      expect(await made.record('zone', 'a')).toEqual(record('a', { list: [1] }));
    });

    test.each([
      { put: [record('a'), record('a')] },
      { put: [record('a')], remove: [{ kind: 'zone', id: 'a' }] },
      {
        remove: [
          { kind: 'zone', id: 'a' },
          { kind: 'zone', id: 'a' },
        ],
      },
    ] as const)('naming a record twice is refused: %j', async (changes) => {
      const made = await fresh();
      await expect(made.write((writer) => writer.putRecords(changes))).rejects.toThrow(TypeError);
      expect(await made.records('zone')).toEqual([]);
    });

    test('an id of none or more than 512 characters is refused', async () => {
      const made = await fresh();
      for (const id of ['', 'x'.repeat(513)]) {
        const write = made.write((writer) => writer.putRecords({ put: [record(id)] }));
        await expect(write).rejects.toThrow(TypeError);
      }
    });

    test.each([0, -1, 10_001, 1.5, Number.NaN])('a page of %d is refused', async (limit) => {
      const made = await fresh();
      await expect(made.records('zone', { limit })).rejects.toThrow(RangeError);
      await expect(made.outbox(0, limit)).rejects.toThrow(RangeError);
      await expect(made.events('access', { limit })).rejects.toThrow(RangeError);
    });
  });

  test('the outbox has every change in order, in pages', async () => {
    const made = await fresh();
    const all = [];
    for (let revision = 1; revision <= 7; revision++) {
      const changes = { revision, put: { users: [{ id: `u${revision}`, name: '\u0000é"' }] } };
      await made.write((writer) => writer.putChanges(changes, `at ${revision}`));
      all.push({ revision, changes, at: `at ${revision}` });
    }
    expect(await made.outbox(-1)).toEqual(all);
    expect(await made.outbox(Number.NEGATIVE_INFINITY)).toEqual(all);
    expect(await made.outbox(2, 3)).toEqual(all.slice(2, 5));
    expect(await made.outbox(7)).toEqual([]);
    expect(await made.outbox(Number.NaN)).toEqual([]);
    expect(await made.outbox(1e300)).toEqual([]);
  });
}

function put(made: OrganizationStore, ids: readonly string[]): Promise<void> {
  return made.write((writer) => writer.putRecords({ put: ids.map((id) => record(id)) }));
}
