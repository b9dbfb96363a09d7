// @ts-check
/**
 * `npm run fuzz`: mutated objects, messages, frames and sessions against every parser and the lock.
 * Ends non-zero at the first input that is believed, throws, is written differently, or takes too long,
 * and tells the seed that makes it again.
 *
 * Usage: node scripts/fuzz.mjs [--inputs 5000000] [--seed 1] [--only frames,lock]
 */
import { parseArgs } from 'node:util';
import { importSource } from './import-source.mjs';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '5000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) {
  throw new RangeError('--inputs is a count from 1, --seed an integer');
}

const { allTargets, fuzz } = await importSource('test/fuzz/main.ts');
const wanted = values.only?.split(',');
/** @type {{ name: string }[]} */
const targets = (await allTargets('.')).filter(
  (/** @type {{ name: string }} */ { name }) => wanted === undefined || wanted.includes(name),
);
if (targets.length === 0) throw new RangeError(`no target of \`${values.only}\``);
const share = Math.ceil(inputs / targets.length);

for (const target of targets) {
  const started = performance.now();
  const result = fuzz(target, share, seed, progress(target.name));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${result.name.padEnd(14)} ${result.inputs} inputs, ${result.judged} judged, ` +
      `${result.accepted} accepted, slowest ${result.slowestMs.toFixed(1)} ms, ${seconds} s`,
  );
}
console.log(`${targets.length} passed, 0 failed`);

/** @param {string} name */
function progress(name) {
  return (/** @type {number} */ done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${name} ${done} of ${share}`);
  };
}
