/** Runs of a lock from the factory to its doors: what phones of good and of bad will say to it. */

import { adminUpdateClaims } from '../../objects/admin-update.js';
import type { CertificateRole } from '../../objects/certificate.js';
import type { CarriedKind, LockMessage } from '../../session/messages.js';
import { STATUS_NUMBERS, type Status } from '../../status.js';
import { sealed } from './actors.js';
import { Caller } from './caller.js';
import { LOCK_ID, NOW } from './fixed.js';
import type { Writable } from './notation.js';
import { Run } from './run.js';
import { policyObject, setupMessage, timeToken } from './run-objects.js';
import { certificateOf } from './samples.js';

/** A run with its line of attack and what must come of it. */
export interface Told {
  readonly run: Run;
  readonly line: string;
  readonly verdict: Writable;
  readonly callers: readonly Caller[];
}

/** @throws Error when the lock said anything else: then a vector would hold what nobody meant. */
export function mustBe(run: Run, answer: LockMessage | undefined, status: Status): LockMessage {
  const told = answer !== undefined && 'status' in answer ? answer.status : undefined;
  if (answer === undefined || told !== STATUS_NUMBERS[status]) {
    throw new Error(`${run.id}: expected ${status}, the lock said ${told}`);
  }
  return answer;
}

/** @throws Error unless this holds. */
export function mustHold(run: Run, holds: boolean, what: string): void {
  if (!holds) throw new Error(`${run.id}: ${what}`);
}

/** A phone that shook hands after a touch. */
export function called(run: Run, connection = 1, mtu?: number): Caller {
  run.tell({ kind: 'touched' });
  const caller = new Caller(run, connection, mtu);
  mustHold(run, caller.shakeHands(), 'no handshake');
  return caller;
}

/** Carries one object, of which the lock must say this. */
export function carried(
  caller: Caller,
  object: CarriedKind,
  bytes: Uint8Array,
  status: Status = 'applied',
): void {
  mustBe(caller.run, caller.say({ kind: 'carry', object, bytes }), status);
}

/** A fresh lock is commissioned. */
export function commissioning(): Told {
  const run = new Run('commissioning', null);
  run.wait(1000);
  run.tell({ kind: 'button' });
  const caller = new Caller(run, 1);
  mustHold(run, caller.shakeHandsForSetup(), 'no handshake');
  const identity = caller.exchange(setupMessage());
  mustHold(run, identity !== undefined, 'no lock identity');
  run.tell({ kind: 'disconnected', connection: 1 });
  return { run, line: 'J2', verdict: 'answers its lock identity', callers: [caller] };
}

/** A first phone brings certificates, a policy, the time and a configuration. */
export function provisioning(after: Run): Told {
  const run = new Run('provisioning', after);
  const caller = called(run, 1, 23);
  for (const role of ['grant', 'policy', 'time', 'admin'] as CertificateRole[]) {
    carried(caller, 'certificate', sealed('certificate', 'root', certificateOf(role)));
  }
  carried(
    caller,
    'certificate',
    sealed('certificate', 'root', certificateOf('grant')),
    'already_known',
  );
  carried(caller, 'time-token', timeToken(NOW - 5, caller.hello.nonce));
  carried(caller, 'policy-update', policyObject());
  const config = { version: 1, openSeconds: 7, personalLog: true };
  const admin = { lockId: LOCK_ID, iat: NOW - 5, version: 1, sequence: 1, config };
  carried(caller, 'admin-update', sealed('admin-update', 'admin', adminUpdateClaims.encode(admin)));
  mustHold(run, caller.say({ kind: 'close' })?.kind === 'closed', 'no close');
  return {
    run,
    line: 'F',
    verdict: [
      'applied',
      'applied',
      'applied',
      'applied',
      'already_known',
      'applied',
      'applied',
      'applied',
      'closed',
    ],
    callers: [caller],
  };
}
