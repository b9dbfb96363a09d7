/** The thread in which guided fuzzing runs: another one watches it, because an input may never end. */
import { parentPort, workerData } from 'node:worker_threads';
import { coverageOf } from './coverage.js';
import { runGuided } from './guided.js';
import { endlessFault, nestedFault } from './planted.js';
import { policyTarget } from './policy-target.js';
import { requestsTarget } from './requests-target.js';
import { rruleTarget } from './rrule-target.js';
import type { GuidedTarget } from './target.js';

/** What the watching thread asks for. */
export interface Task {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  readonly guided: boolean;
  /** How many branches the bundle counts. */
  readonly branches: number;
  /** Where the input being tried is shown: its number, its bytes, and then its text in UTF-8. */
  readonly shown: SharedArrayBuffer;
  /** Inputs of earlier runs, to start from besides the target's own. */
  readonly seeds: readonly string[];
}

const TARGETS: Readonly<Record<string, () => GuidedTarget>> = {
  policy: policyTarget,
  rrule: rruleTarget,
  requests: requestsTarget,
  'planted-fault': nestedFault,
  'planted-hang': endlessFault,
};

/** Bytes before the text. */
const HEAD_BYTES = 8;

if (parentPort !== null) {
  const port = parentPort;
  const { target: name, branches, shown, seeds, ...task } = workerData as Task;
  const head = new Int32Array(shown, 0, 2);
  const text = Buffer.from(shown, HEAD_BYTES);
  const own = TARGETS[name]!();
  const result = runGuided({
    ...task,
    target: { ...own, seeds: [...own.seeds, ...seeds] },
    coverage: coverageOf(branches),
    onInput(input) {
      Atomics.store(head, 1, text.write(input, 'utf8'));
      Atomics.add(head, 0, 1);
    },
    onProgress: (standing) => port.postMessage({ standing }),
  });
  port.postMessage({ done: true, ...result });
}
