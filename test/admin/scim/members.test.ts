/** Members of groups under random operations, clear and unclear: a model of sets beside them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../src/admin/record.js';
import { patchGroup, readGroup } from '../../../src/admin/scim/group-patch.js';
import type { PatchOperation } from '../../../src/admin/scim/patch-request.js';
import { runs } from '../../helpers/runs.js';

const RULES = { allowRemoveAllMembers: false };
const IDS = ['a', 'b', 'c', 'd'];
const id = fc.constantFrom(...IDS);
const listed = fc.array(id, { maxLength: 3 });
type Step = { readonly operation: PatchOperation; readonly does: (members: Set<string>) => void };

const asValue = (ids: readonly string[], shape: number): Json => {
  if (shape === 0) return ids.map((value) => ({ $ref: null, value }));
  return shape === 1 ? [...ids] : ids.map((Value) => ({ Value, display: 'x', type: 'User' }));
};
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(listed, fc.nat(2), fc.constantFrom('members', 'MEMBERS', undefined))
    .map(([ids, shape, path]): Step => {
      const value = asValue(ids, shape);
      return {
        operation: { op: 'add', path, value: path === undefined ? { Members: value } : value },
        does: (members) => {
          for (const each of ids) members.add(each);
        },
      };
    }),
  fc.tuple(listed, fc.nat(2)).map(
    ([ids, shape]): Step => ({
      operation: { op: 'remove', path: 'members', value: asValue(ids, shape) },
      does: (members) => {
        for (const each of ids) members.delete(each);
      },
    }),
  ),
  fc.tuple(listed, fc.nat(2)).map(
    ([ids, shape]): Step => ({
      operation: { op: 'replace', path: 'members', value: asValue(ids, shape) },
      does: (members) => {
        members.clear();
        for (const each of ids) members.add(each);
      },
    }),
  ),
  fc.tuple(id, id).map(
    ([one, other]): Step => ({
      operation: {
        op: 'remove',
        path: `members[value eq "${one}" or value eq ${other}]`,
        value: undefined,
      },
      does: (members) => {
        members.delete(one);
        members.delete(other);
      },
    }),
  ),
);

test('clear operations do to members what they do to a set', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 15 }), listed, (sequence, start) => {
      const model = new Set(start);
      for (const { does } of sequence) does(model);
      const group = { attributes: { displayName: 'G' }, members: new Set(start) };
      const result = patchGroup(
        group,
        sequence.map(({ operation }) => operation),
        RULES,
      );
      expect(result.ok && [...result.value.members].sort()).toEqual([...model].sort());
      expect([...group.members]).toEqual([...new Set(start)]);
    }),
    { seed: 51, numRuns: runs(1000) },
  );
});

const unclear = fc.oneof(
  fc.constantFrom<Json>(
    null,
    '',
    {},
    [null],
    [{}],
    [''],
    [{ value: '' }],
    [{ value: null }],
    [[]],
    0,
    false,
    [{ $ref: null }],
    [{ id: 'a' }],
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
/** Everybody whom a value could mean at all. */
function named(value: Json): Set<string> {
  const list = Array.isArray(value) ? (value as Json[]) : [value];
  return new Set(
    list.flatMap((each) =>
      typeof each === 'string'
        ? [each]
        : each && typeof each === 'object'
          ? Object.values(each).map(String)
          : [],
    ),
  );
}

test('no unclear value removes anybody whom it does not name', () => {
  fc.assert(
    fc.property(unclear, fc.constantFrom('remove', 'add') as fc.Arbitrary<'add'>, (value, op) => {
      const group = { attributes: { displayName: 'G' }, members: new Set(IDS) };
      const result = patchGroup(group, [{ op, path: 'members', value }], RULES);
      if (!result.ok) return;
      for (const each of IDS) {
        if (!named(value).has(each)) expect(result.value.members.has(each)).toBe(true);
      }
    }),
    { seed: 52, numRuns: runs(2000) },
  );
});

test('only a list replaces members, and only an empty one by nobody', () => {
  fc.assert(
    fc.property(unclear, (value) => {
      const group = { attributes: { displayName: 'G' }, members: new Set(IDS) };
      for (const operation of [
        { op: 'replace', path: 'members', value },
        { op: 'replace', path: undefined, value: { members: value } },
      ] as const) {
        const result = patchGroup(group, [operation], RULES);
        if (result.ok && result.value.members.size === 0) expect(value).toEqual([]);
      }
      const whole = readGroup({ displayName: 'G', members: value });
      if (whole.ok && whole.value.members?.length === 0) expect(value).toEqual([]);
    }),
    { seed: 53, numRuns: runs(2000) },
  );
});

test('no filter but by `value eq` removes anybody', () => {
  for (const filter of [
    'value ne "a"',
    'not (value eq "a")',
    'value pr',
    'value co "a"',
    'value sw ""',
    'value gt ""',
    'display ne "x"',
    'type eq "User"',
    '$ref eq null',
    'value eq null',
    'value eq "a" and value eq "b"',
    'value eq "a" or type eq "User"',
    'nonsense eq null',
  ]) {
    const group = { attributes: { displayName: 'G' }, members: new Set(IDS) };
    const operation = { op: 'remove', path: `members[${filter}]`, value: undefined } as const;
    expect(patchGroup(group, [operation], RULES), filter).toMatchObject({ ok: false });
  }
});
