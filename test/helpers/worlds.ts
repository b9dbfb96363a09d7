/** A world and questions about it, from one fast-check generator, so that a failure shrinks whole. */
import fc from 'fast-check';
import type { AccessRequest } from '../../src/engine/request.js';
import type { World, WorldOptions } from './arbitraries.js';
import { drawWorld } from './arbitraries.js';
import type { Draw } from './arbitraries-draw.js';
import { choose } from './arbitraries-draw.js';
import { drawRequest } from './arbitraries-requests.js';
import { runs } from './runs.js';

/** The seed of every property, so that a run in CI can be repeated anywhere. */
export const SEED = 20261122;

/** What one run of a property sees. */
export interface Scene extends World {
  readonly draw: Draw;
  readonly requests: readonly AccessRequest[];
}

/** Holds `law` against `base` worlds (times `DOORWRIGHT_RUNS`), each with `questions` requests. */
export function overWorlds(
  base: number,
  questions: number,
  law: (scene: Scene) => void,
  options?: WorldOptions,
): void {
  const property = fc.property(fc.gen(), (g) => {
    const draw = choose(g);
    const world = drawWorld(draw, options);
    const requests = Array.from({ length: questions }, () => drawRequest(draw, world));
    try {
      law({ ...world, draw, requests });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${message}\nin the policy ${JSON.stringify(world.policy)}`, {
        cause: error,
      });
    }
  });
  // Shrinking a whole site takes minutes: ask for it, when there is something to find.
  const endOnFailure = process.env['DOORWRIGHT_SHRINK'] === undefined;
  fc.assert(property, { seed: SEED, numRuns: runs(base), endOnFailure });
}

/** The answer to a request, or the word `refused` when it is malformed; any other error goes on. */
export function answerOf<T>(ask: () => T): T | 'malformed' {
  try {
    return ask();
  } catch (error) {
    if (
      error instanceof TypeError &&
      /^\/(?:subject|action|resource|context)\b/.test(error.message)
    )
      return 'malformed';
    throw error;
  }
}
