/** Filters over SCIM: what is one, what it is true of, and a slow judge beside it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/admin/record.js';
import { parseFilter, parsePath } from '../../../src/admin/scim/filter.js';
import { bindFilter } from '../../../src/admin/scim/filter-match.js';
import { USER_SHAPE } from '../../../src/admin/scim/resource-shape.js';
import { ENTERPRISE_URN } from '../../../src/admin/scim/user-schema.js';
import { runs } from '../../helpers/runs.js';

const BJENSEN: JsonObject = {
  id: 'u1',
  externalId: 'jYoung',
  userName: 'BJensen',
  name: { givenName: 'Barbara', familyName: "O'Malley" },
  displayName: '',
  active: true,
  emails: [
    { type: 'work', value: 'bjensen@Example.com', primary: true },
    { type: 'home', value: 'babs@example.org' },
  ],
  meta: { resourceType: 'User', created: '2015-10-10T14:38:21.861Z' },
  [ENTERPRISE_URN]: { department: 'Tours', manager: { value: '26118915' } },
};

function isTrue(filter: string, resource: JsonObject = BJENSEN): boolean {
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw new Error(parsed.detail);
  const bound = bindFilter(USER_SHAPE, parsed.value);
  if (!bound.ok) throw new Error(bound.detail);
  return bound.value(resource);
}

describe('a filter is true', () => {
  test.each([
    'userName eq "bjensen"',
    'USERNAME Eq "BJENSEN"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "bj"',
    'name.familyName co "o\'m"',
    'externalId eq "jYoung"',
    'externalId eq jYoung',
    'active eq true',
    'active eq True',
    'active eq "True"',
    'active ne "False"',
    'active pr',
    'not (active eq false)',
    'not active eq false',
    'emails eq "bjensen@example.com"',
    'emails co "example.org"',
    'emails.type eq "home"',
    'emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work"].value eq "bjensen@example.com"',
    'emails[primary eq "True"].type eq work',
    'emails[not (type eq "work")].value ew ".org"',
    'meta.created gt 2011-05-13T04:42:34Z',
    'meta.created ge "2015-10-10T16:38:21.861+02:00"',
    'meta.created lt "2016"',
    'meta.resourceType eq User',
    `${ENTERPRISE_URN}:department eq tours`,
    `${ENTERPRISE_URN}:manager.value eq 26118915`,
    `${ENTERPRISE_URN}:manager eq 26118915`,
    'title eq null',
    'title ne "x"',
    'nonsense eq null',
    'userName ne "x"',
    'userName gt "a"',
    '(userName eq "x" or userName eq "bjensen") and active eq true',
    'userName eq "x" and active eq true or id eq "u1"',
    'id eq "u1" or userName eq "x" and active eq false',
    'userName eq "\\u0042jensen"',
  ])('%s', (filter) => expect(isTrue(filter)).toBe(true));
});

describe('a filter is not true', () => {
  test.each([
    'externalId eq "jyoung"',
    'id eq "U1"',
    'displayName pr',
    'title pr',
    'nonsense pr',
    'nonsense eq "x"',
    'userName eq null',
    'userName ne "bjensen"',
    'emails[type eq "home" and value co "@example.com"]',
    'emails[type eq "home"].value eq "bjensen@example.com"',
    'emails.type ne "home"',
    'phoneNumbers[type eq "work"]',
    'active eq "yes"',
    'active eq 1',
    'name eq "Barbara"',
    'constructor pr',
    '__proto__ pr',
    'toString pr',
    'userName sw "jensen"',
    'not (userName pr)',
  ])('%s', (filter) => expect(isTrue(filter)).toBe(false));
});

describe('no filter is', () => {
  test.each([
    '',
    'userName',
    'userName eq',
    'userName eq "x',
    'userName is "x"',
    'userName eq "x" and',
    'userName eq "x" userName eq "y"',
    '(userName eq "x"',
    'userName eq "x")',
    'emails[type eq "work"',
    'emails[] pr',
    'emails[a[b eq 1]]',
    'a.b.c pr',
    '1a pr',
    '"userName" eq "x"',
    'userName eq "\\x"',
    'emails[type eq "work"].values[domain eq "x"]',
    'active gt true',
    'x509Certificates.value lt "a"',
    'userName[type eq "x"]',
  ])('%s', (filter) => {
    const parsed = parseFilter(filter);
    const bound = parsed.ok ? bindFilter(USER_SHAPE, parsed.value) : parsed;
    expect(bound).toMatchObject({ ok: false, code: 'invalidFilter' });
  });

  test('one that is too long, too deep or asks too much', () => {
    for (const filter of [
      `userName eq "${'x'.repeat(4096)}"`,
      `${'('.repeat(17)}id pr${')'.repeat(17)}`,
      `${'not '.repeat(20)}id pr`,
      Array.from({ length: 129 }, () => 'id pr').join(' or '),
    ]) {
      expect(parseFilter(filter)).toMatchObject({ ok: false, code: 'invalidFilter' });
    }
    expect(parseFilter(`${'('.repeat(16)}id pr${')'.repeat(16)}`).ok).toBe(true);
    expect(parseFilter(Array.from({ length: 128 }, () => 'id pr').join(' or ')).ok).toBe(true);
  });

  test('any text makes the parser throw', () => {
    const pieces = fc.constantFrom(
      'userName',
      'eq',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      '"x"',
      '"',
      '.value',
      'pr',
      ' ',
      '\\',
      'null',
      '1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join(' ')),
        ),
        (text) => {
          const parsed = parseFilter(text);
          if (parsed.ok) bindFilter(USER_SHAPE, parsed.value);
          parsePath(text);
        },
      ),
      { seed: 41, numRuns: runs(2000) },
    );
  });
});

describe('a path', () => {
  test.each([
    'emails[type eq "work"]x',
    'emails[type eq "work"].a.b',
    'a.b.c',
    '[a eq 1]',
    'a b',
    '',
    'emails]',
  ])('is none: %s', (path) =>
    expect(parsePath(path)).toMatchObject({ ok: false, code: 'invalidPath' }),
  );
  test('may have a filter and a part behind it', () => {
    expect(parsePath('emails[type eq "work"].value')).toMatchObject({
      ok: true,
      value: { path: 'emails', sub: 'value', filter: { kind: 'compare', path: 'type' } },
    });
  });
});

/** A filter as drawn, and as a judge that knows nothing of the parser and little of the schema reads it. */
type Drawn =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Drawn[] }
  | { readonly kind: 'not'; readonly part: Drawn }
  | { readonly kind: 'test'; readonly path: string; readonly op: string; readonly value: string };

