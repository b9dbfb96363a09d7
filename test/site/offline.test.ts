import { expect, test } from 'vitest';
import { endAccess } from '../../src/adapters/site/access.js';
import { takeUpOfflineChanges, waitingOfflineChanges } from '../../src/adapters/site/offline.js';
import { KIWI, site } from '../admin/sites.js';
import { person, timedSite } from './provisioning-site.js';

const POLICY = site(KIWI, { doors: [{ id: 'front', place: 'hq', lock: 'offline' }] }).policy;

async function withdrawn() {
  const { site: one } = await timedSite(POLICY);
  const ended = await endAccess(one, person('owner'), ['a-guest-front']);
  expect(ended).toMatchObject({ ok: true });
  const waiting = async () =>
    (await waitingOfflineChanges(one)).map(({ door, changes }) => [
      door,
      changes.map(({ kind, assignment }) => `${kind} ${assignment}`),
    ]);
  return { one, waiting };
}

test('a right withdrawn at an offline door waits for an issuer, until it is taken up', async () => {
  const { one, waiting } = await withdrawn();
  expect(await waiting()).toEqual([['front', ['revoke a-guest-front']]]);
  await takeUpOfflineChanges(one, 'front', one.engine.revision - 1);
  expect(await waiting()).toEqual([['front', ['revoke a-guest-front']]]);
  await takeUpOfflineChanges(one, 'front', one.engine.revision);
  expect(await waiting()).toEqual([]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1e9])(
  'a revision that never was takes nothing up: %s',
  async (revision) => {
    const { one, waiting } = await withdrawn();
    await expect(takeUpOfflineChanges(one, 'front', revision)).rejects.toThrow(RangeError);
    expect(await waiting()).toEqual([['front', ['revoke a-guest-front']]]);
  },
);
