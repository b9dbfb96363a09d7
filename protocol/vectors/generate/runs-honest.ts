/** Runs in which everybody means well, also where the lock must refuse. */

import { signNow } from '../../crypto/steps.js';
import { logAckClaims } from '../../objects/acknowledgements.js';
import { rootHash, sealTrustUpdate } from '../../objects/trust-update.js';
import { publicKey, sealed, signer } from './actors.js';
import { Caller, grantObject } from './caller.js';
import { crypto, LOCK_ID, NOW } from './fixed.js';
import { Run } from './run.js';
import { policyObject, timeToken } from './run-objects.js';
import { called, carried, mustBe, mustHold, type Told } from './runs.js';
import { grantOf, tag } from './samples.js';

/** The grant of these runs: current, with two requirements that the phone asserts. */
export const GRANT = grantObject(grantOf({ requirements: 3, policyVersion: 4 }));
const READING = grantObject(grantOf({ scope: 8, policyVersion: 4 }));

/** Every such run. */
export function honestRuns(provisioned: Run): Told[] {
  return [
    unlock(provisioned),
    windows(provisioned),
    readLog(provisioned),
    revocation(provisioned),
    uses(provisioned),
    powerLoss(provisioned),
    rotation(provisioned),
    boltFails(provisioned),
    rekeying(provisioned),
  ];
}

function unlock(after: Run): Told {
  const run = new Run('unlock', after);
  const caller = called(run);
  carried(caller, 'time-token', timeToken(NOW + 10));
  caller.say(caller.request({ grant: GRANT }));
  mustBe(run, caller.moveBolt(), 'permitted');
  caller.say(caller.request({ grant: GRANT, number: 2 }));
  mustBe(run, caller.moveBolt(), 'permitted');
  mustHold(run, caller.say({ kind: 'close' })?.kind === 'closed', 'no close');
  return {
    run,
    line: 'C',
    verdict: ['applied', 'permitted', 'permitted', 'closed'],
    callers: [caller],
  };
}

/** C2, C4, C8, C9: a grant that is not open, not yet lowered far enough, or asks for more. */
function windows(after: Run): Told {
  const run = new Run('refusals-after-proof', after);
  const caller = called(run);
  const base = Math.floor((NOW - 5) / 60);
  const minute = Math.floor(NOW / 60) - base;
  const cases = [
    [grantObject(grantOf({ exp: NOW - 30, nbf: NOW - 100, iat: NOW - 100 })), 'expired'],
    [grantObject(grantOf({ nbf: NOW + 3600, exp: NOW + 7200 })), 'pending'],
    [grantObject(grantOf({ windows: [minute + 10, minute + 20] })), 'inactive_hours'],
    [grantObject(grantOf({ policyVersion: 5 })), 'policy_version_missing'],
    [grantObject(grantOf({ requirements: 16 })), 'second_factor_missing'],
    [grantObject(grantOf({ requirements: 8 })), 'ranging_missing'],
    [grantObject(grantOf({ exp: NOW + 8 * 86_400 })), 'life_too_long'],
    [grantObject(grantOf({ iat: NOW + 3600, nbf: NOW, exp: NOW + 7200 })), 'issued_in_future'],
  ] as const;
  for (const [index, [grant, status]] of cases.entries()) {
    mustBe(run, caller.say(caller.request({ grant, asserted: 8, number: index + 1 })), status);
  }
  return { run, line: 'C', verdict: cases.map(([, status]) => status), callers: [caller] };
}

function readLog(after: Run): Told {
  const run = new Run('read-log', after);
  const caller = called(run);
  mustHold(run, isNone(caller.say({ kind: 'read-log', from: 1 })), 'a log before a request');
  mustBe(run, caller.say(caller.request({ grant: READING, operation: 8 })), 'permitted');
  const segment = caller.say({ kind: 'read-log', from: 1 });
  mustHold(run, segment?.kind === 'segment' && segment.sealed !== null, 'no segment');
  // The record of the commissioning was released when the log began to name devices.
  carried(caller, 'log-ack', logAck(1), 'already_known');
  carried(caller, 'log-ack', logAck(2));
  carried(caller, 'log-ack', logAck(2), 'already_known');
  carried(caller, 'log-ack', logAck(999), 'stamp_invalid');
  return {
    run,
    line: 'I',
    verdict: [
      'segment null',
      'permitted',
      'segment',
      'already_known',
      'applied',
      'already_known',
      'stamp_invalid',
    ],
    callers: [caller],
  };
}

function isNone(answer: ReturnType<ReturnType<typeof called>['say']>): boolean {
  return answer?.kind === 'segment' && answer.sealed === null;
}

function logAck(sequence: number): Uint8Array {
  return sealed(
    'log-ack',
    'policy',
    logAckClaims.encode({ lockId: LOCK_ID, iat: NOW, version: 1, sequence }),
  );
}

/** C6, C7, F1, F2, F3: who carries the news of a revocation is judged by it. */
function revocation(after: Run): Told {
  const run = new Run('revocation', after);
  const caller = called(run);
  const marked = {
    tag: tag('device', 'device-1'),
    issuedUntil: NOW - 5,
    version: 5,
    until: NOW + 7 * 86_400,
  };
  carried(
    caller,
    'policy-update',
    policyObject({ base: 5, policyVersion: 6, marks: [marked] }),
    'base_missing',
  );
  carried(caller, 'policy-update', policyObject({ base: 4, policyVersion: 5, marks: [marked] }));
  carried(caller, 'policy-update', policyObject({ policyVersion: 4 }), 'already_known');
  carried(
    caller,
    'policy-update',
    policyObject({ policyVersion: 5, post: new Uint8Array(16) }),
    'fork',
  );
  carried(caller, 'policy-update', policyObject({ policyVersion: 70_000 }), 'version_jump');
  mustBe(run, caller.say(caller.request({ grant: GRANT })), 'revoked');
  const anew = grantObject(grantOf({ iat: NOW - 4, policyVersion: 5 }));
  caller.say(caller.request({ grant: anew, number: 2 }));
  mustBe(run, caller.moveBolt(), 'permitted');
  const floor = { issuedUntil: NOW - 4, version: 6 };
  carried(caller, 'policy-update', policyObject({ iat: NOW, policyVersion: 6, floor }));
  mustBe(run, caller.say(caller.request({ grant: anew, number: 3 })), 'below_floor');
  const verdict = [
    'base_missing',
    'applied',
    'already_known',
    'fork',
    'version_jump',
    'revoked',
    'permitted',
    'applied',
    'below_floor',
  ];
  return { run, line: 'F', verdict, callers: [caller] };
}

