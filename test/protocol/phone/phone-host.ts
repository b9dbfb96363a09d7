/** A host for the phone machine in tests: its radio ends at one scripted lock, its clock is a number. */

import type { Crypto } from '../../../protocol/crypto/crypto.js';
import type { InstantSigner } from '../../../protocol/crypto/steps.js';
import type { PhoneEffect, PhoneEvent, VisitResult } from '../../../protocol/phone/event.js';
import { stepPhone } from '../../../protocol/phone/machine.js';
import { startPhone } from '../../../protocol/phone/memory.js';
import type { PhoneSetup, PhoneState } from '../../../protocol/phone/state.js';
import { nodeCrypto } from '../../../src/adapters/node-crypto.js';
import { NOW } from '../../helpers/issuing.js';
import { CAPABILITIES, type ScriptedLock } from './scripted-lock.js';

/** As strict as noble (test/protocol/crypto holds them equal), and several times as fast. */
const nodes = nodeCrypto();

/** A phone on a table, beside a lock. */
export interface PhoneHost {
  state: PhoneState;
  elapsedMs: number;
  now: number;
  mtu: number;
  capabilities: Uint8Array;
  /** Null: the owner does not release the key. */
  signer: InstantSigner | null;
  readonly effects: PhoneEffect[];
  readonly memory: Map<string, Uint8Array>;
  /** What follows from an effect at once; a test may put nothing in its place. */
  perform: (effect: PhoneEffect) => PhoneEvent[];
  send(event: PhoneEvent): PhoneEffect[];
  results(): VisitResult[];
}

export function phoneHost(
  setup: PhoneSetup,
  signer: InstantSigner,
  lock: ScriptedLock | undefined,
  memory: Map<string, Uint8Array> = new Map(),
  backend: Crypto = nodes,
): PhoneHost {
  const started = startPhone(setup, memory, backend);
  if (!started.ok) throw new Error(started.code);
  let draws = 0;
  const host: PhoneHost = {
    state: started.value,
    elapsedMs: 0,
    now: NOW,
    mtu: 23,
    capabilities: CAPABILITIES,
    signer,
    effects: [],
    memory,
    perform: (effect) => happenings(host, effect, lock),
    send(event) {
      const from = host.effects.length;
      const queue: PhoneEvent[] = [event];
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        draws += 1;
        const random = backend.sha256(Uint8Array.of(draws & 255, draws >> 8));
        const moment = { elapsedMs: host.elapsedMs, now: host.now, random };
        const step = stepPhone(host.state, next, moment, backend);
        host.state = step.state;
        for (const effect of step.effects) {
          host.effects.push(effect);
          queue.push(...host.perform(effect));
        }
      }
      return host.effects.slice(from);
    },
    results() {
      return host.effects.flatMap((effect) => (effect.kind === 'result' ? [effect.result] : []));
    },
  };
  return host;
}

/** What follows from an effect at once. */
function happenings(
  host: PhoneHost,
  effect: PhoneEffect,
  lock: ScriptedLock | undefined,
): PhoneEvent[] {
  switch (effect.kind) {
    case 'store':
      host.memory.set(effect.record, effect.bytes);
      return [];
    case 'erase':
      host.memory.delete(effect.record);
      return [];
    case 'listen':
      return effect.on && lock ? [{ kind: 'sighted', address: 'a', advert: lock.advert }] : [];
    case 'connect': {
      lock?.connect();
      const { mtu, capabilities } = host;
      return [{ kind: 'connected', link: effect.link, mtu, capabilities }];
    }
    case 'send': {
      const frames = lock?.frame(effect.frame);
      const { link } = effect;
      if (frames === undefined) return [{ kind: 'disconnected', link }];
      return frames.map((bytes): PhoneEvent => ({ kind: 'frame', link, bytes }));
    }
    case 'sign': {
      const { order, message } = effect;
      const signed = host.signer?.sign(message);
      return [{ kind: 'signed', order, signature: signed ?? null }];
    }
    default:
      return [];
  }
}
