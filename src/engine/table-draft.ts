/** The next version of a table: copies the blocks it changes and shares the rest. */
import { BLOCK_BITS, BLOCK_MASK, BLOCK_SIZE, type Table } from './table.js';

type Block<T> = (T | undefined)[];

/** The next version of a table in the making. */
export class TableDraft<T> {
  readonly #base: Table<T>;
  #blocks: (readonly (T | undefined)[] | undefined)[] | undefined;
  readonly #own = new Map<number, Block<T>>();
  /** The block changed last, which is mostly the one changed next. */
  #last: Block<T> | undefined;
  #lastIndex = -1;
  #size: number;

  constructor(base: Table<T>) {
    this.#base = base;
    this.#size = base.size;
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
    const last = index === this.#lastIndex ? this.#last : undefined;
    const block = last ?? this.#ownBlock(index);
    const place = number & BLOCK_MASK;
    if (block[place] === undefined) this.#size += value === undefined ? 0 : 1;
    else if (value === undefined) this.#size -= 1;
    block[place] = value;
  }

  /** The draft's own copy of a block. */
  #ownBlock(index: number): Block<T> {
    let block = this.#own.get(index);
    if (block === undefined) {
      this.#blocks ??= this.#base.blocks.slice();
      while (this.#blocks.length <= index) this.#blocks.push(undefined);
      block = this.#blocks[index]?.slice() ?? new Array<T | undefined>(BLOCK_SIZE).fill(undefined);
      this.#blocks[index] = block;
      this.#own.set(index, block);
    }
    this.#last = block;
    this.#lastIndex = index;
    return block;
  }

  /** The finished version; the draft must not be used after. */
  done(): Table<T> {
    if (this.#blocks === undefined) return this.#base;
    return { numbering: this.#base.numbering, blocks: this.#blocks, size: this.#size };
  }
}
