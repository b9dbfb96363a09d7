/** The phone machine with a real radio's delays: commissions a lock on a bridge and opens it. */

import {
  type CommissionedLock,
  startCommissioning,
  stepCommissioning,
} from '../../protocol/phone/commissioning.js';
import type { PhoneEffect, PhoneEvent, VisitResult } from '../../protocol/phone/event.js';
import { stepPhone } from '../../protocol/phone/machine.js';
import type { PhoneState } from '../../protocol/phone/state.js';
import { labelPsk } from '../../protocol/session/opening.js';
import type { SetupMessage } from '../../protocol/session/setup-message.js';
import { fromHex } from '../../protocol/wire/hex.js';
import type { LockLabel } from '../../src/adapters/lock-label.js';
import { crypto, NOW } from '../helpers/issuing.js';
import { device, timeBytes } from '../protocol/phone/bundles.js';
import type { Radio } from './radio.js';

/** Capabilities of every lock on a bridge: version 1, Noise NK, ES256 and mains. */
export const CAPABILITIES = Uint8Array.of(1, 1, 5);
const MTU = 185;

/** Presses the button and takes the lock for an organisation; undefined when the lock would not. */
export async function commission(
  radio: Radio,
  label: LockLabel,
  message: SetupMessage,
): Promise<CommissionedLock | undefined> {
  const lockId = fromHex(label.lockId) as Uint8Array;
  const setupPsk = labelPsk(crypto, lockId, fromHex(label.secret) as Uint8Array);
  const order = { lockId, setupKey: fromHex(label.setupKey) as Uint8Array, setupPsk, message };
  radio.signal(label.lockId, 'button');
  radio.say({ kind: 'connect', connection: 1, lockId: label.lockId, mtu: MTU });
  const link = { mtu: MTU, capabilities: CAPABILITIES };
  let step = startCommissioning(order, link, crypto.sha256(Uint8Array.of(1)), crypto);
  for (;;) {
    if (step.kind !== 'going') break;
    for (const bytes of step.frames) radio.say({ kind: 'frame', connection: 1, bytes });
    const packet = await radio.hear();
    if (packet === null || packet.kind === 'disconnect') return undefined;
    if (packet.kind === 'frame') step = stepCommissioning(step.state, packet.bytes, crypto);
  }
  radio.say({ kind: 'disconnect', connection: 1 });
  return step.kind === 'done' ? step.lock : undefined;
}

let draws = 0;

/** One wish of a phone at a lock that is touched first; what became of it, and the phone after it. */
export async function visit(
  radio: Radio,
  phone: PhoneState,
  lockId: string,
  asserted = 1,
): Promise<{ readonly result: VisitResult; readonly phone: PhoneState }> {
  let state = phone;
  const step = (event: PhoneEvent): readonly PhoneEffect[] => {
    draws += 1;
    const random = crypto.sha256(Uint8Array.of(draws & 255, draws >> 8, 3));
    const next = stepPhone(state, event, { elapsedMs: draws, now: NOW, random }, crypto);
    state = next.state;
    return next.effects;
  };
  const wish = { lockId: fromHex(lockId) as Uint8Array, operation: 'unlock' as const, asserted };
  const waiting: PhoneEffect[] = [...step({ kind: 'open', wish })];
  radio.signal(lockId, 'touched');
  let link = 0;
  let result: VisitResult | undefined;
  for (;;) {
    for (let effect = waiting.shift(); effect !== undefined; effect = waiting.shift()) {
      if (effect.kind === 'result') result = effect.result;
      if (effect.kind === 'connect') {
        link = effect.link;
        radio.say({ kind: 'connect', connection: 100 + link, lockId, mtu: MTU });
        const capabilities = CAPABILITIES;
        waiting.push(...step({ kind: 'connected', link, mtu: MTU, capabilities }));
      }
      if (effect.kind === 'send') {
        radio.say({ kind: 'frame', connection: 100 + effect.link, bytes: effect.frame });
      }
      if (effect.kind === 'disconnect') {
        radio.say({ kind: 'disconnect', connection: 100 + effect.link });
      }
      if (effect.kind === 'fetch-time-token') {
        waiting.push(...step({ kind: 'time-token', bytes: timeBytes(effect.nonce) }));
      }
      if (effect.kind === 'sign') {
        const signature = device.sign(effect.message);
        waiting.push(...step({ kind: 'signed', order: effect.order, signature }));
      }
    }
    // After its result a phone still says goodbye.
    if (result !== undefined && state.visit === null) return { result, phone: state };
    const packet = await radio.hear();
    if (packet === null || (packet.kind === 'disconnect' && packet.connection === 100 + link)) {
      waiting.push(...step({ kind: 'disconnected', link }));
      if (packet === null) waiting.push(...step({ kind: 'cancel' }));
    } else if (packet.kind === 'frame' && packet.connection === 100 + link) {
      waiting.push(...step({ kind: 'frame', link, bytes: packet.bytes }));
    } else if (packet.kind === 'advert' && packet.lockId === lockId && packet.bytes.length > 0) {
      waiting.push(...step({ kind: 'sighted', address: lockId, advert: packet.bytes }));
    }
  }
}
