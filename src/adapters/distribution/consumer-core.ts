/** The middle of a consumer: one state, one step after the other, and what each step wants done. */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { atTime } from '../../distribution/freshness.js';
import type { FeedMessage, SnapshotHead } from '../../distribution/message.js';
import type { ReaderFault, ReaderState, ReaderStep } from '../../distribution/reader.js';
import { receiveDelta, receiveHeartbeat, receiveSnapshot } from '../../distribution/receive.js';
import type { SealedCode } from '../../distribution/sealed.js';
import type { PolicyOptions } from '../../index.js';
import type { Outcome } from '../../values/outcome.js';
import { type CarriedSnapshot, CarrierError } from './carrier.js';
import type { FeedMemory } from './feed-memory.js';
import { type Keeper, makeKeeper, type Ordered } from './keeper.js';
import { takeSnapshot } from './take-snapshot.js';

/** A reader's fault, or: `signature`: a message by nobody who is trusted; `carrier`: the source cannot be reached; `memory`: nothing can be kept. */
export type ConsumerFault = ReaderFault | 'signature' | 'carrier' | 'memory';

/** What the core needs. */
export interface CoreParts {
  readonly memory: FeedMemory;
  readonly now: () => number;
  readonly crypto: Crypto;
  readonly policyOptions: PolicyOptions;
  readonly open: (sealed: Uint8Array) => Outcome<FeedMessage, SealedCode>;
  readonly onFault: ((fault: ConsumerFault, detail: string) => void) | undefined;
}

/** One consumer's state: the only thing of it that changes, and only by the functions of this file. */
export interface ConsumerCore {
  state: ReaderState;
  /** What is wanted from the source since it was last asked. */
  wishes: { deltas: boolean; snapshot: boolean };
  /** Faults that were told and are not over. */
  readonly told: Set<ConsumerFault>;
  /** Called after every step, with the state before it. */
  readonly listeners: Set<(before: ReaderState) => void>;
  readonly keeper: Keeper;
  readonly parts: CoreParts;
}

/** A core that knows nothing yet. */
export function makeCore(state: ReaderState, parts: CoreParts): ConsumerCore {
  const core: ConsumerCore = {
    state,
    wishes: { deltas: false, snapshot: false },
    told: new Set(),
    listeners: new Set(),
    keeper: makeKeeper(parts.memory, {
      now: parts.now,
      onWish: () => {
        core.wishes.snapshot = true;
      },
      onFailed: (error) => tellFault(core, 'memory', String(error)),
      onMended: () => void core.told.delete('memory'),
    }),
    parts,
  };
  return core;
}

/** Tells a fault once, until it is over. */
export function tellFault(core: ConsumerCore, fault: ConsumerFault, detail: string): void {
  if (core.told.has(fault)) return;
  core.told.add(fault);
  quietly(() => core.parts.onFault?.(fault, detail));
}

/** The state as it is now: a clock that is set back later must not make knowledge new again. */
export function stateNow(core: ConsumerCore): ReaderState {
  core.state = atTime(core.state, core.parts.now());
  return core.state;
}

/**
 * Takes a sealed delta or heartbeat. In force when it returns; durable when the keeper has settled.
 * @returns the message, if somebody who is trusted signed it.
 */
export function receiveSealed(
  core: ConsumerCore,
  sealed: Uint8Array,
  isOld = false,
): FeedMessage | undefined {
  const opened = core.parts.open(sealed);
  if (!opened.ok) {
    tellFault(core, 'signature', opened.detail);
    return undefined;
  }
  core.told.delete('signature');
  const message = opened.value;
  const time = core.parts.now();
  if (message.kind === 'delta') {
    take(core, receiveDelta(core.state, message, sealed, time), message, isOld);
  } else if (message.kind === 'heartbeat') {
    take(core, receiveHeartbeat(core.state, message, sealed, time), message, isOld);
  }
  return message;
}

