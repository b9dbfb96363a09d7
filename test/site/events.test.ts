import { describe, expect, test } from 'vitest';
import { memoryStore, nodeSiteHost } from '../../src/adapters/for-site.js';
import { exportEvents, listEvents } from '../../src/adapters/site/event-list.js';
import { keepEvents, pseudonymKeys, setLogModes } from '../../src/adapters/site/log-modes.js';
import { setPersonNotices } from '../../src/adapters/site/notices.js';
import { erasePerson, exportPerson } from '../../src/adapters/site/person-data.js';
import { runRetention, setRetention } from '../../src/adapters/site/retention.js';
import { verifyEvents } from '../../src/adapters/site/verify-events.js';
import type { EventDraft, StoredEvent } from '../../src/admin/events/event.js';
import { readEvent } from '../../src/admin/events/read-event.js';
import type { JsonObject } from '../../src/admin/record.js';
import { all, DAY, type EventSite, eventSite, NOW, owner, passed } from './event-site.js';

async function withEvents(count: number, more: object = {}): Promise<EventSite> {
  const made = await eventSite(more);
  const drafts = Array.from({ length: count }, (_, index) =>
    passed(index, index % 2 === 0 ? 'ann' : 'bob'),
  );
  await made.site.store.append(drafts);
  return made;
}

const user = (id: string) => ({ type: 'user', id }) as const;

describe('reading a log', () => {
  test('page by page, each event once, in both orders', async () => {
    const { site } = await withEvents(7);
    for (const order of ['newest', 'oldest'] as const) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const query = { log: 'access', order, limit: 3, ...(cursor && { cursor }) } as const;
        const page = await listEvents(site, owner, query);
        if (!page.ok) throw new Error(page.detail);
        seen.push(...page.value.events.map(({ seq }) => seq));
        cursor = page.value.cursor;
      } while (cursor !== undefined);
      const up = [1, 2, 3, 4, 5, 6, 7];
      expect(seen).toEqual(order === 'oldest' ? up : up.reverse());
    }
  });

  test('a cursor of another list is refused', async () => {
    const { site } = await withEvents(3);
    const page = await listEvents(site, owner, { log: 'access', limit: 1 });
    const cursor = page.ok ? (page.value.cursor ?? '') : '';
    const other = { log: 'access', limit: 1, cursor, filter: { place: 'hq' } } as const;
    expect(await listEvents(site, owner, other)).toMatchObject({ ok: false, code: 'cursor' });
    const garbage = { log: 'access', cursor: 'x' } as const;
    expect(await listEvents(site, owner, garbage)).toMatchObject({ ok: false, code: 'cursor' });
  });

  test.each([
    ['owner', undefined, true],
    ['admin', undefined, true],
    ['manager', 'hq', true],
    ['local', undefined, false],
    ['ann', undefined, false],
    ['nobody', 'hq', false],
  ])('%s may read %s: %s', async (id, place, may) => {
    const { site } = await withEvents(1);
    const filter = place === undefined ? {} : { place };
    expect((await listEvents(site, user(id), { log: 'access', filter })).ok).toBe(may);
    const asked = await exportEvents(site, user(id), { log: 'access', filter, format: 'csv' });
    expect(asked.ok).toBe(may);
  });

  test('an export has every event, tells its progress, and leaves out what comes meanwhile', async () => {
    const { site } = await withEvents(5);
    const counts: number[] = [];
    const progress = (count: number) => counts.push(count);
    const options = { log: 'access', format: 'csv', pageSize: 2, progress } as const;
    const made = await exportEvents(site, owner, options);
    if (!made.ok) throw new Error(made.detail);
    const numbers: (string | undefined)[] = [];
    for await (const line of made.value) {
      numbers.push(line.split(',')[1]);
      await site.store.append([passed(100 + numbers.length)]);
    }
    // What comes before the first page is read belongs to it; this reader asks for the header first.
    expect(numbers).toEqual(['seq', '1', '2', '3', '4', '5', '6']);
    expect(counts).toEqual([2, 4, 6]);
  });

  test('an export can be ended, and reads nothing more then', async () => {
    const { site } = await withEvents(9);
    const ending = new AbortController();
    const progress = () => ending.abort(new Error('enough'));
    const options = { log: 'access', format: 'stored', pageSize: 2 } as const;
    const made = await exportEvents(site, owner, { ...options, signal: ending.signal, progress });
    if (!made.ok) throw new Error(made.detail);
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of made.value) lines.push(line);
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(lines.length).toBe(2);
  });
});

