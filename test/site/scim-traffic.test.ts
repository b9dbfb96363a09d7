/**
 * What directories send over a day, in their own shapes: Okta and Entra ID, written after their public
 * documentation. Every door is asked along the way.
 */
import { describe, expect, test } from 'vitest';
import { scimSite, userBody } from './scim-site.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const TIME = { time: 0 };
const JSON_TYPE = {
  accept: 'application/scim+json',
  'content-type': 'application/json; charset=utf-8',
};

describe('Okta', () => {
  test('looks a user up, makes, reads, replaces and deactivates him, and never deletes', async () => {
    const { ask, site } = await scimSite();
    const lookUp = () =>
      ask(
        'GET',
        '/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100',
      );
    expect((await lookUp()).body).toEqual({
      schemas: [LIST],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
    const sent = {
      schemas: [CORE],
      userName: 'test.user@okta.local',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    };
    const made = await ask('POST', '/Users', sent, JSON_TYPE);
    expect(made.status).toBe(201);
    const { groups, password, ...kept } = sent;
    expect(made.body).toMatchObject(kept);
    const { id } = made.body;
    expect((await lookUp()).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect((await ask('POST', '/Users', sent, JSON_TYPE)).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });

    const read = (await ask('GET', `/Users/${id}`)).body;
    const replaced = await ask(
      'PUT',
      `/Users/${id}`,
      { ...read, name: { givenName: 'Another', familyName: 'User' } },
      JSON_TYPE,
    );
    expect(replaced.status).toBe(200);
    expect(replaced.body.name).toEqual({ givenName: 'Another', familyName: 'User' });
    expect(replaced.body.id).toBe(id);
    const off = { schemas: [PATCH], Operations: [{ op: 'replace', value: { active: false } }] };
    expect((await ask('PATCH', `/Users/${id}`, off, JSON_TYPE)).body.active).toBe(false);
    expect((await lookUp()).body.Resources[0].active).toBe(false);
    expect(site.engine.policy.users?.find((user) => user.id === id)?.active).toBe(false);
    // A profile push by an older integration speaks of `active` again.
    expect(
      (await ask('PUT', `/Users/${id}`, { ...read, active: true }, JSON_TYPE)).body.active,
    ).toBe(true);
  });

  test('pushes a group with an id in it, and moves its members', async () => {
    const { ask, site } = await scimSite();
    const first = (await ask('POST', '/Users', userBody('one'))).body.id;
    const second = (await ask('POST', '/Users', userBody('two'))).body.id;
    const patch = (...Operations: object[]) =>
      ask('PATCH', '/Groups/staff', { schemas: [PATCH], Operations }, JSON_TYPE);
    expect((await ask('GET', '/Groups?startIndex=1&count=100')).body.totalResults).toBe(1);
    const push = await patch(
      { op: 'replace', value: { id: 'staff', displayName: 'Staff of Acme' } },
      { op: 'add', path: 'members', value: [{ value: first, display: 'one' }] },
    );
    expect(push.status).toBe(204);
    const moved = await patch(
      { op: 'remove', path: `members[value eq "${first}"]` },
      { op: 'add', path: 'members', value: [{ value: second, display: 'two' }] },
    );
    expect(moved.status).toBe(204);
    expect(site.engine.can(first, 'unlock', 'front', TIME)).toBe(false);
    expect(site.engine.can(second, 'unlock', 'front', TIME)).toBe(true);
    await patch({ op: 'replace', path: 'members', value: [{ value: first }, { value: second }] });
    expect(site.engine.can(first, 'unlock', 'front', TIME)).toBe(true);
    expect((await ask('GET', '/Groups/staff')).body.displayName).toBe('Staff of Acme');
  });

  test('is told in its words what a wrong token and a wrong id are', async () => {
    const { ask } = await scimSite();
    const wrong = await ask('GET', '/Users?startIndex=1&count=2', undefined, {
      authorization: 'Bearer wrong',
    });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '401',
    });
    const lost = await ask('GET', '/Users/010101001010101011001010101011');
    expect(lost.body).toMatchObject({ status: '404', detail: expect.any(String) });
    const page = (await ask('GET', '/Users?startIndex=1&count=2')).body;
    for (const member of ['totalResults', 'startIndex', 'itemsPerPage'])
      expect(Number.isInteger(page[member])).toBe(true);
  });
});

