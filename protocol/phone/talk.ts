/**
 * A session after M2, as a list of things to say one after another: what the lock lacks, the request with
 * its proof, log acknowledgements, log segments, close (offline.md §3.4).
 */
import type { Crypto } from '../crypto/crypto.js';
import { LOG_RECORDS_MAX, MESSAGE_BYTES_MAX } from '../limits.js';
import { Secret } from '../lock/secret.js';
import { OPERATION_BITS } from '../objects/grant.js';
import { SEGMENT_RECORDS_MAX } from '../objects/log-segment.js';
import { type ProofClaims, proofPayload } from '../objects/proof.js';
import { addFrame, splitFrames } from '../session/frames.js';
import { encodePhoneMessage, type PhoneMessage, parseHello } from '../session/messages.js';
import { readNoise } from '../session/noise.js';
import { sealTransport, TAG_BYTES } from '../session/noise-cipher.js';
import { sameBytes } from '../wire/bytes.js';
import { type Cargo, carriageFor } from './carriage.js';
import { messageToSign, sealWithSignature } from './device-signing.js';
import type { PhoneEffect, PhoneMoment } from './event.js';
import type { Candidate } from './grant-choice.js';
import { finish } from './result.js';
import type { PhoneState, PhoneStep, Talk, Task, Visit, Waiting } from './state.js';
import { logAckOf } from './unchecked.js';
import { retry, STAGE_MS } from './visit.js';

/** Messages a lock takes in one session, the one that closes it included. */
const MESSAGES_MAX = 64;

/** A frame while M2 is due. What does not open under the pinned key ends the link, and nothing was told. */
export function hearM2(
  state: PhoneState,
  visit: Visit,
  frame: Uint8Array,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { stage } = visit;
  if (stage.kind !== 'shaking') return { state, effects: [] };
  const added = addFrame(stage.frames, frame);
  if (!added.ok) return retry(state, visit, 'connection_lost', moment);
  const { state: frames, message } = added.value;
  if (message === null) {
    return { state: { ...state, visit: { ...visit, stage: { ...stage, frames } } }, effects: [] };
  }
  const read = readNoise(crypto, stage.noise.reveal(), message);
  if (read?.state.transport === undefined) {
    return retry(state, visit, 'lock_not_authentic', moment);
  }
  const hello = parseHello(read.payload);
  if (!hello.ok) return finish(state, visit, 'lock_misbehaved');
  const { carried, door, candidates } = visit;
  const carriage = carriageFor(carried, door, candidates, state.timeToken, hello.value);
  const talk: Talk = {
    mtu: stage.mtu,
    frames,
    transport: new Secret(read.state.transport),
    hello: hello.value,
    tasks: [...carryAll(carriage.cargo), { kind: 'request', candidate: firstOf(candidates) }],
    waiting: null,
    requests: 0,
    messages: 0,
    withheld: carriage.withheld,
    fetched: false,
    acknowledged: false,
  };
  return proceed(state, visit, talk, moment, crypto);
}

/** Says the next thing, when nothing is awaited. */
export function proceed(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const [task, ...tasks] = talk.tasks;
  if (task === undefined) return finish(state, visit, 'lock_misbehaved');
  // One message is kept for the close; what remains is for another session.
  if (task.kind !== 'close' && talk.messages >= MESSAGES_MAX - 1) {
    return visit.told
      ? proceed(state, visit, { ...talk, tasks: [{ kind: 'close' }] }, moment, crypto)
      : retry(state, visit, 'connection_lost', moment);
  }
  const rest: Talk = { ...talk, tasks };
  switch (task.kind) {
    case 'request':
      return askSignature(state, visit, rest, task.candidate, moment, crypto);
    case 'carry': {
      const { object, bytes } = task.cargo;
      const plain = encodePhoneMessage({ kind: 'carry', object, bytes });
      if (!fits(plain)) return proceed(state, visit, rest, moment, crypto);
      return say(state, visit, rest, plain, { ...task, kind: 'carried' }, moment, crypto);
    }
    case 'read-log': {
      const { from } = task;
      const waiting: Waiting = { ...task, kind: 'segment' };
      const plain = encodePhoneMessage({ kind: 'read-log', from });
      return say(state, visit, rest, plain, waiting, moment, crypto);
    }
    case 'close': {
      const plain = encodePhoneMessage({ kind: 'close' });
      return say(state, visit, rest, plain, { kind: 'closed' }, moment, crypto);
    }
  }
}

