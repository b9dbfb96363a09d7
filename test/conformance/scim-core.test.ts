/**
 * Filters, PATCH, order and schemas of SCIM against the tables of scimmy and scim-patch, and against scimmy itself.
 * Where we differ, the reason stands beside the case; a difference without a reason fails, and so does a reason
 * without a difference.
 */
import SCIMMY from 'scimmy';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/admin/record.js';
import { type Attribute, attribute, type ResourceShape } from '../../src/admin/scim/attribute.js';
import { parseFilter } from '../../src/admin/scim/filter.js';
import { bindFilter } from '../../src/admin/scim/filter-match.js';
import { patchGroup } from '../../src/admin/scim/group-patch.js';
import { applyPatch } from '../../src/admin/scim/patch.js';
import { readPatch } from '../../src/admin/scim/patch-request.js';
import { GROUP_SCHEMA, USER_SHAPE } from '../../src/admin/scim/resource-shape.js';
import { compareKeys, sortKeys } from '../../src/admin/scim/sort.js';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '../../src/admin/scim/user-schema.js';
import { readVectors, tally } from './vectors.js';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Attributes that the tables use and no schema has. */
const text = (name: string) => attribute(name, name);
const NEW = ['newProperty', 'newProperty1', 'newProperty2', 'newProperty3'].map(text);
const widened = (each: Attribute): Attribute =>
  each.subAttributes === undefined
    ? each
    : { ...each, subAttributes: [...each.subAttributes, ...NEW, text('surName3')] };
const many = { type: 'complex', multiValued: true } as const;
const surName = attribute('surName', '', {
  ...many,
  subAttributes: [text('value'), attribute('primary', '', { type: 'boolean' }), text('additional')],
});
const SHAPE: ResourceShape = {
  ...USER_SHAPE,
  core: {
    ...USER_SHAPE.core,
    attributes: [
      ...USER_SHAPE.core.attributes.map(widened),
      ...NEW,
      surName,
      attribute('number', '', { type: 'decimal' }),
      attribute('quota', '', { type: 'decimal' }),
      attribute('date', '', { type: 'dateTime' }),
      attribute('exists', '', { type: 'boolean' }),
      attribute('list', '', { multiValued: true }),
    ],
  },
};

/** Runs rows and answers which of them differ, by name. */
function differing<T>(
  title: string,
  rows: readonly T[],
  nameOf: (row: T, at: number) => string,
  agrees: (row: T) => boolean,
): string[] {
  const counts = tally(title);
  const names = rows.flatMap((row, at) => {
    const same = agrees(row);
    counts.count(same ? 'agree' : 'differ for a reason');
    return same ? [] : [nameOf(row, at)];
  });
  counts.total();
  return names;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, part]) => [name, canonical(part)])
      .sort(),
  );
}
const same = (one: unknown, other: unknown) =>
  JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));

describe('scim-patch', () => {
  interface Case {
    readonly test: string;
    readonly resource: JsonObject;
    readonly operations?: readonly JsonObject[];
    readonly body?: JsonObject;
    readonly result?: JsonObject;
    readonly throws?: string;
  }
  const NESTS =
    'RFC 7643 §2.3.8: a complex attribute holds no complex one, so these names are known to nobody and passed over';
  const PARTS =
    'no attribute of RFC 7643 has a part with several values; the test writes one, our schema has none';
  const MAKES =
    'what a filter describes is made, as Entra ID counts on; there it is an option, off in this case';
  const WHOLE = 'RFC 7644 §3.5.2.3: values that a filter chooses are replaced, not merged';
  const PRIMARY = 'RFC 7643 §2.4: at most one value is the primary one';
  const UNKNOWN = 'attributes nobody knows are passed over';
  const REASONS: Readonly<Record<string, string>> = {
    'REPLACE: nested object do not exists': MAKES,
    'REPLACE: nested array element': NESTS,
    'REPLACE: replace a non existent element': UNKNOWN,
    'REPLACE: add a non object value to an object key': 'a text is no name: invalidValue',
    'REPLACE: no record match was made, treatMissingAsAdd false': MAKES,
    'REPLACE: replace add fields in complex object': WHOLE,
    'REPLACE: replace add and update fields in complex object': WHOLE,
    'REPLACE: empty array add filter type + field (Azure AD)': MAKES,
    'REPLACE: replace on multiValued objects without complete path':
      'RFC 7644 §3.5.2.3: without a filter all values are replaced',
    'REPLACE: filter that match multiple elements of complex multiValued attribute without complete path':
      WHOLE,
    'REPLACE: Replace op with value of empty object results in circular reference':
      'an object is no e-mail address: invalidValue',
    'ADD: nested array element': NESTS,
    'ADD: If the target location specifies a multi-valued attribute, a new value is added to the attribute.':
      PARTS,
    'ADD: empty array add filter type + field 2nd level': NESTS,
    'ADD: dot notation with no path': UNKNOWN,
    "ADD: on array attribute when 'path' is absent & value is array should append all values":
      PRIMARY,
    "ADD: on array attribute when 'path' is absent & value is non-array should append the value":
      PRIMARY,
    'REMOVE: primary email value': 'an e-mail of which nothing but `primary` is left is none',
    'REMOVE: nested array element': NESTS,
    'REMOVE: with path and value but no array-field like exists': UNKNOWN,
    'REMOVE: with path and value but value is array of arrays': NESTS,
    'REMOVE: nested array element with patch value as array with single value': NESTS,
    'REMOVE: nested array element with patch value as array with multiple values': NESTS,
    'REMOVE: nested array element with value supplied': NESTS,
    'REMOVE: nested array element with value as object supplied with multiple entries': NESTS,
    'REMOVE: simple nested array elements with value supplied': PARTS,
    'REMOVE: empty array should be unassigned': NESTS,
    'REMOVE: with unavailable nested fields':
      'RFC 7644 §3.5.2, figure 7: a path has at most one dot: invalidPath',
  };

  test('its 106 cases come out the same, or differ for a reason', () => {
    const cases = readVectors<readonly Case[]>('scim/scim-patch_cases.json');
    expect(cases).toHaveLength(106);
    const found = differing(
      'scim-patch',
      cases,
      ({ test: name }) => name.split(' > ').at(-1) ?? '',
      (row) => {
        const read = readPatch(row.body ?? { schemas: [PATCH], Operations: row.operations ?? [] });
        if (row.body !== undefined) return read.ok === (row.throws === undefined);
        const result = read.ok ? applyPatch(SHAPE, row.resource, read.value) : read;
        if (row.throws !== undefined) return !result.ok;
        return result.ok && same(result.value, row.result);
      },
    );
    expect([...new Set(found)].sort()).toEqual(Object.keys(REASONS).sort());
  });
});

