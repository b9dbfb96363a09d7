// @ts-check
// Proofs that were used: each counts once, also when the desk was started anew in between.
import { readJson, writeJson } from './records.mjs';
import { Refusal } from './refusal.mjs';

/** Calls of one phone while its proofs live: it asks for a bundle, a few time tokens, and carries in pieces. */
export const CALLS_MAX = 64;

const RECORD = 'proofs';

/** @param {import('./records.mjs').Memory} memory */
export async function openSpentProofs(memory) {
  const stored = /** @type {{ spent: [string, string, number][] } | null} */ (
    await readJson(memory, RECORD)
  );
  let spent = stored?.spent ?? [];
  return {
    /**
     * Spends a proof for good. Nothing of its call may be done before.
     * @param {import('./proof.mjs').Proved} proof @param {number} now
     * @throws Refusal 401 for one that was spent, 429 for a phone that asks too often.
     */
    async spend({ thumbprint, id, until }, now) {
      const living = spent.filter(([, , end]) => end > now);
      const own = living.filter(([key]) => key === thumbprint);
      if (own.some(([, known]) => known === id)) {
        throw new Refusal(401, 'proof_replayed', 'the proof was used before');
      }
      if (own.length >= CALLS_MAX)
        throw new Refusal(429, 'too_often', 'too many calls, wait a little');
      spent = [...living, [thumbprint, id, until]];
      await writeJson(memory, RECORD, { version: 1, spent });
    },
  };
}