describe('verifying a log', () => {
  test('a whole log holds, and its head notices a cut end later', async () => {
    const { site } = await withEvents(2345);
    const counts: number[] = [];
    const whole = await verifyEvents(site, 'access', { progress: (count) => counts.push(count) });
    expect(whole).toMatchObject({ checked: 2345, head: { seq: 2345 } });
    expect(whole.broken).toBeUndefined();
    expect(counts).toEqual([1000, 2000, 2345]);
    const cut = altered(site, (events) => events.slice(0, -1));
    expect((await verifyEvents(cut, 'access')).broken).toBeUndefined();
    const kept = await verifyEvents(cut, 'access', { kept: [whole.head] });
    expect(kept.broken).toMatchObject({ seq: 2345, fault: 'gap' });
    await site.store.append([passed(9999)]);
    const later = await verifyEvents(site, 'access', { from: whole.head });
    expect(later).toMatchObject({ checked: 1, head: { seq: 2346 } });
  });

  test('a changed event is named', async () => {
    const { site } = await withEvents(30);
    const changed = altered(site, (events) =>
      events.map((event) => (event.seq === 17 ? { ...event, outcome: 'refused' } : event)),
    );
    const check = await verifyEvents(changed, 'access');
    expect(check).toMatchObject({ checked: 16, broken: { seq: 17, fault: 'link' } });
  });

  test('the logs of another organisation do not pass for ours', async () => {
    const { site } = await withEvents(3);
    const check = await verifyEvents(
      { ...site, store: site.store, organization: 'evil' },
      'access',
    );
    expect(check.broken).toMatchObject({ seq: 1, fault: 'link' });
  });

  test('can be ended', async () => {
    const { site } = await withEvents(3);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(verifyEvents(site, 'access', { signal })).rejects.toThrow('enough');
  });

  /** A site whose store shows an altered log. */
  function altered(
    { organization, store, host }: EventSite['site'],
    change: (events: StoredEvent[]) => StoredEvent[],
  ) {
    const events = async (
      log: StoredEvent['log'],
      query: { after?: number; limit?: number } = {},
    ) => {
      const whole = change([...(await store.events(log, { order: 'oldest', limit: 10_000 }))]);
      return whole.filter(({ seq }) => seq > (query.after ?? 0)).slice(0, query.limit);
    };
    return { organization, host, store: { ...store, events } as unknown as typeof store };
  }
});

