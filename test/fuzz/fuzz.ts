/** Runs fuzz targets: every input from a seed, every fault told with the seed that makes it again. */
import { seededRandom } from '../../bench/random.js';
import type { FuzzTarget } from './object-targets.js';

/** What became of one target. */
export interface FuzzResult {
  readonly name: string;
  readonly inputs: number;
  /** Inputs that came as far as the last check, and those that passed it. */
  readonly judged: number;
  readonly accepted: number;
  /** The longest that one input took, in milliseconds. */
  readonly slowestMs: number;
}

/** Longest that one input may take: a lock answers faster than anybody can send. */
const INPUT_MS_MAX = 2000;

/**
 * Tries `inputs` inputs on a target.
 * @throws Error that names the target, its seed and the number of the input.
 */
export function fuzz(
  target: FuzzTarget,
  inputs: number,
  seed: number,
  onInput: (done: number) => void = () => {},
): FuzzResult {
  const reached = { refused: 0, judged: 0, accepted: 0 };
  let slowestMs = 0;
  for (let index = 0; index < inputs; index++) {
    const where = `${target.name}, seed ${seed}, input ${index}`;
    let took = Number.POSITIVE_INFINITY;
    // Slow may be the machine; the same input slow three times is the input.
    for (let attempt = 0; attempt < 3 && took > INPUT_MS_MAX; attempt++) {
      const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ index);
      const before = performance.now();
      try {
        const reach = target.attempt(random);
        if (attempt === 0) reached[reach] += 1;
      } catch (error) {
        throw new Error(`${where}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
      took = Math.min(took, performance.now() - before);
    }
    slowestMs = Math.max(slowestMs, took);
    if (took > INPUT_MS_MAX) throw new Error(`${where}: took ${Math.round(took)} ms`);
    if (index % 1024 === 1023) onInput(index + 1);
  }
  const { judged, accepted } = reached;
  return { name: target.name, inputs, judged: judged + accepted, accepted, slowestMs };
}
