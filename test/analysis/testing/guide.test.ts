/** The file of tests that docs/testing.md shows is one, and passes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readYaml } from '../../../src/adapters/testing/yaml-text.js';
import { runPolicyTests } from '../../../src/analysis/testing/run-tests.js';
import { compilePolicy } from '../../../src/index.js';
import { suiteOf } from './documents.js';

test('the YAML on the page passes against the policy it is about', () => {
  const fences = [...readFileSync('docs/testing.md', 'utf8').matchAll(/^```yaml\n(.*?)^```$/gmsu)];
  expect(fences).toHaveLength(1);
  const read = readYaml(fences[0]?.[1] ?? '');
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  const engine = compilePolicy(JSON.parse(readFileSync('examples/club/policy.json', 'utf8')));
  expect(runPolicyTests(engine, suiteOf(read.value))).toMatchObject({ passed: 7, failed: 0 });
});
