import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryStore, openSite, type Site } from '../../src/adapters/for-site.js';
import { authenticateApiKey, createApiKey } from '../../src/adapters/site/api-keys.js';
import {
  createLink,
  deleteLink,
  linkUses,
  openWithLink,
  revokeLink,
} from '../../src/adapters/site/links.js';
import { parseLinkTerms } from '../../src/admin/links/link-terms.js';
import type { NewLink } from '../../src/admin/links/links.js';
import { findElement } from '../../src/engine/elements.js';
import { KISI, site as siteOf } from '../admin/sites.js';
import { runs } from '../helpers/runs.js';
import { MONDAY, person, timedSite } from './provisioning-site.js';

const POLICY = siteOf(KISI, {
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'safe', place: 'hq', restrictions: { secondFactor: true } },
    { id: 'shop', place: 'hq', unlock: [{ schedule: 'open' }] },
  ],
  groups: [{ id: 'staff', place: 'hq', doors: ['front', 'safe', 'shop'] }],
}).policy;
const admin = person('admin');
const order: NewLink = { scopes: [{ type: 'group', id: 'staff' }], lifetime: 'day' };
const door = (id: string) => ({ type: 'door', id });

async function withLink(terms: Partial<NewLink> = {}) {
  const { site, clock } = await timedSite(POLICY);
  const made = await createLink(site, admin, { ...order, ...terms });
  if (!made.ok) throw new Error(made.detail);
  const { link, secret } = made.value;
  const open = async (id: string) =>
    (await openWithLink(site, secret, door(id))).decision.context.reason;
  return { site, clock, link, secret, open };
}

const termsOf = async (site: Site, link: string) =>
  parseLinkTerms(await site.store.record('link_terms', link));

describe('opening with a link', () => {
  test('the secret opens what the link holds; another secret is a stranger’s', async () => {
    const { site, open } = await withLink();
    expect(await open('front')).toBe('granted');
    const other = await openWithLink(site, 'A'.repeat(43), door('front'));
    expect(other.decision.context.reason).toBe('subject_unknown');
    expect((await openWithLink(site, '', door('front'))).decision.decision).toBe(false);
  });

  test('revoked, it opens nothing any more, also in another process at the same store', async () => {
    const store = memoryStore();
    const { site } = await timedSite(POLICY, store);
    const other = await openSite({ store, organization: 'acme', host: site.host });
    const made = await createLink(site, admin, order);
    if (!made.ok) throw new Error(made.detail);
    const { link, secret } = made.value;
    const opens = async (by: Site) =>
      (await openWithLink(by, secret, door('front'))).decision.context.reason;
    expect(await opens(other)).toBe('granted');
    expect(await revokeLink(site, admin, link)).toMatchObject({ ok: true });
    expect(await opens(site)).toBe('subject_inactive');
    expect(await opens(other)).toBe('subject_inactive');
  });

  test('of two processes that want the last use, one gets it', async () => {
    const store = memoryStore();
    const { site } = await timedSite(POLICY, store);
    const other = await openSite({ store, organization: 'acme', host: site.host });
    const made = await createLink(site, admin, { ...order, usesMax: 1 });
    if (!made.ok) throw new Error(made.detail);
    const tries = [site, other, site, other].map((by) =>
      openWithLink(by, made.value.secret, door('front')),
    );
    const passed = (await Promise.all(tries)).filter(({ decision }) => decision.decision);
    expect(passed).toHaveLength(1);
  });

  test('deleted, it is gone with its terms', async () => {
    const { site, link, open } = await withLink({ usesMax: 3 });
    expect(await termsOf(site, link)).toMatchObject({ usesMax: 3, uses: 0 });
    expect(await deleteLink(site, admin, link)).toMatchObject({ ok: true });
    expect(await open('front')).toBe('subject_unknown');
    expect(await termsOf(site, link)).toBeUndefined();
  });

  test('its uses are listed for who may see the link, and for nobody else', async () => {
    const { site, link, open } = await withLink();
    await open('front');
    await open('safe');
    const list = await linkUses(site, admin, link);
    if (!list.ok) throw new Error(list.detail);
    expect(list.value.map(({ type }) => type)).toEqual([
      'doorwright.door.refused',
      'doorwright.door.opened',
    ]);
    expect(await linkUses(site, person('da'), link)).toMatchObject({ ok: false, code: 'refused' });
    expect(await linkUses(site, person('nobody'), link)).toMatchObject({ ok: false });
    expect(await linkUses(site, admin, 'other')).toMatchObject({ ok: false });
  });

  test('and not for a key of his without that scope', async () => {
    const { site, link, open } = await withLink();
    await open('front');
    const by = async (scope: string) => {
      const key = await createApiKey(site, admin, { name: 'k', scopes: [scope] });
      const actor = key.ok ? await authenticateApiKey(site, key.value.text) : undefined;
      return (await linkUses(site, actor ?? person('nobody'), link)).ok;
    };
    expect(await by('link.create')).toBe(false);
    expect(await by('read.links')).toBe(true);
  });
});

