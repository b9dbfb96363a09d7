import { expect, test } from 'vitest';
import { snapshotOf } from '../../src/engine/compile.js';
import { readChanges } from '../../src/engine/read-changes.js';
import { compilePolicy, type Issue } from '../../src/index.js';
import { site } from '../helpers/builders.js';

const engine = compilePolicy<unknown>(site({ revision: 4 }));

function read(input: unknown) {
  const issues: Issue[] = [];
  const changes = readChanges(snapshotOf(engine), input, (issue) => issues.push(issue));
  return { changes, told: issues.map((each) => `${each.pointer} ${each.code}: ${each.message}`) };
}

test.each([
  [7, ' type: must be an object, is `7`'],
  [{ put: [] }, '/put type: must be an object, is a list'],
  [{ remove: 'x' }, '/remove type: must be an object, is `x`'],
  [{ revision: 4 }, '/revision value: not an integer above 4 `4`'],
  [{ revision: '5' }, '/revision value: not an integer above 4 `string`'],
  [{ 'a/b': 1 }, '/a~1b unknown_member: unknown member `a/b`'],
  [{ put: { door: [] } }, '/put/door unknown_member: unknown member `door`'],
  [{ put: { users: 'ada' } }, '/put/users type: not a list `string`'],
  [{ remove: { users: {} } }, '/remove/users type: not a list `object`'],
  [{ remove: { users: [null] } }, '/remove/users/0 type: not a string `object`'],
  [{ remove: { users: ['eve'] } }, '/remove/users/0 reference: nothing to remove `eve`'],
  [
    { remove: { users: ['ada', 'ada'] } },
    '/remove/users/1 duplicate: named twice in the change `ada`',
  ],
  [
    { remove: { places: new Array(10_001) } },
    '/remove/places too_large: more than 10000 elements `10001`',
  ],
])('%j is told where and what', (input, issue) => {
  expect(read(input).told).toEqual([issue]);
});

test('an organisation or an element that is none is told at its place, and not taken', () => {
  const { changes, told } = read({
    organization: { id: 7 },
    put: { users: [{ id: 'eve' }, { id: 7 }] },
  });
  expect(told.map((issue) => issue.split(' ', 2).join(' '))).toEqual([
    '/organization/id type:',
    '/put/users/1/id type:',
  ]);
  expect(changes).toEqual({ put: { users: [{ id: 'eve' }] }, remove: {} });
});

test('what is sound is taken as it is', () => {
  const input = {
    revision: 9,
    organization: { id: 'org' },
    put: { users: [] },
    remove: { users: ['ada'] },
  };
  expect(read(input)).toEqual({ changes: input, told: [] });
  expect(read({ revision: 4 }).changes.revision).toBe(5);
});
