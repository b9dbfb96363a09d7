/** Drives a lock and a phone through `sessions.json` as the maker of another would: from the JSON alone. */
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import type { LockEffect, LockEvent } from '../../protocol/lock/event.js';
import { bootLock, type LockStep, stepLock } from '../../protocol/lock/machine.js';
import type { LockSetup } from '../../protocol/lock/state.js';
import type { PhoneEvent } from '../../protocol/phone/event.js';
import { stepPhone } from '../../protocol/phone/machine.js';
import { startPhone } from '../../protocol/phone/memory.js';
import { toHex } from '../../protocol/wire/hex.js';
import { bytesOf, keyOf, type Vector, vectors } from './vector-files.js';

const crypto = nobleCrypto();
const [setup] = vectors('sessions.json', 'setup') as [Vector];
const SETUP: LockSetup = {
  lockId: bytesOf(setup['lockId']),
  setupSecret: bytesOf(setup['setupSecret']),
  setupPsk: bytesOf(setup['setupPsk']),
  firmware: setup['firmware'],
  driftPpm: setup['driftPpm'],
  capabilities: bytesOf(setup['capabilities']),
};

/** Where a run ended: others go on from there. */
interface End {
  readonly step: LockStep | undefined;
  readonly memory: ReadonlyMap<string, Uint8Array>;
}

const ends = new Map<string | null, End>([[null, { step: undefined, memory: new Map() }]]);

describe('a lock driven by the vectors does what they say in the run', () => {
  for (const run of vectors('sessions.json', 'runs')) {
    test(run.id, () => {
      const start = ends.get(run['after']);
      if (start === undefined) throw new Error(`run ${run['after']} stands after ${run.id}`);
      const memory = new Map(start.memory);
      let { step } = start;
      for (const told of run['steps']) {
        const moment = { elapsedMs: told.elapsedMs, random: bytesOf(told.random), battery: 87 };
        step =
          told.event.kind === 'boot'
            ? bootLock(SETUP, memory, moment, crypto)
            : stepLock((step as LockStep).state, eventOf(told.event), moment, crypto);
        for (const effect of step.effects) {
          if (effect.kind === 'write') memory.set(effect.record, effect.bytes);
          if (effect.kind === 'erase') memory.delete(effect.record);
        }
        expect(step.effects.flatMap(shown)).toEqual(told.effects);
      }
      ends.set(run.id, { step, memory });
    });
  }
});

test('a phone driven by the vectors opens the door', () => {
  const [phone] = vectors('sessions.json', 'phones') as [Vector];
  const { deviceKey, hardwareKey, root, trustEpoch, nextRootHash, siteId } = phone['setup'];
  const trust = { root: keyOf(root), trustEpoch, nextRootHash: bytesOf(nextRootHash) };
  const known = { deviceKey: keyOf(deviceKey), hardwareKey, trust, siteId: bytesOf(siteId) };
  const started = startPhone(known, new Map(), crypto);
  if (!started.ok) throw new Error(started.code);
  let state = started.value;
  for (const { event, elapsedMs, now, random, effects } of phone['steps']) {
    const moment = { elapsedMs, now, random: bytesOf(random) };
    const step = stepPhone(state, unhexed(event) as PhoneEvent, moment, crypto);
    state = step.state;
    const told = step.effects.filter(({ kind }) => kind !== 'wake').map((effect) => hexed(effect));
    expect(told.map(withoutStored)).toEqual(effects);
  }
});

/** Members that are byte strings on the way into a phone. */
const BYTES = new Set(['bytes', 'lockId', 'advert', 'capabilities', 'signature']);

function unhexed(value: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (typeof member === 'string' && BYTES.has(name)) return [name, bytesOf(member)];
    const isMap = typeof member === 'object' && member !== null;
    return [name, isMap ? unhexed(member as Record<string, unknown>) : member];
  });
  return Object.fromEntries(members);
}

function hexed(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(hexed);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hexed(member)]));
}

/** How a record is stored is the maker's matter. */
function withoutStored(effect: unknown): unknown {
  const { kind, record } = effect as { readonly kind: string; readonly record?: string };
  return kind === 'store' ? { kind, record } : effect;
}

function eventOf(told: Record<string, unknown>): LockEvent {
  const { bytes } = told;
  return { ...told, ...(typeof bytes === 'string' && { bytes: bytesOf(bytes) }) } as LockEvent;
}

/** An effect as the vectors write it: bytes as hex, records by name alone, no wake. */
function shown(effect: LockEffect): object[] {
  switch (effect.kind) {
    case 'wake':
      return [];
    case 'write':
      return [{ kind: 'write', record: effect.record }];
    case 'send':
      return [{ ...effect, frame: toHex(effect.frame) }];
    case 'advertise':
      return [{ ...effect, bytes: effect.bytes && toHex(effect.bytes) }];
    default:
      return [effect];
  }
}
