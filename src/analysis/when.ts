/** When something holds: exact spans, and the same said as a week with the dates on which it is otherwise. */

/** A span of time, RFC 3339 in UTC, half-open. */
export interface InstantSpan {
  readonly from: string;
  readonly until: string;
}

/** A span of a week by the wall clock, `HH:MM` with `24:00` as an end, half-open; `until` before `from` ends on the next day. */
export interface WeekSpan {
  /** Days on which it begins, Monday first: `mo` to `su`. */
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
}

/** A date, or several on end, on which it is otherwise than in the week. */
export interface OtherDate {
  /** `YYYY-MM-DD` by the wall clock. */
  readonly date: string;
  /** The first date after it that does not belong to it. Absent: it is one date. */
  readonly until?: string;
  /**
   * What holds on each of these dates instead, and nothing of the week, tails of the night before included. `HH:MM` with
   * `24:00` as an end, with seconds only where there are any; empty: nothing.
   */
  readonly spans: readonly { readonly from: string; readonly until: string }[];
}

/**
 * When something holds within a span looked at. `spans` are the truth; `week` and `dates`, by the wall clock of
 * `timeZone`, say the same in fewer words, of every instant within that span. They are absent without a time zone, and
 * where the wall clock cannot say it: an hour that is repeated and holds only once.
 */
export interface When {
  /** In order, not touching; cut to the span looked at. */
  readonly spans: readonly InstantSpan[];
  /** Absent without a time zone. */
  readonly timeZone?: string;
  /** What holds in every week but on `dates`; `always` where it is all of the time, which takes no time zone to say. */
  readonly week?: readonly WeekSpan[] | 'always';
  /** In order. */
  readonly dates?: readonly OtherDate[];
}
