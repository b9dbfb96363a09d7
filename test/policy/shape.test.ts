import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  COLLECTIONS,
  ELEMENT_SCHEMAS,
  LOOSE_SCHEDULE_SCHEMA,
  ORGANIZATION_SCHEMA,
  POLICY_SCHEMA,
  SCHEDULE_FILE_SCHEMA,
} from '../../src/policy/document.js';
import type { Issue } from '../../src/policy/issue.js';
import { valibotSchema } from '../../src/policy/schema-valibot.js';
import { ownShapeOf, shapeOf } from '../../src/policy/shape.js';
import { mutations } from '../helpers/mutations.js';
import { fullDocument } from '../helpers/policies.js';
import { runs } from '../helpers/runs.js';

describe('a shape', () => {
  const document: Record<string, unknown> = fullDocument();
  const schedule = fullDocument().schedules[0];
  const samples: [string, v.GenericSchema, unknown][] = [
    ['the document', POLICY_SCHEMA, document],
    ['the organisation', ORGANIZATION_SCHEMA, document['organization']],
    ['a loose schedule', LOOSE_SCHEDULE_SCHEMA, schedule],
    ['a schedule file', SCHEDULE_FILE_SCHEMA, { schedule, calendars: document['calendars'] }],
    ...COLLECTIONS.map((name): [string, v.GenericSchema, unknown] => [
      `an element of ${name}`,
      ELEMENT_SCHEMAS[name],
      (document[name] as unknown[])[0],
    ]),
  ];

  test.each(samples)(
    'accepts what valibot gives back unchanged, and nothing else: %s',
    (_name, schema, sample) => {
      const shape = shapeOf(schema);
      const theirSchema = valibotSchema(schema);
      let accepted = 0;
      fc.assert(
        fc.property(mutations(), (mutate) => {
          const input = mutate(structuredClone(sample));
          const issues: Issue[] = [];
          const shaped = shape(input, (issue) => issues.push(issue));
          const theirs = v.safeParse(theirSchema, input);
          // valibot takes a list for an object whose members are all optional, and drops some record keys.
          const expected = theirs.success && same(theirs.output, input);
          expect(issues.length === 0).toBe(expected);
          expect(shaped.damage.size === 0 && shaped.value !== undefined).toBe(expected);
          if (expected) {
            expect(shaped.value).toEqual(input);
            accepted++;
          }
        }),
        { seed: 20261122, numRuns: runs(150) },
      );
      expect(accepted).toBeGreaterThan(0);
    },
  );

  test.each(samples)(
    'for data of our own accepts the same, and freezes it where it is: %s',
    (_name, schema, sample) => {
      const [shape, ownShape] = [shapeOf(schema), ownShapeOf(schema)];
      const counts = { taken: 0, refused: 0 };
      fc.assert(
        fc.property(mutations(), (mutate) => {
          const text = JSON.stringify(mutate(structuredClone(sample)));
          // A mutation may leave nothing that JSON can say.
          if (text === undefined) return;
          const issues: Issue[] = [];
          const { value } = shape(JSON.parse(text), (issue) => issues.push(issue));
          const parsed: unknown = JSON.parse(text);
          const own = ownShape(parsed, []);
          if (issues.length > 0) {
            expect(own).toBeUndefined();
            counts.refused++;
            return;
          }
          expect(own).toBe(parsed);
          expect(own).toEqual(value);
          // In the order in which it was written, and nothing of it was left out.
          expect(JSON.stringify(own)).toBe(text);
          expect(isFrozen(own)).toBe(true);
          counts.taken++;
        }),
        { seed: 20261122, numRuns: runs(150) },
      );
      expect(counts.taken).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);
    },
  );

  test.each([
    [{ type: 5, id: 6 }, ['/type', '/id']],
    [{ id: 6, type: 5 }, ['/id', '/type']],
  ])('tells what is wrong with a reference in its own order: %j', (subject, members) => {
    const [assignment] = fullDocument().assignments;
    const pointers: string[] = [];
    shapeOf(ELEMENT_SCHEMAS.assignments)({ ...assignment, subject }, ({ pointer }) => {
      pointers.push(pointer);
    });
    expect(pointers).toEqual(members.map((member) => `/subject${member}`));
  });

  test('refuses a schema that it would check only in part', () => {
    expect(() => shapeOf(v.map(v.string(), v.string()))).toThrow('shape not understood `map`');
    expect(() => shapeOf(v.pipe(v.string(), v.email()))).toThrow('bound not understood `email`');
    expect(() => shapeOf(v.pipe(v.string(), v.trim()))).toThrow('bound not understood `trim`');
    expect(() => shapeOf(v.pipe(v.string(), v.regex(/a/g)))).toThrow(
      'bound not understood `regex`',
    );
    expect(() => shapeOf(v.pipe(v.number(), v.multipleOf(2)))).toThrow('bound not understood');
    expect(() => shapeOf(v.array(v.string()))).toThrow('shape without a cap `array`');
    expect(() => shapeOf(v.union([v.string(), v.literal('a')]))).toThrow(
      'two branches of one JSON type',
    );
  });
});

describe('the well-formed part of a malformed value', () => {
  test('is kept, and what was lost is named', () => {
    const shape = shapeOf(ELEMENT_SCHEMAS.teams);
    const { value, damage } = shape(
      { id: 't', name: 5, users: ['ada', 'b c', 'bob'], extra: 1 },
      () => {},
    );
    expect(value).toEqual({ id: 't', users: ['ada', undefined, 'bob'] });
    expect(damage.get(value as object)).toEqual({ lost: new Set(['name']), unknownMembers: true });
    const { users } = value as { users: object };
    expect(damage.get(users)).toEqual({ lost: new Set(['1']), unknownMembers: false });
  });

  test('names a member that is missing as lost', () => {
    const { value, damage } = shapeOf(ELEMENT_SCHEMAS.floors)({ id: 'f' }, () => {});
    expect(damage.get(value as object)?.lost).toEqual(new Set(['place']));
  });
});

/** Equal as JSON is, where a member that is undefined is absent. */
function same(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}

/** All the way down. */
function isFrozen(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen))
  );
}