describe('Entra ID', () => {
  test('tests the connection, makes a user, and changes him with texts for booleans', async () => {
    const { ask, site } = await scimSite();
    const guid = '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef';
    expect((await ask('GET', `/Users?filter=userName+eq+%22${guid}%22`)).body.totalResults).toBe(0);
    const made = await ask('POST', '/Users', {
      schemas: [CORE, ENTERPRISE],
      externalId: guid,
      userName: 'Test_User',
      active: 'True',
      emails: [{ primary: true, type: 'work', value: 'a@b.example' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'G F', familyName: 'F', givenName: 'G' },
      roles: [],
    });
    expect(made.status).toBe(201);
    const { id } = made.body;
    const patch = async (...Operations: object[]) => {
      const answer = await ask('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations });
      expect(answer.status).toBe(200);
      return answer.body;
    };
    expect((await ask('GET', `/Users?filter=externalId eq ${guid}`)).body.Resources[0].id).toBe(id);
    const many = await patch(
      { op: 'Replace', path: 'displayName', value: 'Pvlo' },
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'o@b.example' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'w@b.example' },
      { op: 'Replace', path: 'name.givenName', value: 'H' },
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'owner' },
      { op: 'Add', path: `${ENTERPRISE}:employeeNumber`, value: 12 },
      { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Boss' },
      {
        op: 'Add',
        path: 'urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User:tag',
        value: 'x',
      },
    );
    expect(many).toMatchObject({
      displayName: 'Pvlo',
      emails: [
        { primary: true, type: 'work', value: 'w@b.example' },
        { type: 'other', value: 'o@b.example' },
      ],
      name: { formatted: 'G F', familyName: 'F', givenName: 'H' },
      roles: [{ primary: true, display: 'Boss' }],
      [ENTERPRISE]: { manager: { value: 'owner' }, employeeNumber: '12' },
    });
    expect(many.schemas).toContain(ENTERPRISE);
    expect(site.engine.policy.users?.find((user) => user.id === id)).toMatchObject({
      name: 'Pvlo',
      email: 'w@b.example',
    });
    const dotted = await patch({
      op: 'replace',
      value: { displayName: 'Bjfe', 'name.givenName': 'Kkom', [`${ENTERPRISE}:department`]: 'D' },
    });
    expect(dotted).toMatchObject({
      displayName: 'Bjfe',
      name: { givenName: 'Kkom' },
      [ENTERPRISE]: { department: 'D', employeeNumber: '12' },
    });
    expect(
      (await patch({ op: 'Remove', path: `${ENTERPRISE}:manager` }))[ENTERPRISE],
    ).not.toHaveProperty('manager');
    expect((await patch({ op: 'Replace', path: 'active', value: 'False' })).active).toBe(false);
    expect((await ask('GET', `/Users/${id}`)).body.active).toBe(false);
    expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204);
  });

  test('makes a group, adds and removes members by value, and reads it without them', async () => {
    const { ask, site } = await scimSite();
    const made = await ask('POST', '/Groups', {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: '8aa1a0c0',
      displayName: 'Crew',
      meta: { resourceType: 'Group' },
    });
    expect([made.status, made.body.members]).toEqual([201, []]);
    const path = `/Groups/${made.body.id}`;
    // An administrator puts a door into it.
    await site.write({
      actor: { type: 'user', id: 'owner' },
      operation: 'group.update',
      plan: ({ engine }) => {
        const group = engine.policy.groups?.find(({ id }) => id === made.body.id);
        if (group === undefined) throw new Error('no group');
        return {
          ok: true,
          value: { value: 1, changes: { put: { groups: [{ ...group, doors: ['front'] }] } } },
        };
      },
    });
    const patch = (...Operations: object[]) => ask('PATCH', path, { schemas: [PATCH], Operations });
    const add = await patch({
      op: 'Add',
      path: 'members',
      value: [
        { $ref: null, value: 'eve' },
        { $ref: null, value: 'admin' },
      ],
    });
    expect([add.status, add.body]).toEqual([204, undefined]);
    expect(site.engine.can('eve', 'unlock', 'front', TIME)).toBe(true);
    expect(
      (await patch({ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'eve' }] }))
        .status,
    ).toBe(204);
    expect(site.engine.can('eve', 'unlock', 'front', TIME)).toBe(false);
    expect(site.engine.can('admin', 'unlock', 'front', TIME)).toBe(true);
    expect((await patch({ op: 'Replace', path: 'displayName', value: 'Crew 2' })).status).toBe(204);
    const read = await ask('GET', `${path}?excludedAttributes=members`);
    expect(read.body).toMatchObject({ displayName: 'Crew 2', externalId: '8aa1a0c0' });
    expect(read.body).not.toHaveProperty('members');
    expect(site.engine.policy.groups?.find(({ id }) => id === made.body.id)?.doors).toEqual([
      'front',
    ]);
  });
});
