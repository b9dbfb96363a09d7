import { describe, expect, test } from 'vitest';
import { memoryStore, nodeSiteHost, openSite, type Site } from '../../src/adapters/for-site.js';
import type { ViewResult } from '../../src/adapters/pdp/pdp.js';
import { type SitePdpOptions, sitePdp } from '../../src/adapters/pdp/site-pdp.js';
import { writeToken } from '../../src/adapters/pdp/token.js';
import { type Store, StoreError } from '../../src/adapters/store/store.js';
import { RequestError } from '../../src/engine/request.js';
import { fakeHost } from './fake-host.js';

const POLICY = {
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
  places: [{ id: 'hq' }],
  doors: [
    {
      id: 'front',
      place: 'hq',
      readers: [
        { id: 'in', direction: 'entry' },
        { id: 'out', direction: 'exit' },
      ],
    },
  ],
  groups: [{ id: 'staff', doors: ['front'] }],
  users: [{ id: 'ann' }, { id: 'bob' }],
  credentials: [
    { id: 'ann-card', kind: 'card', user: 'ann', state: 'active' },
    { id: 'bob-card', kind: 'card', user: 'bob', state: 'active' },
  ],
} as const;

const right = {
  id: 'ann-right',
  subject: { type: 'user', id: 'ann' },
  role: 'door_access',
  scope: { type: 'group', id: 'staff' },
};

/** A request of Ann's at the front door. */
const asked = (more: object = {}) => ({
  subject: { type: 'user', id: 'ann' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: 'front' },
  context: { time: '2026-11-22T09:00:00Z', method: 'card', device: 'ann-card', ...more },
});

/** A store whose reads can be made to fail or hang, a site of ours on it, and one of another process. */
async function scene(options: SitePdpOptions = {}) {
  const inner = memoryStore();
  const way = { kind: 'open' as 'open' | 'failing' | 'hanging', reads: 0 };
  const gate = async <T>(work: () => Promise<T>): Promise<T> => {
    way.reads += 1;
    if (way.kind === 'failing') throw new StoreError('unavailable', 'no way', { retryable: true });
    if (way.kind === 'hanging') return await new Promise<T>(() => undefined);
    return await work();
  };
  await inner.create({ ...POLICY, assignments: [right] } as never);
  const store: Store = {
    ...inner,
    open: async (id) => {
      const opened = await inner.open(id);
      return new Proxy(opened, {
        get: (target, name) => {
          const value = target[name as never] as unknown;
          return typeof value === 'function'
            ? (...args: never[]) =>
                gate(() => (value as (...all: never[]) => Promise<unknown>).apply(target, args))
            : value;
        },
      });
    },
  };
  const host = fakeHost();
  const site = await openSite({ store, organization: 'acme' });
  const other = await openSite({ store: inner, organization: 'acme', host: nodeSiteHost });
  return { way, host, site, other, pdp: sitePdp(site, { host, ...options }) };
}

/** What another process does: gives or takes Ann's right, or anything else. */
async function writes(other: Site, changes: object): Promise<number> {
  const opened = other.store;
  return await opened.write(async (writer) => {
    const revision = writer.revision + 1;
    await writer.putChanges({ ...changes, revision } as never, '2026-11-22T09:00:00.000Z');
    return revision;
  });
}
const withdraw = (other: Site) => writes(other, { remove: { assignments: ['ann-right'] } });
const give = (other: Site) => writes(other, { put: { assignments: [right] } });
const tokenOf = (revision: number, organization = 'acme', epoch = 0) =>
  writeToken({ organization, epoch, revision });

function viewOf(result: ViewResult) {
  if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
  return result.value;
}

