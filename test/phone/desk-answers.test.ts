/** What the phone reads of its desk's answers: every instant that a policy may hold. */
import { expect, test } from 'vitest';
import { READERS } from '../../examples/phone/src/desk-answers.js';
import { parsePolicy } from '../../src/index.js';
import { POLICY } from './lindenhof.js';

const EMPTY = { from: null, carriedUntil: null, lock: null, why: null };
const ROW = { ...EMPTY, door: 'd', label: 'Door', status: 'active', timeZone: 'UTC' };

function untilOf(until: string): number | null | undefined {
  return READERS.bundle({ bundle: '', keys: [{ ...ROW, until }] })?.keys[0]?.until;
}

// One that was not read would cost the person the whole bundle, with all other doors.
test.each([
  ['2026-12-31T00:00:00Z', '2026-12-31T00:00:00.000Z'],
  ['2026-12-31t00:00:00z', '2026-12-31T00:00:00.000Z'],
  ['2026-12-31T00:00:00.123456789012+14:00', '2026-12-30T10:00:00.123Z'],
  ['2026-12-31T00:00:00-23:59', '2026-12-31T23:59:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('%s', (until, instant) => {
  const [first, ...others] = POLICY.assignments;
  const assignments = [{ ...first, validity: { until } }, ...others];
  expect(parsePolicy({ ...POLICY, assignments }).ok).toBe(true);
  expect(untilOf(until)).toBe(Date.parse(instant));
});

test.each(['2026-12-31', '2026-12-31T00:00:00', '2026-13-31T00:00:00Z', 'tomorrow'])(
  'nothing is read of an answer with %s',
  (until) => expect(untilOf(until)).toBeUndefined(),
);
