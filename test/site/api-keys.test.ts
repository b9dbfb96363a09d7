import { describe, expect, test } from 'vitest';
import { memoryStore, nodeSiteHost, openSite, type Site } from '../../src/adapters/for-site.js';
import {
  authenticateApiKey,
  createApiKey,
  listApiKeys,
  mayRead,
  revokeApiKey,
} from '../../src/adapters/site/api-keys.js';
import { coversOperation, readApiKey } from '../../src/admin/api-keys/api-key.js';

const NOW = Date.parse('2026-11-22T09:00:00Z');
const DAY = 86_400_000;
const owner = { type: 'user', id: 'owner' } as const;

/** A site whose clock the test sets. */
async function site(): Promise<{ site: Site; clock: { now: number } }> {
  const clock = { now: NOW };
  const host = { ...nodeSiteHost, now: () => clock.now };
  const store = memoryStore();
  const held = (id: string, role: string, scope: object) => ({
    id: `${id}-right`,
    subject: { type: 'user', id },
    role,
    scope,
  });
  const organization = { type: 'organization', id: 'acme' };
  await store.create({
    version: 1,
    organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
    places: [{ id: 'hq' }, { id: 'lab' }],
    users: ['owner', 'admin', 'manager', 'local', 'guest'].map((id) => ({ id })),
    assignments: [
      held('owner', 'organization_owner', organization),
      held('admin', 'organization_administrator', organization),
      held('manager', 'organization_access_manager', organization),
      held('local', 'place_administrator', { type: 'place', id: 'hq' }),
    ],
  } as never);
  return { site: await openSite({ store, organization: 'acme', host }), clock };
}

const order = { name: 'directory', scopes: ['scim.*'] };
const rename = (by: Parameters<Site['write']>[0]['actor'], operation = 'scim.user_patch') => ({
  actor: by,
  operation,
  plan: () =>
    ({
      ok: true,
      value: { value: 1, changes: { put: { users: [{ id: 'guest', name: 'G' }] } } },
    }) as const,
});

describe('who may make a key:', () => {
  test.each([
    ['owner', undefined, true],
    ['admin', undefined, true],
    ['manager', undefined, false],
    ['guest', undefined, false],
    ['nobody', undefined, false],
    ['local', undefined, false],
    ['local', 'hq', true],
    ['local', 'lab', false],
  ])('%s at %s: %s', async (id, place, may) => {
    const { site: one } = await site();
    const made = await createApiKey(
      one,
      { type: 'user', id },
      place === undefined ? order : { ...order, place },
    );
    expect(made.ok).toBe(may);
    expect(await listApiKeys(one)).toHaveLength(may ? 1 : 0);
  });

  test.each([
    [{ ...order, scopes: [] }],
    [{ ...order, scopes: ['scim.*', 'x*'] }],
    [{ ...order, scopes: ['Scim.read'] }],
    [{ ...order, expires: 1.5 }],
    [{ ...order, name: 'a\u0000b' }],
  ])('an order that cannot be a key is refused: %j', async (bad) => {
    const { site: one } = await site();
    expect(await createApiKey(one, owner, bad)).toMatchObject({ ok: false, code: 'malformed' });
  });
});

async function made() {
  const opened = await site();
  const key = await createApiKey(opened.site, owner, { ...order, expires: NOW + DAY });
  if (!key.ok) throw new Error(key.detail);
  const actor = await authenticateApiKey(opened.site, key.value.text);
  if (actor === undefined) throw new Error('no actor');
  return { ...opened, key: key.value, actor };
}

describe('a key acts for its maker', () => {
  test('within its scopes, and the audit log says by which key', async () => {
    const { site: one, actor, key } = await made();
    expect(await one.write(rename(actor))).toMatchObject({ ok: true });
    const [event] = await one.store.events('audit');
    expect(JSON.parse(event?.content ?? '')).toMatchObject({
      data: { via: { type: 'api_key', id: key.id } },
    });
    expect(await one.write(rename(actor, 'user.update'))).toMatchObject({
      ok: false,
      code: 'refused',
    });
    const [refused] = await one.store.events('audit');
    expect(refused).toMatchObject({ type: 'doorwright.user.update', outcome: 'refused' });
  });

  test('and makes no keys, not even with every scope', async () => {
    expect(coversOperation({ scopes: ['*'] }, 'api_key.create')).toBe(false);
    const { site: one } = await site();
    const all = await createApiKey(one, owner, { name: 'all', scopes: ['*'] });
    const actor = all.ok ? await authenticateApiKey(one, all.value.text) : undefined;
    expect(await createApiKey(one, actor as never, order)).toMatchObject({
      ok: false,
      code: 'refused',
    });
  });

  test('and reads what its scopes and its maker’s permissions allow', async () => {
    const { site: one, actor } = await made();
    const users = [{ action: 'view', resource: { type: 'user', id: '*' } }];
    expect(await mayRead(one, actor, 'scim.read', users)).toBe(true);
    expect(await mayRead(one, actor, 'read.events', users)).toBe(false);
    const unheard = [{ action: 'fly', resource: { type: 'user', id: '*' } }];
    expect(await mayRead(one, actor, 'scim.read', unheard)).toBe(false);
  });
});

