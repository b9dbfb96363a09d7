/** A building that is looked at moment by moment: what is told is what the real locks do, and looking changes nothing. */
import { expect, test } from 'vitest';
import { nodeCrypto } from '../../src/adapters/node-crypto.js';
import { type BuildingMoment, watchBuilding } from '../../src/adapters/simulation/watch.js';
import { scorePermission } from '../../src/sync/score.js';
import { HOUR, QUIET } from './plans.js';

const PLAN = {
  ...QUIET,
  seed: 3,
  days: 3,
  locks: 2,
  people: 4,
  grantLife: 48 * HOUR,
  online: 0.9,
  visitsPerDay: 4,
  withdrawals: 1,
  refreshHours: 8,
  faults: { loss: 0.005, delayMs: [5, 40] },
} as const;

/** All moments of a plan; `each` is called at every one, while the building stands at it. */
function moments(plan = PLAN, each: (moment: BuildingMoment) => void = () => undefined) {
  const watch = watchBuilding(plan, nodeCrypto());
  const all: BuildingMoment[] = [];
  while (watch.now < watch.until) {
    for (const moment of watch.play(HOUR)) {
      each(moment);
      all.push(moment);
    }
  }
  return { all, watch };
}

const thiefOf = ({ people }: BuildingMoment) => people.find(({ isWithdrawn }) => isWithdrawn);

// Fails when an attempt writes to the lock, the phone, the dice or the radio of the building.
test('trying every door at every moment changes nothing of what happens', () => {
  const plain = moments();
  const tried = moments(PLAN, ({ people, attempt }) => {
    for (const { person, doors } of people) for (const door of doors) attempt(person, door);
  });
  expect(tried.all.flatMap(({ happenings }) => happenings)).toEqual(
    plain.all.flatMap(({ happenings }) => happenings),
  );
  expect(tried.watch.totals).toEqual(plain.watch.totals);
});

// Fails when a moment is asked about what comes later, or about another lock.
test('an attempt ends as the visit did that really happened, also when it is made days later', () => {
  const { all } = moments();
  const seen = { opened: 0, revoked: 0 };
  for (const { happenings, attempt } of all) {
    const visit = happenings.find(({ kind }) => kind === 'after_withdrawal');
    if (visit?.kind !== 'after_withdrawal') continue;
    const { person, door, opened, status } = visit;
    if (happenings.some(({ kind }) => kind === 'lock_learned')) continue;
    const result = attempt(person, door);
    if (opened) {
      seen.opened += 1;
      expect(result?.code).toBe('permitted');
    } else if (status === 'revoked') {
      seen.revoked += 1;
      expect(result).toMatchObject({ code: 'refused', status: 'revoked', mayHaveActed: false });
    }
  }
  expect(seen.opened).toBeGreaterThan(0);
  expect(seen.revoked).toBeGreaterThan(0);
});

test('a revocation is carried in a pocket to each lock, and no score is ever too good', () => {
  const { all, watch } = moments();
  const after = all.filter((moment) => thiefOf(moment) !== undefined);
  const carriers = after.filter(({ people, doors }) =>
    people.some(({ carries }) =>
      doors.some(({ door, known }) => known !== undefined && (carries[door] ?? 0) > known),
    ),
  );
  expect(carriers.length).toBeGreaterThan(0);
  for (const moment of after) {
    const { person, doors } = thiefOf(moment)!;
    for (const door of doors) {
      if (moment.sync.permissions[person] === undefined) continue;
      const { score, exposedUntil } = scorePermission(moment.sync, person, door, moment.at);
      const result = moment.attempt(person, door);
      const isSafe = score >= 3 || exposedUntil === null;
      if (isSafe) expect(result?.code).not.toBe('permitted');
    }
  }
  const last = after.at(-1)!;
  for (const { issued, known } of last.doors) expect(known).toBe(issued);
  expect(watch.totals.early).toBe(0);
});

test('a lock without power has no version and nobody can try it', () => {
  const { all } = moments({ ...PLAN, powerCutsPerDay: 300 });
  const dark = all.flatMap((moment) =>
    moment.doors.filter(({ known }) => known === undefined).map(({ door }) => ({ moment, door })),
  );
  expect(dark.length).toBeGreaterThan(0);
  for (const { moment, door } of dark) expect(moment.attempt('person-1', door)).toBeUndefined();
  expect(() => all[0]?.attempt('nobody', 'door-1')).toThrow(RangeError);
});
