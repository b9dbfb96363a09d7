/** The invariants of the sync score, against a building where messages, memories and clocks get lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { found } from '../../src/sync/keyed.js';
import { GRANT_LIFE_SECONDS_MAX } from '../../src/sync/limits.js';
import { type PermissionScore, scorePermission } from '../../src/sync/score.js';
import { runs } from '../helpers/runs.js';
import type { Grant } from './lock-model.js';
import { CLOCK_ERROR, LOCKS, PERMISSIONS, World } from './world.js';
import { anySteps, orderlySteps, type Step, stepsWithoutFlash, take } from './world-steps.js';

const SEED = 20261122;
/** Long runs (`DOORWRIGHT_RUNS`) take minutes. */
const TIMEOUT = 60_000 * Math.max(1, runs(1));

/** The server's clock within its error, a lock's within its drift. */
const building = fc.record({
  offset: fc.integer({ min: -CLOCK_ERROR, max: CLOCK_ERROR }),
  drift: fc.integer({ min: -100, max: 100 }).map((ppm) => ppm / 1_000_000),
});

/** How often each thing was seen, so that a law cannot hold for want of cases. */
const seen: Record<string, number> = {};

function note(what: string): void {
  seen[what] = (seen[what] ?? 0) + 1;
}

/** What was claimed of when the last thing taken away can open, by lock and permission. */
type Claims = Map<string, number>;

function scoreAt(world: World, lock: string, permission: string): PermissionScore {
  return scorePermission(world.server.state, permission, world.doorOf(lock), world.serverNow);
}

/** Grants with the permission that the server took back, or that it no longer knows of. */
function takenGrants(world: World, lock: string, permission: string): Grant[] {
  const known = world.server.state.locks[lock]?.grants ?? {};
  return world.grants.filter((grant) => {
    if (grant.lock !== lock || !grant.permissions.includes(permission)) return false;
    const record = found(known, grant.hash);
    return record === undefined || found(record.taken, permission) !== undefined;
  });
}

function checkClaims(world: World, claims: Claims): void {
  for (const lock of LOCKS) {
    if (world.isSuspect(lock)) note('suspect');
    if (world.isSuspect(lock)) continue;
    for (const permission of Object.keys(PERMISSIONS)) {
      const answer = scoreAt(world, lock, permission);
      const stamp = world.stamp(true);
      const open = takenGrants(world, lock, permission).filter((grant) =>
        world.locks[lock]?.wouldOpen(grant, stamp),
      );
      note(`score ${answer.score}`);
      const about = { lock, permission, answer, open };
      if (open.length > 0) note('exposed');
      if (answer.score >= 3 && open.length > 0) {
        throw new Error(`claimed too early ${JSON.stringify(about)}`);
      }
      const { exposedUntil } = answer;
      if (open.length > 0 && exposedUntil === null) {
        throw new Error(`not said to be exposed ${JSON.stringify(about)}`);
      }
      const key = `${lock} ${permission}`;
      const claim = claims.get(key) ?? Number.POSITIVE_INFINITY;
      if (open.length > 0 && world.serverNow > claim) {
        throw new Error(`opened after ${claim} ${JSON.stringify(about)}`);
      }
      const bound =
        exposedUntil === 'unbounded'
          ? Number.POSITIVE_INFINITY
          : (exposedUntil ?? world.serverNow - 1);
      claims.set(key, Math.min(claim, bound));
    }
  }
}

/** Steps after which what was claimed before need not hold: something new was taken, or a memory was lost. */
const NEW_CLAIMS = new Set<Step['do']>([
  'revoke',
  'narrow',
  'commission',
  'restore_flash',
  'restore_server',
]);
/** Steps that may raise what a lock is believed to hold. */
const TEACHING = new Set<Step['do']>(['deliver', 'repeat', 'restore_server', 'commission']);

function live(world: World, steps: readonly Step[]): void {
  const claims: Claims = new Map();
  checkClaims(world, claims);
  for (const step of steps) {
    const before = world.server.state;
    const pending = pendingIn(world);
    const wereSuspect = LOCKS.filter((lock) => world.isSuspect(lock));
    take(world, step);
    if (NEW_CLAIMS.has(step.do)) claims.clear();
    // The receipt that shows a restored memory makes room for new claims.
    for (const lock of wereSuspect) {
      if (world.isSuspect(lock)) continue;
      for (const key of [...claims.keys()]) if (key.startsWith(lock)) claims.delete(key);
    }
    if (!TEACHING.has(step.do)) {
      for (const lock of LOCKS) {
        const [was, is] = [before.locks[lock], world.server.state.locks[lock]];
        if (was?.ack?.pv !== is?.ack?.pv || was?.provenLo !== is?.provenLo) {
          throw new Error(`${step.do} taught what lock \`${lock}\` holds`);
        }
      }
      if (step.do !== 'pass' && step.do !== 'pass_to_end') {
        const after = new Set(pendingIn(world));
        const healed = pending.filter((key) => !after.has(key));
        if (healed.length > 0) throw new Error(`${step.do} healed ${healed.join(', ')}`);
      }
    }
    checkClaims(world, claims);
  }
}

