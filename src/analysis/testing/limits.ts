/** Sizes that policy tests refuse to exceed, with their reasons. */

/** Tests written in one file: a thousand pages of them. */
export const TESTS_MAX = 10_000;

/** Cases that the tests of one file make, matrices multiplied out: two seconds of deciding. */
export const CASES_MAX = 100_000;

/** Values on one axis of a matrix, and members of one list of an expectation. */
export const AXIS_MAX = 10_000;

/** Cells that a matrix names one by one; beyond that a second test is easier to read. */
export const CELLS_MAX = 10_000;

/** Names that one kind of fixture defines. */
export const FIXTURES_MAX = 10_000;

/** Names that one message tells of a list: a hundred thousand failures that each told ten thousand would fill the memory. */
export const NAMES_TOLD_MAX = 100;

/** Contexts laid over each other in one test. */
export const LAYERS_MAX = 16;

/** Longest path of a policy, in characters: what Linux takes. */
export const PATH_LENGTH_MAX = 4096;
