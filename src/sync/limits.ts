/** Every size and constant of the sync score, with its reason. */

const DAY_SECONDS = 86_400;

/** Longest life of a grant, in seconds (30 days): after a lost database nothing older can open. @see protocol/limits.ts */
export const GRANT_LIFE_SECONDS_MAX = 30 * DAY_SECONDS;

/** How long a lock believes the upper bound of its clock, in seconds: drift adds up for so long and no longer. */
export const CLOCK_ANCHOR_SECONDS_MAX = 30 * DAY_SECONDS;

/** The largest drift that can be described: a clock off by a tenth is no clock. */
export const DRIFT_PPM_MAX = 100_000;

/** Receipts remembered for each lock, to tell a second text under one number: a month of a busy door, twice its log. */
export const RECEIPTS_KEPT_MAX = 1024;

/** Policy versions of one lock that receipts are compared with: more changes than a lock sees between two visits. */
export const VERSIONS_KEPT_MAX = 1024;

/** Bundles of one device that wait for its acknowledgement: it fetches the newest, not each of them. */
export const BUNDLES_OPEN_MAX = 32;

/** Visits of one device to one door that its rate is estimated from. Older ones are habits of before. */
export const VISITS_KEPT_MAX = 32;

/**
 * Numbers skipped after a server came back from a backup, for policy versions and bundles, and above a version of a
 * lock that was never issued: those given out before and forgotten are not given out again, and nothing that
 * phones still carry of them is newer than what comes now. One more for each minute that was forgotten, so that a backup put
 * back twice skips further the second time.
 */
export const RESTORE_SKIP_MIN = 1024;
