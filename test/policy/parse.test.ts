import { describe, expect, test } from 'vitest';
import {
  isValidated,
  parseDocument,
  parseDocumentText,
  parseElement,
  parseOrganization,
  parseText,
} from '../../src/policy/parse.js';
import { ISSUES_MAX } from '../../src/values/limits.js';
import { documentWith, fullDocument, issuesOf, OPTIONS, told } from '../helpers/policies.js';

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
    const parsed = parseDocument(
      documentWith({ revision: 3, organization: { id: 'acme', name: undefined } }),
      OPTIONS,
    );
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
      doors: [
        { id: 'd1', place: 'hq', floor: 'none' },
        { id: 'd2', place: 'nowhere', lock: 'shut' },
        7,
      ],
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
    const users = Array.from({ length: ISSUES_MAX + 5 }, (_, index) => ({
      id: `u${index}`,
      age: 1,
    }));
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
    expect(parsed.ok ? '' : parsed.issues[0]?.message).toBe(
      `unknown user \`${long.slice(0, 59)}…\``,
    );
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
    const malformed = {
      users: [{ ID: 'carl' }],
      organization: { id: 'acme', role: 'own' },
      doors: 'none',
    };
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

describe('elements and the organisation alone', () => {
  test('are checked for their shape, with pointers that lead on', () => {
    expect(told(parseElement('doors', { id: 'd', place: 5 }, '/put/doors/3'))).toEqual([
      'type /put/doors/3/place',
    ]);
    expect(told(parseElement('doors', 5, '/put/doors/3'))).toEqual(['type /put/doors/3']);
    expect(told(parseOrganization({ id: '' }, '/organization'))).toEqual([
      'empty /organization/id',
    ]);
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
      issues: [
        { pointer: '', code: 'format', message: 'not JSON at line 3, column 1: unexpected `}`' },
      ],
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
  walk(other, (part) => {
    if (parts.has(part)) shared++;
  });
  return shared === 0;
}

function isDeepFrozen(value: unknown): boolean {
  let thawed = 0;
  walk(value, (part) => {
    if (!Object.isFrozen(part)) thawed++;
  });
  return thawed === 0;
}

function walk(value: unknown, visit: (part: object) => void): void {
  if (typeof value !== 'object' || value === null) return;
  visit(value);
  for (const part of Object.values(value)) walk(part, visit);
}
