/** Policy updates at a lock whose state is known: what is refused, and the state afterwards (line F). */
import { applyUpdate, judgeUpdate, type LockPolicy } from '../../lock/policy-store.js';
import { type Mark, type PolicyUpdate, policyUpdateClaims } from '../../objects/policy-update.js';
import type { Status } from '../../status.js';
import { idOf } from './actors.js';
import { DAY, fixedBytes, LOCK_ID, NOW, OTHER_LOCK_ID } from './fixed.js';
import type { Writable } from './notation.js';
import { policyUpdateOf, tag } from './samples.js';

const mark = (name: string, issuedUntil: number, version: number, until = NOW + DAY): Mark => ({
  tag: tag('device', name),
  issuedUntil,
  version,
  until,
});
const POST = fixedBytes('post').slice(0, 16);
const HELD: LockPolicy = {
  policyVersion: 10,
  post: POST,
  floor: { issuedUntil: NOW - 1000, version: 3 },
  marks: [mark('a', NOW - 500, 8), mark('b', NOW - 400, 9, NOW + 5)],
  blocked: [idOf('stranger')],
};
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => mark(`many ${index}`, NOW - 9, 11));

interface Update {
  readonly line: string;
  readonly id: string;
  readonly expected: Status;
  readonly update: Partial<PolicyUpdate>;
  readonly committedLo?: number;
  /** The upper bound of the lock's clock; none when left out. */
  readonly hi?: number;
  /** Marks of the lock before; those of `HELD` when left out. */
  readonly marks?: readonly Mark[];
}

