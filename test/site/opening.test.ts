import { describe, expect, test } from 'vitest';
import {
  type Actor,
  memoryStore,
  nodeSiteHost,
  openSite,
  type Site,
  type Store,
  StoreError,
} from '../../src/adapters/for-site.js';
import { createLink } from '../../src/adapters/site/links.js';
import { setLogModes } from '../../src/adapters/site/log-modes.js';
import { readEvent } from '../../src/admin/events/read-event.js';

const NOW = Date.parse('2026-11-23T08:30:00Z');
const owner: Extract<Actor, { type: 'user' }> = { type: 'user', id: 'owner' };
const organization = { type: 'organization', id: 'acme' } as const;

const policy = {
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
  places: [{ id: 'hq' }],
  doors: [
    {
      id: 'front',
      place: 'hq',
      readers: [{ id: 'r1' }, { id: 'out', direction: 'exit' }],
      unlock: [{ schedule: 'day', firstToArrive: 'day' }],
    },
    { id: 'side', place: 'hq' },
  ],
  groups: [{ id: 'sides', doors: ['side'] }],
  schedules: [
    {
      id: 'day',
      windows: [{ days: ['mo', 'tu', 'we', 'th', 'fr'], from: '08:00', until: '18:00' }],
    },
  ],
  users: [{ id: 'owner' }, { id: 'ada' }, { id: 'eve' }],
  assignments: [
    {
      id: 'o',
      subject: { type: 'user', id: 'owner' },
      role: 'organization_owner',
      scope: organization,
    },
    {
      id: 'a',
      subject: { type: 'user', id: 'ada' },
      role: 'place_door_access',
      scope: { type: 'place', id: 'hq' },
    },
  ],
} as const;

async function opened(store: Store = memoryStore()) {
  const clock = { now: NOW };
  await store.create(policy);
  const host = { ...nodeSiteHost, now: () => clock.now };
  const site = await openSite({ store, organization: 'acme', host });
  return { site, clock, store, host };
}

const ask = (site: Site, subject: { type: string; id: string }, door: string, facts: object = {}) =>
  site.open({
    subject,
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: site.host.now(), ...facts },
  });
const user = (id: string) => ({ type: 'user', id });

describe('an opening is remembered', () => {
  test('with its reasons, whoever asked and the revision that decided, permit and refusal alike', async () => {
    const { site } = await opened();
    const permitted = await ask(site, user('ada'), 'side', { method: 'remote' });
    const refused = await ask(site, user('eve'), 'side');
    expect(permitted.decision.decision).toBe(true);
    expect(refused.decision.decision).toBe(false);
    const events = (await site.store.events('access', { order: 'oldest' })).map(readEvent);
    expect(events).toMatchObject([
      {
        type: 'doorwright.door.opened',
        outcome: 'permitted',
        object: { id: 'side' },
        place: 'hq',
        subject: { id: 'ada' },
      },
      { type: 'doorwright.door.refused', reason: 'no_access_right', subject: { id: 'eve' } },
    ]);
    expect(events[0]?.data).toMatchObject({ revision: 0, method: 'remote' });
    expect(await site.store.events('audit')).toEqual([]);
  });

  test('as far as the log modes allow, and decided all the same', async () => {
    const { site } = await opened();
    const doors = [{ door: 'side', mode: 'none' }] as const;
    expect(
      await setLogModes(site, owner, {
        ...{ default: 'full', links: 'full', segments: [], pseudonymDays: 30, keyDays: 30 },
        doors,
      }),
    ).toMatchObject({
      ok: true,
    });
    const { decision, event } = await ask(site, user('ada'), 'side');
    expect(decision.decision).toBe(true);
    expect(event).toBeUndefined();
    expect(await site.store.events('access')).toEqual([]);
  });

  test('of a card as of its holder: by his segment, and by his name', async () => {
    const { site } = await opened();
    const put = {
      users: [{ id: 'ada', segment: 'resident' }],
      credentials: [{ id: 'c1', kind: 'card', user: 'ada', state: 'active' }],
    } as const;
    const planned = { ok: true, value: { value: 1, changes: { put } } } as const;
    const given = await site.write({ actor: owner, operation: 'x', plan: () => planned });
    expect(given.ok).toBe(true);
    const card = { type: 'credential', id: 'c1' };
    await ask(site, card, 'side', { method: 'card' });
    const filter = { subject: user('ada') };
    expect(await site.store.events('access', { filter })).toHaveLength(1);
    const segments = [{ segment: 'resident', mode: 'none' }];
    expect(await setLogModes(site, owner, { default: 'full', segments })).toMatchObject({
      ok: true,
    });
    const { decision, event } = await ask(site, card, 'side', { method: 'card' });
    expect([decision.decision, event]).toEqual([true, undefined]);
    expect(await site.store.events('access')).toHaveLength(1);
  });

  test('or a permit is not given; a refusal is', async () => {
    const { site } = await opened();
    site.store.append = () => Promise.reject(new StoreError('unavailable', 'no connection'));
    await expect(ask(site, user('ada'), 'side')).rejects.toThrow('no connection');
    expect(await ask(site, user('eve'), 'side')).toMatchObject({
      decision: { decision: false },
      event: undefined,
    });
  });
});

