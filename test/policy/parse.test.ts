import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ISSUES_MAX } from '../../src/values/limits.js';
import {
  isValidated,
  parseDocument,
  parseDocumentText,
  parseElement,
  parseOrganization,
  parseText,
} from '../../src/policy/parse.js';
import { documentWith, fullDocument, issuesOf, OPTIONS, told } from '../helpers/policies.js';
import { runs } from '../helpers/runs.js';

describe('a valid document', () => {
  test('comes back equal, as a copy that is frozen all the way down', () => {
    const input = fullDocument();
    const parsed = parseDocument(input, OPTIONS);
    expect(parsed).toEqual({ ok: true, value: input });
    if (!parsed.ok) return;
    expect(sharesNothing(input, parsed.value)).toBe(true);
    expect(isDeepFrozen(parsed.value)).toBe(true);
  });

  test('is left as it was', () => {
    const input = fullDocument();
    parseDocument(input, OPTIONS);
    expect(input).toEqual(fullDocument());
    expect(Object.isFrozen(input.doors[0])).toBe(false);
  });

  test('may be as small as a version and an organisation', () => {
    expect(issuesOf({ version: 1, organization: { id: 'acme' } })).toEqual([]);
  });

  test('may hold members that are undefined, which the copy leaves out', () => {
    const parsed = parseDocument(documentWith({ revision: 3, organization: { id: 'acme', name: undefined } }), OPTIONS);
    expect(parsed.ok && Object.keys(parsed.value.organization)).toEqual(['id']);
  });

  test('of another realm or without prototypes is read like any other', () => {
    const bare = (value: object): object => Object.assign(Object.create(null), value);
    expect(issuesOf(bare({ version: 1, organization: bare({ id: 'acme' }) }))).toEqual([]);
  });
});

describe('a value that passed', () => {
  const parsed = parseDocument(fullDocument(), OPTIONS);
  const value = parsed.ok ? parsed.value : undefined;

  test('is known again under the same options', () => {
    expect(isValidated(value, OPTIONS)).toBe(true);
    expect(isValidated(value, { ...OPTIONS, allowDeprecatedRoles: true })).toBe(true);
  });

  test('is not known under other zones, nor when its copy or another value is shown', () => {
    expect(isValidated(value, { isTimeZone: () => true })).toBe(false);
    expect(isValidated({ ...value }, OPTIONS)).toBe(false);
    expect(isValidated(fullDocument(), OPTIONS)).toBe(false);
    expect(isValidated(null, OPTIONS)).toBe(false);
    expect(isValidated('policy', OPTIONS)).toBe(false);
  });

  test('that needed deprecated roles is not known where they are not allowed', () => {
    const lenient = parseDocument(fullDocument(), { ...OPTIONS, allowDeprecatedRoles: true });
    expect(lenient.ok && isValidated(lenient.value, OPTIONS)).toBe(false);
  });

  test('is not known when it failed', () => {
    const input = { version: 2 };
    parseDocument(input, OPTIONS);
    expect(isValidated(input, OPTIONS)).toBe(false);
  });
});

describe('issues', () => {
  test('are told all at once, of shape and of meaning, in the order of the document', () => {
    const document = documentWith({
      verison: 1,
      lockdowns: [{ id: 'l', scope: { type: 'door', id: 'nowhere' } }],
      doors: [{ id: 'd1', place: 'hq', floor: 'none' }, { id: 'd2', place: 'nowhere', lock: 'shut' }, 7],
      organization: { id: 'acme', timeZone: 'Mars/Base' },
    });
    expect(issuesOf(document)).toEqual([
      'unknown_member /verison',
      'time_zone /organization/timeZone',
      'value /doors/1/lock',
      'reference /doors/1/place',
      'type /doors/2',
    ]);
  });

  test('of every unknown member are told, not only of the first', () => {
    expect(issuesOf(documentWith({ users: [{ id: 'ada', a: 1, b: 2 }] }))).toEqual([
      'unknown_member /users/0/a',
      'unknown_member /users/0/b',
    ]);
  });

  test('escape tildes and slashes in pointers', () => {
    expect(issuesOf(documentWith({ 'a/b~c': 1 }))).toEqual(['unknown_member /a~1b~0c']);
  });

  test('stop at the cap, and a last one counts the rest', () => {
    const users = Array.from({ length: ISSUES_MAX + 5 }, (_, index) => ({ id: `u${index}`, age: 1 }));
    const parsed = parseDocument(documentWith({ users }), OPTIONS);
    const issues = parsed.ok ? [] : parsed.issues;
    expect(issues).toHaveLength(ISSUES_MAX + 1);
    expect(issues.at(-1)).toEqual({
      pointer: '',
      code: 'too_many_issues',
      message: 'more issues than are listed `5`',
    });
  });

  test('name the offending value, cut, in backticks at the end', () => {
    const long = `x${'y'.repeat(100)}`;
    const parsed = parseDocument(documentWith({ teams: [{ id: 't', users: [long] }] }), OPTIONS);
    expect(parsed.ok ? '' : parsed.issues[0]?.message).toBe(`unknown user \`${long.slice(0, 59)}…\``);
  });

  test.each([
    { links: [{ id: 'l', secretHash: 'swordfish'.repeat(90) }] },
    { links: [{ id: 'l', secretHash: 20261122 }] },
    { links: [{ id: 'l', secretHash: 'swordfish\ud800' }] },
    { links: [{ id: 'l', secretHash: ['swordfish'] }] },
    { links: [{ id: 'l', secretHash: 'swordfish', secrethash: 'swordfish' }] },
  ])('never show the hash of a secret: %j', (members) => {
    const parsed = parseDocument(documentWith(members), OPTIONS);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toMatch(/swordfish|20261122/);
  });

  test('about what a malformed part might have said are not invented', () => {
    const assignment = {
      id: 'a',
      subject: { type: 'user', id: 'carl' },
      role: 'night-porter',
      scope: { type: 'door', id: 'back' },
    };
    const malformed = { users: [{ ID: 'carl' }], organization: { id: 'acme', role: 'own' }, doors: 'none' };
    expect(issuesOf(documentWith({ ...malformed, assignments: [assignment] }))).toEqual([
      'unknown_member /organization/role',
      'type /doors',
      'unknown_member /users/0/ID',
      'missing /users/0/id',
    ]);
    expect(issuesOf(documentWith({ assignments: [assignment] }))).toEqual([
      'reference /assignments/0/subject/id',
      'reference /assignments/0/role',
      'reference /assignments/0/scope/id',
    ]);
  });

  test('about the well-formed rest of a malformed element are told beside its shape', () => {
    const credentials = [{ id: 'c', kind: 'key', user: 'nobody', state: 'active' }];
    expect(issuesOf(documentWith({ credentials }))).toEqual([
      'value /credentials/0/kind',
      'reference /credentials/0/user',
    ]);
  });
});

