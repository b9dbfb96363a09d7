import { describe, expect, test } from 'vitest';
import {
  type Assignment,
  type Changes,
  compilePolicy,
  type Policy,
  parsePolicy,
} from '../../src/index.js';

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

  test.each([
    ['in order', ['r1', 'r2', 'r3']],
    ['in no order', ['r3', 'r1', 'r2']],
  ])('rights that stand %s are found, replaced, ended and given again by their id', (_, ids) => {
    const rights = new Map([
      ['r1', right('r1', { type: 'user', id: 'ada' }, 'front')],
      ['r2', right('r2', { type: 'user', id: 'zoe' }, 'back')],
      ['r3', right('r3', { type: 'user', id: 'zoe' }, 'front')],
    ]);
    const engine = compilePolicy<unknown>({
      ...document,
      assignments: ids.map((id) => rights.get(id)),
    });
    const given = right('r0', { type: 'user', id: 'ada' }, 'back') as Assignment;
    const more = engine.apply({ put: { assignments: [given] } });
    const moved = more.apply({
      put: { assignments: [{ ...given, subject: { type: 'team', id: 'crew' } }] },
      remove: { assignments: ['r2'] },
    });
    const gone = moved.apply({ remove: { assignments: ['r0'] } });
    const again = gone.apply({ put: { assignments: [rights.get('r2') as Assignment] } });
    const rows = [engine, more, moved, gone, again].map((each) => ({
      ada: may(each, 'ada', 'back'),
      zoe: may(each, 'zoe', 'back'),
      ids: each.policy.assignments?.map(({ id }) => id),
    }));
    const without = ids.filter((id) => id !== 'r2');
    expect(rows).toEqual([
      { ada: false, zoe: true, ids },
      { ada: true, zoe: true, ids: [...ids, 'r0'] },
      { ada: true, zoe: true, ids: [...without, 'r0'] },
      { ada: false, zoe: false, ids: without },
      { ada: false, zoe: true, ids },
    ]);
    for (const each of [engine, moved, gone]) {
      expect(() => each.apply({ remove: { assignments: ['r9'] } })).toThrow('nothing to remove');
    }
    expect(() => gone.apply({ remove: { assignments: ['r2'] } })).toThrow('nothing to remove');
  });
});
