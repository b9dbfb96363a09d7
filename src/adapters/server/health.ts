/** What probes are answered: whether the process lives, can decide, and knows enough. */
import type { Answer } from '../authzen/exchange.js';
import type { PdpStatus } from '../pdp/pdp.js';

/** Paths of the probes. */
export const HEALTH_PATHS = ['/health/live', '/health/ready', '/health/fresh'] as const;

/** One of them. */
export type HealthPath = (typeof HEALTH_PATHS)[number];

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/**
 * `live`: the process runs. `ready`: it can decide and is not ending; stale knowledge does not count, because the way out is
 * decided by it. `fresh`: ready, and nothing is refused for being stale.
 */
export function healthAnswer(path: HealthPath, status: PdpStatus, isEnding: boolean): Answer {
  if (path === '/health/live') return { status: 200, headers: HEADERS, body: '{"live":true}' };
  const ready = status.ready && !isEnding;
  const isGood = ready && (path === '/health/ready' || !status.faults.includes('stale'));
  const { revision, behindSeconds, faults } = status;
  const shown = { ready, ending: isEnding, revision, behindSeconds, faults };
  return { status: isGood ? 200 : 503, headers: HEADERS, body: JSON.stringify(shown) };
}
