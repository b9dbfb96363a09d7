/** The steps of a reader: a snapshot, a delta, a heartbeat. Removals win: they count across gaps; additions only in order. */
import type { Engine } from '../engine/engine.js';
import { PolicyError } from '../policy/issue.js';
import type { Delta, Heartbeat, Position, SnapshotHead } from './message.js';
import {
  type HeardWithdrawal,
  PARKED_MAX,
  type ParkedDelta,
  type ReaderEffect,
  type ReaderFault,
  type ReaderState,
  type ReaderStep,
} from './reader.js';
import { withdraw } from './withdraw.js';
import type { Withdrawal } from './withdrawal.js';

/** Withdrawals remembered one by one: a source that was cut off from a reader for ten thousand changes. */
const HEARD_MAX = 10_000;

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
  const parked = state.parked.get(head.revision);
  const isOther = parked?.delta.epoch === head.epoch && parked.delta.chain !== head.chain;
  if (isOther || state.forked === head.epoch) return forked(state, head);
  const landed: ReaderState = {
    ...state,
    ...placed(state, head, engine),
    heardAt: isFuture(head.at, now) ? state.heardAt : Math.max(state.heardAt, head.at),
    passed: passedAt(state, head.at, now),
  };
  return finished(drained(landed, []), head, now);
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
  if (state.forked === delta.epoch) return kept(state, heard, sealed);
  if (position === undefined || delta.epoch > position.epoch) {
    return finished(kept(state, parkedToo(heard, delta, sealed), sealed), delta, now);
  }
  if (delta.revision <= position.revision) {
    const isOther = delta.revision === position.revision && delta.chain !== position.chain;
    return isOther ? forked(heard, delta) : { state: heard, effects: [] };
  }
  const known = state.parked.get(delta.revision)?.delta;
  if (known?.epoch === delta.epoch) {
    return known.chain === delta.chain ? { state: heard, effects: [] } : forked(heard, delta);
  }
  const step = kept(state, parkedToo(heard, delta, sealed), sealed);
  return finished(drained(step.state, step.effects), delta, now);
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
  if (isSame && beat.chain !== position.chain) return forked(heard, beat);
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
function provesAll({ position, forked: fork }: ReaderState, beat: Heartbeat): boolean {
  if (position === undefined || position.epoch !== beat.epoch || fork === beat.epoch) return false;
  if (beat.revision < position.revision) return false;
  return beat.revision === position.revision || beat.withdrawnSince <= position.revision;
}

/** Applies parked deltas as far as they follow one another. */
function drained(state: ReaderState, effects: readonly ReaderEffect[]): ReaderStep {
  let current = state;
  for (;;) {
    const { position, base } = current;
    if (position === undefined || base === undefined) break;
    const next = current.parked.get(position.revision + 1);
    if (next === undefined || next.delta.epoch !== position.epoch) break;
    if (next.delta.previous !== position.chain) {
      const step = forked(current, next.delta);
      return { state: step.state, effects: [...effects, ...step.effects] };
    }
    const applied = applyDelta(base, next.delta);
    if (typeof applied === 'string') {
      const parked = new Map(current.parked);
      parked.delete(next.delta.revision);
      const said: ReaderEffect[] = [fault('misfit', applied), { kind: 'fetch', what: 'snapshot' }];
      return { state: { ...current, parked }, effects: [...effects, ...said] };
    }
    current = { ...current, ...placed(current, next.delta, applied) };
    const { head } = current;
    const isElsewhere = head !== undefined && compare(head, next.delta) === 0;
    if (isElsewhere && head.chain !== next.delta.chain) {
      const step = forked(current, next.delta);
      return { state: step.state, effects: [...effects, ...step.effects] };
    }
  }
  return { state: current, effects: [...effects] };
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

/** The state at a new position: what lies at or before it is no longer news. */
function placed(
  state: ReaderState,
  { epoch, revision, chain }: Position,
  base: Engine,
): Partial<ReaderState> {
  const isNews = (other: { readonly epoch: number; readonly revision: number }) =>
    compare(other, { epoch, revision }) > 0;
  const withdrawn = state.withdrawn.filter(isNews);
  const parked = new Map([...state.parked].filter(([, { delta }]) => isNews(delta)));
  const position = { epoch, revision, chain };
  const isFork = state.forked !== undefined && state.forked >= epoch;
  const engine = withdraw(
    base,
    withdrawn.map(({ withdraws }) => withdraws),
  );
  return { position, base, engine, withdrawn, parked, forked: isFork ? state.forked : undefined };
}

/** The state with withdrawals heard of, each once, beyond the position alone. */
function withHeard(
  state: ReaderState,
  entries: readonly (Ordered & { readonly withdraws?: Withdrawal })[],
): ReaderState {
  const { position } = state;
  const key = ({ epoch, revision }: Ordered) => `${epoch}.${revision}`;
  const known = new Set(state.withdrawn.map(key));
  const fresh = entries.flatMap(({ epoch, revision, withdraws }): HeardWithdrawal[] => {
    const one = { epoch, revision };
    const isNews = position === undefined || compare(one, position) > 0;
    if (withdraws === undefined || !isNews || known.has(key(one))) return [];
    known.add(key(one));
    return [{ ...one, withdraws }];
  });
  if (fresh.length === 0) return state;
  const all = [...state.withdrawn, ...fresh].sort(compare);
  const withdrawn = atMost(all);
  const less = (withdrawn === all ? fresh : withdrawn).map(({ withdraws }) => withdraws);
  const engine = state.engine === undefined ? undefined : withdraw(state.engine, less);
  return { ...state, withdrawn, engine };
}

/** What is too much to remember one by one closes everything until the newest of it is reached. */
function atMost(withdrawn: readonly HeardWithdrawal[]): readonly HeardWithdrawal[] {
  const last = withdrawn.at(-1);
  if (withdrawn.length <= HEARD_MAX || last === undefined) return withdrawn;
  return [{ epoch: last.epoch, revision: last.revision, withdraws: { everything: true } }];
}

function parkedToo(state: ReaderState, delta: Delta, sealed: Uint8Array): ReaderState {
  if (state.parked.size >= PARKED_MAX) return state;
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

/** From now on nothing of this epoch proves anything; what it takes away is taken away. */
function forked(state: ReaderState, { epoch, revision }: Position): ReaderStep {
  const detail = `two histories of epoch ${epoch} at or before revision ${revision}`;
  return { state: { ...state, forked: epoch }, effects: [fault('fork', detail)] };
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

type Ordered = { readonly epoch: number; readonly revision: number };

function compare(a: Ordered, b: Ordered): number {
  return a.epoch - b.epoch || a.revision - b.revision;
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
