/** The demo's building: a desk, a radio, and lock machines that were commissioned as any lock is. */
import { startCommissioning, stepCommissioning } from 'doorwright/phone';
import { type Crypto, fromHex, toHex } from 'doorwright/protocol';
import { type LockSetup, memoryRadio, type Transport } from 'doorwright/transport';
import { openDesk } from '../../desk/desk.mjs';
import type { LockLabel } from '../../desk/locks.mjs';
import { setupPsk } from '../../desk/locks.mjs';
import { type Memory, readJson, writeJson } from '../../desk/records.mjs';
import type { DemoBolt, DemoLock } from './demo.js';
import {
  CAPABILITIES,
  DRIFT_PPM,
  type LockGround,
  type LockMachine,
  startLockMachine,
} from './lock-machine.js';
import { runRadio } from './run-radio.js';

/** What a building is made of. */
export interface BuildingParts {
  readonly policy: unknown;
  /** Doors of the policy that have a lock in it. */
  readonly doors: readonly string[];
  readonly crypto: Crypto;
  /** Milliseconds of a clock that never goes back, and Unix milliseconds. */
  readonly elapsedMs: () => number;
  readonly wallMs: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Of the desk and of every lock. */
  readonly memory: Memory;
  readonly onBolt: (bolt: DemoBolt) => void;
  readonly onFault: (error: unknown) => void;
}

/** A building that runs. */
export interface Building {
  readonly desk: Awaited<ReturnType<typeof openDesk>>;
  readonly locks: readonly DemoLock[];
  /** The radio of one more phone. */
  phone(): Transport;
  /** Somebody puts a hand on every lock, or on one. */
  touch(lock?: string): Promise<void>;
  /** Ends it as a power cut would. */
  stop(): void;
}

interface Born {
  readonly door: string;
  readonly lockId: string;
  readonly setupSecret: string;
  readonly secret: string;
}

const RECORD = 'building';
/** Frames of this many bytes and three more; phones get about as much. */
const MTU = 185;

/** Opens a building, or goes on where it was. What was cut while it was built is built again. */
export async function openBuilding(parts: BuildingParts): Promise<Building> {
  const { policy, crypto, wallMs, random, memory, onFault } = parts;
  const now = () => Math.floor(wallMs() / 1000);
  const desk = await openDesk({ policy, crypto, now, random, memory, demo: true, onFault });
  const radio = memoryRadio(1);
  const runner = runRadio(radio, parts.elapsedMs);
  const machines = new Map<string, LockMachine>();
  const locksBorn = await bornLocks(parts);
  for (const born of locksBorn) {
    const ground = { ...parts, radio, moveBolt: mover(parts, born.lockId), wake: runner.wake };
    machines.set(born.lockId, await startLock(born, ground));
  }
  const phone = () => awake(radio.phone(MTU), runner.wake);
  for (const born of locksBorn) {
    if ((await desk.lockAt(born.door)) !== null) continue;
    await commission(born, { ...parts, desk, phone, machine: machines.get(born.lockId) });
  }
  const { doors } = await desk.overview();
  const locks = doors.flatMap(({ door, label, lock }) => (lock ? [{ id: lock, door, label }] : []));
  return {
    desk,
    locks,
    phone,
    async touch(lock) {
      const touched = lock === undefined ? [...machines.values()] : [machines.get(lock)];
      await Promise.all(touched.map((machine) => machine?.happen('touched')));
    },
    stop() {
      for (const machine of machines.values()) machine.stop();
      runner.stop();
    },
  };
}

/** The locks that were built into the doors, made at the first start. */
async function bornLocks({ memory, doors, random }: BuildingParts): Promise<readonly Born[]> {
  const stored = (await readJson(memory, RECORD)) as { readonly locks: readonly Born[] } | null;
  if (stored !== null) return stored.locks;
  const locks = doors.map((door) => ({
    door,
    lockId: toHex(random(8)),
    setupSecret: toHex(random(32)),
    secret: toHex(random(16)),
  }));
  await writeJson(memory, RECORD, { version: 1, locks });
  return locks;
}

function startLock(born: Born, ground: LockGround): Promise<LockMachine> {
  const lockId = bytesOf(born.lockId);
  const setup: LockSetup = {
    lockId,
    setupSecret: bytesOf(born.setupSecret),
    setupPsk: setupPsk(ground.crypto, lockId, bytesOf(born.secret)),
    firmware: 'doorwright-demo',
    driftPpm: DRIFT_PPM,
    capabilities: CAPABILITIES,
  };
  return startLockMachine(setup, ground);
}

interface Commissioner extends BuildingParts {
  readonly desk: Building['desk'];
  readonly phone: () => Transport;
  readonly machine: LockMachine | undefined;
}

/**
 * Somebody presses the lock's button and reads its label to the desk. A lock that took an owner while the desk did not hear of it is
 * reset first: the desk never gave out a grant for it.
 */
async function commission(born: Born, ground: Commissioner): Promise<void> {
  const { desk, crypto, random, phone, machine } = ground;
  await machine?.happen('reset');
  await machine?.happen('button');
  const { lockId, secret } = born;
  const setupKey = toHex(crypto.x25519Public(bytesOf(born.setupSecret)));
  const label: LockLabel = { lockId, setupKey, secret };
  const order = desk.commissioningOrder(born.door, label);
  const claims = await new Promise<Parameters<typeof desk.takeLock>[1]>((resolve, reject) => {
    let step: ReturnType<typeof startCommissioning> | undefined;
    const link = phone().connect(lockId, (event) => {
      if (event.kind === 'connected') step = startCommissioning(order, event, random(32), crypto);
      if (event.kind === 'frame' && step?.kind === 'going') {
        step = stepCommissioning(step.state, event.bytes, crypto);
      }
      if (event.kind === 'disconnected') reject(new Error('the lock was not commissioned'));
      else if (step?.kind === 'going') for (const frame of step.frames) link.send(frame);
      else if (step?.kind === 'failed') reject(new Error(step.code));
      else if (step?.kind === 'done') resolve(step.lock.claims);
      if (step !== undefined && step.kind !== 'going') link.disconnect();
    });
  });
  await desk.takeLock(born.door, claims);
}

/** A bolt that falls back by itself. */
function mover({ wallMs, onBolt }: BuildingParts, lock: string): LockGround['moveBolt'] {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (operation, seconds) => {
    clearTimeout(timer);
    const open = operation !== 'secure';
    onBolt({ lock, open, until: operation === 'unlock' ? wallMs() + seconds * 1000 : 0 });
    if (operation !== 'unlock') return;
    timer = setTimeout(() => onBolt({ lock, open: false, until: 0 }), seconds * 1000);
  };
}

/** A phone's radio that sets the demo's time going with everything it is asked. */
function awake(transport: Transport, wake: () => void): Transport {
  return {
    listen: (onSighting) => {
      const stop = transport.listen(onSighting);
      wake();
      return stop;
    },
    connect: (address, onEvent) => {
      const link = transport.connect(address, onEvent);
      wake();
      return {
        send: (frame) => {
          link.send(frame);
          wake();
        },
        disconnect: () => {
          link.disconnect();
          wake();
        },
      };
    },
  };
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError("the building's record is damaged");
  return bytes;
}
