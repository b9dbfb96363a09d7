/** Of the store's suite: organisations and their policies. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../src/policy/document.js';
import { drawWorld } from '../helpers/arbitraries.js';
import { choose } from '../helpers/arbitraries-draw.js';
import { changed, drawChanges, inOrder } from '../helpers/changes.js';
import { runs } from '../helpers/runs.js';
import type { Ground } from './store.js';

const SEED = 20261122;

/** The policy under another name. */
export function named(policy: Policy, id: string): Policy {
  return { ...policy, organization: { ...policy.organization, id } };
}

/** A policy with hardly anything in it. */
export function smallPolicy(id: string): Policy {
  const policy = {
    version: 1,
    organization: { id, timeZone: 'Europe/Berlin', roles: 'kisi' },
    users: [{ id: 'bob' }, { id: 'ada', name: 'Ada \u0000 \ud800 "\\' }],
  } as const;
  return policy as unknown as Policy;
}

export function testPolicies(ground: Ground): void {
  describe('policies', () => {
    test('any policy is read back as it was written, and after any changes as they make it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.gen(), async (g) => {
          const draw = choose(g);
          let policy = named(drawWorld(draw).policy, ground.freshId());
          const made = await ground.store.create(policy);
          expect(inOrder(await made.policy())).toEqual(
            inOrder({ ...policy, revision: policy.revision ?? 0 }),
          );
          for (let step = draw.int(1, 3); step > 0; step--) {
            const revision = (await made.revision()) + 1;
            const drawn = drawChanges(draw, policy);
            // Another name would be another organisation.
            const organization = drawn.organization && {
              organization: named(
                { ...policy, organization: drawn.organization },
                policy.organization.id,
              ).organization,
            };
            const changes = { ...drawn, ...organization, revision };
            await made.write((writer) => writer.putChanges(changes, '2026-11-22T00:00:00.000Z'));
            policy = changed(policy, changes);
            expect(inOrder(await made.policy())).toEqual(inOrder(policy));
          }
          const again = await ground.other.open(policy.organization.id);
          expect(await again.policy()).toEqual(await made.policy());
          expect(await again.revision()).toBe(policy.revision);
        }),
        { seed: SEED, numRuns: runs(25) },
      );
    });

    test('elements come by ascending id, empty collections not at all', async () => {
      const id = ground.freshId();
      const made = await ground.store.create({ ...smallPolicy(id), doors: [] });
      const policy = await made.policy();
      expect(policy.users?.map((user) => user.id)).toEqual(['ada', 'bob']);
      expect(Object.keys(policy)).toEqual(['version', 'revision', 'organization', 'users']);
      expect(policy.users?.[0]?.name).toBe('Ada \u0000 \ud800 "\\');
    });

    test('an organisation is created once', async () => {
      const id = ground.freshId();
      await ground.store.create(smallPolicy(id));
      await expect(ground.other.create(smallPolicy(id))).rejects.toMatchObject({
        name: 'StoreError',
        code: 'exists',
        mayHaveActed: false,
        retryable: false,
      });
      const twice = ground.freshId();
      const both = await Promise.allSettled([
        ground.store.create(smallPolicy(twice)),
        ground.other.create(smallPolicy(twice)),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test.each(['', 'nobody', "'; DROP TABLE organization; --", '\u0000', '\ud800', '__proto__'])(
      'an unknown organisation is not opened: %j',
      async (id) => {
        await expect(ground.store.open(id)).rejects.toMatchObject({ code: 'unknown_organization' });
      },
    );

    test('organisations are listed by ascending id', async () => {
      const ids = [ground.freshId(), ground.freshId(), `Z${ground.freshId()}`];
      for (const id of [...ids].reverse()) await ground.store.create(smallPolicy(id));
      const listed = await ground.other.organizations();
      expect(listed).toEqual([...listed].sort());
      expect(listed).toEqual(expect.arrayContaining(ids));
    });

    test('nothing of one organisation is seen in another', async () => {
      const [left, right] = [ground.freshId(), ground.freshId()];
      const one = await ground.store.create(smallPolicy(left));
      const two = await ground.store.create(smallPolicy(right));
      await one.write(async (writer) => {
        await writer.putChanges({ revision: 1, remove: { users: ['ada'] } }, 'now');
        await writer.putRecords({ put: [{ kind: 'zone', id: 'z', body: { a: 1 } }] });
        await writer.append([eventIn(left)]);
      });
      await one.append([eventIn(left)]);
      expect(inOrder(await two.policy())).toEqual(inOrder({ ...smallPolicy(right), revision: 0 }));
      expect(await two.record('zone', 'z')).toBeUndefined();
      expect(await two.records('zone')).toEqual([]);
      expect(await two.outbox(-1)).toEqual([]);
      expect(await two.events('access')).toEqual([]);
      await two.append([eventIn(right)]);
      const [first] = await two.events('access');
      expect(first?.seq).toBe(1);
      expect(await two.erase('access', { seqs: [2], content: true, personal: true })).toBe(0);
      expect((await one.events('access')).every(({ content }) => content !== null)).toBe(true);
      await two.write((writer) => writer.putRecords({ remove: [{ kind: 'zone', id: 'z' }] }));
      expect(await one.record('zone', 'z')).toBeDefined();
    });
  });
}

function eventIn(organization: string) {
  return {
    log: 'access',
    id: `event-of-${organization}`,
    type: 'doorwright.door.opened',
    time: '2026-03-02T12:00:00.000Z',
    object: { type: 'door', id: 'front' },
    outcome: 'permitted',
    data: {},
  } as const;
}
