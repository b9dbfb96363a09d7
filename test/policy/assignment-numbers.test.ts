import { describe, expect, test } from 'vitest';
import { assignmentReader } from '../../src/policy/assignment-numbers.js';
import { COLLECTIONS, type Policy } from '../../src/policy/document.js';
import { CANNOT_TELL } from '../../src/policy/guarded.js';
import type { IdNumbers } from '../../src/policy/view.js';

/** Of every collection `a`, `b` and `c`, as in the places 0 to 2. */
const IDS = Object.fromEntries(
  COLLECTIONS.map((name) => [name, new Map(['a', 'b', 'c'].map((id, at) => [id, at]))]),
) as unknown as IdNumbers;

/** Reads assignments written as `subject @ scope`. */
function read(...texts: string[]) {
  const assignments = texts.map((text) => {
    const [subject, scope] = text.split(' @ ').map((part) => {
      const [type, id] = part.split(' ');
      return { type, id };
    });
    return { subject, scope };
  });
  const policy = { organization: { id: 'acme' }, assignments } as unknown as Policy;
  return readAll(policy);
}

function readAll(policy: Policy) {
  const { numbers, see } = assignmentReader(policy, IDS);
  const known = policy.assignments?.map((assignment, index) => see(assignment, index));
  return { known, subjects: [...numbers.subjects], scopes: [...numbers.scopes] };
}

describe('what assignments name', () => {
  test('is a number of its kind, times four, and a number for the kind', () => {
    expect(
      read('user a @ organization acme', 'link c @ place b', 'team b @ group c', 'user c @ door a'),
    ).toEqual({
      known: [true, true, true, true],
      subjects: [0, 9, 6, 8],
      scopes: [0, 5, 10, 3],
    });
  });

  test('has a number that nothing has that exists, where it does not exist: one for each', () => {
    const { known, subjects, scopes } = read(
      ...['user a @ organization other', 'user x @ organization other', 'link x @ door x'],
      ...['user x @ place x', 'user a @ organization acme', 'link x @ place a'],
    );
    expect(known).toEqual([false, false, false, false, true, false]);
    expect(subjects.map((number) => number & 3)).toEqual([0, 3, 3, 3, 0, 3]);
    expect(scopes.map((number) => number & 3)).toEqual([0, 0, 0, 0, 0, 1]);
    const [other, again, door, place, acme] = scopes;
    expect(other).toBe(again);
    expect(acme).toBe(0);
    expect(new Set([other, door, place, acme]).size).toBe(4);
    const [, user, link, same, , sameLink] = subjects;
    expect([same, sameLink]).toEqual([user, link]);
    expect(user).not.toBe(link);
  });

  test('has no number where it is a team that does not exist', () => {
    expect(read('team x @ place a', 'team a @ place a')).toEqual({
      known: [false, true],
      subjects: [-1, 2],
      scopes: [1, 1],
    });
  });

  test('has no number where it cannot be read, and is not taken for what was read before', () => {
    const subject = { type: 'user', id: 'b' };
    const scope = { type: 'place', id: 'c' };
    const unreadable = {
      type: 'user',
      get id(): never {
        throw CANNOT_TELL;
      },
    };
    const assignments = [
      { subject, scope },
      { subject: unreadable, scope },
      { subject, scope: unreadable },
      { subject, scope },
    ];
    const organization = {
      get id(): never {
        throw CANNOT_TELL;
      },
    };
    const policy = { organization, assignments } as unknown as Policy;
    expect(readAll(policy)).toEqual({
      known: [true, false, false, true],
      subjects: [4, -1, -1, 4],
      scopes: [9, -1, -1, 9],
    });
    const unread = [{ subject, scope: { type: 'organization', id: 'acme' } }];
    expect(readAll({ organization, assignments: unread } as unknown as Policy).known).toEqual([
      false,
    ]);
  });

  test('is no reason to hide any other error', () => {
    const broken = {
      get subject(): never {
        throw new Error('broken');
      },
    };
    expect(() =>
      readAll({ organization: { id: 'acme' }, assignments: [broken] } as unknown as Policy),
    ).toThrow('broken');
  });
});
