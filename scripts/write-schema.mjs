// @ts-check
/**
 * Writes dist/policy.schema.json and dist/policy-tests.schema.json, the published JSON Schemas of the policy document and of
 * files of policy tests, from the same definitions that read them. The converter is a development dependency, so the schemas are
 * made here and not at run time.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

const folder = fileURLToPath(new URL('../dist', import.meta.url));
const { policyJsonSchema } = await importSource('src/policy/schema-json.ts');
const { policyTestsJsonSchema } = await importSource('src/analysis/testing/tests-schema-json.ts');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ['policy', policyJsonSchema()],
  ['policy-tests', policyTestsJsonSchema()],
]) {
  writeFileSync(`${folder}/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
