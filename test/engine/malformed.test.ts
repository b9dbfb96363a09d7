/** What makes a question malformed, where it says so, and what an engine takes for an instant. */
import { describe, expect, test } from 'vitest';
import { readInstant, readTime } from '../../src/engine/ask.js';
import { compilePolicy, RequestError } from '../../src/index.js';
import { MONDAY_NOON, right, site, unlock } from '../helpers/builders.js';

const NOON = Date.parse(MONDAY_NOON);
const engine = compilePolicy<unknown>(site({ assignments: [right('ada', 'ada')] }));
const good = unlock('ada', 'front');
/** The first instant after the years that can be written. */
const BEYOND = 253_402_300_800_000;
/** The first instant of the year 0001. */
const FIRST = -62_135_596_800_000;

/** Pointer and sentence of the refusal. */
function told(ask: () => unknown): [string, string] {
  try {
    ask();
  } catch (error) {
    if (error instanceof RequestError) return [error.pointer, error.message];
    throw error;
  }
  throw new Error('not refused');
}

describe('a request is refused', () => {
  const string = 'missing or not a string';
  test.each<[string, unknown, string, string]>([
    ['that is none', null, '', 'a request is an object'],
    ['that is text', 'unlock', '', 'a request is an object'],
    ['without a subject', { ...good, subject: undefined }, '/subject', 'missing'],
    ['with null as subject', { ...good, subject: null }, '/subject', 'not an object'],
    ['with text as subject', { ...good, subject: 'ada' }, '/subject', 'not an object'],
    ['without a type of subject', { ...good, subject: { id: 'ada' } }, '/subject/type', string],
    ['without an id', { ...good, subject: { type: 'user' } }, '/subject/id', string],
    ['with a number as id', { ...good, subject: { type: 'user', id: 7 } }, '/subject/id', string],
    ['without an action', { ...good, action: undefined }, '/action', 'missing'],
    ['with null as action', { ...good, action: null }, '/action', 'not an object'],
    ['with text as action', { ...good, action: 'unlock' }, '/action', 'not an object'],
    ['with an action of no name', { ...good, action: {} }, '/action/name', string],
    ['without a resource', { ...good, resource: undefined }, '/resource', 'missing'],
    ['with null as resource', { ...good, resource: null }, '/resource', 'not an object'],
    ['with text as resource', { ...good, resource: 'front' }, '/resource', 'not an object'],
    ['without a type', { ...good, resource: { id: 'front' } }, '/resource/type', string],
    ['without an id of it', { ...good, resource: { type: 'door' } }, '/resource/id', string],
    [
      'without a context',
      { ...good, context: undefined },
      '/context',
      'missing: the time of a request is in its context',
    ],
    [
      'with null as context',
      { ...good, context: null },
      '/context',
      'missing: the time of a request is in its context',
    ],
    [
      'without a time',
      { ...good, context: {} },
      '/context/time',
      'missing: the core never reads a clock',
    ],
    [
      'with null as time',
      { ...good, context: { time: null } },
      '/context/time',
      'missing: the core never reads a clock',
    ],
  ])('%s', (_, request, pointer, sentence) => {
    const message = `${pointer}: ${sentence}`;
    for (const name of ['decide', 'check', 'explain', 'validUntil'] as const) {
      expect(told(() => engine[name](request as never))).toEqual([pointer, message]);
    }
  });

  test.each<[unknown, string]>([
    ['noon', '`noon`'],
    ['2026-03-02T12:00:00', '`2026-03-02T12:00:00`'],
    [{ toString: () => 'noon' }, '`[object Object]`'],
    [Number.NaN, '`NaN`'],
    [new Date(Number.NaN), '`[object Date]`'],
    ['x'.repeat(60), `\`${'x'.repeat(60)}\``],
    ['x'.repeat(61), `\`${'x'.repeat(60)}…\``],
  ])('for the time %s, and shows it', (time, shown) => {
    expect(told(() => engine.check(unlock('ada', 'front', { time: time as never })))).toEqual([
      '/context/time',
      `/context/time: not an RFC 3339 date-time with an offset, a Date or epoch milliseconds ${shown}`,
    ]);
  });

  test('with the name of its error, which is a TypeError', () => {
    expect(() => engine.check(null as never)).toThrow(TypeError);
    expect(() => engine.check(null as never)).toThrow(
      expect.objectContaining({ name: 'RequestError' }),
    );
  });
});

