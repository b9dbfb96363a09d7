/** What the lock says in a session, and what the phone does about it. Only what was asked for is an answer. */
import type { Crypto } from '../crypto/crypto.js';
import { checkNow } from '../crypto/steps.js';
import { Secret } from '../lock/secret.js';
import { SEGMENT_RECORDS_MAX } from '../objects/log-segment.js';
import { addFrame } from '../session/frames.js';
import { parseLockMessage } from '../session/messages.js';
import { openTransport } from '../session/noise-cipher.js';
import { STATUS_NUMBERS, type Status, statusOf } from '../status.js';
import { sameBytes } from '../wire/bytes.js';
import { acknowledgementsFor, timeTokenCargo } from './carriage.js';
import type { PhoneMoment } from './event.js';
import type { Candidate } from './grant-choice.js';
import { keepForServer } from './intake.js';
import { isReceiptOf } from './receipt-check.js';
import { betterRefusal, finish, tell } from './result.js';
import type { PhoneState, PhoneStep, Talk, Task, Visit, Waiting } from './state.js';
import { carryAll, proceed, readLogTask, talking } from './talk.js';
import { timeTokenOf } from './unchecked.js';
import { retry, STAGE_MS } from './visit.js';

/** One frame in a session. */
export function hear(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  frame: Uint8Array,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const added = addFrame(talk.frames, frame);
  if (!added.ok) return retry(state, visit, 'connection_lost', moment);
  const { state: frames, message } = added.value;
  const framed: Talk = { ...talk, frames };
  if (message === null) {
    return { state: { ...state, visit: talking(visit, framed) }, effects: [] };
  }
  const opened = openTransport(crypto, talk.transport.reveal(), message);
  if (opened === undefined) return retry(state, visit, 'connection_lost', moment);
  return hearMessage(
    state,
    visit,
    { ...framed, transport: new Secret(opened.transport) },
    opened.plain,
    moment,
    crypto,
  );
}

/** The server answered with a time token that names this session's nonce. */
export function bringTimeToken(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  token: Uint8Array,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const nonce = timeTokenOf(token)?.nonce;
  const { waiting, hello } = talk;
  if (waiting?.kind !== 'time-token' || nonce === undefined || !sameBytes(nonce, hello.nonce)) {
    return { state, effects: [] };
  }
  const cargo = timeTokenCargo(visit.carried, token, hello.knownKeys);
  const again: Task = { kind: 'request', candidate: waiting.candidate };
  const tasks = [...carryAll(cargo), again];
  return proceed(state, visit, { ...talk, tasks, waiting: null }, moment, crypto);
}

/** After a no: the next grant, or the end of the wish when there is none. */
export function offerNext(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  status: Status | null,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const candidates = visit.candidates.slice(1);
  const [candidate] = candidates;
  const refusal = betterRefusal(visit.refusal, status);
  const next: Visit = { ...visit, candidates, refusal };
  if (candidate !== undefined) {
    const tasks: Task[] = [{ kind: 'request', candidate }];
    return proceed(state, next, { ...talk, tasks, waiting: null }, moment, crypto);
  }
  return windUp(state, next, talk, 'refused', refusal.status, moment, crypto);
}

function hearMessage(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  plain: Uint8Array,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const parsed = parseLockMessage(plain);
  if (!parsed.ok) return finish(state, visit, 'lock_misbehaved');
  const message = parsed.value;
  const { waiting } = talk;
  const free: Talk = { ...talk, waiting: null };
  if (waiting?.kind === 'carried' && message.kind === 'carried') {
    return carried(state, visit, free, waiting, statusOf(message.status), moment, crypto);
  }
  if (waiting?.kind === 'answer' && message.kind === 'answer') {
    const { status, receipt } = message;
    const kept = keepReceipt(state, visit, free, waiting.candidate, status, receipt, crypto);
    const next = { ...kept.visit, asked: false };
    const step = answered(kept.state, next, free, waiting.candidate, status, moment, crypto);
    return { state: step.state, effects: [...kept.effects, ...step.effects] };
  }
  if (waiting?.kind === 'segment' && message.kind === 'segment') {
    return segment(state, visit, free, waiting, message.sealed, moment, crypto);
  }
  // The answer to a close comes after the result was told, and then no code is told any more.
  return finish(state, visit, 'lock_misbehaved');
}

/** A carried object was judged. What it said may call for the same again in another way. */
function carried(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  { cargo, again }: Extract<Waiting, { kind: 'carried' }>,
  status: Status | undefined,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { snapshot } = visit.door;
  let { tasks } = talk;
  if (!again && cargo.object === 'policy-update' && status === 'base_missing' && snapshot) {
    const whole: Task = { kind: 'carry', cargo: { ...cargo, bytes: snapshot }, again: true };
    tasks = [whole, ...tasks];
  }
  // A clock is set back only under a floor, and the floor comes with the snapshot after it.
  if (!again && cargo.object === 'admin-update' && status === 'floor_missing') {
    const policies = tasks.map(isPolicy).lastIndexOf(true);
    const once: Task = { kind: 'carry', cargo, again: true };
    tasks = [...tasks.slice(0, policies + 1), once, ...tasks.slice(policies + 1)];
  }
  return proceed(state, visit, { ...talk, tasks }, moment, crypto);
}

