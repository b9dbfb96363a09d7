import { describe, expect, test } from 'vitest';
import { changedPolicy, intoChanges } from '../../src/engine/policy-of.js';
import type { Changes, Issue, Policy } from '../../src/index.js';
import { site } from '../helpers/builders.js';

const policy = site({ users: [{ id: 'ada' }, { id: 'bob' }] }) as unknown as Policy;
const change = (changes: unknown) => changedPolicy(policy, changes as Changes);

describe('a document with a change made in it', () => {
  test('keeps what is put anew in its place, adds what is new and drops what goes', () => {
    const users = [{ id: 'cyd' }, { id: 'ada', active: false }];
    expect(change({ put: { users } })).toEqual({
      ...policy,
      users: [users[1], { id: 'bob' }, users[0]],
    });
    expect(change({ remove: { users: ['ada'] } }).users).toEqual([{ id: 'bob' }]);
    const { groups: _, ...groupless } = policy;
    expect(change({ remove: { groups: ['staff'] } })).toEqual(groupless);
    expect(Object.keys(change({ remove: { groups: ['staff'] } }))).toEqual(Object.keys(groupless));
    expect(change({})).toEqual(policy);
  });

  test('has the organisation of the change', () => {
    expect(change({ organization: { id: 'other' } }).organization).toEqual({ id: 'other' });
  });
});

describe('an issue of the changed document is told', () => {
  const users = [{ id: 'cyd' }, { id: 'bob' }];
  const led = (pointer: string, changes: unknown = { put: { users } }) =>
    intoChanges({ pointer, code: 'value', message: 'm' } as Issue, policy, changes as Changes);

  test('at its place in the change, where the change put the element', () => {
    const told = { code: 'value', message: 'm' };
    expect(led('/users/1/name/x')).toEqual({ ...told, pointer: '/put/users/1/name/x' });
    expect(led('/users/1')).toEqual({ ...told, pointer: '/put/users/1' });
    const first = { put: { users: [users[1]] } };
    expect(led('/users/1/name', first)).toEqual({ ...told, pointer: '/put/users/0/name' });
  });

  test.each([
    ['/users/0/name', { put: { users } }],
    ['/users/0/name', { put: { places: [{ id: 'hq' }] } }],
    ['/users/0/name', {}],
    ['/users/9', { put: {} }],
    ['/users/9', { put: { users } }],
    ['/links/0', { put: { users } }],
    ['/organization/roles', { put: { users } }],
    ['', { put: { users } }],
  ])('where it is, where it is not of what the change put: %j', (pointer, changes) => {
    expect(led(pointer, changes).pointer).toBe(pointer);
  });
});
