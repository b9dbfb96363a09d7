/** Groups over SCIM: rights that directories give and take, and what must never be read as "nobody". */
import { describe, expect, test } from 'vitest';
import {
  ADMIN_TOKEN,
  GUEST_TOKEN,
  groupBody,
  patchOf,
  type ScimSite,
  scimPolicy,
  scimSite,
  userBody,
} from './scim-site.js';

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const TIME = { time: 0 };

/** Ids of the members of a group, as a client sees them. */
async function members({ ask }: ScimSite, id = 'staff'): Promise<string[]> {
  const { body } = await ask('GET', `/Groups/${id}`);
  return body.members.map(({ value }: { value: string }) => value).sort();
}

/** A site whose group `staff` has two members. */
async function staffed(
  options = {},
): Promise<ScimSite & { readonly ada: string; readonly bob: string }> {
  const scim = await scimSite(options);
  const ada = (await scim.ask('POST', '/Users', userBody('ada'))).body.id;
  const bob = (await scim.ask('POST', '/Users', userBody('bob'))).body.id;
  const op = { op: 'Add', path: 'members', value: [{ $ref: null, value: ada }, { value: bob }] };
  expect((await scim.ask('PATCH', '/Groups/staff', patchOf(op))).status).toBe(204);
  return { ...scim, ada, bob };
}

