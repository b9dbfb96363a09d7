/**
 * Sites over a store against a model of one page: several processes write at once, each with its own engine, and what
 * comes out must be what the same orders give one after another.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Actor, Site, Store, WriteResult } from '../../src/adapters/for-site.js';
import { nodeSiteHost, openSite } from '../../src/adapters/for-site.js';
import { chainStart } from '../../src/admin/events/chain.js';
import { startChainCheck, verifyChain } from '../../src/admin/events/verify-chain.js';
import { compilePolicy, type Policy } from '../../src/index.js';
import { SEED } from '../helpers/worlds.js';

const PEOPLE = ['boss', 'chief', 'ada', 'bob', 'eve'] as const;
const DOORS = ['front', 'back'] as const;

/** What one writer does, in the words of an administrator. */
type Step =
  | {
      readonly kind: 'grant';
      readonly by: number;
      readonly to: number;
      readonly door: number;
      readonly role: number;
    }
  | { readonly kind: 'end'; readonly by: number; readonly to: number; readonly door: number }
  | {
      readonly kind: 'switch';
      readonly by: number;
      readonly whom: number;
      readonly active: boolean;
    }
  | { readonly kind: 'look'; readonly whom: number; readonly door: number };

/** Ranks and rules of the `kiwi` model at doors, written down anew: who may give what to whom. */
const ROLES = ['guest', 'host', 'manager'] as const;
const GIVES: Readonly<Record<string, readonly string[]>> = {
  guest: [],
  host: ['guest'],
  manager: ['guest', 'host'],
};

const person = fc.integer({ min: 0, max: PEOPLE.length - 1 });
const door = fc.integer({ min: 0, max: DOORS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('grant' as const),
    by: person,
    to: person,
    door,
    role: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ kind: fc.constant('end' as const), by: person, to: person, door }),
  fc.record({
    kind: fc.constant('switch' as const),
    by: person,
    whom: person,
    active: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('look' as const), whom: person, door }),
);

const start = (organization: string): Policy => ({
  version: 1,
  organization: { id: organization, timeZone: 'UTC', roles: 'kiwi' },
  places: [{ id: 'house' }],
  doors: DOORS.map((id) => ({ id, place: 'house' })),
  users: PEOPLE.map((id) => ({ id })),
  assignments: [
    {
      id: 'boss-all',
      subject: { type: 'user', id: 'boss' },
      role: 'administrator',
      scope: { type: 'organization', id: organization },
    },
    {
      id: 'chief-front',
      subject: { type: 'user', id: 'chief' },
      role: 'manager',
      scope: { type: 'door', id: 'front' },
      grantedBy: 'boss',
    },
  ],
});

/** The site on one page: who holds what at which door, and who is active. */
class Model {
  readonly held = new Map<string, string>([['chief-front', 'manager']]);
  readonly inactive = new Set<string>();

  /** What becomes of a step by the rules as they are; a permitted one happens. */
  take(one: Step): 'done' | 'refused' | 'nothing' | 'permitted' {
    if (one.kind === 'look') {
      const whom = PEOPLE[one.whom] ?? '';
      const opens = whom === 'boss' || this.held.has(`${whom}-${DOORS[one.door]}`);
      return opens && !this.inactive.has(whom) ? 'permitted' : 'refused';
    }
    const by = PEOPLE[one.by] ?? '';
    // Who asks is judged first: whoever is switched off learns of nothing whether it is there.
    if (this.inactive.has(by)) return 'refused';
    if (one.kind === 'switch') {
      const whom = PEOPLE[one.whom] ?? '';
      // Kiwi gives nobody but the administrator a say over people, and his account is his own.
      if (by !== 'boss') return 'refused';
      if (one.active) this.inactive.delete(whom);
      else this.inactive.add(whom);
      return 'done';
    }
    const to = PEOPLE[one.to] ?? '';
    const at = DOORS[one.door] ?? '';
    const key = `${to}-${at}`;
    const had = this.held.get(key);
    if (one.kind === 'end') {
      if (had === undefined) return 'nothing';
      if (!(by === to || this.mayGive(by, at, had))) return 'refused';
      this.held.delete(key);
      return 'done';
    }
    const role = ROLES[one.role] ?? '';
    if (had !== undefined) return 'nothing';
    // Somebody of a higher rank than the giver is out of his reach, and nobody gives himself anything.
    const isAbove = to === 'boss' && by !== 'boss';
    if (by === to || isAbove || !this.mayGive(by, at, role)) return 'refused';
    this.held.set(key, role);
    return 'done';
  }

  private mayGive(by: string, at: string, role: string): boolean {
    return by === 'boss' || (GIVES[this.held.get(`${by}-${at}`) ?? 'guest'] ?? []).includes(role);
  }
}

/** Makes what a test runs on, and takes it away again. */
export interface ModelGround {
  /** A store, and the id of an organisation that it does not have yet. */
  readonly fresh: () => Promise<{ readonly store: Store; readonly organization: string }>;
  /** How many runs, since not every store is as quick as memory. */
  readonly runs: number;
}

