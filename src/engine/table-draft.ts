/** The next version of a table: copies the blocks it changes and shares the rest. */
import { at, type Block, type Table } from './table.js';

type OwnBlock<T> = (T | undefined)[];

/** The next version of a table in the making. */
export class TableDraft<T> {
  readonly #base: Table<T>;
  #blocks: (Block<T> | undefined)[] | undefined;
  /** The block changed last, which is mostly the one changed next. */
  #last: OwnBlock<T> | undefined;
  #lastIndex = -1;
  #size: number;

  constructor(base: Table<T>) {
    this.#base = base;
    this.#size = base.size;
  }

  /** The value of a number in this draft. */
  get(number: number): T | undefined {
    if (this.#blocks === undefined) return at(this.#base, number);
    const { bits } = this.#base;
    return this.#blocks[number >> bits]?.[number & ((1 << bits) - 1)];
  }

  /** The value of an id in this draft. */
  find(id: string): T | undefined {
    const number = this.#base.numbering.get(id);
    return number === undefined ? undefined : this.get(number);
  }

  /** Gives a number a value, or none. */
  set(number: number, value: T | undefined): void {
    const { bits } = this.#base;
    const index = number >> bits;
    const last = index === this.#lastIndex ? this.#last : undefined;
    const block = last ?? this.#ownBlock(index);
    const place = number & ((1 << bits) - 1);
    if (block[place] === undefined) this.#size += value === undefined ? 0 : 1;
    else if (value === undefined) this.#size -= 1;
    block[place] = value;
  }

  /** The draft's own copy of a block: what differs from the base is its own already. */
  #ownBlock(index: number): OwnBlock<T> {
    const { blocks, bits } = this.#base;
    this.#blocks ??= blocks.slice();
    while (this.#blocks.length <= index) this.#blocks.push(undefined);
    let block = this.#blocks[index] as OwnBlock<T> | undefined;
    if (block === undefined) block = new Array<T | undefined>(1 << bits).fill(undefined);
    else if (block === blocks[index]) block = block.slice();
    this.#blocks[index] = block;
    this.#last = block;
    this.#lastIndex = index;
    return block;
  }

  /** The finished version; the draft must not be used after. */
  done(): Table<T> {
    if (this.#blocks === undefined) return this.#base;
    const { numbering, bits } = this.#base;
    return { numbering, blocks: this.#blocks, size: this.#size, bits };
  }
}
