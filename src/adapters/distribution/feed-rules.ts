/** What a publisher knows of changes: what they take away, and what of them the doors of a slice need. */
import { withdrawalsOf } from '../../distribution/withdrawals-of.js';
import type { FeedRules } from './feeds.js';

/** The rules of this library. */
export const feedRules: FeedRules = {
  withdrawalsOf,
  slice: () => {
    throw new TypeError('slices are not known here yet');
  },
  sliceChanges: () => {
    throw new TypeError('slices are not known here yet');
  },
};
