/** Drives a lock through `sessions.json` as the maker of another lock would: from the JSON alone. */
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import type { LockEffect, LockEvent } from '../../protocol/lock/event.js';
import { bootLock, type LockStep, stepLock } from '../../protocol/lock/machine.js';
import type { LockSetup } from '../../protocol/lock/state.js';
import { toHex } from '../../protocol/wire/hex.js';
import { bytesOf, type Vector, vectors } from './vector-files.js';

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
