// @ts-check
/**
 * `npm run fuzz`: mutated objects, messages, frames and sessions against every parser and the lock, a number of
 * inputs each; then policies, recurrence rules and requests, guided by what they reach, for a time.
 * Ends non-zero when an input is believed, throws, is written differently, or takes too long. What makes it again
 * is the seed that is told, or the file it is saved in, which the tests then try again.
 *
 * Usage: node scripts/fuzz.mjs [--inputs 5000000] [--minutes 10 | --seconds 20] [--seed 1] [--only frames,policy]
 */
import { parseArgs } from 'node:util';
import { GUIDED, openFuzzer, saveFinding } from './fuzz-guided.mjs';
import { importSource } from './import-source.mjs';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '5000000' },
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) {
  throw new RangeError('--inputs is a count from 1, --seed an integer');
}
if (values.minutes !== undefined && values.seconds !== undefined) {
  throw new RangeError('--minutes or --seconds, not both');
}
const seconds =
  values.seconds === undefined ? 60 * Number(values.minutes ?? '10') : Number(values.seconds);
if (!(seconds > 0)) throw new RangeError('--minutes and --seconds are more than 0');

const wanted = values.only?.split(',');
const isWanted = (/** @type {string} */ name) => wanted === undefined || wanted.includes(name);
const guided = GUIDED.filter(isWanted);
// Not even loaded when nobody asks for them: 20 seconds of guided fuzzing are not to take 40.
const rest = wanted?.filter((name) => !GUIDED.includes(name));
const source = rest?.length === 0 ? undefined : await importSource('test/fuzz/main.ts');
/** @type {{ name: string }[]} */
const counted = ((await source?.allTargets('.')) ?? []).filter(
  (/** @type {{ name: string }} */ { name }) => isWanted(name),
);
const unknown = rest?.filter((name) => !counted.some((target) => target.name === name)) ?? [];
if (unknown.length > 0) throw new RangeError(`no target \`${unknown.join(', ')}\``);

runCounted();
const failed = await runForATime();
console.log(`${counted.length + guided.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function runCounted() {
  const share = Math.ceil(inputs / counted.length);
  for (const target of counted) {
    const started = performance.now();
    const result = source.fuzz(target, share, seed, (/** @type {number} */ done) =>
      progress(`${target.name} ${done} of ${share}`),
    );
    progress();
    const took = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${result.name.padEnd(14)} ${result.inputs} inputs, ${result.judged} judged, ` +
        `${result.accepted} accepted, slowest ${result.slowestMs.toFixed(1)} ms, ${took} s`,
    );
  }
}

/** @returns {Promise<number>} targets with a finding */
async function runForATime() {
  if (guided.length === 0) return 0;
  const fuzzer = await openFuzzer();
  let failed = 0;
  try {
    for (const target of guided) {
      const { standing, finding } = await fuzzer.run({
        target,
        seed,
        milliseconds: (1000 * seconds) / guided.length,
        onProgress: (standing) => progress(line(standing)),
      });
      progress();
      if (standing !== undefined) console.log(line(standing));
      if (finding === undefined) continue;
      failed++;
      console.log(`${target}: ${finding.message}\n  saved as ${saveFinding(finding)}`);
    }
  } finally {
    fuzzer.close();
  }
  return failed;
}

/** @param {import('./fuzz-guided.mjs').Standing} standing */
function line({ name, inputs, judged, accepted, kept, reached, slowestMs }) {
  return (
    `${name.padEnd(14)} ${inputs} inputs, ${judged} judged, ${accepted} accepted, ` +
    `slowest ${slowestMs.toFixed(1)} ms, ${kept} kept for reaching ${reached}`
  );
}

/** @param {string} [text] nothing: clears the line */
function progress(text = '') {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
