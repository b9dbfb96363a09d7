/** Grants and what a lock holds against them: scope, floor, marks, versions, requirements, uses (lines C, H). */

import { DAY, NOW, OTHER_LOCK_ID } from './fixed.js';
import { type Case, IAT, POLICY } from './grant-case.js';
import { tag } from './samples.js';

const mark = (
  name: string,
  issuedUntil: number,
  version: number,
  kind: 'device' | 'person' = 'device',
) => ({
  facts: {
    policy: {
      ...POLICY,
      marks: [{ tag: tag(kind, name), issuedUntil, version, until: NOW + DAY }],
    },
  },
});
const floor = (issuedUntil: number, version: number) => ({
  facts: { policy: { ...POLICY, floor: { issuedUntil, version } } },
});
const use = (name: string, used: number, exp = NOW + DAY) => ({
  useId: tag('use', name),
  used,
  exp,
});
const MONTH = 30 * DAY;
const share = { uses: { useId: tag('use', 'share'), count: 2 } };
const full = Array.from({ length: 16 }, (_, index) => use(`other ${index}`, 1));
/** Every such case. */
export const RIGHTS: readonly Case[] = [
  { line: 'C1', id: 'other-lock', expected: 'wrong_lock', grant: { lockId: OTHER_LOCK_ID } },
  { line: 'C3', id: 'outside-scope', expected: 'wrong_scope', operation: 2 },
  {
    line: 'C3',
    id: 'two-operations',
    expected: 'operation_unknown',
    operation: 3,
    grant: { scope: 3 },
  },
  { line: 'C3', id: 'no-operation', expected: 'operation_unknown', operation: 0 },
  { line: 'C3', id: 'unknown-operation', expected: 'operation_unknown', operation: 16 },
  { line: 'C3', id: 'second-operation', expected: 'permitted', operation: 4, grant: { scope: 5 } },
  { line: 'C5', id: 'iat-at-the-floor', expected: 'below_floor', ...floor(IAT, 0) },
  { line: 'C7', id: 'iat-above-the-floor', expected: 'permitted', ...floor(IAT - 1, 0) },
  {
    line: 'C7',
    id: 'minpv-below-the-floor',
    expected: 'below_floor',
    grant: { policyVersion: 3 },
    ...floor(0, 4),
  },
  {
    line: 'C7',
    id: 'minpv-at-the-floor',
    expected: 'permitted',
    grant: { policyVersion: 4 },
    ...floor(0, 4),
  },
  { line: 'C6', id: 'marked-iat-is-t', expected: 'revoked', ...mark('device-1', IAT, 0) },
  { line: 'C6', id: 'marked-iat-after-t', expected: 'permitted', ...mark('device-1', IAT - 1, 0) },
  {
    line: 'C6',
    id: 'marked-stale-snapshot',
    expected: 'revoked',
    grant: { policyVersion: 3 },
    ...mark('device-1', 0, 4),
  },
  {
    line: 'C6',
    id: 'marked-version-known',
    expected: 'permitted',
    grant: { policyVersion: 4 },
    ...mark('device-1', 0, 4),
  },
  { line: 'C6', id: 'marked-person', expected: 'revoked', ...mark('person-1', IAT, 0, 'person') },
  { line: 'C6', id: 'marked-somebody-else', expected: 'permitted', ...mark('device-2', NOW, 9) },
  { line: 'C8', id: 'minpv-is-pv', expected: 'permitted', grant: { policyVersion: 4 } },
  {
    line: 'C8',
    id: 'minpv-after-pv',
    expected: 'policy_version_missing',
    grant: { policyVersion: 5 },
  },
  {
    line: 'C9',
    id: 'intent',
    expected: 'intent_missing',
    grant: { requirements: 31 },
    asserted: 30,
  },
  {
    line: 'C9',
    id: 'phone-unlocked',
    expected: 'phone_locked',
    grant: { requirements: 31 },
    asserted: 29,
  },
  {
    line: 'C9',
    id: 'hardware-key',
    expected: 'hardware_key_missing',
    grant: { requirements: 4 },
    asserted: 27,
  },
  {
    line: 'C9',
    id: 'ranging-asserted-not-measured',
    expected: 'ranging_missing',
    grant: { requirements: 8 },
    asserted: 31,
  },
  {
    line: 'H1',
    id: 'ranging-measured',
    expected: 'permitted',
    grant: { requirements: 8 },
    asserted: 8,
    facts: { isNear: true },
  },
  {
    line: 'C9',
    id: 'second-factor',
    expected: 'second_factor_missing',
    grant: { requirements: 16 },
    asserted: 15,
  },
  { line: 'C11', id: 'first-use', expected: 'permitted', grant: share },
  {
    line: 'C11',
    id: 'last-use',
    expected: 'permitted',
    grant: share,
    facts: { uses: [use('share', 1)] },
  },
  {
    line: 'C11',
    id: 'spent',
    expected: 'uses_spent',
    grant: share,
    facts: { uses: [use('share', 2)] },
  },
  {
    line: 'C11',
    id: 'spent-by-grants-that-are-over',
    expected: 'uses_spent',
    grant: share,
    facts: { uses: [use('share', 2, NOW - MONTH + 1)] },
  },
  {
    line: 'C11',
    id: 'no-counter-left',
    expected: 'uses_full',
    grant: share,
    facts: { uses: full },
  },
  {
    line: 'C11',
    id: 'counter-dropped',
    expected: 'permitted',
    grant: share,
    facts: { uses: [...full.slice(1), use('old', 1, NOW - MONTH)] },
  },
  {
    line: 'C11',
    id: 'counter-not-yet-dropped',
    expected: 'uses_full',
    grant: share,
    facts: { uses: [...full.slice(1), use('old', 1, NOW - MONTH + 1)] },
  },
  // Marks name devices and persons; a share's id is looked up among the counters and nowhere else.
  {
    line: 'C6',
    id: 'marked-use-id',
    expected: 'permitted',
    grant: share,
    facts: {
      policy: {
        ...POLICY,
        marks: [{ tag: tag('use', 'share'), issuedUntil: NOW, version: 9, until: NOW + DAY }],
      },
      uses: [use('share', 1)],
    },
  },
];