describe('log modes at a site', () => {
  const set = (
    made: EventSite,
    rules: JsonObject,
    actor: Parameters<typeof setLogModes>[1] = owner,
  ) => setLogModes(made.site, actor, rules);

  test('keep what the rules say, with one key for all of a period', async () => {
    const made = await eventSite();
    const rules = {
      default: 'full',
      doors: [{ place: 'hq', mode: 'pseudonymous' }],
      pseudonymDays: 10,
    };
    expect(await set(made, rules)).toMatchObject({ ok: true });
    const drafts = [
      passed(1),
      passed(2),
      passed(3, 'bob'),
      passed(4, 'ann', { place: 'lab', object: { type: 'door', id: 'back' } }),
    ];
    const kept = await keepEvents(made.site, drafts);
    const names = kept.map(({ personal }) => personal?.subject?.id);
    expect(names[0]).toMatch(/^~/);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
    expect(names[3]).toBe('ann');
    expect((await keepEvents(made.site, drafts))[0]).toEqual(kept[0]);
    expect(await pseudonymKeys(made.site.store)).toHaveLength(1);
    made.clock.now += 10 * DAY;
    expect((await keepEvents(made.site, drafts))[0]?.personal?.subject?.id).not.toBe(names[0]);
  });

  test('two processes that need a key at once use the same', async () => {
    const made = await eventSite();
    await set(made, { default: 'pseudonymous' });
    const [one, two] = await Promise.all([
      keepEvents(made.site, [passed(1)]),
      keepEvents(made.site, [passed(1)]),
    ]);
    expect(one).toEqual(two);
  });

  test('the stricter of all people in an event holds, and nothing is dropped but that', async () => {
    const users = [{ id: 'owner' }, { id: 'ann', segment: 'resident' }, { id: 'bob' }];
    const assignments = [
      {
        id: 'o',
        subject: user('owner'),
        role: 'organization_owner',
        scope: { type: 'organization', id: 'acme' },
      },
    ];
    const made = await eventSite({ users, assignments });
    await set(made, { default: 'full', segments: [{ segment: 'resident', mode: 'none' }] });
    const led = passed(3, 'bob', { personal: { subject: user('bob'), actor: user('ann') } });
    const about = passed(4, 'bob', { object: user('ann') });
    const kept = await keepEvents(made.site, [passed(1, 'ann'), passed(2, 'bob'), led, about]);
    expect(kept.map(({ id }) => id)).toEqual(['passed-2']);
    const audit: EventDraft = { ...passed(1), log: 'audit' };
    expect(await keepEvents(made.site, [audit])).toEqual([audit]);
  });

  test.each([
    ['owner', true],
    ['admin', true],
    ['manager', false],
    ['local', false],
    ['ann', false],
  ])('%s may set them: %s', async (id, may) => {
    expect((await set(await eventSite(), { default: 'full' }, user(id))).ok).toBe(may);
  });

  test('rules that are none are refused, and damaged ones stop everything', async () => {
    const made = await eventSite();
    expect(await set(made, { default: 'some' })).toMatchObject({ code: 'log_mode_rules' });
    await made.site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'log_mode', id: 'rules', body: { default: 'som' } }] }),
    );
    await expect(keepEvents(made.site, [passed(1)])).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('retention at a site', () => {
  test('erases what is due, once, says so, and the chain holds', async () => {
    const made = await withEvents(1500);
    const rules = { rules: [{ log: 'access', personalDays: 1, days: 2 }] };
    expect((await setRetention(made.site, owner, rules)).ok).toBe(true);
    expect(await runRetention(made.site)).toMatchObject({ events: { access: 0 } });
    made.clock.now = NOW + DAY + 750 * 1000;
    expect(await runRetention(made.site)).toMatchObject({ events: { access: 751, audit: 0 } });
    expect(await runRetention(made.site)).toMatchObject({ events: { access: 0 } });
    made.clock.now = NOW + 3 * DAY;
    expect(await runRetention(made.site)).toMatchObject({ events: { access: 1500 } });
    const check = await verifyEvents(made.site, 'access');
    expect(check).toMatchObject({ checked: 1500, erased: { contents: 1500, personal: 1500 } });
    expect(check.broken).toBeUndefined();
    const audit = await made.site.store.events('audit');
    const runs = audit.filter(({ type }) => type === 'doorwright.events.retention');
    expect(runs.map((event) => readEvent(event).personalData?.['access'])).toEqual([1500, 751]);
    expect((await verifyEvents(made.site, 'audit')).broken).toBeUndefined();
  });

  test('deletes keys of pseudonyms whose time is over: the events are anonymous then', async () => {
    const made = await eventSite();
    await setLogModes(made.site, owner, { default: 'pseudonymous', pseudonymDays: 1, keyDays: 5 });
    await keepEvents(made.site, [passed(1)]);
    made.clock.now += 5 * DAY;
    expect(await runRetention(made.site)).toMatchObject({ keys: 0 });
    made.clock.now += DAY;
    expect(await runRetention(made.site)).toMatchObject({ keys: 1 });
    expect(await pseudonymKeys(made.site.store)).toEqual([]);
    expect(await made.site.store.record('log_mode', 'rules')).toBeDefined();
  });

  test('only administrators set it, and damaged rules erase nothing', async () => {
    const made = await withEvents(1);
    const rules = { rules: [{ log: 'access', days: 0 }] };
    for (const id of ['manager', 'local', 'ann'])
      expect(await setRetention(made.site, user(id), rules)).toMatchObject({ code: 'refused' });
    expect(await setRetention(made.site, owner, { rules: 7 })).toMatchObject({
      code: 'retention_rules',
    });
    await made.site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'retention', id: 'rules', body: { rules: 7 } }] }),
    );
    await expect(runRetention(made.site)).rejects.toMatchObject({ code: 'corrupt' });
    expect((await made.site.store.events('access'))[0]?.content).not.toBeNull();
  });
});

