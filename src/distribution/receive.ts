/** The steps of a reader: a snapshot, a delta, a heartbeat. Removals win: they count across gaps; additions only in order. */
import type { Engine } from '../engine/engine.js';
import { PolicyError } from '../policy/issue.js';
import { compare, type Ordered, withHeard } from './heard.js';
import type { Delta, Heartbeat, Position, SnapshotHead } from './message.js';
import {
  PARKED_MAX,
  type ParkedDelta,
  type ReaderEffect,
  type ReaderFault,
  type ReaderState,
  type ReaderStep,
} from './reader.js';
import { withdraw } from './withdraw.js';

/** How much two clocks may differ before a message is of the future, milliseconds. */
export const SKEW_MS = 60_000;

/**
 * Takes a snapshot whose body was fetched, checked against its head and compiled. Older than what is known, it is passed over.
 * @param now - own clock, epoch milliseconds.
 */
export function receiveSnapshot(
  state: ReaderState,
  head: SnapshotHead,
  engine: Engine,
  now: number,
): ReaderStep {
  if (!isOurs(state, head)) return { state, effects: [] };
  const { position } = state;
  const order = position === undefined ? 1 : compare(head, position);
  if (order < 0) return { state, effects: [replay(head)] };
  if (order === 0) {
    return head.chain === position?.chain ? { state, effects: [] } : forked(state, head);
  }
  if (isOther(state, head) || isForked(state, head)) return forked(state, head);
  // What was heard of one epoch proves nothing of the next.
  const before = position?.epoch === head.epoch ? state.heardAt : 0;
  const landed: ReaderState = {
    ...state,
    ...moved(state, head, engine),
    heardAt: isFuture(head.at, now) ? before : Math.max(before, head.at),
    passed: passedAt(state, head.at, now),
  };
  return finished(drained(state, landed, []), head, now);
}

/** Takes a delta, in whatever order it came. */
export function receiveDelta(
  state: ReaderState,
  delta: Delta,
  sealed: Uint8Array,
  now: number,
): ReaderStep {
  if (!isOurs(state, delta)) return { state, effects: [] };
  const { position } = state;
  if (position !== undefined && delta.epoch < position.epoch) {
    return { state, effects: [replay(delta)] };
  }
  const heard = withHeard({ ...state, passed: passedAt(state, delta.at, now) }, [delta]);
  if (isForked(state, delta)) return kept(state, heard, sealed);
  if (position === undefined || delta.epoch > position.epoch) {
    return finished(kept(state, parkedToo(heard, delta, sealed), sealed), delta, now);
  }
  if (delta.revision <= position.revision) {
    const isTwo = delta.revision === position.revision && delta.chain !== position.chain;
    return isTwo ? forked(heard, delta, sealed) : { state: heard, effects: [] };
  }
  const known = state.parked.get(delta.revision)?.delta;
  if (known?.epoch === delta.epoch) {
    if (known.chain !== delta.chain) return forked(heard, delta, sealed);
    return { state: heard, effects: [] };
  }
  const step = kept(state, parkedToo(heard, delta, sealed), sealed);
  return finished(drained(state, step.state, step.effects), delta, now);
}

/** Takes a heartbeat: it tells where the source is, proves that nothing is missing, and repeats what was taken away. */
export function receiveHeartbeat(
  state: ReaderState,
  beat: Heartbeat,
  sealed: Uint8Array,
  now: number,
): ReaderStep {
  if (!isOurs(state, beat)) return { state, effects: [] };
  const { position } = state;
  if (position !== undefined && beat.epoch < position.epoch) {
    return { state, effects: [replay(beat)] };
  }
  const entries = beat.withdrawn.map((entry) => ({ ...entry, epoch: beat.epoch }));
  const heard = withHeard({ ...state, passed: passedAt(state, beat.at, now) }, entries);
  const isSame = position !== undefined && compare(beat, position) === 0;
  const isTwo = isOther(state, beat) || (isSame && beat.chain !== position.chain);
  if (isTwo)
    return isForked(state, beat) ? kept(state, heard, sealed) : forked(heard, beat, sealed);
  const isProof = !isFuture(beat.at, now) && provesAll(state, beat);
  const isNewer = beat.at > state.heardAt;
  const next: ReaderState = isProof && isNewer ? { ...heard, heardAt: beat.at } : heard;
  const step = kept(state, next, sealed);
  if (isProof && !isNewer && beat.at < state.heardAt) {
    return { state: step.state, effects: [...step.effects, replay(beat)] };
  }
  return finished(step, beat, now);
}

/** Whether the reader is at the beat's position, or knows all that was taken away since its own. */
function provesAll(state: ReaderState, beat: Heartbeat): boolean {
  const { position } = state;
  if (position?.epoch !== beat.epoch || isForked(state, beat)) return false;
  if (beat.revision < position.revision) return false;
  return beat.revision === position.revision || beat.withdrawnSince <= position.revision;
}

/** Applies parked deltas as far as they follow one another, and takes away what is withdrawn beyond: once, however many. */
function drained(
  before: ReaderState,
  state: ReaderState,
  effects: readonly ReaderEffect[],
): ReaderStep {
  const step = followed(state);
  const { base, withdrawn } = step.state;
  const all = [...effects, ...step.effects];
  if (base === undefined || base === before.base) return { state: step.state, effects: all };
  const engine = withdraw(
    base,
    withdrawn.map(({ withdraws }) => withdraws),
  );
  return { state: { ...step.state, engine }, effects: all };
}

