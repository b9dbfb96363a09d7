import { expect, test } from 'vitest';
import { erasePerson } from '../../src/adapters/site/person-data.js';
import { type ScimSite, scimSite } from './scim-site.js';

const owner = { type: 'user', id: 'owner' } as const;
const DETAILS = {
  userName: 'ada@acme.example',
  externalId: '00u-ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  phoneNumbers: [{ value: '+44 20 7946 0815', type: 'work' }],
  addresses: [{ streetAddress: '12 St James’s Square' }],
};

async function withAda(): Promise<ScimSite & { readonly id: string }> {
  const made = await scimSite();
  const { status, body } = await made.ask('POST', '/Users', DETAILS);
  expect(status).toBe(201);
  return { ...made, id: body.id };
}

const erase = ({ site, id }: ScimSite & { readonly id: string }) =>
  erasePerson(site, owner, { person: { type: 'user', id } });

test('of somebody deleted over SCIM the account stays deleted, and nothing a directory told of him is left', async () => {
  const made = await withAda();
  const { site, ask, id } = made;
  expect((await ask('DELETE', `/Users/${id}`)).status).toBe(204);
  expect(await erase(made)).toMatchObject({ ok: true });
  const record = await site.store.record('scim_user', id);
  expect(record?.body['attributes']).toEqual({});
  expect(record?.body['deleted']).toBe(true);
  expect((await ask('GET', `/Users/${id}`)).status).toBe(404);
  expect((await ask('POST', '/Users', DETAILS)).status).toBe(201);
});

test('of somebody who is gone from the policy no record is left', async () => {
  const made = await withAda();
  const { site, id } = made;
  const gone = await site.write({
    actor: owner,
    operation: 'user.remove',
    plan: () => ({ ok: true, value: { value: 0, changes: { remove: { users: [id] } } } }),
  });
  expect(gone.ok).toBe(true);
  expect(await erase(made)).toMatchObject({ ok: true });
  expect(await site.store.record('scim_user', id)).toBeUndefined();
});

test('of somebody who is still there the directory keeps what it tells', async () => {
  const made = await withAda();
  expect(await erase(made)).toMatchObject({ ok: true });
  const { status, body } = await made.ask('GET', `/Users/${made.id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ externalId: '00u-ada' });
});

test('by somebody who may not erase, nothing is taken from it', async () => {
  const made = await withAda();
  await made.ask('DELETE', `/Users/${made.id}`);
  const eve = { type: 'user', id: 'eve' } as const;
  const order = { person: { type: 'user', id: made.id } } as const;
  expect(await erasePerson(made.site, eve, order)).toMatchObject({ code: 'refused' });
  const record = await made.site.store.record('scim_user', made.id);
  expect(JSON.stringify(record?.body)).toContain('7946');
});
