/** Runs in which somebody means harm: the lock is silent, says `denied` without a reason, or cuts him off. */
import { adminUpdateClaims } from '../../objects/admin-update.js';
import { policyUpdateClaims } from '../../objects/policy-update.js';
import { timeTokenClaims } from '../../objects/time-token.js';
import { encodePhoneMessage } from '../../session/messages.js';
import { encryptAndHash, mixHash, mixKey } from '../../session/noise-symmetric.js';
import { sealM1 } from '../../session/opening.js';
import { joinBytes } from '../../wire/bytes.js';
import { publicKey, sealed } from './actors.js';
import { Caller, grantObject } from './caller.js';
import { crypto, fixedBytes, LOCK_ID, NOW, OTHER_LOCK_ID } from './fixed.js';
import { Run } from './run.js';
import { called, carried, mustBe, mustHold, type Told } from './runs.js';
import { GRANT } from './runs-honest.js';
import { certificateOf, grantOf, policyUpdateOf } from './samples.js';

/** Every such run. */
export function hostileRuns(provisioned: Run): Told[] {
  return [
    ...beforeHandshake(provisioned),
    ...connecting(provisioned),
    ...insideSession(provisioned),
    unproven(provisioned),
    otherSession(provisioned),
    untrusted(provisioned),
    bootLoop(provisioned),
    sameRandom(provisioned),
  ];
}

/** Message 1 as one makes it who knows that any secret with the point zero is zero: its tag is right. */
function smallOrderMessage(caller: Caller): Uint8Array {
  const zero = new Uint8Array(32);
  const started = caller.startOfHandshake();
  const mixed = mixKey(crypto, mixHash(crypto, started, zero), zero);
  return joinBytes(zero, encryptAndHash(crypto, mixed, new Uint8Array(0)).sealed);
}

/** A run in which one connection must be cut off, by what `attack` sends last. */
export function cutOff(id: string, line: string, after: Run, attack: (run: Run) => Caller): Told {
  const run = new Run(id, after);
  const caller = attack(run);
  mustHold(run, caller.isCutOff(), 'the lock did not cut him off');
  const isSilent = caller.effects.every(
    (effect) => effect.kind !== 'send' && effect.kind !== 'move-bolt',
  );
  mustHold(run, isSilent, 'the lock said something');
  return { run, line, verdict: 'disconnect', callers: [] };
}

/** A phone that connected after a touch. */
function touched(run: Run): Caller {
  run.tell({ kind: 'touched' });
  return new Caller(run, 1);
}

function beforeHandshake(after: Run): Told[] {
  const first = (id: string, line: string, change: (m1: Uint8Array) => Uint8Array) =>
    cutOff(id, line, after, (run) => {
      const caller = touched(run);
      caller.send(change(caller.firstMessage()));
      return caller;
    });
  return [
    first('m1-code-wrong', 'D11', (m1) =>
      joinBytes(Uint8Array.of((m1[0] as number) ^ 1), m1.slice(1)),
    ),
    first('m1-ephemeral-altered', 'D4', (m1) =>
      joinBytes(m1.slice(0, 8), fixedBytes('another'), m1.slice(40)),
    ),
    first('m1-too-short', 'D7', (m1) => m1.slice(0, 15)),
    first('m1-too-long', 'D7', (m1) => joinBytes(m1, Uint8Array.of(0))),
    first('m1-plain-request', 'D8', () => encodePhoneMessage({ kind: 'close' })),
    cutOff('m1-ephemeral-of-small-order', 'D6', after, (run) => {
      const caller = touched(run);
      // Whoever may open the door knows the advert key, so the code is right.
      const salt = run.state.advertising.at(-1)?.salt ?? new Uint8Array(8);
      caller.send(sealM1(crypto, fixedBytes('advert key'), salt, smallOrderMessage(caller)));
      return caller;
    }),
    cutOff('m1-other-capabilities', 'D4', after, (run) => {
      const caller = touched(run);
      caller.send(caller.firstMessage(Uint8Array.of(1, 1, 0)));
      return caller;
    }),
    cutOff('m1-for-an-advert-that-is-over', 'H3', after, (run) => {
      const m1 = touched(run).firstMessage();
      run.tell({ kind: 'disconnected', connection: 1 });
      run.wait(30_000);
      const caller = new Caller(run, 1);
      caller.send(m1);
      return caller;
    }),
    cutOff('m1-replayed', 'D1', after, (run) => {
      const caller = touched(run);
      const m1 = caller.firstMessage();
      caller.send(m1);
      const again = new Caller(run, 2);
      again.send(m1);
      return again;
    }),
  ];
}

