/** Who could be let in, against the oracle: nobody unlisted is ever permitted, and every witness is. */
import { expect, test } from 'vitest';
import type { PossiblePeople } from '../../../src/analysis/questions/need.js';
import { whoCould, whoCouldEver } from '../../../src/analysis/questions/who-could.js';
import type { AccessRequest } from '../../../src/engine/request.js';
import { compilePolicy } from '../../../src/index.js';
import type { Policy } from '../../../src/policy/document.js';
import { drawOpening } from '../../helpers/arbitraries-requests.js';
import { openingsOf } from '../../helpers/openings.js';
import { overWorlds } from '../../helpers/worlds.js';
import { referenceDecide } from '../../reference/decide.js';

const DAY_MS = 86_400_000;
const STRANGER = { type: 'user', id: 'nobody at all' };

/** The user or link a request speaks of. */
function personOf(policy: Policy, { subject }: AccessRequest) {
  if (subject.type !== 'credential') return subject;
  const user = policy.credentials?.find(({ id }) => id === subject.id)?.user ?? '';
  return { type: 'user', id: user };
}

/** Holds a permitted request against an answer that must cover it. */
function covers(policy: Policy, request: AccessRequest, found: PossiblePeople): boolean {
  const person = personOf(policy, request);
  const listed = found.people.some(
    ({ subject }) => subject.type === person.type && subject.id === person.id,
  );
  if (listed) return true;
  // A stranger has no device of his own: without it the request is his too.
  const { device: _, ...context } = request.context;
  const method = context.method === 'card' ? 'tap' : context.method;
  const stranger = { ...request, subject: STRANGER, context: { ...context, method } };
  return found.anyone !== undefined && referenceDecide(policy, stranger).decision;
}

/** Holds every witness against the oracle. */
function check(policy: Policy, found: PossiblePeople): void {
  if (found.anyone) expect(referenceDecide(policy, found.anyone).decision).toBe(true);
  for (const { subject, witness, assignments, need } of found.people) {
    expect(witness.subject).toEqual(subject);
    const answer = referenceDecide(policy, witness);
    expect(answer.decision).toBe(true);
    for (const grant of answer.context.grants) expect(assignments).toContain(grant);
    expect(referenceDecide(policy, { ...witness, subject: STRANGER }).decision).toBe(false);
    // The least: without any one of its facts, or alone, it is refused.
    for (const name of Object.keys(witness.context)) {
      if (name === 'time' || name === 'occupancy' || (name === 'reader' && need.leaving)) continue;
      const { [name]: _, ...less } = witness.context;
      const fewer = { ...witness, context: less as AccessRequest['context'] };
      const isOwn =
        referenceDecide(policy, fewer).decision &&
        !referenceDecide(policy, { ...fewer, subject: STRANGER }).decision;
      expect({ name, isOwn }).toEqual({ name, isOwn: false });
    }
  }
}

test('whoever is let in within a week is listed, and whoever is listed is let in', () => {
  let [permits, listed, anyone, leaving] = [0, 0, 0, 0];
  overWorlds(30, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    const [from, until] = [anchor - 3 * DAY_MS, anchor + 4 * DAY_MS];
    const answers = new Map(
      openingsOf(policy).map(({ type, id }) => {
        const found = whoCouldEver(engine, { type, id }, { from, until });
        check(policy, found);
        listed += found.people.length;
        anyone += found.anyone ? 1 : 0;
        leaving += found.people.filter(({ need }) => need.leaving).length;
        return [`${type} ${id}`, found];
      }),
    );
    for (let draws = 0; draws < 60; draws++) {
      const request = drawOpening(draw, policy, anchor);
      const time = new Date(request.context.time).getTime();
      if (time < from || time >= until || !referenceDecide(policy, request).decision) continue;
      permits += 1;
      const found = answers.get(`${request.resource.type} ${request.resource.id}`)!;
      if (!covers(policy, request, found)) expect({ request, found }).toBe('covered');
    }
  });
  expect(permits).toBeGreaterThan(120);
  expect(listed).toBeGreaterThan(60);
  expect(anyone).toBeGreaterThan(5);
  expect(leaving).toBeGreaterThan(0);
});

test('whoever is let in at an instant is listed for it, with the least it takes', () => {
  let [permits, listed] = [0, 0];
  overWorlds(70, 0, ({ policy, anchor, draw }) => {
    const engine = compilePolicy(policy);
    for (let draws = 0; draws < 20; draws++) {
      const request = drawOpening(draw, policy, anchor);
      const found = whoCould(engine, request.resource, request.context.time);
      if (draws < 3) check(policy, found);
      listed += found.people.length;
      if (!referenceDecide(policy, request).decision) continue;
      permits += 1;
      if (!covers(policy, request, found)) expect({ request, found }).toBe('covered');
    }
  });
  expect(permits).toBeGreaterThan(120);
  expect(listed).toBeGreaterThan(120);
});
