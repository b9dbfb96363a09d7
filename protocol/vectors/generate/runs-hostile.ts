/** Runs in which somebody means harm: the lock is silent, says `denied` without a reason, or cuts him off. */
import { encodePhoneMessage } from '../../session/messages.js';
import { joinBytes } from '../../wire/bytes.js';
import { publicKey } from './actors.js';
import { Caller, grantObject } from './caller.js';
import { fixedBytes, NOW, OTHER_LOCK_ID } from './fixed.js';
import { Run } from './run.js';
import { setupMessage } from './run-objects.js';
import { called, mustBe, mustHold, type Told } from './runs.js';
import { GRANT } from './runs-honest.js';
import { grantOf } from './samples.js';

/** Every such run. */
export function hostileRuns(commissioned: Run, provisioned: Run): Told[] {
  return [
    ...beforeHandshake(provisioned),
    ...insideSession(provisioned),
    unproven(provisioned),
    otherSession(provisioned),
    sameRandom(provisioned),
    ...ownership(commissioned),
  ];
}

/** A run in which one connection must be cut off, by what `attack` sends last. */
function cutOff(id: string, line: string, after: Run, attack: (run: Run) => Caller): Told {
  const run = new Run(id, after);
  const caller = attack(run);
  mustHold(run, caller.isCutOff(), 'the lock did not cut him off');
  const isSilent = caller.effects.every(
    (effect) => effect.kind !== 'send' && effect.kind !== 'move-bolt',
  );
  mustHold(run, isSilent, 'the lock said something');
  return { run, line, verdict: 'disconnect', callers: [] };
}

function beforeHandshake(after: Run): Told[] {
  const touched = (run: Run) => {
    run.tell({ kind: 'touched' });
    return new Caller(run, 1);
  };
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

/** J2, J3, J4: who may become the owner. */
function ownership(commissioned: Run): Told[] {
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
