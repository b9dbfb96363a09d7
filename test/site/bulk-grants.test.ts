import { describe, expect, test } from 'vitest';
import { authenticateApiKey, createApiKey } from '../../src/adapters/site/api-keys.js';
import { assessBulk, bulkGrant } from '../../src/adapters/site/bulk-grants.js';
import { assessBulkGrant, type BulkGrantOrder } from '../../src/admin/provisioning/bulk-grant.js';
import { parseBulkJob } from '../../src/admin/provisioning/bulk-job.js';
import type { Policy } from '../../src/policy/document.js';
import { KIWI } from '../admin/sites.js';
import { person, timedSite } from './provisioning-site.js';

const PEOPLE = Array.from({ length: 40 }, (_, index) => `p${index}`);
const POLICY = { ...KIWI, users: [...KIWI.users!, ...PEOPLE.map((id) => ({ id }))] } as Policy;
const user = (id: string) => ({ type: 'user', id }) as const;
const door = (id: string) => ({ type: 'door', id }) as const;
const man = person('man');
const order: BulkGrantOrder = {
  subjects: PEOPLE.map(user),
  scopes: [door('front'), door('side')],
  role: 'guest',
};
const red: BulkGrantOrder = { ...order, scopes: [door('front'), door('lab-door')] };

async function opened() {
  const { site } = await timedSite(POLICY);
  const held = () => (site.engine.policy.assignments ?? []).length - POLICY.assignments!.length;
  const jobs = async () => (await site.store.records('bulk_job')).map(parseBulkJob);
  return { site, held, jobs };
}