describe('hostile input', () => {
  const thrower = new Proxy({}, { ownKeys: () => { throw new Error('no'); } });
  const revoked = Proxy.revocable([], {});
  revoked.revoke();

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['type ']],
    ['null', null, ['type ']],
    ['a list', [], ['type ']],
    ['a text', '{}', ['type ']],
    ['a function', () => 1, ['type ']],
    ['a date', new Date(0), ['type ']],
    ['a map', new Map([['version', 1]]), ['type ']],
    ['an instance of a class', new (class { version = 1; })(), ['type ']],
    ['a getter that throws', { get version() { throw new Error('no'); } }, ['type /version']],
    ['a proxy that throws', documentWith({ users: [thrower] }), ['type /users/0']],
    ['a revoked proxy', documentWith({ users: revoked.proxy }), ['type /users']],
    ['a hole in a list', documentWith({ users: [, { id: 'ada' }] }), ['type /users/0']],
    ['a list far too long', documentWith({ places: new Array(4_000_000_000) }), ['too_large /places']],
    ['NaN', documentWith({ revision: Number.NaN }), ['type /revision']],
    ['an infinite number', documentWith({ revision: Number.POSITIVE_INFINITY }), ['type /revision']],
    ['a big integer', documentWith({ revision: 1n }), ['type /revision']],
    ['half a surrogate pair', documentWith({ users: [{ id: 'ada', name: 'a\ud800' }] }), ['format /users/0/name']],
    ['a member __proto__', documentWith(JSON.parse('{"__proto__":{"x":1}}')), ['unknown_member /__proto__']],
    ['a member constructor', documentWith({ constructor: 1 }), ['unknown_member /constructor']],
    ['a member toString', documentWith({ users: [{ id: 'ada', toString: 1 }] }), ['unknown_member /users/0/toString']],
    ['an id that is a boxed text', documentWith({ users: [{ id: new String('ada') }] }), ['type /users/0/id']],
  ])('is refused and not thrown at: %s', (_title, input, expected) => {
    expect(issuesOf(input)).toEqual(expected);
  });

  test('that contains itself is read to the depth of the shape', () => {
    const document = documentWith({});
    document['users'] = [document];
    document['organization'] = document;
    expect(issuesOf(document)).toContain('missing /organization/id');
  });

  test('pollutes no prototype', () => {
    const poison = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const roles = {
      id: 'm',
      roles: [{ id: 'r', levels: ['door'], rank: 1, permissions: JSON.parse(poison), name: JSON.parse(poison) }],
    };
    const issues = issuesOf(documentWith({ ...JSON.parse(poison), organization: { id: 'acme', roles } }));
    expect(issues).toContain('unknown_member /organization/roles/roles/0/permissions/constructor');
    expect(issues).toContain('unknown_member /organization/roles/roles/0/name/__proto__');
    expect('polluted' in {}).toBe(false);
  });

  test('shows each getter once, so that what was checked is what is kept', () => {
    let reads = 0;
    const user = { get id() { return ['ada', '"; drop'][reads++]; } };
    const parsed = parseDocument(documentWith({ users: [user] }), OPTIONS);
    expect(parsed.ok && parsed.value.users).toEqual([{ id: 'ada' }]);
    expect(reads).toBe(1);
  });

  test('with control characters or backticks cannot dress up a message', () => {
    const issues = parseDocument(documentWith({ '\u001b[2J`ok`\u202e': 1 }), OPTIONS);
    expect(issues.ok ? '' : issues.issues[0]?.message).toBe(
      'unknown member `\\u001b[2J\\u0060ok\\u0060\\u202e`',
    );
  });

  test('made by mutating a valid document never throws, and what passes is equal to the input', () => {
    fc.assert(
      fc.property(mutations(), (mutate) => {
        const input = mutate(fullDocument());
        const parsed = parseDocument(input, OPTIONS);
        if (parsed.ok) expect(parsed.value).toEqual(input);
        else expect(parsed.issues.length).toBeGreaterThan(0);
      }),
      { seed: 20261122, numRuns: runs(400) },
    );
  });

  test('of any JSON at all never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        expect(parseDocument(input, OPTIONS).ok).toBe(false);
      }),
      { seed: 20261122, numRuns: runs(300) },
    );
  });
});

