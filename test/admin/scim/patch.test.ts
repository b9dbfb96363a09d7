/** PATCH over SCIM: operations one by one, whole requests, and a slow model beside them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/admin/record.js';
import { applyPatch } from '../../../src/admin/scim/patch.js';
import { type PatchOperation, readPatch } from '../../../src/admin/scim/patch-request.js';
import { USER_SHAPE } from '../../../src/admin/scim/resource-shape.js';
import { ENTERPRISE_URN } from '../../../src/admin/scim/user-schema.js';
import { runs } from '../../helpers/runs.js';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const WORK = { type: 'work', value: 'w@x.example', primary: true };
const HOME = { type: 'home', value: 'h@x.example' };
const ADA: JsonObject = {
  userName: 'ada',
  active: true,
  name: { givenName: 'Ada', familyName: 'King' },
  emails: [WORK, HOME],
  [ENTERPRISE_URN]: { department: 'A', manager: { value: 'm1', $ref: 'u' } },
};

function patched(resource: JsonObject, ...operations: readonly object[]) {
  const read = readPatch({ schemas: [PATCH], Operations: operations as readonly JsonObject[] });
  return read.ok ? applyPatch(USER_SHAPE, resource, read.value) : read;
}

describe('an operation changes what it says and nothing else', () => {
  const rows: readonly (readonly [string, object, object])[] = [
    ['sets', { op: 'add', path: 'title', value: 'Dr' }, { title: 'Dr' }],
    ['sets in any letter case', { OP: 'REPLACE', Path: 'TITLE', Value: 'Dr' }, { title: 'Dr' }],
    [
      'sets under the URN',
      { op: 'add', path: 'URN:IETF:params:scim:schemas:core:2.0:user:title', value: 'Dr' },
      { title: 'Dr' },
    ],
    [
      'sets a part',
      { op: 'replace', path: 'name.givenName', value: 'A' },
      { name: { givenName: 'A', familyName: 'King' } },
    ],
    [
      'merges parts',
      { op: 'replace', path: 'name', value: { givenName: 'A' } },
      { name: { givenName: 'A', familyName: 'King' } },
    ],
    [
      'unsets a part by null',
      { op: 'replace', path: 'name', value: { givenName: null, middleName: 'B' } },
      { name: { familyName: 'King', middleName: 'B' } },
    ],
    ['unsets by null', { op: 'replace', path: 'name', value: null }, { name: undefined }],
    [
      'unsets the last part',
      { op: 'replace', path: 'name', value: { givenName: null, familyName: null } },
      { name: undefined },
    ],
    ['changes nothing by no parts', { op: 'replace', path: 'name', value: {} }, {}],
    [
      'changes nothing by parts nobody knows',
      { op: 'replace', path: 'name', value: { favourite: 1 } },
      {},
    ],
    [
      'changes no list by what nobody knows',
      { op: 'replace', path: 'emails', value: [{ favourite: 1 }] },
      {},
    ],
    [
      'changes no chosen value by what nobody knows',
      { op: 'replace', path: 'emails[type eq "work"]', value: { favourite: 1 } },
      {},
    ],
    [
      'drops the chosen by null',
      { op: 'replace', path: 'emails[type eq "work"]', value: null },
      { emails: [HOME] },
    ],
    ['adds nothing by null', { op: 'add', path: 'emails', value: null }, {}],
    [
      'sets by dotted keys',
      { op: 'replace', value: { 'name.givenName': 'A', 'name.familyName': 'B' } },
      { name: { givenName: 'A', familyName: 'B' } },
    ],
    [
      'sets by keys with a filter',
      { op: 'replace', value: { 'emails[type eq "home"].value': 'n' } },
      { emails: [WORK, { type: 'home', value: 'n' }] },
    ],
    [
      'sets by URN keys',
      { op: 'replace', value: { [`${ENTERPRISE_URN}:department`]: 'B' } },
      { [ENTERPRISE_URN]: { department: 'B', manager: { value: 'm1', $ref: 'u' } } },
    ],
    [
      'sets by an extension',
      { op: 'add', value: { [ENTERPRISE_URN]: { Department: 'B' } } },
      { [ENTERPRISE_URN]: { department: 'B', manager: { value: 'm1', $ref: 'u' } } },
    ],
    [
      'sets by the core URN',
      { op: 'add', value: { 'urn:ietf:params:scim:schemas:core:2.0:User': { title: 'Dr' } } },
      { title: 'Dr' },
    ],
    [
      'sets a manager by text',
      { op: 'add', path: `${ENTERPRISE_URN}:manager`, value: 'm2' },
      { [ENTERPRISE_URN]: { department: 'A', manager: { value: 'm2' } } },
    ],
    [
      'unsets a manager by filter',
      { op: 'remove', path: `${ENTERPRISE_URN}:manager[value eq "m1"]` },
      { [ENTERPRISE_URN]: { department: 'A' } },
    ],
    [
      'keeps another manager',
      { op: 'remove', path: `${ENTERPRISE_URN}:manager[value eq "m9"]` },
      {},
    ],
    ['drops an extension', { op: 'remove', path: ENTERPRISE_URN }, { [ENTERPRISE_URN]: undefined }],
    [
      'sets a boolean from text',
      { op: 'replace', path: 'active', value: 'FALSE' },
      { active: false },
    ],
    [
      'keeps "True" as text elsewhere',
      { op: 'replace', path: 'title', value: 'True' },
      { title: 'True' },
    ],
    ['makes text of a number', { op: 'replace', path: 'title', value: 7 }, { title: '7' }],
    [
      'appends',
      { op: 'add', path: 'emails', value: [{ value: 'n' }] },
      { emails: [WORK, HOME, { value: 'n' }] },
    ],
    [
      'appends one',
      { op: 'add', path: 'emails', value: { value: 'n' } },
      { emails: [WORK, HOME, { value: 'n' }] },
    ],
    ['appends none twice', { op: 'add', path: 'emails', value: [HOME, { ...HOME }] }, {}],
    ['replaces a list', { op: 'replace', path: 'emails', value: [HOME] }, { emails: [HOME] }],
    ['empties a list', { op: 'replace', path: 'emails', value: [] }, { emails: undefined }],
    [
      'moves primary',
      { op: 'add', path: 'emails', value: { value: 'n', primary: 'True' } },
      { emails: [{ ...WORK, primary: false }, HOME, { value: 'n', primary: true }] },
    ],
    [
      'moves primary by a part',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { ...WORK, primary: false },
          { ...HOME, primary: true },
        ],
      },
    ],
    [
      'sets a part of the chosen',
      { op: 'replace', path: 'emails[type eq "WORK"].value', value: 'n' },
      { emails: [{ ...WORK, value: 'n' }, HOME] },
    ],
    [
      'chooses by a boolean as text',
      { op: 'replace', path: 'emails[primary eq "True"].value', value: 'n' },
      { emails: [{ ...WORK, value: 'n' }, HOME] },
    ],
    [
      'replaces the chosen',
      { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'n' } },
      { emails: [WORK, { value: 'n' }] },
    ],
    [
      'adds to the chosen',
      { op: 'add', path: 'emails[type eq "home"]', value: [{ display: 'n' }] },
      { emails: [WORK, { ...HOME, display: 'n' }] },
    ],
    [
      'makes what a filter does not find',
      { op: 'replace', path: 'addresses[type eq "work" and primary eq true].country', value: 'DE' },
      { addresses: [{ type: 'work', primary: true, country: 'DE' }] },
    ],
    [
      'makes one more',
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'n' },
      { emails: [WORK, HOME, { type: 'other', value: 'n' }] },
    ],
    [
      'sets a part of all',
      { op: 'replace', path: 'emails.display', value: 'n' },
      {
        emails: [
          { ...WORK, display: 'n' },
          { ...HOME, display: 'n' },
        ],
      },
    ],
    ['removes', { op: 'remove', path: 'name' }, { name: undefined }],
    ['removes a part', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'King' } }],
    ['removes the chosen', { op: 'remove', path: 'emails[type eq "work"]' }, { emails: [HOME] }],
    [
      'removes a part of the chosen, and what is then left empty',
      { op: 'remove', path: 'emails[type eq "work"].value' },
      { emails: [HOME] },
    ],
    [
      'removes what is listed',
      { op: 'Remove', path: 'emails', value: [{ value: 'H@x.example', $ref: null }] },
      { emails: [WORK] },
    ],
    [
      'removes by another part',
      { op: 'remove', path: 'emails', value: { type: 'home' } },
      { emails: [WORK] },
    ],
    ['removes by text', { op: 'remove', path: 'emails', value: 'h@x.example' }, { emails: [WORK] }],
    ['removes nobody unknown', { op: 'remove', path: 'emails', value: [{ value: 'z' }] }, {}],
    ['removes none of an empty list', { op: 'remove', path: 'emails', value: [] }, {}],
    ['removes what is not there', { op: 'remove', path: 'title' }, {}],
    ['passes over what nobody knows', { op: 'add', path: 'favourite', value: 1 }, {}],
    ['passes over unknown parts', { op: 'add', path: 'name.favourite', value: 1 }, {}],
    [
      'passes over unknown keys',
      { op: 'add', value: { favourite: { a: 1 }, title: 'Dr' } },
      { title: 'Dr' },
    ],
    ['passes over unknown extensions', { op: 'add', value: { 'urn:x:y:2.0:User': { a: 1 } } }, {}],
    [
      'passes over ids and meta',
      { op: 'replace', value: { id: 'x', schemas: [], meta: {}, groups: [{ value: 'g' }] } },
      {},
    ],
    ['forgets passwords', { op: 'replace', path: 'password', value: 'x' }, {}],
  ];
  test.each(rows)('%s: %j', (_, operation, change) => {
    const result = patched(ADA, operation);
    expect(result).toEqual({ ok: true, value: JSON.parse(JSON.stringify({ ...ADA, ...change })) });
  });
});

describe('an operation is refused', () => {
  test.each([
    ['of another kind', { op: 'move', path: 'title' }, 'invalidSyntax'],
    ['without a kind', { path: 'title', value: 1 }, 'invalidSyntax'],
    ['that is none', 'x', 'invalidSyntax'],
    ['to remove nothing named', { op: 'remove' }, 'noTarget'],
    ['to remove nothing named, with a value', { op: 'remove', value: { title: 'x' } }, 'noTarget'],
    ['without value', { op: 'add', path: 'title' }, 'invalidValue'],
    ['without path for a text', { op: 'add', value: 'x' }, 'invalidValue'],
    ['without path for a list', { op: 'replace', value: [{ title: 'x' }] }, 'invalidValue'],
    ['with a path that is no text', { op: 'add', path: 7, value: 'x' }, 'invalidPath'],
    ['with a broken path', { op: 'add', path: 'emails[type eq', value: 'x' }, 'invalidPath'],
    [
      'with a filter on what has no parts',
      { op: 'add', path: 'userName[type eq "x"]', value: 'x' },
      'invalidPath',
    ],
    [
      'with a filter on a part',
      { op: 'add', path: 'name.givenName[a eq 1]', value: 'x' },
      'invalidPath',
    ],
    [
      'to make what a filter does not describe',
      { op: 'replace', path: 'emails[type eq "a" or type eq "b"].value', value: 'x' },
      'noTarget',
    ],
    [
      'to make what a filter excludes',
      { op: 'replace', path: 'emails[type ne "work" and type ne "home"].value', value: 'x' },
      'noTarget',
    ],
    [
      'to make another manager by filter',
      { op: 'replace', path: `${ENTERPRISE_URN}:manager[value eq "z"].value`, value: 'x' },
      'noTarget',
    ],
    ['to remove what is required', { op: 'remove', path: 'userName' }, 'mutability'],
    [
      'to remove a value that names nothing',
      { op: 'remove', path: 'emails', value: [{}] },
      'invalidValue',
    ],
    [
      'to put a text for an object',
      { op: 'replace', path: 'name', value: 'BATMAN' },
      'invalidValue',
    ],
    [
      'to put an object for a text',
      { op: 'replace', path: 'title', value: { a: 1 } },
      'invalidValue',
    ],
    ['to put a list for a text', { op: 'replace', path: 'title', value: ['a'] }, 'invalidValue'],
    ['to put a text for a boolean', { op: 'replace', path: 'active', value: 'no' }, 'invalidValue'],
    ['to put a number for a boolean', { op: 'replace', path: 'active', value: 0 }, 'invalidValue'],
    [
      'to put an extension that is none',
      { op: 'replace', path: ENTERPRISE_URN, value: 'x' },
      'invalidValue',
    ],
    [
      'to put too many',
      {
        op: 'add',
        path: 'emails',
        value: Array.from({ length: 101 }, (_, at) => ({ value: `${at}` })),
      },
      'invalidValue',
    ],
    [
      'to put too long a text',
      { op: 'add', path: 'title', value: 'x'.repeat(20_000) },
      'invalidValue',
    ],
  ])('%s', (_, operation, code) => {
    const result = patched(ADA, { op: 'replace', path: 'title', value: 'x' }, operation as object);
    expect(result).toMatchObject({ ok: false, code });
  });

  test('when the request is not a PATCH', () => {
    for (const body of [
      {},
      { Operations: [] },
      { schemas: [PATCH] },
      { schemas: [PATCH], Operations: [] },
      { schemas: ['x'], Operations: [{ op: 'remove', path: 'title' }] },
    ]) {
      expect(readPatch(body as JsonObject)).toMatchObject({ ok: false, code: 'invalidSyntax' });
    }
  });

  test('when additions pass the cap only together', () => {
    const add = (from: number) => ({
      op: 'add',
      path: 'emails',
      value: Array.from({ length: 60 }, (_, at) => ({ value: `${from + at}` })),
    });
    expect(patched(ADA, add(0)).ok).toBe(true);
    expect(patched(ADA, add(0), add(60))).toMatchObject({ ok: false, code: 'invalidValue' });
  });
});

const names = fc.constantFrom(
  'title',
  'name',
  'emails',
  'active',
  'userName',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'x',
);
const paths = fc.oneof(
  names,
  fc.tuple(names, names).map((parts) => parts.join('.')),
  fc.tuple(names, names, names).map(([a, b, c]) => `${a}[${b} eq "x"].${c}`),
  fc.tuple(names, names).map(([a, b]) => `${ENTERPRISE_URN}:${a}.${b}`),
  fc.string(),
);
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const hostile = fc.record({
  op: fc.constantFrom('add', 'replace', 'remove') as fc.Arbitrary<'add' | 'replace' | 'remove'>,
  path: fc.option(paths, { nil: undefined }),
  value: fc.oneof(json, fc.dictionary(paths, json) as fc.Arbitrary<JsonObject>),
}) as fc.Arbitrary<PatchOperation>;

test('no operation alters what all objects share, what it was given, or half of a resource', () => {
  const shared = Object.getOwnPropertyNames(Object.prototype).join();
  const given = JSON.stringify(ADA);
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 6 }), (operations) => {
      const result = applyPatch(USER_SHAPE, ADA, operations);
      expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(shared);
      expect(JSON.stringify(ADA)).toBe(given);
      if (!result.ok) return;
      expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype);
      for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'x']) {
        expect(Object.hasOwn(result.value, name)).toBe(false);
      }
      expect(['boolean', 'undefined']).toContain(typeof result.value['active']);
    }),
    { seed: 43, numRuns: runs(3000) },
  );
});

/** Addresses by kind, as a directory thinks of them: at most one of each. */
type Model = { title?: string; given?: string; mails: Map<string, string> };
const kinds = fc.constantFrom('work', 'home', 'other');
const texts = fc.constantFrom('a', 'b', 'c');
type Step = { readonly operation: object; readonly does: (model: Model) => void };
const steps: fc.Arbitrary<Step> = fc.oneof(
  texts.map(
    (text): Step => ({
      operation: { op: 'Replace', path: 'Title', value: text },
      does: (m) => {
        m.title = text;
      },
    }),
  ),
  fc.constant<Step>({
    operation: { op: 'remove', path: 'title' },
    does: (m) => {
      delete m.title;
    },
  }),
  texts.map(
    (text): Step => ({
      operation: { op: 'add', value: { 'name.givenName': text } },
      does: (m) => {
        m.given = text;
      },
    }),
  ),
  fc.constant<Step>({
    operation: { op: 'remove', path: 'name.givenName' },
    does: (m) => {
      delete m.given;
    },
  }),
  fc.tuple(kinds, texts).map(
    ([kind, text]): Step => ({
      operation: { op: 'Add', path: `emails[type eq "${kind}"].value`, value: text },
      does: (m) => {
        m.mails.set(kind, text);
      },
    }),
  ),
  kinds.map(
    (kind): Step => ({
      operation: { op: 'remove', path: `emails[type eq "${kind}"]` },
      does: (m) => {
        m.mails.delete(kind);
      },
    }),
  ),
  kinds.map(
    (kind): Step => ({
      operation: { op: 'Remove', path: 'emails', value: [{ type: kind }] },
      does: (m) => {
        m.mails.delete(kind);
      },
    }),
  ),
  fc.tuple(kinds, texts).map(
    ([kind, text]): Step => ({
      operation: { op: 'replace', path: 'emails', value: [{ type: kind, value: text }] },
      does: (m) => {
        m.mails = new Map([[kind, text]]);
      },
    }),
  ),
);

test('a sequence of operations is what a model of one page makes of it', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 20 }), (sequence) => {
      const model: Model = { mails: new Map() };
      for (const { does } of sequence) does(model);
      const result = patched({ userName: 'u' }, ...sequence.map(({ operation }) => operation));
      expect(result).toEqual({
        ok: true,
        value: JSON.parse(
          JSON.stringify({
            userName: 'u',
            title: model.title,
            name: model.given === undefined ? undefined : { givenName: model.given },
            emails:
              model.mails.size === 0
                ? undefined
                : [...model.mails].map(([type, value]) => ({ type, value })),
          }),
        ),
      });
    }),
    { seed: 44, numRuns: runs(1000) },
  );
});
