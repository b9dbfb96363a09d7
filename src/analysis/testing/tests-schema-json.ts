/**
 * The published JSON Schema (draft 2020-12) of files of policy tests, for editors. Made from the definition that reads
 * them, when the package is built: nothing at run time reaches this file.
 */
import { jsonSchemaOf, policyDefinitions } from '../../policy/schema-json.js';
import { DEFINITION_TEXTS, MEMBER_TEXTS } from '../../policy/schema-texts.js';
import { TESTS_DEFINITIONS, TESTS_SCHEMA } from './tests-document.js';

/** Where the schema lies once the package is published; `$schema` of a file of tests may name it. */
export const TESTS_SCHEMA_ID = 'https://unpkg.com/doorwright/dist/policy-tests.schema.json';

/** The schema: every document that `parsePolicyTests` accepts is valid under it. */
export function policyTestsJsonSchema(): object {
  return jsonSchemaOf(TESTS_SCHEMA, {
    id: TESTS_SCHEMA_ID,
    title: 'doorwright policy tests',
    root: 'tests',
    definitions: { ...policyDefinitions(), ...TESTS_DEFINITIONS },
    texts: { ...DEFINITION_TEXTS, ...TEXTS },
    memberTexts: { ...MEMBER_TEXTS, ...TEXTS_OF_MEMBERS },
  });
}

const TEXTS: Readonly<Record<string, string>> = {
  tests: 'Questions to a policy, and the answers they must get.',
  changes: 'What is changed of the policy before anything is asked, as `engine.apply` takes it.',
  fixtures: 'Names for what several tests ask with.',
  entity: 'A subject or resource as AuthZEN names it.',
  facts: 'What the enforcement point knows besides the time. Absent facts satisfy nothing.',
  request: 'A whole request as AuthZEN has it.',
  matrix: 'What is multiplied out: every combination is asked once.',
  cell: 'What some combinations of the matrix expect. Axes that are not named are all of their values.',
  reason: 'One reason of the answer, as far as it is said.',
  expectation: 'What the answer has to be. What is not said is not looked at.',
  entry: 'An entry of an access list, as far as it is said.',
  test: 'One question, or a matrix of them, and what is expected.',
};

const ASKED: Readonly<Record<string, string>> = {
  subject: 'Who asks: a name among the fixtures, `type:id`, or an entity.',
  action: 'Default: `unlock` for a door, `get_access` for an elevator stop.',
  resource: 'What it is about: a name among the fixtures, `type:id`, or an entity.',
  context:
    'The facts: a name among the fixtures, facts, or several of both, of which the later win.',
  time: 'When: a name among the fixtures, or an RFC 3339 instant with an offset.',
};

const TEXTS_OF_MEMBERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tests: {
    policy: 'The path of the policy, from this file.',
    allowDeprecatedRoles: 'Whether the policy may hold roles that its model marks as deprecated.',
    defaults: 'What is asked with where a test does not say it.',
    tests: 'At least one.',
  },
  test: {
    ...ASKED,
    name: 'Unique in the file.',
    skip: 'Why it is not run.',
    cells: 'What combinations of the matrix expect.',
    others: 'What every combination expects of which no cell speaks.',
    list: 'Asks a list instead of a decision.',
    type: 'The type of what is listed.',
    expect: '`permit`, `deny`, the code of the reason, or more of the answer.',
  },
  expectation: {
    decision: 'Whether it is permitted.',
    reason: 'The code of the first reason.',
    reasons: 'Every reason of the answer and no other, in any order.',
    grants: 'The ids of the assignments that permit, and no others.',
    validUntil: 'The first instant at which the answer could differ, or `never`.',
    exactly: 'What is listed, and nothing else.',
    contains: 'What is listed, perhaps among others.',
    excludes: 'What is not listed.',
  },
};