describe('a list is refused', () => {
  const { subject, action, resource, context } = good;
  const type = 'missing or not a string';

  test.each<[string, () => unknown, string, string]>([
    ['of no query', () => engine.searchActions(7 as never), '', 'a query is an object'],
    [
      'of resources for no subject',
      () => engine.searchResources({ action, resource, context } as never),
      '/subject',
      'missing',
    ],
    [
      'of resources for a subject without id',
      () =>
        engine.searchResources({ subject: { type: 'user' }, action, resource, context } as never),
      '/subject/id',
      type,
    ],
    [
      'of resources without an action',
      () => engine.searchResources({ subject, resource, context } as never),
      '/action',
      'missing',
    ],
    [
      'of resources of no type',
      () => engine.searchResources({ subject, action, resource: { id: 'x' }, context } as never),
      '/resource/type',
      type,
    ],
    [
      'of subjects of no type',
      () => engine.searchSubjects({ subject: {}, action, resource, context } as never),
      '/subject/type',
      type,
    ],
    [
      'of subjects for null as action',
      () => engine.searchSubjects({ subject, action: null, resource, context } as never),
      '/action',
      'not an object',
    ],
    [
      'of subjects for a resource without id',
      () =>
        engine.searchSubjects({ subject, action, resource: { type: 'door' }, context } as never),
      '/resource/id',
      type,
    ],
    [
      'of actions for a subject without id',
      () => engine.searchActions({ subject: { type: 'user' }, resource, context } as never),
      '/subject/id',
      type,
    ],
    [
      'of actions for a resource without id',
      () => engine.searchActions({ subject, resource: { type: 'door' }, context } as never),
      '/resource/id',
      type,
    ],
    [
      'of who has access to what has no id',
      () => engine.access({ type: 'door' } as never, context),
      '/entity/id',
      type,
    ],
    [
      'without a context',
      () => engine.access({ type: 'door', id: 'front' }, undefined as never),
      '/context',
      'missing: the time of a request is in its context',
    ],
  ])('%s', (_, ask, pointer, sentence) => {
    expect(told(ask)).toEqual([pointer, `${pointer}: ${sentence}`]);
  });

  test('but for the id of what is looked for', () => {
    const door = { type: 'door', id: 7 };
    expect(engine.searchResources({ subject, action, resource: door, context }).results).toEqual([
      { type: 'door', id: 'front' },
    ]);
    const user = { type: 'user', id: 7 };
    expect(engine.searchSubjects({ subject: user, action, resource, context }).results).toEqual([
      { type: 'user', id: 'ada' },
    ]);
  });
});

describe('an instant', () => {
  test.each<[string, unknown, number]>([
    ['text in UTC', MONDAY_NOON, NOON],
    ['text with an offset', '2026-03-02T13:00:00+01:00', NOON],
    ['milliseconds', NOON, NOON],
    ['a part of a millisecond, which counts to the one before', NOON + 0.9, NOON],
    ['a Date', new Date(NOON), NOON],
    ['the first of the year 0001', FIRST, FIRST],
    ['the last of the year 9999', BEYOND - 1, BEYOND - 1],
  ])('is %s', (_, value, expected) => {
    expect(readInstant(value)).toBe(expected);
  });

  test.each<[string, unknown]>([
    ['before the year 0001', FIRST - 1],
    ['after the year 9999', BEYOND],
    ['a Date after it', new Date(BEYOND)],
    ['an object that claims to be a Date', Object.create(Date.prototype)],
    ['an object with the method of a Date', { getTime: () => NOON }],
    ['milliseconds as text', `${NOON}`],
    ['a bigint', BigInt(NOON)],
    ['null', null],
  ])('is nothing %s', (_, value) => {
    expect(readInstant(value)).toBeNaN();
  });

  const known = { from: 100, until: 200 };

  test.each<[string, unknown, number]>([
    ['its first', 100, 100],
    ['its first as text', '1970-01-01T00:00:00.100Z', 100],
    ['its last', 199, 199],
    ['a part of a millisecond more', 199.5, 199],
    ['one as text', '1970-01-01T00:00:00.150Z', 150],
    ['one as a Date', new Date(150), 150],
  ])('is a time of a request within what the source of time zones knows: %s', (_, time, read) => {
    expect(readTime({ time }, known)).toBe(read);
  });

  test.each<[string, unknown]>([
    ['the one before', 99],
    ['a part of it', 99.9],
    ['the first after it', 200],
    ['a part of that', 200.5],
    ['that as text', '1970-01-01T00:00:00.200Z'],
    ['a Date before it', new Date(99)],
    ['a number without end', Infinity],
  ])('is none outside of it: %s', (_, time) => {
    expect(told(() => readTime({ time }, known))).toEqual([
      '/context/time',
      '/context/time: outside what the time-zone source knows',
    ]);
  });
});