describe('following the store', () => {
  test('it refuses until the store was heard of, and is not ready', async () => {
    const { pdp } = await scene();
    expect(pdp.status()).toMatchObject({ ready: false, faults: ['stale'] });
    expect(viewOf(pdp.local()).check(asked())).toBe(false);
    expect(await pdp.refresh()).toBe(true);
    expect(pdp.status()).toEqual({ ready: true, revision: 0, behindSeconds: 0, faults: [] });
    expect(viewOf(pdp.local()).check(asked())).toBe(true);
  });

  test('whoever is told of the store and throws keeps nobody from looking again', async () => {
    const onStore = () => {
      throw new Error('a log that is full');
    };
    const { pdp, way, host } = await scene({ everyMs: 500, onStore });
    expect(await pdp.refresh()).toBe(true);
    way.kind = 'failing';
    expect(await pdp.refresh()).toBe(false);
    way.kind = 'open';
    await host.pass(600);
    expect(pdp.status().faults).toEqual([]);
    expect(await pdp.refresh()).toBe(true);
  });

  test('what another process writes is seen after a look, and not before', async () => {
    const { pdp, other, host } = await scene({ everyMs: 500 });
    await pdp.refresh();
    await withdraw(other);
    await host.pass(499);
    expect(viewOf(pdp.local()).check(asked())).toBe(true);
    await host.pass(2);
    expect(viewOf(pdp.local()).check(asked())).toBe(false);
    expect(pdp.status()).toMatchObject({ revision: 1, faults: [] });
  });

  test('a view once taken stays as it is while others are written', async () => {
    const { pdp, other } = await scene();
    await pdp.refresh();
    const taken = viewOf(pdp.local());
    await withdraw(other);
    await pdp.refresh();
    expect([taken.check(asked()), viewOf(pdp.local()).check(asked())]).toEqual([true, false]);
    expect([taken.token, viewOf(pdp.local()).token]).toEqual([tokenOf(0), tokenOf(1)]);
  });

  test('after close it looks no more, and becomes stale', async () => {
    const { pdp, way, host } = await scene();
    await pdp.refresh();
    pdp.close();
    const { reads } = way;
    await host.pass(61_000);
    expect(way.reads).toBe(reads);
    expect(await pdp.refresh()).toBe(false);
    expect(pdp.status().faults).toEqual(['stale']);
  });

  test.each([
    { everyMs: 0 },
    { maxStalenessSeconds: Number.NaN },
    { waitSeconds: -1 },
    { retained: 0 },
  ])('refuses %j', async (options) => {
    const { site } = await scene();
    expect(() => sitePdp(site, options)).toThrow(RangeError);
  });
});

