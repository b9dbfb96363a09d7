/** SCIM with others at work: several clients at once, several processes on one store, many people. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scimHandler } from '../../src/adapters/for-scim.js';
import { memoryStore, openSite, type Site } from '../../src/adapters/for-site.js';
import { parsePolicy } from '../../src/index.js';
import { runs } from '../helpers/runs.js';
import { asker, groupBody, patchOf, scimPolicy, scimSite, userBody } from './scim-site.js';

const query = (filter: string) => `/Users?filter=${encodeURIComponent(filter)}`;
const serve = (site: Site) =>
  asker(scimHandler({ authenticate: () => ({ site, actor: { type: 'user', id: 'owner' } }) }));

/** Two processes on one store, as far as a test can have them: two sites that share nothing but the store. */
async function twoSites() {
  const parsed = parsePolicy(scimPolicy());
  if (!parsed.ok) throw new Error('no policy');
  const store = memoryStore();
  await store.create(parsed.value);
  const one = await openSite({ store, organization: 'acme' });
  const other = await openSite({ store, organization: 'acme' });
  return { one, other, askOne: serve(one), askOther: serve(other) };
}

describe('two processes on one store', () => {
  test('see each other, in lists and in what is taken', async () => {
    const { askOne, askOther, other } = await twoSites();
    expect((await askOther('GET', '/Users')).body.totalResults).toBe(3);
    const { body: ada } = await askOne('POST', '/Users', userBody('ada', { externalId: 'x' }));
    expect((await askOther('GET', query('userName eq "ADA"'))).body.totalResults).toBe(1);
    expect((await askOther('POST', '/Users', userBody('ada'))).status).toBe(409);
    expect(
      (
        await askOther(
          'PATCH',
          `/Users/${ada.id}`,
          patchOf({ op: 'replace', path: 'externalId', value: 'y' }),
        )
      ).status,
    ).toBe(200);
    expect((await askOne('GET', query('externalId eq "x"'))).body.totalResults).toBe(0);
    expect((await askOne('GET', query('externalId eq "y"'))).body.totalResults).toBe(1);
    const { body: group } = await askOne('POST', '/Groups', groupBody('Night', [ada.id]));
    expect((await askOther('POST', '/Groups', groupBody('night'))).status).toBe(409);
    await askOther('DELETE', `/Users/${ada.id}`);
    expect((await askOne('GET', query('userName eq "ada"'))).body.totalResults).toBe(0);
    expect((await askOne('GET', `/Groups/${group.id}`)).body.members).toEqual([]);
    await askOne('DELETE', `/Groups/${group.id}`);
    expect((await askOther('GET', '/Groups')).body.totalResults).toBe(1);
    await other.refresh();
    expect(other.engine.policy.groups).toHaveLength(1);
  });

  test('make one user of a name between them, however they race', async () => {
    const { askOne, askOther } = await twoSites();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        (at % 2 ? askOne : askOther)('POST', '/Users', userBody(at % 3 ? 'Ada' : 'ada')),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(409)]);
    const lists = await Promise.all([askOne('GET', '/Users'), askOther('GET', '/Users')]);
    for (const { body } of lists) expect(body.totalResults).toBe(4);
  });
});

test('clients that change one group at once lose nobody', async () => {
  const { ask } = await scimSite();
  const ids: string[] = [];
  for (let at = 0; at < 20; at++)
    ids.push((await ask('POST', '/Users', userBody(`u${at}`))).body.id);
  const answers = await Promise.all(
    ids.map((id) =>
      ask(
        'PATCH',
        '/Groups/staff',
        patchOf({ op: 'add', path: 'members', value: [{ value: id }] }),
      ),
    ),
  );
  expect(answers.every(({ status }) => status === 204)).toBe(true);
  const listed = (await ask('GET', '/Groups/staff')).body.members.map(
    ({ value }: { value: string }) => value,
  );
  expect(listed.sort()).toEqual([...ids].sort());
});

test('random work of a directory leaves the doors open to exactly whom it says', async () => {
  const step = fc.record({
    what: fc.constantFrom('add', 'remove', 'replace', 'off', 'on', 'delete'),
    who: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { ask, site } = await scimSite();
      const ids: string[] = [];
      for (let at = 0; at < 4; at++)
        ids.push((await ask('POST', '/Users', userBody(`u${at}`))).body.id);
      const members = new Set<string>();
      const inactive = new Set<string>();
      const gone = new Set<string>();
      for (const { what, who } of steps) {
        const chosen = who.map((at) => ids[at] ?? '').filter((id) => !gone.has(id));
        const [first] = chosen;
        if (first === undefined) continue;
        if (what === 'delete') {
          expect((await ask('DELETE', `/Users/${first}`)).status).toBe(204);
          gone.add(first);
          members.delete(first);
        } else if (what === 'off' || what === 'on') {
          await ask(
            'PATCH',
            `/Users/${first}`,
            patchOf({ op: 'Replace', path: 'active', value: what === 'on' ? 'True' : 'False' }),
          );
          if (what === 'on') inactive.delete(first);
          else inactive.add(first);
        } else {
          const value = chosen.map((id) => ({ $ref: null, value: id }));
          expect(
            (await ask('PATCH', '/Groups/staff', patchOf({ op: what, path: 'members', value })))
              .status,
          ).toBe(204);
          if (what === 'replace') members.clear();
          for (const id of chosen) {
            if (what === 'remove') members.delete(id);
            else members.add(id);
          }
        }
      }
      for (const id of ids) {
        const opens = members.has(id) && !inactive.has(id) && !gone.has(id);
        expect(site.engine.can(id, 'unlock', 'front', { time: 0 })).toBe(opens);
      }
    }),
    { seed: 71, numRuns: runs(15) },
  );
});

test('finding one among many reads no other record', async () => {
  const policy = scimPolicy({
    users: [
      { id: 'owner' },
      { id: 'admin' },
      { id: 'eve' },
      ...Array.from({ length: 3000 }, (_, at) => ({ id: `p${at}`, email: `p${at}@x.example` })),
    ],
  });
  const { ask, site } = await scimSite({}, policy);
  await ask('GET', '/Users?count=1');
  let reads = 0;
  const { store } = site;
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'record' || name === 'records') reads++;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  Object.defineProperty(site, 'store', { value: counted });
  for (const [filter, total] of [
    ['userName eq "P77@x.example"', 1],
    ['externalId eq "none"', 0],
    ['id eq "p5"', 1],
    ['active eq true and userName eq "p78@X.example"', 1],
  ] as const) {
    reads = 0;
    expect((await ask('GET', query(filter))).body.totalResults).toBe(total);
    expect(reads).toBeLessThan(4);
  }
  reads = 0;
  const page = await ask('GET', '/Users?startIndex=2900&count=10');
  expect(page.body).toMatchObject({ totalResults: 3003, itemsPerPage: 10 });
  expect(reads).toBeLessThan(15);
  expect((await ask('GET', query('emails.value ew "99@x.example"'))).body.totalResults).toBe(30);
});
