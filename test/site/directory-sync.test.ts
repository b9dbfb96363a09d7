import { describe, expect, test } from 'vitest';
import { DirectorySourceError } from '../../src/adapters/directory/source.js';
import { memoryStore, openSite, type SiteHost } from '../../src/adapters/for-site.js';
import { linkMember } from '../../src/adapters/site/directory-links.js';
import { putDirectory, removeDirectory } from '../../src/adapters/site/directory-rules.js';
import { startDirectory } from '../../src/adapters/site/directory-schedule.js';
import { syncDirectory } from '../../src/adapters/site/directory-sync.js';
import { nodeSiteHost } from '../../src/adapters/site/node-site-host.js';
import type { DirectoryRules } from '../../src/admin/directory/rules.js';
import type { DirectorySnapshot } from '../../src/admin/directory/snapshot.js';
import type { Policy } from '../../src/policy/document.js';
import { CRM, NOON, RULES, space } from '../admin/directory/coworking.js';

const OWNER = { type: 'user', id: 'owner' } as const;
const members = Array.from({ length: 12 }, (_, index) => ({ id: `m${index}` }));
const all = (count: number): DirectorySnapshot => ({
  ...{ ...CRM, members },
  memberships: members.slice(0, count).map(({ id }) => ({ id, plan: 'hot-desk', member: id })),
});

async function started(policy: object = space(), rules: DirectoryRules = RULES) {
  const store = memoryStore();
  await store.create(policy as Policy);
  let now = NOON;
  const host: SiteHost = { ...nodeSiteHost, now: () => now };
  const site = await openSite({ store, organization: 'cowork', host });
  const kept = await putDirectory(site, OWNER, rules);
  let says: unknown = all(0);
  const source = {
    async read() {
      if (says instanceof Error) throw says;
      return says;
    },
  };
  return {
    site,
    kept,
    later: (minutes: number) => {
      now += minutes * 60_000;
    },
    run: (snapshot: unknown, options = {}, actor: { type: 'user'; id: string } = OWNER) => {
      says = snapshot;
      return syncDirectory(site, actor, 'crm', source, options);
    },
    rights: () => (site.engine.policy.assignments?.length ?? 0) - 1,
    state: async () => (await site.store.record('cursor', 'directory/crm'))?.body,
    audit: async () =>
      (await site.store.events('audit', { order: 'oldest' })).map(({ type, outcome }) => [
        type.replace('doorwright.', ''),
        outcome,
      ]),
    notices: async () =>
      (await site.store.events('notice')).map(({ type }) => type.replace('doorwright.', '')),
  };
}

