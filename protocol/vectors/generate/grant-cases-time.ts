/** Grants and time: lives, windows, and a clock that is an interval (lines C2, C4, E). */

import { DAY, NOW } from './fixed.js';
import { at, type Case, IAT } from './grant-case.js';
import { certificateOf } from './samples.js';

/** The minute of `NOW`, counted from the grant's first. */
const MINUTE = Math.floor(NOW / 60) - Math.floor(IAT / 60);
const START = 60 * (Math.floor(IAT / 60) + MINUTE + 10);
const window = { grant: { windows: [MINUTE + 10, MINUTE + 20, MINUTE + 30, MINUTE + 40] } };
const tpol = (timePolicy: number) => ({ grant: { timePolicy } });

/** Every such case. */
export const LIVES: readonly Case[] = [
  { line: 'C2', id: 'plain', expected: 'permitted' },
  { line: 'C2', id: 'last-second', expected: 'permitted', ...at(NOW + DAY - 1) },
  { line: 'E8', id: 'exp-is-lo', expected: 'expired', ...at(NOW + DAY) },
  { line: 'E8', id: 'exp-is-hi', expected: 'time_uncertain', ...at(NOW, NOW + DAY) },
  { line: 'E8', id: 'nbf-is-hi', expected: 'permitted', grant: { nbf: NOW } },
  { line: 'C2', id: 'nbf-after-hi', expected: 'pending', grant: { nbf: NOW + 1 } },
  { line: 'C2', id: 'nbf-after-exp', expected: 'pending', grant: { nbf: NOW + 2 * DAY } },
  { line: 'C2', id: 'life-is-the-most', expected: 'permitted', grant: { exp: IAT + 7 * DAY } },
  {
    line: 'C2',
    id: 'life-above-the-most',
    expected: 'life_too_long',
    grant: { exp: IAT + 7 * DAY + 1 },
  },
  { line: 'C2', id: 'iat-is-hi', expected: 'permitted', grant: { iat: NOW } },
  { line: 'C2', id: 'iat-after-hi', expected: 'issued_in_future', grant: { iat: NOW + 1 } },
  {
    line: 'C2',
    id: 'iat-after-hi-unbounded',
    expected: 'time_uncertain',
    grant: { iat: NOW + 1 },
    ...at(NOW, null),
  },
  {
    line: 'A14',
    id: 'iat-before-the-certificate',
    expected: 'issued_outside_certificate',
    grant: { iat: NOW - DAY - 1, exp: NOW + 60 },
  },
  {
    line: 'A14',
    id: 'iat-in-its-first-second',
    expected: 'permitted',
    grant: { iat: NOW - DAY, exp: NOW + 60 },
  },
  { line: 'E10', id: 'after-2106', expected: 'permitted', ...later(2 ** 32 + 1000) },
  { line: 'E10', id: 'after-2038', expected: 'expired', ...later(2 ** 31 + 1000, 2 * DAY) },
  {
    line: 'C4',
    id: 'before-the-first-window',
    expected: 'inactive_hours',
    ...window,
    ...at(START - 1),
  },
  { line: 'C4', id: 'first-second-of-a-window', expected: 'permitted', ...window, ...at(START) },
  {
    line: 'C4',
    id: 'last-second-of-a-window',
    expected: 'permitted',
    ...window,
    ...at(START + 599),
  },
  { line: 'C4', id: 'end-of-a-window', expected: 'inactive_hours', ...window, ...at(START + 600) },
  {
    line: 'C4',
    id: 'over-a-gap',
    expected: 'time_uncertain',
    ...window,
    ...at(START, START + 1200),
  },
  {
    line: 'C4',
    id: 'inside-a-gap',
    expected: 'inactive_hours',
    ...window,
    ...at(START + 600, START + 1199),
  },
  {
    line: 'C4',
    id: 'window-beyond-exp',
    expected: 'expired',
    grant: { windows: [0, 9999], exp: NOW + 60 },
    ...at(NOW + 60),
  },
  {
    line: 'C4',
    id: 'window-before-nbf',
    expected: 'pending',
    grant: { windows: [0, 9999], nbf: NOW + 30 },
    ...at(NOW + 29),
  },
];

/** Every such case. */
export const CLOCKS: readonly Case[] = [
  { line: 'E1', id: 'unbounded-deny', expected: 'time_uncertain', ...tpol(0), ...at(NOW, null) },
  { line: 'E1', id: 'unbounded-lower-bound', expected: 'permitted', ...tpol(1), ...at(NOW, null) },
  {
    line: 'E1',
    id: 'unbounded-token',
    expected: 'time_token_needed',
    ...tpol(2),
    ...at(NOW, null),
  },
  {
    line: 'E1',
    id: 'unbounded-with-token',
    expected: 'time_uncertain',
    ...tpol(2),
    facts: { interval: { lo: NOW, hi: null }, hasTimeToken: true },
  },
  { line: 'E1', id: 'zero-lower-bound', expected: 'time_uncertain', ...tpol(1), ...at(0, null) },
  {
    line: 'E1',
    id: 'expired-for-certain',
    expected: 'expired',
    ...tpol(1),
    ...at(NOW + DAY, null),
  },
  {
    line: 'E1',
    id: 'lower-bound-before-nbf',
    expected: 'time_uncertain',
    ...tpol(1),
    ...at(IAT - 1, NOW),
  },
  {
    line: 'E1',
    id: 'pending-for-certain',
    expected: 'pending',
    grant: { timePolicy: 1, nbf: NOW + 10 },
    ...at(NOW, NOW + 9),
  },
];

/** The same grant in another century: everything moves by the same seconds. */
function later(now: number, lifeAgo = 0): Pick<Case, 'grant' | 'facts' | 'certificates'> {
  return {
    grant: { nbf: now - 5 - lifeAgo, iat: now - 5 - lifeAgo, exp: now + DAY - lifeAgo },
    facts: { interval: { lo: now, hi: now }, committedLo: now },
    certificates: [certificateOf('grant', { nbf: now - 3 * DAY, exp: now + 3 * DAY })],
  };
}