describe('scimmy, PATCH', () => {
  interface Row {
    readonly source: JsonObject;
    readonly target: JsonObject;
    readonly ops: readonly JsonObject[];
  }
  const REASONS: Readonly<Record<string, string>> = {
    'add 1': 'a password is taken and forgotten',
    'add 3': 'what a member is called and where he is found comes from the user',
    'remove 3': 'one user is a member once; the row has him twice',
    'remove 4': 'one user is a member once; the row has him twice',
    'replace 1': 'RFC 7644 §3.5.2.3: parts of a complex attribute that are not named stay',
  };

  test('its rows come out the same, or differ for a reason', () => {
    const { inbound } = readVectors<{ inbound: Record<string, readonly Row[]> }>(
      'scim/scimmy_patchop.json',
    );
    const rows = Object.entries(inbound).flatMap(([kind, list]) =>
      list.map((row, at) => ({ ...row, name: `${kind} ${at}` })),
    );
    expect(rows.length).toBeGreaterThan(10);
    const found = differing(
      'scimmy PATCH',
      rows,
      ({ name }) => name,
      ({ source, target, ops }) => {
        const read = readPatch({ schemas: [PATCH], Operations: ops });
        if (!read.ok) return false;
        if (!('members' in source)) {
          const result = applyPatch(SHAPE, source, read.value);
          return result.ok && same(result.value, target);
        }
        const ids = (resource: JsonObject) =>
          (resource['members'] as readonly JsonObject[]).map(({ value }) => value as string);
        const result = patchGroup({ attributes: {}, members: new Set(ids(source)) }, read.value, {
          allowRemoveAllMembers: false,
        });
        const targets = target['members'] as readonly JsonObject[];
        const plain = targets.every((member) => Object.keys(member).join() === 'value');
        return plain && result.ok && same([...result.value.members], ids(target));
      },
    );
    expect(found.sort()).toEqual(Object.keys(REASONS).sort());
  });
});