/** Takes a snapshot, whole. @throws CarrierError, PolicyError: then everything is as before. */
export async function receiveCarried(core: ConsumerCore, carried: CarriedSnapshot): Promise<void> {
  const { memory, crypto, policyOptions, now } = core.parts;
  const head = headOf(core, carried.head);
  let draft = await memory.begin(carried.head).catch(unkept(core));
  const write = async (part: Uint8Array): Promise<void> => {
    const isKept = await draft?.write(part).then(() => true, unkept(core));
    if (isKept === true || draft === undefined) return;
    // A full disk is no reason not to decide by the newest policy.
    await draft.abandon().catch(() => undefined);
    draft = undefined;
  };
  try {
    const engine = await takeSnapshot(head, carried.parts, crypto, policyOptions, write);
    // From here to the commit nothing may wait: what is in force and not being kept must not be acknowledged.
    take(core, receiveSnapshot(core.state, head, engine, now()), head, false);
  } catch (error) {
    await draft?.abandon().catch(() => undefined);
    throw error;
  }
  const { forked, position } = core.state;
  const isRefused = (forked ?? 0) >= head.epoch || (position?.epoch ?? 0) > head.epoch;
  const whole = draft;
  // An old one, true as it is, would put the disk back: what followed it was let go when a newer one was kept.
  if (whole === undefined || isRefused || core.keeper.isOutdated(head)) return whole?.abandon();
  await core.keeper.commit((messages) => whole.commit(messages), head);
}

/** What becomes of an error of the memory: it is told, and acknowledgements wait. */
function unkept(core: ConsumerCore): (error: unknown) => undefined {
  return (error) => {
    core.keeper.failed(error);
    return undefined;
  };
}

/** Begins from the memory, as far as it is whole. Nothing in it is believed unchecked. */
export async function restoreCore(core: ConsumerCore): Promise<void> {
  const { memory, crypto, policyOptions } = core.parts;
  try {
    const remembered = await memory.load();
    if (remembered === undefined) return;
    const head = headOf(core, remembered.head);
    const engine = await takeSnapshot(head, remembered.parts, crypto, policyOptions);
    core.keeper.began(head);
    take(core, receiveSnapshot(core.state, head, engine, core.parts.now()), head, true);
    for (const sealed of remembered.messages) receiveSealed(core, sealed, true);
    if (remembered.proof !== undefined) receiveSealed(core, remembered.proof, true);
  } catch (error) {
    tellFault(core, 'memory', String(error));
  }
}

/** Calls back after every step, until the returned function is called. */
export function onStep(core: ConsumerCore, listener: (before: ReaderState) => void): () => void {
  core.listeners.add(listener);
  return () => void core.listeners.delete(listener);
}

function take(core: ConsumerCore, step: ReaderStep, about: Ordered, isOld: boolean): void {
  const before = core.state;
  core.state = step.state;
  for (const effect of step.effects) {
    if (effect.kind === 'fault') tellFault(core, effect.fault, effect.detail);
    else if (effect.kind === 'fetch') core.wishes[effect.what] = true;
    else if (effect.kind === 'keep' && core.parts.memory.keepsNothing !== true) {
      if (effect.as === 'content') core.keeper.content(effect.sealed, about, isOld);
      else if (!isOld) core.keeper.proof(effect.sealed);
    }
  }
  if (before.position !== step.state.position) {
    for (const over of ['gap', 'misfit', 'replay', 'future'] as const) core.told.delete(over);
  }
  for (const listener of [...core.listeners]) quietly(() => listener(before));
}

function headOf(core: ConsumerCore, sealed: Uint8Array): SnapshotHead {
  const opened = core.parts.open(sealed);
  if (!opened.ok) throw new CarrierError(opened.detail, { retryable: true });
  const head = opened.value;
  if (head.kind !== 'snapshot') throw new CarrierError('no snapshot', { retryable: true });
  const { organization, slice } = core.state;
  if (head.organization !== organization || head.slice !== slice) {
    throw new CarrierError('a snapshot of another organisation or slice', { retryable: false });
  }
  return head;
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Watching must not break a door.
  }
}
