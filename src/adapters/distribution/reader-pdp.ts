/** The decision point of a consumer: the reader's engine, behind the gate that knows how old it is. */
import { ageOf } from '../../distribution/freshness.js';
import type { ReaderState } from '../../distribution/reader.js';
import type { Engine } from '../../engine/engine.js';
import type { Consistency, PdpView, ViewResult } from '../pdp/pdp.js';
import { readToken, writeToken } from '../pdp/token.js';
import { DEFAULT_CLASS, type DoorClass, stalenessGate } from './door-classes.js';

/** Engines kept for `exact`. */
export const RETAINED = 16;

/** What a consumer's decision point shares with the consumer. */
export interface ReaderViews {
  /** What decides now. */
  local(): ViewResult;
  /** What decides at a consistency, as far as it is here already; undefined: not yet. */
  find(consistency: Consistency): ViewResult | undefined;
  /** Tells that the state is a new one. */
  changed(before: ReaderState): void;
}

/** Views of the state that `state()` answers. */
export function readerViews(
  state: () => ReaderState,
  now: () => number,
  classes: readonly DoorClass[] = [DEFAULT_CLASS],
): ReaderViews {
  const gate = stalenessGate(classes);
  const retained = new Map<number, PdpView>();
  const views = new WeakMap<Engine, PdpView>();
  const viewOf = (engine: Engine, token: string): PdpView => {
    const age = () => {
      const current = state();
      return { ageMs: ageOf(current, now()), partial: current.withdrawn.length > 0 };
    };
    return {
      engine,
      token,
      decide: (request, options) =>
        gate.decide(engine, request, age(), () => engine.decide(request, options)),
      check: (request) =>
        gate.decide(engine, request, age(), () => engine.decide(request)).decision,
      get stale() {
        const { ageMs, partial } = age();
        return partial || ageMs > gate.listAgeMs;
      },
    };
  };
  const current = (): ViewResult => {
    const { engine, position, organization } = state();
    if (engine === undefined || position === undefined) {
      return { ok: false, code: 'not_ready', detail: 'no policy has come yet' };
    }
    const known = views.get(engine);
    if (known !== undefined) return { ok: true, value: known };
    const { epoch, revision } = position;
    const made = viewOf(engine, writeToken({ organization, epoch, revision }));
    views.set(engine, made);
    return { ok: true, value: made };
  };
  return {
    local: current,
    changed: (before) => {
      const { position, base } = before;
      if (position === undefined || base === undefined) return;
      const after = state().position;
      if (after === undefined || after.epoch !== position.epoch) retained.clear();
      else if (after.revision !== position.revision) {
        const token = writeToken({ ...position, organization: before.organization });
        retained.set(position.revision, viewOf(base, token));
        if (retained.size > RETAINED) retained.delete(Math.min(...retained.keys()));
      }
    },
    find: (consistency) => {
      if (consistency.kind === 'local' || consistency.kind === 'latest') return current();
      return atToken(consistency, state(), current, retained);
    },
  };
}

function atToken(
  consistency: Extract<Consistency, { token: string }>,
  { organization, position }: ReaderState,
  current: () => ViewResult,
  retained: ReadonlyMap<number, PdpView>,
): ViewResult | undefined {
  const token = readToken(consistency.token);
  if (token === undefined || token.organization !== organization) {
    return { ok: false, code: 'token_unknown', detail: 'not a token of this organisation' };
  }
  if (position === undefined || token.epoch > position.epoch) return undefined;
  if (token.epoch < position.epoch) {
    return { ok: false, code: 'token_unknown', detail: 'a token of an earlier epoch' };
  }
  if (token.revision > position.revision) return undefined;
  if (consistency.kind === 'atLeast' || token.revision === position.revision) return current();
  const kept = retained.get(token.revision);
  if (kept !== undefined) return { ok: true, value: kept };
  return { ok: false, code: 'not_retained', detail: `revision ${token.revision} is not kept` };
}
