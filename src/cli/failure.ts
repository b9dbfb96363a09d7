/** What a command may fail with. Anything else that is thrown is a fault of the program. */
import type { Issue } from '../policy/issue.js';

/** Stable exit codes: yes or fine, no or findings, bad usage or input. */
export const EXIT = { yes: 0, no: 1, bad: 2, interrupted: 130, pipeClosed: 141 } as const;

/** The command line itself is wrong; the answer points at `--help`. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A file, a policy or a request is wrong. Exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** Where in the document, for one that was read but is not valid. */
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = []) {
    super(message);
    this.issues = issues;
  }
}

/** `: did you mean …?` for the candidate nearest to what was typed, or nothing when none is near. */
export function hint(typed: string, candidates: readonly string[]): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    // Half a word typed counts as near, however much is missing.
    const distance =
      typed.length > 1 && candidate.startsWith(typed) ? 0.5 : editDistance(typed, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === undefined ? '' : `; did you mean \`${best}\`?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; texts cut at 64. */
function editDistance(a: string, b: string): number {
  const left = a.slice(0, 64);
  const right = b.slice(0, 64);
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1]
      ) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
