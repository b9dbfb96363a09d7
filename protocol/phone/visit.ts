/**
 * A visit up to the session: finding the door by its advert, connecting, and the handshake in which the
 * lock proves that it holds the key the bundle pins. Until then nobody is told anything (offline.md §3.4).
 */
import type { Crypto } from '../crypto/crypto.js';
import { Secret } from '../lock/secret.js';
import { REQUIREMENT_BITS } from '../objects/grant.js';
import { isAdvertOf, parseAdvert, parseCapabilities } from '../session/advert.js';
import { NO_FRAMES, splitFrames } from '../session/frames.js';
import { startNoise, writeNoise } from '../session/noise.js';
import { sealM1, sessionPrologue } from '../session/opening.js';
import { sameBytes } from '../wire/bytes.js';
import type { PhoneEffect, PhoneMoment, VisitCode, Wish } from './event.js';
import { chooseGrants } from './grant-choice.js';
import { finish, plainResult } from './result.js';
import type { PhoneState, PhoneStep, Visit } from './state.js';

/** How long each stage may take, in milliseconds. */
export const STAGE_MS = {
  /** The whole wish: as long as somebody stands at a door. */
  visit: 60_000,
  /** From the wish to an advert: somebody has to touch the lock. */
  seeking: 20_000,
  connecting: 5_000,
  /** M2, and the answer to most messages: a slow lock computes half a second. */
  answer: 6_000,
  /** The answer to a request: a lock gives its bolt ten seconds. */
  bolt: 12_000,
  /** The lock waits 15 s from M2 to the first request; a person looks at a phone. */
  signature: 13_000,
  /** The session ends after 30 s. */
  'time-token': 10_000,
} as const;

/** Connections tried for one wish: each touch allows three handshakes. */
const ATTEMPTS_MAX = 3;

/** Somebody wants a door. */
export function beginVisit(
  state: PhoneState,
  asked: Wish,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const wish = ownWish(state, asked);
  const refuse = (code: VisitCode, missing = 0): PhoneStep => ({
    state,
    effects: [{ kind: 'result', result: plainResult(wish, code, missing) }],
  });
  if (state.visit !== null) return refuse('busy');
  const { carried, setup } = state;
  const door = carried?.bundle.doors.find(({ lockId }) => sameBytes(lockId, wish.lockId));
  if (carried === null || door === undefined) return refuse('no_grant');
  const choice = chooseGrants(crypto, door, setup.deviceKey, wish, moment.now);
  if (choice.missing === undefined) return refuse('no_grant');
  if (choice.missing !== 0) return refuse('requirement_missing', choice.missing);
  const { elapsedMs } = moment;
  const visit: Visit = {
    wish,
    carried,
    door,
    candidates: choice.candidates,
    untilMs: elapsedMs + STAGE_MS.visit,
    stageUntilMs: elapsedMs + STAGE_MS.seeking,
    attempts: 0,
    keyIndex: 0,
    link: 0,
    failure: 'not_found',
    refusal: null,
    asked: false,
    receipt: 'none',
    told: false,
    stage: { kind: 'seeking' },
  };
  return { state: { ...state, visit }, effects: [{ kind: 'listen', on: true }] };
}

/** An advert was heard: connect when it is the wanted door's. */
export function meet(
  state: PhoneState,
  visit: Visit,
  sighting: { readonly address: string; readonly advert: Uint8Array },
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const advert = parseAdvert(sighting.advert);
  const isWanted =
    visit.stage.kind === 'seeking' &&
    advert !== undefined &&
    isAdvertOf(crypto, advert, visit.door.advertKey);
  if (!isWanted) return { state, effects: [] };
  // Anybody can show a door's advert with other capabilities, so the true one is still waited for.
  if (parseCapabilities(advert.capabilities) === undefined) {
    return { state: { ...state, visit: { ...visit, failure: 'lock_incompatible' } }, effects: [] };
  }
  const link = state.links + 1;
  const next: Visit = {
    ...visit,
    link,
    attempts: visit.attempts + 1,
    stageUntilMs: moment.elapsedMs + STAGE_MS.connecting,
    stage: { kind: 'connecting', advert },
  };
  return {
    state: { ...state, links: link, visit: next },
    effects: [
      { kind: 'listen', on: false },
      { kind: 'connect', link, address: sighting.address },
    ],
  };
}

/** The link is there: send M1. What INFO says must be what the advert said (D4). */
export function shake(
  state: PhoneState,
  visit: Visit,
  connected: { readonly mtu: number; readonly capabilities: Uint8Array },
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  if (visit.stage.kind !== 'connecting') return { state, effects: [] };
  const { advert } = visit.stage;
  const { mtu, capabilities } = connected;
  if (!sameBytes(capabilities, advert.capabilities)) {
    return retry(state, visit, 'lock_incompatible', moment);
  }
  const { lockId, staticKeys, advertKey } = visit.door;
  const noise = startNoise(crypto, {
    pattern: 'NK',
    initiator: true,
    prologue: sessionPrologue(lockId, capabilities),
    remoteStatic: staticKeys[visit.keyIndex % staticKeys.length] as Uint8Array,
  });
  const written = writeNoise(crypto, noise, moment.random, new Uint8Array(0));
  if (written === undefined) return retry(state, visit, 'lock_not_authentic', moment);
  const m1 = sealM1(crypto, advertKey, advert.salt, written.message);
  const send = (frame: Uint8Array): PhoneEffect => ({ kind: 'send', link: visit.link, frame });
  const next: Visit = {
    ...visit,
    stageUntilMs: moment.elapsedMs + STAGE_MS.answer,
    stage: { kind: 'shaking', mtu, noise: new Secret(written.state), frames: NO_FRAMES },
  };
  return { state: { ...state, visit: next }, effects: splitFrames(m1, mtu).map(send) };
}

/** Nothing was asked of the lock yet, so the visit may begin again; with another key if there is one. */
export function retry(
  state: PhoneState,
  visit: Visit,
  failure: VisitCode,
  moment: PhoneMoment,
): PhoneStep {
  if (visit.told || visit.asked) return finish(state, visit, failure);
  // That somebody played the lock is worth more to know than that a link broke after it.
  const worst = visit.failure === 'lock_not_authentic' ? visit.failure : failure;
  const { elapsedMs } = moment;
  if (visit.attempts >= ATTEMPTS_MAX || elapsedMs >= visit.untilMs) {
    return finish(state, visit, worst, visit.refusal?.status ?? null);
  }
  const next: Visit = {
    ...visit,
    link: 0,
    failure: worst,
    keyIndex: visit.stage.kind === 'shaking' ? visit.keyIndex + 1 : visit.keyIndex,
    stageUntilMs: elapsedMs + STAGE_MS.seeking,
    stage: { kind: 'seeking' },
  };
  const effects: PhoneEffect[] = [{ kind: 'listen', on: true }];
  if (visit.link !== 0) effects.unshift({ kind: 'disconnect', link: visit.link });
  return { state: { ...state, visit: next }, effects };
}

/** The wish with what is known of the device's key instead of what the app says of it. */
function ownWish(state: PhoneState, { lockId, operation, asserted }: Wish): Wish {
  if (!Number.isInteger(asserted) || asserted < 0 || asserted > 31) {
    throw new RangeError(`asserted requirements are 0 to 31, not \`${asserted}\``);
  }
  const hardware = REQUIREMENT_BITS['hardware-key'];
  const own = state.setup.hardwareKey ? hardware : 0;
  return { lockId: lockId.slice(), operation, asserted: (asserted & ~hardware) | own };
}