describe('scimmy, filters', () => {
  interface Table {
    readonly parse: Record<string, readonly { readonly source: string }[]>;
    readonly expression: Record<string, readonly { readonly target: string }[]>;
    readonly match: {
      readonly source: readonly JsonObject[];
      readonly targets: Record<
        string,
        readonly { readonly expression: object; readonly expected: readonly number[] }[]
      >;
    };
  }
  const table = () => readVectors<Table>('scim/scimmy_filter.json');
  const ids = (people: readonly JsonObject[], filter: string) => {
    const parsed = parseFilter(filter);
    const bound = parsed.ok ? bindFilter(SHAPE, parsed.value) : parsed;
    return bound.ok ? people.filter(bound.value).map(({ id }) => id as number) : [bound.detail];
  };

  test('every filter it parses is one, but where brackets nest', () => {
    const { parse, expression } = table();
    const texts = [
      ...Object.values(parse)
        .flat()
        .map(({ source }) => source),
      ...Object.values(expression)
        .flat()
        .map(({ target }) => target),
    ];
    expect(texts.length).toBeGreaterThan(50);
    const found = differing(
      'scimmy filters',
      texts,
      (filter) => filter,
      (filter) => parseFilter(filter).ok,
    );
    // RFC 7644, figure 1: a value path has one filter and no second behind it.
    for (const filter of found) expect(filter).toMatch(/\]\.values\[/u);
    expect(found.length).toBeGreaterThan(0);
  });

  test('what it finds by each expression we find by its text, or differ for a reason', () => {
    const { source, targets } = table().match;
    const rows = Object.entries(targets).flatMap(([kind, list]) =>
      list.map((row, at) => ({ ...row, name: `${kind} ${at}` })),
    );
    const FOLDS =
      'userName and name.formatted are case-insensitive (RFC 7643 §8.7.1); scimmy compares letters as they are';
    const NO_NP = "`np` is scimmy's own operator: no filter of RFC 7644";
    const REASONS: Readonly<Record<string, string>> = {
      'comparators 2': FOLDS,
      'comparators 11': NO_NP,
      'comparators 12': NO_NP,
      'nesting 2': FOLDS,
      'nesting 6':
        'two conditions joined by `and` outside of brackets may be true of two values; in scimmy of one',
      'logicalOr 1': FOLDS,
      'unknown 0': '`un` is no operator: invalidFilter instead of nothing found',
    };
    const found = differing(
      'scimmy matches',
      rows,
      ({ name }) => name,
      ({ expression, expected }) => {
        const filter = new SCIMMY.Types.Filter(expression as never).expression;
        return same(ids(source, filter), expected);
      },
    );
    expect(found.sort()).toEqual(Object.keys(REASONS).sort());
  });

  test('scimmy itself finds the same, for filters whose letters have one case', () => {
    const { source } = table().match;
    const filters = [
      'number gt 5 and number lt 10',
      'number eq 6 or number eq 9',
      'emails[type eq "work"]',
      'emails.type eq "home"',
      'not (number ge 9)',
      'exists pr',
      'exists eq true',
      'userName eq "GradyA"',
      'emails[type eq "work" and primary eq true]',
      'date gt "2021-08-05T12:00:00Z"',
      'number le 9 and (exists pr or emails.type eq "home")',
      'number ne 6',
      'number eq null',
      'name.givenName sw "Me"',
    ];
    for (const filter of filters) {
      const theirs = new SCIMMY.Types.Filter(filter)
        .match([...source] as never[])
        .map(({ id }) => id as number);
      expect(ids(source, filter), filter).toEqual(theirs);
    }
  });
});

test('scimmy, order: every row comes out the same', () => {
  const { outbound } = readVectors<{
    outbound: {
      source: JsonObject[];
      targets: { sortBy: { sortBy: string; sortOrder?: string; expected: number[] }[] };
    };
  }>('scim/scimmy_listresponse.json');
  const counts = tally('scimmy order');
  for (const { sortBy, sortOrder, expected } of outbound.targets.sortBy) {
    const keyOf = sortKeys(SHAPE, sortBy);
    if (keyOf === undefined) throw new Error(sortBy);
    const direction = sortOrder === 'descending' ? -1 : 1;
    const sorted = [...outbound.source].sort((a, b) => direction * compareKeys(keyOf(a), keyOf(b)));
    expect(
      sorted.map(({ id }) => id),
      sortBy,
    ).toEqual(expected);
    counts.count('agree');
  }
  counts.total();
});

test('schemas have the attributes and types that scimmy has', () => {
  const files = [
    ['user', USER_SCHEMA],
    ['group', GROUP_SCHEMA],
    ['enterpriseuser', ENTERPRISE_SCHEMA],
  ] as const;
  const facts = (
    list: readonly {
      name: string;
      type: string;
      multiValued?: boolean;
      subAttributes?: readonly never[];
    }[],
  ): Json =>
    canonical(
      list
        .map(({ name, type, multiValued = false, subAttributes }) => [
          name,
          type,
          multiValued,
          ...(subAttributes ? [facts(subAttributes)] : []),
        ])
        .sort(),
    ) as Json;
  for (const [file, schema] of files) {
    const { definition } = readVectors<{ definition: { id: string; attributes: never[] } }>(
      `scim/scimmy_${file}.json`,
    );
    expect(schema.id).toBe(definition.id);
    expect(facts(schema.attributes as never)).toEqual(facts(definition.attributes));
  }
});

test('scimmy alone would not do: what Entra ID sends is refused by it, and taken by us', async () => {
  const sent = [
    { op: 'Replace', path: 'active', value: 'False' },
    { op: 'Add', path: 'emails[type eq "work"].value', value: 'ada@x.example' },
  ];
  const codes: string[] = [];
  for (const operation of sent) {
    const body = { schemas: [PATCH], Operations: [operation] };
    const user = new SCIMMY.Schemas.User({ id: '1', userName: 'ada', active: true } as never);
    const apply = async () =>
      new SCIMMY.Messages.PatchOp(body as never).apply(user as never, async (each: never) => each);
    await apply().catch(({ scimType }: { scimType: string }) => codes.push(scimType));
    const read = readPatch(body);
    expect(
      read.ok && applyPatch(USER_SHAPE, { userName: 'ada', active: true }, read.value).ok,
    ).toBe(true);
  }
  expect(codes).toEqual(['invalidValue', 'noTarget']);
  expect(
    new SCIMMY.Types.Filter('userName eq "ADA"').match([{ userName: 'ada' }] as never[]),
  ).toEqual([]);
});
