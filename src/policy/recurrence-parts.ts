/** The recurrence rule as plain data: what a checked RRULE text says, part for part (RFC 5545 §3.3.10). */

/** How often: the four frequencies a schedule may use; anything finer is what a window's times are for. */
export type RecurrenceFrequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** One BYDAY element. */
export interface RecurrenceDay {
  /** 0 is Monday, 6 is Sunday. */
  readonly weekday: number;
  /** Which one of the month or year, from the end when negative; 0 means every one. */
  readonly ordinal: number;
}

/** The last moment at which an occurrence may start, inclusive. */
export type RecurrenceEnd =
  | {
      readonly kind: 'wall' /** Minutes since 1970-01-01T00:00 on the wall. */;
      readonly wallMinutes: number;
    }
  | { readonly kind: 'instant' /** Epoch milliseconds. */; readonly instant: number };

/** A recurrence rule of the strict subset. Absent lists are empty; every list is sorted, without repeats. */
export interface RecurrenceRule {
  readonly freq: RecurrenceFrequency;
  /** 1 to 999. */
  readonly interval: number;
  /** 1 to 10 000; never together with `until`. */
  readonly count?: number;
  readonly until?: RecurrenceEnd;
  /** 1 to 12. */
  readonly byMonth: readonly number[];
  /** ±1 to ±31. */
  readonly byMonthDay: readonly number[];
  readonly byDay: readonly RecurrenceDay[];
  /** ±1 to ±366. */
  readonly byYearDay: readonly number[];
  /** ±1 to ±53. */
  readonly byWeekNo: readonly number[];
  /** ±1 to ±366. */
  readonly bySetPos: readonly number[];
  /** 0 is Monday (the default), 6 is Sunday. */
  readonly weekStart: number;
}
