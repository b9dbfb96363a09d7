// @ts-check
/** Coverage-guided fuzzing in a thread that is watched: an input that never ends is a finding too. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildInstrumented } from './instrumented.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Targets of `npm run fuzz` that are guided. */
export const GUIDED = ['policy', 'rrule', 'requests'];

/** Findings, committed once they are mended; `test/fuzz/guided/replay.test.ts` tries each again. */
export const CORPUS = 'test/fuzz/corpus';

/** An input that takes this long will not end: one that takes a second is a finding already. */
const ENDLESS_MS = 10_000;

/** Longest input in UTF-8, and the head that `test/fuzz/guided/main.ts` writes. */
const SHOWN_BYTES = 8 + 4 * 65_536;

/**
 * @typedef {{ target: string, input: string, message: string }} Finding
 * @typedef {{ name: string, inputs: number, judged: number, accepted: number, kept: number, reached: number, slowestMs: number }} Standing
 * @typedef {{ target: string, seed?: number, milliseconds: number, guided?: boolean, endlessMs?: number, onProgress?: (standing: Standing) => void }} Run
 */

/**
 * A fuzzer with its bundle built. `close` removes it.
 * @returns {Promise<{ run(run: Run): Promise<{ standing?: Standing, finding?: Finding }>, branches: number, close(): void }>}
 */
export async function openFuzzer() {
  // Inside node_modules, so that the bundle finds the packages it leaves outside.
  const bundle = `${root}node_modules/.cache/doorwright/fuzz-guided.${process.pid}.mjs`;
  const branches = await buildInstrumented('test/fuzz/guided/main.ts', bundle);
  return {
    branches,
    run: (run) => watched(bundle, branches, run),
    close: () => rmSync(bundle, { force: true }),
  };
}

/**
 * Writes a finding where the tests try it again.
 * @param {Finding} finding
 * @returns {string} the file, from the root of the repository
 */
export function saveFinding({ target, input }) {
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = `${CORPUS}/${target}/${hash}.txt`;
  mkdirSync(`${root}${CORPUS}/${target}`, { recursive: true });
  writeFileSync(`${root}${file}`, input);
  return file;
}

/**
 * @param {string} bundle
 * @param {number} branches
 * @param {Run} run
 * @returns {Promise<{ standing?: Standing, finding?: Finding }>}
 */
function watched(bundle, branches, run) {
  const { target, seed = 1, milliseconds, guided = true, endlessMs = ENDLESS_MS, onProgress } = run;
  const shown = new SharedArrayBuffer(SHOWN_BYTES);
  const head = new Int32Array(shown, 0, 2);
  const worker = new Worker(pathToFileURL(bundle), {
    workerData: { target, seed, milliseconds, guided, branches, shown, seeds: earlier(target) },
  });
  const latest = () => Buffer.from(shown, 8, Atomics.load(head, 1)).toString('utf8');
  return new Promise((done, failed) => {
    let number = 0;
    let since = performance.now();
    let ended = false;
    const watch = setInterval(
      () => {
        const now = Atomics.load(head, 0);
        if (now !== number) [number, since] = [now, performance.now()];
        else if (number > 0 && performance.now() - since > endlessMs) {
          end({ finding: { target, input: latest(), message: `not ended after ${endlessMs} ms` } });
        }
      },
      Math.min(250, endlessMs / 4),
    );
    /** @param {{ standing?: Standing, finding?: Finding }} result */
    const end = (result) => {
      if (ended) return;
      ended = true;
      clearInterval(watch);
      void worker.terminate().then(() => done(result));
    };
    worker.on('message', (message) => {
      if (message.done === true) end(message);
      else onProgress?.(message.standing);
    });
    worker.on('error', (error) => {
      // Out of memory, or a fault of the fuzzer itself before its first input.
      if (number === 0 && Atomics.load(head, 0) === 0) {
        clearInterval(watch);
        failed(error);
      } else
        end({
          finding: { target, input: latest(), message: `the thread ended: ${error.message}` },
        });
    });
  });
}

/**
 * Inputs of earlier findings: whoever breaks once breaks again nearby.
 * @param {string} target
 */
function earlier(target) {
  const folder = `${root}${CORPUS}/${target}`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
}