/** The suite for one kind of store. */
export function siteModelSuite(name: string, { fresh, runs }: ModelGround): void {
  test(`${name}: writers that take turns do what the model does, to the last decision`, async () => {
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      async (steps) => {
        const { sites } = await opened(await fresh(), 2);
        const model = new Model();
        for (const [index, one] of steps.entries()) {
          const site = sites[index % sites.length] as Site;
          const expected = model.take(one);
          expect([index, one, await play(site, one)]).toEqual([index, one, expected]);
        }
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: runs });
  });

  test(`${name}: writers at once do what some order of them one after another does`, async () => {
    const steps = fc.array(step, { minLength: 2, maxLength: 12 });
    const property = fc.asyncProperty(steps, async (all) => {
      const { sites, store, organization } = await opened(await fresh(), 3);
      const writes = all.filter(({ kind }) => kind !== 'look');
      const played = await Promise.all(
        writes.map(async (one, index) => {
          const results: WriteResult<string, string>[] = [];
          const outcome = await play(sites[index % sites.length] as Site, one, results);
          return { one, outcome, revision: results[0]?.ok ? results[0].revision : undefined };
        }),
      );
      const done = played.filter(({ outcome }) => outcome === 'done');
      // Every acknowledged write has a revision of its own, without a gap.
      const revisions = done.map(({ revision }) => revision ?? 0).sort((a, b) => a - b);
      expect(revisions).toEqual(revisions.map((_, index) => index + 1));
      // One after another in that order, each of them is permitted by the model.
      const model = new Model();
      const inOrder = [...done].sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
      for (const { one } of inOrder) expect([one, model.take(one)]).toEqual([one, 'done']);
      // And what everybody sees afterwards, in this process and read anew, is what the model says.
      const stored = compilePolicy(await (await store.open(organization)).policy());
      for (const engine of [stored, ...(await Promise.all(sites.map((each) => each.refresh())))]) {
        for (const [whom, id] of PEOPLE.entries()) {
          for (const [at, to] of DOORS.entries()) {
            const permitted = engine.can(id, 'unlock', to, { time: 0 });
            expect(permitted).toBe(model.take({ kind: 'look', whom, door: at }) === 'permitted');
          }
        }
      }
      await expectWholeChain(sites[0] as Site, played.length);
    });
    await fc.assert(property, { seed: SEED, numRuns: runs });
  });
}

async function opened(
  { store, organization }: Awaited<ReturnType<ModelGround['fresh']>>,
  writers: number,
): Promise<{ store: Store; organization: string; sites: Site[] }> {
  await store.create(start(organization));
  const sites: Site[] = [];
  for (let count = 0; count < writers; count++) {
    sites.push(await openSite({ store, organization }));
  }
  return { store, organization, sites };
}

/** Does one step on a site and says what became of it. */
async function play(
  site: Site,
  one: Step,
  results: WriteResult<string, string>[] = [],
): Promise<string> {
  if (one.kind === 'look') {
    await site.refresh();
    const { decision } = await site.open({
      subject: { type: 'user', id: PEOPLE[one.whom] ?? '' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: DOORS[one.door] ?? '' },
      context: { time: site.host.now() },
    });
    return decision.decision ? 'permitted' : 'refused';
  }
  const actor: Actor = { type: 'user', id: PEOPLE[one.by] ?? '' };
  const result = await site.write<string, string>({
    actor,
    operation: `model.${one.kind}`,
    plan: ({ engine }) => {
      const changes = changesOf(engine.policy, one, actor.id);
      if (changes === undefined) return { ok: false, code: 'nothing', detail: 'nothing to do' };
      return { ok: true, value: { value: one.kind, changes } };
    },
  });
  results.push(result);
  return result.ok ? 'done' : result.code;
}

function changesOf(policy: Policy, one: Exclude<Step, { kind: 'look' }>, by: string) {
  if (one.kind === 'switch') {
    return { put: { users: [{ id: PEOPLE[one.whom] ?? '', active: one.active }] } };
  }
  const [to, at] = [PEOPLE[one.to] ?? '', DOORS[one.door] ?? ''];
  const id = `${to}-${at}`;
  const isHeld = policy.assignments?.some((each) => each.id === id) ?? false;
  if (one.kind === 'end') return isHeld ? { remove: { assignments: [id] } } : undefined;
  if (isHeld) return undefined;
  const subject = { type: 'user', id: to } as const;
  const scope = { type: 'door', id: at } as const;
  const role = ROLES[one.role] ?? '';
  return { put: { assignments: [{ id, subject, role, scope, grantedBy: by }] } };
}

/** Every order left one event or, where there was nothing to do, none; and the chain of them holds. */
async function expectWholeChain(site: Site, most: number): Promise<void> {
  const events = await site.store.events('audit', { order: 'oldest', limit: 1000 });
  expect(events.length).toBeLessThanOrEqual(most);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const { sha256 } = nodeSiteHost;
  const check = verifyChain(
    startChainCheck(chainStart(site.organization, 'audit', sha256)),
    events,
    sha256,
  );
  expect(check).toMatchObject({ checked: events.length });
  expect(check.broken).toBeUndefined();
}
