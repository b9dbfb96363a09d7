// @ts-check
/** What a run measured, kept file by file in `coverage/mutation`, so that a run broken off goes on. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * @typedef {object} Mutant One change of the source and what became of it.
 * @property {string} place Line and column where it begins, and where it ends: `12:5-12:9`, all from 1.
 * @property {string} line The source line where it begins, trimmed: by it an explanation finds its mutant.
 * @property {string} mutator
 * @property {string} replacement
 * @property {import('@stryker-mutator/api/core').MutantStatus} status
 *
 * @typedef {object} Result
 * @property {string} source Digest of the file.
 * @property {string} tests Digest of what judged it.
 * @property {boolean} withStatic
 * @property {readonly Mutant[]} mutants
 */

const FOLDER = 'coverage/mutation';

/**
 * What is known of a file, if the file is as it was and, when a digest is given, its tests are too.
 * @param {string} file
 * @param {string} [tests]
 * @param {boolean} [withStatic] Whether mutants that run while a module loads must have been tried.
 * @returns {Result | undefined}
 */
export function recall(file, tests, withStatic = false) {
  const kept = resultFile(file);
  if (!existsSync(kept)) return undefined;
  /** @type {Result} */
  const result = JSON.parse(readFileSync(kept, 'utf8'));
  if (result.source !== digestOf(file)) return undefined;
  if (tests !== undefined && result.tests !== tests) return undefined;
  return withStatic && !result.withStatic ? undefined : result;
}

/**
 * Keeps what a run found.
 * @param {readonly import('@stryker-mutator/api/core').MutantResult[]} found
 * @param {readonly string[]} files All that the run was about.
 * @param {string} tests
 * @param {boolean} withStatic
 * @param {boolean} onlySome Whether the run asked again some mutants of results that hold.
 */
export function remember(found, files, tests, withStatic, onlySome) {
  for (const file of files) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const mutants = found
      .filter(({ fileName }) => relative('.', fileName) === file)
      .map((each) => mutantOf(each, lines));
    const before = onlySome ? recall(file) : undefined;
    if (onlySome && before === undefined) continue;
    const all = before === undefined ? mutants : merged(before.mutants, mutants, withStatic);
    /** @type {Result} */
    const result = {
      source: digestOf(file),
      tests,
      withStatic: withStatic || before?.withStatic === true,
      mutants: all,
    };
    mkdirSync(dirname(resultFile(file)), { recursive: true });
    writeFileSync(resultFile(file), `${JSON.stringify(result, null, 1)}\n`);
  }
}

/**
 * The places of a file at which a mutant was not noticed, in Stryker's notation.
 * @param {string} file
 * @param {boolean} withStatic Also those at which none was tried, because it runs while a module loads.
 * @returns {string[]}
 */
export function survivingRanges(file, withStatic) {
  const open = recall(file)?.mutants.filter((each) => isOpen(each, withStatic)) ?? [];
  // Results count columns from 1, ranges from 0; lines count from 1 in both.
  const ranges = open.map(({ place }) => place.replace(/:(\d+)/gu, (_, at) => `:${at - 1}`));
  return [...new Set(ranges.map((range) => `${file}:${range}`))];
}

/**
 * A digest of a file as it is.
 * @param {string} file
 */
export function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
}

/**
 * Whether no test noticed the change, or none ran it.
 * @param {Mutant} mutant
 */
export function isUnnoticed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

/**
 * @param {import('@stryker-mutator/api/core').MutantResult} found
 * @param {readonly string[]} lines
 * @returns {Mutant}
 */
function mutantOf({ location, mutatorName, replacement = '', status }, lines) {
  const { start, end } = location;
  return {
    place: `${start.line}:${start.column}-${end.line}:${end.column}`,
    line: (lines[start.line - 1] ?? '').trim(),
    mutator: mutatorName,
    replacement,
    status,
  };
}

/**
 * @param {Mutant} mutant
 * @param {boolean} withStatic
 */
function isOpen(mutant, withStatic) {
  return isUnnoticed(mutant) || (withStatic && mutant.status === 'Ignored');
}

/**
 * @param {readonly Mutant[]} before
 * @param {readonly Mutant[]} found
 * @param {boolean} withStatic
 */
function merged(before, found, withStatic) {
  /** @param {Mutant} mutant */
  const key = ({ place, mutator, replacement }) => `${place} ${mutator} ${replacement}`;
  const now = new Map(found.map((mutant) => [key(mutant), mutant]));
  // A test that is slow today takes no kill away: only what was unnoticed is asked again. What a run without `--static` did not
  // try stays what a run with it found.
  return before.map((each) => {
    const again = isOpen(each, withStatic) ? now.get(key(each)) : undefined;
    return again === undefined || again.status === 'Ignored' ? each : again;
  });
}

/** @param {string} file */
function resultFile(file) {
  return join(FOLDER, `${file}.json`);
}
