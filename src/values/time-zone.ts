/**
 * The port through which the engine learns time-zone rules. The core never asks the host: an
 * implementation over luxon and Intl lives in `checks/time`, a table serves runtimes without Intl.
 */

/** From `at` (epoch milliseconds, inclusive) on, local time is UTC plus `offsetSeconds`. */
export interface OffsetChange {
  readonly at: number;
  /** Seconds east of UTC, an integer. */
  readonly offsetSeconds: number;
}

/** Where the rules of IANA time zones come from. Must be pure: same question, same answer. */
export interface TimeZoneSource {
  /** The time the source knows about, epoch milliseconds `[from, until)`. Default: the years 0001 to 9999. */
  readonly span?: { readonly from: number; readonly until: number };
  /** Whether `name` is a time zone this source knows. Names compare exactly as IANA writes them. */
  has(name: string): boolean;
  /**
   * The offsets in force within `[from, until)`, both epoch milliseconds. The first element has
   * `at === from`; each later one is an instant inside the span at which the offset changes.
   * @throws RangeError when the zone is unknown.
   */
  offsets(name: string, from: number, until: number): readonly OffsetChange[];
}
