/** A decision point over an engine in this process: always current, never stale. */
import { organizationOf } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Consistency, Pdp, PdpView, ViewResult } from './pdp.js';
import { readToken, writeToken } from './token.js';

/** What an engine's decision point is made of. */
export interface EnginePdpOptions {
  /** The engine; or a function that answers the newest, so that a reloaded policy takes over between two questions. */
  readonly engine: Engine | (() => Engine);
  /** Default: the id of the engine's organisation. */
  readonly organization?: string;
}

/** The decision point of one engine. `exact` knows the newest revision alone. */
export function enginePdp(options: EnginePdpOptions): Pdp {
  const { engine } = options;
  const newest = typeof engine === 'function' ? engine : () => engine;
  const organization = options.organization ?? organizationOf(newest()).id;
  const view = viewsOf(organization);
  return {
    organization,
    local: () => ({ ok: true, value: view(newest()) }),
    at: (consistency) => Promise.resolve(chosen(view(newest()), organization, consistency)),
    status: () => ({ ready: true, revision: newest().revision, behindSeconds: null, faults: [] }),
  };
}

/** The view of an engine, made once for each: a door asks many times between two writes. */
export function viewsOf(organization: string, epoch = 0): (engine: Engine) => PdpView {
  const views = new WeakMap<Engine, PdpView>();
  return (engine) => {
    const known = views.get(engine);
    if (known !== undefined) return known;
    const made: PdpView = {
      engine,
      token: writeToken({ organization, epoch, revision: engine.revision }),
      decide: (request, options) => engine.decide(request, options),
      check: (request) => engine.check(request),
      stale: false,
    };
    views.set(engine, made);
    return made;
  };
}

function chosen(view: PdpView, organization: string, consistency: Consistency): ViewResult {
  if (consistency.kind === 'local' || consistency.kind === 'latest')
    return { ok: true, value: view };
  const token = readToken(consistency.token);
  if (token === undefined || token.organization !== organization || token.epoch !== 0) {
    return { ok: false, code: 'token_unknown', detail: 'not a token of this decision point' };
  }
  const { revision } = view.engine;
  if (token.revision > revision) {
    return { ok: false, code: 'stale', detail: `revision ${revision} is all there is` };
  }
  if (consistency.kind === 'exact' && token.revision < revision) {
    return { ok: false, code: 'not_retained', detail: `revision ${token.revision} is not kept` };
  }
  return { ok: true, value: view };
}
