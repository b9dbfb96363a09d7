/** Sets of instants as spans in order that do not touch: what is in one and not in another. */
import type { Span } from '../../values/instant.js';

/** Spans in order, not touching. */
export type Spans = readonly Span[];

/** What lies in any of them. */
export function unionOf(all: readonly Spans[]): Spans {
  const [first = []] = all;
  if (all.length <= 1) return first;
  const found: { from: number; until: number }[] = [];
  for (const { from, until } of all.flat().sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else found.push({ from, until });
  }
  return found;
}

/** What lies in the first and not in the second. */
export function minus(spans: Spans, taken: Spans): Spans {
  if (taken.length === 0 || spans === taken) return spans === taken ? [] : spans;
  const left: Span[] = [];
  let next = 0;
  for (const { from, until } of spans) {
    let at = from;
    while (next < taken.length && (taken[next] as Span).until <= from) next += 1;
    for (let index = next; index < taken.length && at < until; index++) {
      const hole = taken[index] as Span;
      if (hole.from >= until) break;
      if (hole.from > at) left.push({ from: at, until: hole.from });
      at = Math.max(at, hole.until);
    }
    if (at < until) left.push({ from: at, until });
  }
  return left;
}

/** What lies in both. */
export function common(a: Spans, b: Spans): Spans {
  return minus(a, minus(a, b));
}

/**
 * A set of instants in parts, by which of several others hold there: of each part the indexes of those that do, and its
 * spans. Parts are in the order in which they first appear.
 */
export function partsBy(
  spans: Spans,
  others: readonly Spans[],
): { readonly holding: readonly number[]; readonly spans: Spans }[] {
  let parts: { holding: number[]; spans: Spans }[] = [{ holding: [], spans }];
  for (const [index, other] of others.entries()) {
    parts = parts
      .flatMap((part) => [
        { holding: [...part.holding, index], spans: common(part.spans, other) },
        { holding: part.holding, spans: minus(part.spans, other) },
      ])
      .filter((part) => part.spans.length > 0);
  }
  return parts;
}
