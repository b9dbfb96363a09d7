/** Clocks and timers of decision points that follow a source. */

/** What a host gives. */
export interface PdpHost {
  /** Epoch milliseconds by the wall clock. */
  now(): number;
  /** Milliseconds of a clock that never goes back. */
  elapsed(): number;
  /** Calls back once after so many milliseconds; answers how to forget it. In the background: nobody waits for it, so no process stays alive for it. */
  setTimer(callback: () => void, milliseconds: number, inBackground?: boolean): () => void;
}

/** The host's own, in any runtime. */
export const defaultPdpHost: PdpHost = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimer(callback, milliseconds, inBackground = false) {
    const timer = setTimeout(callback, milliseconds);
    if (inBackground) timer.unref?.();
    return () => clearTimeout(timer);
  },
};

/** An instant by both clocks. */
export interface Moment {
  readonly now: number;
  readonly elapsed: number;
}

/** This instant. */
export function momentOf(host: PdpHost): Moment {
  return { now: host.now(), elapsed: host.elapsed() };
}

/**
 * Seconds since a moment, by the clock that says more: a machine that slept counted nothing by the one, and somebody may
 * have put back the other.
 */
export function secondsSince(host: PdpHost, moment: Moment): number {
  const byWall = host.now() - moment.now;
  const byElapsed = host.elapsed() - moment.elapsed;
  return Math.max(0, byWall, byElapsed) / 1000;
}