describe('a run', () => {
  test('gives and takes, remembers that it succeeded, and says who was told', async () => {
    const { run, rights, state, audit, notices, later } = await started();
    expect(await run(all(3))).toMatchObject({
      ok: true,
      result: { added: 3, created: 3, removed: 0, done: true },
    });
    expect(await notices()).toEqual(Array(3).fill('notice.access_granted'));
    later(15);
    expect(await run(all(2))).toMatchObject({ ok: true, result: { added: 0, removed: 1 } });
    expect(rights()).toBe(2);
    expect(await state()).toEqual({
      success: {
        at: '2026-03-02T12:15:00.000Z',
        counts: expect.objectContaining({ memberships: 2 }),
      },
    });
    expect(await audit()).toEqual([
      ['directory.put', 'done'],
      ['directory.sync', 'done'],
      ['directory.sync', 'done'],
    ]);
  });

  test('that is dry shows its lines and writes nothing, past the brake or not', async () => {
    const { run, rights, audit, site } = await started();
    const dry = await run(all(3), { dryRun: true });
    expect(dry).toMatchObject({ ok: true, result: { added: 3 } });
    expect(dry.plan?.add).toHaveLength(3);
    expect([rights(), site.engine.revision]).toEqual([0, 0]);
    await run(all(10));
    const held = await run(all(3), { dryRun: true });
    expect(held).toMatchObject({
      ok: false,
      code: 'brake',
      detail: 'would take away 7 of 10 rights',
    });
    expect(held.plan?.remove).toHaveLength(7);
    expect((await audit()).length).toBe(2);
  });

  test('that would take too much away stops, unless it is confirmed with the exact number', async () => {
    const { run, rights, state } = await started();
    await run(all(10));
    expect(await run(all(3))).toMatchObject({ ok: false, code: 'brake' });
    expect(await run(all(3), { confirm: 6 })).toMatchObject({ ok: false, code: 'brake' });
    expect(rights()).toBe(10);
    expect(await state()).toMatchObject({ failure: { code: 'brake', times: 2 } });
    expect(await run(all(3), { confirm: 7 })).toMatchObject({ ok: true, result: { removed: 7 } });
    expect(await state()).not.toHaveProperty('failure');
  });

  test.each([
    ['source', new DirectorySourceError('unreachable', 'members: no answer')],
    ['source', new Error('secret token in a stack')],
    ['snapshot', { ...all(3), memberships: [{ id: 'x', member: 'lost' }] }],
    ['snapshot', undefined],
    ['suspicious', { ...all(3), memberships: [] }],
    ['suspicious', { members: [] }],
  ])('that fails with %s takes nothing away and is recorded', async (code, says) => {
    const { run, rights, audit, state, site } = await started();
    await run(all(3));
    const { revision } = site.engine;
    const failed = await run(says);
    expect(failed).toMatchObject({ ok: false, code });
    expect(JSON.stringify(failed)).not.toContain('secret');
    expect([rights(), site.engine.revision]).toEqual([3, revision]);
    expect((await audit()).at(-1)?.[0]).toBe('directory.fail');
    expect(await state()).toMatchObject({
      success: { counts: { memberships: 3 } },
      failure: { code, times: 1 },
    });
  });

  test('that is told to believe an empty list does', async () => {
    const { run, rights } = await started();
    await run(all(3));
    expect(await run(all(0), { acceptEmpty: true })).toMatchObject({ ok: true });
    expect(rights()).toBe(0);
  });

  test('stops between transactions when it is told to', async () => {
    const { run, rights, state } = await started();
    const signal = AbortSignal.abort();
    expect(await run(all(3), { signal })).toMatchObject({ ok: false, code: 'aborted' });
    expect(rights()).toBe(0);
    expect(await state()).toMatchObject({ failure: { code: 'aborted' } });
  });

  test('needs the permission for integrations besides that for every right', async () => {
    const keeper = {
      ...{ id: 'k', subject: { type: 'user', id: 'keeper' }, role: 'organization_access_manager' },
      scope: { type: 'organization', id: 'cowork' },
    };
    const { run, rights } = await started(space({ users: [{ id: 'keeper' }], rights: [keeper] }));
    const refused = await run(all(2), {}, { type: 'user', id: 'keeper' });
    expect(refused).toMatchObject({ ok: false, code: 'refused' });
    expect(rights()).toBe(1);
  });

  test('whose groups are gone fails and touches nothing', async () => {
    const { site, run, rights } = await started();
    await run(all(3));
    await site.write({
      actor: OWNER,
      operation: 'group.remove',
      plan: () => ({
        ok: true,
        value: { value: 0, changes: { remove: { groups: ['vip', 'elephant'] } } },
      }),
    });
    expect(await run(all(2))).toMatchObject({ ok: false, code: 'rules' });
    expect(rights()).toBe(3);
  });

  test('that another one overtook while it read does not undo its work', async () => {
    const { site, run, rights } = await started();
    const slow = syncDirectory(site, OWNER, 'crm', {
      read: async () => {
        await run(all(5));
        return all(1);
      },
    });
    expect(await slow).toMatchObject({ ok: false, code: 'superseded' });
    expect(rights()).toBe(5);
  });

  test('that failed after another one finished does not hide that it did', async () => {
    const { site, run, rights, state } = await started();
    const slowest = syncDirectory(site, OWNER, 'crm', {
      read: async () => {
        const slow = await syncDirectory(site, OWNER, 'crm', {
          read: async () => {
            await run(all(5));
            return all(1);
          },
        });
        expect(slow).toMatchObject({ ok: false, code: 'superseded' });
        return all(2);
      },
    });
    expect(await slowest).toMatchObject({ ok: false, code: 'superseded' });
    expect(rights()).toBe(5);
    expect(await state()).toMatchObject({ success: { counts: { memberships: 5 } } });
  });

  test('of unknown rules, or by nobody, does not begin', async () => {
    const { site } = await started();
    const source = { read: () => Promise.reject(new Error('read')) };
    expect(await syncDirectory(site, OWNER, 'hr', source)).toMatchObject({
      ok: false,
      code: 'unknown_directory',
    });
    const system = { type: 'system', id: 'sync' } as const;
    await expect(syncDirectory(site, system, 'crm', source)).rejects.toThrow(TypeError);
  });

  test('told never to, tells nobody', async () => {
    const { run, notices } = await started(space(), { ...RULES, notices: 'never' });
    await run(all(3));
    expect(await notices()).toEqual([]);
  });
});

