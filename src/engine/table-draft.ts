/** The next version of a table: copies the leaves and blocks it changes and shares the rest. */
import { LEAF_BITS, LEAF_MASK, LEAF_SIZE, type Leaf } from './leaf.js';
import { at, BLOCK_BITS, BLOCK_MASK, BLOCK_SIZE, type Block, type Table } from './table.js';

type OwnLeaf<T> = (T | undefined)[];
type OwnBlock<T> = (Leaf<T> | undefined)[];

/** The next version of a table in the making. */
export class TableDraft<T> {
  readonly #base: Table<T>;
  #blocks: (Block<T> | undefined)[] | undefined;
  /** The leaf changed last, which is mostly the one changed next. */
  #last: OwnLeaf<T> | undefined;
  #lastIndex = -1;
  #size: number;

  constructor(base: Table<T>) {
    this.#base = base;
    this.#size = base.size;
  }

  /** The value of a number in this draft. */
  get(number: number): T | undefined {
    if (this.#blocks === undefined) return at(this.#base, number);
    const block = this.#blocks[number >> BLOCK_BITS];
    return block?.[(number & BLOCK_MASK) >> LEAF_BITS]?.[number & LEAF_MASK];
  }

  /** The value of an id in this draft. */
  find(id: string): T | undefined {
    const number = this.#base.numbering.get(id);
    return number === undefined ? undefined : this.get(number);
  }

  /** Gives a number a value, or none. */
  set(number: number, value: T | undefined): void {
    const index = number >> LEAF_BITS;
    const last = index === this.#lastIndex ? this.#last : undefined;
    const leaf = last ?? this.#ownLeaf(number);
    const place = number & LEAF_MASK;
    if (leaf[place] === undefined) this.#size += value === undefined ? 0 : 1;
    else if (value === undefined) this.#size -= 1;
    leaf[place] = value;
  }

  /** The draft's own copy of the leaf that a number is in. */
  #ownLeaf(number: number): OwnLeaf<T> {
    const block = this.#ownBlock(number >> BLOCK_BITS);
    const index = (number & BLOCK_MASK) >> LEAF_BITS;
    const shared = this.#base.blocks[number >> BLOCK_BITS]?.[index];
    let leaf = block[index] as OwnLeaf<T> | undefined;
    if (leaf === undefined) leaf = new Array<T | undefined>(LEAF_SIZE).fill(undefined);
    else if (leaf === shared) leaf = leaf.slice();
    block[index] = leaf;
    this.#last = leaf;
    this.#lastIndex = number >> LEAF_BITS;
    return leaf;
  }

  /** The draft's own copy of a block: what differs from the base is its own already. */
  #ownBlock(index: number): OwnBlock<T> {
    this.#blocks ??= this.#base.blocks.slice();
    while (this.#blocks.length <= index) this.#blocks.push(undefined);
    let block = this.#blocks[index] as OwnBlock<T> | undefined;
    if (block === undefined) block = new Array<undefined>(BLOCK_SIZE / LEAF_SIZE).fill(undefined);
    else if (block === this.#base.blocks[index]) block = block.slice();
    this.#blocks[index] = block;
    return block;
  }

  /** The finished version; the draft must not be used after. */
  done(): Table<T> {
    if (this.#blocks === undefined) return this.#base;
    return { numbering: this.#base.numbering, blocks: this.#blocks, size: this.#size };
  }
}
