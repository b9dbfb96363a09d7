/** Small documents of policy tests, and what parsing them gives. */
import { parsePolicyTests } from '../../../src/analysis/testing/parse-tests.js';
import type { PolicyTestSuite } from '../../../src/analysis/testing/test-suite.js';
import { MONDAY_NOON } from '../../helpers/builders.js';

/** A test that asks whether Ada may open the front door on a Monday at noon; `parts` replaces members. */
export function one(parts: object = {}): object {
  return {
    name: 'ada at noon',
    subject: 'user:ada',
    resource: 'door:front',
    time: MONDAY_NOON,
    expect: 'permit',
    ...parts,
  };
}

/** A document of these tests; `parts` replaces members. */
export function documentOf(tests: readonly unknown[], parts: object = {}): object {
  return { policy: 'policy.json', tests, ...parts };
}

/** The suite of a document that must be valid. */
export function suiteOf(document: unknown): PolicyTestSuite {
  const parsed = parsePolicyTests(document);
  if (parsed.ok) return parsed.value;
  throw new Error(JSON.stringify(parsed.issues));
}

/** What is wrong with a document, as `pointer: message (code)`. */
export function faultsOf(document: unknown): string[] {
  const parsed = parsePolicyTests(document);
  if (parsed.ok) return [];
  return parsed.issues.map(({ pointer, code, message }) => `${pointer}: ${message} (${code})`);
}
