/** Everything the page says, in English and German. One shape for both, so that a missing sentence breaks the build. */
import type { VisitCode } from 'doorwright/phone';
import { REQUIREMENT_BITS, type Status } from 'doorwright/protocol';
import type { ChooseCode } from 'doorwright/web-bluetooth';
import type { Language } from '../../portal/src/words.js';
import type { Progress } from './host.js';
import type { StopCode, WishEnd } from './view.js';
import { GERMAN } from './words-de.js';
import { ENGLISH } from './words-en.js';

/** All words of one language. */
export interface Words {
  readonly language: Language;
  readonly labels: Readonly<Record<Label, string>>;
  /** KIWI's words for keys. */
  readonly statuses: Readonly<
    Record<'active' | 'pending' | 'expired' | 'inactive_hours' | 'disabled', string>
  >;
  readonly progress: Readonly<Record<Progress | 'choosing', string>>;
  /** How a wish ended; a refusal is said by its status. */
  readonly ends: Readonly<Record<VisitCode | 'memory_failed', string>>;
  /** What a lock says no with. */
  readonly refusals: Readonly<Record<LockStatus, string>>;
  readonly choosers: Readonly<Record<ChooseCode, string>>;
  readonly requirements: Readonly<Record<keyof typeof REQUIREMENT_BITS, string>>;
  readonly stops: Readonly<Record<StopCode, string>>;
  /** Why the desk gave nothing, or why what it gave was not taken; others are said by their code. */
  readonly troubles: Readonly<Record<string, string>>;
  /** Why a door has no grant; others are said by their code. */
  readonly whys: Readonly<Record<string, string>>;
  /** What can be counted and measured. */
  readonly waiting: (count: number) => string;
  readonly clock: (aheadSeconds: number) => string;
}

/** What a lock can answer a request with; what it says of carried news never comes to a person. */
export type LockStatus = Exclude<
  Status,
  | 'permitted'
  | `carry_${string}`
  | 'applied'
  | 'already_known'
  | 'base_missing'
  | 'fork'
  | 'version_jump'
  | 'stamp_invalid'
  | 'clock_contradiction'
  | 'epoch_skipped'
  | 'floor_missing'
  | 'commissioned'
  | 'reset'
  | 'clock_alarm'
  | 'rekeyed'
>;

type Label =
  | 'title'
  | 'skip'
  | 'language'
  | 'of'
  | 'starting'
  | 'elsewhere'
  | 'enrol'
  | 'enrolHelp'
  | 'enrolWith'
  | 'code'
  | 'enrolNow'
  | 'enrolling'
  | 'codeMissing'
  | 'keys'
  | 'noKeys'
  | 'noList'
  | 'open'
  | 'cancel'
  | 'mayBeOpen'
  | 'from'
  | 'until'
  | 'zone'
  | 'carriedUntil'
  | 'carriedOver'
  | 'statusOld'
  | 'noRadio'
  | 'withdrawn'
  | 'phone'
  | 'refresh'
  | 'refreshing'
  | 'refreshed'
  | 'updated'
  | 'persistent'
  | 'notPersistent'
  | 'forget'
  | 'forgetHelp'
  | 'forgetLoses'
  | 'forgetNow'
  | 'keep'
  | 'update'
  | 'updateNow'
  | 'troubleKept'
  | 'radioSays'
  | 'demo'
  | 'demoHelp'
  | 'demoChoose'
  | 'demoBe'
  | 'demoOpen'
  | 'demoShut'
  | 'demoWithdraw'
  | 'demoGive'
  | 'demoLoseLink'
  | 'demoLinkLost'
  | 'demoSync'
  | 'demoDoor'
  | 'demoKnows'
  | 'demoKnowsNot'
  | 'demoAnew'
  | 'demoDone';

/** Words of a language. */
export function wordsOf(language: Language): Words {
  return language === 'de' ? GERMAN : ENGLISH;
}

/** How a wish ended, as sentences. */
export function endSentence(words: Words, end: WishEnd): string {
  const { chooser, code, status, missing, mayHaveActed, fault } = end;
  const parts = [chooser === null ? words.ends[code] : words.choosers[chooser]];
  if (code === 'requirement_missing') parts[0] += ` ${requirementsIn(words, missing)}.`;
  if (chooser === null && code !== 'permitted' && status !== null) {
    parts.push(words.refusals[status as LockStatus] ?? `(${status})`);
  }
  // Told by itself even where the sentence says so: it is what somebody must know.
  if (mayHaveActed && code !== 'permitted') parts.push(words.labels.mayBeOpen);
  if (fault !== null && code !== 'permitted') parts.push(`${words.labels.radioSays} ${fault}`);
  return parts.join(' ');
}

/** What went wrong with the desk, as a sentence. */
export function troubleSentence(words: Words, code: string): string {
  return words.troubles[code] ?? `${words.troubles['other']} (${code})`;
}

/** Why a door has no grant, as a sentence. */
export function whySentence(words: Words, code: string): string {
  return words.whys[code] ?? `${words.whys['other']} (${code})`;
}

function requirementsIn(words: Words, bits: number): string {
  return Object.entries(REQUIREMENT_BITS)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => words.requirements[name as keyof typeof REQUIREMENT_BITS])
    .join(', ');
}