describe('rules', () => {
  test('that do not fit, or manage the groups of another directory, are not kept', async () => {
    const { site, kept } = await started();
    expect(kept).toMatchObject({ ok: true });
    const other = (parts: object) => putDirectory(site, OWNER, { ...RULES, id: 'hr', ...parts });
    expect(await other({})).toMatchObject({ ok: false, code: 'group_taken' });
    const rows = (group: string) => ({ rows: [{ kind: 'day_pass', groups: [group] }] });
    expect(await other(rows('nowhere'))).toMatchObject({ ok: false, code: 'rules' });
    expect(await other({ rows: 5 })).toMatchObject({ ok: false, code: 'malformed' });
    expect(await other(rows('vip'))).toMatchObject({ ok: true });
  });

  test('are taken away by whoever may set them up, and leave rights as they are', async () => {
    const { site, run, rights } = await started(space({ users: [{ id: 'eve' }] }));
    await run(all(3));
    const eve = { type: 'user', id: 'eve' } as const;
    expect(await removeDirectory(site, eve, 'crm')).toMatchObject({ ok: false, code: 'refused' });
    expect(await removeDirectory(site, OWNER, 'crm')).toMatchObject({ ok: true });
    expect(await removeDirectory(site, OWNER, 'crm')).toMatchObject({ code: 'unknown_directory' });
    expect(rights()).toBe(3);
    expect(await run(all(2))).toMatchObject({ ok: false, code: 'unknown_directory' });
  });
});

describe('a run of many transactions', () => {
  const hands = members.slice(0, 6).map(({ id }) => ({ id: `u-${id}` }));
  const byHand = hands.map(({ id }, index) => ({
    ...{ id: `h${index}`, subject: { type: 'user', id }, role: 'door_access' },
    scope: { type: 'group', id: 'common' },
  }));

  test('removes before it gives, and each transaction is whole', async () => {
    const { run, site, rights } = await started(space({ users: hands, rights: byHand }));
    const seen: (readonly [number, number])[] = [];
    const done = await run(all(5), {
      ...{ linesMax: 2, confirm: 6 },
      onProgress: ({ removed, added }: { removed: number; added: number }) =>
        seen.push([removed, added]),
    });
    expect(done).toMatchObject({ ok: true, result: { removed: 6, added: 5, done: true } });
    expect(seen).toEqual([
      [2, 0],
      [4, 0],
      [6, 0],
      [6, 2],
      [6, 4],
      [6, 5],
    ]);
    expect([rights(), site.engine.revision]).toEqual([5, 6]);
  });

  test('is gone on with by the next after it was stopped', async () => {
    const { run, rights, state } = await started();
    const stop = new AbortController();
    const options = { linesMax: 2, signal: stop.signal, onProgress: () => stop.abort() };
    expect(await run(all(5), options)).toMatchObject({
      ...{ ok: false, code: 'aborted', result: { added: 2, done: false } },
    });
    expect([rights(), await state()]).toEqual([2, { failure: expect.anything() }]);
    expect(await run(all(5))).toMatchObject({ ok: true, result: { added: 3, removed: 0 } });
  });

  test('takes no more away than its first plan said, whoever adds people meanwhile', async () => {
    const { run, site, rights } = await started(
      space({ users: hands, rights: byHand.slice(0, 1) }),
    );
    let added = false;
    const halted = await run(all(4), {
      linesMax: 1,
      onProgress: () => {
        if (added) return;
        added = true;
        void site.write({
          actor: OWNER,
          operation: 'test.grant',
          plan: () => {
            const more = byHand.slice(1).map((right) => ({ ...right, grantedBy: 'owner' }));
            return {
              ok: true,
              value: { value: 0, changes: { put: { assignments: more as never } } },
            };
          },
        });
      },
    });
    expect(halted).toMatchObject({ ok: false, code: 'brake', result: { removed: 1 } });
    expect(rights()).toBe(5);
  });

  test('ends although the first lines of it are all refused', async () => {
    const keeper = {
      ...{ id: 'k', subject: { type: 'user', id: 'keeper' }, role: 'organization_administrator' },
      ...{ scope: { type: 'organization', id: 'cowork' } },
      validity: { until: '2026-06-01T00:00:00Z' },
    };
    const { run } = await started(space({ users: [{ id: 'keeper' }], rights: [keeper] }));
    const endless = all(4);
    const last = { id: 'z', plan: 'hot-desk', member: 'm9', until: '2026-05-01T00:00:00Z' };
    const crm = { ...endless, memberships: [...(endless.memberships ?? []), last] };
    const done = await run(crm, { linesMax: 1 }, { type: 'user', id: 'keeper' });
    expect(done).toMatchObject({ ok: true, result: { added: 1, done: true } });
    expect(done.result?.refused.map(({ member }) => member)).toEqual(['m0', 'm1', 'm2', 'm3']);
  });
});

