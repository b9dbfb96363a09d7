/** What an import came to, in one sentence. */
import type { ImportRun } from 'doorwright/site';
import type { ImportWords } from './words-import.js';

/** How an import ended, on a copy or for good. */
export interface Ended {
  readonly isReal: boolean;
  readonly run: ImportRun;
}

/**
 * The sentence. A long file is written in pieces, so that what was written before one failed is there, whatever the failure.
 * @param isChanged - whether the policy is another one afterwards.
 */
export function importVerdict(
  { labels, failures }: ImportWords,
  { run, isReal }: Ended,
  isChanged: boolean,
): string {
  if (run.ok) return isReal ? labels.taken : labels.checked;
  if (run.code === 'aborted') return labels.cancelled;
  const end = isReal && isChanged ? labels.partlyTaken : labels.notTaken;
  return `${end} ${failures[run.code]} (${run.detail})`;
}
