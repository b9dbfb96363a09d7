/** The plain sources of open spans: single events, and no restriction at all. */
import type { WallSource } from './wall-source.js';
import { countBelow } from './wall-source.js';

/** Open at every minute, without beginning or end. */
export const ALWAYS: WallSource = {
  collect: (from, until, add) => {
    // Spans begin on a day, so that a closed day ends one and the next morning begins another.
    for (let at = Math.floor(from / 1440) * 1440; at < until; at += 1440) add(at, at + 1440);
  },
  nextStart: (at) => Math.ceil(at / 1440) * 1440,
  solid: true,
  steadyUntil: () => Number.POSITIVE_INFINITY,
  steadySince: () => Number.NEGATIVE_INFINITY,
};

/** Single spans in wall minutes as a source; `spans` ascending, none touching the next. */
export function spansSource(spans: readonly (readonly [number, number])[]): WallSource {
  const starts = spans.map((span) => span[0]);
  /** The span that contains `at`, or undefined. */
  const around = (at: number): readonly [number, number] | undefined => {
    const span = spans[countBelow(starts, at + 1) - 1];
    return span !== undefined && at < span[1] ? span : undefined;
  };
  return {
    collect(from, until, add) {
      const first = countBelow(starts, from + 1) - 1;
      for (let index = Math.max(0, first); index < spans.length; index++) {
        const [start, end] = spans[index] as readonly [number, number];
        if (start >= until) break;
        if (end > from) add(start, end);
      }
    },
    nextStart: (at) => starts[countBelow(starts, at)] ?? Number.POSITIVE_INFINITY,
    solid: true,
    steadyUntil: (at) => around(at)?.[1] ?? at,
    steadySince: (at) => around(at - 1)?.[0] ?? at,
  };
}

/** The same minutes as ascending spans that do not touch. */
export function mergeSpans(spans: readonly (readonly [number, number])[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, until] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until);
    else merged.push([from, until]);
  }
  return merged;
}
