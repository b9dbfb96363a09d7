/** Users over SCIM: people of the policy, and what their directory says of them. */
import { describe, expect, test } from 'vitest';
import { waitingOfflineChanges } from '../../src/adapters/site/offline.js';
import { activateUser } from '../../src/adapters/site/users.js';
import {
  ADMIN_TOKEN,
  GUEST_TOKEN,
  groupBody,
  patchOf,
  scimPolicy,
  scimSite,
  userBody,
} from './scim-site.js';

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const query = (filter: string) => `/Users?filter=${encodeURIComponent(filter)}`;

describe('making a user', () => {
  test('makes a person of the policy, named and reachable as the directory says', async () => {
    const { site, ask } = await scimSite();
    const made = await ask(
      'POST',
      '/Users',
      userBody('Ada.Lovelace', {
        externalId: 'x-1',
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        emails: [
          { value: 'home@example.org', type: 'home' },
          { value: 'ada@example.org', type: 'work', primary: true },
        ],
        password: 'secret',
        nonsense: 1,
      }),
    );
    expect(made.status).toBe(201);
    expect(made.headers.get('content-type')).toMatch(/^application\/scim\+json/u);
    expect(made.headers.get('location')).toBe(
      `https://doors.example/scim/v2/Users/${made.body.id}`,
    );
    expect(made.headers.get('etag')).toBe(made.body.meta.version);
    expect(made.body).toMatchObject({ userName: 'Ada.Lovelace', externalId: 'x-1', active: true });
    expect(made.body).not.toHaveProperty('password');
    expect(made.body).not.toHaveProperty('nonsense');
    const user = site.engine.policy.users?.find(({ id }) => id === made.body.id);
    expect(user).toEqual({
      id: made.body.id,
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      active: true,
    });
    const record = await site.store.record('scim_user', made.body.id);
    expect(JSON.stringify(record)).not.toContain('secret');
  });

  test('is refused for a name that somebody has, in whatever letter case', async () => {
    const { ask } = await scimSite();
    await ask('POST', '/Users', userBody('ada'));
    const again = await ask('POST', '/Users', userBody('ADA'));
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    const byEmail = await ask('POST', '/Users', userBody('Owner@Acme.example'));
    expect(byEmail.status).toBe(409);
  });

  test.each([
    ['no userName', { displayName: 'x' }],
    ['an empty userName', { userName: ' ' }],
    ['a name that is too long', { userName: 'x'.repeat(300) }],
    ['half a character', { userName: 'x\ud800' }],
    ['active that is no boolean', { userName: 'x', active: 'maybe' }],
    ['active that is null', { userName: 'x', active: null }],
    ['a name that is no object', { userName: 'x', name: 'BATMAN' }],
  ])('is refused with %s', async (_, body) => {
    const { site, ask } = await scimSite();
    const made = await ask('POST', '/Users', body);
    expect(made.status).toBe(400);
    expect(made.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    expect(site.engine.revision).toBe(0);
  });

  test('is refused for a name that only looks like another', async () => {
    const { ask } = await scimSite();
    expect((await ask('POST', '/Users', userBody('Zo\u00eb@x.example'))).status).toBe(201);
    for (const name of [
      ' zo\u00eb@x.example ',
      'ZOE\u0308@x.example',
      '\ufeffzo\u00eb@x.example',
    ]) {
      expect((await ask('POST', '/Users', userBody(name))).body.scimType).toBe('uniqueness');
    }
  });

  test('is refused without the right to make users, and leaves a trace', async () => {
    const { site, ask } = await scimSite();
    const made = await ask('POST', '/Users', userBody('ada'), as(GUEST_TOKEN));
    expect(made.status).toBe(403);
    expect(made.body.status).toBe('403');
    const [event] = await site.store.events('audit');
    expect(event).toMatchObject({ type: 'doorwright.scim.user.create', outcome: 'refused' });
  });

  test('starts inactive where the directory says so, also as a text', async () => {
    const { site, ask } = await scimSite();
    const made = await ask('POST', '/Users', userBody('ada', { active: 'False' }));
    expect(made.body.active).toBe(false);
    expect(site.engine.policy.users?.at(-1)?.active).toBe(false);
  });
});

describe('deactivation', () => {
  test.each([
    ['PATCH with a boolean', 'PATCH', patchOf({ op: 'replace', path: 'active', value: false })],
    ['PATCH with a text', 'PATCH', patchOf({ op: 'Replace', path: 'active', value: 'False' })],
    ['PATCH without path', 'PATCH', patchOf({ op: 'Replace', value: { Active: 'false' } })],
    ['PUT', 'PUT', userBody('ada', { active: false })],
  ])('by %s closes every door at once', async (_, method, body) => {
    const { site, ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada'));
    await ask(
      'PATCH',
      '/Groups/staff',
      patchOf({ op: 'add', path: 'members', value: [{ value: ada.id }] }),
    );
    expect(site.engine.can(ada.id, 'unlock', 'front', { time: 0 })).toBe(true);
    const changed = await ask(method, `/Users/${ada.id}`, body);
    expect(changed.status).toBe(200);
    expect(changed.body.active).toBe(false);
    expect(site.engine.can(ada.id, 'unlock', 'front', { time: 0 })).toBe(false);
    expect((await ask('GET', `/Users/${ada.id}`)).body.active).toBe(false);
    const back = await ask(
      'PATCH',
      `/Users/${ada.id}`,
      patchOf({ op: 'replace', value: { active: 'True' } }),
    );
    expect(back.body.active).toBe(true);
    expect(site.engine.can(ada.id, 'unlock', 'front', { time: 0 })).toBe(true);
  });

  test('is done where the path is the URN of the schema, and never only answered as if', async () => {
    const { site, ask } = await scimSite();
    const { id } = (await ask('POST', '/Users', userBody('ada'))).body;
    const isActive = () => site.engine.policy.users?.find((user) => user.id === id)?.active;
    for (const path of ['active.value', 'urn:ietf:params:scim:schemas:core:2.0:User:active.x']) {
      const op = { op: 'replace', path, value: false };
      expect(await ask('PATCH', `/Users/${id}`, patchOf(op))).toMatchObject({
        status: 400,
        body: { scimType: 'invalidPath' },
      });
    }
    const path = 'urn:ietf:params:scim:schemas:core:2.0:USER';
    for (const op of [{ op: 'remove' }, { op: 'remove', value: { active: false } }]) {
      expect((await ask('PATCH', `/Users/${id}`, patchOf({ ...op, path }))).status).toBe(400);
    }
    expect(isActive()).toBe(true);
    const op = { op: 'Replace', path, value: { active: 'False' } };
    expect((await ask('PATCH', `/Users/${id}`, patchOf(op))).body.active).toBe(false);
    expect(isActive()).toBe(false);
  });

  test('is done by a body whose attributes stand behind or under the URN of the schema', async () => {
    const { ask } = await scimSite();
    const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';
    const { id } = (await ask('POST', '/Users', userBody('ada'))).body;
    const states = [
      (await ask('POST', '/Users', userBody('bob', { [urn]: { active: false } }))).body.active,
      (await ask('PUT', `/Users/${id}`, userBody('ada', { [`${urn}:ACTIVE`]: 'False' }))).body
        .active,
    ];
    expect(states).toEqual([false, false]);
    const both = userBody('ada', { active: true, [`${urn}:active`]: false });
    expect((await ask('PUT', `/Users/${id}`, both)).body.scimType).toBe('invalidSyntax');
  });

  test('and deletion leave word for every offline lock that may still open', async () => {
    for (const [method, body] of [
      ['PATCH', patchOf({ op: 'Replace', path: 'active', value: 'False' })],
      ['DELETE', undefined],
    ] as const) {
      const doors = [
        { id: 'cellar', place: 'hq', lock: 'offline' },
        { id: 'front', place: 'hq' },
      ];
      const groups = [{ id: 'staff', name: 'Staff', doors: ['cellar', 'front'] }];
      const credentials = [{ id: 'phone', kind: 'phone', user: 'eve', state: 'active' }];
      const { site, ask } = await scimSite({}, scimPolicy({ doors, groups, credentials }));
      const add = patchOf({ op: 'add', path: 'members', value: 'eve' });
      await ask('PATCH', '/Groups/staff', add);
      const before = await waitingOfflineChanges(site);
      await ask(method, '/Users/eve', body);
      const after = await waitingOfflineChanges(site);
      expect(after.map(({ door }) => door)).toEqual(['cellar']);
      expect(after[0]?.changes).not.toEqual(before[0]?.changes);
      expect(after[0]?.changes.some(({ kind }) => kind === 'revoke' || kind === 'narrow')).toBe(
        true,
      );
    }
  });

  test('is not undone by a PUT that does not speak of it, nor by removing `active`', async () => {
    const { ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada', { active: false }));
    expect((await ask('PUT', `/Users/${ada.id}`, userBody('ada'))).body.active).toBe(false);
    for (const op of [
      { op: 'remove', path: 'active' },
      { op: 'replace', path: 'active', value: null },
      { op: 'replace', value: { active: null } },
    ]) {
      const patched = await ask('PATCH', `/Users/${ada.id}`, patchOf(op));
      expect(patched.status).toBe(400);
    }
    expect((await ask('GET', `/Users/${ada.id}`)).body.active).toBe(false);
  });

  test.each([
    ['deactivated', 'PATCH', patchOf({ op: 'replace', path: 'active', value: false })],
    ['replaced by somebody inactive', 'PUT', userBody('owner@acme.example', { active: false })],
    ['deleted', 'DELETE', undefined],
  ])('never hits the owner: he is not %s, not even by his own token', async (_, method, body) => {
    const { site, ask } = await scimSite();
    for (const token of [undefined, ADMIN_TOKEN]) {
      const headers = token === undefined ? {} : as(token);
      const answer = await ask(method, '/Users/owner', body, headers);
      expect(answer.status).toBe(403);
      expect(answer.body.detail).toMatch(/owner/u);
    }
    expect(site.engine.policy.users?.find(({ id }) => id === 'owner')?.active).toBeUndefined();
    expect(site.engine.policy.assignments).toHaveLength(2);
  });
});

describe('deleting a user', () => {
  test('ends his rights and teams, keeps the account, and he is found no more', async () => {
    const { site, ask } = await scimSite(
      {},
      scimPolicy({ teams: [{ id: 't', users: ['eve', 'admin'] }] }),
    );
    await ask(
      'PATCH',
      '/Groups/staff',
      patchOf({ op: 'add', path: 'members', value: [{ value: 'eve' }] }),
    );
    expect((await ask('DELETE', '/Users/eve')).status).toBe(204);
    expect((await ask('GET', '/Users/eve')).status).toBe(404);
    expect((await ask('DELETE', '/Users/eve')).status).toBe(404);
    expect(
      (await ask('PATCH', '/Users/eve', patchOf({ op: 'replace', path: 'active', value: true })))
        .status,
    ).toBe(404);
    expect((await ask('GET', query('userName eq "eve"'))).body.totalResults).toBe(0);
    expect((await ask('GET', '/Users')).body.Resources.map(({ id }: { id: string }) => id)).toEqual(
      ['admin', 'owner'],
    );
    const { policy } = site.engine;
    expect(policy.users?.find(({ id }) => id === 'eve')?.active).toBe(false);
    expect(policy.assignments?.some(({ subject }) => subject.id === 'eve')).toBe(false);
    expect(policy.teams?.[0]?.users).toEqual(['admin']);
    const again = await ask('POST', '/Users', userBody('eve'));
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe('eve');
  });

  test('deactivates him also where a right of his may not be ended', async () => {
    const policy = scimPolicy({
      organization: { id: 'acme', timeZone: 'UTC', roles: 'kiwi' },
      doors: [{ id: 'front', place: 'hq', tenant: { user: 'eve', since: '2020-01-01T00:00:00Z' } }],
      groups: [],
      users: [{ id: 'owner' }, { id: 'eve' }],
      assignments: [
        {
          id: 'o',
          subject: { type: 'user', id: 'owner' },
          role: 'administrator',
          scope: { type: 'organization', id: 'acme' },
        },
        {
          id: 'e',
          subject: { type: 'user', id: 'eve' },
          role: 'manager',
          scope: { type: 'door', id: 'front' },
        },
      ],
    });
    const { site, ask } = await scimSite({}, policy);
    expect(site.engine.can('eve', 'unlock', 'front', { time: Date.parse('2026-01-01') })).toBe(
      true,
    );
    expect((await ask('DELETE', '/Users/eve')).status).toBe(204);
    expect(site.engine.can('eve', 'unlock', 'front', { time: Date.parse('2026-01-01') })).toBe(
      false,
    );
    expect(site.engine.policy.assignments).toHaveLength(2);
    expect((await ask('GET', '/Users/eve')).status).toBe(404);
  });
});

describe('people who were there before the directory', () => {
  test('are found by e-mail address or id, and may be taken over', async () => {
    const { site, ask } = await scimSite();
    const found = await ask('GET', query('userName eq "OWNER@acme.example"'));
    expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual(['owner']);
    const eve = await ask(
      'PUT',
      '/Users/eve',
      userBody('eve@acme.example', { externalId: 'e1', displayName: 'Eve' }),
    );
    expect(eve.status).toBe(200);
    expect(site.engine.policy.users?.find(({ id }) => id === 'eve')).toEqual({
      id: 'eve',
      name: 'Eve',
      active: true,
    });
    expect((await ask('GET', query('externalId eq "e1"'))).body.totalResults).toBe(1);
    expect((await ask('GET', query('externalId eq "E1"'))).body.totalResults).toBe(0);
    expect((await ask('GET', query('userName eq "eve"'))).body.totalResults).toBe(0);
  });

  test('changed by another way are seen as they are', async () => {
    const { site, ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada'));
    await site.write({
      actor: { type: 'user', id: 'owner' },
      operation: 'user.deactivate',
      plan: () => ({
        ok: true,
        value: { value: 1, changes: { put: { users: [{ id: ada.id, active: false }] } } },
      }),
    });
    const now = await ask('GET', `/Users/${ada.id}`);
    expect(now.body).toMatchObject({ userName: 'ada', active: false });
    expect(now.body.meta.version).not.toBe(ada.meta.version);
    await site.write({
      actor: { type: 'user', id: 'owner' },
      operation: 'user.remove',
      plan: () => ({ ok: true, value: { value: 1, changes: { remove: { users: [ada.id] } } } }),
    });
    expect((await ask('GET', `/Users/${ada.id}`)).status).toBe(404);
    expect((await ask('GET', query('userName eq "ada"'))).body.totalResults).toBe(0);
  });
});

describe('versions', () => {
  test('guard a write against what the writer has not seen', async () => {
    const { ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada'));
    const first = ada.meta.version;
    const fits = await ask(
      'PATCH',
      `/Users/${ada.id}`,
      patchOf({ op: 'add', path: 'title', value: 'Dr' }),
      { 'if-match': first },
    );
    expect(fits.status).toBe(200);
    expect(fits.body.meta.version).not.toBe(first);
    for (const [method, body] of [
      ['PATCH', patchOf({ op: 'add', path: 'title', value: 'Prof' })],
      ['PUT', userBody('ada')],
      ['DELETE', undefined],
    ] as const) {
      const late = await ask(method, `/Users/${ada.id}`, body, { 'if-match': first });
      expect(late.status).toBe(412);
      expect(late.body.status).toBe('412');
    }
    expect((await ask('GET', `/Users/${ada.id}`)).body.title).toBe('Dr');
  });

  test('spare an answer that the reader has', async () => {
    const { ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada'));
    const same = await ask('GET', `/Users/${ada.id}`, undefined, {
      'if-none-match': ada.meta.version,
    });
    expect([same.status, same.body]).toEqual([304, undefined]);
    const other = await ask('GET', `/Users/${ada.id}`, undefined, { 'if-none-match': 'W/"0"' });
    expect(other.status).toBe(200);
  });
});

describe('a PATCH', () => {
  test('is applied whole or not at all', async () => {
    const { site, ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada'));
    const before = site.engine.revision;
    const half = await ask(
      'PATCH',
      `/Users/${ada.id}`,
      patchOf(
        { op: 'replace', path: 'title', value: 'Dr' },
        { op: 'replace', path: 'active', value: 'perhaps' },
      ),
    );
    expect(half.status).toBe(400);
    expect(site.engine.revision).toBe(before);
    expect((await ask('GET', `/Users/${ada.id}`)).body).toEqual(ada);
  });

  test('may rename a user, but not to the name of another', async () => {
    const { ask } = await scimSite();
    const { body: ada } = await ask('POST', '/Users', userBody('ada'));
    await ask('POST', '/Users', userBody('bob'));
    const taken = await ask(
      'PATCH',
      `/Users/${ada.id}`,
      patchOf({ op: 'replace', path: 'userName', value: 'BOB' }),
    );
    expect(taken.status).toBe(409);
    const own = await ask(
      'PATCH',
      `/Users/${ada.id}`,
      patchOf({ op: 'replace', path: 'userName', value: 'ADA' }),
    );
    expect(own.body.userName).toBe('ADA');
    expect(
      (await ask('PATCH', `/Users/${ada.id}`, patchOf({ op: 'remove', path: 'userName' }))).body
        .scimType,
    ).toBe('mutability');
  });

  test('to an administrator is refused to whoever ranks below him', async () => {
    const policy = scimPolicy();
    policy.assignments.push({
      id: 'm',
      subject: { type: 'user', id: 'eve' },
      role: 'user_manager',
      scope: { type: 'organization', id: 'acme' },
    });
    const { site, ask } = await scimSite({}, policy);
    const off = patchOf({ op: 'replace', path: 'active', value: false });
    expect((await ask('PATCH', '/Users/admin', off, as(GUEST_TOKEN))).status).toBe(403);
    expect(site.engine.revision).toBe(0);
    expect((await ask('PATCH', '/Users/admin', off)).status).toBe(200);
  });
});

test('the groups of a user are shown with him, as they are called', async () => {
  const { ask } = await scimSite();
  const { body: group } = await ask('POST', '/Groups', groupBody('Night', ['eve']));
  await ask('PATCH', '/Groups/staff', patchOf({ op: 'add', path: 'members', value: 'eve' }));
  const { body: eve } = await ask('GET', '/Users/eve');
  expect(eve.groups.map(({ display }: { display: string }) => display).sort()).toEqual([
    'Night',
    'Staff',
  ]);
  expect(eve.groups).toContainEqual({
    value: group.id,
    $ref: `https://doors.example/scim/v2/Groups/${group.id}`,
    display: 'Night',
    type: 'direct',
  });
  const found = await ask('GET', query(`groups.display eq "night"`));
  expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual(['eve']);
});

test('whoever was deleted and is let in again by hand is seen again, so that the directory can end it again', async () => {
  const { site, ask } = await scimSite();
  expect((await ask('DELETE', '/Users/eve')).status).toBe(204);
  const owner = { type: 'user', id: 'owner' } as const;
  expect(await activateUser(site, owner, 'eve')).toMatchObject({ ok: true });
  expect((await ask('GET', '/Users/eve')).body).toMatchObject({ id: 'eve', active: true });
  const off = patchOf({ op: 'replace', path: 'active', value: false });
  expect((await ask('PATCH', '/Users/eve', off)).status).toBe(200);
  expect(site.engine.policy.users?.find(({ id }) => id === 'eve')?.active).toBe(false);
});
