/** What a phone takes from the server and keeps for it: bundles, their acknowledgement, the outbox. */
import type { Crypto } from '../crypto/crypto.js';
import { checkNow } from '../crypto/steps.js';
import { deviceAckClaims } from '../objects/acknowledgements.js';
import { openBundle, type Pins } from './bundle-check.js';
import { messageToSign, sealWithSignature } from './device-signing.js';
import type { PhoneEffect, PhoneMoment } from './event.js';
import { BUNDLE_RECORD, encodePins, PINS_RECORD } from './memory.js';
import { addItem, encodeItem, OUTBOX_PREFIX, type OutboxItem } from './outbox.js';
import type { PhoneState, PhoneStep } from './state.js';
import { newerToken } from './time-tokens.js';

/** Takes a bundle, or says why not. It is stored, then pinned, and acknowledged when both are durable. */
export function takeBundle(
  state: PhoneState,
  content: Uint8Array,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  const work = openBundle(content, state.pins, state.setup.deviceKey, moment.now, crypto);
  const opened = checkNow(work, crypto);
  if (!opened.ok) return { state, effects: [{ kind: 'bundle', refused: opened.code }] };
  const { trust, bundle } = opened.value;
  const pins: Pins = { trust, siteId: state.pins.siteId, sequence: bundle.sequence };
  // A token of the epoch before would be carried without a certificate that anybody believes.
  const isSameEpoch = trust.trustEpoch === state.pins.trust.trustEpoch;
  const timeToken = newerToken(isSameEpoch ? state.timeToken : null, bundle.time);
  const asked = askAcknowledgement(
    { ...state, pins, carried: opened.value, timeToken },
    moment,
    crypto,
  );
  return {
    state: asked.state,
    effects: [
      { kind: 'store', record: BUNDLE_RECORD, bytes: content.slice() },
      { kind: 'store', record: PINS_RECORD, bytes: encodePins(pins) },
      { kind: 'bundle', refused: null },
      ...asked.effects,
    ],
  };
}

/** Asks the device's key to sign that it holds the present bundle. */
export function askAcknowledgement(
  state: PhoneState,
  moment: PhoneMoment,
  crypto: Crypto,
): PhoneStep {
  if (state.carried === null) return { state, effects: [] };
  const { sequence } = state.carried.bundle;
  const payload = deviceAckClaims.encode({ version: 1, iat: moment.now, sequence });
  const order = state.orders + 1;
  const message = messageToSign(state.setup.deviceKey, 'device-ack', payload, crypto);
  return {
    state: { ...state, orders: order, acknowledgement: { order, payload } },
    effects: [{ kind: 'sign', order, purpose: 'device-ack', message }],
  };
}

/** The signature over the acknowledgement came; null or a wrong one leaves the bundle unacknowledged. */
export function takeAcknowledgement(
  state: PhoneState,
  signature: Uint8Array | null,
  crypto: Crypto,
): PhoneStep {
  const { acknowledgement, setup } = state;
  const done: PhoneState = { ...state, acknowledgement: null };
  if (acknowledgement === null || signature === null) return { state: done, effects: [] };
  const { payload } = acknowledgement;
  const sealed = sealWithSignature(setup.deviceKey, 'device-ack', payload, signature, crypto);
  if (sealed === undefined) return { state: done, effects: [] };
  return keepForServer(done, 'device-ack', null, sealed, crypto);
}

/** Keeps one thing for the server until it says that it has it. */
export function keepForServer(
  state: PhoneState,
  kind: OutboxItem['kind'],
  lockId: Uint8Array | null,
  content: Uint8Array,
  crypto: Crypto,
): PhoneStep {
  const { outbox, item, dropped } = addItem(crypto, state.outbox, kind, lockId, content);
  const effects: PhoneEffect[] = [
    { kind: 'store', record: OUTBOX_PREFIX + item.id, bytes: encodeItem(item) },
    ...dropped.map((id): PhoneEffect => ({ kind: 'erase', record: OUTBOX_PREFIX + id })),
    { kind: 'upload', item },
  ];
  return { state: { ...state, outbox }, effects };
}

/** Forgets what the server has. */
export function forgetUploaded(state: PhoneState, ids: readonly string[]): PhoneStep {
  const known = new Set(ids);
  const gone = state.outbox.filter(({ id }) => known.has(id));
  const outbox = state.outbox.filter(({ id }) => !known.has(id));
  const erase = ({ id }: OutboxItem): PhoneEffect => ({
    kind: 'erase',
    record: OUTBOX_PREFIX + id,
  });
  return { state: { ...state, outbox }, effects: gone.map(erase) };
}