describe('nobody is kept in', () => {
  const out = { method: 'card', reader: 'out' };

  test('by a store that fails: who may leave leaves, and no way in opens by it', async () => {
    const { site } = await opened();
    const broken = () => Promise.reject(new StoreError('unavailable', 'no connection'));
    Object.assign(site.store, { revision: broken, record: broken, append: broken, write: broken });
    const left = await ask(site, user('ada'), 'front', { ...out, method: 'tap' });
    expect(left).toMatchObject({ decision: { decision: true }, event: undefined });
    await expect(
      ask(site, user('ada'), 'front', { method: 'tap', reader: 'r1' }),
    ).rejects.toThrow();
    await expect(ask(site, user('eve'), 'front', { ...out, method: 'tap' })).rejects.toThrow();
  });

  test('by a damaged record', async () => {
    const { site } = await opened();
    await site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'capacity', id: 'hq', body: { nonsense: true } }] }),
    );
    const left = await ask(site, user('ada'), 'front', { ...out, method: 'tap' });
    expect(left.decision.decision).toBe(true);
    await expect(
      ask(site, user('ada'), 'front', { method: 'tap', reader: 'r1' }),
    ).rejects.toThrow();
  });
});

test('the first to arrive lets everybody in, until the day is over, in every process', async () => {
  const { site, clock, store, host } = await opened();
  const other = await openSite({ store, organization: 'acme', host });
  expect((await ask(other, user('eve'), 'front')).decision.decision).toBe(false);
  // What a request says of arrivals is not believed: the site knows.
  const arrivals = [new Date(NOW - 1000).toISOString()];
  expect((await ask(other, user('eve'), 'front', { arrivals })).decision.decision).toBe(false);
  expect(
    (await ask(site, user('ada'), 'front', { method: 'tap', reader: 'r1' })).decision.context
      .reason,
  ).toBe('granted');
  expect((await ask(other, user('eve'), 'front')).decision.context.reason).toBe('door_unlocked');
  clock.now = Date.parse('2026-11-24T08:30:00Z');
  expect((await ask(other, user('eve'), 'front')).decision.decision).toBe(false);
});

describe('a link with a bound', () => {
  async function linked(usesMax: number) {
    const ground = await opened();
    const scopes = [{ type: 'group', id: 'sides' }] as const;
    const made = await createLink(ground.site, owner, {
      scopes,
      lifetime: 'day',
      usesMax,
    });
    const other = await openSite({ store: ground.store, organization: 'acme', host: ground.host });
    return { ...ground, other, made };
  }

  test('opens so often and no more, also for those who come at once by several processes', async () => {
    const { site, other, made } = await linked(3);
    if (!made.ok) throw new Error(`${made.code}: ${made.detail}`);
    const link = { type: 'link', id: made.value.link };
    const tries = Array.from({ length: 10 }, (_, index) =>
      ask(index % 2 === 0 ? site : other, link, 'side', { method: 'link' }),
    );
    const answers = (await Promise.all(tries)).map(({ decision }) => decision.decision);
    expect(answers.filter((permitted) => permitted)).toHaveLength(3);
    expect((await ask(site, link, 'side', { method: 'link' })).decision.context.reason).toBe(
      'subject_inactive',
    );
    const last = (await site.store.events('audit')).map(readEvent)[0];
    expect(last).toMatchObject({
      type: 'doorwright.door.open',
      outcome: 'done',
      actor: { type: 'system', id: 'door' },
    });
  });
});

test('who was withdrawn from in another process is refused at once', async () => {
  const { site, store, host } = await opened();
  const other = await openSite({ store, organization: 'acme', host });
  expect((await ask(other, user('ada'), 'side')).decision.decision).toBe(true);
  const ended = await site.write({
    actor: owner,
    operation: 'assignment.end',
    plan: () =>
      ({ ok: true, value: { value: 1, changes: { remove: { assignments: ['a'] } } } }) as const,
  });
  expect(ended.ok).toBe(true);
  expect((await ask(other, user('ada'), 'side')).decision.decision).toBe(false);
});

test('what is seen at a door is remembered, and of a door that nobody knows as well', async () => {
  const { site } = await opened();
  await site.observe({ type: 'doorwright.door.forced_open', object: { type: 'door', id: 'side' } });
  await site.observe({
    type: 'doorwright.door.closed',
    object: { type: 'door', id: 'gone' },
    time: NOW - 5,
  });
  const events = (await site.store.events('access', { order: 'oldest' })).map(readEvent);
  expect(events).toMatchObject([
    { type: 'doorwright.door.forced_open', place: 'hq', time: '2026-11-23T08:30:00.000Z' },
    { type: 'doorwright.door.closed', object: { id: 'gone' }, time: '2026-11-23T08:29:59.995Z' },
  ]);
});
