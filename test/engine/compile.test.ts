/** What may be handed in as an engine or a policy, whom `can` asks about, and in which order a change is refused. */
import { describe, expect, test } from 'vitest';
import { luxonTimeZones } from '../../src/checks/time/luxon-zones.js';
import {
  attemptChange,
  compileEngine,
  isEngine,
  overlaidEngine,
  snapshotOf,
  validatedPolicy,
  zoneTest,
} from '../../src/engine/compile.js';
import type { Engine } from '../../src/index.js';
import {
  type Changes,
  compilePolicy,
  PolicyError,
  parsePolicy,
  RequestError,
} from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const zip = { subject: { type: 'link', id: 'zip' } };
const document = site({
  places: [{ id: 'hq' }, { id: 'annex' }],
  users: [{ id: 'ada' }, { id: 'both' }],
  links: [{ id: 'zip' }, { id: 'both' }],
  assignments: [
    right('a', 'ada'),
    right('z', '', zip),
    right('b', '', { subject: { type: 'link', id: 'both' } }),
  ],
});
const engine: Engine = compilePolicy<unknown>(document);
const options = { timeZones: luxonTimeZones };
const facts = { time: MONDAY_NOON };

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Where each issue of a refused change is. */
function refused(changes: unknown, by: Engine = engine): readonly string[] {
  const error = thrown(() => by.apply(changes as Changes));
  if (!(error instanceof PolicyError)) throw error;
  return error.issues.map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('what is an engine', () => {
  test('whatever decides is taken for an engine, and nothing else is', () => {
    expect(isEngine(engine)).toBe(true);
    const others = [document, null, undefined, 'engine', { decide: 'yes' }];
    for (const other of others) expect(isEngine(other as never)).toBe(false);
  });

  test('an engine of somebody else answers no question of this library and takes no change', () => {
    const foreign = { decide: () => ({ decision: true }) } as unknown as Engine;
    const error = new TypeError('not an engine of this library');
    expect(thrown(() => snapshotOf(foreign))).toEqual(error);
    expect(thrown(() => attemptChange(foreign, {}))).toEqual(error);
  });

  test('an engine laid over takes no changes, and says where they go', () => {
    const over = overlaidEngine(engine, {}, new Set());
    const error = new TypeError('changes go to the engine that this one was laid over');
    expect(thrown(() => over.apply({}))).toEqual(error);
    expect(thrown(() => attemptChange(over, {}))).toEqual(error);
  });

  test('on types that were closed nobody may anything, on others and at doors all as before', () => {
    const owner = right('o', 'both', {
      role: 'organization_owner',
      scope: { type: 'organization', id: 'org' },
    });
    const owned = engine.apply({ put: { assignments: [owner] } } as never);
    const request = (type: string, id: string, name: string) => ({
      subject: { type: 'user', id: 'both' },
      action: { name },
      resource: { type, id },
      context: facts,
    });
    for (const closed of [new Set(['user']), 'all'] as const) {
      const over = overlaidEngine(owned, {}, closed);
      expect(owned.check(request('user', 'ada', 'view'))).toBe(true);
      expect(over.check(request('user', 'ada', 'view'))).toBe(false);
      expect(over.check(request('place', 'hq', 'view'))).toBe(closed !== 'all');
      expect(over.check(request('door', 'front', 'unlock'))).toBe(true);
    }
    const laid = overlaidEngine(engine, { users: [{ id: 'new' }] } as never, new Set());
    expect(laid.policy.users?.map(({ id }) => id)).toEqual(['ada', 'both', 'new']);
  });
});

describe('what is a policy', () => {
  test('a parsed policy is compiled as it is, anything else as the copy that was checked', () => {
    const parsed = parsePolicy(document);
    if (!parsed.ok) throw new PolicyError(parsed.issues);
    expect(validatedPolicy(parsed.value, options)).toBe(parsed.value);
    const copy = validatedPolicy(document, options);
    expect(copy).toEqual(document);
    expect(copy).not.toBe(document);
    expect(Object.isFrozen(copy)).toBe(true);
  });

  test('what is no policy is refused with its issues', () => {
    const bad = { ...document, doors: [{ id: 'front', place: 'nowhere' }] };
    for (const compile of [validatedPolicy, compileEngine]) {
      const error = thrown(() => compile(bad, options));
      expect(error).toBeInstanceOf(PolicyError);
      expect((error as PolicyError).issues.map(({ pointer }) => pointer)).toEqual([
        '/doors/0/place',
      ]);
    }
  });

  test('deprecated roles may be held only where that is said, also by changes', () => {
    const roles = {
      id: 'own',
      roles: [{ id: 'old', levels: ['group'], rank: 1, deprecated: true, permissions: {} }],
    };
    const organization = { id: 'org', timeZone: 'UTC', roles };
    const empty = site({ organization });
    const held = { assignments: [right('a', 'ada', { role: 'old' })] };
    const issue = 'role_deprecated';
    expect(thrown(() => validatedPolicy({ ...empty, ...held }, options))).toMatchObject({
      issues: [{ code: issue }],
    });
    const plain = compileEngine(empty, options);
    expect(refused({ put: held }, plain)).toEqual([`${issue} /put/assignments/0/role`]);
    const lenient = compileEngine(empty, { ...options, allowDeprecatedRoles: true });
    expect(lenient.apply({ put: held } as never).policy.assignments).toHaveLength(1);
  });

  test('a source of zones has one test, by which its policies are known again', () => {
    const source = { ...luxonTimeZones, has: (name: string) => name === 'Here' };
    const test = zoneTest(source);
    expect(zoneTest(source)).toBe(test);
    expect(test('Here')).toBe(true);
    expect(test('There')).toBe(false);
    expect(zoneTest({ ...source })).not.toBe(test);
  });
});

describe('whom `can` asks about', () => {
  test('a link where there is no user of the same id', () => {
    expect(engine.can('ada', 'unlock', 'front', facts)).toBe(true);
    expect(engine.can('zip', 'unlock', 'front', facts)).toBe(true);
    expect(engine.can('both', 'unlock', 'front', facts)).toBe(false);
    expect(engine.can('nobody', 'unlock', 'front', facts)).toBe(false);
  });

  test('a link of the id of a user who has gone', () => {
    const without = engine.apply({ remove: { users: ['both'] } });
    expect(without.can('both', 'unlock', 'front', facts)).toBe(true);
  });

  test('what is no text is refused, and the message names where', () => {
    for (const subject of [undefined, null, 7, { id: 'ada' }]) {
      const error = thrown(() => engine.can(subject as never, 'unlock', 'front', facts));
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({
        pointer: '/subject/id',
        message: expect.stringContaining('missing or not a string'),
      });
    }
  });
});

test('an answer says how long it holds only where that is asked, in whole milliseconds', () => {
  const until = '2026-03-02T18:00:00.000Z';
  const ending = engine.apply({
    put: { assignments: [right('a', 'ada', { validity: { until } })] },
  } as never);
  const request = unlock('ada', 'front');
  const decided = ending.decide(request);
  expect(decided.decision).toBe(true);
  expect(decided.context).not.toHaveProperty('validUntil');
  expect(ending.decide(request, {})).toEqual(decided);
  expect(ending.decide(request, { validUntil: false })).toEqual(decided);
  const told = ending.decide(request, { validUntil: true });
  const validUntil = ending.validUntil(request);
  expect(new Date(validUntil ?? '').toISOString()).toBe(until);
  expect(told).toEqual({ ...decided, context: { ...decided.context, validUntil } });
  expect(ending.decideAll([request, request], { validUntil: true })).toEqual([told, told]);
  expect(ending.explain(request).decision).toEqual(decided);
  expect(engine.validUntil(unlock('nobody', 'front'))).toBeNull();
});

test('what is no change is refused for its shape alone, before anything is looked up', () => {
  expect(refused(null)).toEqual(['type ']);
  expect(refused({ put: { users: 7 } })).toEqual(['type /put/users']);
  const lost = { id: 'shed', place: 'nowhere' };
  expect(refused({ put: { users: [{ id: 7 }], doors: [lost] } })).toEqual(['type /put/users/0/id']);
});

test('what is put is refused first; whether what is removed is still used is asked of sound changes', () => {
  const lost = { id: 'shed', place: 'nowhere' };
  const remove = { users: ['ada'] };
  expect(refused({ put: { doors: [lost] }, remove })).toEqual(['reference /put/doors/0/place']);
  expect(refused({ remove })).toHaveLength(1);
});
