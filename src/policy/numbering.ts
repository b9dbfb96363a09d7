/**
 * Which number an id has. Mostly a `Map` says so; ids that stand in order need none, because where one of them stands is
 * found by halving: a snapshot names a million assignments in order, and hashing their ids takes half a second.
 */

/** Ids and their numbers, in the order in which they were entered. Whatever it offers, a `Map` does as well. */
export interface Numbering {
  readonly size: number;
  get(id: string): number | undefined;
  has(id: string): boolean;
  /** Enters an id that is not there. */
  set(id: string, number: number): unknown;
  /** Takes out an id that was entered by `set`. */
  delete(id: string): boolean;
  [Symbol.iterator](): IterableIterator<[string, number]>;
}

/**
 * Numbers ids by their places, from 0 on; others may be entered later.
 * @param ids - by code units, each above the one before it, so that none is there twice. The numbering's own from now on.
 */
export function orderedNumbering(ids: readonly string[]): Numbering {
  return new OrderedNumbering(ids);
}

class OrderedNumbering implements Numbering {
  readonly #ids: readonly string[];
  readonly #later: Map<string, number> = new Map();

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  get size(): number {
    return this.#ids.length + this.#later.size;
  }

  get(id: string): number | undefined {
    // Others would be compared as something that they are not.
    if (typeof id !== 'string') return undefined;
    const ids = this.#ids;
    let from = 0;
    let until = ids.length;
    while (from < until) {
      const middle = (from + until) >>> 1;
      if ((ids[middle] as string) < id) from = middle + 1;
      else until = middle;
    }
    return ids[from] === id ? from : this.#later.get(id);
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  set(id: string, number: number): void {
    this.#later.set(id, number);
  }

  delete(id: string): boolean {
    return this.#later.delete(id);
  }

  *[Symbol.iterator](): IterableIterator<[string, number]> {
    for (const [number, id] of this.#ids.entries()) yield [id, number];
    yield* this.#later;
  }
}