describe('all or nothing', () => {
  test('everything is one write, and its record says what was done', async () => {
    const { site, held, jobs } = await opened();
    const progress: number[] = [];
    const done = await bulkGrant(site, man, order, {
      onProgress: (at) => {
        progress.push(at.done);
        throw new Error('whoever is told fails');
      },
      reason: 'move in',
    });
    expect(done).toMatchObject({ ok: true, value: { job: { state: 'done', granted: 80 } } });
    expect(held()).toBe(80);
    expect(progress).toEqual([80]);
    expect(site.engine.revision).toBe((POLICY.revision ?? 0) + 1);
    expect(await jobs()).toMatchObject([
      { state: 'done', total: 80, done: 80, granted: 80, replaced: 0, kept: 0, refused: 0 },
    ]);
  });

  test('with one red door nothing is given, and the assessment names the door', async () => {
    const { site, held, jobs } = await opened();
    expect(await bulkGrant(site, man, red)).toMatchObject({ ok: false, code: 'some_refused' });
    expect(held()).toBe(0);
    expect(await jobs()).toEqual([]);
    const assessed = await assessBulk(site, man, red);
    expect(assessed.refusedScopes).toEqual([door('lab-door')]);
    expect(assessed.counts).toMatchObject({ grant: 40, refuse: 40 });
  });

  test('a key that is for something else is shown nothing but refusals', async () => {
    const { site } = await opened();
    const by = async (scope: string) => {
      const key = await createApiKey(site, person('owner'), { name: 'k', scopes: [scope] });
      const actor = key.ok ? await authenticateApiKey(site, key.value.text) : undefined;
      if (actor === undefined) throw new Error('no key');
      return (await assessBulk(site, actor, order)).counts;
    };
    expect(await by('assignment.*')).toMatchObject({ grant: 80, refuse: 0 });
    expect(await by('link.create')).toEqual({ grant: 0, replace: 0, keep: 0, refuse: 80 });
  });

  test('a large assessment comes piece by piece, can be cancelled, and is that of the whole', async () => {
    const { site } = await opened();
    const many = {
      ...order,
      subjects: [...order.subjects, ...order.subjects.map(({ id }) => user(`x${id}`))],
    };
    const wide = {
      ...many,
      scopes: [
        ...order.scopes,
        door('lab-door'),
        ...KIWI.groups!.map(({ id }) => ({ type: 'group' as const, id })),
        { type: 'place' as const, id: 'hq' },
      ],
    };
    const progress: number[] = [];
    const assessed = await assessBulk(site, man, wide, {
      onProgress: ({ done }) => progress.push(done),
    });
    expect(progress).toEqual([500, 560]);
    let count = 0;
    const planning = {
      engine: site.engine,
      actor: 'man',
      time: site.host.now(),
      newId: () => `q${count++}`,
    };
    expect(assessed).toEqual(assessBulkGrant(planning, wide));
    const controller = new AbortController();
    const cancelled = assessBulk(site, man, wide, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(cancelled).rejects.toThrow(/abort/u);
  });

  test('a second time everything is kept', async () => {
    const { site, held } = await opened();
    await bulkGrant(site, man, order);
    expect(await bulkGrant(site, man, order)).toMatchObject({
      ok: true,
      value: { job: { state: 'done', granted: 0, kept: 80 } },
    });
    expect(held()).toBe(80);
  });

  test('has a bound, and a portion too', async () => {
    const { site } = await opened();
    const many = { ...order, subjects: Array.from({ length: 10_001 }, (_, i) => user(`x${i}`)) };
    expect(await bulkGrant(site, man, { ...many, scopes: [door('front')] })).toMatchObject({
      ok: false,
      code: 'too_large',
    });
    await expect(bulkGrant(site, man, order, { portion: 0 })).rejects.toThrow(RangeError);
    await expect(bulkGrant(site, man, order, { portion: 5001 })).rejects.toThrow(RangeError);
  });
});

describe('in portions', () => {
  test('what may be given is, the rest is named, and progress is told', async () => {
    const { site, held, jobs } = await opened();
    const progress: string[] = [];
    const done = await bulkGrant(site, man, red, {
      skipRefused: true,
      portion: 15,
      onProgress: ({ done: some, total }) => progress.push(`${some}/${total}`),
    });
    expect(done).toMatchObject({ ok: true, value: { job: { granted: 40, refused: 40 } } });
    expect(held()).toBe(40);
    expect(progress).toEqual(['15/80', '30/80', '45/80', '60/80', '75/80', '80/80']);
    if (!done.ok) throw new Error(done.detail);
    const refused = done.value.cells.filter(({ verdict }) => verdict === 'refuse');
    expect(
      refused.every(({ scope, code }) => scope.id === 'lab-door' && code === 'no_access_right'),
    ).toBe(true);
    expect(await jobs()).toMatchObject([{ state: 'done', done: 80, granted: 40, refused: 40 }]);
  });

  test('cancelled half-way, what was given stays, and the record says how far it came', async () => {
    const { site, held, jobs } = await opened();
    const controller = new AbortController();
    const done = await bulkGrant(site, man, order, {
      skipRefused: true,
      portion: 10,
      signal: controller.signal,
      onProgress: ({ done: some }) => {
        if (some >= 30) controller.abort();
      },
    });
    expect(done).toMatchObject({ ok: true, value: { job: { state: 'cancelled', done: 30 } } });
    expect(held()).toBe(30);
    expect(await jobs()).toMatchObject([{ state: 'cancelled', total: 80, done: 30, granted: 30 }]);
    const again = await bulkGrant(site, man, order, { skipRefused: true });
    expect(again).toMatchObject({ ok: true, value: { job: { kept: 30, granted: 50 } } });
  });

  test('cancelled before, nothing is written at all', async () => {
    const { site, held, jobs } = await opened();
    const signal = AbortSignal.abort();
    for (const skipRefused of [true, false]) {
      expect(await bulkGrant(site, man, order, { skipRefused, signal })).toMatchObject({
        ok: false,
        code: 'cancelled',
      });
    }
    expect([held(), await jobs()]).toEqual([0, []]);
    expect(await site.store.events('audit')).toEqual([]);
  });

  test('who loses his right on the way gives no more from there on', async () => {
    const { site, held } = await opened();
    const done = await bulkGrant(site, man, order, {
      skipRefused: true,
      portion: 10,
      onProgress: async ({ done: some }) => {
        if (some !== 20) return;
        const ended = { remove: { assignments: ['a-man-hq'] } };
        await site.write({
          actor: { type: 'system', id: 'test' },
          operation: 'test.end',
          plan: () => ({ ok: true, value: { changes: ended, value: undefined } }),
        });
      },
    });
    expect(done.ok && done.value.job.granted).toBeLessThanOrEqual(30);
    expect(held()).toBeLessThanOrEqual(30 - 1);
    expect(done).toMatchObject({ ok: true, value: { job: { state: 'done', done: 80 } } });
  });

  test('who may give nothing gives nothing, and is not told he had done anything', async () => {
    const { site, held } = await opened();
    const done = await bulkGrant(site, person('guest'), order, { skipRefused: true });
    expect(done).toMatchObject({ ok: true, value: { job: { granted: 0, refused: 80 } } });
    expect(held()).toBe(0);
    const nobody = await bulkGrant(site, person('nobody'), order, { skipRefused: true });
    expect(nobody).toMatchObject({ ok: false, code: 'refused' });
  });

  test('a record that is no job is none', () => {
    expect(parseBulkJob(undefined)).toBeUndefined();
    expect(parseBulkJob({ kind: 'bulk_job', id: 'x', body: { state: 'done' } })).toBeUndefined();
  });
});
