/**
 * Persistent tables: one value a number, shared between versions of a policy. A version is immutable;
 * changing one value copies its block and the list of blocks, never the whole.
 */

/** A block is 512 values: copying one costs about a microsecond. */
export const BLOCK_BITS = 9;
export const BLOCK_SIZE = 1 << BLOCK_BITS;
export const BLOCK_MASK = BLOCK_SIZE - 1;

type Block<T> = (T | undefined)[];

/**
 * Numbers for ids, given in order of first appearance and never taken back, so that every version of a
 * table may share one numbering: a number a version does not know has no value there. Ids enter by
 * compiling and by changes only, never by requests.
 */
export type Numbering = Map<string, number>;

/** One version of a table. */
export interface Table<T> {
  readonly numbering: Numbering;
  readonly blocks: readonly (readonly (T | undefined)[] | undefined)[];
  /** How many numbers have a value. */
  readonly size: number;
}

/** An empty table over a numbering. */
export function emptyTable<T>(numbering: Numbering = new Map()): Table<T> {
  return { numbering, blocks: [], size: 0 };
}

/** The value of a number, if this version has one. */
export function at<T>(table: Table<T>, number: number): T | undefined {
  const block = table.blocks[number >> BLOCK_BITS];
  return block === undefined ? undefined : block[number & BLOCK_MASK];
}

/** The value of an id, if this version has one. */
export function find<T>(table: Table<T>, id: string): T | undefined {
  const number = table.numbering.get(id);
  return number === undefined ? undefined : at(table, number);
}

/** The number of an id that has a value in this version, else -1. */
export function numberOf<T>(table: Table<T>, id: string): number {
  const number = table.numbering.get(id);
  return number === undefined || at(table, number) === undefined ? -1 : number;
}

/** All values, by number. */
export function* values<T>(table: Table<T>): Generator<T> {
  for (const block of table.blocks) {
    if (block === undefined) continue;
    for (const value of block) if (value !== undefined) yield value;
  }
}

/** The next version of a table in the making. */
export class TableDraft<T> {
  readonly #base: Table<T>;
  #blocks: (readonly (T | undefined)[] | undefined)[] | undefined;
  readonly #own = new Map<number, Block<T>>();
  #size: number;

  constructor(base: Table<T>) {
    this.#base = base;
    this.#size = base.size;
  }

  /** The number of an id, a new one if it has none yet. */
  number(id: string): number {
    const { numbering } = this.#base;
    const known = numbering.get(id);
    if (known !== undefined) return known;
    const number = numbering.size;
    numbering.set(id, number);
    return number;
  }

  /** The value of a number in this draft. */
  get(number: number): T | undefined {
    const block = (this.#blocks ?? this.#base.blocks)[number >> BLOCK_BITS];
    return block === undefined ? undefined : block[number & BLOCK_MASK];
  }

  /** The value of an id in this draft. */
  find(id: string): T | undefined {
    const number = this.#base.numbering.get(id);
    return number === undefined ? undefined : this.get(number);
  }

  /** Gives a number a value, or none. */
  set(number: number, value: T | undefined): void {
    const index = number >> BLOCK_BITS;
    let block = this.#own.get(index);
    if (block === undefined) {
      this.#blocks ??= this.#base.blocks.slice();
      while (this.#blocks.length <= index) this.#blocks.push(undefined);
      block = this.#blocks[index]?.slice() ?? new Array<T | undefined>(BLOCK_SIZE).fill(undefined);
      this.#blocks[index] = block;
      this.#own.set(index, block);
    }
    const place = number & BLOCK_MASK;
    if (block[place] === undefined) this.#size += value === undefined ? 0 : 1;
    else if (value === undefined) this.#size -= 1;
    block[place] = value;
  }

  /** The finished version; the draft must not be used after. */
  done(): Table<T> {
    if (this.#blocks === undefined) return this.#base;
    return { numbering: this.#base.numbering, blocks: this.#blocks, size: this.#size };
  }
}
