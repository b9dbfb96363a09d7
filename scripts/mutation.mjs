// @ts-check
/**
 * `npm run mutation`: changes the source in small ways, one at a time, and asks of each change whether
 * some test notices. Prints the score of every file and each change that nobody noticed; ends non-zero
 * below 92 of 100, when a file lost against `test/mutation/scores.json`, and while an explanation explains
 * nothing. What was measured is kept in `coverage/mutation`, file by file: a run that was broken off goes on.
 *
 * Usage: node scripts/mutation.mjs [--only src/checks,src/engine/decide.ts] [--jobs 1]
 *          [--survivors]  asks again only what survived: right where tests were added and none taken away
 *          [--static]     measures also what runs once while a module loads: slow, each needs every test
 *          [--report]     measures nothing
 *          [--accept]     writes the scores of the files measured
 */
import { rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AREAS, batchesOf, filesOf, suiteDigest } from '../test/mutation/areas.mjs';
import { recall, remember, survivingRanges } from '../test/mutation/results.mjs';
import { accept, print } from '../test/mutation/score.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    jobs: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    survivors: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
  },
});
const jobs = Number(values.jobs);
if (!Number.isSafeInteger(jobs) || jobs < 1) throw new RangeError('--jobs is a count from 1');
const only = values.only?.split(',');
if (filesOf(AREAS, only).length === 0) throw new RangeError(`no file of \`${values.only}\``);

if (!values.report) for (const area of AREAS) await measure(area);
const files = filesOf(AREAS, only);
if (values.accept) accept(files);
process.exitCode = print(files) ? 0 : 1;

/** @param {import('../test/mutation/areas.mjs').Area} area */
async function measure(area) {
  const tests = suiteDigest(area);
  const wanted = filesOf([area], only);
  if (values.survivors) {
    const ranges = wanted.flatMap((file) => survivingRanges(file, values.static));
    if (ranges.length > 0) remember(await mutate(area, ranges), wanted, tests, values.static, true);
    return;
  }
  const stale = wanted.filter((file) => recall(file, tests, values.static) === undefined);
  for (const batch of batchesOf(stale)) {
    remember(await mutate(area, batch), batch, tests, values.static, false);
  }
}

/**
 * One run of Stryker over files, or over ranges of them, judged by the suite of the area.
 * @param {import('../test/mutation/areas.mjs').Area} area
 * @param {readonly string[]} mutated
 */
async function mutate(area, mutated) {
  // Loaded here, so that `--report` needs no Stryker.
  const { Stryker } = await import('@stryker-mutator/core');
  process.env['MUTATION_SUITE'] = area.name;
  const tempDirName = join(tmpdir(), `doorwright-mutation-${process.pid}`);
  console.log(`${area.name}: ${mutated.join(' ')}`);
  try {
    return await new Stryker({
      configFile: 'test/mutation/stryker.config.json',
      mutate: [...mutated],
      concurrency: jobs,
      ignoreStatic: !values.static,
      tempDirName,
    }).runMutationTest();
  } finally {
    rmSync(tempDirName, { recursive: true, force: true });
  }
}