const leaf: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constant('test' as const),
  path: fc.constantFrom(
    'userName',
    'externalId',
    'title',
    'emails.value',
    'emails.type',
    'name.givenName',
  ),
  op: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'),
  value: fc.constantFrom('', 'a', 'A', 'ab', 'b', 'work', 'x y', 'é'),
});
const { filters } = fc.letrec<{ filters: Drawn }>((tie) => ({
  filters: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('filters'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), part: tie('filters') }),
  ),
}));
const word = fc.constantFrom('', 'a', 'A', 'ab', 'b', 'work', 'x y', 'É');
const people: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      userName: word,
      externalId: word,
      title: word,
      name: fc.record({ givenName: word }, { requiredKeys: [] }),
      emails: fc.array(fc.record({ value: word, type: word }, { requiredKeys: [] }), {
        maxLength: 3,
      }),
    },
    { requiredKeys: [] },
  )
  .map((person) => person as JsonObject);

function textOf(filter: Drawn): string {
  if (filter.kind === 'not') return `not (${textOf(filter.part)})`;
  if (filter.kind === 'test') {
    const { path, op, value } = filter;
    return op === 'pr' ? `${path} pr` : `${path} ${op} ${JSON.stringify(value)}`;
  }
  return filter.parts.map((part) => `(${textOf(part)})`).join(` ${filter.kind} `);
}

function judged(filter: Drawn, person: JsonObject): boolean {
  if (filter.kind === 'not') return !judged(filter.part, person);
  if (filter.kind !== 'test') {
    const isTrueOf = (part: Drawn) => judged(part, person);
    return filter.kind === 'and' ? filter.parts.every(isTrueOf) : filter.parts.some(isTrueOf);
  }
  const [top = '', sub] = filter.path.split('.');
  const found = [person[top]]
    .flat()
    .flatMap((each) => (sub ? (each as Record<string, unknown> | undefined)?.[sub] : each));
  const fold = (text: string) => (top === 'externalId' ? text : text.toLowerCase());
  const present = found.filter((each) => typeof each === 'string' && each !== '') as string[];
  const wanted = fold(filter.value);
  const some = (is: (value: string) => boolean) => present.some((each) => is(fold(each)));
  switch (filter.op) {
    case 'pr':
      return present.length > 0;
    case 'eq':
      return some((value) => value === wanted);
    case 'ne':
      return !some((value) => value === wanted);
    case 'co':
      return some((value) => value.includes(wanted));
    case 'sw':
      return some((value) => value.startsWith(wanted));
    case 'ew':
      return some((value) => value.endsWith(wanted));
    case 'gt':
      return some((value) => value > wanted);
    case 'ge':
      return some((value) => value >= wanted);
    case 'lt':
      return some((value) => value < wanted);
    default:
      return some((value) => value <= wanted);
  }
}

test('every filter is true of what a slow judge says', () => {
  fc.assert(
    fc.property(filters, fc.array(people, { maxLength: 4 }), (filter, persons) => {
      const text = textOf(filter);
      for (const person of persons) expect(isTrue(text, person), text).toBe(judged(filter, person));
    }),
    { seed: 42, numRuns: runs(1500) },
  );
});

test('a filter of as many conditions as one may have is asked of a hundred values', () => {
  const text = Array.from({ length: 128 }, (_, at) => `emails[value co "${at}"]`).join(' and ');
  const filter = `${'('.repeat(10)}${text}${')'.repeat(10)}`;
  expect(filter.length).toBeLessThan(4096);
  const emails = Array.from({ length: 100 }, (_, at) => ({ value: `${at}`.repeat(50) }));
  expect(isTrue(filter, { emails })).toBe(false);
});
