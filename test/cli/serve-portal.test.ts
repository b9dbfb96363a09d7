/** `doorwright serve --portal` over a store: the page is told of the site that decides, and of a policy file's nothing. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, pgliteStore } from '../../src/adapters/for-site.js';
import { parsePolicy } from '../../src/index.js';
import { buildProgram, folder } from './program.js';
import { serve } from './serve-program.js';

const files = folder();
let remove = (): void => undefined;
const POLICY = JSON.stringify({
  version: 1,
  organization: { id: 'acme', timeZone: 'UTC', roles: 'kisi' },
  places: [{ id: 'hq' }],
  doors: [{ id: 'front', place: 'hq' }],
  users: [{ id: 'olga' }],
  assignments: [
    {
      ...{ id: 'o', subject: { type: 'user', id: 'olga' }, role: 'organization_owner' },
      scope: { type: 'organization', id: 'acme' },
    },
  ],
});
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  files.remove();
  remove();
});

/** A store at which somebody opened a door. */
async function withOneEvent(place: string): Promise<void> {
  const store = await pgliteStore(place);
  const parsed = parsePolicy(JSON.parse(POLICY));
  if (!parsed.ok) throw new Error('not a policy');
  await store.create(parsed.value);
  const site = await openSite({ store, organization: 'acme' });
  await site.open({
    subject: { type: 'user', id: 'olga' },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    context: { time: Date.parse('2026-11-23T08:00:00Z') },
  });
  await store.close();
}

test('the site of a store is told of, as it stands', async () => {
  const place = join(files.file('policy.json', POLICY), '../store');
  await withOneEvent(place);
  const { url, child, end } = await serve(['--store', place, '--portal']);
  try {
    const answer = await fetch(`${url}/portal/api/events?limit=5`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      events: [{ seq: 1, type: 'doorwright.door.opened', subject: { id: 'olga' } }],
    });
    expect(await (await fetch(`${url}/portal/`)).text()).toContain('rel="served-site"');
  } finally {
    child.kill('SIGTERM');
  }
  expect((await end).code).toBe(0);
});

test('beside a policy file there is no site to tell of', async () => {
  const { url, child, end } = await serve([files.file('alone.json', POLICY), '--portal']);
  try {
    expect((await fetch(`${url}/portal/api/events`)).status).toBe(404);
    const page = await (await fetch(`${url}/portal/`)).text();
    expect(page).toContain('rel="served"');
    expect(page).not.toContain('served-site');
  } finally {
    child.kill('SIGTERM');
  }
  await end;
});
