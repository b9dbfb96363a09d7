/** The smallest part of a table that two versions of a policy share. */

/** A leaf is 32 values, 16 of them a block: of elements that lie far apart a change copies 400 bytes each. */
export const LEAF_BITS = 5;
export const LEAF_SIZE = 1 << LEAF_BITS;
export const LEAF_MASK = LEAF_SIZE - 1;

/** Values of successive numbers. */
export type Leaf<T> = readonly (T | undefined)[];