describe('a store that does not answer', () => {
  test.each(['failing', 'hanging'] as const)(
    '%s for longer than may be: nobody comes in, whoever may go out goes out',
    async (kind) => {
      const told: (string | undefined)[] = [];
      const { pdp, way, host } = await scene({
        maxStalenessSeconds: 30,
        onStore: (error) => told.push(error?.message),
      });
      await pdp.refresh();
      way.kind = kind;
      await host.pass(29_000);
      expect(viewOf(pdp.local()).check(asked({ reader: 'in' }))).toBe(true);
      await host.pass(2_000);
      const view = viewOf(pdp.local());
      expect(view.stale).toBe(true);
      for (const facts of [{}, { reader: 'in' }, { reader: 'nowhere' }, { method: 'remote' }]) {
        const decided = view.decide(asked(facts));
        expect(decided).toMatchObject({
          decision: false,
          context: { reason: 'stale', grants: [] },
        });
        expect(view.check(asked(facts))).toBe(false);
      }
      expect(view.decide(asked({ reader: 'out' }))).toMatchObject({ decision: true });
      expect(view.check(asked({ reader: 'out' }))).toBe(true);
      const stranger = {
        ...asked({ reader: 'out', device: 'bob-card' }),
        subject: { type: 'user', id: 'bob' },
      };
      expect(view.check(stranger)).toBe(false);
      expect(() => view.decide({ ...asked(), context: {} } as never)).toThrow(RequestError);
      expect(pdp.status()).toMatchObject({ ready: true });
      expect(pdp.status().faults).toContain('stale');
      expect(await (async () => pdp.open(asked({ reader: 'in' })))()).toMatchObject({
        decision: false,
        context: { reason: 'stale' },
      });
      expect(await pdp.open(asked({ reader: 'out' }))).toMatchObject({ decision: true });
      way.kind = 'open';
      await host.pass(20_000);
      if (kind === 'failing') {
        expect(viewOf(pdp.local()).check(asked())).toBe(true);
        expect(told).toEqual(['no way', undefined]);
      }
    },
  );

  test('looks that hang do not pile up, and their pool is left something', async () => {
    const { pdp, way, host } = await scene({ everyMs: 100 });
    await pdp.refresh();
    const { reads } = way;
    way.kind = 'hanging';
    await host.pass(300_000);
    expect(way.reads - reads).toBe(3);
    expect(pdp.status().faults).toEqual(['stale', 'store']);
  });

  test('a store put back from a backup makes it stale, not older', async () => {
    const { pdp, site, host } = await scene();
    await pdp.refresh();
    const revision = site.store.revision.bind(site.store);
    Object.defineProperty(site.store, 'revision', {
      writable: true,
      configurable: true,
      value: async () => (await revision()) - 1,
    });
    await host.pass(61_000);
    expect(pdp.status()).toMatchObject({ revision: 0, faults: ['stale', 'store_corrupt'] });
  });

  test('a machine that slept, or whose clock was put on, is stale until it has looked', async () => {
    const { pdp, host } = await scene();
    await pdp.refresh();
    host.putClock(120_000);
    expect(viewOf(pdp.local()).stale).toBe(true);
    await pdp.refresh();
    expect(viewOf(pdp.local()).stale).toBe(false);
    host.putClock(-3_600_000);
    expect(viewOf(pdp.local()).stale).toBe(false);
    pdp.close();
    await host.pass(61_000);
    expect(viewOf(pdp.local()).stale).toBe(true);
  });

  test('a decision to be remembered is refused with `stale` where the store fails at that instant', async () => {
    const { pdp, way } = await scene();
    await pdp.refresh();
    expect(await pdp.open(asked({ reader: 'in' }))).toMatchObject({ decision: true });
    way.kind = 'failing';
    expect(await pdp.open(asked({ reader: 'in' }))).toMatchObject({
      decision: false,
      context: { reason: 'stale' },
    });
    expect(await pdp.open(asked({ reader: 'out' }))).toMatchObject({ decision: true });
    await expect(pdp.open({ ...asked(), context: {} } as never)).rejects.toThrow(RequestError);
  });

  test('whoever goes out does not wait for a store that hangs', async () => {
    const { pdp, way, host } = await scene({ waitSeconds: 2 });
    await pdp.refresh();
    way.kind = 'hanging';
    const out = pdp.open(asked({ reader: 'out' }));
    await host.pass(2_000);
    expect(await out).toMatchObject({ decision: true });
  });
});

