/** A decision point over a site: follows its store, where other processes write, and knows how old its knowledge is. */
import { doorwayOf } from '../../admin/presence/passing.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Site } from '../site/site.js';
import { StoreError } from '../store/store.js';
import { viewsOf } from './engine-pdp.js';
import { startLooking } from './looking.js';
import type { Consistency, Pdp, PdpView, ServedDecision, ViewResult } from './pdp.js';
import { defaultPdpHost, type Moment, momentOf, type PdpHost, secondsSince } from './pdp-host.js';
import { type RetainedEngines, retainEngines } from './retained-engines.js';
import { staleRefusal, staleView } from './stale-view.js';
import { readToken } from './token.js';
import { lookNow, orLate, type Waiting, waitUntil } from './waiting.js';

/** How a site is followed. */
export interface SitePdpOptions {
  /** Milliseconds between two looks at the store. Default 500. */
  readonly everyMs?: number;
  /** Seconds without an answer of the store after which all is refused but the way out. Default 60. */
  readonly maxStalenessSeconds?: number;
  /** Seconds that `at` waits at most, where no signal ends it before. Default 5. */
  readonly waitSeconds?: number;
  /** Revisions kept for `exact`. Default 16. */
  readonly retained?: number;
  /** The store fails (an error), or answers again (undefined). Called once for each change. */
  readonly onStore?: (error: Error | undefined) => void;
  readonly host?: PdpHost;
}

/** A decision point that follows a site. */
export interface SitePdp extends Pdp {
  open(request: AccessRequest): Promise<ServedDecision>;
  /** Looks at the store now; whether it answered. */
  refresh(): Promise<boolean>;
  /** Follows no more; from then on it becomes stale. The site and its store stay open. */
  close(): void;
}

/**
 * The decision point of a site. Until the store was first heard of (`refresh`) it is not ready, and refuses as when stale.
 * @throws RangeError for a period that is none.
 */
export function sitePdp(site: Site, options: SitePdpOptions = {}): SitePdp {
  const { everyMs = 500, maxStalenessSeconds = 60, waitSeconds = 5 } = options;
  requirePositive({ everyMs, maxStalenessSeconds, waitSeconds });
  const host = options.host ?? defaultPdpHost;
  const retained = retainEngines(site, options.retained ?? 16);
  const begun = momentOf(host);
  let heard: Moment | undefined;
  const looking = startLooking({
    // What a look tells is at least as new as its beginning.
    look: async () => {
      const began = momentOf(host);
      await site.refresh();
      retained.newest();
      if (heard === undefined || began.elapsed >= heard.elapsed) heard = began;
    },
    everyMs,
    attemptMs: Math.min(10_000, (maxStalenessSeconds * 1000) / 2),
    host,
    ...(options.onStore === undefined ? {} : { onChange: options.onStore }),
  });
  const isStale = () => heard === undefined || secondsSince(host, heard) > maxStalenessSeconds;
  const show = viewShower(site.organization, isStale);
  const local = () => show(retained.newest());
  const waiting: Waiting = { looking, host, waitMs: waitSeconds * 1000 };
  return {
    organization: site.organization,
    local: () => ({ ok: true, value: local() }),
    at: (consistency, signal) => viewAt({ site, retained, show, waiting }, consistency, signal),
    open: (request) => openAt(site, local(), request, { host, waitMs: waiting.waitMs }),
    refresh: () => looking.look(),
    status() {
      const stale = isStale() ? ['stale'] : [];
      return {
        ready: heard !== undefined,
        revision: retained.newest().revision,
        behindSeconds: secondsSince(host, heard ?? begun),
        faults: [...stale, ...faultOf(looking.failure())],
      };
    },
    close: () => looking.close(),
  };
}

interface Ground {
  readonly site: Site;
  readonly retained: RetainedEngines;
  readonly show: (engine: Engine) => PdpView;
  readonly waiting: Waiting;
}

async function viewAt(
  { site, retained, show, waiting }: Ground,
  consistency: Consistency,
  signal: AbortSignal | undefined,
): Promise<ViewResult> {
  const seen = (engine: Engine): ViewResult => ({ ok: true, value: show(engine) });
  if (consistency.kind === 'local') return seen(retained.newest());
  if (consistency.kind === 'latest') {
    const isHeard = await lookNow(waiting, signal);
    return isHeard ? seen(retained.newest()) : stale('the store did not answer in time');
  }
  const token = readToken(consistency.token);
  if (token === undefined || token.organization !== site.organization || token.epoch !== 0) {
    return { ok: false, code: 'token_unknown', detail: 'not a token of this decision point' };
  }
  const { revision } = token;
  const isReached = () => retained.newest().revision >= revision;
  if (!isReached() && !(await waitUntil(waiting, isReached, signal))) {
    return stale(`revision ${revision} has not been seen in time`);
  }
  if (consistency.kind === 'atLeast') return seen(retained.newest());
  const found = retained.at(revision).catch(() => undefined);
  const engine = await orLate(waiting.host, waiting.waitMs, found);
  if (engine !== undefined) return seen(engine);
  return { ok: false, code: 'not_retained', detail: `revision ${revision} is not kept` };
}

/** Decides and remembers. Without a store nobody comes in; whoever may go out does not wait for one. */
async function openAt(
  site: Site,
  view: PdpView,
  request: AccessRequest,
  { host, waitMs }: { readonly host: PdpHost; readonly waitMs: number },
): Promise<ServedDecision> {
  if (view.stale) return view.decide(request);
  const leadsOut = doorwayOf(view.engine, request)?.direction === 'exit';
  try {
    const opening = site.open(request).then(({ decision }) => decision);
    if (!leadsOut) return await opening;
    return (await orLate(host, waitMs, opening)) ?? view.decide(request);
  } catch (error) {
    if (error instanceof StoreError) return staleRefusal(view, request);
    throw error;
  }
}

/** One view for each engine, and a stale one where that is due. */
function viewShower(organization: string, isStale: () => boolean): (engine: Engine) => PdpView {
  const fresh = viewsOf(organization);
  const old = new WeakMap<PdpView, PdpView>();
  return (engine) => {
    const view = fresh(engine);
    if (!isStale()) return view;
    const known = old.get(view) ?? staleView(view);
    old.set(view, known);
    return known;
  };
}

function stale(detail: string): ViewResult {
  return { ok: false, code: 'stale', detail };
}

/** `store_unavailable`, `store_corrupt`, …: what kind of store error it is; `store` for any other. */
function faultOf(error: Error | undefined): readonly string[] {
  if (error === undefined) return [];
  return [error instanceof StoreError ? `store_${error.code}` : 'store'];
}

function requirePositive(periods: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(periods)) {
    if (!(value > 0 && value <= 86_400_000)) throw new RangeError(`no period \`${name}\``);
  }
}
