/**
 * A phone as one pure machine: it takes bundles, finds doors, carries what locks lack, asks them to open
 * and keeps what they sign. The host brings radio, memory, clock, randomness and the device's key.
 */
import type { Crypto } from '../crypto/crypto.js';
import { checkNow } from '../crypto/steps.js';
import type { PhoneEffect, PhoneEvent, PhoneMoment } from './event.js';
import { bringTimeToken, hear, offerNext } from './hear.js';
import { askAcknowledgement, forgetUploaded, takeAcknowledgement, takeBundle } from './intake.js';
import { finish } from './result.js';
import type { PhoneState, PhoneStep, Visit } from './state.js';
import { hearM2, request } from './talk.js';
import { isTimeToken, newerToken } from './time-tokens.js';
import { beginVisit, meet, retry, shake } from './visit.js';

/**
 * What the phone does with one event.
 * @param moment - elapsed time never goes back, and the random bytes are fresh for each event.
 * @throws TypeError or RangeError for an event no host may send: a wish out of range, an MTU no link has.
 */
export function stepPhone(
  state: PhoneState,
  event: PhoneEvent,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  if (moment.random.length !== 32) throw new TypeError('a moment has 32 random bytes');
  const step = dispatch(state, event, moment, crypto);
  const { visit } = step.state;
  const due = visit === null ? undefined : deadlineOf(visit);
  const before = state.visit === null ? undefined : deadlineOf(state.visit);
  if (due === undefined || due === before) return step;
  const wake: PhoneEffect = { kind: 'wake', elapsedMs: due };
  return { state: step.state, effects: [...step.effects, wake] };
}

function dispatch(
  state: PhoneState,
  event: PhoneEvent,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { visit } = state;
  switch (event.kind) {
    case 'bundle':
      return takeBundle(state, event.bytes, moment, crypto);
    case 'acknowledge':
      return askAcknowledgement(state, moment, crypto);
    case 'uploaded':
      return forgetUploaded(state, event.ids);
    case 'time-token':
      return timeToken(state, event.bytes, moment, crypto);
    case 'open':
      return beginVisit(state, event.wish, moment, crypto);
    case 'signed':
      return signed(state, event, moment, crypto);
    default:
      return visit === null
        ? { state, effects: [] }
        : visitEvent(state, visit, event, moment, crypto);
  }
}

type VisitEvent = Extract<
  PhoneEvent,
  { kind: 'cancel' | 'sighted' | 'connected' | 'frame' | 'disconnected' | 'tick' }
>;

function visitEvent(
  state: PhoneState,
  visit: Visit,
  event: VisitEvent,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { stage } = visit;
  // A word from a link that was given up means nothing to the present one.
  if ('link' in event && event.link !== visit.link) return { state, effects: [] };
  switch (event.kind) {
    case 'cancel':
      return finish(state, visit, 'cancelled');
    case 'sighted':
      return meet(state, visit, event, moment, crypto);
    case 'connected':
      return shake(state, visit, event, moment, crypto);
    case 'frame':
      return stage.kind === 'talking'
        ? hear(state, visit, stage.talk, event.bytes, moment, crypto)
        : hearM2(state, visit, event.bytes, moment, crypto);
    case 'disconnected':
      return retry({ ...state }, { ...visit, link: 0 }, 'connection_lost', moment);
    case 'tick':
      return moment.elapsedMs < deadlineOf(visit)
        ? { state, effects: [] }
        : expire(state, visit, moment, crypto);
  }
}

/** A stage, or the whole wish, took too long. */
function expire(state: PhoneState, visit: Visit, moment: PhoneMoment, crypto: Crypto): PhoneStep {
  const { stage } = visit;
  const status = visit.refusal?.status ?? null;
  if (stage.kind === 'seeking') return finish(state, visit, visit.failure, status);
  if (stage.kind !== 'talking') return retry(state, visit, 'timed_out', moment);
  const { waiting } = stage.talk;
  if (waiting?.kind === 'time-token' && moment.elapsedMs < visit.untilMs) {
    return offerNext(state, visit, stage.talk, waiting.status, moment, crypto);
  }
  if (waiting?.kind === 'signature') return finish(state, visit, 'timed_out');
  return retry(state, visit, 'timed_out', moment);
}

function timeToken(
  state: PhoneState,
  token: Uint8Array,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { carried, visit } = state;
  if (carried === null || !checkNow(isTimeToken(token, carried, moment.now, crypto), crypto)) {
    return { state, effects: [] };
  }
  if (visit?.stage.kind === 'talking' && visit.stage.talk.waiting?.kind === 'time-token') {
    return bringTimeToken(state, visit, visit.stage.talk, token, moment, crypto);
  }
  return { state: { ...state, timeToken: newerToken(state.timeToken, token) }, effects: [] };
}

function signed(
  state: PhoneState,
  event: Extract<PhoneEvent, { kind: 'signed' }>,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const { acknowledgement, visit } = state;
  if (acknowledgement?.order === event.order) {
    return takeAcknowledgement(state, event.signature, crypto);
  }
  if (visit?.stage.kind !== 'talking') return { state, effects: [] };
  const { talk } = visit.stage;
  const isAwaited = talk.waiting?.kind === 'signature' && talk.waiting.order === event.order;
  if (!isAwaited) return { state, effects: [] };
  return request(state, visit, talk, event.signature, moment, crypto);
}

function deadlineOf({ untilMs, stageUntilMs }: Visit): number {
  return Math.min(untilMs, stageUntilMs);
}