function pendingIn(world: World): string[] {
  return LOCKS.flatMap((lock) =>
    Object.keys(PERMISSIONS)
      .filter((permission) => scoreAt(world, lock, permission).score < 3)
      .map((permission) => `${lock} ${permission}`),
  );
}

function holds(
  base: number,
  arbitrary: fc.Arbitrary<Step[]>,
  law: (world: World, steps: Step[]) => void,
) {
  fc.assert(
    fc.property(building, arbitrary, ({ offset, drift }, steps) => {
      law(new World(offset, drift), steps);
    }),
    { seed: SEED, numRuns: runs(base) },
  );
}

describe('over every loss, delay, repetition and reordering', () => {
  test(
    'late is allowed, early never: what is claimed is refused by the lock, until when and longer',
    () => {
      holds(70, anySteps, live);
      holds(50, stepsWithoutFlash, live);
      for (const what of ['exposed', 'suspect', 'score 0', 'score 1', 'score 2', 'score 5']) {
        expect(seen[what] ?? 0, what).toBeGreaterThan(50);
      }
    },
    TIMEOUT,
  );

  test(
    'with one honest visiting carrier every change arrives',
    () => {
      holds(60, stepsWithoutFlash, (world, steps) => {
        for (const step of steps) take(world, step);
        for (const lock of LOCKS) {
          world.mend(lock);
          // A backup put back twice may give out a number twice: somebody looks, then the next change arrives.
          const alarms = world.server.state.locks[lock]?.alarms ?? [];
          if (alarms.every(({ kind }) => kind !== 'fork')) continue;
          note('fork');
          world.apply({ kind: 'inspected', lock });
          world.mend(lock);
        }
        for (const lock of LOCKS) {
          for (const permission of Object.keys(PERMISSIONS)) {
            const answer = scoreAt(world, lock, permission);
            expect(answer.score < 3 || answer.exposedUntil !== null ? answer : null).toBe(null);
          }
        }
      });
    },
    TIMEOUT,
  );

  test(
    'with no visit at all everything ends by expiry, except on the lower bound of a clock',
    () => {
      let unbounded = 0;
      holds(150, orderlySteps, (world, steps) => {
        for (const step of steps) take(world, step);
        world.pass(GRANT_LIFE_SECONDS_MAX + 3600);
        for (const lock of LOCKS) {
          for (const permission of Object.keys(PERMISSIONS)) {
            const answer = scoreAt(world, lock, permission);
            if (answer.exposedUntil === 'unbounded') {
              unbounded += 1;
              expect(answer.reasons).toContain('lower_bound_grant');
              expect(lock).toBe(LOCKS[1]);
            } else {
              expect(answer.score < 3 || answer.exposedUntil !== null ? answer : null).toBe(null);
            }
          }
        }
      });
      expect(unbounded).toBeGreaterThan(10);
    },
    TIMEOUT,
  );

  test(
    'the first receipt after a memory was put back raises the alarm, where all before arrived',
    () => {
      let raised = 0;
      holds(60, orderlySteps, (world, steps) => {
        const images: unknown[] = [];
        for (const step of steps) {
          if (step.do === 'visit') images.push(world.locks[LOCKS[0]]?.image());
          take(world, step);
          for (const message of world.network.splice(0)) world.deliver(message);
        }
        const visited = world.server.state.locks[LOCKS[0]]?.receipts.length ?? 0;
        if (visited < 2 || images.length === 0) return;
        const seq = (image: unknown): number => (image as { seq: number }).seq;
        const newest = seq(world.locks[LOCKS[0]]?.image());
        const old = images.find((image) => seq(image) < newest);
        if (old === undefined) return;
        world.locks[LOCKS[0]]?.restore(old);
        world.offer('honest', 0, 86_400);
        world.fetch('honest');
        world.visit('honest', LOCKS[0], { withholds: false, grant: 0, isOnline: true });
        for (const message of world.network.splice(0)) world.deliver(message);
        raised += 1;
        for (const permission of Object.keys(PERMISSIONS)) {
          const { score, reasons, action } = scoreAt(world, LOCKS[0], permission);
          expect({ score, action }).toEqual({ score: 0, action: 'inspect_on_site' });
          expect(reasons).toContain('rollback_alarm');
        }
      });
      expect(raised).toBeGreaterThan(20);
    },
    TIMEOUT,
  );
});