const UPDATES: readonly Update[] = [
  {
    line: 'F',
    id: 'snapshot-replaces',
    expected: 'applied',
    update: { policyVersion: 11, marks: [mark('c', NOW - 9, 11)] },
  },
  {
    line: 'F',
    id: 'snapshot-lowers-the-floor',
    expected: 'applied',
    update: { policyVersion: 11, floor: { issuedUntil: 1, version: 1 } },
  },
  {
    line: 'F',
    id: 'delta-joins',
    expected: 'applied',
    update: {
      base: 10,
      policyVersion: 11,
      marks: [mark('c', NOW - 9, 11)],
      floor: { issuedUntil: NOW - 2000, version: 4 },
    },
  },
  {
    line: 'F',
    id: 'delta-from-an-older-base',
    expected: 'applied',
    update: {
      base: 2,
      policyVersion: 11,
      marks: [mark('a', NOW - 600, 11), mark('c', NOW - 9, 11)],
    },
  },
  {
    line: 'F',
    id: 'delta-blocks',
    expected: 'applied',
    update: { base: 10, policyVersion: 11, blocked: [idOf('grant'), idOf('stranger')] },
  },
  {
    line: 'F2',
    id: 'delta-from-a-later-base',
    expected: 'base_missing',
    update: { base: 11, policyVersion: 12 },
  },
  { line: 'F1', id: 'older-snapshot', expected: 'already_known', update: { policyVersion: 9 } },
  {
    line: 'F1',
    id: 'older-delta',
    expected: 'already_known',
    update: { base: 3, policyVersion: 9 },
  },
  {
    line: 'F1',
    id: 'same-version',
    expected: 'already_known',
    update: { policyVersion: 10, post: POST },
  },
  {
    line: 'F3',
    id: 'same-version-other-digest',
    expected: 'fork',
    update: { policyVersion: 10, post: fixedBytes('other post').slice(0, 16) },
  },
  {
    line: 'F4',
    id: 'other-lock',
    expected: 'carry_wrong_lock',
    update: { lockId: OTHER_LOCK_ID, policyVersion: 11 },
  },
  { line: 'F', id: 'jump-of-65536', expected: 'applied', update: { policyVersion: 10 + 65_536 } },
  {
    line: 'F',
    id: 'jump-of-65537',
    expected: 'version_jump',
    update: { policyVersion: 10 + 65_537 },
  },
  {
    line: 'F',
    id: 'mark-after-iat',
    expected: 'stamp_invalid',
    update: { policyVersion: 11, marks: [mark('c', NOW - 4, 11)] },
  },
  {
    line: 'F',
    id: 'floor-after-iat',
    expected: 'stamp_invalid',
    update: { policyVersion: 11, floor: { issuedUntil: NOW - 4, version: 0 } },
  },
  {
    line: 'F13',
    id: 'snapshot-at-the-floor',
    expected: 'applied',
    update: { policyVersion: 11, iat: NOW - 1000 },
  },
  {
    line: 'F13',
    id: 'snapshot-before-the-floor',
    expected: 'stamp_invalid',
    update: { policyVersion: 11, iat: NOW - 1001 },
  },
  {
    line: 'F13',
    id: 'delta-before-the-floor',
    expected: 'stamp_invalid',
    update: { base: 10, policyVersion: 11, iat: NOW - 1001 },
  },
  {
    line: 'F13',
    id: 'before-a-floor-at-hi',
    expected: 'stamp_invalid',
    update: { policyVersion: 11, iat: NOW - 1001 },
    hi: NOW - 1000,
  },
  {
    line: 'F13',
    id: 'before-a-floor-after-hi',
    expected: 'applied',
    update: { policyVersion: 11, iat: NOW - 1002 },
    hi: NOW - 1001,
    committedLo: NOW - 2000,
  },
  {
    line: 'F7',
    id: 'mark-ends-at-lo',
    expected: 'applied',
    update: { base: 10, policyVersion: 11 },
    committedLo: NOW + 5,
  },
  {
    line: 'F7',
    id: 'mark-ends-after-lo',
    expected: 'applied',
    update: { base: 10, policyVersion: 11 },
    committedLo: NOW + 4,
  },
  // What joins may fill the memory of a lock; one message brings about 85 marks at most.
  {
    line: 'F6',
    id: 'join-of-112-marks',
    expected: 'applied',
    marks: many(40),
    update: { base: 10, policyVersion: 11, marks: many(112).slice(40) },
  },
  {
    line: 'F6',
    id: 'join-of-113-marks',
    expected: 'base_missing',
    marks: many(40),
    update: { base: 10, policyVersion: 11, marks: many(113).slice(40) },
  },
  // Room is counted after the purge: what is over by the clock of this very update takes none.
  {
    line: 'F6',
    id: 'join-of-112-marks-and-held-ones-that-are-over',
    expected: 'applied',
    marks: [...HELD.marks.map((one) => ({ ...one, until: NOW })), ...many(40)],
    update: { base: 10, policyVersion: 11, marks: many(112).slice(40) },
  },
  {
    line: 'F6',
    id: 'join-of-112-marks-and-new-ones-that-are-over',
    expected: 'applied',
    marks: many(40),
    update: {
      base: 10,
      policyVersion: 11,
      marks: [...many(112).slice(40), mark('over', NOW - 9, 11, NOW)],
    },
  },
  {
    line: 'F6',
    id: 'join-of-113-marks-of-which-one-ends-after-lo',
    expected: 'base_missing',
    marks: [mark('a', NOW - 500, 8, NOW + 1), ...many(40)],
    update: { base: 10, policyVersion: 11, marks: many(112).slice(40) },
  },
];

/** Every update as a vector: the policy before, the payload, the status and the policy afterwards. */
export function updateVerdicts(): Writable[] {
  return UPDATES.map((one) => {
    const { line, id, expected, update, hi = null } = one;
    const { committedLo = NOW, marks = HELD.marks } = one;
    const held = { ...HELD, marks };
    const claims = policyUpdateOf({
      iat: NOW - 5,
      post: fixedBytes('new post').slice(0, 16),
      ...update,
    });
    const judged = judgeUpdate(held, claims, LOCK_ID, hi);
    const after = judged === undefined ? applyUpdate(held, claims, committedLo) : held;
    const status = judged ?? (after === undefined ? 'base_missing' : 'applied');
    if (status !== expected) throw new Error(`verdict ${id}: expected ${expected}, not ${status}`);
    const payload = policyUpdateClaims.encode(claims);
    const state = { lockId: LOCK_ID, committedLo, hi, ...written(held) };
    return { id, line, state, payload, status, after: written(after ?? held) };
  });
}

function written({ policyVersion, post, floor, marks, blocked }: LockPolicy): {
  readonly [member: string]: Writable;
} {
  return {
    policyVersion,
    post,
    floor: [floor.issuedUntil, floor.version],
    marks: marks.map((one) => [one.tag, one.issuedUntil, one.version, one.until]),
    blocked,
  };
}