/** Connections that never come to a handshake. */
function connecting(after: Run): Told[] {
  return [
    cutOff('m1-late', 'D8', after, (run) => {
      const caller = touched(run);
      run.wait(2000);
      caller.effects = run.tell({ kind: 'tick' });
      return caller;
    }),
    cutOff('third-connection', 'D12', after, (run) => {
      touched(run);
      new Caller(run, 2);
      return new Caller(run, 3);
    }),
    cutOff('mtu-22', 'H4', after, (run) => new Caller(run, 1, 22)),
  ];
}

function insideSession(after: Run): Told[] {
  const inside = (id: string, line: string, attack: (caller: Caller) => void) =>
    cutOff(id, line, after, (run) => {
      const caller = called(run);
      attack(caller);
      return caller;
    });
  const close = encodePhoneMessage({ kind: 'close' });
  return [
    inside('second-m1', 'D8', (caller) => caller.send(caller.firstMessage())),
    inside('plain-request', 'D7', (caller) =>
      caller.send(encodePhoneMessage(caller.request({ grant: GRANT }))),
    ),
    inside('short-message', 'D7', (caller) => caller.send(new Uint8Array(15))),
    inside('reordered', 'D9', (caller) => {
      caller.seal(close);
      caller.send(caller.seal(close));
    }),
    // Right after itself, a message of one frame is the frame delivered twice, which is ignored.
    inside('replayed-message', 'D9', (caller) => {
      const readLog = encodePhoneMessage({ kind: 'read-log', from: 1 });
      const first = caller.seal(readLog);
      caller.send(first);
      caller.send(caller.seal(readLog));
      caller.send(first);
    }),
    inside('truncated-message', 'D9', (caller) => caller.send(caller.seal(close).slice(0, -1))),
    inside('reflected', 'D13', (caller) => {
      caller.say({ kind: 'read-log', from: 1 });
      const reflected = caller.transcript.at(-1)?.bytes as Uint8Array;
      caller.send(reflected);
    }),
    inside('no-message-inside', 'B', (caller) => caller.send(caller.seal(Uint8Array.of(0x80)))),
    inside('trailing-byte-inside', 'B6', (caller) =>
      caller.send(caller.seal(joinBytes(close, Uint8Array.of(0)))),
    ),
    inside('no-request-in-15-seconds', 'D15', (caller) => {
      caller.run.wait(15_000);
      caller.effects = caller.run.tell({ kind: 'tick' });
    }),
  ];
}

/** I5, C1, C12, A13, D14: before a proof holds there is one answer, and no receipt. */
function unproven(after: Run): Told {
  const run = new Run('denied-before-proof', after);
  const caller = called(run);
  const stranger = grantOf({ key: publicKey('stranger') });
  const asking = [
    { grant: grantObject(grantOf(), 'stranger') },
    { grant: grantObject(grantOf(), 'policy') },
    { grant: grantObject(grantOf(), 'root') },
    { grant: grantObject(grantOf({ lockId: OTHER_LOCK_ID })) },
    { grant: GRANT, operation: 4 },
    { grant: GRANT, operation: 3 },
    { grant: GRANT, signer: 'other device' },
    { grant: grantObject(stranger) },
    { grant: GRANT, proof: { operation: 2 } },
    { grant: GRANT, proof: { asserted: 0 } },
    { grant: GRANT, proof: { request: 1 } },
    { grant: GRANT, proof: { grantHash: fixedBytes('another grant') } },
    { grant: GRANT, proof: { lockId: OTHER_LOCK_ID } },
    { grant: GRANT, proof: { counter: new Uint8Array(8) } },
    { grant: GRANT, proof: { handshakeHash: fixedBytes('another session') } },
    {
      grant: grantObject(grantOf({ exp: NOW - 30, iat: NOW - 100, nbf: NOW - 100 })),
      signer: 'other device',
    },
    { grant: fixedBytes('no grant') },
  ] as const;
  for (const [index, one] of asking.entries()) {
    const answer = mustBe(run, caller.say(caller.request({ number: index + 1, ...one })), 'denied');
    mustHold(
      run,
      answer.kind === 'answer' && answer.receipt === null,
      'a receipt before the proof',
    );
  }
  const late = caller.request({ grant: GRANT, number: asking.length });
  mustBe(run, caller.say(late), 'denied');
  return { run, line: 'I5', verdict: [...asking.map(() => 'denied'), 'denied'], callers: [caller] };
}