describe('a person in the logs', () => {
  test('is erased from all of them, pseudonyms included, and every chain holds', async () => {
    const made = await eventSite();
    const { site } = made;
    await site.store.append([passed(1, 'ann'), passed(2, 'bob')]);
    await setLogModes(site, owner, { default: 'pseudonymous' });
    await site.store.append(await keepEvents(site, [passed(3, 'ann'), passed(4, 'bob')]));
    await site.write({
      actor: owner,
      operation: 'user.rename',
      plan: () => ({
        ok: true,
        value: { value: 0, changes: { put: { users: [{ id: 'ann', name: 'Ann' }] } } },
      }),
    });
    const named = async (id: string) => {
      const made = await exportPerson(site, owner, { person: { type: 'user', id } });
      if (!made.ok) throw new Error(made.detail);
      return (await all(made.value)).map((line) => JSON.parse(line) as { sequence: string });
    };
    expect(await named('ann')).toHaveLength(3);
    expect(await named('bob')).toHaveLength(2);
    await setPersonNotices(site, owner, 'ann', 'never');
    expect(await named('ann')).toHaveLength(4);
    const erased = await erasePerson(site, owner, { person: { type: 'user', id: 'ann' } });
    expect(erased).toMatchObject({ ok: true, value: { erased: 4, kept: 0 } });
    expect(await named('ann')).toEqual([]);
    expect(await named('bob')).toHaveLength(2);
    for (const log of ['access', 'audit', 'notice'] as const)
      expect((await verifyEvents(site, log)).broken).toBeUndefined();
    expect(await site.store.records('notice_preference')).toEqual([]);
    const again = await erasePerson(site, owner, { person: { type: 'user', id: 'ann' } });
    expect(again).toMatchObject({ ok: true, value: { erased: 0, kept: 0 } });
  });

  test('audit events stay on a named ground, which the log tells', async () => {
    const { site } = await withEvents(2);
    await site.write({
      actor: owner,
      operation: 'user.rename',
      plan: () => ({
        ok: true,
        value: { value: 0, changes: { put: { users: [{ id: 'ann', name: 'Ann' }] } } },
      }),
    });
    const kept = { ground: '§ 257 HGB' };
    const person = { type: 'user', id: 'ann' } as const;
    const result = await erasePerson(site, owner, { person, kept, reason: 'his request' });
    expect(result).toMatchObject({ ok: true, value: { erased: 1, kept: 1 } });
    const [last] = await site.store.events('audit', { limit: 1 });
    expect(readEvent(last as StoredEvent)).toMatchObject({
      type: 'doorwright.events.person_erased',
      actor: owner,
      personalData: { erased: 1, kept: 1, ground: '§ 257 HGB', why: 'his request' },
    });
    for (const ground of ['', '   ', 'x'.repeat(501)]) {
      const refused = await erasePerson(site, owner, { person, kept: { ground } });
      expect(refused).toMatchObject({ ok: false, code: 'ground' });
    }
  });

  test('only who may delete people and set what is logged erases one, and nothing goes before that', async () => {
    const { site } = await withEvents(1);
    for (const id of ['manager', 'local', 'ann']) {
      const order = { person: { type: 'user', id: 'ann' } } as const;
      expect(await erasePerson(site, user(id), order)).toMatchObject({ code: 'refused' });
    }
    for (const id of ['local', 'ann'])
      expect((await exportPerson(site, user(id), { person: { type: 'user', id: 'ann' } })).ok).toBe(
        false,
      );
    expect((await site.store.events('access'))[0]?.personal).not.toBeNull();
  });
});

test('a store in memory keeps the logs of two organisations apart', async () => {
  const store = memoryStore(nodeSiteHost);
  const policy = (id: string) => ({ version: 1, organization: { id } }) as never;
  const one = await store.create(policy('one'));
  const two = await store.create(policy('two'));
  await one.append([passed(1)]);
  expect(await two.events('access')).toEqual([]);
});
