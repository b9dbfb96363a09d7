/** What a publisher knows of changes: what they take away, and what of them the doors of a slice need. */
import { slice } from '../../distribution/slice.js';
import { sliceChanges } from '../../distribution/slice-changes.js';
import { withdrawalsOf } from '../../distribution/withdrawals-of.js';
import type { FeedRules } from './feeds.js';

/** The rules of this library. */
export const feedRules: FeedRules = { withdrawalsOf, slice, sliceChanges };