/** The device's key signed the proof, or will not: the request goes out. */
export function request(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  signature: Uint8Array | null,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { waiting } = talk;
  if (waiting?.kind !== 'signature') return { state, effects: [] };
  const { candidate, claims, payload } = waiting;
  const { deviceKey } = state.setup;
  const proof =
    signature === null
      ? undefined
      : sealWithSignature(deviceKey, 'proof', payload, signature, crypto);
  if (proof === undefined) return finish(state, visit, 'signature_missing');
  const { operation, asserted, request: count } = claims;
  const message: PhoneMessage = {
    kind: 'request',
    grant: candidate.bytes,
    operation,
    asserted,
    proof,
    request: count,
  };
  const answer: Waiting = { kind: 'answer', candidate };
  const asked: Visit = { ...visit, asked: true };
  return say(state, asked, talk, encodePhoneMessage(message), answer, moment, crypto);
}

/** Tasks that carry these objects. */
export function carryAll(cargo: readonly Cargo[]): readonly Task[] {
  return cargo.map((one): Task => ({ kind: 'carry', cargo: one, again: false }));
}

/** The task that reads a lock's log from where the server has it. */
export function readLogTask({ carried, door }: Visit): Task {
  const acknowledged = carried.bundle.logAcks
    .map(logAckOf)
    .filter((ack) => ack !== undefined && sameBytes(ack.lockId, door.lockId))
    .map((ack) => ack?.sequence ?? 0);
  const left = Math.ceil(LOG_RECORDS_MAX / SEGMENT_RECORDS_MAX);
  return { kind: 'read-log', from: 1 + Math.max(0, ...acknowledged), left };
}

/** The present visit in a session that goes on. */
export function talking(visit: Visit, talk: Talk): Visit {
  return { ...visit, stage: { kind: 'talking', talk } };
}

function askSignature(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  candidate: Candidate,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { wish, door } = visit;
  const requests = talk.requests + 1;
  const claims: ProofClaims = {
    handshakeHash: talk.transport.reveal().hash,
    lockId: door.lockId,
    grantHash: candidate.hash,
    operation: OPERATION_BITS[wish.operation],
    asserted: wish.asserted,
    counter: talk.hello.counter,
    request: requests,
  };
  const order = state.orders + 1;
  const { deviceKey } = state.setup;
  const payload = proofPayload(claims);
  const message = messageToSign(deviceKey, 'proof', payload, crypto);
  const waiting: Waiting = { kind: 'signature', order, candidate, claims, payload };
  const stageUntilMs = moment.elapsedMs + STAGE_MS.signature;
  const next = talking({ ...visit, stageUntilMs }, { ...talk, requests, waiting });
  return {
    state: { ...state, orders: order, visit: next },
    effects: [{ kind: 'sign', order, purpose: 'proof', message }],
  };
}

function say(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  plain: Uint8Array,
  waiting: Waiting,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const sealed = sealTransport(crypto, talk.transport.reveal(), plain);
  const transport = new Secret(sealed.transport);
  const stageMs = waiting.kind === 'answer' ? STAGE_MS.bolt : STAGE_MS.answer;
  const next = talking(
    { ...visit, stageUntilMs: moment.elapsedMs + stageMs },
    { ...talk, transport, waiting, messages: talk.messages + 1 },
  );
  const send = (frame: Uint8Array): PhoneEffect => ({ kind: 'send', link: visit.link, frame });
  const effects = splitFrames(sealed.message, talk.mtu).map(send);
  return { state: { ...state, visit: next }, effects };
}

/** A bundle may hold an object of 2048 bytes, which leaves no room for what goes around it. */
function fits(plain: Uint8Array): boolean {
  return plain.length + TAG_BYTES <= MESSAGE_BYTES_MAX;
}

/** A visit begins with a candidate, and goes on only while one is left. */
function firstOf(candidates: readonly Candidate[]): Candidate {
  const [first] = candidates;
  if (first === undefined) throw new TypeError('a session without a grant to offer');
  return first;
}
