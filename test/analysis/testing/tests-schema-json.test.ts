/** The JSON Schema of files of policy tests accepts what is read, and refuses what is of the wrong shape. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../src/adapters/testing/yaml-text.js';
import { parsePolicyTests } from '../../../src/analysis/testing/parse-tests.js';
import {
  policyTestsJsonSchema,
  TESTS_SCHEMA_ID,
} from '../../../src/analysis/testing/tests-schema-json.js';
import { documentOf, one } from './documents.js';

interface Part {
  readonly $id?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly $defs?: Readonly<Record<string, Part>>;
}
const schema = policyTestsJsonSchema() as Part;
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allErrors: true });
const validate = ajv.compile(schema);

test('it is a schema with an id, and every part of it that is of tests says what it is', () => {
  expect(ajv.validateSchema(schema)).toBe(true);
  expect(schema.$id).toBe(TESTS_SCHEMA_ID);
  for (const name of ['test', 'expectation', 'fixtures', 'facts', 'matrix', 'cell', 'changes']) {
    expect(schema.$defs?.[name]?.description, name).toMatch(/\.$/u);
  }
  const members = schema.$defs?.['test']?.properties ?? {};
  for (const [name, part] of Object.entries(members)) {
    if (name !== 'request' && name !== 'matrix') expect(part.description, name).toBeDefined();
  }
});

test('it accepts the tests of the examples', () => {
  const files = ['club', 'coworking', 'housing'].flatMap((example) =>
    readdirSync(`examples/${example}/tests`).map((file) => `examples/${example}/tests/${file}`),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const read = readYaml(readFileSync(file, 'utf8'));
    if (!read.ok) throw new Error(file);
    expect(validate(read.value), `${file} ${JSON.stringify(validate.errors?.slice(0, 3))}`).toBe(
      true,
    );
  }
});

describe('it refuses, as reading does,', () => {
  test.each<[what: string, document: object]>([
    ['no tests', documentOf([])],
    ['an unknown member', documentOf([one({ expects: 'permit' })])],
    ['an unknown fact', documentOf([one({ context: { secondfactor: true } })])],
    ['a fact of another type', documentOf([one({ context: { secondFactor: 'yes' } })])],
    ['an unknown reason', documentOf([one({ expect: 'closed' })])],
    ['a decision that is neither', documentOf([one({ expect: { decision: 'no' } })])],
    ['no reasons', documentOf([one({ expect: { reasons: [] } })])],
    ['a list of the wrong things', documentOf([one({ list: 'people' })])],
    ['an empty axis', documentOf([one({ matrix: { time: [] } })])],
    ['a door without a place', documentOf([one()], { changes: { put: { doors: [{ id: 'd' }] } } })],
    [
      'a time fixture without an offset',
      documentOf([one()], { fixtures: { times: { noon: '2026-01-01T12:00:00' } } }),
    ],
    ['a number for a name', documentOf([one({ name: 7 })])],
  ])('%s', (_, document) => {
    expect(validate(document)).toBe(false);
    expect(parsePolicyTests(document).ok).toBe(false);
  });
});