describe('members of a group', () => {
  test('hold its role, signed by whoever the token stands for', async () => {
    const { site, ask } = await scimSite();
    const op = { op: 'add', path: 'members', value: [{ value: 'eve' }] };
    expect((await ask('PATCH', '/Groups/staff', patchOf(op), as(ADMIN_TOKEN))).status).toBe(204);
    expect(site.engine.policy.assignments?.at(-1)).toMatchObject({
      subject: { type: 'user', id: 'eve' },
      role: 'door_access',
      scope: { type: 'group', id: 'staff' },
      grantedBy: 'admin',
    });
    expect(site.engine.can('eve', 'unlock', 'front', TIME)).toBe(true);
  });

  test.each([
    ['a filter', { op: 'remove', path: 'members[value eq "BOB"]' }],
    ['a filter without quotes', { op: 'Remove', path: 'members[value eq BOB]' }],
    [
      'a filter with a null reference',
      { op: 'remove', path: 'members[$ref eq null and value eq "BOB"]' },
    ],
    ['a list', { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'BOB' }] }],
    ['an object', { op: 'remove', path: 'Members', value: { value: 'BOB' } }],
    ['an id', { op: 'remove', path: 'members', value: 'BOB' }],
    [
      'the path with its URN',
      { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq "BOB"]' },
    ],
    [
      'a replacement by the rest',
      { op: 'replace', path: 'members', value: [{ value: 'ADA', display: 'Ada' }] },
    ],
    [
      'a replacement without path',
      { op: 'Replace', value: { id: 'staff', displayName: 'Staff', members: [{ value: 'ADA' }] } },
    ],
  ])('are removed by %s, and nobody else with them', async (_, op) => {
    const scim = await staffed();
    const text = JSON.stringify(patchOf(op))
      .replaceAll('BOB', scim.bob)
      .replaceAll('ADA', scim.ada);
    expect((await scim.ask('PATCH', '/Groups/staff', text)).status).toBe(204);
    expect(await members(scim)).toEqual([scim.ada]);
    expect(scim.site.engine.can(scim.bob, 'unlock', 'front', TIME)).toBe(false);
    expect(scim.site.engine.can(scim.ada, 'unlock', 'front', TIME)).toBe(true);
  });

  test.each([
    ['removed without saying whom', { op: 'remove', path: 'members' }],
    ['removed with null', { op: 'remove', path: 'members', value: null }],
    ['removed with an empty text', { op: 'remove', path: 'members', value: '' }],
    ['removed with an empty object', { op: 'remove', path: 'members', value: [{}] }],
    ['removed with a reference alone', { op: 'remove', path: 'members', value: [{ $ref: null }] }],
    ['removed with numbers', { op: 'remove', path: 'members', value: [1] }],
    ['removed by what they are not', { op: 'remove', path: 'members[not (value eq "x")]' }],
    ['removed by a name nobody compares', { op: 'remove', path: 'members[display ne "x"]' }],
    ['removed for having a value', { op: 'remove', path: 'members[value pr]' }],
    ['removed by a part of an id', { op: 'remove', path: 'members[value co "-"]' }],
    ['removed by their values', { op: 'remove', path: 'members.value' }],
    ['replaced by null', { op: 'replace', path: 'members', value: null }],
    ['replaced by an empty text', { op: 'replace', path: 'members', value: '' }],
    ['replaced by an object without id', { op: 'replace', path: 'members', value: {} }],
    ['replaced by a list of nothing', { op: 'replace', path: 'members', value: [null] }],
    ['replaced by null without path', { op: 'replace', value: { members: null } }],
    ['added as null', { op: 'add', path: 'members', value: null }],
    ['altered', { op: 'replace', path: 'members[value eq "x"].value', value: 'eve' }],
    ['a filter that does not end', { op: 'remove', path: 'members[value eq "x"' }],
    ['an empty filter', { op: 'remove', path: 'members[]' }],
  ])('are not %s: the request is refused and all stay', async (_, op) => {
    const scim = await staffed();
    const answer = await scim.ask('PATCH', '/Groups/staff', patchOf(op));
    expect(answer.status).toBe(400);
    expect(answer.body.detail).not.toBe('');
    expect(await members(scim)).toEqual([scim.ada, scim.bob].sort());
  });

  test.each([
    ['an empty list to remove', { op: 'remove', path: 'members', value: [] }],
    ['somebody who is no member', { op: 'remove', path: 'members[value eq "eve"]' }],
    [
      'another name of a member',
      { op: 'replace', path: 'members[value eq "x"].display', value: 'X' },
    ],
    ['an attribute nobody knows', { op: 'replace', path: 'nonsense', value: 'X' }],
    ['an id, which only this server gives', { op: 'replace', value: { id: 'other' } }],
  ])('stay as they are with %s', async (_, op) => {
    const scim = await staffed();
    expect((await scim.ask('PATCH', '/Groups/staff', patchOf(op))).status).toBe(204);
    expect(await members(scim)).toEqual([scim.ada, scim.bob].sort());
  });

  test('are all removed by an empty list, and where a server allows it by naming none', async () => {
    const empty = { op: 'replace', path: 'members', value: [] };
    const byList = await staffed();
    expect((await byList.ask('PATCH', '/Groups/staff', patchOf(empty))).status).toBe(204);
    expect(await members(byList)).toEqual([]);
    const allowing = await staffed({ allowRemoveAllMembers: true });
    const all = { op: 'remove', path: 'members' };
    expect((await allowing.ask('PATCH', '/Groups/staff', patchOf(all))).status).toBe(204);
    expect(await members(allowing)).toEqual([]);
    const still = await staffed({ allowRemoveAllMembers: true });
    expect(
      (await still.ask('PATCH', '/Groups/staff', patchOf({ ...all, value: null }))).status,
    ).toBe(400);
  });

  test('are whom a PUT names behind the URN of the schema', async () => {
    const scim = await staffed();
    const named = 'urn:ietf:params:scim:schemas:core:2.0:Group:members';
    const body = { displayName: 'Staff', [named]: [{ value: scim.ada }] };
    expect((await scim.ask('PUT', '/Groups/staff', body)).status).toBe(200);
    expect(await members(scim)).toEqual([scim.ada]);
  });

  test('are set where the path is the URN of the schema, too', async () => {
    const scim = await staffed();
    const path = 'urn:ietf:params:scim:schemas:core:2.0:Group';
    const op = { op: 'replace', path, value: { members: [{ value: scim.bob }] } };
    expect((await scim.ask('PATCH', '/Groups/staff', patchOf(op))).status).toBe(204);
    expect(await members(scim)).toEqual([scim.bob]);
    expect((await scim.ask('PATCH', '/Groups/staff', patchOf({ op: 'remove', path }))).status).toBe(
      400,
    );
    expect(await members(scim)).toEqual([scim.bob]);
  });

  test('are whom a PUT names; one that does not speak of them leaves them', async () => {
    const scim = await staffed();
    await scim.ask('PUT', '/Groups/staff', { displayName: 'Crew' });
    expect(await members(scim)).toEqual([scim.ada, scim.bob].sort());
    for (const broken of [null, '', {}, [null], [{}]]) {
      expect(
        (await scim.ask('PUT', '/Groups/staff', { displayName: 'Crew', members: broken })).status,
      ).toBe(400);
    }
    expect(await members(scim)).toEqual([scim.ada, scim.bob].sort());
    const put = await scim.ask('PUT', '/Groups/staff', groupBody('Crew', [scim.ada, 'eve']));
    expect(put.status).toBe(200);
    expect(await members(scim)).toEqual([scim.ada, 'eve'].sort());
    expect(scim.site.engine.policy.groups?.[0]).toEqual({
      id: 'staff',
      name: 'Crew',
      doors: ['front'],
    });
  });

  test('must be users that are there; one stranger refuses the whole request', async () => {
    const scim = await staffed();
    await scim.ask('DELETE', '/Users/eve');
    for (const stranger of ['nobody', 'eve', '__proto__', 'staff']) {
      const op = { op: 'add', path: 'members', value: [{ value: 'admin' }, { value: stranger }] };
      expect((await scim.ask('PATCH', '/Groups/staff', patchOf(op))).status).toBe(400);
    }
    const nested = { op: 'add', path: 'members', value: [{ value: 'staff', type: 'Group' }] };
    expect((await scim.ask('PATCH', '/Groups/staff', patchOf(nested))).status).toBe(400);
    expect(await members(scim)).toEqual([scim.ada, scim.bob].sort());
  });

  test('keep an assignment that was given by hand, with its end', async () => {
    const policy = scimPolicy();
    const byHand = {
      id: 'h',
      subject: { type: 'user', id: 'eve' },
      role: 'door_access',
      scope: { type: 'group', id: 'staff' },
      validity: { until: '2030-01-01T00:00:00Z' },
    };
    policy.assignments.push(byHand);
    const scim = await scimSite({}, policy);
    await scim.ask(
      'PATCH',
      '/Groups/staff',
      patchOf({ op: 'add', path: 'members', value: ['eve', 'admin'] }),
    );
    const eves = scim.site.engine.policy.assignments?.filter(({ subject }) => subject.id === 'eve');
    expect(eves).toEqual([byHand]);
    await scim.ask(
      'PATCH',
      '/Groups/staff',
      patchOf({ op: 'remove', path: 'members', value: ['eve'] }),
    );
    expect(await members(scim)).toEqual(['admin']);
  });

  test('who manage the group keep that role, and are not shown as members', async () => {
    const policy = scimPolicy();
    policy.assignments.push({
      id: 'm',
      subject: { type: 'user', id: 'eve' },
      role: 'group_manager',
      scope: { type: 'group', id: 'staff' },
    });
    const scim = await scimSite({}, policy);
    const op = { op: 'add', path: 'members', value: ['eve', 'admin'] };
    expect((await scim.ask('PATCH', '/Groups/staff', patchOf(op))).status).toBe(204);
    expect(await members(scim)).toEqual(['admin']);
    await scim.ask(
      'PATCH',
      '/Groups/staff',
      patchOf({ op: 'replace', path: 'members', value: [] }),
    );
    expect(scim.site.engine.policy.assignments?.some(({ id }) => id === 'm')).toBe(true);
  });

  test('are given only by whoever may give the role there', async () => {
    const scim = await scimSite();
    const op = patchOf({ op: 'add', path: 'members', value: ['admin'] });
    expect((await scim.ask('PATCH', '/Groups/staff', op, as(GUEST_TOKEN))).status).toBe(403);
    expect(scim.site.engine.revision).toBe(0);
  });
});

