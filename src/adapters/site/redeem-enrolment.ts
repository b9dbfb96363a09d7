/** Somebody uses the token he was sent. He has no account to act by: the rights are those of whoever made the offer. */
import { parseTokenEnrolment } from '../../admin/provisioning/enrolment.js';
import {
  parseToken,
  planAttempt,
  planRedemption,
  type Redemption,
  type RedemptionCode,
} from '../../admin/provisioning/enrolment-redemption.js';
import { type Person, planningOf, writePlanned } from './planned-write.js';
import type { Actor, Site, WriteResult } from './site.js';

const SYSTEM: Actor = { type: 'system', id: 'enrolment' };

/**
 * Makes the credential active that a token was sent for. Every attempt is counted in a transaction of its own before it is
 * judged, so that guessing in parallel gains nothing; one redemption succeeds.
 */
export async function redeemEnrolment(
  site: Site,
  said: Redemption,
): Promise<WriteResult<{ readonly user: string; readonly credential: string }, RedemptionCode>> {
  const id = parseToken(said.token)?.enrolment;
  const enrolment =
    id === undefined ? undefined : parseTokenEnrolment(await site.store.record('enrolment', id));
  // Nothing to count where there is no such offer, or it is over for good.
  if (id === undefined || enrolment === undefined) return refusal('enrolment_refused');
  if (enrolment.state !== 'open' || enrolment.attemptsLeft <= 0) return refusal('enrolment_over');
  const attempt = await site.write<AttemptValue, never>({
    actor: SYSTEM,
    operation: 'enrolment.attempt',
    plan: async (view) => ({
      ok: true,
      value: planAttempt(planningOf(view), await view.store.record('enrolment', id), said),
    }),
  });
  if (!attempt.ok) return attempt;
  if (attempt.value.verdict !== 'right') return refusal(attempt.value.verdict);
  const actor: Person = { type: 'user', id: enrolment.offeredBy, via: { type: 'enrolment', id } };
  return writePlanned(site, actor, 'enrolment.redeem', async (p, { store }) =>
    planRedemption(p, await store.record('enrolment', id), said),
  );
}

type AttemptValue = ReturnType<typeof planAttempt>['value'];

function refusal(code: 'enrolment_refused' | 'enrolment_over'): {
  readonly ok: false;
  readonly code: RedemptionCode;
  readonly detail: string;
} {
  return { ok: false, code, detail: 'the token does not enrol anything' };
}
