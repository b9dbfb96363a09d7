import { expect, test } from 'vitest';
import { elementsOf, findElement, organizationOf } from '../../src/engine/elements.js';
import { compilePolicy } from '../../src/index.js';
import { site } from '../helpers/builders.js';

const engine = compilePolicy<unknown>(
  site({ users: [{ id: 'ada' }, { id: 'bob', active: false }] }),
);

test('an element and the organisation are those of the policy', () => {
  expect(findElement(engine, 'users', 'bob')).toEqual({ id: 'bob', active: false });
  expect(findElement(engine, 'users', 'eve')).toBeUndefined();
  expect(organizationOf(engine)).toEqual({ id: 'org', timeZone: 'UTC' });
});

test('the elements of a collection are all that are there, and none that went', () => {
  expect([...elementsOf(engine, 'users')]).toEqual(engine.policy.users);
  expect([...elementsOf(engine, 'links')]).toEqual([]);
  const fewer = engine.apply({ remove: { users: ['ada'] } });
  expect([...elementsOf(fewer, 'users')]).toEqual([{ id: 'bob', active: false }]);
});