describe('a group', () => {
  test('is made without doors, under a name of its own', async () => {
    const { site, ask } = await scimSite();
    const made = await ask(
      'POST',
      '/Groups',
      groupBody('Night shift', ['eve'], { externalId: 'g1' }),
    );
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ displayName: 'Night shift', externalId: 'g1' });
    expect(made.body.members.map(({ value }: { value: string }) => value)).toEqual(['eve']);
    const group = site.engine.policy.groups?.find(({ id }) => id === made.body.id);
    expect(group).toEqual({ id: made.body.id, name: 'Night shift' });
    const again = await ask('POST', '/Groups', groupBody('NIGHT SHIFT'));
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness']);
    const rename = patchOf({ op: 'replace', path: 'displayName', value: 'night shift' });
    expect((await ask('PATCH', '/Groups/staff', rename)).status).toBe(409);
    expect((await ask('POST', '/Groups', groupBody(''))).status).toBe(400);
  });

  test('made by the directory goes when that deletes it', async () => {
    const { site, ask } = await scimSite();
    const { body } = await ask('POST', '/Groups', groupBody('Night', ['eve']));
    expect((await ask('DELETE', `/Groups/${body.id}`)).status).toBe(204);
    expect((await ask('GET', `/Groups/${body.id}`)).status).toBe(404);
    expect(site.engine.policy.groups?.map(({ id }) => id)).toEqual(['staff']);
    expect(site.engine.policy.assignments?.some(({ subject }) => subject.id === 'eve')).toBe(false);
    expect((await ask('POST', '/Groups', groupBody('Night'))).status).toBe(201);
  });

  test('with doors loses its members and stays in the policy, found no more over SCIM', async () => {
    const scim = await staffed();
    const { site, ask } = scim;
    expect((await ask('DELETE', '/Groups/staff')).status).toBe(204);
    expect(site.engine.can(scim.ada, 'unlock', 'front', TIME)).toBe(false);
    expect(site.engine.policy.groups?.map(({ id }) => id)).toEqual(['staff']);
    expect((await ask('GET', '/Groups')).body.totalResults).toBe(0);
    expect((await ask('GET', '/Groups/staff')).status).toBe(404);
    const add = patchOf({ op: 'add', path: 'members', value: [scim.ada] });
    expect((await ask('PATCH', '/Groups/staff', add)).status).toBe(404);
    // Somebody gives the right there by hand: that is no matter of the directory any more.
    const byHand = {
      id: 'h',
      subject: { type: 'user', id: scim.bob },
      role: 'door_access',
      scope: { type: 'group', id: 'staff' },
      grantedBy: 'owner',
    } as const;
    await site.write({
      actor: { type: 'user', id: 'owner' },
      operation: 'assignment.grant',
      plan: () => ({
        ok: true,
        value: { value: 1, changes: { put: { assignments: [byHand] } } },
      }),
    });
    expect((await ask('GET', `/Users/${scim.bob}`)).body).not.toHaveProperty('groups');
    const fresh = await ask('POST', '/Groups', groupBody('Staff', [scim.ada]));
    expect(fresh.body.id).not.toBe('staff');
    expect(site.engine.can(scim.ada, 'unlock', 'front', TIME)).toBe(false);
  });

  test('made by the directory stays once it has doors, and so does an empty one that was there before', async () => {
    const { site, ask } = await scimSite(
      {},
      scimPolicy({ groups: [{ id: 'staff', name: 'Staff', doors: ['front'] }, { id: 'bare' }] }),
    );
    const { body } = await ask('POST', '/Groups', groupBody('Night'));
    await site.write({
      actor: { type: 'user', id: 'owner' },
      operation: 'group.update',
      plan: () => ({
        ok: true,
        value: {
          value: 1,
          changes: { put: { groups: [{ id: body.id, name: 'Night', doors: ['front'] }] } },
        },
      }),
    });
    for (const id of [body.id, 'bare']) {
      expect((await ask('DELETE', `/Groups/${id}`)).status).toBe(204);
      expect((await ask('GET', `/Groups/${id}`)).status).toBe(404);
    }
    const left = site.engine.policy.groups?.map(({ id }) => id);
    expect(left?.sort()).toEqual(['bare', body.id, 'staff'].sort());
  });

  test('with rights of others made by the directory stays, too', async () => {
    const { site, ask } = await scimSite();
    const { body } = await ask('POST', '/Groups', groupBody('Night'));
    await site.write({
      actor: { type: 'user', id: 'owner' },
      operation: 'assignment.grant',
      plan: () => ({
        ok: true,
        value: {
          value: 1,
          changes: {
            put: {
              assignments: [
                {
                  id: 'm',
                  subject: { type: 'user', id: 'eve' },
                  role: 'group_manager',
                  scope: { type: 'group', id: body.id },
                  grantedBy: 'owner',
                },
              ],
            },
          },
        },
      }),
    });
    expect((await ask('DELETE', `/Groups/${body.id}`)).status).toBe(204);
    expect(site.engine.policy.groups).toHaveLength(2);
    expect(site.engine.policy.assignments?.some(({ id }) => id === 'm')).toBe(true);
  });

  test('is found by name in any letter case, and shown without members where they are not asked for', async () => {
    const scim = await staffed();
    const filter = encodeURIComponent('displayName eq "STAFF"');
    const list = await scim.ask('GET', `/Groups?excludedAttributes=members&filter=${filter}`);
    expect(list.body.totalResults).toBe(1);
    expect(list.body.Resources[0]).not.toHaveProperty('members');
    expect(list.body.Resources[0].displayName).toBe('Staff');
    const one = await scim.ask('GET', '/Groups/staff?excludedAttributes=members');
    expect(one.body).not.toHaveProperty('members');
    expect(one.body.meta.version).toBe((await scim.ask('GET', '/Groups/staff')).body.meta.version);
    const patched = await scim.ask(
      'PATCH',
      '/Groups/staff?attributes=members',
      patchOf({ op: 'remove', path: 'members', value: [scim.bob] }),
    );
    expect([patched.status, patched.body.members.length]).toEqual([200, 1]);
  });

  test('at another version is not changed', async () => {
    const scim = await staffed();
    const { body } = await scim.ask('GET', '/Groups/staff');
    const headers = { 'if-match': body.meta.version };
    const remove = patchOf({ op: 'remove', path: 'members', value: [scim.bob] });
    expect((await scim.ask('PATCH', '/Groups/staff', remove, headers)).status).toBe(204);
    expect((await scim.ask('PATCH', '/Groups/staff', remove, headers)).status).toBe(412);
    expect((await scim.ask('DELETE', '/Groups/staff', undefined, headers)).status).toBe(412);
  });
});

