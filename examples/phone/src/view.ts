/** What the page shows of the phone: plain values, a new one for each change. */
import type { VisitCode, VisitResult } from 'doorwright/phone';
import type { ChooseCode } from 'doorwright/web-bluetooth';
import type { Enrolment, KeyList } from './desk-answers.js';
import type { Progress } from './host.js';

/** The phone as somebody looks at it. */
export interface PhoneView {
  readonly stage: Stage;
  readonly enrolment: Enrolment | null;
  readonly list: KeyList | null;
  /** When the desk said that this phone was withdrawn, in Unix milliseconds; null while it is not. */
  readonly withdrawn: number | null;
  /** What is asked of the desk at the moment. */
  readonly asking: 'enrol' | 'refresh' | null;
  /** How the last question to the desk ended: a code of the desk, of a bundle or of our own; null when well. */
  readonly trouble: string | null;
  /** By how many seconds this phone's clock is ahead of the desk's, as far as that is known. */
  readonly aheadSeconds: number | null;
  /** How much waits to be carried to the desk. */
  readonly waiting: number;
  readonly wish: { readonly lock: string; readonly progress: Progress | 'choosing' } | null;
  /** How the last wish at each lock ended, by its id. */
  readonly ends: Readonly<Record<string, WishEnd>>;
  /** Whether the browser promised not to throw the memory away by itself; null before it was asked. */
  readonly isPersistent: boolean | null;
  /** Whether this browser has a way to locks at all. */
  readonly hasRadio: boolean;
  readonly isDemo: boolean;
}

/** How far the phone itself has come. */
export type Stage =
  | { readonly kind: 'starting' }
  /** Another tab holds the phone. */
  | { readonly kind: 'elsewhere' }
  /** Nobody is enrolled. `code` came with the address. */
  | { readonly kind: 'new'; readonly code: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'stopped'; readonly why: StopCode };

/** Why the phone does nothing any more. */
export type StopCode =
  /** What it pins is unreadable: it must be enrolled again. */
  | 'pins_damaged'
  /** A write failed, or the browser took the memory away. */
  | 'memory_failed'
  /** This browser lacks what keeps tabs apart, keeps keys, or remembers. */
  | 'browser_lacks'
  /** The page lies within another one. */
  | 'framed'
  /** The demo did not start. */
  | 'demo_failed';

/** How a wish ended. */
export interface WishEnd
  extends Pick<VisitResult, 'status' | 'missing' | 'mayHaveActed' | 'retryable'> {
  /** `memory_failed`: the phone broke off, and does not know what the lock did. */
  readonly code: VisitCode | 'memory_failed';
  /** Why nothing was chosen in the browser's own dialogue; null when that was not what ended it. */
  readonly chooser: ChooseCode | null;
  /** What the radio said last, in the browser's own words. */
  readonly fault: string | null;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Before anything is known. */
export const FIRST_VIEW: PhoneView = {
  stage: { kind: 'starting' },
  enrolment: null,
  list: null,
  withdrawn: null,
  asking: null,
  trouble: null,
  aheadSeconds: null,
  waiting: 0,
  wish: null,
  ends: {},
  isPersistent: null,
  hasRadio: true,
  isDemo: false,
};
