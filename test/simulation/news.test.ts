import { describe, expect, test } from 'vitest';
import { CARETAKER } from '../../src/adapters/simulation/building.js';
import type { Simulation } from '../../src/adapters/simulation/simulation.js';
import { scorePermission } from '../../src/sync/score.js';
import { grantsOf, pass, simulation, visitNow, wouldOpen } from './plans.js';

const THIEF = 'person-2';
const STRANGER = 'person-3';

const score = ({ building }: Simulation, door = 'door-1') =>
  scorePermission(building.server.sync, THIEF, door, building.now());
const opens = (days: Simulation) => days.building.locks.get('door-1')!.openings;
const would = ({ building }: Simulation, door = 'door-1') => {
  const lock = building.locks.get(door)!;
  const phone = building.phones.get(THIEF)!;
  return grantsOf(phone, lock).some((grant) => wouldOpen(lock, grant, building.now()));
};

/** Everybody has opened once, so every lock knows the time and has proved its first policy. */
function settled(): Simulation {
  const days = simulation();
  for (const person of [CARETAKER, THIEF, STRANGER]) {
    for (const door of ['door-1', 'door-2']) visitNow(days, person, door);
    days.meetServer(person);
  }
  expect(days.totals.results).toEqual({ permitted: 6 });
  expect(score(days).score).toBe(5);
  expect(would(days)).toBe(true);
  return days;
}

describe('a right that is taken away', () => {
  test('travels in a stranger’s pocket, and the score shows each step', () => {
    const days = settled();
    days.withdraw(THIEF);
    expect(score(days)).toMatchObject({ score: 1, colour: 'red', action: 'send_someone' });
    days.meetServer(STRANGER);
    expect(score(days)).toMatchObject({ score: 2, carriersHolding: [`phone-of-${STRANGER}`] });
    // Until somebody stands there with the news, the door opens, and nobody said otherwise.
    visitNow(days, THIEF, 'door-1');
    expect(days.totals.openedAfterWithdrawal).toBe(1);
    visitNow(days, STRANGER, 'door-1');
    expect(days.timeline.at(-1)).toMatchObject({ kind: 'lock_learned', by: STRANGER });
    expect(would(days)).toBe(false);
    // The lock knows; the server does not, before the stranger is online.
    expect(score(days).score).toBe(2);
    const before = opens(days);
    visitNow(days, THIEF, 'door-1');
    expect(opens(days)).toBe(before);
    expect(days.totals.refusals).toEqual({ revoked: 1 });
    days.meetServer(STRANGER);
    expect(score(days)).toMatchObject({ score: 5, exposedUntil: null, reasons: ['acknowledged'] });
    expect(score(days, 'door-2').score).toBe(2);
    expect(would(days, 'door-2')).toBe(true);
    expect(days.totals.early).toBe(0);
  });

  test('does not reach the lock with the thief’s own phone, which gets no bundle any more', () => {
    const days = settled();
    days.withdraw(THIEF);
    days.meetServer(THIEF);
    visitNow(days, THIEF, 'door-1');
    expect(days.totals.openedAfterWithdrawal).toBe(1);
    expect(score(days).score).toBe(1);
  });

  test('ends by itself where nobody comes, and not a second before the score says so', () => {
    const days = settled();
    days.withdraw(THIEF);
    const until = score(days).exposedUntil as number;
    expect(until).toBeGreaterThan(days.building.now());
    for (let hour = 0; hour < 30; hour++) {
      visitNow(days, THIEF, 'door-1');
      const isPast = days.building.now() >= until;
      if (score(days).score === 5) expect(would(days)).toBe(false);
      if (isPast) expect(would(days)).toBe(false);
      pass(days, 1);
    }
    expect(score(days)).toMatchObject({ score: 5, reasons: ['expired'], exposedUntil: null });
    expect(days.totals.openedAfterWithdrawal).toBeGreaterThan(10);
    expect(days.totals.refusals.expired).toBeGreaterThan(0);
    expect(days.totals.early).toBe(0);
  });

  test('a phone that hides what the lock signed keeps the score where it was', () => {
    const days = settled();
    days.withdraw(THIEF);
    days.meetServer(STRANGER);
    visitNow(days, STRANGER, 'door-1');
    expect(would(days)).toBe(false);
    pass(days, 2);
    expect(score(days).score).toBeLessThan(5);
    // Days later it is true by itself, and the receipt has never come.
    pass(days, 30);
    expect(score(days)).toMatchObject({ score: 5, reasons: ['expired'] });
    expect(days.building.server.sync.locks[lockOf(days)]?.ack?.pv).toBe(1);
  });
});

describe('a lock that lost power', () => {
  test('opens again with a time token that names its nonce, and not without', () => {
    for (const online of [0, 1]) {
      const days = simulation({ online });
      visitNow(days, THIEF, 'door-1');
      // A lock that was just commissioned knows no upper bound of the time either.
      expect(opens(days)).toBe(online);
      expect(days.totals.refusals).toEqual(online === 1 ? {} : { time_token_needed: 1 });
      days.building.locks.get('door-1')!.cutAfter(0);
      pass(days, 1);
      visitNow(days, THIEF, 'door-1');
      expect(opens(days)).toBe(2 * online);
    }
  });

  test('in the middle of taking the news has it or not, and never anything else', () => {
    for (let writes = 1; writes <= 14; writes++) {
      const days = settled();
      days.withdraw(THIEF);
      days.meetServer(STRANGER);
      const lock = days.building.locks.get('door-1')!;
      lock.cutAfter(writes);
      visitNow(days, STRANGER, 'door-1');
      pass(days, 0.1);
      expect(lock.state?.self, `after ${writes} writes`).not.toBeNull();
      days.meetServer(STRANGER);
      if (score(days).score === 5) expect(would(days)).toBe(false);
      visitNow(days, STRANGER, 'door-1');
      expect(would(days)).toBe(false);
      days.meetServer(STRANGER);
      expect(score(days).score).toBe(5);
    }
  });
});

function lockOf({ building }: Simulation): string {
  return building.server.doors.get('door-1')!.row.lockId;
}
