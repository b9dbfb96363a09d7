import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../src/policy/parse.js';
import { mutations } from '../helpers/mutations.js';
import { documentWith, fullDocument, issuesOf, OPTIONS } from '../helpers/policies.js';
import { runs } from '../helpers/runs.js';

describe('hostile input', () => {
  const thrower = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  const revoked = Proxy.revocable([], {});
  revoked.revoke();

  const holed: unknown[] = [];
  holed[1] = { id: 'ada' };

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['type ']],
    ['null', null, ['type ']],
    ['a list', [], ['type ']],
    ['a text', '{}', ['type ']],
    ['a function', () => 1, ['type ']],
    ['a date', new Date(0), ['type ']],
    ['a map', new Map([['version', 1]]), ['type ']],
    [
      'an instance of a class',
      new (class {
        version = 1;
      })(),
      ['type '],
    ],
    [
      'a getter that throws',
      {
        get version() {
          throw new Error('no');
        },
      },
      ['type /version'],
    ],
    ['a proxy that throws', documentWith({ users: [thrower] }), ['type /users/0']],
    ['a revoked proxy', documentWith({ users: revoked.proxy }), ['type /users']],
    ['a hole in a list', documentWith({ users: holed }), ['type /users/0']],
    [
      'a list far too long',
      documentWith({ places: new Array(4_000_000_000) }),
      ['too_large /places'],
    ],
    ['NaN', documentWith({ revision: Number.NaN }), ['type /revision']],
    [
      'an infinite number',
      documentWith({ revision: Number.POSITIVE_INFINITY }),
      ['type /revision'],
    ],
    ['a big integer', documentWith({ revision: 1n }), ['type /revision']],
    [
      'half a surrogate pair',
      documentWith({ users: [{ id: 'ada', name: 'a\ud800' }] }),
      ['format /users/0/name'],
    ],
    [
      'a member __proto__',
      documentWith(JSON.parse('{"__proto__":{"x":1}}')),
      ['unknown_member /__proto__'],
    ],
    ['a member constructor', documentWith({ constructor: 1 }), ['unknown_member /constructor']],
    [
      'a member toString',
      documentWith({ users: [{ id: 'ada', toString: 1 }] }),
      ['unknown_member /users/0/toString'],
    ],
    [
      'an id that is a boxed text',
      documentWith({ users: [{ id: new String('ada') }] }),
      ['type /users/0/id'],
    ],
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
      roles: [
        {
          id: 'r',
          levels: ['door'],
          rank: 1,
          permissions: JSON.parse(poison),
          name: JSON.parse(poison),
        },
      ],
    };
    const issues = issuesOf(
      documentWith({ ...JSON.parse(poison), organization: { id: 'acme', roles } }),
    );
    expect(issues).toContain('unknown_member /organization/roles/roles/0/permissions/constructor');
    expect(issues).toContain('unknown_member /organization/roles/roles/0/name/__proto__');
    expect('polluted' in {}).toBe(false);
  });

  test('shows each getter once, so that what was checked is what is kept', () => {
    let reads = 0;
    const user = {
      get id() {
        return ['ada', '"; drop'][reads++];
      },
    };
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
