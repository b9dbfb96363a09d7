/** The decision point of a consumer: waits for the state that a caller asks for. */
import { ageOf, faultsOf } from '../../distribution/freshness.js';
import { SKEW_MS } from '../../distribution/receive.js';
import type { Consistency, Pdp, ViewResult } from '../pdp/pdp.js';
import type { FeedSource } from './carrier.js';
import { type ConsumerCore, onStep, receiveSealed, stateNow } from './consumer-core.js';
import type { ReaderViews } from './reader-pdp.js';

/** Longest wait for a state where the caller set none, milliseconds. */
const WAIT_MS = 2000;

/** The decision point over a consumer's core. */
export function consumerPdp(
  core: ConsumerCore,
  views: ReaderViews,
  now: () => number,
  source: FeedSource,
): Pdp {
  return {
    organization: core.state.organization,
    local: views.local,
    async at(consistency, given) {
      // Most answers are here at once and need no timer.
      const known = consistency.kind === 'latest' ? undefined : views.find(consistency);
      if (known !== undefined) return known;
      const signal = given ?? AbortSignal.timeout(WAIT_MS);
      if (consistency.kind === 'latest' && !(await catchUp(core, now, source, signal))) {
        return { ok: false, code: 'stale', detail: 'the source did not answer' };
      }
      return views.find(consistency) ?? arrived(core, views, consistency, signal);
    },
    status() {
      const state = stateNow(core);
      const age = ageOf(state, now());
      return {
        ready: state.engine !== undefined,
        revision: state.position?.revision ?? null,
        behindSeconds: age / 1000,
        faults: [...faultsOf(state, now()), ...lasting(core)],
      };
    },
  };
}

/**
 * Asks the source for what is missing. Answers whether it said where it is, and this process is there. What was said before the
 * question, beyond what clocks may differ by, is no answer to it.
 */
async function catchUp(
  core: ConsumerCore,
  now: () => number,
  source: FeedSource,
  signal: AbortSignal,
): Promise<boolean> {
  const { position, slice } = core.state;
  if (position === undefined) return false;
  try {
    const asked = now();
    const answer = await source.deltas(slice, position, { signal });
    if ('behind' in answer) return false;
    for (const delta of answer.deltas) receiveSealed(core, delta);
    const beat = receiveSealed(core, answer.heartbeat);
    const { position: after, head } = core.state;
    if (beat?.kind !== 'heartbeat' || beat.epoch !== after?.epoch) return false;
    const isThere = (head?.epoch ?? 0) <= after.epoch && (head?.revision ?? 0) <= after.revision;
    return isThere && beat.at >= asked - SKEW_MS && ageOf(stateNow(core), now()) < Infinity;
  } catch {
    return false;
  }
}

function arrived(
  core: ConsumerCore,
  views: ReaderViews,
  consistency: Consistency,
  signal: AbortSignal,
): Promise<ViewResult> {
  return new Promise((resolve) => {
    const finish = (result: ViewResult): void => {
      stop();
      signal.removeEventListener('abort', late);
      resolve(result);
    };
    const late = (): void => {
      finish({ ok: false, code: 'stale', detail: 'the state asked for did not come in time' });
    };
    const stop = onStep(core, () => {
      const found = views.find(consistency);
      if (found !== undefined) finish(found);
    });
    if (signal.aborted) late();
    else signal.addEventListener('abort', late);
  });
}

/** Faults that are no reader's, and go on. */
function lasting({ told }: ConsumerCore): string[] {
  return [...told].filter((one) => one === 'carrier' || one === 'memory' || one === 'signature');
}
