// @ts-check
/**
 * Writes dist/policy.schema.json, the published JSON Schema of the policy document, from the same
 * definition that `parsePolicy` uses. The converter is a development dependency, so the schema is
 * made here and not at run time.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// Inside node_modules, so that the bundle finds the packages it leaves outside.
const bundle = `${root}node_modules/.cache/doorwright/schema-json.${process.pid}.mjs`;

await build({
  entryPoints: [`${root}src/policy/schema-json.ts`],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
try {
  const { policyJsonSchema } = await import(pathToFileURL(bundle).href);
  mkdirSync(`${root}dist`, { recursive: true });
  writeFileSync(
    `${root}dist/policy.schema.json`,
    `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
  );
} finally {
  rmSync(bundle, { force: true });
}
