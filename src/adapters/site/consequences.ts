/** Everything that follows from a change of the policy by itself, in the order in which it is written. */
import type { Consequence } from './consequence.js';
import { noticeConsequence } from './notices.js';
import { offlineConsequence } from './offline.js';

/** The consequences of every change. */
export const CONSEQUENCES: readonly Consequence[] = [offlineConsequence, noticeConsequence];