describe('elements and the organisation alone', () => {
  test('are checked for their shape, with pointers that lead on', () => {
    expect(told(parseElement('doors', { id: 'd', place: 5 }, '/put/doors/3'))).toEqual([
      'type /put/doors/3/place',
    ]);
    expect(told(parseElement('doors', 5, '/put/doors/3'))).toEqual(['type /put/doors/3']);
    expect(told(parseOrganization({ id: '' }, '/organization'))).toEqual(['empty /organization/id']);
  });

  test('come back as frozen copies', () => {
    const parsed = parseElement('users', { id: 'ada' }, '');
    expect(parsed).toEqual({ ok: true, value: { id: 'ada' } });
    expect(parsed.ok && Object.isFrozen(parsed.value)).toBe(true);
    expect(parseOrganization({ id: 'acme', roles: 'kiwi' }, '')).toEqual({
      ok: true,
      value: { id: 'acme', roles: 'kiwi' },
    });
  });
});

describe('a document as text', () => {
  test('is parsed as its value is', () => {
    expect(parseDocumentText(JSON.stringify(fullDocument()), OPTIONS)).toEqual({
      ok: true,
      value: fullDocument(),
    });
  });

  test('that is no JSON is one issue with line and column', () => {
    const parsed = parseDocumentText('{\n  "version": 1,\n}', OPTIONS);
    expect(parsed).toEqual({
      ok: false,
      issues: [{ pointer: '', code: 'format', message: 'not JSON at line 3, column 1: unexpected `}`' }],
    });
    expect(parseText('[1,')).toMatchObject({ ok: false });
  });

  test('that writes a member twice is refused beside its other issues', () => {
    const text = '{"version":1,"organization":{"id":"acme","id":"acme","timeZone":"Mars/Base"}}';
    expect(told(parseDocumentText(text, OPTIONS))).toEqual([
      'duplicate /organization/id',
      'time_zone /organization/timeZone',
    ]);
    expect(told(parseText('{"a":1,"a":1}'))).toEqual(['duplicate /a']);
    expect(parseText('{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
  });
});

/** Whether no object or list of one value is part of the other. */
function sharesNothing(one: unknown, other: unknown): boolean {
  const parts = new Set<unknown>();
  walk(one, (part) => parts.add(part));
  let shared = 0;
  walk(other, (part) => { if (parts.has(part)) shared++; });
  return shared === 0;
}

function isDeepFrozen(value: unknown): boolean {
  let thawed = 0;
  walk(value, (part) => { if (!Object.isFrozen(part)) thawed++; });
  return thawed === 0;
}

function walk(value: unknown, visit: (part: object) => void): void {
  if (typeof value !== 'object' || value === null) return;
  visit(value);
  for (const part of Object.values(value)) walk(part, visit);
}

/** Changes to a valid document: somewhere inside, something is replaced, removed, added or repeated. */
function mutations() {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom<unknown>('', 'hq', 'ada', 'office', '24:00', '2026-02-30', -0, 1e9, [], {}, null, undefined, Number.NaN),
  );
  const steps = fc.array(fc.record({ path: fc.array(fc.nat(), { maxLength: 8 }), kind: fc.nat(3), value: odd }), {
    minLength: 1,
    maxLength: 3,
  });
  return steps.map((list) => (document: unknown) => {
    for (const { path, kind, value } of list) mutateAt(document, path, kind, value);
    return document;
  });
}

function mutateAt(root: unknown, path: readonly number[], kind: number, value: unknown): void {
  let at = root as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const names = Object.keys(at);
    const name = names[step % Math.max(1, names.length)];
    if (name === undefined) return;
    const next = at[name];
    const isLast = depth === path.length - 1;
    if (!isLast && typeof next === 'object' && next !== null) {
      at = next as Record<string, unknown>;
      continue;
    }
    if (kind === 0) at[name] = value;
    else if (kind === 1 && Array.isArray(at)) at.splice(Number(name), 1);
    else if (kind === 1) delete at[name];
    else if (kind === 2 && Array.isArray(at)) at.push(next);
    else if (!Array.isArray(at)) at[`${name}x`] = value;
    return;
  }
}
