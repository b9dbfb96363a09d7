// @ts-check
/**
 * Everything that must hold besides the tests, one step after the other; `npm run check` runs the
 * tests first. All steps run even when one fails, so that one run tells all that is wrong.
 *
 * Usage: node scripts/gates.mjs [step…]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @type {Record<string, string>} */
const STEPS = {
  lock: 'node scripts/complete-lock.mjs --check',
  types: 'npm run --silent typecheck',
  lint: 'npm run --silent lint',
  build: 'npm run --silent build:needed',
  publint: 'publint --strict',
  attw: 'attw --pack . --profile esm-only --exclude-entrypoints ./policy.schema.json ./policy-tests.schema.json',
  docs: 'npm run --silent docs',
  size: 'npm run --silent size',
  package: 'npm run --silent test:package',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(STEPS);
const failed = names.filter((name) => !passes(name));
console.log(
  failed.length === 0 ? `gates: ${names.join(', ')} hold` : `gates: ${failed.join(', ')} failed`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @param {string} name */
function passes(name) {
  const command = STEPS[name];
  if (command === undefined) {
    console.error(`gates: no step \`${name}\`; there are ${Object.keys(STEPS).join(', ')}`);
    return false;
  }
  console.log(`\n== ${name}: ${command}`);
  const path = `${root}node_modules/.bin:${process.env.PATH}`;
  const env = { ...process.env, PATH: path };
  return spawnSync(command, { cwd: root, shell: true, stdio: 'inherit', env }).status === 0;
}
