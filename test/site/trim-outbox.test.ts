/** Letting go of the outbox at a site: whoever was away misses nothing, and what a feed starts from stays. */
import { describe, expect, test } from 'vitest';
import { beginEpoch } from '../../src/adapters/distribution/epoch.js';
import { followOutbox } from '../../src/adapters/distribution/follow-outbox.js';
import {
  memoryStore,
  nodeSiteHost,
  openSite,
  type Site,
  trimOutbox,
} from '../../src/adapters/for-site.js';
import { readEvent } from '../../src/admin/events/read-event.js';
import { DAY, NOW, owner } from './event-site.js';

const UNLOCK = { time: 0 };

/** `ann` may open `front`; two processes have the site open. */
async function scene() {
  const clock = { now: NOW };
  const host = { ...nodeSiteHost, now: () => clock.now };
  const store = memoryStore();
  const right = (id: string, role: string, scope: object) => {
    return { id: `${id}-right`, subject: { type: 'user', id }, role, scope };
  };
  await store.create({
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'staff', doors: ['front'] }],
    users: [{ id: 'owner' }, { id: 'ann' }],
    assignments: [
      right('owner', 'organization_owner', { type: 'organization', id: 'acme' }),
      right('ann', 'door_access', { type: 'group', id: 'staff' }),
    ],
  } as never);
  const open = () => openSite({ store, organization: 'acme', host });
  return { site: await open(), away: await open(), open, clock };
}

/** Revisions are made in the store itself: a thousand writes of a site would take a while. */
async function pass(site: Site, count: number): Promise<void> {
  const at = new Date(site.host.now()).toISOString();
  for (let done = 0; done < count; done++) {
    await site.store.write((writer) => {
      const revision = writer.revision + 1;
      const put = { users: [{ id: 'ann', name: `Ann ${revision}` }] };
      return writer.putChanges({ revision, put }, at);
    });
  }
}

function withdraw(site: Site) {
  return site.write({
    actor: owner,
    operation: 'assignment.end',
    plan: () => ({
      ok: true,
      value: { value: undefined, changes: { remove: { assignments: ['ann-right'] } } },
    }),
  });
}

const firstOf = async (site: Site) => (await site.store.outbox(-1, 1))[0]?.revision;
const trims = async (site: Site) =>
  (await site.store.events('audit'))
    .filter(({ type }) => type === 'doorwright.outbox.trim')
    .map((event) => readEvent(event).personalData?.['dropped']);

describe('letting go of the outbox', () => {
  test('drops what is old and many revisions ago, says so once, and nothing more the next time', async () => {
    const { site, clock } = await scene();
    await pass(site, 1_500);
    clock.now += 29 * DAY;
    expect(await trimOutbox(site, { keep: 1_000 })).toEqual({ dropped: 0 });
    clock.now += 2 * DAY;
    expect(await trimOutbox(site)).toEqual({ dropped: 0 });
    expect(await trims(site)).toEqual([]);
    const told: number[] = [];
    const progress = (dropped: number) => told.push(dropped);
    expect(await trimOutbox(site, { keep: 1_000, progress })).toEqual({ dropped: 500 });
    expect(told).toEqual([500, 500]);
    expect(await firstOf(site)).toBe(501);
    expect(await trimOutbox(site, { keep: 1_000 })).toEqual({ dropped: 0 });
    expect(await trims(site)).toEqual([500]);
  });

  test('goes in parts, and stops between two of them when asked to', async () => {
    const { site, clock } = await scene();
    await pass(site, 11_100);
    clock.now += 31 * DAY;
    const stop = new AbortController();
    const stopped = { keep: 1_000, signal: stop.signal, progress: () => stop.abort() };
    expect(await trimOutbox(site, stopped)).toEqual({ dropped: 10_000 });
    expect(await trims(site)).toEqual([10_000]);
    expect(await trimOutbox(site, { keep: 1_000 })).toEqual({ dropped: 100 });
  });

  test.each([{ days: 0 }, { days: 1.5 }, { days: 36_501 }, { keep: 999 }, { keep: 1_000_001 }])(
    'refuses %o',
    async (options) => {
      const { site } = await scene();
      await expect(trimOutbox(site, options)).rejects.toThrow(RangeError);
    },
  );
});

