// @ts-check
/**
 * Writes the test vectors of DKP/1 to protocol/vectors, from fixed secrets and nothing else: every run
 * gives the same bytes.
 *
 * Usage: node scripts/vectors.mjs [--check]
 *   --check  writes nothing and fails when a file is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

const folder = fileURLToPath(new URL('../protocol/vectors/', import.meta.url));
const { vectorFiles } = await importSource('protocol/vectors/generate/files.ts');
const isCheck = process.argv.includes('--check');
for (const [name, text] of vectorFiles()) {
  const path = `${folder}${name}`;
  if (!isCheck) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`vectors: ${name} is not what the generator writes`);
    process.exitCode = 1;
  }
}