function followed(state: ReaderState): ReaderStep {
  let current = state;
  for (;;) {
    const { position, base } = current;
    if (position === undefined || base === undefined) break;
    const next = current.parked.get(position.revision + 1);
    if (next === undefined || next.delta.epoch !== position.epoch) break;
    const isTwo = next.delta.previous !== position.chain || isOther(current, next.delta);
    if (isTwo) return forked(current, next.delta);
    const applied = applyDelta(base, next.delta);
    if (typeof applied === 'string') {
      const parked = new Map(current.parked);
      parked.delete(next.delta.revision);
      const said: ReaderEffect[] = [fault('misfit', applied), { kind: 'fetch', what: 'snapshot' }];
      return { state: { ...current, parked }, effects: said };
    }
    current = { ...current, ...moved(current, next.delta, applied) };
  }
  return { state: current, effects: [] };
}

/** The engine after a delta; or why it does not fit, as text. */
function applyDelta(base: Engine, delta: Delta): Engine | string {
  try {
    return base.apply(delta.changes);
  } catch (error) {
    // What an engine refuses is a fault of the feed, not of this program; anything else is.
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
}

/** The state at a new position, but for the engine: what lies at or before it is no longer news. */
function moved(
  state: ReaderState,
  { epoch, revision, chain }: Position,
  base: Engine,
): Partial<ReaderState> {
  const isNews = (other: { readonly epoch: number; readonly revision: number }) =>
    compare(other, { epoch, revision }) > 0;
  const withdrawn = state.withdrawn.filter(isNews);
  const parked = new Map([...state.parked].filter(([, { delta }]) => isNews(delta)));
  const position = { epoch, revision, chain };
  const fork = isForked(state, position) ? state.forked : undefined;
  return { position, base, withdrawn, parked, forked: fork };
}

/** The delta that comes next always has room: it is what lets the others go. */
function parkedToo(state: ReaderState, delta: Delta, sealed: Uint8Array): ReaderState {
  const { position, parked } = state;
  const isNext = position?.epoch === delta.epoch && position.revision + 1 === delta.revision;
  if (parked.size >= PARKED_MAX && !isNext) return state;
  const entry: ParkedDelta = { delta, sealed };
  return { ...state, parked: new Map(state.parked).set(delta.revision, entry) };
}

/** Keeps what changed the state. */
function kept(before: ReaderState, state: ReaderState, sealed: Uint8Array): ReaderStep {
  const isContent = before.withdrawn !== state.withdrawn || before.parked !== state.parked;
  if (!isContent && before.heardAt === state.heardAt) return { state, effects: [] };
  return { state, effects: [{ kind: 'keep', as: isContent ? 'content' : 'proof', sealed }] };
}

/** Looks at the whole after a step: what is missing, what is to be said. */
function finished(step: ReaderStep, message: Position & { at: number }, now: number): ReaderStep {
  const effects = [...step.effects];
  const { epoch, revision, chain } = message;
  const { head: before, position } = step.state;
  const isAhead = before === undefined || compare(message, before) > 0;
  const head = isAhead ? { epoch, revision, chain } : before;
  if (isFuture(message.at, now)) effects.push(fault('future', 'the source speaks of later'));
  const isMissing = position === undefined || compare(head, position) > 0;
  if (isMissing) {
    const isElsewhere = position === undefined || head.epoch > position.epoch;
    effects.push(fault('gap', gapText(position, head)));
    effects.push({ kind: 'fetch', what: isElsewhere ? 'snapshot' : 'deltas' });
  }
  effects.push({ kind: 'acknowledge' });
  return { state: { ...step.state, head }, effects };
}

/**
 * From now on nothing of this epoch, or one before, proves anything; what it takes away is taken away.
 * @param sealed - what shows it: kept, so that a restart does not forget it.
 */
function forked(
  state: ReaderState,
  { epoch, revision }: Position,
  sealed?: Uint8Array,
): ReaderStep {
  const detail = `two histories of epoch ${epoch} at or before revision ${revision}`;
  const keep: ReaderEffect[] =
    sealed === undefined ? [] : [{ kind: 'keep', as: 'content', sealed }];
  const epochs = Math.max(state.forked ?? 0, epoch);
  return { state: { ...state, forked: epochs }, effects: [...keep, fault('fork', detail)] };
}

/** Whether two histories were heard of under this epoch or a later one. */
function isForked({ forked: fork }: ReaderState, { epoch }: { readonly epoch: number }): boolean {
  return fork !== undefined && fork >= epoch;
}

/** Whether another history was heard of to be at this position. */
function isOther({ head, parked }: ReaderState, at: Position): boolean {
  return [head, parked.get(at.revision)?.delta].some(
    (known) => known !== undefined && compare(known, at) === 0 && known.chain !== at.chain,
  );
}

function isOurs(state: ReaderState, about: { organization: string; slice: string }): boolean {
  return about.organization === state.organization && about.slice === state.slice;
}

function isFuture(at: number, now: number): boolean {
  return at > now + SKEW_MS;
}

function passedAt({ passed }: ReaderState, at: number, now: number): number {
  return Math.max(passed, now, isFuture(at, now) ? 0 : at);
}

function replay({ epoch, revision }: Ordered): ReaderEffect {
  return fault('replay', `an old message, of epoch ${epoch}, revision ${revision}`);
}

function gapText(position: Position | undefined, head: Position): string {
  if (position === undefined) return `nothing is known yet, the source is at ${head.revision}`;
  return `at revision ${position.revision} of epoch ${position.epoch}, the source at ${head.revision} of ${head.epoch}`;
}

function fault(which: ReaderFault, detail: string): ReaderEffect {
  return { kind: 'fault', fault: which, detail };
}