test('the system makes no key, also where somebody has its name', async () => {
  const { site: one } = await site();
  const system = { type: 'system', id: 'owner' } as const;
  expect(await createApiKey(one, system, order)).toMatchObject({ code: 'not_a_withdrawal' });
  expect(await listApiKeys(one)).toEqual([]);
});

describe('a key is dead', () => {
  test('once it is revoked, also for whoever has authenticated before', async () => {
    const { site: one, actor, key } = await made();
    expect(await revokeApiKey(one, owner, key.id)).toMatchObject({ ok: true });
    expect(await authenticateApiKey(one, key.text)).toBeUndefined();
    expect(await one.write(rename(actor))).toMatchObject({ ok: false, code: 'refused' });
    expect(await revokeApiKey(one, owner, key.id)).toMatchObject({
      ok: false,
      code: 'key_unknown',
    });
  });

  test('once it has expired', async () => {
    const { site: one, actor, key, clock } = await made();
    clock.now = NOW + DAY;
    expect(await authenticateApiKey(one, key.text)).toBeUndefined();
    expect(await one.write(rename(actor))).toMatchObject({ ok: false, code: 'refused' });
    expect(await listApiKeys(one)).toMatchObject([{ alive: false }]);
  });

  test('once its maker has lost the role', async () => {
    const { site: one } = await site();
    const admin = { type: 'user', id: 'admin' } as const;
    const key = await createApiKey(one, admin, order);
    const text = key.ok ? key.value.text : '';
    expect(await authenticateApiKey(one, text)).toBeDefined();
    const demoted = await one.write({
      actor: owner,
      operation: 'assignment.end',
      plan: () =>
        ({
          ok: true,
          value: { value: 1, changes: { remove: { assignments: ['admin-right'] } } },
        }) as const,
    });
    expect(demoted.ok).toBe(true);
    expect(await authenticateApiKey(one, text)).toBeUndefined();
    // It is still his to end.
    const id = key.ok ? key.value.id : '';
    expect(await revokeApiKey(one, { type: 'user', id: 'guest' }, id)).toMatchObject({
      ok: false,
      code: 'refused',
    });
    expect(await revokeApiKey(one, admin, id)).toMatchObject({ ok: true });
  });

  test.each(['the key', 'reading'])(
    'once another process has taken its maker’s role; %s is asked first',
    async (first) => {
      const { site: one, clock } = await site();
      const store = { ...memoryStore(), open: async () => one.store };
      const host = { ...nodeSiteHost, now: () => clock.now };
      const other = await openSite({ store, organization: 'acme', host });
      const admin = { type: 'user', id: 'admin' } as const;
      const key = await createApiKey(one, admin, { ...order, scopes: ['*'] });
      const text = key.ok ? key.value.text : '';
      const actor = await authenticateApiKey(one, text);
      const demoted = await other.write({
        actor: owner,
        operation: 'assignment.end',
        plan: () =>
          ({
            ok: true,
            value: { value: 1, changes: { remove: { assignments: ['admin-right'] } } },
          }) as const,
      });
      expect(demoted.ok).toBe(true);
      // The one that asks first learns of it.
      if (first === 'the key') expect(await authenticateApiKey(one, text)).toBeUndefined();
      const need = [{ action: 'view', resource: { type: 'user', id: '*' } }];
      expect(await mayRead(one, actor as never, 'read.person', need)).toBe(false);
      expect(await mayRead(one, admin, 'read.person', need)).toBe(false);
    },
  );

  test.each([undefined, '', 'dwk_', 'Bearer x', { toString: () => 'dwk_' }])(
    'when it is none: %s',
    async (text) => {
      const { site: one } = await made();
      expect(await authenticateApiKey(one, text)).toBeUndefined();
    },
  );

  test('with one character changed, or under another id', async () => {
    const { site: one, key } = await made();
    const last = key.text.at(-1) === 'A' ? 'B' : 'A';
    expect(await authenticateApiKey(one, key.text.slice(0, -1) + last)).toBeUndefined();
    const { id = '', secret = '' } = readApiKey(key.text) ?? {};
    const other = await createApiKey(one, owner, order);
    const otherId = other.ok ? other.value.id : '';
    expect(otherId).not.toBe(id);
    expect(await authenticateApiKey(one, `dwk_${otherId}_${secret}`)).toBeUndefined();
  });
});

test('neither the store nor a list has anything by which to use a key', async () => {
  const { site: one, key } = await made();
  const { secret = '' } = readApiKey(key.text) ?? {};
  const kept = JSON.stringify([
    await one.store.records('api_key'),
    await one.store.events('audit'),
  ]);
  expect(kept).not.toContain(secret);
  expect(JSON.stringify(await listApiKeys(one))).not.toMatch(/hash|[0-9a-f]{64}/u);
});