describe('teams as groups', () => {
  const policy = () =>
    scimPolicy({
      teams: [{ id: 'crew', name: 'Crew', users: ['eve'] }],
      assignments: [
        ...scimPolicy().assignments,
        {
          id: 't',
          subject: { type: 'team', id: 'crew' },
          role: 'door_access',
          scope: { type: 'group', id: 'staff' },
        },
      ],
    });

  test('give by membership what the team holds, and take it again', async () => {
    const scim = await scimSite({ groupsAre: 'teams' }, policy());
    expect(await members(scim, 'crew')).toEqual(['eve']);
    await scim.ask(
      'PATCH',
      '/Groups/crew',
      patchOf({ op: 'add', path: 'members', value: ['admin'] }),
    );
    expect(scim.site.engine.can('admin', 'unlock', 'front', TIME)).toBe(true);
    await scim.ask(
      'PATCH',
      '/Groups/crew',
      patchOf({ op: 'remove', path: 'members', value: ['admin'] }),
    );
    expect(await members(scim, 'crew')).toEqual(['eve']);
    expect((await scim.ask('GET', '/Users/eve')).body.groups[0]).toMatchObject({
      value: 'crew',
      display: 'Crew',
    });
    expect((await scim.ask('GET', '/Groups/staff')).status).toBe(404);
  });

  test('are made, renamed and deleted; one that holds something stays, without members', async () => {
    const scim = await scimSite({ groupsAre: 'teams' }, policy());
    const { body } = await scim.ask('POST', '/Groups', groupBody('Night', ['admin']));
    expect(scim.site.engine.policy.teams?.at(-1)).toEqual({
      id: body.id,
      name: 'Night',
      users: ['admin'],
    });
    await scim.ask('PUT', `/Groups/${body.id}`, groupBody('Day', ['eve']));
    expect(scim.site.engine.policy.teams?.at(-1)).toEqual({
      id: body.id,
      name: 'Day',
      users: ['eve'],
    });
    expect((await scim.ask('DELETE', `/Groups/${body.id}`)).status).toBe(204);
    expect((await scim.ask('DELETE', '/Groups/crew')).status).toBe(204);
    expect(scim.site.engine.policy.teams).toEqual([{ id: 'crew', name: 'Crew', users: [] }]);
    expect((await scim.ask('GET', '/Groups')).body.totalResults).toBe(0);
  });
});

