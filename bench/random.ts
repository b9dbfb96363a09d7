/** Seeded random numbers, so that every machine measures the same worlds. */

/** A source of random numbers that always gives the same sequence for the same seed. */
export interface Random {
  /** An integer in `[0, below)`. */
  below(below: number): number;
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** `count` distinct integers in `[0, below)`, in random order. */
  distinct(count: number, below: number): number[];
  /** Puts `items` into random order, in place. */
  shuffle<T>(items: T[]): T[];
}

/**
 * A 32-bit counter stepped by an odd constant and mixed by two multiplications: far longer than any
 * world here needs, and the same on every engine because it uses nothing but `Math.imul`.
 */
export function seededRandom(seed: number): Random {
  let counter = seed | 0;
  const next = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    distinct: (count, limit) => {
      if (count > limit) throw new RangeError(`no ${count} distinct integers below ${limit}`);
      const chosen = new Set<number>();
      while (chosen.size < count) chosen.add(below(limit));
      return [...chosen];
    },
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = below(last + 1);
        const held = items[last]!;
        items[last] = items[other]!;
        items[other] = held;
      }
      return items;
    },
  };
}
