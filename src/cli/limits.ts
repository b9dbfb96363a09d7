/** Sizes the command line refuses to exceed, with their reasons. Those of the library are in `values/limits.ts`. */

/** Longest line of a request stream, in bytes: a request with all the arrivals that count takes 400 kB. */
export const LINE_BYTES_MAX = 1_048_576;

/** Largest file read whole (a policy, a schedule), in bytes: beyond it V8 cannot hold the text as one string. */
export const FILE_BYTES_MAX = 500_000_000;

/** Cells of one `matrix`: each is a decision, so this bounds the answer to about a second. */
export const MATRIX_CELLS_MAX = 100_000;

/** Lines of one list printed for people unless `--limit` asks for more; `--json` always has them all. */
export const LIST_LINES_DEFAULT = 100;

/** Longest range of `schedule --from --until`, in days: a century of spans still fits in memory. */
export const RANGE_DAYS_MAX = 36_525;