describe('consistency', () => {
  test('`latest` asks the store, and is refused where it does not answer', async () => {
    const { pdp, other, way } = await scene({ waitSeconds: 1 });
    await pdp.refresh();
    await withdraw(other);
    expect(viewOf(await pdp.at({ kind: 'local' })).check(asked())).toBe(true);
    expect(viewOf(await pdp.at({ kind: 'latest' })).check(asked())).toBe(false);
    way.kind = 'failing';
    expect(await pdp.at({ kind: 'latest' })).toMatchObject({ ok: false, code: 'stale' });
  });

  test('`latest` does not take the answer to a look that began before it', async () => {
    const { pdp, other, site } = await scene();
    await pdp.refresh();
    const { revision } = site.store;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let looks = 0;
    Object.defineProperty(site.store, 'revision', {
      writable: true,
      configurable: true,
      value: async () => {
        const found = await revision.call(site.store);
        looks += 1;
        if (looks === 1) await held;
        return found;
      },
    });
    const before = pdp.refresh();
    while (looks === 0) await new Promise((resolve) => setImmediate(resolve));
    await withdraw(other);
    const latest = pdp.at({ kind: 'latest' });
    answer();
    await before;
    expect(viewOf(await latest).check(asked())).toBe(false);
  });

  test('`atLeast` waits for the revision of the token', async () => {
    const { pdp, other, host } = await scene();
    await pdp.refresh();
    const answer = pdp.at({ kind: 'atLeast', token: tokenOf(2) });
    await host.pass(100);
    await withdraw(other);
    await give(other);
    await host.pass(300);
    const view = viewOf(await answer);
    expect([view.engine.revision, view.check(asked())]).toEqual([2, true]);
    expect(viewOf(await pdp.at({ kind: 'atLeast', token: tokenOf(1) })).engine.revision).toBe(2);
  });

  test('`atLeast` gives up with `stale` at its deadline, or when the caller goes', async () => {
    const { pdp, host, way } = await scene({ waitSeconds: 3 });
    await pdp.refresh();
    const byTime = pdp.at({ kind: 'atLeast', token: tokenOf(9) });
    const caller = new AbortController();
    const byCaller = pdp.at({ kind: 'atLeast', token: tokenOf(9) }, caller.signal);
    caller.abort();
    expect(await byCaller).toMatchObject({ ok: false, code: 'stale' });
    await host.pass(3_000);
    expect(await byTime).toMatchObject({ ok: false, code: 'stale' });
    const gone = AbortSignal.abort();
    expect(await pdp.at({ kind: 'atLeast', token: tokenOf(9) }, gone)).toMatchObject({ ok: false });
    const { reads } = way;
    await host.pass(400);
    expect(way.reads - reads).toBeLessThan(3);
  });

  test('many who wait for one revision share their looks', async () => {
    const { pdp, host, way } = await scene({ waitSeconds: 1 });
    await pdp.refresh();
    const { reads } = way;
    const all = Array.from({ length: 200 }, () => pdp.at({ kind: 'atLeast', token: tokenOf(7) }));
    await host.pass(1_000);
    expect((await Promise.all(all)).every(({ ok }) => !ok)).toBe(true);
    expect(way.reads - reads).toBeLessThan(40);
  });

  test.each([
    ['another organisation', tokenOf(0, 'other')],
    ['another epoch', tokenOf(0, 'acme', 1)],
    ['nobody', 'dw1.x'],
  ])('a token of %s is unknown', async (_whose, token) => {
    const { pdp } = await scene();
    await pdp.refresh();
    for (const kind of ['atLeast', 'exact'] as const) {
      expect(await pdp.at({ kind, token })).toMatchObject({ ok: false, code: 'token_unknown' });
    }
  });

  test('`exact` looks back, also at revisions that this process has jumped over', async () => {
    const { pdp, other } = await scene();
    await pdp.refresh();
    await withdraw(other);
    await give(other);
    await withdraw(other);
    await pdp.refresh();
    const answers = [];
    for (const revision of [0, 1, 2, 3]) {
      const view = viewOf(await pdp.at({ kind: 'exact', token: tokenOf(revision) }));
      answers.push([view.engine.revision, view.token, view.check(asked())]);
    }
    expect(answers).toEqual([
      [0, tokenOf(0), true],
      [1, tokenOf(1), false],
      [2, tokenOf(2), true],
      [3, tokenOf(3), false],
    ]);
  });

  test('`exact` forgets what is older than the engines it retains', async () => {
    const { pdp, other } = await scene({ retained: 2 });
    await pdp.refresh();
    for (let write = 0; write < 3; write++) {
      await writes(other, { put: { users: [{ id: `new-${write}` }] } });
      await pdp.refresh();
    }
    const kept = [];
    for (const revision of [0, 1, 2, 3]) {
      kept.push((await pdp.at({ kind: 'exact', token: tokenOf(revision) })).ok);
    }
    expect(kept).toEqual([false, false, true, true]);
  });
});
