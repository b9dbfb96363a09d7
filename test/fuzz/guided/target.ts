/** What a coverage-guided target is. */
import type { Reach } from '../object-targets.js';

/** How an input is changed: as JSON, or as text with separators. */
export type Structure = 'json' | 'text';

/** What a target does while it runs one input. */
export interface Attempt {
  /** Tells something about the input's way: inputs that tell something new are kept. */
  tell(word: string): void;
  /** Runs the code under test: only its time counts as the input's. */
  timed<T>(work: () => T): T;
}

/** One thing to fuzz. */
export interface GuidedTarget {
  readonly name: string;
  readonly structure: Structure;
  /** Where to start: inputs that come far. */
  readonly seeds: readonly string[];
  /** Words that inputs are made of. */
  readonly dictionary: readonly string[];
  /** Numbers at which something begins or ends. */
  readonly numbers?: readonly number[];
  /**
   * Tries one input.
   * @param input - well-formed Unicode text.
   * @throws Error when an invariant breaks; its message must not depend on more of the input than it has to.
   */
  attempt(input: string, attempt: Attempt): Reach;
}

/** Throws unless something that must hold does. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