function isPolicy(task: Task): boolean {
  return task.kind === 'carry' && task.cargo.object === 'policy-update';
}

function keepReceipt(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  candidate: Candidate,
  status: number,
  receipt: Uint8Array | null,
  crypto: Crypto,
): PhoneStep & { readonly visit: Visit } {
  if (receipt === null) return { state, visit, effects: [] };
  const { door } = visit;
  const work = isReceiptOf(receipt, door, talk.hello, status, candidate.hash, crypto);
  if (!checkNow(work, crypto)) {
    return { state, visit: { ...visit, receipt: 'invalid' }, effects: [] };
  }
  const kept = keepForServer(state, 'receipt', door.lockId, receipt, crypto);
  return { ...kept, visit: { ...visit, receipt: 'kept' } };
}

/** The lock judged a request. */
function answered(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  candidate: Candidate,
  number: number,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const status = statusOf(number) ?? null;
  if (number === STATUS_NUMBERS.permitted) {
    return windUp(state, visit, talk, 'permitted', status, moment, crypto);
  }
  if (status === 'bolt_failed' || status === 'storage_failed') {
    return windUp(state, visit, talk, 'refused', status, moment, crypto);
  }
  if (talk.withheld.length > 0 && (status === null || OF_CERTIFICATES.includes(status))) {
    const tasks: Task[] = [...carryAll(talk.withheld), { kind: 'request', candidate }];
    return proceed(state, visit, { ...talk, tasks, withheld: [] }, moment, crypto);
  }
  // What the server has of the log makes room in it.
  const acks = status === 'log_full' ? ackTasks(visit, talk) : [];
  if (acks.length > 0) {
    const tasks: Task[] = [...acks, { kind: 'request', candidate }];
    return proceed(state, visit, { ...talk, tasks, acknowledged: true }, moment, crypto);
  }
  // A token with the nonce gives the clock an upper bound, which every grant profits from.
  const isOfTime = status === 'time_token_needed' || status === 'time_uncertain';
  if (isOfTime && !talk.fetched) {
    const waiting: Waiting = { kind: 'time-token', candidate, status };
    const stageUntilMs = moment.elapsedMs + STAGE_MS['time-token'];
    const waits = talking({ ...visit, stageUntilMs }, { ...talk, waiting, fetched: true });
    return {
      state: { ...state, visit: waits },
      effects: [{ kind: 'fetch-time-token', nonce: talk.hello.nonce }],
    };
  }
  return offerNext(state, visit, talk, status, moment, crypto);
}

/** What a lock says when the certificate it knows of a key is not the one the phone has. */
const OF_CERTIFICATES: readonly Status[] = [
  'denied',
  'life_too_long',
  'issued_outside_certificate',
];

/** The wish is over; what is left is said for the lock's and the server's sake. */
function windUp(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  code: 'permitted' | 'refused',
  status: Status | null,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { wish } = visit;
  const told = tell(
    state,
    visit,
    isStale(visit, talk, code, status) ? 'refresh_needed' : code,
    status,
  );
  const tasks: Task[] = [
    ...ackTasks(visit, talk),
    ...(code === 'permitted' && wish.operation === 'read-log' ? [readLogTask(visit)] : []),
    { kind: 'close' },
  ];
  const after = told.state.visit ?? visit;
  const step = proceed(told.state, after, { ...talk, tasks, waiting: null }, moment, crypto);
  return { state: step.state, effects: [...told.effects, ...step.effects] };
}

/** Carries the log acknowledgements for this lock, once a session. */
function ackTasks(visit: Visit, talk: Talk): readonly Task[] {
  if (talk.acknowledged) return [];
  const { carried: bundle, door } = visit;
  return carryAll(acknowledgementsFor(bundle, door.lockId, talk.hello.knownKeys));
}

/** Whether a refusal comes of one side having older news than the other. */
function isStale(visit: Visit, talk: Talk, code: string, status: Status | null): boolean {
  if (code === 'permitted') return false;
  const isBehind = talk.hello.trustEpoch > visit.carried.trust.trustEpoch;
  return isBehind || status === 'policy_version_missing' || status === 'below_floor';
}

/** A sealed piece of the lock's log; the phone can neither read it nor tell where it ends. */
function segment(
  state: PhoneState,
  visit: Visit,
  talk: Talk,
  { from, left }: Extract<Waiting, { kind: 'segment' }>,
  sealed: Uint8Array | null,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  if (sealed === null) return proceed(state, visit, talk, moment, crypto);
  const kept = keepForServer(state, 'log-segment', visit.door.lockId, sealed, crypto);
  const more: Task = { kind: 'read-log', from: from + SEGMENT_RECORDS_MAX, left: left - 1 };
  const tasks = left > 1 ? [more, ...talk.tasks] : talk.tasks;
  const step = proceed(kept.state, visit, { ...talk, tasks }, moment, crypto);
  return { state: step.state, effects: [...kept.effects, ...step.effects] };
}
