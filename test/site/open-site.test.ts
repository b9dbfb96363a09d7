import { expect, test } from 'vitest';
import { memoryStore, type OrganizationStore, openSite } from '../../src/adapters/for-site.js';
import { revokeApiKey } from '../../src/adapters/site/api-keys.js';
import { createUser } from '../../src/adapters/site/users.js';

const policy = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin', roles: 'kisi' },
  places: [{ id: 'hq' }],
  doors: [{ id: 'front', place: 'hq' }],
  groups: [{ id: 'all', doors: ['front'] }],
  users: [{ id: 'owner' }, { id: 'ada' }, { id: 'eve' }],
  assignments: [
    {
      id: 'o',
      subject: { type: 'user', id: 'owner' },
      role: 'organization_owner',
      scope: { type: 'organization', id: 'acme' },
    },
  ],
} as const;

test('a write is authorised, applied, stored and recorded, and a refused one leaves a trace alone', async () => {
  const store = memoryStore();
  await store.create(policy);
  const site = await openSite({ store, organization: 'acme' });
  const grant = (actor: string, id: string, whom: string) =>
    site.write({
      actor: { type: 'user', id: actor },
      operation: 'assignment.grant',
      plan: () => ({
        ok: true,
        value: {
          value: id,
          changes: {
            put: {
              assignments: [
                {
                  id,
                  subject: { type: 'user', id: whom },
                  role: 'door_access',
                  scope: { type: 'group', id: 'all' },
                  grantedBy: actor,
                },
              ],
            },
          },
        },
      }),
    });
  const done = await grant('owner', 'a1', 'ada');
  expect(done).toMatchObject({ ok: true, value: 'a1', revision: 1 });
  expect(site.engine.can('ada', 'unlock', 'front', { time: 0 })).toBe(true);
  const refused = await grant('eve', 'a2', 'eve');
  expect(refused).toMatchObject({ ok: false, code: 'refused' });
  expect(site.engine.revision).toBe(1);
  expect((await site.store.policy()).assignments).toHaveLength(2);
  const log = await site.store.events('audit', { order: 'oldest' });
  expect(log.map(({ type, outcome, seq }) => [seq, type, outcome])).toEqual([
    [1, 'doorwright.assignment.grant', 'done'],
    [2, 'doorwright.assignment.grant', 'refused'],
  ]);
  const other = await openSite({ store, organization: 'acme' });
  expect(other.engine.revision).toBe(1);
  const opening = await site.open({
    subject: { type: 'user', id: 'ada' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time: 0 },
  });
  expect(opening).toMatchObject({ decision: { decision: true }, event: { seq: 1 } });
});

test('a revision that was asked for before a write of the same process, and answered after it, is no fault', async () => {
  const store = memoryStore();
  await store.create(policy);
  const inner = await store.open('acme');
  let answer = () => {};
  const late = {
    ...store,
    open: async () => ({
      ...bound(inner),
      async revision() {
        const revision = await inner.revision();
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return revision;
      },
    }),
  };
  const site = await openSite({ store: late, organization: 'acme' });
  const refreshed = site.refresh();
  const renamed = await site.write({
    actor: { type: 'user', id: 'owner' },
    operation: 'user.update',
    plan: () => ({
      ok: true,
      value: { value: 1, changes: { put: { users: [{ id: 'ada', name: 'Ada' }] } } },
    }),
  });
  expect(renamed).toMatchObject({ ok: true, revision: 1 });
  answer();
  expect((await refreshed).revision).toBe(1);
});

test.each([
  ['a set that is none', { put: { users: null } }, 'because'],
  ['an id of a megabyte', { put: { users: [{ id: 'x'.repeat(1e6) }] } }, 'because'],
  ['an id that is none', { remove: { users: [{ toJSON: null }] } }, 'because'],
  ['a reason of a megabyte', { remove: { users: ['ada'] } }, 'x'.repeat(1e6)],
  ['a reason that is no text', { remove: { users: ['ada'] } }, '\ud800'],
])('whoever is refused leaves a trace, whatever he asked: %s', async (_, changes, reason) => {
  const store = memoryStore();
  await store.create(policy);
  const site = await openSite({ store, organization: 'acme' });
  const refused = await site.write({
    actor: { type: 'user', id: 'nobody' },
    operation: 'user.delete',
    reason,
    plan: () => ({ ok: true, value: { value: 1, changes: changes as never } }),
  });
  expect(refused).toMatchObject({ ok: false, code: 'refused' });
  const log = await site.store.events('audit');
  expect(log.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
    'doorwright.user.delete refused',
  ]);
  expect(log[0]?.personal).toContain('nobody');
});

test.each(['nobody', 'off'])(
  '%s is told nothing of what there is, and plans nothing',
  async (id) => {
    const store = memoryStore();
    const users = [
      ...policy.users,
      { id: 'off', active: false },
      { id: 'x', email: 'x@acme.example' },
    ];
    await store.create({ ...policy, users });
    const site = await openSite({ store, organization: 'acme' });
    const actor = { type: 'user', id } as const;
    const refused = { ok: false, code: 'refused' };
    expect(await createUser(site, actor, { email: 'x@acme.example' })).toMatchObject(refused);
    expect(await createUser(site, actor, { email: 'y@acme.example' })).toMatchObject(refused);
    expect(await revokeApiKey(site, actor, 'k')).toMatchObject(refused);
    const log = await site.store.events('audit');
    expect(log.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
  },
);

/** The methods of a store of a class, to be spread. */
function bound(store: OrganizationStore): OrganizationStore {
  return {
    policy: () => store.policy(),
    revision: () => store.revision(),
    record: (kind, id) => store.record(kind, id),
    records: (kind, page) => store.records(kind, page),
    events: (log, query) => store.events(log, query),
    outbox: (after, limit) => store.outbox(after, limit),
    write: (work) => store.write(work),
    append: (events) => store.append(events),
    erase: (log, what) => store.erase(log, what),
    trimOutbox: (bounds) => store.trimOutbox(bounds),
  };
}