/** C11: a share of one use opens once, also after a power cut between the count and the bolt. */
function uses(after: Run): Told {
  const run = new Run('uses', after);
  const share = { useId: tag('use', 'assignment-7'), count: 2 };
  const grant = grantObject(grantOf({ uses: share, timePolicy: 1, policyVersion: 4 }));
  const caller = called(run);
  caller.say(caller.request({ grant }));
  mustBe(run, caller.moveBolt(), 'permitted');
  caller.say(caller.request({ grant, number: 2 }));
  run.cutPower();
  const again = called(run);
  mustBe(run, again.say(again.request({ grant })), 'uses_spent');
  return {
    run,
    line: 'C11',
    verdict: ['permitted', 'cut', 'uses_spent'],
    callers: [caller, again],
  };
}

/** E1, E2, E3: without power the clock keeps its lower bound alone. */
function powerLoss(after: Run): Told {
  const run = new Run('power-loss', after);
  run.cutPower();
  const caller = called(run);
  const grants = [0, 1, 2].map((timePolicy) =>
    grantObject(grantOf({ timePolicy, policyVersion: 4, nbf: NOW - 100 })),
  );
  const ask = (index: number, number: number) =>
    caller.request({ grant: grants[index] as Uint8Array, number });
  mustBe(run, caller.say(ask(0, 1)), 'time_uncertain');
  caller.say(ask(1, 2));
  mustBe(run, caller.moveBolt(), 'permitted');
  mustBe(run, caller.say(ask(2, 3)), 'time_token_needed');
  carried(
    caller,
    'time-token',
    timeToken(NOW + 30, after.steps[0]?.random.slice(0, 16)),
    'stamp_invalid',
  );
  carried(caller, 'time-token', timeToken(NOW - 1000), 'already_known');
  carried(caller, 'time-token', timeToken(NOW - 3600, caller.hello.nonce), 'clock_contradiction');
  carried(caller, 'time-token', timeToken(NOW + 30, caller.hello.nonce));
  caller.say(ask(0, 4));
  mustBe(run, caller.moveBolt(), 'permitted');
  caller.say(ask(2, 5));
  mustBe(run, caller.moveBolt(), 'permitted');
  const verdict = [
    'time_uncertain',
    'permitted',
    'time_token_needed',
    'stamp_invalid',
    'already_known',
    'clock_contradiction',
    'applied',
    'permitted',
    'permitted',
  ];
  return { run, line: 'E', verdict, callers: [caller] };
}

/** F15: the root changes hands as it committed to; certificates of the old epoch end. */
function rotation(after: Run): Told {
  const run = new Run('rotation', after);
  const caller = called(run);
  const next = {
    root: publicKey('next root'),
    trustEpoch: 2,
    nextRootHash: rootHash(crypto, publicKey('root after next')),
  };
  const update = signNow(sealTrustUpdate(next, signer('root'), signer('next root'), crypto));
  const skipping = signNow(
    sealTrustUpdate({ ...next, trustEpoch: 3 }, signer('root'), signer('next root'), crypto),
  );
  const stolen = signNow(
    sealTrustUpdate(
      { ...next, root: publicKey('stranger') },
      signer('root'),
      signer('stranger'),
      crypto,
    ),
  );
  carried(caller, 'trust-update', skipping, 'epoch_skipped');
  carried(caller, 'trust-update', stolen, 'carry_untrusted');
  carried(caller, 'trust-update', update);
  carried(caller, 'trust-update', update, 'already_known');
  mustBe(run, caller.say(caller.request({ grant: GRANT })), 'denied');
  return {
    run,
    line: 'F15',
    verdict: ['epoch_skipped', 'carry_untrusted', 'applied', 'already_known', 'denied'],
    callers: [caller],
  };
}

function boltFails(after: Run): Told {
  const run = new Run('bolt-fails', after);
  const caller = called(run);
  caller.say(caller.request({ grant: GRANT }));
  mustBe(run, caller.moveBolt(false), 'bolt_failed');
  return { run, line: 'G', verdict: ['bolt_failed'], callers: [caller] };
}

/** The lock changes its X25519 key: phones with the old one still come in, and receipts name the new one. */
function rekeying(after: Run): Told {
  const run = new Run('rekeying', after);
  const former = run.state.self?.secrets.reveal().static;
  run.tell({ kind: 'rekey' });
  run.tell({ kind: 'touched' });
  const caller = new Caller(run, 1);
  mustHold(run, caller.shakeHands(undefined, former), 'the former key does not serve');
  caller.say(caller.request({ grant: GRANT }));
  mustBe(run, caller.moveBolt(), 'permitted');
  const again = called(run, 2);
  again.say(again.request({ grant: GRANT }));
  mustBe(run, again.moveBolt(), 'permitted');
  return { run, line: 'D', verdict: ['permitted', 'permitted'], callers: [caller, again] };
}
