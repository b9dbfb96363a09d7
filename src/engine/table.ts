/**
 * Persistent tables: one value a number, shared between versions of a policy. A version is immutable;
 * changing one value copies its block and the list of blocks, never the whole.
 */

import type { Numbering as IdNumbering } from '../policy/numbering.js';

/** A block is mostly 512 values: copying one costs about a microsecond, and the list of a million's is as short. */
export const BLOCK_BITS = 9;
export const BLOCK_SIZE = 1 << BLOCK_BITS;
export const BLOCK_MASK = BLOCK_SIZE - 1;

/**
 * Numbers for ids, given in order of first appearance and kept when an element goes, so that every
 * version of a table may share one numbering: a number a version does not know has no value there. Ids
 * enter by compiling and by changes only, never by requests; those of a refused change are taken back.
 */
export type Numbering = IdNumbering;

/** Values of successive numbers. */
export type Block<T> = readonly (T | undefined)[];

/** One version of a table. */
export interface Table<T> {
  readonly numbering: Numbering;
  readonly blocks: readonly (Block<T> | undefined)[];
  /** How many numbers have a value. */
  readonly size: number;
  /** A block holds `1 << bits` values. */
  readonly bits: number;
}

/** An empty table over a numbering, of blocks of `1 << bits` values. */
export function emptyTable<T>(numbering: Numbering = new Map(), bits = BLOCK_BITS): Table<T> {
  return { numbering, blocks: [], size: 0, bits };
}

/** The value of a number, if this version has one. */
export function at<T>(table: Table<T>, number: number): T | undefined {
  const { blocks, bits } = table;
  const block = blocks[number >> bits];
  return block === undefined ? undefined : block[number & ((1 << bits) - 1)];
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
