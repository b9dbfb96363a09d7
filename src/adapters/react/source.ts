/** Where an app's decisions come from: an engine, a decision point, or either of them changing; and what decides now. */
import type { Engine } from '../../engine/engine.js';
import type { Pdp, PdpView } from '../pdp/pdp.js';

/** Something that decides and is replaced: a policy that is synchronised while the app runs. */
export interface ChangingSource {
  /** What decides now; undefined or null while there is nothing yet. */
  current(): Engine | Pdp | undefined | null;
  /** Calls back after `current()` began to answer otherwise, and when a decision point became stale; answers how to forget it. */
  subscribe(listener: () => void): () => void;
}

/** What an app decides by. A bare engine never changes, and a bare decision point tells nobody when it does. */
export type AccessSource = Engine | Pdp | ChangingSource;

/** What decides at one moment. */
export type DecidingView = Pick<PdpView, 'engine' | 'decide' | 'stale'>;

/** What decides now, or why nothing does. */
export type Deciding =
  | { readonly ok: true; readonly view: DecidingView }
  | { readonly ok: false; readonly code: 'not_ready' | 'stale' };

/** A source as the rest of this folder sees it. */
export interface ReadSource {
  /** The same view as long as the same thing decides. Throws what the source throws. */
  deciding(): Deciding;
  subscribe(listener: () => void): () => void;
}

const NOTHING: Deciding = { ok: false, code: 'not_ready' };
const NEVER = () => () => undefined;

/**
 * Reads a source; undefined and null decide nothing.
 * @throws TypeError for what is neither engine, decision point nor changing source.
 */
export function readSource(source: AccessSource | undefined | null): ReadSource {
  const viewOf = views();
  if (source === undefined || source === null) {
    return { deciding: () => NOTHING, subscribe: NEVER };
  }
  if ('current' in source) {
    return {
      deciding: () => viewOf(source.current()),
      subscribe: (listener) => source.subscribe(listener),
    };
  }
  if (!isDeciding(source)) throw new TypeError('neither engine, decision point nor source');
  return { deciding: () => viewOf(source), subscribe: NEVER };
}

/** Answers views, the same one for the same engine. */
function views(): (from: Engine | Pdp | undefined | null) => Deciding {
  let engine: Engine | undefined;
  let last: Deciding = NOTHING;
  return (from) => {
    if (from === undefined || from === null) return NOTHING;
    if ('local' in from) return localView(from);
    if (from !== engine) {
      const view: DecidingView = {
        engine: from,
        decide: (request, options) => from.decide(request, options),
        stale: false,
      };
      last = { ok: true, view };
      engine = from;
    }
    return last;
  };
}

function localView(pdp: Pdp): Deciding {
  const result = pdp.local();
  if (result.ok) return { ok: true, view: result.value };
  return { ok: false, code: result.code === 'stale' ? 'stale' : 'not_ready' };
}

function isDeciding(source: object): boolean {
  const { decide, local } = source as { decide?: unknown; local?: unknown };
  return typeof decide === 'function' || typeof local === 'function';
}