describe('a link with a bound of uses', () => {
  test('opens as often and no more, and is switched off with the last use', async () => {
    const { site, link, open } = await withLink({ usesMax: 2 });
    expect(await open('front')).toBe('granted');
    expect(findElement(site.engine, 'links', link)?.active).not.toBe(false);
    expect(await open('front')).toBe('granted');
    expect(findElement(site.engine, 'links', link)?.active).toBe(false);
    expect(await open('front')).toBe('subject_inactive');
    expect(await termsOf(site, link)).toMatchObject({ usesMax: 2, uses: 2 });
  });

  test('switched on again by hand, it still opens nothing', async () => {
    const { site, link, open } = await withLink({ usesMax: 1 });
    await open('front');
    const before = findElement(site.engine, 'links', link)!;
    const { active: _, ...on } = before;
    await site.write({
      actor: admin,
      operation: 'test.on',
      plan: () => ({ ok: true, value: { changes: { put: { links: [on] } }, value: undefined } }),
    });
    expect(await open('front')).toBe('subject_inactive');
    expect(await termsOf(site, link)).toMatchObject({ uses: 1 });
  });

  test('neither a refusal nor passing an unlocked door is a use', async () => {
    const { site, link, open } = await withLink({ usesMax: 1 });
    expect(await open('safe')).toBe('second_factor');
    expect(await open('shop')).toBe('door_unlocked');
    expect(await termsOf(site, link)).toMatchObject({ uses: 0 });
    expect(await open('front')).toBe('granted');
    // A door that stands open does so for everybody.
    expect(await open('shop')).toBe('door_unlocked');
  });

  test('of many who want the last use at once, exactly one gets it', async () => {
    const { site, link, open } = await withLink({ usesMax: 3 });
    const all = await Promise.all(Array.from({ length: 12 }, () => open('front')));
    expect(all.filter((reason) => reason === 'granted')).toHaveLength(3);
    expect(await termsOf(site, link)).toMatchObject({ usesMax: 3, uses: 3 });
    expect(findElement(site.engine, 'links', link)?.active).toBe(false);
  });

  test('however openings, refusals and waiting are mixed, uses never exceed their bound', async () => {
    const attempt = fc.record({
      door: fc.constantFrom('front', 'front', 'safe', 'shop'),
      wait: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(attempt, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (attempts, usesMax) => {
          const { site, link, open } = await withLink({ usesMax });
          const all = await Promise.all(
            attempts.map(async ({ door: id, wait }) => {
              for (let turn = 0; turn < wait; turn++) await Promise.resolve();
              return open(id);
            }),
          );
          const passed = all.filter((reason) => reason === 'granted').length;
          const wanted = attempts.filter((each) => each.door === 'front').length;
          expect(passed).toBe(Math.min(wanted, usesMax));
          expect((await termsOf(site, link))?.uses).toBe(passed);
        },
      ),
      { seed: 20261122, numRuns: runs(15) },
    );
  });

  test('it ends by the clock like any other', async () => {
    const { clock, open } = await withLink({ usesMax: 5 });
    clock.now = MONDAY + 86_400_000;
    expect(await open('front')).toBe('expired');
  });
});

test('the secret of a link stands in no record, no log and no policy', async () => {
  const { site, link, secret, open } = await withLink({ usesMax: 1 });
  await open('front');
  await deleteLink(site, admin, link);
  const kept = [
    await site.store.policy(),
    await site.store.outbox(0),
    await site.store.records('link_terms'),
    await site.store.events('audit'),
    await site.store.events('access'),
    await site.store.events('notice'),
  ];
  expect(JSON.stringify(kept)).not.toContain(secret);
});