/** F5, J5, A13: each object by the key of another role. */
function untrusted(after: Run): Told {
  const run = new Run('carries-by-other-roles', after);
  const caller = called(run);
  const update = policyUpdateClaims.encode(policyUpdateOf({ policyVersion: 5 }));
  const token = timeTokenClaims.encode({ iat: NOW + 60, radius: 1 });
  const config = { version: 2, openSeconds: 60, personalLog: false };
  const admin = adminUpdateClaims.encode({
    lockId: LOCK_ID,
    iat: NOW,
    version: 1,
    sequence: 2,
    config,
  });
  carried(caller, 'policy-update', sealed('policy-update', 'grant', update), 'carry_untrusted');
  carried(caller, 'policy-update', sealed('policy-update', 'root', update), 'carry_untrusted');
  carried(caller, 'time-token', sealed('time-token', 'policy', token), 'carry_untrusted');
  carried(caller, 'admin-update', sealed('admin-update', 'policy', admin), 'carry_untrusted');
  carried(caller, 'admin-update', sealed('admin-update', 'device', admin), 'carry_untrusted');
  carried(
    caller,
    'certificate',
    sealed('certificate', 'stranger', certificateOf('admin')),
    'carry_untrusted',
  );
  carried(
    caller,
    'certificate',
    sealed('certificate', 'grant', certificateOf('admin')),
    'carry_untrusted',
  );
  carried(caller, 'certificate', GRANT, 'carry_malformed');
  const verdict = [...Array.from({ length: 7 }, () => 'carry_untrusted'), 'carry_malformed'];
  return { run, line: 'F5', verdict, callers: [caller] };
}

/** G6: every power-up is counted, and the lock works after each. */
function bootLoop(after: Run): Told {
  const run = new Run('boot-loop', after);
  for (let boot = 0; boot < 4; boot++) run.cutPower();
  const caller = called(run);
  mustHold(run, caller.hello.counter[3] === 5, 'boots were not counted');
  return { run, line: 'G6', verdict: 'counter 0000000500000001', callers: [caller] };
}

/** D2: the request of one session, under the seal of another. */
function otherSession(after: Run): Told {
  const run = new Run('request-of-another-session', after);
  const first = called(run, 1);
  const request = first.request({ grant: GRANT });
  const second = called(run, 2);
  mustBe(run, second.say(request), 'denied');
  return { run, line: 'D2', verdict: ['denied'], callers: [first, second] };
}

/** D10: the same random bytes at every event give other salts, nonces and ephemeral keys all the same. */
function sameRandom(after: Run): Told {
  const run = new Run('same-random-bytes', after);
  const random = fixedBytes('always');
  const tell = run.tell.bind(run);
  run.tell = (event) => tell(event, random);
  const first = called(run, 1);
  const second = called(run, 2);
  const [one, two] = [first, second].map(
    ({ handshake }) => handshake['messages'] as readonly { bytes: Uint8Array }[],
  );
  const differ = one?.[1]?.bytes.slice(0, 32).join() !== two?.[1]?.bytes.slice(0, 32).join();
  mustHold(run, differ, 'an ephemeral key came twice');
  return {
    run,
    line: 'D10',
    verdict: 'different salts, nonces and ephemeral keys',
    callers: [first, second],
  };
}
