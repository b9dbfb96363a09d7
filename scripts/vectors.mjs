// @ts-check
/**
 * Writes the test vectors of DKP/1 to protocol/vectors, from fixed secrets and nothing else, and puts them
 * into the worked examples of protocol/README.md: every run gives the same bytes.
 *
 * Usage: node scripts/vectors.mjs [--check]
 *   --check  writes nothing and fails when a file is not what would be written
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

const folder = fileURLToPath(new URL('../protocol/', import.meta.url));
const { vectorFiles } = await importSource('protocol/vectors/generate/files.ts');
const { filledPage } = await importSource('protocol/vectors/generate/readme.ts');
const isCheck = process.argv.includes('--check');
const files = vectorFiles();
for (const [name, text] of files) settle(`${folder}vectors/${name}`, text);
settle(`${folder}README.md`, filledPage(readFileSync(`${folder}README.md`, 'utf8'), files));

/** Writes a file, or says that it should be written.
 * @param {string} path
 * @param {string} text
 */
function settle(path, text) {
  if (!isCheck) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`vectors: ${path} is not what the generator writes`);
    process.exitCode = 1;
  }
}
