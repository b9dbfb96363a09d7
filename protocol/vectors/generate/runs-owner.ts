/** Runs about who may become the owner of a lock, and what a reset leaves (lines J). */

import { Caller } from './caller.js';
import { fixedBytes } from './fixed.js';
import { Run } from './run.js';
import { setupMessage } from './run-objects.js';
import { mustHold, type Told } from './runs.js';
import { cutOff } from './runs-hostile.js';

/** Every such run. */
export function ownershipRuns(commissioned: Run): Told[] {
  const fresh = new Run('fresh', null);
  const setup = (run: Run, psk?: Uint8Array) => {
    const caller = new Caller(run, 1);
    caller.shakeHandsForSetup(psk);
    return caller;
  };
  const reset = new Run('reset', commissioned);
  reset.tell({ kind: 'reset' });
  mustHold(reset, reset.state.self?.owner === null, 'still owned');
  return [
    { run: fresh, line: 'J1', verdict: 'new keys', callers: [] },
    cutOff('setup-without-button', 'J2', fresh, (run) => setup(run)),
    cutOff('setup-while-owned', 'J3', commissioned, (run) => {
      run.tell({ kind: 'button' });
      return setup(run);
    }),
    cutOff('setup-without-label', 'J2', fresh, (run) => {
      run.tell({ kind: 'button' });
      const caller = setup(run, fixedBytes('no label'));
      caller.send(fixedBytes('whatever'));
      return caller;
    }),
    cutOff('setup-too-late', 'J2', fresh, (run) => {
      run.tell({ kind: 'button' });
      run.wait(120_000);
      return setup(run);
    }),
    { run: reset, line: 'J4', verdict: 'no owner', callers: [] },
    cutOff('m1-after-reset', 'J4', reset, (run) => {
      run.tell({ kind: 'touched' });
      const caller = new Caller(run, 1);
      caller.send(caller.firstMessage());
      return caller;
    }),
    cutOff('setup-twice-in-a-session', 'J3', fresh, (run) => {
      run.tell({ kind: 'button' });
      const caller = setup(run);
      caller.exchange(setupMessage());
      caller.send(caller.seal(setupMessage()));
      return caller;
    }),
  ];
}
