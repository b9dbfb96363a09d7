/** Text of `verdicts.json`: the rules of a lock as state, input, status and new state. */
import { fileText } from './notation.js';
import { updateVerdicts } from './verdict-carries.js';
import { clockVerdicts } from './verdict-clocks.js';
import { grantVerdicts } from './verdict-grants.js';

/** Text of `verdicts.json`. */
export function verdictsFile(): string {
  return fileText(
    'A state of a lock, what comes, and what must become of it: grants by the order of checks, policy updates, and the clock.',
    { grants: grantVerdicts(), updates: updateVerdicts(), clocks: clockVerdicts() },
  );
}
