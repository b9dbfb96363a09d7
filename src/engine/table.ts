/**
 * Persistent tables: one value a number, shared between versions of a policy. A version is immutable;
 * changing one value copies its leaf, the block of leaves and the list of blocks, never the whole.
 */
import { LEAF_BITS, LEAF_MASK, type Leaf } from './leaf.js';

/** A block is 512 numbers: few enough to pack anew at a question, and so many that the list of blocks is short. */
export const BLOCK_BITS = 9;
export const BLOCK_SIZE = 1 << BLOCK_BITS;
export const BLOCK_MASK = BLOCK_SIZE - 1;

/**
 * Numbers for ids, given in order of first appearance and kept when an element goes, so that every
 * version of a table may share one numbering: a number a version does not know has no value there. Ids
 * enter by compiling and by changes only, never by requests; those of a refused change are taken back.
 */
export type Numbering = Map<string, number>;

/** The leaves of successive numbers. */
export type Block<T> = readonly (Leaf<T> | undefined)[];

/** One version of a table. */
export interface Table<T> {
  readonly numbering: Numbering;
  readonly blocks: readonly (Block<T> | undefined)[];
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
  if (block === undefined) return undefined;
  const leaf = block[(number & BLOCK_MASK) >> LEAF_BITS];
  return leaf === undefined ? undefined : leaf[number & LEAF_MASK];
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
    for (const leaf of block ?? []) {
      for (const value of leaf ?? []) if (value !== undefined) yield value;
    }
  }
}
