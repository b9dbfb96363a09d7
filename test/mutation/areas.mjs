// @ts-check
/** What mutants are made of, and which suite judges each part. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Area
 * @property {string} name Of the suite beside this file: `<name>.suite.ts`.
 * @property {readonly string[]} sources Files, or folders of them.
 * @property {readonly string[]} tests Folders and files whose change makes a measurement old.
 */

/** The files of the engine that answer; the others make and change what they read. */
const DECIDING = [
  ...['decide', 'opening', 'restrictions', 'holding', 'encounter', 'rights', 'presence'],
  ...['companions', 'possible-companions', 'manage', 'assigning', 'valid-until', 'nearest-miss'],
  ...['other-facts', 'search', 'access-list', 'ask', 'request', 'decision', 'findings', 'explain'],
  ...['trace', 'location', 'scope-code', 'quick-check', 'schedule-home', 'engine'],
];

/** @type {readonly Area[]} */
export const AREAS = [
  {
    name: 'verdict',
    // The order of checks on a grant and what each of them asks; the rest of the lock is not a verdict.
    sources: [
      'protocol/lock/grant-check.ts',
      'protocol/lock/time-check.ts',
      'protocol/lock/trust-store.ts',
      'protocol/lock/policy-store.ts',
      'protocol/lock/use-counters.ts',
      'protocol/verify/verify-grant.ts',
    ],
    tests: ['test/protocol/lock', 'test/protocol/verify', 'test/helpers'],
  },
  {
    name: 'checks',
    sources: ['src/checks/roles', 'src/checks/place', 'src/checks/time'],
    tests: ['test/checks', 'test/reference', 'test/helpers'],
  },
  {
    name: 'engine',
    sources: DECIDING.map((name) => `src/engine/${name}.ts`),
    tests: ['test/engine', 'test/cases', 'test/reference', 'test/helpers'],
  },
  {
    name: 'snapshots',
    sources: ['src/engine'],
    tests: ['test/engine', 'test/cases', 'test/reference', 'test/helpers'],
  },
];

/** Lines of source that one run of Stryker takes: what is lost at most when it is broken off. */
const BATCH_LINES = 300;

/**
 * The files of these areas that lie under one of the paths.
 * @param {readonly Area[]} areas
 * @param {readonly string[] | undefined} only
 * @returns {string[]}
 */
export function filesOf(areas, only) {
  const files = areas.flatMap((area) => area.sources.flatMap(filesUnder).filter(isOf(area)));
  if (only === undefined) return files.sort();
  return files
    .sort()
    .filter((file) => only.some((path) => file === path || file.startsWith(`${path}/`)));
}

/**
 * Cuts files into runs of about the same size.
 * @param {readonly string[]} files
 */
export function batchesOf(files) {
  /** @type {string[][]} */
  const batches = [];
  let room = 0;
  for (const file of files) {
    const lines = readFileSync(file, 'utf8').split('\n').length;
    if (room < lines || batches.length === 0) {
      batches.push([]);
      room = BATCH_LINES;
    }
    batches.at(-1)?.push(file);
    room -= lines;
  }
  return batches;
}

/**
 * A digest of everything that judges an area.
 * @param {Area} area
 */
export function suiteDigest(area) {
  const hash = createHash('sha256');
  const suite = `test/mutation/${area.name}.suite.ts`;
  for (const file of [suite, ...area.tests.flatMap(filesUnder).sort()]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * A file belongs to the first area that names it.
 * @param {Area} area
 * @returns {(file: string) => boolean}
 */
function isOf(area) {
  return (file) =>
    AREAS.find(({ sources }) =>
      sources.some((path) => file === path || file.startsWith(`${path}/`)),
    ) === area;
}

/** @param {string} path */
function filesUnder(path) {
  if (/\.\w+$/u.test(path)) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|mjs|json)$/u.test(name))
    .map((name) => join(path, name));
}
