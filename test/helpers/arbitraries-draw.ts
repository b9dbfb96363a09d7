/** Choices for the generators, each of which fast-check can replay and shrink. */

import type { GeneratorValue } from 'fast-check';
import fc from 'fast-check';

/** A source of choices. */
export interface Draw {
  /** An integer in `[min, max]`. */
  int(min: number, max: number): number;
  /** One of a list that is not empty; shrinks towards the first. */
  pick<T>(list: readonly T[]): T;
  /** True in about `percent` of a hundred draws; shrinks to false. */
  chance(percent: number): boolean;
  /** The members of `value` in about `percent` of a hundred draws, else none. */
  maybe<T extends object>(percent: number, value: T): T | Record<string, never>;
  /** Each element in about `percent` of a hundred draws. */
  some<T>(percent: number, list: readonly T[]): T[];
  /** Different elements of a list, at most `most`. */
  upTo<T>(most: number, list: readonly T[]): T[];
  /** Different elements of a list, `least` to `most`. */
  atLeast<T>(least: number, most: number, list: readonly T[]): T[];
}

// Without fast-check's preference for small and extreme values, which would skew every percentage.
const evenly = (range: { min: number; max: number }) => fc.noBias(fc.integer(range));

/** Choices that a fast-check generator makes. */
export function choose(g: GeneratorValue): Draw {
  const int = (min: number, max: number) => (min >= max ? min : g(evenly, { min, max }));
  const pick = <T>(list: readonly T[]): T => list[int(0, list.length - 1)]!;
  const chance = (percent: number) => int(0, 99) >= 100 - percent;
  const atLeast = <T>(least: number, most: number, list: readonly T[]): T[] => {
    const left = [...list];
    const count = Math.min(int(least, most), list.length);
    return Array.from({ length: count }, () => left.splice(int(0, left.length - 1), 1)[0]!);
  };
  return {
    int,
    pick,
    chance,
    atLeast,
    maybe: (percent, value) => (chance(percent) ? value : {}),
    some: (percent, list) => list.filter(() => chance(percent)),
    upTo: (most, list) => atLeast(0, most, list),
  };
}
