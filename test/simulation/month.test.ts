import { expect, test } from 'vitest';
import { LOG_RECORDS_MAX } from '../../protocol/limits.js';
import { isLockWhole } from '../../protocol/lock/machine.js';
import { HOUR, simulation } from './plans.js';

test('a building outlives its certificates and a full log, with a caretaker who reads it', () => {
  const days = simulation({
    seed: 5,
    days: 32,
    locks: 1,
    people: 2,
    visitsPerDay: 3.5,
    refreshHours: 12,
    grantLife: 144 * HOUR,
    powerCutsPerDay: 0.3,
  });
  days.runUntil(days.endMs);
  const { results, refusals, powerCuts } = days.totals;
  expect(results.permitted).toBeGreaterThan(250);
  expect(refusals).toEqual({});
  expect(powerCuts).toBeGreaterThan(3);
  const { row } = days.building.server.doors.get('door-1')!;
  expect(days.building.server.logs.recordsOf(row.lockId)).toBeGreaterThan(LOG_RECORDS_MAX);
  const { state } = days.building.locks.get('door-1')!;
  expect(state !== undefined && isLockWhole(state)).toBe(true);
});
