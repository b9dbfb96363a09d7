/** When something holds: exact spans, and the same said as a week with the dates on which it is otherwise. */

/** A span of time, RFC 3339 in UTC, half-open. */
export interface InstantSpan {
  readonly from: string;
  readonly until: string;
}

/** A span of a week by the wall clock, `HH:MM`, half-open; `until` not after `from` ends on the next day. */
export interface WeekSpan {
  /** Days on which it begins, Monday first: `mo` to `su`. */
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
}

/** A date on which it is otherwise than in the week. */
export interface OtherDate {
  /** `YYYY-MM-DD` by the wall clock. */
  readonly date: string;
  /** What holds on that date instead, `HH:MM` with `24:00` as an end; empty: nothing. */
  readonly spans: readonly { readonly from: string; readonly until: string }[];
}

/**
 * When something holds within a span looked at. `spans` are the truth; `week` and `dates`, by the wall clock of
 * `timeZone`, say the same in fewer words.
 */
export interface When {
  /** In order, not touching; cut to the span looked at. */
  readonly spans: readonly InstantSpan[];
  /** Absent without a time zone. */
  readonly timeZone?: string;
  /** What holds in most weeks; `always` where it is all of the time. */
  readonly week?: readonly WeekSpan[] | 'always';
  readonly dates?: readonly OtherDate[];
}
