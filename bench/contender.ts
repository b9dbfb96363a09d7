/** What the tables compare: different programs that answer the same question. */
import type { AccessRequest } from '../src/engine/request.js';

/** One program that answers yes or no: whether a subject may unlock a door, if `Input` is a request. */
export interface Contender<Input = AccessRequest> {
  /** Shown in the table. */
  readonly name: string;
  /** How it was set up, or what it cannot express, for the notes below the table. */
  readonly note?: string;
  /** Answers one input. Exactly one of `check` and `checkLater` is there. */
  readonly check?: (input: Input) => boolean;
  /** Answers with a promise, for a library that has nothing else. */
  readonly checkLater?: (input: Input) => Promise<boolean>;
  /** How many of the inputs it is asked, from the first on, when all would take too long. */
  readonly inputsMax?: number;
}

/** The answer of a contender, whichever way it gives it. */
export function ask<Input>(contender: Contender<Input>, input: Input): boolean | Promise<boolean> {
  if (contender.check !== undefined) return contender.check(input);
  if (contender.checkLater !== undefined) return contender.checkLater(input);
  throw new TypeError(`contender without a check \`${contender.name}\``);
}