describe('every role model', () => {
  test.each([
    ['kisi', 'organization_owner', 'organization', 'door_access'],
    ['kisi_organizations', 'organizations_owner', 'organization', 'basic_user'],
    ['kisi_standard', 'place_owner', 'place', 'basic_user'],
    ['kiwi', 'administrator', 'organization', 'guest'],
  ])('%s lets its %s at the %s run a directory, and gives %s', async (roles, owner, type, role) => {
    const policy = space();
    const scope = { type, id: type === 'place' ? 'london' : 'cowork' };
    const { run, site, kept } = await started({
      ...policy,
      organization: { ...policy.organization, roles },
      groups: policy.groups.map((group) => ({ ...group, place: 'london' })),
      assignments: [{ id: 'o', subject: { type: 'user', id: 'owner' }, role: owner, scope }],
    });
    expect(kept).toMatchObject({ ok: true });
    expect(await run(all(2))).toMatchObject({ ok: true, result: { added: 2, refused: [] } });
    expect(site.engine.policy.assignments?.slice(1).map((right) => right.role)).toEqual([
      role,
      role,
    ]);
  });
});

describe('links by hand', () => {
  const users = [
    { id: 'a', email: 'joe@example.org' },
    { id: 'b', email: 'JOE@example.org' },
    { id: 'eve' },
  ];
  const joe = {
    ...CRM,
    memberships: [{ id: 's', plan: 'hot-desk', member: 'joe' }],
  };

  test('say who somebody is where e-mails do not, and are taken back', async () => {
    const { site, run } = await started(space({ users }));
    const refused = await run(joe);
    expect(refused.result?.refused.map(({ reason }) => reason)).toEqual(['email_ambiguous']);
    expect(await linkMember(site, OWNER, 'crm', 'joe', 'b')).toMatchObject({ ok: true });
    expect(await run(joe)).toMatchObject({ ok: true, result: { added: 1, refused: [] } });
    expect(site.engine.can('b', 'unlock', 'common-door', { time: NOON })).toBe(true);
    expect(await linkMember(site, OWNER, 'crm', 'joe', null)).toMatchObject({ ok: true });
    const gone = await run(joe);
    expect(gone.result?.refused.map(({ reason }) => reason)).toEqual(['email_ambiguous']);
  });

  test('are made by whoever may set the directory up, to accounts that are there', async () => {
    const { site } = await started(space({ users }));
    const eve = { type: 'user', id: 'eve' } as const;
    const code = async (
      ...order: [{ type: 'user'; id: string }, string, string, string | null]
    ) => {
      const linked = await linkMember(site, ...order);
      return linked.ok ? 'ok' : linked.code;
    };
    expect(await code(eve, 'crm', 'joe', 'eve')).toBe('refused');
    expect(await code(OWNER, 'crm', 'joe', 'nobody')).toBe('unknown_user');
    expect(await code(OWNER, 'hr', 'joe', 'a')).toBe('unknown_directory');
    expect(await code(OWNER, 'crm', '', 'a')).toBe('member');
    expect(await code(OWNER, 'crm', 'x'.repeat(191), 'a')).toBe('member');
    expect(await site.store.records('directory_link')).toEqual([]);
  });
});

test('a directory runs by itself as often as its rules say, and gives way when it fails', async () => {
  const { site } = await started(space(), { ...RULES, everyMinutes: 5 });
  const pauses: number[] = [];
  let ring = (): void => undefined;
  const host = {
    setTimer(callback: () => void, milliseconds: number) {
      pauses.push(milliseconds / 60_000);
      ring = callback;
      return () => undefined;
    },
    random: () => 0.5,
  };
  const says: unknown[] = [all(2), new Error('down'), all(1)];
  const source = {
    async read() {
      const next = says.shift();
      if (next instanceof Error) throw next;
      return next;
    },
  };
  const ended: boolean[] = [];
  let done = (): void => undefined;
  const nextRun = () =>
    new Promise<void>((resolve) => {
      done = resolve;
    });
  let running = nextRun();
  const schedule = await startDirectory(site, OWNER, 'crm', source, {
    host,
    onRun: ({ ok }) => {
      ended.push(ok);
      setImmediate(done);
      throw new Error('whoever is told fails');
    },
  });
  for (let turn = 0; turn < 2; turn++) {
    await running;
    running = nextRun();
    ring();
  }
  await running;
  expect([ended, pauses]).toEqual([
    [true, false, true],
    [5, 10, 5],
  ]);
  expect(site.engine.policy.assignments).toHaveLength(2);
  await schedule.stop();
  await expect(startDirectory(site, OWNER, 'hr', source)).rejects.toThrow(RangeError);
});
