// @ts-check
/**
 * Writes dist/policy.schema.json, the published JSON Schema of the policy document, from the same
 * definition that `parsePolicy` uses. The converter is a development dependency, so the schema is
 * made here and not at run time.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

const folder = fileURLToPath(new URL('../dist', import.meta.url));
const { policyJsonSchema } = await importSource('src/policy/schema-json.ts');
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/policy.schema.json`, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
