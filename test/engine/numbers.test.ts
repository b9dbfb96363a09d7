import { describe, expect, test } from 'vitest';
import { type Changes, compilePolicy, type Policy, parsePolicy } from '../../src/index.js';

const document = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'back', place: 'hq' },
  ],
  groups: [
    { id: 'at-front', doors: ['front'] },
    { id: 'at-back', doors: ['back'] },
  ],
  users: [{ id: 'zoe' }, { id: 'ada' }],
  teams: [{ id: 'crew', users: ['ada', 'zoe'] }],
  assignments: [
    right('r1', { type: 'user', id: 'ada' }, 'front'),
    right('r2', { type: 'user', id: 'zoe' }, 'back'),
  ],
};

function right(id: string, subject: object, door: string): object {
  return { id, subject, role: 'door_access', scope: { type: 'group', id: `at-${door}` } };
}

function parsed(): Policy {
  const result = parsePolicy(document);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

/** Adds a user who may open one door. */
function hiring(id: string, door: string): Changes {
  return {
    put: { users: [{ id }], assignments: [right(`of-${id}`, { type: 'user', id }, door)] },
  } as Changes;
}

const TIME = Date.UTC(2026, 10, 23, 9);
const may = (engine: ReturnType<typeof compilePolicy>, user: string, door: string) =>
  engine.can(user, 'unlock', door, { time: TIME });

describe('numbers that validation found are compiled with', () => {
  test('two engines of one parsed policy do not see what is applied to the other', () => {
    const policy = parsed();
    const one = compilePolicy(policy);
    const other = compilePolicy(policy);
    const hired = one.apply(hiring('bob', 'front'));
    const others = other.apply(hiring('eve', 'back'));
    expect(may(hired, 'bob', 'front')).toBe(true);
    expect(may(others, 'eve', 'back')).toBe(true);
    for (const engine of [one, other, others]) expect(may(engine, 'bob', 'front')).toBe(false);
    for (const engine of [one, other, hired]) expect(may(engine, 'eve', 'back')).toBe(false);
    expect(may(hired, 'eve', 'front')).toBe(false);
    expect(may(others, 'bob', 'back')).toBe(false);
  });

  test.each([
    ['parsed by itself', () => compilePolicy(parsed())],
    ['compiled as it came', () => compilePolicy<unknown>(document)],
    [
      'compiled the second time',
      () => {
        const policy = parsed();
        compilePolicy(policy);
        return compilePolicy(policy);
      },
    ],
  ])('an engine %s answers and tells its document alike', (_, build) => {
    const engine = build();
    expect(engine.policy).toEqual({ ...document, revision: 0 });
    expect(may(engine, 'ada', 'front')).toBe(true);
    expect(may(engine, 'ada', 'back')).toBe(false);
    expect(may(engine, 'zoe', 'back')).toBe(true);
    expect(may(engine, 'zoe', 'front')).toBe(false);
  });

  test('the order of a document is kept though its teams name users the other way round', () => {
    const { policy } = compilePolicy(parsed());
    expect(policy.users?.map(({ id }) => id)).toEqual(['zoe', 'ada']);
  });
});
