/** What a simulation tells: one line of its timeline for each thing worth one, and counts of everything. */
import type { VisitCode } from '../../../protocol/phone/event.js';
import type { Status } from '../../../protocol/status.js';
import type { Score } from '../../sync/score.js';

/** One thing that happened. `at` is Unix seconds. */
export type Happening =
  | { readonly kind: 'withdrawn'; readonly person: string; readonly doors: readonly string[] }
  | { readonly kind: 'power_cut'; readonly door: string }
  /** A door opened, or did not, for somebody who had lost the right. */
  | {
      readonly kind: 'after_withdrawal';
      readonly person: string;
      readonly door: string;
      readonly opened: boolean;
      readonly status: Status | null;
      /** What the server said of this permission at this door just then. */
      readonly score: Score;
    }
  /** A lock learned what it must refuse, from whoever stood before it. */
  | {
      readonly kind: 'lock_learned';
      readonly door: string;
      readonly by: string;
      readonly policyVersion: number;
    }
  /** The score of a withdrawn permission at a door changed. */
  | {
      readonly kind: 'score';
      readonly person: string;
      readonly door: string;
      readonly from: Score;
      readonly to: Score;
      readonly reasons: readonly string[];
    }
  /** What must never be: the score was good and the door opened, or it opened after `exposedUntil`. */
  | { readonly kind: 'early'; readonly person: string; readonly door: string };

/** One line of the timeline. */
export type TimelineEntry = Happening & { readonly at: number };

/** Counts of a whole run. */
export interface Totals {
  visits: number;
  /** By how they ended. */
  readonly results: Partial<Record<VisitCode, number>>;
  /** Of those that were refused, by what the lock said. */
  readonly refusals: Partial<Record<Status | 'unknown', number>>;
  powerCuts: number;
  bundles: number;
  receipts: number;
  openedAfterWithdrawal: number;
  early: number;
}
