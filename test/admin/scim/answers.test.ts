/** What answers are made of: chosen attributes, versions, order, error bodies and roles for members. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/admin/record.js';
import { errorBody, SCIM_STATUS, type ScimCode } from '../../../src/admin/scim/code.js';
import { USER_SHAPE } from '../../../src/admin/scim/resource-shape.js';
import { readSelection, select } from '../../../src/admin/scim/selection.js';
import { compareKeys, sortKeys } from '../../../src/admin/scim/sort.js';
import { ENTERPRISE_URN } from '../../../src/admin/scim/user-schema.js';
import { namesVersion, versionOf } from '../../../src/admin/scim/version.js';

const ADA: JsonObject = {
  schemas: ['s'],
  id: 'a',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'King' },
  emails: [{ value: 'w', type: 'work' }, { value: 'h' }],
  [ENTERPRISE_URN]: { department: 'D', division: 'V' },
  meta: { version: 'v', created: 'c' },
};

describe('attributes', () => {
  test.each([
    [['userName'], undefined, { userName: 'ada' }],
    [['USERNAME', 'nonsense'], undefined, { userName: 'ada' }],
    [['name.givenName'], undefined, { name: { givenName: 'Ada' } }],
    [['emails[type eq "work"]'], undefined, { emails: ADA['emails'] }],
    [['emails.type'], undefined, { emails: [{ type: 'work' }] }],
    [[`${ENTERPRISE_URN}:department`], undefined, { [ENTERPRISE_URN]: { department: 'D' } }],
    [[ENTERPRISE_URN], undefined, { [ENTERPRISE_URN]: ADA[ENTERPRISE_URN] }],
    [[], undefined, {}],
    [['userName'], ['userName'], { userName: 'ada' }],
  ])('%j are all that is shown beside id and schemas', (only, without, shown) => {
    const selection = readSelection(USER_SHAPE, only, without);
    expect(select(USER_SHAPE, ADA, selection)).toEqual({ schemas: ['s'], id: 'a', ...shown });
  });

  test('under a path that is too long are none, however it is built', () => {
    const padded = `userName[${'x'.repeat(600)}]`;
    const selection = readSelection(USER_SHAPE, [padded, '['.repeat(2 ** 20)], undefined);
    expect(select(USER_SHAPE, ADA, selection)).toEqual({ schemas: ['s'], id: 'a' });
  });

  test('that are excluded are not shown, save those always returned', () => {
    const excluded = [
      'id',
      'schemas',
      'emails',
      'name.givenName',
      `${ENTERPRISE_URN}:division`,
      'meta',
    ];
    expect(select(USER_SHAPE, ADA, readSelection(USER_SHAPE, undefined, excluded))).toEqual({
      schemas: ['s'],
      id: 'a',
      userName: 'ada',
      name: { familyName: 'King' },
      [ENTERPRISE_URN]: { department: 'D' },
    });
  });
});

test('a version changes with content, not with the address it is shown at', () => {
  const versions = [{}, { a: 1 }, { a: 2 }, { a: '1' }, { a: [1] }, { b: 1 }].map(versionOf);
  expect(new Set(versions).size).toBe(versions.length);
  const at = (host: string) => versionOf({ members: [{ value: 'u', $ref: `https://${host}/u` }] });
  expect(at('a')).toBe(at('b'));
  const version = versionOf({});
  for (const header of [version, version.slice(2), '*', `W/"x", ${version}`])
    expect(namesVersion(header, version)).toBe(true);
  for (const header of ['', 'W/"x"', version.slice(0, -1)])
    expect(namesVersion(header, version)).toBe(false);
});

test('an order has what lacks the attribute last, and primary values first in their own resource', () => {
  const people: JsonObject[] = [
    { id: '1', emails: [{ value: 'z' }, { value: 'B', primary: true }] },
    { id: '2' },
    { id: '3', emails: [{ value: 'a' }] },
    { id: '4', emails: [{ value: 'c' }], meta: { created: '2020-01-01T00:00:00Z' } },
  ];
  const by = (sortBy: string) => {
    const keyOf = sortKeys(USER_SHAPE, sortBy);
    if (keyOf === undefined) return undefined;
    return [...people].sort((a, b) => compareKeys(keyOf(a), keyOf(b))).map(({ id }) => id);
  };
  expect(by('emails')).toEqual(['3', '1', '4', '2']);
  expect(by('emails.value')).toEqual(by('emails'));
  expect(by('meta.created')?.[0]).toBe('4');
  expect(by('nonsense')).toBeUndefined();
  expect(by('name')).toBeUndefined();
});

test('an error says its status as text, and a type only where the standard has one', () => {
  expect(errorBody(409, 'd', 'uniqueness')).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '409',
    scimType: 'uniqueness',
    detail: 'd',
  });
  for (const code of ['notFound', 'forbidden', 'tooLarge'] as ScimCode[]) {
    expect(errorBody(SCIM_STATUS[code], 'd', code)).not.toHaveProperty('scimType');
  }
});