describe('a process that was away until its next change was gone', () => {
  async function trimmedBehind() {
    const made = await scene();
    expect((await withdraw(made.site)).ok).toBe(true);
    await pass(made.site, 1_100);
    made.clock.now += 31 * DAY;
    expect((await trimOutbox(made.site, { keep: 1_000 })).dropped).toBe(101);
    expect(made.away.engine.revision).toBe(0);
    return made;
  }

  test('takes the withdrawal with the whole policy, and tells who watches', async () => {
    const { away } = await trimmedBehind();
    expect(away.engine.can('ann', 'unlock', 'front', UNLOCK)).toBe(true);
    let told = 0;
    away.watch?.(() => told++);
    expect((await away.refresh()).revision).toBe(1_101);
    expect(away.engine.can('ann', 'unlock', 'front', UNLOCK)).toBe(false);
    expect(told).toBe(1);
    await pass(away, 1);
    expect((await away.refresh()).revision).toBe(1_102);
  });

  test('judges its next write by what is there, and writes it once', async () => {
    const { away } = await trimmedBehind();
    const seen: number[] = [];
    const done = await away.write({
      actor: owner,
      operation: 'user.update',
      plan: ({ engine }) => {
        seen.push(engine.revision);
        const changes = { put: { users: [{ id: 'ann', name: 'Ann' }] } };
        return { ok: true, value: { value: 0, changes } };
      },
    });
    expect(done).toMatchObject({ ok: true, revision: 1_102 });
    expect(seen).toEqual([1_101]);
    expect(away.engine.can('ann', 'unlock', 'front', UNLOCK)).toBe(false);
    const audit = await away.store.events('audit');
    expect(audit.filter(({ type }) => type === 'doorwright.user.update')).toHaveLength(1);
  });

  test('still takes a change missing further on for damage', async () => {
    const { site, open } = await trimmedBehind();
    const behind = await open();
    await pass(site, 3);
    const whole = behind.store.outbox.bind(behind.store);
    behind.store.outbox = async (after, limit) =>
      (await whole(after, limit)).filter(({ revision }) => revision !== 1_102);
    await expect(behind.refresh()).rejects.toMatchObject({ code: 'corrupt' });
    expect(behind.engine.revision).toBe(1_101);
  });
});

describe('a feed', () => {
  test('keeps what its publisher starts from, and a run says so', async () => {
    const { site, clock } = await scene();
    await pass(site, 100);
    expect((await beginEpoch(site, owner)).ok).toBe(true);
    await pass(site, 1_400);
    clock.now += 31 * DAY;
    expect(await trimOutbox(site, { keep: 1_000 })).toEqual({ dropped: 99, heldByFeed: 100 });
    const { follower, tail } = await followOutbox(site, nodeSiteHost.sha256);
    expect(tail).toHaveLength(1_400);
    await follower.keepCheckpoint();
    expect(await trimOutbox(site, { keep: 1_000 })).toEqual({ dropped: 401 });
    expect(await follower.look(clock.now)).toMatchObject({ kind: 'rows', rows: [], isAll: true });
    const again = await followOutbox(site, nodeSiteHost.sha256);
    expect(again.follower.position).toEqual(follower.position);
  });

  test('starts although another publisher moves the checkpoint on in the same moment, and rows before it go', async () => {
    const { site, open, clock } = await scene();
    expect((await beginEpoch(site, owner)).ok).toBe(true);
    await pass(site, 1_500);
    clock.now += 31 * DAY;
    const starting = await open();
    const { refresh } = starting;
    const moved: unknown[] = [];
    starting.refresh = async () => {
      if (moved.length === 0) {
        const { follower } = await followOutbox(site, nodeSiteHost.sha256);
        await follower.keepCheckpoint();
        moved.push(await trimOutbox(site, { keep: 1_000 }));
      }
      return refresh();
    };
    const { follower, tail } = await followOutbox(starting, nodeSiteHost.sha256);
    expect(moved).toEqual([{ dropped: 500 }]);
    expect([follower.position.revision, tail.length]).toEqual([1_500, 0]);
  });

  test('does not start where rows after its checkpoint are missing', async () => {
    const { site } = await scene();
    expect((await beginEpoch(site, owner)).ok).toBe(true);
    await pass(site, 5);
    const whole = site.store.outbox.bind(site.store);
    site.store.outbox = async (after, limit) =>
      (await whole(after, limit)).filter(({ revision }) => revision !== 3);
    await expect(followOutbox(site, nodeSiteHost.sha256)).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test('is not gone on with where its place was dropped meanwhile, also before its first change', async () => {
    for (const before of [0, 3]) {
      const { site, clock } = await scene();
      await pass(site, before);
      const stopped = (await followOutbox(site, nodeSiteHost.sha256)).follower;
      await pass(site, 1_300);
      clock.now += 31 * DAY;
      const other = (await followOutbox(site, nodeSiteHost.sha256)).follower;
      await other.keepCheckpoint();
      expect((await trimOutbox(site, { keep: 1_000 })).dropped).toBe(before + 300);
      expect(await stopped.look(clock.now)).toMatchObject({ kind: 'back' });
    }
  });
});