test("a role that cannot be a member's is told, and nothing is written", async () => {
  for (const role of ['organization_owner', 'organization_administrator', 'no-such-role']) {
    const { ask, site } = await scimSite({ role });
    expect((await ask('POST', '/Groups', groupBody('Night'))).status).toBe(501);
    expect((await ask('GET', '/Users/eve')).status).toBe(200);
    expect(site.engine.revision).toBe(0);
  }
  const managers = await scimSite({ role: 'group_manager' });
  await managers.ask(
    'PATCH',
    '/Groups/staff',
    patchOf({ op: 'add', path: 'members', value: 'eve' }),
  );
  expect(managers.site.engine.policy.assignments?.at(-1)?.role).toBe('group_manager');
});

describe('somebody deleted whose right may not be ended by the key', () => {
  const kiwi = () =>
    scimPolicy({
      organization: { id: 'acme', timeZone: 'UTC', roles: 'kiwi' },
      users: [{ id: 'owner' }, { id: 'admin' }, { id: 'eve' }],
      doors: [
        { id: 'front', place: 'hq' },
        { id: 'flat', place: 'hq', tenant: { user: 'eve', since: '2020-01-01T00:00:00Z' } },
      ],
      teams: [{ id: 'crew', name: 'Crew', users: ['eve', 'admin'] }],
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
          role: 'guest',
          scope: { type: 'group', id: 'staff' },
          grantedBy: 'owner',
        },
        {
          id: 'f',
          subject: { type: 'user', id: 'eve' },
          role: 'manager',
          scope: { type: 'door', id: 'flat' },
        },
      ],
    });

  test('is a member of nothing that anybody sees, and stands in nobody’s way', async () => {
    for (const groupsAre of ['groups', 'teams'] as const) {
      const scim = await scimSite({ groupsAre }, kiwi());
      const id = groupsAre === 'groups' ? 'staff' : 'crew';
      expect(await members(scim, id)).toContain('eve');
      expect((await scim.ask('DELETE', '/Users/eve')).status).toBe(204);
      expect(await members(scim, id)).not.toContain('eve');
      const put = await scim.ask('PUT', `/Groups/${id}`, groupBody('Staff', ['admin']));
      expect(put.status).toBe(200);
      expect(await members(scim, id)).toEqual(['admin']);
      const { policy } = scim.site.engine;
      // What was left of him with the account is still there, and still opens nothing.
      if (groupsAre === 'groups')
        expect(policy.assignments?.some((each) => each.id === 'e')).toBe(true);
      else expect(policy.teams?.[0]?.users).toEqual(['eve', 'admin']);
      expect(scim.site.engine.can('eve', 'unlock', 'front', TIME)).toBe(false);
    }
  });

  test('whereas a guest of a house of the other model is one like any other', async () => {
    const scim = await scimSite({}, kiwi());
    const op = patchOf({ op: 'add', path: 'members', value: 'admin' });
    expect((await scim.ask('PATCH', '/Groups/staff', op)).status).toBe(204);
    expect(scim.site.engine.policy.assignments?.at(-1)?.role).toBe('guest');
  });
});
