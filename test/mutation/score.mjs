// @ts-check
/** The score of each file, the changes that nobody noticed, and why some of them change nothing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { digestOf, isUnnoticed, recall } from './results.mjs';

/**
 * @typedef {object} Score Counts of mutants; `fixed` ones run only while a module loads and were not tried.
 * @property {number} killed
 * @property {number} timeout
 * @property {number} survived
 * @property {number} uncovered
 * @property {number} fixed
 *
 * @typedef {Score & { readonly source: string }} CommittedScore With the digest of the file it was measured on.
 *
 * @typedef {object} Explanation Why a survivor is no other program.
 * @property {string} file
 * @property {string} line The source line where the mutant begins, trimmed.
 * @property {string} mutator
 * @property {string} replacement
 * @property {string} why
 */

/** Of 100 mutants that were tried, so many must be noticed, over all files together. */
const SCORE_MIN = 92;
const SCORES = 'test/mutation/scores.json';
const EXPLANATIONS = 'test/mutation/survivors.json';

/**
 * Prints what is known of these files.
 * @param {readonly string[]} files
 * @returns {boolean} whether all is as it must be.
 */
export function print(files) {
  const committed = committedScores();
  const explanations = explanationsOf(files);
  /** @type {Score} */
  const sum = { killed: 0, timeout: 0, survived: 0, uncovered: 0, fixed: 0 };
  /** @type {Set<Explanation>} */
  const used = new Set();
  /** @type {string[]} */
  const wrong = [];
  let explained = 0;
  let unmeasured = 0;
  for (const file of files) {
    const result = recall(file);
    const before = committed[file];
    if (result === undefined) {
      const holds = before !== undefined && before.source === digestOf(file);
      console.log(
        holds ? `${row(file, before)}, as committed` : `${file}: not measured as it is now`,
      );
      if (holds) add(sum, before);
      else unmeasured += 1;
      continue;
    }
    const score = scoreOf(result.mutants);
    add(sum, score);
    console.log(row(file, score));
    if (before !== undefined && percent(score) < percent(before)) {
      wrong.push(`${file} had ${percent(before).toFixed(2)}`);
    }
    for (const mutant of result.mutants.filter(isUnnoticed)) {
      const explanation = explanations.find((each) => isAbout(each, file, mutant));
      if (explanation !== undefined) used.add(explanation);
      if (explanation !== undefined) explained += 1;
      console.log(told(file, mutant, explanation?.why));
    }
    for (const each of explanations.filter((other) => other.file === file && !used.has(other))) {
      wrong.push(`${file}: nothing survives that needs the explanation of \`${each.line}\``);
    }
  }
  console.log(row('all measured', sum));
  console.log(`${files.length - unmeasured} of ${files.length} files are measured as they are now`);
  console.log(
    `${sum.survived + sum.uncovered} changes went unnoticed, ${explained} of them explained`,
  );
  if (percent(sum) < SCORE_MIN) wrong.push(`the score is below ${SCORE_MIN}`);
  for (const sentence of wrong) console.log(`wrong: ${sentence}`);
  return wrong.length === 0;
}

/**
 * Writes the scores of these files as those that must not be lost.
 * @param {readonly string[]} files
 */
export function accept(files) {
  const scores = committedScores();
  for (const file of files) {
    const result = recall(file);
    if (result !== undefined) {
      scores[file] = { ...scoreOf(result.mutants), source: digestOf(file) };
    }
  }
  const sorted = Object.fromEntries(Object.entries(scores).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(SCORES, `${JSON.stringify(sorted, null, 2)}\n`);
}

/**
 * @param {Score} sum
 * @param {Score} score
 */
function add(sum, score) {
  for (const key of /** @type {(keyof Score)[]} */ (Object.keys(sum))) sum[key] += score[key];
}

/** @returns {Record<string, CommittedScore>} */
function committedScores() {
  return existsSync(SCORES) ? JSON.parse(readFileSync(SCORES, 'utf8')) : {};
}

/**
 * @param {readonly string[]} files
 * @returns {readonly Explanation[]}
 */
function explanationsOf(files) {
  /** @type {readonly Explanation[]} */
  const all = JSON.parse(readFileSync(EXPLANATIONS, 'utf8'));
  return all.filter(({ file }) => files.includes(file));
}

/**
 * @param {readonly import('./results.mjs').Mutant[]} mutants
 * @returns {Score}
 */
function scoreOf(mutants) {
  /** @param {string} status */
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  return {
    // What cannot even be loaded was noticed as surely as what fails a test.
    killed: count('Killed') + count('RuntimeError'),
    timeout: count('Timeout'),
    survived: count('Survived'),
    uncovered: count('NoCoverage'),
    fixed: count('Ignored'),
  };
}

/** @param {Score} score */
function percent({ killed, timeout, survived, uncovered }) {
  const tried = killed + timeout + survived + uncovered;
  return tried === 0 ? 100 : (100 * (killed + timeout)) / tried;
}

/**
 * @param {string} name
 * @param {Score} score
 */
function row(name, score) {
  const { killed, timeout, survived, uncovered, fixed } = score;
  return (
    `${name.padEnd(36)} ${percent(score).toFixed(2).padStart(6)}  ${killed} killed, ` +
    `${timeout} timed out, ${survived} survived, ${uncovered} uncovered, ${fixed} not tried`
  );
}

/**
 * @param {Explanation} explanation
 * @param {string} file
 * @param {import('./results.mjs').Mutant} mutant
 */
function isAbout(explanation, file, { line, mutator, replacement }) {
  const same = explanation.file === file && explanation.line === line;
  return same && explanation.mutator === mutator && explanation.replacement === replacement;
}

/**
 * @param {string} file
 * @param {import('./results.mjs').Mutant} mutant
 * @param {string | undefined} why
 */
function told(file, { place, line, mutator, replacement, status }, why) {
  const change = `${mutator}: \`${line}\` with \`${replacement}\``;
  const reason = why ?? (status === 'NoCoverage' ? 'no test runs it' : 'unexplained');
  return `  ${file}:${place.split('-')[0]} ${change}\n    ${reason}`;
}
